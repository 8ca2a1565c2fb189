/** Owners that do not act: stopped ones, and records whose pid belongs to somebody else by now. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { encodeEvent } from "../../event/codec.ts";
import type { Owner } from "../../event/event.ts";
import { ensurePrivateDirs, wavePaths } from "../../state/records/wave_paths.ts";
import { type Project, project } from "../cli.ts";
import { eventsOf, holdOwner } from "../seed.ts";

/**
 * Runs whose recorded owner is a living process that is not theirs: one with another start, and pids that
 * mean a group or the system. `cancel --force` must refuse, and signal nobody.
 */
export async function ownerNotProven(): Promise<void> {
  await using place = await project();
  const bystander = new Deno.Command("sleep", { args: ["600"] }).spawn();
  await using locks = new AsyncDisposableStack();
  try {
    const codes: Record<string, string> = {};
    for (
      const [pid, code] of [[bystander.pid, "owner_not_proven"], [0, "owner_not_proven"], [
        1,
        "owner_not_proven",
      ]]
    ) {
      const id = `demo-20260202-14302${Object.keys(codes).length}`;
      codes[id] = String(code);
      const owner = { host: Deno.hostname(), pid: Number(pid), process_start: "1@0" };
      await seedOwned(place.root, id, owner);
      locks.use(await holdOwner(place.root, id));
    }
    const result = await place.wave(["cancel", "--all", "--force", "--format", "json"]);
    assert.equal(result.code, 1, result.stderr);
    for (const id of Object.keys(codes)) {
      const shown = await place.wave(["status", id, "--format", "json"]);
      const [run] = shown.json()["pipelines"] as { status: string }[];
      assert.equal(run?.status, "running", id);
    }
    const told = result.stderr + result.stdout;
    for (const pid of [bystander.pid, 0, 1]) {
      assert.match(told, new RegExp(`nothing proves that process ${pid} is`));
    }
    assert.equal(await stateOf(bystander.pid), "S");
  } finally {
    bystander.kill("SIGKILL");
    await bystander.status;
  }
}

/** A run that is going on, in a trace that names `owner`. */
async function seedOwned(root: string, id: string, owner: Owner): Promise<void> {
  const paths = wavePaths(root);
  ensurePrivateDirs(paths);
  const events = eventsOf({
    id,
    status: "running",
    startedAt: Date.now() - 5_000,
    steps: [{ id: "one", status: "running" }],
  });
  const lines = events.map((event) =>
    event.step_id === null && event.state === "started"
      ? { ...event, data: { ...event.data, owner } }
      : event
  ).map((event) => `${encodeEvent(event)}\n`);
  await Deno.writeTextFile(paths.trace(id), lines.join(""), { mode: 0o600 });
}

async function stateOf(pid: number): Promise<string> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", String(pid)] })
    .output();
  return new TextDecoder().decode(stdout).trim().slice(0, 1);
}

const WAITING = `
steps:
  - id: wait
    type: command
    script: |
      echo waiting
      while [ ! -e "$WAVE_PROJECT/go" ]; do sleep 0.05; done
  - id: after
    type: command
    dependencies: [wait]
    script: echo done
`;

/**
 * Stops the owner of a run for `waitMs`, or, when that is 0, makes its heartbeat old instead. It must be
 * stalled meanwhile, no command may change what is recorded of it, and it goes on afterwards.
 */
export async function stopOwner({ waitMs }: { readonly waitMs: number }): Promise<void> {
  await using place = await project({ ".wave/pipelines/waiting.yaml": WAITING });
  await using run = place.spawn(["run", "waiting", "--format", "json"]);
  await run.waitForLine('"message":"waiting"');
  const [first = "{}"] = run.stdout.split("\n");
  const { run_id: id } = JSON.parse(first) as { run_id: string };
  const paths = wavePaths(place.root);
  run.kill("SIGSTOP");
  if (waitMs === 0) {
    const old = new Date(Date.now() - 60_000);
    Deno.utimeSync(paths.owner(id), old, old);
  } else {
    const timer = Promise.withResolvers<void>();
    setTimeout(timer.resolve, waitMs);
    await timer.promise;
  }
  const before = recorded(place, id);
  for (
    const args of [
      ["status"],
      ["status", id],
      ["status", "--all"],
      ["logs", id],
      ["list", "runs"],
      ["artifacts", id],
      ["clean", "--dry-run"],
      ["clean", "--all", "--force"],
      ["resume", id, "--plan"],
    ]
  ) {
    const result = await place.wave([...args, "--format", "json"]);
    assert.equal(result.code, 0, `${args.join(" ")}: ${result.stdout}${result.stderr}`);
  }
  for (const args of [["clean", id, "--force"], ["resume", id]]) {
    const refused = await place.wave([...args, "--format", "json"]);
    assert.equal(refused.code, 1, `${args.join(" ")}: ${refused.stdout}${refused.stderr}`);
  }
  assert.deepEqual(await liveness(place, id), ["running", "stalled"]);
  assert.deepEqual(recorded(place, id), before);
  run.kill("SIGCONT");
  await using watch = watchUntilAlive(place, id);
  await watch.alive;
  await place.write("go", "");
  const result = await run.result();
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(await liveness(place, id), ["completed", "finished"]);
}

/** Looks at each touch of the owner's file, whose time is the heartbeat. */
function watchUntilAlive(place: Project, id: string) {
  const watcher = Deno.watchFs(wavePaths(place.root).owner(id));
  const look = async () => {
    for await (const _event of watcher) {
      const [, seen] = await liveness(place, id);
      if (seen === "alive") return;
    }
  };
  return {
    alive: look(),
    [Symbol.asyncDispose]() {
      watcher.close();
      return Promise.resolve();
    },
  };
}

async function liveness(place: Project, id: string): Promise<unknown[]> {
  const [run] = (await place.wave(["status", id, "--format", "json"])).json()["pipelines"] as {
    status: string;
    liveness: string;
  }[];
  return [run?.status, run?.liveness];
}

/** The trace, and what the database holds of the run. */
function recorded(place: Project, id: string): unknown {
  using database = new DatabaseSync(wavePaths(place.root).database, { readOnly: true });
  return {
    trace: Deno.readTextFileSync(wavePaths(place.root).trace(id)),
    run: database.prepare("SELECT * FROM pipeline_run").all(),
    steps: database.prepare("SELECT * FROM step_state").all(),
  };
}
