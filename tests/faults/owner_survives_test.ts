/** Whatever lies in `.wave`: the process that runs the steps goes on, or ends them with itself. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { NOBODY, ordinaryUser } from "../ordinary_user.ts";
import { copyProgram } from "../built_program.ts";
import { WAITING } from "../waiting_pipeline.ts";

const files = { ".wave/pipelines/two.yaml": WAITING };

/** What is done to a run of `two` while its first step waits for the file `go`, and the warnings it gets. */
const CASES = [
  {
    name: "a request to cancel that it may not read",
    act: `echo "{}" > ".wave/traces/cancel-$id.json"; chmod 0 ".wave/traces/cancel-$id.json"`,
    heard: `until grep -q "cannot see requests" out; do sleep 0.05; done`,
    warnings: 1,
  },
  {
    name: "a folder in the place of the request",
    act: `mkdir -p ".wave/traces/cancel-$id.json/x"`,
    heard: "",
    warnings: 1,
  },
  {
    name: "a folder of traces that it may not enter",
    act: "chmod 0 .wave/traces",
    heard: `until grep -q "cannot see requests" out; do sleep 0.05; done`,
    warnings: 3,
  },
  { name: "a folder of traces that is read-only", act: "chmod a-w .wave/traces", warnings: 1 },
] as const;

Deno.test("a run completes, and exits as it ended, beside", async (t) => {
  await using place = await project(files);
  const user = await ordinaryUser(place.root);
  if (user === null) return;
  copyProgram(`${place.root}/dist`);
  if (Deno.uid() === 0) {
    await new Deno.Command("chmod", { args: ["755", place.root] }).output();
    await new Deno.Command("chown", { args: ["-R", `${NOBODY}`, place.root] }).output();
  }
  for (const { name, act, warnings, ...more } of CASES) {
    await t.step(name, async () => {
      const script = `
        rm -f go out
        dist/wave run two -v > out 2> err & wave=$!
        until grep -q "waiting$" out; do sleep 0.05; done
        id=$(ls .wave/traces | sed -n 's/^owner-//p')
        ${act}
        ${"heard" in more ? more.heard : ""}
        touch go
        wait $wave; code=$?
        chmod 700 .wave/traces; chmod -R u+rwX .wave/traces; rm -rf .wave/traces/cancel-*
        cat out err; exit $code`;
      const { code, stdout, stderr } = await user.run(place.root, "sh", ["-c", script]);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /completed +two/);
      assert.equal(
        stdout.split("\n").filter((line) => /(^|\] )warning/.test(line)).length,
        warnings,
        stdout,
      );
      assert.doesNotMatch(stdout, /os error|internal error/);
    });
  }
});

Deno.test("root cancels the run of another user, who can read the request", async () => {
  await using place = await project(files);
  const user = Deno.uid() === 0 ? await ordinaryUser(place.root) : null;
  if (user === null) return console.log("skipped: it takes root to be two users");
  copyProgram(`${place.root}/dist`);
  await new Deno.Command("chmod", { args: ["755", place.root] }).output();
  await new Deno.Command("chown", { args: ["-R", `${NOBODY}`, place.root] }).output();
  const theirs = user.run(place.root, "dist/wave", ["run", "two"]);
  const started = () => place.wave(["status", "-q"]);
  while ((await started()).stdout === "");
  assert.equal((await place.wave(["cancel"])).code, 0);
  await place.write("go", "");
  const { code, stdout } = await theirs;
  assert.equal(code, 4, stdout);
});

/** A bug of wave: a timer that throws as soon as there is a file `bug`. */
const BUGS: Readonly<Record<string, string>> = {
  "a timer throws": `throw new Error("a bug")`,
  "a promise is rejected that nobody has": `void Promise.reject(new Error("a bug"))`,
  "a listener throws": `const c = new AbortController();
    c.signal.addEventListener("abort", () => { throw new Error("a bug"); }); c.abort();`,
};

Deno.test("a bug that nothing catches ends the run's processes, and the run as failed, when", async (t) => {
  for (const [name, bug] of Object.entries(BUGS)) {
    await t.step(name, async () => {
      await using place = await project(files);
      await place.write(
        "bug.ts",
        `const timer = setInterval(() => {
          try { Deno.statSync("bug"); } catch { return; }
          clearInterval(timer);
          ${bug}
        }, 10);
        Deno.unrefTimer(timer);`,
      );
      await using run = place.spawn(["run", "two", "-v"], { preload: `${place.root}/bug.ts` });
      await run.waitForLine(/ waiting$/);
      await place.write("bug", "");
      const { code, stderr } = await run.result();
      assert.equal(code, 1);
      assert.match(stderr, /^error: internal error: Error: a bug$/m);
      const [seen] = (await place.wave(["status", "@latest", "--format", "json"]))
        .json()["pipelines"] as Record<string, unknown>[];
      assert.deepEqual(
        [seen?.["status"], seen?.["liveness"], seen?.["error_message"]],
        ["failed", "finished", "internal error: a bug"],
      );
      const left = await new Deno.Command("sh", {
        args: ["-c", `grep -lzxF "WAVE_PROJECT=$1" /proc/[0-9]*/environ`, "sh", place.root],
        stderr: "null",
      }).output();
      assert.equal(new TextDecoder().decode(left.stdout), "");
    });
  }
});
