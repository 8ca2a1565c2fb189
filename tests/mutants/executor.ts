/** Faults in `executor/`, but for the language. */
import { faultsIn, type Mutant } from "./mutant.ts";

const PROCESSES: readonly Mutant[] = [
  ...faultsIn("executor/processes/end_processes.ts", "executor/processes/end_processes_test.ts", [
    ["the grace of a cancel", "performance.now() < deadline && !signal?.aborted", "false"],
    ["the grace ends", "performance.now() < deadline && !signal?.aborted", "true"],
    [
      "nothing forks while the others are killed",
      '    await finder.signal("SIGSTOP", targets);\n',
      "",
    ],
    ["a stop skips the rest of the grace", " && !signal?.aborted", ""],
    [
      "what is left is killed",
      "return await killAll(finder, targets, killForMs, log",
      "return log.report(first); await killAll(finder, targets, killForMs, log",
    ],
  ]),
  ...faultsIn("executor/processes/limits.ts", "executor/processes/run_process_test.ts", [
    ["a program that speaks is not silent", "    this.#heardAt = performance.now();\n", ""],
    ["the time limit ends a program", 'resolve({ kind: "timed_out", limitMs: timeoutMs })', "{}"],
  ]),
  ...faultsIn("executor/processes/run_process.ts", "executor/processes/run_process_test.ts", [
    [
      "nothing starts once it is cancelled",
      "if (options.signal.aborted) return",
      "if (false) return",
    ],
    [
      "what a program leaves is ended",
      "await endAll(options.finder, [target], {",
      "await endAll(options.finder, [], {",
    ],
    ["a program gets the environment that it is told", "    clearEnv: true,\n", ""],
    [
      "a program that threw off its marks is ended",
      'if (!("success" in ended)) signalLeader(child, "SIGKILL");',
      "",
    ],
    [
      "what the recorder throws is thrown",
      'if (first.kind === "failed") throw first.error;\n  if (pipes.error !== null) throw pipes.error;',
      "",
    ],
    ["exit code 0 is success", "return code === 0 ?", "return code >= 0 ?"],
  ]),
  ...faultsIn("executor/processes/pipes.ts", "executor/processes/run_process_test.ts", [
    [
      "the end of stderr is kept",
      'if (name === "stderr") this.#tail',
      'if (name === "stdout") this.#tail',
    ],
  ]),
  ...faultsIn("executor/processes/output_tail.ts", "executor/processes/output_tail_test.ts", [
    ["2 KiB are kept whole", "> TAIL_BYTES", ">= TAIL_BYTES"],
    ["a line that was cut is left out", "if (!this.#cut) return text;", "return text;"],
  ]),
  ...faultsIn("executor/processes/output_events.ts", "executor/processes/output_events_test.ts", [
    [
      "a secret that two events share",
      "cut > start ? cut : otherwise ?? whole",
      "otherwise ?? whole",
    ],
    [
      "output is redacted",
      "options.redactor === undefined ? null : createStreamRedactor(options.redactor)",
      "null",
    ],
    ["a continued line says so", "this.#continued ? { continued: true } : {}", "{}"],
    [
      "a last line without a newline",
      "    this.#flushText();\n    if (this.#line",
      "    if (this.#line",
    ],
    [
      "bytes that are no text are kept",
      "lossy.decode(bytes), ended, bytes.toBase64()",
      "lossy.decode(bytes), ended",
    ],
  ]),
  ...faultsIn("executor/processes/process_marker.ts", "executor/processes/process_finder_test.ts", [
    ["a damaged mark finds nothing", "if (!isNonce(nonce)) {", "if (false) {"],
  ]),
  ...faultsIn("executor/processes/process_marker.ts", "executor/processes/end_processes_test.ts", [
    ["an outer step finds the inner processes", "[...outer, mark.nonce]", "[mark.nonce]"],
  ]),
  ...faultsIn("executor/processes/finder.sh", "executor/processes/process_finder_test.ts", [
    ["zombies are not alive", "case $state in Z | X) ;;", "case $state in X) ;;"],
  ]),
  ...faultsIn("executor/processes/proc_finder.ts", "executor/processes/process_finder_test.ts", [
    [
      "a look for several begins with the oldest",
      "first?.since === undefined || others.length > 0",
      "first?.since === undefined",
    ],
  ]),
];

const RUN: readonly Mutant[] = [
  ...faultsIn("executor/run/stop.ts", "executor/run/stop_test.ts", [
    [
      "a forced stop is a graceful one as well",
      "    this.#graceful.abort(reason);\n    this.#forced",
      "    this.#forced",
    ],
    ["nothing is added behind a forced request", "emitted.forced || ", ""],
    ["a graceful request may become forced", "(emitted.graceful && !force)", "emitted.graceful"],
    ["a request from before counts", "  if (requests.forced.aborted) onForced();\n", ""],
    ["a run that ended has no limit", "() => ended.abort() }", "() => {} }"],
    [
      "the forced stop's reason comes first",
      "forced.aborted ? forced.reason",
      "graceful.aborted ? graceful.reason",
    ],
  ]),
  ...faultsIn("executor/run/worker_slots.ts", "executor/run/worker_slots_test.ts", [
    ["a slot leaked by an aborted waiter", "        this.#waiters.delete(waiter);\n", ""],
    ["a slot is given back once", "        if (given) return;\n", ""],
    ["there is at least one slot", "Math.max(1, count)", "count"],
    ["a stopped waiter takes nothing", "    signal.throwIfAborted();\n", ""],
    ["the next waiter gets the slot", "        next.give(this.#slot());\n", ""],
  ]),
  ...faultsIn("executor/run/step_visits.ts", "executor/composition/composition_test.ts", [
    ["max_visits at its border", "visits > maxVisits", "visits >= maxVisits"],
    [
      "max_step_visits at its border",
      "this.#together <= this.#mostTogether",
      "this.#together < this.#mostTogether",
    ],
    ["an iteration begins anew", "for (const id of ids) this.#visits.delete(id);", ""],
  ]),
  ...faultsIn("executor/execute_run.ts", "executor/execute_run_test.ts", [
    ["an event that cannot be recorded stops the run", "        failure = { error };\n", ""],
    ["a run that is out of time has failed", "if (isFailing(context)) return", "if (false) return"],
  ]),
];

const STEP: readonly Mutant[] = [
  ...faultsIn("executor/step/scheduler.ts", "executor/step/scheduler_test.ts", [
    [
      "a step put back is not counted any more",
      "    this.#count(node, -1);\n    node.resting = false;\n    this.#makeReady(node);",
      "    node.resting = false;\n    this.#makeReady(node);",
    ],
    ["never more than the limit", "this.#busy < this.#limit", "this.#busy <= this.#limit"],
    ["a failure starts nothing more", 'if (outcome === "failed") this.stop();', ""],
    ["a step waits for all that it depends on", " && mayStart(dependent)", ""],
    [
      "a step that runs is not sent back",
      "if ([...again].some(isBusy)) return null;",
      "",
    ],
    ["a step sent back has not ended", '      if (node.state === "ended") this.#unended++;\n', ""],
    [
      "steps that only wait are not counted",
      "if (node.free || node.resting) this.#waiting += change;\n    else",
      "",
    ],
  ]),
  ...faultsIn("executor/step/retry_attempts.ts", "executor/step/retry_attempts_test.ts", [
    [
      "max_attempts at its border",
      "failures >= step.retry.maxAttempts",
      "failures > step.retry.maxAttempts",
    ],
    ["retry delays grow from the base", "2 ** (failures - 1)", "2 ** failures"],
    ["retry delays have a maximum", "Math.min(maxDelayMs, ", "Math.max(0, "],
    ["a stop ends the wait", "ms, context.graceful);", "ms, new AbortController().signal);"],
    ["a wait holds no slot", "using _slot = await", "const _slot = await"],
    [
      "the cancel tells of the last failure",
      "if (lastFailure === null) return end;",
      "return end;",
    ],
  ]),
  ...faultsIn("executor/step/retry_attempts.ts", "executor/step/fallback_models_test.ts", [
    ["who takes over uses no retry", "models.take(end.unavailable);\n      continue;", ""],
    [
      "a limit that is not waited for is another's turn",
      "why !== null && models.canTake(why)",
      "false",
    ],
    [
      "a pause that is not waited for is another's turn",
      "why !== null && models.take(why)",
      "false",
    ],
  ]),
  ...faultsIn("executor/step/fallback_models.ts", "executor/step/fallback_models_test.ts", [
    ["nobody takes over from a chosen agent", "this.#acting.isChosen !== true", "true"],
    ["the one that takes over acts", "...named(next, before) };", "};"],
  ]),
  ...faultsIn("executor/step/retry_attempts.ts", "executor/step/same_failures_test.ts", [
    ["a script may poll", "!isAgent && !isLast", "false"],
    ["a busy service never counts", "contract === undefined && isPassing(message)", "false"],
    [
      "the same failure ends the attempts",
      "if (repeated !== undefined) return",
      "if (false) return",
    ],
    ["a limit of 0 is none", "most === 0 || ", ""],
  ]),
  ...faultsIn("executor/step/routed_failures.ts", "executor/step/same_failures_test.ts", [
    ["a way that does not lead back is free", " || !leadsBack(target, id, steps)", ""],
    ["no way leads back", "if (repeated !== undefined) this.#repeated.set(id, repeated);", ""],
  ]),
  ...faultsIn("executor/run/same_failures.ts", "executor/run/same_failures_test.ts", [
    ["another reason begins anew", "before?.reason === reason", "before !== undefined"],
    ["times do not count", ', "<time>"],\n  [/\\b\\d{1,2}', ', "<at>"],\n  [/x\\d{1,2}'],
  ]),
  ...faultsIn("executor/step/retry_attempts.ts", "executor/contracts/check_contracts_test.ts", [
    [
      "tokens of an attempt are counted once",
      "context.spend(end.tokens);",
      "context.spend(end.tokens);\n    context.spend(end.tokens);",
    ],
    ["the next attempt is told why", "    lastFailure = end.message;\n", ""],
  ]),
  ...faultsIn("executor/step/ask_condition.ts", "executor/step/condition_test.ts", [
    ["only 1 says no", "result.exitCode === NO", "result.exitCode !== null"],
    ["what holds is not asked again", "condition.isMet = true;", ""],
    ["a condition takes a slot", "using _slot = holdsSlot ?", "using _slot = true ?"],
    ["an item's condition is its own", "return usesItem(when) ||", "return"],
  ]),
  ...faultsIn("executor/step/run_attempt.ts", "executor/contracts/contract_ends_test.ts", [
    ["a review's tokens are counted", "addTokens(spent.tokens, checked.tokens)", "spent.tokens"],
    ["a contract says whether it is tried again", "retryable: contract.retries", "retryable: true"],
    [
      "a broken contract fails the attempt",
      "if (checked.failure !== null) return",
      "if (false) return",
    ],
  ]),
  ...faultsIn("executor/step/run_attempt.ts", "executor/execute_run_test.ts", [
    [
      "a forced stop is a cancel, whatever fails",
      "if (isStop(context, error)) return",
      "if (false) return",
    ],
    ["an exit code fails the attempt", "if (result.error !== null) {", "if (false) {"],
  ]),
  ...faultsIn("executor/step/run_step.ts", "executor/contracts/check_contracts_test.ts", [
    ["the rework's artifacts stand for both", "    context.results.set(step.id, result);\n", ""],
    [
      "the rework is told the failure",
      "runStep(context, other, frame, message)",
      "runStep(context, other, frame)",
    ],
  ]),
  ...faultsIn("executor/step/run_step.ts", "executor/contracts/contract_ends_test.ts", [
    [
      "a rejected step fails the run",
      'if (rejected) return { outcome: "failed", message, final: true };',
      "",
    ],
  ]),
  ...faultsIn("executor/step/run_step.ts", "executor/execute_run_test.ts", [
    ["an optional step fails nothing", "if (!step.optional) return", "if (step.optional) return"],
    ["a step without its input is skipped", "if (missing !== null) {", "if (false) {"],
  ]),
  ...faultsIn("executor/step/run_steps.ts", "executor/contracts/check_contracts_test.ts", [
    [
      "a rework runs only when it is called for",
      "steps.filter(({ reworkOnly }) => !reworkOnly)",
      "[...steps]",
    ],
  ]),
  ...faultsIn("executor/step/run_steps.ts", "executor/execute_run_test.ts", [
    [
      "a failure starts nothing more",
      'if (!this.#context.graceful.aborted) this.#startNoMore("failure");',
      "",
    ],
    [
      "a graceful cancel starts nothing more",
      'graceful.addEventListener("abort", onStop, { once: true });',
      "",
    ],
  ]),
  ...faultsIn("executor/step/run_steps.ts", "executor/composition/composition_test.ts", [
    ["a gate goes back", "if (end.goTo === undefined) return", "return"],
    ["what ran before is dropped", "this.#context.results.delete(id);", ""],
  ]),
  ...faultsIn("executor/step/run_steps.ts", "executor/step/edges_test.ts", [
    ["a failure leads on", "!leadsOn(this.#step(id), this.#steps)", "true"],
    ["a turn waits for what runs", "if (again === null) break;", "if (again === null) continue;"],
  ]),
  ...faultsIn("executor/budget/account.ts", "commands/execution/budget_test.ts", [
    [
      "what is around is asked, too",
      "const outer = this.around?.refusal(units) ?? null;",
      "const outer = null;",
    ],
    ["use counts around, too", "    this.around?.changed();\n", ""],
    [
      "a limit that ended something ends the run",
      "if (this.#over.signal.aborted) this.#options.onEnforced(message);",
      "",
    ],
  ]),
  ...faultsIn("executor/budget/run_ledger.ts", "commands/execution/budget_test.ts", [
    ["a refusal ends the run", "  refusal.account.refused(refusal.message);\n", ""],
    ["the run around is told", "    if (this.#outer !== null) this.#outer.#tell();\n", ""],
    ["a resume counts what was spent", "before: allSpent(before),", "before: Account.nothing,"],
    [
      "a loop's budget holds in it",
      "around: within === null ? this.#run : this.#step(within).account",
      "around: this.#run",
    ],
  ]),
  ...faultsIn("executor/step/run_attempt.ts", "commands/execution/budget_test.ts", [
    ["nothing is tried again without means", "!(error instanceof OverBudgetError)", "true"],
  ]),
  ...faultsIn("executor/step/untaken_ways.ts", "executor/step/edges_test.ts", [
    ["ways meet again", "if (cause === undefined) return missing.length > 0;", ""],
  ]),
  ...faultsIn("executor/step/run_items.ts", "executor/composition/composition_test.ts", [
    [
      "never more items at once",
      "Math.min(Math.max(1, each.maxConcurrent), items.length)",
      "items.length",
    ],
    [
      "a failed item stops the rest",
      'each.onFailure === "fail") broken = true;',
      'each.onFailure === "fail") {}',
    ],
  ]),
  ...faultsIn("executor/step/for_each.ts", "executor/composition/composition_test.ts", [
    [
      "an item that failed is left out",
      'each.onFailure === "fail" || isOutOfBudget(context)',
      "true",
    ],
  ]),
  ...faultsIn("executor/step/completed_items.ts", "executor/composition/composition_test.ts", [
    [
      "another item is not taken for this one",
      'fieldOf(kept, ["value"]) !== await sha256OfText(JSON.stringify(value))',
      "false",
    ],
  ]),
  ...faultsIn("executor/step/completed_items.ts", "commands/execution/items_resume_test.ts", [
    [
      "an item whose files changed runs again",
      "if (await artifactChange(data, context.root) !== null) return null;",
      "",
    ],
    [
      "a secret of an item is not kept",
      "text === null || context.redact(text) !== text",
      "text === null",
    ],
  ]),
  ...faultsIn("executor/step/adopt_results.ts", "commands/execution/reuse_steps_test.ts", [
    [
      "a reused run's files are copied",
      "await copyArtifact(artifact, step.id, target, context.root);",
      "Deno.symlinkSync(`${context.root}/${artifact.path}`, target);",
    ],
  ]),
];

const WORK: readonly Mutant[] = [
  ...faultsIn("executor/work/work.ts", "executor/step/time_limit_test.ts", [
    [
      "the default time limit",
      "step.timeoutMs ?? context.options.manifest.runtime.defaultTimeoutMs",
      "step.timeoutMs ?? 0",
    ],
    ["a time limit of 0 is none", "return ms > 0 ? ms : undefined;", "return ms;"],
  ]),
  ...faultsIn("executor/work/choose_agent.ts", "executor/contracts/check_contracts_test.ts", [
    [
      "an agent gets a filtered environment",
      "filter(([name]) => passes(name))",
      "filter(() => true)",
    ],
  ]),
  ...faultsIn("executor/work/build_prompt.ts", "executor/contracts/check_contracts_test.ts", [
    ["the prompt tells the last failure", "lastFailure === null\n", "lastFailure !== null\n"],
  ]),
  ...faultsIn("executor/work/choose_shell.ts", "executor/step/big_script_test.ts", [
    ["a long script is handed over as a file", "if (isTooLong(script)) {", "if (false) {"],
  ]),
  ...faultsIn("executor/work/command_action.ts", "commands/execution/reuse_steps_test.ts", [
    [
      "an end without its beginning is no output",
      "if (this.#size > MAX_KEPT_OUTPUT) return null;",
      "",
    ],
  ]),
  ...faultsIn("executor/workspace/kept_output.ts", "commands/execution/reuse_steps_test.ts", [
    [
      "an output with a secret is not kept",
      "text === null || context.redact(text) !== text",
      "text === null",
    ],
    [
      "an output that is not known is no empty one",
      "Deno.readTextFileSync(file) || null",
      "Deno.readTextFileSync(file)",
    ],
  ]),
  ...faultsIn("executor/workspace/mount.ts", "executor/workspace/workspace_test.ts", [
    ["a read-only mount is not writable", "0o555 | 0o400", "0o777 | 0o600"],
    ["a mount reaches no file outside", 'leadsTo.startsWith("/") || ', ""],
    [
      "a mount holds nothing of wave",
      "const own = (file: string) => OWN.test(join(below, file));",
      "const own = (_file: string) => false;",
    ],
    ["a mount lies in the project", "if (isInside(realRoot, real)) return real;", "return real;"],
  ]),
  ...faultsIn("executor/workspace/declared_artifacts.ts", "executor/execute_run_test.ts", [
    [
      "a missing artifact fails its step",
      "else if (spec.required !== false) missing",
      "else if (spec.required === false) missing",
    ],
  ]),
  ...faultsIn("executor/workspace/declared_artifacts.ts", "executor/planning/plan_reuse_test.ts", [
    [
      "an artifact of the same size may have changed",
      "=== artifact.sha256 ? null",
      "!== null ? null",
    ],
    [
      "a missing artifact is no changed one",
      'if (file === null) return "missing";',
      'if (file === null) return "changed";',
    ],
  ]),
  ...faultsIn("executor/workspace/make_workspace.ts", "executor/workspace/workspace_test.ts", [
    [
      "no folder is given twice",
      "if (!(error instanceof Deno.errors.AlreadyExists)) throw error;",
      "return folder;",
    ],
  ]),
  ...faultsIn("executor/workspace/stage_artifacts.ts", "executor/workspace/workspace_test.ts", [
    ["what a step declares is its own", "taken.has(normal) || ", ""],
  ]),
  ...faultsIn("executor/files/confine.ts", "executor/workspace/workspace_test.ts", [
    ["a path stays inside", ' && !rest.startsWith("../")', ""],
    [
      "a link out is refused",
      "if (!isInside(Deno.realPathSync(folder), real)) throw outside(path);",
      "",
    ],
    ["a linked folder is refused", "else if (!info.isDirectory) throw outside(path);", ""],
    [
      "a planted link is not written through",
      "if (lstat(file)?.isSymlink === true) Deno.removeSync(file);",
      "",
    ],
  ]),
  ...faultsIn("executor/files/read_text.ts", "executor/files/read_text_test.ts", [
    ["16 MiB are no too large text", ".size > LARGEST_TEXT", ".size >= LARGEST_TEXT"],
    ["a pipe is no file", "if (info.isFile) return info;", "return info;"],
  ]),
  ...faultsIn("executor/files/redacted_file.ts", "language_runs/redaction_test.ts", [
    ["files that wave writes are redacted", "this.#raw ? bytes : bytesOf(clean)", "bytes"],
  ]),
  ...faultsIn("executor/files/worktrees.ts", "executor/workspace/workspace_test.ts", [
    [
      "a branch of another worktree is refused",
      "if (there.startsWith(`${Deno.realPathSync(parent)}/`)) return there;",
      "return there;",
    ],
    ["steps share the worktree of their branch", "if (known !== undefined) return known;", ""],
    ["a worktree's base is no option of git", 'base?.startsWith("-") === true', "false"],
  ]),
  ...faultsIn("executor/files/worktrees.ts", "language_runs/worktree_test.ts", [
    [
      "git forgets a worktree that is removed",
      'await git(root, ["worktree", "prune"], signal);\n}',
      "await Promise.resolve();\n}",
    ],
  ]),
  ...faultsIn("executor/files/sha256.ts", "executor/files/sha256_test.ts", [
    [
      "a piece may be overwritten",
      "pieces.push(piece.slice())",
      "pieces.push(piece as Uint8Array<ArrayBuffer>)",
    ],
  ]),
  ...faultsIn("executor/files/json_schema.ts", "executor/contracts/check_contracts_test.ts", [
    [
      "what is no JSON breaks the contract",
      "return `it is no JSON: ${error.message}`;",
      "return null;",
    ],
    [
      "ten violations are named, the rest counted",
      "errors.slice(0, NAMED)",
      "errors.slice(0, NAMED - 1)",
    ],
  ]),
];

const CONTRACTS: readonly Mutant[] = [
  ...faultsIn(
    "executor/contracts/check_contracts.ts",
    ["executor/contracts/check_contracts_test.ts", "executor/contracts/contract_ends_test.ts"],
    [
      [
        "json_schema: a violation breaks it",
        "return found === null ? null : `${source}: ${found}`;",
        "return null;",
      ],
      ["non_empty_file: an empty file breaks it", "info.size === 0", "info.size < 0"],
      ["non_empty_file: a folder breaks it", "if (!info.isFile) return", "if (false) return"],
      [
        "a missing file breaks a contract",
        "if (file === null) return `${source} does not exist`;",
        "if (file === null) return null;",
      ],
      ["on_failure: continue goes on to the next", ' && kind !== "continue"', ""],
      ["on_failure: warn fails nothing", 'if (kind !== "warn" && ', "if ("],
      [
        "on_failure: skip checks no more",
        'if (kind === "skip") break;',
        'if (kind === "skip") continue;',
      ],
      ["a review's tokens are added", "tokens = addTokens(tokens, rest.tokens ?? NO_TOKENS);", ""],
    ],
  ),
  ...faultsIn("executor/contracts/test_suite.ts", "executor/contracts/contract_ends_test.ts", [
    ["test_suite: nothing checks nothing", 'line.script.trim() === ""', "false"],
  ]),
  ...faultsIn("executor/contracts/test_suite.ts", "executor/contracts/check_contracts_test.ts", [
    [
      "test_suite: its exit code decides",
      'if (exit.kind === "success") return { reason: null };',
      "return { reason: null };",
    ],
    [
      "test_suite: its directory",
      'contract.directory === "project" ?',
      'contract.directory !== "project" ?',
    ],
  ]),
  ...faultsIn(
    "executor/contracts/review_verdict.ts",
    "executor/contracts/check_contracts_test.ts",
    [
      [
        "agent_review: a verdict decides",
        "if (isPass(verdict.answer)) return null;",
        "return null;",
      ],
      [
        "agent_review: no verdict is none",
        "return mock ? null : `${persona} gave no verdict",
        "return true ? null : `${persona} gave no verdict",
      ],
      ["a judge is held to its threshold", ">= threshold", "> threshold"],
      [
        "agent_review: the last verdict counts",
        'let end = text.lastIndexOf("}");',
        'let end = text.indexOf("}");',
      ],
    ],
  ),
  ...faultsIn("executor/contracts/test_count.ts", "executor/contracts/diff_contracts_test.ts", [
    ["so many tests may go", "lost <= maxDeletions", "lost < maxDeletions"],
  ]),
  ...faultsIn("executor/contracts/agent_review.ts", "executor/contracts/contract_ends_test.ts", [
    ["agent_review: a reviewer that failed approves of nothing", "result.error !== null", "false"],
  ]),
];

const COMPOSITION: readonly Mutant[] = [
  ...faultsIn("executor/composition/sub_pipeline.ts", "executor/composition/composition_test.ts", [
    ["the nesting limit of the manifest", "depth > maxDepth", "depth >= maxDepth"],
    ["no deeper than the nesting limit", "depth > maxDepth", "depth > maxDepth + 1"],
    ["a circle of pipelines is refused", "if (at < 0) return;", "return;"],
    [
      "a cancel reaches the inner run",
      "graceful: context.graceful, forced: context.forced",
      "graceful: new AbortController().signal, forced: new AbortController().signal",
    ],
    ["a failed inner run fails its step", 'if (result.status === "failed") {', "if (false) {"],
    ["a mock stays one within", "mock: options.mock,", "mock: !options.mock,"],
  ]),
  ...faultsIn("executor/composition/sub_pipeline.ts", "executor/step/time_limit_test.ts", [
    [
      "a step's time limit reaches the inner run",
      "one ?? other : Math.min(one, other)",
      "null : Math.min(one, other)",
    ],
  ]),
  ...faultsIn("executor/composition/loop.ts", "executor/composition/composition_test.ts", [
    ["a loop's limit", "iteration < action.maxIterations", "iteration <= action.maxIterations"],
    ["on_limit: fail", 'if (action.onLimit === "fail") return', "if (false) return"],
    ["a loop ends when its condition holds", '.trim() === "true"', '.trim() !== ""'],
    ["a loop ends with what completes", "if (failure === null) return actionResult({});", ""],
  ]),
  ...faultsIn("executor/composition/branch.ts", "executor/composition/composition_test.ts", [
    ["a branch takes the case of its value", "each.value === value", "each.value !== value"],
    [
      "skip skips",
      'if (target.kind === "skip") return actionResult({ text: "skip" });',
      'if (target.kind === "skip") throw new Error("skip");',
    ],
  ]),
  ...faultsIn("executor/composition/gate.ts", "executor/composition/composition_test.ts", [
    [
      "a gate's answer is one of its choices",
      "if (choice === undefined) {",
      "if (choice === null) {",
    ],
    ["a gate can fail the run", 'if (choice.target.kind === "fail") {', "if (false) {"],
    ["a gate answers itself", "if (action.auto && fallback !== null) return", "if (false) return"],
    [
      "a cancel ends the wait of a gate",
      "AbortSignal.any([context.graceful, ended.signal])",
      "ended.signal",
    ],
    [
      "nobody's answer is the default",
      "if (fallback !== null) return { choice: fallback, text: null };\n  throw",
      "throw",
    ],
    ["a gate's answer keeps no secret", "text.count === 0 ? given :", "true ? given :"],
  ]),
  ...faultsIn("executor/composition/gate_answers.ts", "executor/composition/gate_answers_test.ts", [
    ["an answer is used up", "  Deno.removeSync(file);\n", ""],
    [
      "an answer that is no choice is none",
      "choices.some(({ key }) => key === answer.choice)",
      "true",
    ],
  ]),
  ...faultsIn("executor/composition/aggregate.ts", "language_runs/redaction_test.ts", [
    ["what is joined keeps no secret", "raw ? text : clean.text", "text"],
  ]),
  ...faultsIn("executor/composition/aggregate.ts", "executor/composition/composition_test.ts", [
    ["arrays are merged", "Array.isArray(inner) ? inner : [inner]", "[inner]"],
  ]),
];

const ADAPTERS: readonly Mutant[] = [
  ...faultsIn("executor/pricing/rates.ts", "executor/pricing/rates_test.ts", [
    ["a large request may have cost more", "usage.input > dearerAbove", "usage.input < 0"],
    ["what is cached is no input besides", "(usage.input - cached) * input", "usage.input * input"],
    ["what nothing is said of costs input", "cacheRead = input", "cacheRead = 0"],
  ]),
  ...faultsIn("executor/pricing/price_of.ts", "executor/pricing/price_of_test.ts", [
    ["an unknown part is not nothing", "atLeast = true;\n      continue;", "continue;"],
    ["a name beats a glob", "pricing.find(({ models }) => models === model) ??\n    ", ""],
    [
      "a program of one's own tells nothing",
      "if (agent === null) return false;",
      "if (agent === null) return true;",
    ],
  ]),
  ...faultsIn("executor/adapters/claude.ts", "executor/adapters/interpreters_test.ts", [
    [
      "tokens counted twice",
      'this.#used.set(textAt(message, "id"), usage);',
      "this.#used.set(`${this.#used.size}`, usage);",
    ],
    [
      "a failure may count no tokens",
      "...counted ? total : known",
      "...total",
    ],
    [
      "an error of the result is one",
      "errorOf(this.#result, text) ?? exitError(exit)",
      "exitError(exit)",
    ],
    ["a refused tool call is told", "return this.#denials(event);", "return [];"],
  ]),
  ...faultsIn("executor/adapters/opencode.ts", "executor/adapters/invocations_test.ts", [
    ["the user's own rules stay", '...objectAt(base, "permission"), ', ""],
  ]),
  ...faultsIn("executor/adapters/opencode.ts", "executor/adapters/interpreters_test.ts", [
    ["tokens of the cache count", " + read + write", ""],
  ]),
  ...faultsIn("executor/adapters/claude_permissions.ts", "executor/adapters/invocations_test.ts", [
    [
      "Claude Code's deny rules",
      'denied.length === 0 ? [] : ["--disallowedTools", ...denied]',
      "[]",
    ],
    [
      "Claude Code's allow rules",
      'allowed.length === 0 ? [] : ["--allowedTools", ...allowed]',
      "[]",
    ],
  ]),
  ...faultsIn("executor/adapters/gemini_policy.ts", "executor/adapters/invocations_test.ts", [
    ["Gemini's deny rules", '...deny.flatMap((rule) => policyRules(rule, "deny")),', ""],
    ["what Gemini denies comes first", "deny: 970", "deny: 955"],
  ]),
  ...faultsIn("executor/adapters/acp.ts", "executor/adapters/acp_test.ts", [
    ["what rules deny is refused", "const allowed = rule === null ?", "const allowed = true ?"],
    ["nothing is allowed for ever", '["allow_once"]', '["allow_once", "allow_always"]'],
    ["what was not asked for is told", "rule === null || this.#asked.has(id)", "true"],
    ["an earlier conversation is not told again", "if (!this.#isLive) return;", ""],
    ["a turn that ended otherwise has failed", "isEnd(reason) ? ENDS[reason] :", "false ? null :"],
    ["a failure of ours is no answer", "this.#fault.reject(error);", ""],
    ["a cancelled agent is told to stop", "this.#cancel?.();", ""],
  ]),
  ...faultsIn("executor/adapters/acp_session.ts", "executor/adapters/acp_test.ts", [
    [
      "no other model than the one that was named",
      "throw new AcpFailure(\n    `the",
      "void (\n    `the",
    ],
    ["a key is named where it is asked for", "codeOf(error) !== AUTH_REQUIRED || ", "true || "],
  ]),
  ...faultsIn(
    "executor/adapters/permission_answer.ts",
    "executor/adapters/permission_answer_test.ts",
    [
      [
        "what is left open may be denied",
        "if (!isMeant) return isOpen;",
        "if (!isMeant) return false;",
      ],
      [
        "each part of a command is allowed",
        "parts(call.command).every(",
        "parts(call.command).some(",
      ],
      ["what a command writes is in no part of it", "/[`<>]|\\$\\(/", "/[`]|\\$\\(/"],
      ["of several tools all are allowed", "tools.every((tool)", "tools.some((tool)"],
    ],
  ),
  ...faultsIn("executor/adapters/opencode_permission.ts", "executor/adapters/invocations_test.ts", [
    ["files are named from around the workspace", ", `*${folder}/${pattern}`]", "]"],
    [
      "OpenCode's deny rules",
      "for (const rule of deny)",
      "for (const rule of [])",
    ],
    [
      "OpenCode stays in the project",
      '"external_directory"] = { "*": "deny"',
      '"external_directory"] = { "*": "allow"',
    ],
  ]),
  ...faultsIn(
    "executor/adapters/write_permission.ts",
    "executor/adapters/write_permission_test.ts",
    [
      [
        "a rule with a pattern denies a part only",
        "deny.map(toolRule).filter(({ pattern }) => pattern === null)",
        "deny.map(toolRule)",
      ],
      ["a shell writes, too", ' && !denied.has("shell"))', ")"],
    ],
  ),
  ...faultsIn(
    "executor/adapters/tool_permissions.ts",
    "executor/adapters/tool_permissions_test.ts",
    [
      ["an adapter's deny rules", "...spec?.defaultPermissions.deny ?? [], ", ""],
      ["a persona's deny rules", ", ...persona?.permissions.deny ?? []]", "]"],
      ["a persona's own allowances", "own.length > 0 ? own :", "own.length < 0 ? own :"],
    ],
  ),
  ...faultsIn("executor/adapters/run_agent.ts", "executor/adapters/run_agent_test.ts", [
    ["what wave ended has failed", "ended ?? error", "error"],
    ["an answer counts although its agent hangs", 'exit.kind === "timed_out" || ', ""],
    ["a cancel is a cancel, answer or not", " && !host.signal.aborted);", ");"],
    ["stderr is no answer", 'stream === "stdout"', "true"],
  ]),
];

const USAGE_LIMITS: readonly Mutant[] = [
  ...faultsIn("executor/run/usage_pauses.ts", "executor/run/usage_limits_test.ts", [
    ["a paused adapter is asked nothing", "if (entry === undefined) return;", "return;"],
    ["--no-wait does not wait", "if (this.#noWait)", "if (false)"],
    ["a limit beyond the run's end is not waited for", "until > this.#deadline", "false"],
    ["a limit beyond the step's limit is not waited for", "until - now <= limitMs", "true"],
    ["limits of time stand still in a pause", "left = this.#pausedSoFar() - before", "left = 0"],
  ]),
  ...faultsIn("executor/step/retry_attempts.ts", "executor/run/usage_limits_test.ts", [
    ["a limited attempt is no failed one", "if (isHeeded) return end;", ""],
    ["others have the turn of a step that waits", "context.turns.get(step.id)?.() ?? null", "null"],
  ]),
];

const PLANNING: readonly Mutant[] = [
  ...faultsIn("executor/planning/plan_reuse.ts", "executor/planning/plan_reuse_test.ts", [
    ["a step that changed runs again", "digest !== this.#steps.get(id)?.digest", "false"],
    [
      "what depends on a step that runs, runs",
      '.action === "run") {\n        return run(`depends',
      '.action === "reuse") {\n        return run(`depends',
    ],
    [
      "--from-step runs the step",
      "if (step.id === this.#options.fromStep) return",
      "if (false) return",
    ],
    [
      "a changed artifact is accepted where asked for",
      "this.#options.acceptChanged !== true",
      "true",
    ],
    [
      "a step whose artifact is gone runs again",
      'if (change === "missing") decision',
      'if (change === "changed") decision',
    ],
  ]),
  ...faultsIn("executor/planning/planned_steps.ts", "executor/planning/plan_reuse_test.ts", [
    [
      "a digest holds the schema",
      'if (contract.type === "json_schema") return this.#text(contract.schemaPath);',
      "",
    ],
    [
      "a digest holds the persona",
      'persona === null ? "" : JSON.stringify',
      'true ? "" : JSON.stringify',
    ],
    ["a digest holds the persona's prompt", "this.#text(persona?.systemPromptFile ?? null)", '""'],
    ["a loop's digest holds its steps", "...inner.map(({ digest }) => digest),", ""],
  ]),
  ...faultsIn("executor/planning/preflight.ts", "commands/run/preflight_test.ts", [
    [
      "an agent that is not there is told first",
      "path, root) !== null",
      "path, root) === null",
    ],
    ["a script may bring the agent", " || waitsForScript(step.id)) continue;", ") continue;"],
  ]),
];

export const EXECUTOR: readonly Mutant[] = [
  ...PROCESSES,
  ...RUN,
  ...STEP,
  ...WORK,
  ...CONTRACTS,
  ...COMPOSITION,
  ...ADAPTERS,
  ...USAGE_LIMITS,
  ...PLANNING,
];
