/** What `status --watch` draws on a terminal, which becomes narrow and low meanwhile. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { appendEvents, eventsOf, holdOwner, type SeededRun, seedRuns } from "../seed.ts";
import { call } from "./in_process.ts";

const ID = "investigate-the-matter-20260202-143022";

/** How long it took depends on the machine. */
const withoutTime = (text: string) =>
  text.replaceAll(
    /\b(?:\d+m )?\d+s\b( {3,})?/g,
    (_, padding?: string) => padding === undefined ? "5s" : "5s       ",
  );

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
  const visible = frames.map((frame) => withoutTime(frame.replaceAll("\x1b", "^")));
  const [wide, narrow, low] = visible;
  const step = "  read  running    5s       ";
  assert.equal(wide, `${ID}  5s · 0 of 1 steps\n${step}\n`);
  // The first line takes two rows by now.
  assert.equal(narrow, `^[3A\r^[J${ID}  \n${step}\n`);
  assert.equal(low, `^[3A\r^[Jinvestigate-the-matter-2026020\n`);
  // In the end it is taken away, and the answer of `status` stands there.
  const [answer, cleared] = visible.toReversed();
  assert.match(cleared ?? "", /^\^\[\dA\r\^\[J$/);
  assert.match(answer ?? "", /^Run .*\n\S+ +investi\S+ +completed +- +5s +0 +-\n$/);
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
    called.stdout.replaceAll(/ (?:\d+m )?\d+s /g, " 5s "),
    `${ID}  matter  running  read  5s  0  -\n${ID}  matter  completed  -  5s  0  -\n`,
  );
});
