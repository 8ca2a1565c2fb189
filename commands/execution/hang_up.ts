/** Whether this process was started such that a closed terminal does not end it (`nohup wave run …`). */

/**
 * True when SIGHUP was ignored when this process started. The runtime cannot tell, and a program that it
 * starts inherits what is ignored: one that survives the signal says so. To be called before this process
 * listens to any signal, because from then on the runtime catches this one.
 */
export async function ignoresHangUp(): Promise<boolean> {
  const { success } = await new Deno.Command("/bin/sh", {
    args: ["-c", "kill -HUP $$; exit 0"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}
