/** Makes projects on disk with runs in them, for tests. */
import { encodeEvent } from "../../event/codec.ts";
import type { RunEvent } from "../../event/event.ts";
import { ensurePrivateDirs, type WavePaths, wavePaths } from "../../state/records/wave_paths.ts";
import { openStore } from "../../state/sqlite/sqlite_store.ts";
import type { StateStore } from "../../state/records/state_store.ts";
import { OWNER } from "../events.ts";

export interface Project extends Disposable {
  readonly root: string;
  readonly paths: WavePaths;
}

/** An empty project in a temporary folder, which goes with it. */
export function project(): Project {
  const root = Deno.makeTempDirSync({ prefix: "wave-test-" });
  const paths = wavePaths(root);
  ensurePrivateDirs(paths);
  return {
    root,
    paths,
    [Symbol.dispose]() {
      Deno.removeSync(root, { recursive: true });
    },
  };
}

/** Writes the trace of a run; `tail` comes after the last whole line. */
export function writeTrace(paths: WavePaths, events: readonly RunEvent[], tail = ""): void {
  const [first] = events;
  if (first === undefined) throw new Error("a trace begins with an event");
  const lines = events.map((event) => `${encodeEvent(event)}\n`).join("");
  Deno.writeTextFileSync(paths.trace(first.run_id), lines + tail, { mode: 0o600 });
}

/** The store of a project; waits for nobody. */
export function store({ root }: Project): Promise<StateStore> {
  return openStore(root, { owner: OWNER, busyTimeoutMs: 0 });
}
