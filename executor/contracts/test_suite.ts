/** Runs the command of a `test_suite` contract. */
import type { RunContext } from "../run/run_context.ts";
import type { TestSuiteContract } from "../language/model/contract.ts";
import { scriptOf } from "../language/template/script.ts";
import { callOf } from "../language/template/program_call.ts";
import {
  environmentOf,
  givenEnvironment,
  timeLimit,
  variablesOf,
  type Work,
} from "../work/work.ts";
import { outputRecorder } from "../processes/output_events.ts";
import { describeExit } from "../processes/exit.ts";
import { newMark, nonceChain } from "../processes/process_marker.ts";
import { runProcess } from "../processes/run_process.ts";
import { Tail } from "../processes/output_tail.ts";
import { shellFor } from "../work/choose_shell.ts";
import type { CheckResult } from "./check_result.ts";

/** The contract holds when the command's exit code is 0. Its processes are marked like the step's. */
export async function testSuite(
  context: RunContext,
  work: Work,
  contract: TestSuiteContract,
): Promise<CheckResult> {
  const { step, attempt, folders } = work;
  const inner = { ...work, mark: newMark(), outer: nonceChain(work) };
  const isLine = contract.args.length === 0;
  const [program = "", ...args] = isLine
    ? []
    : callOf([contract.command, ...contract.args], work.lookup);
  const line = isLine ? scriptOf(contract.command, work.lookup) : { script: program, env: {} };
  // `sh` would be content with nothing; a check that checks nothing must not pass.
  if (line.script.trim() === "") {
    return { reason: `the command is empty: ${contract.command.trim()} has no value` };
  }
  using recorder = outputRecorder({
    stepId: step.id,
    persona: null,
    attempt,
    emit: context.options.emit,
    redactor: context.options.redactor,
  });
  // Test runners list at the end what failed.
  const tail = new Tail();
  const exit = await runProcess({
    what: isLine ? shellFor(line.script, () => context.temporaryFolder()) : { program, args },
    cwd: contract.directory === "project" ? context.root : folders.commandCwd,
    env: {
      ...givenEnvironment(context, inner),
      ...variablesOf(context, work),
      ...environmentOf(context, inner),
      ...line.env,
    },
    mark: inner.mark,
    finder: context.finder,
    graceMs: context.options.graceMs,
    onOutput: (stream, bytes) => {
      recorder.write(stream, bytes);
      tail.keep(bytes);
    },
    onEnded: (exit) => context.noteEnd(step.id, exit),
    onWait: (cause) => context.noteWait(step.id, cause),
    timeoutMs: contract.timeoutMs ?? timeLimit(context, step),
    signal: context.forced,
  });
  recorder.end();
  if (exit.kind === "success") return { reason: null };
  const output = tail.text().trim();
  const reason = `${context.redact(line.script).trim().slice(0, 200)}: ${describeExit(exit)}`;
  return {
    reason: output === "" ? reason : `${reason}\n${output}`,
    interrupted: exit.kind === "cancelled",
  };
}
