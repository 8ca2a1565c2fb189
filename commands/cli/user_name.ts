/** Who calls wave, as it stands in the records of what a person has asked for. */
import type { Context } from "./command.ts";

/** The name of the user that the environment tells; without one `user <uid>`. */
export function userName({ env }: Pick<Context, "env">): string {
  return env("USER") ?? env("LOGNAME") ?? `user ${Deno.uid() ?? "unknown"}`;
}
