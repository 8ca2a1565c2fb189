/** Whether a process of another host name is one of this very system: containers share its kernel and its locks. */
import type { Owner } from "../../event/event.ts";
import { systemCode } from "../../event/system_error.ts";

/** How much of the boot id the start of a process tells (`TICKS@BOOT`, from `finder.sh`). */
const TOLD = /@([0-9a-f]{8})$/;

/** Of this system; undefined until it is asked for, because it costs a process. */
let own: string | null | undefined;

/**
 * True when the owner was started since this system was booted, and on it, by whatever host name: then its
 * lock tells of it. False where nothing tells (macOS, an owner that does not know its start).
 */
export function isOfThisBoot({ process_start: start }: Owner): boolean {
  const boot = start === null ? undefined : TOLD.exec(start)?.[1];
  if (boot === undefined) return false;
  if (own === undefined) own = readBoot();
  return boot === own;
}

/** By a shell, because the runtime opens no file of `/proc/sys` without every permission there is. */
function readBoot(): string | null {
  try {
    const { success, stdout } = new Deno.Command("/bin/sh", {
      args: ["-c", "read -r boot </proc/sys/kernel/random/boot_id && echo ${boot%%-*}"],
      clearEnv: true,
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    // No shell, or no room for one now: then it is not known, which is what is shown.
    if (systemCode(error) === null) throw error;
    return null;
  }
}
