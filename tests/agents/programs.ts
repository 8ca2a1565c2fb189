/** Calls programs, and finds those that a project has left. */

export async function call(
  program: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
) {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    ...options,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Those that carry the mark of a step of the project, where the system shows it. */
export async function processesOf(root: string): Promise<string[]> {
  if (Deno.build.os !== "linux") return [];
  const script = `grep -lzax "WAVE_PROJECT=$1" /proc/[0-9]*/environ 2>/dev/null`;
  const { stdout } = await call("sh", ["-c", script, "sh", root]);
  return stdout.split("\n").filter((line) => line !== "");
}
