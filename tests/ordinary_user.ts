/** Runs programs as a user without root's powers, who meets faults that root does not. */

/** The user whom systems have for those who own nothing. */
export const NOBODY = 65534;

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface OrdinaryUser {
  /** A deno that this user may run. */
  readonly deno: string;
  /** Runs a program in `cwd`, with little in its environment. */
  run(cwd: string, program: string, args: readonly string[]): Promise<Answer>;
}

/**
 * The user of this process, or another one where this process is root. Null, with the reason printed,
 * where that cannot be. `folder` is where a deno is put when this one is out of the other user's reach.
 */
export async function ordinaryUser(folder: string): Promise<OrdinaryUser | null> {
  const root = Deno.uid() === 0;
  const drop = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const as = (deno: string): OrdinaryUser => ({
    deno,
    async run(cwd, program, args) {
      const [first = "", ...rest] = [...root ? drop : [], program, ...args];
      const env = { PATH: Deno.env.get("PATH") ?? "", HOME: "/nonexistent", DENO: deno };
      const { code, stdout, stderr } = await new Deno.Command(first, {
        args: rest,
        cwd,
        clearEnv: true,
        env: { ...env, DENO_DIR: "/nonexistent" },
      }).output();
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
  });
  const here = as(Deno.execPath());
  if (!root) return here;
  try {
    // Through a shell: setpriv itself still has root's reach when it starts a program.
    const { code } = await here.run("/", "sh", ["-c", 'exec "$0" --version', here.deno]);
    if (code === 0) return here;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("skipped: only setpriv can make root another user, and it is not there");
    return null;
  }
  const copy = `${folder}/deno`;
  await Deno.copyFile(Deno.execPath(), copy);
  await Deno.chmod(copy, 0o755);
  return as(copy);
}
