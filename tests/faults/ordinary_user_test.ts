/** Faults that only a user without root's powers meets (contract, section 5). */
import assert from "node:assert/strict";
import { copyProgram } from "../built_program.ts";
import { type Project, project } from "../cli.ts";
import { type Answer, NOBODY, ordinaryUser } from "../ordinary_user.ts";

const REPORT = `
steps:
  - id: count
    type: command
    script: printf '%s' "{{ input }}" > count.txt
    output_artifacts:
      - { name: count, path: count.txt, type: text }
`;
const READS = [
  ["status", "--all"],
  ["status", "@latest"],
  ["logs"],
  ["logs", "--pipeline", "report", "-n", "all"],
  ["artifacts", "@latest"],
  ["list", "runs"],
  ["clean", "--all", "--dry-run"],
  ["wait", "@latest"],
];

async function own(place: Project, mode: string, ...paths: string[]): Promise<void> {
  const targets = paths.map((path) => `${place.root}/${path}`);
  await new Deno.Command("chmod", { args: [mode, ...targets] }).output();
  if (Deno.uid() === 0) {
    await new Deno.Command("chown", { args: ["-R", `${NOBODY}`, place.root] }).output();
  }
}

const warnings = ({ stderr }: Answer) =>
  stderr.split("\n").filter((line) => line.startsWith("warning: state.db"));

Deno.test("an ordinary user gets the same answers from what may not be read or written", async (t) => {
  await using place = await project({ ".wave/pipelines/report.yaml": REPORT });
  await own(place, "755", ".");
  const user = await ordinaryUser(place.root);
  if (user === null) return;
  const program = copyProgram(`${place.root}/dist`);
  const wave = (...args: string[]) => user.run(place.root, program, args);
  const read = async (args: readonly string[]) => {
    const answer = await wave(...args, "--format", "json");
    assert.notEqual(answer.stdout, "", `${args.join(" ")}: ${answer.stderr}`);
    const { source, ...rest } = JSON.parse(answer.stdout);
    return { answer, source, rest };
  };
  await own(place, "755", ".", "dist");
  for (const input of ["seven", "eight"]) {
    const { code, stderr } = await wave("run", "report", input, "-q");
    assert.deepEqual([code, stderr], [0, ""]);
  }
  const sideFiles = ["-wal", "-shm"].map((suffix) => `.wave/state.db${suffix}`);
  const expected = new Map<string, unknown>();
  for (const args of READS) expected.set(args.join(" "), (await read(args)).rest);

  /** Everything that reads answers as before; returns nothing, and complains otherwise. */
  const answersAsBefore = async (reason: RegExp) => {
    for (const args of READS) {
      const { answer, source, rest } = await read(args);
      assert.deepEqual(rest, expected.get(args.join(" ")), args.join(" "));
      if (source !== undefined) assert.equal(source, "traces", args.join(" "));
      assert.equal(warnings(answer).length, 1, answer.stderr);
      assert.match(answer.stderr, reason);
    }
  };
  /** A run, which is then known, whatever the database says. */
  const runCompletes = async () => {
    const { code, stdout, stderr } = await wave("run", "report", "nine", "-q");
    assert.equal(code, 0, stderr);
    assert.equal(warnings({ code, stdout, stderr }).length, 1, stderr);
    const { rest } = await read(["status", stdout.trim()]);
    assert.equal(rest.pipelines[0].status, "completed");
    return stdout.trim();
  };
  const repaired = async (run: string) => {
    const { code, stdout, stderr } = await wave("doctor", "--repair");
    assert.deepEqual([code, stderr], [0, ""], stdout);
    const { answer, source, rest } = await read(["status", run]);
    assert.deepEqual([source, rest.pipelines[0].status], ["state.db", "completed"]);
    assert.equal(answer.stderr, "");
    assert.equal((await wave("clean", run, "--force")).code, 0);
  };

  await t.step("an unreadable database", async () => {
    for (const path of sideFiles) await Deno.remove(`${place.root}/${path}`).catch(() => {});
    await own(place, "000", ".wave/state.db");
    await answersAsBefore(/state\.db: permission denied/);
    const run = await runCompletes();
    await repaired(run);
  });

  await t.step("a read-only folder", async () => {
    for (const path of sideFiles) await Deno.remove(`${place.root}/${path}`).catch(() => {});
    await own(place, "555", ".wave");
    await answersAsBefore(/state\.db: read-only/);
    const run = await runCompletes();
    const refused = await wave("doctor", "--repair");
    assert.equal(refused.code, 1);
    assert.doesNotMatch(refused.stderr, /internal error/);
    await own(place, "755", ".wave");
    // The mark that the database lags is found although it could not stand where it usually does.
    const { source, rest } = await read(["status", run]);
    assert.deepEqual([source, rest.pipelines[0].status], ["state.db", "completed"]);
    await repaired(run);
  });

  await t.step("nothing may be written at all", async () => {
    await own(
      place,
      "a-w",
      ".wave",
      ".wave/state.db",
      ...["traces", "workspaces", "trash"]
        .map((name) => `.wave/${name}`),
    );
    for (const path of sideFiles) await Deno.remove(`${place.root}/${path}`).catch(() => {});
    await answersAsBefore(/state\.db: read-only/);
    for (
      const args of [["run", "report", "x"], ["clean", "--all", "--force"], ["doctor", "--repair"]]
    ) {
      const answer = await wave(...args);
      assert.equal(answer.code, 1, args.join(" ") + answer.stdout);
      assert.doesNotMatch(answer.stderr, /internal error/, args.join(" "));
    }
    await answersAsBefore(/state\.db: read-only/);
    await own(
      place,
      "u+w",
      ".wave",
      ...["traces", "workspaces", "trash"].map((name) => `.wave/${name}`),
    );
  });
});
