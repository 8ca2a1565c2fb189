/** All commands, in the order in which help lists them. */
import type { Command } from "./command.ts";
import { list } from "./list.ts";
import { status } from "./status.ts";

export const COMMANDS: readonly Command[] = [status, list];
