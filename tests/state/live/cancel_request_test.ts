import assert from "node:assert/strict";
import { namesIn } from "../../../event/files.ts";
import {
  clearCancelRequest,
  readCancelRequest,
  requestCancel,
} from "../../../state/live/cancel_request.ts";
import { START } from "../../events.ts";
import { project } from "../projects.ts";

const ID = "demo-1";

Deno.test("requestCancel() keeps the first time and the greatest force", () => {
  const cases: [readonly boolean[], boolean][] = [
    [[false], false],
    [[true], true],
    [[true, false], true],
    [[false, true], true],
    [[false, false], false],
  ];
  for (const [asked, force] of cases) {
    using made = project();
    asked.forEach((one, index) => requestCancel(made.paths, ID, one, START + index));
    const request = { runId: ID, requestedAt: START, force };
    assert.deepEqual(readCancelRequest(made.paths, ID), request, asked.join());
  }
});

Deno.test("requestCancel() leaves one private file, whole at any moment", () => {
  using made = project();
  const { paths } = made;
  requestCancel(paths, ID, true, START);
  assert.deepEqual(namesIn(paths.traces), [`cancel-${ID}.json`]);
  const path = paths.cancel(ID);
  assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  assert.deepEqual(JSON.parse(Deno.readTextFileSync(path)), {
    requested_at: "2026-02-02T14:30:22.000Z",
    force: true,
  });
  // Whoever has it open goes on reading the old one: it is replaced, not written over.
  using open = Deno.openSync(path);
  requestCancel(paths, ID, false, START + 1);
  assert.notEqual(open.statSync().ino, Deno.statSync(path).ino);
});

Deno.test("requestCancel() wakes the owner by a change of its file that is no heartbeat", () => {
  using made = project();
  const path = made.paths.owner(ID);
  Deno.writeTextFileSync(path, "owner", { mode: 0o644 });
  Deno.utimeSync(path, 1000, 1000);
  requestCancel(made.paths, ID, false, START);
  const { mode, mtime } = Deno.statSync(path);
  assert.equal((mode ?? 0) & 0o777, 0o600);
  assert.equal(mtime?.getTime(), 1_000_000);
});

Deno.test("requestCancel() changes the mode of nothing else in the owner's place", () => {
  using made = project();
  const target = `${made.root}/target`;
  Deno.writeTextFileSync(target, "", { mode: 0o644 });
  Deno.chmodSync(target, 0o644);
  Deno.symlinkSync(target, made.paths.owner(ID));
  requestCancel(made.paths, ID, false, START);
  assert.equal((Deno.statSync(target).mode ?? 0) & 0o777, 0o644);
});

Deno.test("readCancelRequest() takes nothing else for a request", () => {
  using made = project();
  const { paths } = made;
  assert.equal(readCancelRequest(paths, ID), null);
  const path = paths.cancel(ID);
  const contents = [
    "",
    "{",
    "null",
    "[]",
    "1",
    '{"force":true}',
    '{"requested_at":"x","force":true}',
  ];
  for (const content of [...contents, '{"requested_at":"2026-02-02T14:30:22Z","force":1}']) {
    Deno.writeTextFileSync(path, content);
    assert.equal(readCancelRequest(paths, ID), null, content);
  }
  const request = '{"requested_at":"2026-02-02T14:30:22Z","force":false}';
  Deno.writeTextFileSync(path, request);
  assert.deepEqual(readCancelRequest(paths, ID), { runId: ID, requestedAt: START, force: false });
  Deno.renameSync(path, `${made.root}/elsewhere`);
  Deno.symlinkSync(`${made.root}/elsewhere`, path);
  assert.equal(readCancelRequest(paths, ID), null);
});

Deno.test("clearCancelRequest() uses a request up, if there is one", () => {
  using made = project();
  requestCancel(made.paths, ID, false, START);
  clearCancelRequest(made.paths, ID);
  clearCancelRequest(made.paths, ID);
  assert.equal(readCancelRequest(made.paths, ID), null);
});
