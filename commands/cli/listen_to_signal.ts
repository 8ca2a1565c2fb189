/** Signals of this process, without losing that it was started such that a closed terminal does not end it. */

let hangUpIgnored: boolean | null = null;

/**
 * True when SIGHUP was ignored when this process started, as by `nohup`. The runtime cannot tell, but a
 * program that it starts inherits what is ignored, and survives the signal then.
 */
export function ignoresHangUp(): boolean {
  if (Deno.build.os === "windows") return false;
  hangUpIgnored ??= new Deno.Command("/bin/sh", {
    args: ["-c", "kill -HUP $$; exit 0"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).outputSync().success;
  return hangUpIgnored;
}

/** As `Deno.addSignalListener`. SIGHUP stays ignored if it was. */
export function listenToSignal(name: Deno.Signal, listener: () => void): void {
  // With its first listener the runtime catches SIGHUP, too, and would end the process.
  if (hangUpIgnored === null && ignoresHangUp()) Deno.addSignalListener("SIGHUP", () => {});
  if (name === "SIGHUP" && ignoresHangUp()) return;
  Deno.addSignalListener(name, listener);
}

/** Takes back what {@link listenToSignal} did. */
export function stopListening(name: Deno.Signal, listener: () => void): void {
  if (name === "SIGHUP" && ignoresHangUp()) return;
  Deno.removeSignalListener(name, listener);
}

/**
 * Where the size of files is limited (`ulimit -f`) the system kills whoever exceeds it. Caught, the signal
 * becomes the error EFBIG of the write, which is handled like a full disk.
 */
export function surviveFileSizeLimit(): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} };
  const ignore = () => {};
  listenToSignal("SIGXFSZ", ignore);
  return { [Symbol.dispose]: () => stopListening("SIGXFSZ", ignore) };
}
