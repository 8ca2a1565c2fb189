import assert from "node:assert/strict";
import { project } from "../../cli.ts";
import { WAITING } from "../../waiting_pipeline.ts";

const files = { ".wave/pipelines/two.yaml": WAITING };

Deno.test("run under Ctrl-C lets running steps finish, and exits 130", async () => {
  await using place = await project(files);
  await using run = place.spawn(["run", "two", "-v"]);
  await run.waitForLine(/ waiting$/);
  run.kill("SIGINT");
  await run.waitForLine("cancelling");
  await place.write("go", "");
  const { code, stdout } = await run.result();
  assert.equal(code, 130);
  assert.match(stdout, /completed +wait/);
  assert.doesNotMatch(stdout, /running +after/);
  assert.match(stdout, /cancelled +two/);
});

Deno.test("run under Ctrl-C twice ends at once, and exits 130", async () => {
  await using place = await project(files);
  await using run = place.spawn(["run", "two", "-v"]);
  await run.waitForLine(/ waiting$/);
  run.kill("SIGINT");
  await run.waitForLine("cancelling");
  run.kill("SIGINT");
  const { code, stdout } = await run.result();
  assert.equal(code, 130);
  assert.match(stdout, /cancelled +wait/);
});

Deno.test("run under SIGTERM ends at once, and exits 143", async () => {
  await using place = await project(files);
  await using run = place.spawn(["run", "two", "-v", "--format", "json"]);
  await run.waitForLine("waiting");
  run.kill("SIGTERM");
  const result = await run.result();
  assert.equal(result.code, 143);
  const last = result.jsonLines().at(-1);
  assert.deepEqual([last?.["state"], last?.["step_id"]], ["cancelled", null]);
});

Deno.test("run goes on recording when nobody reads its output any more", async () => {
  await using place = await project({
    ".wave/pipelines/chatty.yaml": `
steps:
  - id: talk
    type: command
    script: |
      i=0
      while [ $i -lt 200 ]; do echo "line $i"; i=$((i + 1)); done
      sleep 0.3
      echo last
`,
  });
  const { code } = await place.shell("wave run chatty -v | head -1");
  assert.equal(code, 0);
  const { pipelines } = (await place.wave(["wait", "@latest", "--format", "json"])).json() as {
    pipelines: unknown;
  };
  assert.equal(pipelines, undefined);
  const [run] = (await place.wave(["status", "@latest", "--format", "json"])).json()[
    "pipelines"
  ] as { status: string }[];
  assert.equal(run?.status, "completed");
  const logs = await place.wave(["logs", "--grep", "^last", "--format", "json"]);
  assert.equal((logs.json()["logs"] as unknown[]).length, 1);
});

Deno.test("a killed run shows as interrupted at once, in every command and form", async () => {
  await using place = await project(files);
  await using run = place.spawn(["run", "two", "-v"]);
  await run.waitForLine(/ waiting$/);
  run.kill("SIGKILL");
  await run.result();
  for (const source of ["state.db", "traces"]) {
    if (source === "traces") await Deno.remove(`${place.root}/.wave/state.db`);
    for (const command of [["status", "@latest"], ["list", "runs"]]) {
      const json = (await place.wave([...command, "--format", "json"])).json();
      const [seen] = (json["pipelines"] ?? json["runs"]) as Record<string, unknown>[];
      assert.equal(json["source"], source);
      assert.deepEqual([seen?.["status"], seen?.["liveness"]], ["failed", "interrupted"]);
      assert.match(String(seen?.["error_message"]), /interrupted at wait/);
      const text = (await place.wave(command)).stdout;
      assert.match(text, /failed \(interrupted\)/);
    }
    assert.deepEqual((await place.wave(["status", "--format", "json"])).json()["pipelines"], []);
    const logs = await place.wave(["logs"]);
    assert.equal(logs.code, 0);
    assert.match(logs.stderr, /interrupted/);
    const failed = await place.wave(["status", "-q", "--status", "failed"]);
    assert.equal(failed.stdout.trim().split("\n").length, 1);
    assert.equal((await place.wave(["wait", "@latest"])).code, 1);
  }
  // Its step still runs; this ends it.
  assert.equal((await place.wave(["cancel", "@latest"])).code, 0);
});
