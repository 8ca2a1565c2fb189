import assert from "node:assert/strict";
import { acquireOwner, inspectOwner } from "../../../state/live/owner_lock.ts";
import { watchFile } from "../../../state/live/file_watch.ts";
import { OWNER } from "../../events.ts";
import { project } from "../projects.ts";

const ID = "demo-1";

Deno.test("acquireOwner() gives a run to one at a time", async () => {
  using made = project();
  const lock = await acquireOwner(made.paths, ID, OWNER);
  assert(lock);
  assert.equal(lock.runId, ID);
  assert.equal(inspectOwner(made.paths, ID).kind, "locked");
  assert.equal(await acquireOwner(made.paths, ID, OWNER), null);
  await lock[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  assert.equal(inspectOwner(made.paths, ID).kind, "missing");
  await using again = await acquireOwner(made.paths, ID, OWNER);
  assert(again);
});

Deno.test("acquireOwner() says in the file who has it, for people", async () => {
  using made = project();
  const path = made.paths.owner(ID);
  Deno.writeTextFileSync(
    path,
    "what a process left that died, and longer than what comes".repeat(9),
  );
  await using lock = await acquireOwner(made.paths, ID, OWNER);
  assert(lock);
  assert.deepEqual(JSON.parse(Deno.readTextFileSync(path)), OWNER);
});

/** Lets `act` happen after the next file is opened, as another process might. */
function afterNextOpen(act: () => void): Disposable {
  const { openSync } = Deno;
  const restore = () => {
    Deno.openSync = openSync;
  };
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    restore();
    act();
    return file;
  };
  return { [Symbol.dispose]: restore };
}

Deno.test("acquireOwner() takes no lock of a file that is not the run's any more", async () => {
  using made = project();
  const path = made.paths.owner(ID);
  {
    // An ending owner removes its file between the opening and the lock of the next one.
    using _ = afterNextOpen(() => Deno.removeSync(path));
    await using lock = await acquireOwner(made.paths, ID, OWNER);
    assert(lock);
    assert.equal(inspectOwner(made.paths, ID).kind, "locked");
  }
  {
    // And another process has its own file there already.
    using _ = afterNextOpen(() => {
      Deno.removeSync(path);
      Deno.writeTextFileSync(path, "");
    });
    await using lock = await acquireOwner(made.paths, ID, OWNER);
    assert(lock);
    assert.equal(inspectOwner(made.paths, ID).kind, "locked");
    assert.equal(await acquireOwner(made.paths, ID, OWNER), null);
  }
});

Deno.test("acquireOwner() opens nothing but a plain file", async () => {
  using made = project();
  Deno.symlinkSync("/dev/zero", made.paths.owner(ID));
  await assert.rejects(acquireOwner(made.paths, ID, OWNER), { code: "owner_file_invalid" });
});

Deno.test("an owner's file shows that its process is alive", async () => {
  using made = project();
  const path = made.paths.owner(ID);
  const before = Date.now();
  await using lock = await acquireOwner(made.paths, ID, OWNER, { heartbeatMs: 1 });
  assert(lock);
  Deno.utimeSync(path, 0, 0);
  const signal = AbortSignal.timeout(20_000);
  using watch = watchFile(path, signal);
  const beatAt = () => {
    const seen = inspectOwner(made.paths, ID);
    return "beatAt" in seen ? seen.beatAt : 0;
  };
  while (beatAt() < before - 1000 && !signal.aborted) await watch.changed(100);
  // File times may be a little coarser than the clock.
  assert(beatAt() >= before - 1000);
});

Deno.test("inspectOwner() changes nothing", () => {
  using made = project();
  const path = made.paths.owner(ID);
  assert.deepEqual(inspectOwner(made.paths, ID), { kind: "missing" });
  Deno.writeTextFileSync(path, "left behind");
  Deno.utimeSync(path, 1000, 1000);
  assert.deepEqual(inspectOwner(made.paths, ID), { kind: "free", beatAt: 1_000_000 });
  assert.equal(Deno.readTextFileSync(path), "left behind");
  Deno.removeSync(path);
  Deno.symlinkSync("/dev/zero", path);
  assert.deepEqual(inspectOwner(made.paths, ID), { kind: "missing" });
});
