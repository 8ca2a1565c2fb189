/** All commands, in the order in which help lists them. */
import type { Command } from "./command.ts";
import { artifacts } from "./artifacts.ts";
import { cancel } from "./cancel.ts";
import { completeCommand } from "./complete.ts";
import { completions } from "./completions.ts";
import { logs } from "./logs.ts";
import { list } from "./list.ts";
import { schema } from "./schema.ts";
import { status } from "./status.ts";
import { wait } from "./wait.ts";

export const COMMANDS: readonly Command[] = [
  status,
  logs,
  wait,
  cancel,
  artifacts,
  list,
  schema,
  completions,
  completeCommand(() => COMMANDS),
];
