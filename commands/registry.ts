/** All commands, in the order in which help lists them. */
import type { Command } from "./cli/command.ts";
import { artifacts } from "./artifacts.ts";
import { approve } from "./approve.ts";
import { cancel } from "./cancel.ts";
import { clean } from "./clean.ts";
import { completeCommand } from "./completions/complete.ts";
import { completions } from "./completions.ts";
import { init } from "./init.ts";
import { doctor } from "./doctor.ts";
import { logs } from "./logs.ts";
import { doCommand } from "./do.ts";
import { list } from "./list.ts";
import { resume } from "./resume.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";
import { status } from "./status.ts";
import { validate } from "./validate.ts";
import { wait } from "./wait.ts";

export const COMMANDS: readonly Command[] = [
  init,
  validate,
  run,
  resume,
  doCommand,
  status,
  logs,
  wait,
  cancel,
  approve,
  artifacts,
  clean,
  list,
  doctor,
  schema,
  completions,
  completeCommand(() => COMMANDS),
];
