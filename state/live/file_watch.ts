/** Waking up when files change, also where the system has no file watch left to give. */

export interface FileWatch extends Disposable {
  /** Resolves at the next change, at the latest after `ms`; at once if there was one since the last call. */
  changed(ms: number): Promise<void>;
  /** False when only time wakes it: then poll often. */
  readonly watching: boolean;
}

/**
 * Watches a file, or the files directly in a folder. Where that is impossible (no inotify instance is
 * left, the path is missing) the result still works, by time alone. Aborting wakes it up for good.
 * `concerns` tells by a file's name whether its change counts.
 */
export function watchFile(
  path: string,
  signal: AbortSignal,
  concerns: (name: string) => boolean = () => true,
): FileWatch {
  const watcher = openWatcher(path);
  let dirty = false;
  let watching = watcher !== null;
  let wake = () => {};
  const mark = () => {
    dirty = true;
    wake();
  };
  signal.addEventListener("abort", mark);
  if (watcher !== null) void pump(watcher);

  async function pump(events: Deno.FsWatcher): Promise<void> {
    try {
      for await (const event of events) {
        if (event.kind === "access") continue;
        const lost = event.flag === "rescan";
        if (lost || event.paths.some((one) => concerns(one.slice(one.lastIndexOf("/") + 1)))) {
          mark();
        }
      }
    } catch (error) {
      // Such as the name of a file that is no UTF-8. From here on time wakes, as where there is no watch.
      if (!(error instanceof Error)) throw error;
    } finally {
      watching = false;
    }
  }

  return {
    get watching() {
      return watching;
    },
    changed(ms) {
      if (dirty || signal.aborted) {
        dirty = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => wake(), ms);
        wake = () => {
          clearTimeout(timer);
          wake = () => {};
          dirty = false;
          resolve();
        };
      });
    },
    [Symbol.dispose]() {
      signal.removeEventListener("abort", mark);
      wake();
      if (watcher !== null) watcher.close();
    },
  };
}

/** Null when the system gives none; Deno has no class for "Too many open files" or "No space left". */
function openWatcher(path: string): Deno.FsWatcher | null {
  try {
    return Deno.watchFs(path, { recursive: false });
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}
