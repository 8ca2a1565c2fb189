/** What steps inherit and print: standard input, pipes, the terminal, signals, variables, secrets. */
import { deepEqual, doesNotMatch, equal, match, ok } from "node:assert/strict";
import type { Project, Result } from "../cli.ts";
import { carriedOver, carriedOverTogether, scripts } from "./report.ts";

const PEM_LINES = ["c2VjcmV0bGluZW9uZQ", "c2VjcmV0bGluZXR3bw"];

const STEPS = scripts({
  background: "sleep 300 & echo $! > $WAVE_PROJECT/pid; echo started",
  stderr: "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo printed",
  bytes: "printf 'before\\300\\n'; printf 'after\\n'",
  terminal: "cat < /dev/tty || echo 'no terminal'",
  signals: "yes | head -n 1; grep SigIgn /proc/self/status || true",
  variables: 'echo "leaked=[$LEAK] umask=$(umask)"; export LATER=1',
  next: 'echo "leaked=[$LEAK] later=[$LATER]"',
  secrets: 'echo "$DEPLOY_TOKEN" | tail -n 1; echo transforming; echo "pin $SHORT_TOKEN"',
}).replace("id: variables,", "id: variables, env: { LEAK: mine },");

interface Seen {
  readonly run: Result;
  /** What each step printed. */
  readonly printed: ReadonlyMap<string, string>;
  readonly elapsedMs: number;
}

async function runAll(tmp: Project): Promise<Seen> {
  const started = Date.now();
  const run = await tmp.shell(
    "umask 027; wave run p; ps -o stat= -p $(cat pid) | grep -v Z && echo alive; true",
    {
      env: { DEPLOY_TOKEN: PEM_LINES.join("\n"), SHORT_TOKEN: "orm" },
    },
  );
  const elapsedMs = Date.now() - started;
  const printed = new Map<string, string>();
  const logs = await tmp.wave(["logs", "--lines", "all", "--format", "json"]);
  for (const entry of logs.json().logs as { step_id: string; state: string; message: string }[]) {
    if (entry.state !== "output") continue;
    printed.set(entry.step_id, `${printed.get(entry.step_id) ?? ""}${entry.message}\n`);
  }
  return { run, printed, elapsedMs };
}

carriedOverTogether(
  "steps that print and inherit",
  {
    ".wave/pipelines/p.yaml": STEPS,
  },
  runAll,
  [
    {
      at: ["NousResearch/hermes-agent#11558", "haskell/process#70"],
      done: "a step leaves a process in the background that holds its output open",
      wave: "the step ends when its script does, and the process is ended",
      proof: ({ run, printed, elapsedMs }) => {
        match(run.stdout, /completed +p /);
        match(printed.get("background") ?? "", /started/);
        doesNotMatch(run.stdout, /^alive$/m);
        ok(elapsedMs < 60_000, `${elapsedMs} ms`);
      },
    },
    {
      at: ["grantiva/cli#63", "openclaw/openclaw#3304", "guard/guard-process#3"],
      done: "a step writes a megabyte to stderr before anything to stdout",
      wave: "both are read as they come, and nothing waits",
      proof: ({ printed }) => {
        const text = printed.get("stderr") ?? "";
        match(text, /printed/);
        equal(text.replaceAll(/[^x]/g, "").length, 1_000_000);
      },
    },
    {
      at: ["Nukesor/pueue#41"],
      done: "a step prints bytes that are no UTF-8",
      wave: "the run goes on, and the log shows what came around them",
      proof: ({ printed }) => match(printed.get("bytes") ?? "", /before.*\nafter/),
    },
    {
      at: ["can1357/oh-my-pi#4021", "arcee-ai/nac#107", "VirtusLab/orca#16"],
      done: "a step asks on the terminal, as git does for a password",
      wave: "steps have no terminal, so it fails at once instead of waiting for ever",
      proof: ({ printed }) => match(printed.get("terminal") ?? "", /no terminal/),
    },
    {
      at: ["ocaml/opam#1681", "mawww/kakoune#2238", "apple/cups#3399"],
      done: "a script pipes an endless program into one that stops reading",
      wave: "programs of steps are ended by the broken pipe, as in a shell",
      proof: ({ printed }) => {
        const ignored = /SigIgn:\s*(\w+)/.exec(printed.get("signals") ?? "")?.[1];
        if (ignored !== undefined) equal(BigInt(`0x${ignored}`) & (1n << 12n), 0n);
        doesNotMatch(printed.get("signals") ?? "", /roken pipe/);
      },
    },
    {
      at: ["coleam00/Archon#2025"],
      done: "a step changes its environment",
      wave: "no other step sees it, and the umask is the caller's",
      proof: ({ printed }) => {
        equal(printed.get("variables"), "leaked=[mine] umask=0027\n");
        equal(printed.get("next"), "leaked=[] later=[]\n");
      },
    },
    {
      at: ["actions/runner#27", "actions/runner#1521"],
      done: "one line of a secret of several lines is printed",
      wave: "it is replaced",
      proof: ({ printed, run }) => {
        match(printed.get("secrets") ?? "", /\[redacted\]/);
        for (const line of PEM_LINES) doesNotMatch(run.stdout, new RegExp(line));
      },
    },
    {
      at: ["actions/runner#4531", "actions/runner#326", "actions/runner#507"],
      done: "a secret is so short that ordinary words hold it",
      wave: "the words stay whole",
      proof: ({ printed }) => match(printed.get("secrets") ?? "", /transforming\npin orm/),
    },
  ],
);

carriedOver({
  at: [
    "openai/codex#20919",
    "openai/codex#27019",
    "anomalyco/opencode#38723",
    "chaseai-yt/claudex-loop#2",
  ],
  done:
    "wave is started with a standard input that never ends, and a step and an agent read theirs",
  wave: "a step reads an empty input, an agent its prompt, and both end",
  files: {
    "wave.yaml": `metadata: { name: test }
adapters: { own: { binary: tools/agent } }
personas: { helper: { adapter: own } }
`,
    "tools/agent": "#!/bin/sh\nprintf 'prompt: '; cat\n",
    ".wave/pipelines/p.yaml": `steps:
  - { id: script, type: command, script: 'cat; echo end' }
  - { id: agent, persona: helper, exec: { source: do it } }
`,
  },
}, async (tmp) => {
  await Deno.chmod(`${tmp.root}/tools/agent`, 0o755);
  const run = await tmp.shell("mkfifo never; exec 9<>never; wave run p <&9");
  equal(run.code, 0, run.stderr);
  const logs = (await tmp.wave(["logs", "-n", "all"])).stdout;
  match(logs, /output +script end/);
  match(logs, /prompt: do it/);
});

carriedOver({
  at: ["jackwener/OpenCLI#2211", "suzuki-shunsuke/github-comment#169", "stringcase/ccase#2"],
  done: "wave runs within a loop that reads lines from its standard input",
  wave: "the lines stay the loop's",
  files: { ".wave/pipelines/p.yaml": scripts({ a: "cat >> $WAVE_PROJECT/eaten" }) },
}, async (tmp) => {
  const loop = await tmp.shell(
    `printf '%s\\n' one two | while read -r line; do wave run p "$line" > /dev/null || exit; echo "$line"; done`,
  );
  deepEqual([loop.code, loop.stdout], [0, "one\ntwo\n"]);
  equal(await Deno.readTextFile(`${tmp.root}/eaten`), "");
});
