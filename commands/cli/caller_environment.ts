/**
 * The environment that wave was called with. The launcher (npm/build.ts) keeps from the runtime what the
 * runtime would obey: `NODE_OPTIONS` runs code in it. Steps get it all the same.
 */

/** What the launcher calls `NODE_OPTIONS`. */
const HIDDEN = "WAVE_NODE_OPTIONS";
/** Set where the launcher, for want of a home, named a folder for the runtime's caches. */
const NO_HOME = "WAVE_NO_DENO_DIR";

/** Gives this process the environment that its caller meant. The runtime has read what it reads. */
export function restoreEnvironment(): void {
  const options = Deno.env.get(HIDDEN);
  if (options !== undefined) {
    Deno.env.delete(HIDDEN);
    Deno.env.set("NODE_OPTIONS", options);
  }
  if (Deno.env.get(NO_HOME) === undefined) return;
  Deno.env.delete(NO_HOME);
  Deno.env.delete("DENO_DIR");
}

/** What the launcher would make of this environment: for a process of wave that is started without it. */
export function hiddenEnvironment(): Record<string, string> {
  const { NODE_OPTIONS: options, ...env } = Deno.env.toObject();
  const hidden = options === undefined ? env : { ...env, [HIDDEN]: options };
  return isHomeless(env) ? { ...hidden, DENO_DIR: "/dev/null/none", [NO_HOME]: "1" } : hidden;
}

function isHomeless(env: Readonly<Record<string, string>>): boolean {
  return ["HOME", "XDG_CACHE_HOME", "DENO_DIR"].every((name) => (env[name] ?? "") === "");
}
