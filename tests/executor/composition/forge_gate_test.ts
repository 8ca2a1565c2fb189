/** Gates that ask a forge, with a stand-in for `gh` on PATH. */
import assert from "node:assert/strict";
import { checksIn, mergeIn } from "../../../executor/composition/forge_answer.ts";
import type { Clock } from "../../../executor/api.ts";
import { fakeClock, project } from "../fixture.ts";
import { resolvedPipeline } from "../language/project.ts";

interface Case {
  readonly gate: string;
  /** Says, by `$n`, what is answered to the nth question. */
  readonly gh: string;
  /** Null: it opened. */
  readonly error: string | null;
  readonly asked: readonly string[];
}

const OPEN = `'{"state":"OPEN"}'`;
const MERGED = `'{"state":"MERGED"}'`;
const run = (name: string, conclusion: string, headSha = "b") =>
  `{"name":"${name}","status":"completed","conclusion":"${conclusion}","headSha":"${headSha}"}`;

const CASES: Readonly<Record<string, Case>> = {
  "a pull request that is merged in the end": {
    gate: "{ type: pr_merge, pr_number: 7, repo: o/r }",
    gh: `[ $n -lt 3 ] && echo ${OPEN} || echo ${MERGED}`,
    error: null,
    asked: Array(3).fill("pr view 7 --repo o/r --json state"),
  },
  "a pull request that is closed": {
    gate: "{ type: pr_merge, branch: topic }",
    gh: `echo '{"state":"CLOSED"}'`,
    error: "the pull request was closed without being merged",
    asked: ["pr view topic --json state"],
  },
  "a time limit": {
    gate: "{ type: pr_merge, timeout: 50s, interval: 20s }",
    gh: `echo ${OPEN}`,
    error: "the gate's timeout is over: the pull request is not merged yet",
    asked: Array(3).fill("pr view --json state"),
  },
  "checks of a pull request": {
    gate: "{ type: ci_pass, pr_number: '{{ input }}' }",
    gh: `[ $n = 1 ] && echo '[{"name":"t","bucket":"pending"}]' && exit 8
         echo '[{"name":"t","bucket":"pass"}]'`,
    error: null,
    asked: Array(2).fill("pr checks an input --json name,bucket"),
  },
  "a run that has failed": {
    gate: "{ type: ci_pass, branch: main }",
    gh: `echo '[${run("lint", "success")},${run("test", "failure")},${
      run("old", "failure", "a")
    }]'`,
    error: "failed: test",
    asked: ["run list --branch main --limit 50 --json name,status,conclusion,headSha"],
  },
  "a service that does not answer": {
    gate: "{ type: pr_merge }",
    gh: `echo "HTTP 502" >&2; exit 1`,
    error: "cannot ask: exit code 1: HTTP 502",
    asked: Array(3).fill("pr view --json state"),
  },
  "a command that says not yet, and then yes": {
    gate: `{ type: ci_pass, command: 'gh mine; [ "$(wc -l < "$WAVE_PROJECT/asked")" -gt 1 ]' }`,
    gh: "true",
    error: null,
    asked: ["mine", "mine"],
  },
  "a command that fails": {
    gate: "{ type: ci_pass, command: 'gh mine; echo broken >&2; exit 3' }",
    gh: "true",
    error: "its command failed: exit code 3: broken",
    asked: ["mine"],
  },
};

for (const [name, { gate, gh, error, asked }] of Object.entries(CASES)) {
  Deno.test(`a gate asks a forge: ${name}`, async () => {
    using it = project();
    it.write("asked", "");
    Deno.mkdirSync(`${it.root}/bin`);
    Deno.writeTextFileSync(
      `${it.root}/bin/gh`,
      `#!/bin/sh\necho "$*" >> "$WAVE_PROJECT/asked"\nn=$(wc -l < "$WAVE_PROJECT/asked")\n${gh}\n`,
      { mode: 0o755 },
    );
    const { environment, clock } = {
      environment: environmentOf(it.root),
      clock: countingClock(),
    };
    const result = await it.run(resolvedPipeline(`steps: [{ id: wait, gate: ${gate} }]`), {
      ...{ environment, clock, input: "an input" },
    });
    assert.equal(result.message, error === null ? "" : `step wait failed: ${error}`);
    assert.deepEqual(it.read("asked").split("\n").slice(0, -1), asked);
  });
}

/** A clock on which nothing takes time but waiting, and that takes none. */
function countingClock(): Clock {
  let now = 0;
  const delay = (ms: number) => Promise.resolve(void (now += ms));
  return { ...fakeClock().clock, monotonic: () => now, delay };
}

function environmentOf(root: string): Record<string, string> {
  return { PATH: `${root}/bin:${Deno.env.get("PATH")}` };
}

Deno.test("a gate that asks a forge says that gh is missing, and opens on the mock", async () => {
  const pipeline = resolvedPipeline("steps: [{ id: wait, gate: { type: pr_merge } }]");
  using it = project();
  Deno.mkdirSync(`${it.root}/bin`);
  for (const tool of ["sh", "bash", "env", "ps", "setsid"]) {
    const [found] = ["/bin", "/usr/bin"].filter((folder) => exists(`${folder}/${tool}`));
    if (found !== undefined) Deno.symlinkSync(`${found}/${tool}`, `${it.root}/bin/${tool}`);
  }
  const alone = { environment: { PATH: `${it.root}/bin` } };
  assert.match((await it.run(pipeline, alone)).message, /gh.*not found; install gh, or give/);
  using other = project();
  assert.equal((await other.run(pipeline, { ...alone, mock: true })).status, "completed");
});

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("mergeIn() and checksIn() take no other text for an answer", () => {
  for (const text of ["", "null", "[]{", '{"state":7}']) assert.equal(mergeIn(text), null, text);
  for (const text of ["", "{}", "no"]) assert.equal(checksIn(text), null, text);
  assert.deepEqual(checksIn("[]"), { state: "waiting", reason: "there are no checks yet" });
});
