/** What `status --watch` draws on a terminal, which becomes narrow and low meanwhile. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { appendEvents, eventsOf, holdOwner, type SeededRun, seedRuns } from "../seed.ts";
import { call } from "./in_process.ts";

const ID = "investigate-the-matter-20260202-143022";

Deno.test("status --watch draws over what it drew, also on a terminal that shrinks", async () => {
  await using place = await project();
  const run: SeededRun = {
    id: ID,
    pipeline: "investigate-the-matter",
    status: "running",
    startedAt: Date.now() - 5000,
    tookMs: 5000,
    steps: [{ id: "read", status: "running" }],
  };
  const ended: SeededRun = { ...run, status: "completed", steps: [{ id: "read" }] };
  await seedRuns(place.root, [run]);
  const owner = await holdOwner(place.root, ID);
  const terminal = { width: 90, height: 24 };
  const frames: string[] = [];
  const called = await call(place.root, ["status", "--watch", "--color", "never"], {
    terminal,
    onStdout(frame) {
      frames.push(frame);
      if (frames.length === 1) Object.assign(terminal, { width: 40 });
      if (frames.length === 2) Object.assign(terminal, { width: 30, height: 2 });
      if (frames.length === 3) {
        Object.assign(terminal, { width: 90, height: 24 });
        appendEvents(place.root, ended, eventsOf(run).length)
          .then(() => owner[Symbol.asyncDispose]());
      }
    },
  });
  assert.equal(called.code, 0);
  // Escape characters made visible, and how long it took left out.
  const visible = frames.map((frame) => frame.replaceAll("\x1b", "^").replace(/\b\ds\b/, "5s"));
  assert.deepEqual(visible, [
    "^[2KRun                                     Pipeline      Status   Step  Elapsed  Tokens  Cost\n" +
    "^[2Kinvestigate-the-matter-20260202-143022  investigate…  running  read  5s       0       -\n^[J",
    // Both lines take three rows by now; the id begins with the pipeline, which goes first.
    "^[6A\r^[2KRun                        Status   Step\n" +
    "^[2Kinvestigate-the-matter-2…  running  read\n^[J",
    "^[4A\r^[2K… 2 more lines\n^[J",
    "^[1A\r^[2KRun                                     Pipeline    Status     Step  Elapsed  Tokens  Cost\n" +
    "^[2Kinvestigate-the-matter-20260202-143022  investiga…  completed  -     5s       0       -\n^[J",
  ]);
});

Deno.test("status --watch on a dumb terminal prints changes, and no control sequence", async () => {
  await using place = await project();
  const run: SeededRun = {
    ...{ id: ID, pipeline: "matter", status: "running", startedAt: Date.now() - 5000 },
    steps: [{ id: "read", status: "running" }],
  };
  const ended: SeededRun = { ...run, status: "completed", steps: [{ id: "read" }] };
  await seedRuns(place.root, [run]);
  const owner = await holdOwner(place.root, ID);
  const called = await call(place.root, ["status", "--watch"], {
    terminal: { width: 90, height: 24 },
    env: { TERM: "dumb" },
    onStdout(line) {
      if (!line.includes("running")) return;
      appendEvents(place.root, ended, eventsOf(run).length)
        .then(() => owner[Symbol.asyncDispose]());
    },
  });
  assert.equal(
    called.stdout.replace(/ \ds /g, " 5s "),
    `${ID}  matter  running  read  5s  0  -\n${ID}  matter  completed  -  5s  0  -\n`,
  );
});
