/** All commands, in the order in which help lists them, and the module that does what each is asked. */
import { answer } from "./answer.ts";
import { approve } from "./approve.ts";
import { artifacts } from "./artifacts.ts";
import { cancel } from "./cancel.ts";
import { clean } from "./clean.ts";
import type { Command, CommandModule, Declaration, Options } from "./cli/command.ts";
import { complete } from "./complete.ts";
import { completions } from "./completions.ts";
import { doCommand } from "./do.ts";
import { doctor } from "./doctor.ts";
import { exportCommand } from "./export.ts";
import { init } from "./init.ts";
import { list } from "./list.ts";
import { logs } from "./logs.ts";
import { mcp } from "./mcp.ts";
import { report } from "./report.ts";
import { resume } from "./resume.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";
import { status } from "./status.ts";
import { validate } from "./validate.ts";
import { wait } from "./wait.ts";
import { why } from "./why.ts";

/** A command whose module is loaded when it is called. */
function lazy<O extends Options>(
  declaration: Declaration<O>,
  load: () => Promise<CommandModule<O>>,
): Command<O> {
  return { ...declaration, load };
}

export const COMMANDS: readonly Command[] = [
  lazy(init, () => import("./init/init_project.ts")),
  lazy(validate, () => import("./validate/validate_definitions.ts")),
  lazy(run, () => import("./run/run_pipeline.ts")),
  lazy(resume, () => import("./resume/resume_run.ts")),
  lazy(doCommand, () => import("./do/do_task.ts")),
  lazy(status, () => import("./status/show_status.ts")),
  lazy(logs, () => import("./logs/show_logs.ts")),
  lazy(answer, () => import("./answer/print_answer.ts")),
  lazy(report, () => import("./report/make_report.ts")),
  lazy(exportCommand, () => import("./export/export_run.ts")),
  lazy(why, () => import("./why/tell_why.ts")),
  lazy(wait, () => import("./wait/wait_for_runs.ts")),
  lazy(cancel, () => import("./cancel/cancel_runs.ts")),
  lazy(approve, () => import("./approve/answer_gate.ts")),
  lazy(artifacts, () => import("./artifacts/show_artifacts.ts")),
  lazy(clean, () => import("./clean/clean_runs.ts")),
  lazy(list, () => import("./list/list_project.ts")),
  lazy(doctor, () => import("./doctor/examine_project.ts")),
  lazy(mcp, async () => {
    const { serving } = await import("./mcp/serve.ts");
    return serving(COMMANDS);
  }),
  lazy(schema, () => import("./schema/print_schemas.ts")),
  lazy(completions, () => import("./completions/print_script.ts")),
  lazy(complete, async () => {
    const { completing } = await import("./completions/complete_words.ts");
    return completing(COMMANDS);
  }),
];
