/** The hooks of a run that have been started, as its trace tells. */
import type { HookStarted } from "../../event/event.ts";
import type { Target } from "../../executor/processes/process_finder.ts";
import { isNonce, markOf } from "../../executor/processes/process_marker.ts";
import type { WavePaths } from "../../state/records/wave_paths.ts";
import { foldTrace, NOTHING } from "../../state/trace/trace_fold.ts";
import { openTrace } from "../../state/trace/trace_scan.ts";

/** The hooks that were started since the run was started or resumed last. */
export function startedHooks(paths: WavePaths, runId: string): readonly HookStarted[] {
  using file = openTrace(paths.trace(runId));
  let started: HookStarted[] = [];
  if (file === null) return started;
  foldTrace(file, NOTHING, (event) => {
    if (event.state === "hook") started.push(event);
    else if (event.step_id === null && event.state === "running") started = [];
  });
  return started;
}

/** What is looked for when the processes of these hooks are meant. A damaged mark is nobody's. */
export function hookTargets(hooks: readonly HookStarted[]): Target[] {
  return hooks.flatMap(({ data: { nonce } }) =>
    isNonce(nonce) ? [{ mark: markOf(nonce), process: null }] : []
  );
}
