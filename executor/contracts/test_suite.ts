/** Runs the command of a `test_suite` contract. */
import type { RunContext } from "../run/run_context.ts";
import type { TestSuiteContract } from "../language/model/contract.ts";
import { scriptOf } from "../language/template/script.ts";
import { expand } from "../language/template/template.ts";
import { environmentOf, timeLimit, type Work } from "../work/leaf.ts";
import { outputRecorder } from "../processes/output_events.ts";
import { describeExit } from "../processes/exit.ts";
import { newMark } from "../processes/process_marker.ts";
import { runProcess } from "../processes/run_process.ts";
import { Tail } from "../processes/tail.ts";
import { shellOf } from "../work/shell_of.ts";
import type { Checked } from "./check_contracts.ts";
import { within } from "./within.ts";

/** The contract holds when the command's exit code is 0. Its processes are marked like the step's. */
export async function testSuite(
  context: RunContext,
  work: Work,
  contract: TestSuiteContract,
): Promise<Checked> {
  const { step, attempt, place } = work;
  const inner = { ...work, mark: newMark(), outer: within(work) };
  const isLine = contract.args.length === 0;
  const line = isLine
    ? scriptOf(contract.command, work.lookup)
    : { script: expand(contract.command, work.lookup), env: {} };
  // `sh` would be content with nothing; a check that checks nothing must not pass.
  if (line.script.trim() === "") {
    return { reason: `the command is empty: ${contract.command.trim()} has no value` };
  }
  const recorder = outputRecorder({
    stepId: step.id,
    persona: null,
    attempt,
    emit: context.options.emit,
    redactor: context.options.redactor,
  });
  // Test runners say at the end what failed.
  const tail = new Tail();
  const exit = await runProcess({
    what: isLine ? shellOf(line.script) : {
      program: line.script,
      args: contract.args.map((arg) => expand(arg, work.lookup)),
    },
    cwd: contract.directory === "project" ? context.root : place.commandCwd,
    env: { ...context.options.environment, ...environmentOf(context, inner), ...line.env },
    mark: inner.mark,
    finder: context.finder,
    onOutput: (stream, bytes) => {
      recorder.write(stream, bytes);
      tail.keep(bytes);
    },
    timeoutMs: contract.timeoutMs ?? timeLimit(context, step),
    signal: context.hard,
  });
  recorder.end();
  if (exit.kind === "success") return { reason: null };
  const said = tail.text().trim();
  const reason = `${context.redact(line.script).trim().slice(0, 200)}: ${describeExit(exit)}`;
  return {
    reason: said === "" ? reason : `${reason}\n${said}`,
    interrupted: exit.kind === "cancelled",
  };
}
