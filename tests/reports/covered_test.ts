/** Reports whose proof is a test elsewhere: the row names it, and it must be there. */
import { ok } from "node:assert/strict";
import { REPOSITORY } from "../start_program.ts";
import { assertWhole, type Report } from "./report.ts";

interface CoveredReport extends Report {
  /** The file of the test, from the root of the repository. */
  readonly file: string;
  /** The test's title, as it stands there. */
  readonly title: string;
}

const COVERED: readonly CoveredReport[] = [
  {
    at: ["anthropics/claude-code#21287", "anthropics/claude-code#47872"],
    done: "the terminal in which it runs is closed",
    wave: "the run's processes are ended, and the run is recorded to its end",
    file: "tests/contract/streams_test.ts",
    title: "a run whose terminal is gone is recorded to its end",
  },
  {
    at: ["anthropics/claude-code#20117"],
    done: "a signal ends the program that has started others",
    wave: "they are ended first, whatever the signal",
    file: "tests/contract/streams_test.ts",
    title: "run ends its processes on whatever ends it",
  },
  {
    at: ["travis-ci/travis-ci#4704", "curl/curl#3239", "dotnet/corefx#23539"],
    done: "standard output is a pipe that somebody set to non-blocking",
    wave: "each byte is written once",
    file: "tests/contract/streams_test.ts",
    title: "logs writes each byte once to a pipe that somebody set to non-blocking",
  },
  {
    at: ["nanocoai/nanoclaw#3060", "openabdev/openab#290"],
    done: "it runs as process 1 of a container",
    wave: "it runs, cancels and leaves nothing, and never signals itself",
    file: "tests/faults/hidden_processes_test.ts",
    title: "wave runs, and cancels, as process 1 of a container",
  },
  {
    at: ["evilmartians/lefthook#1265", "evilmartians/lefthook#1077"],
    done: "it runs from a hook of git, which has set git's variables",
    wave: "a step in a worktree works there",
    file: "tests/language_runs/worktree_test.ts",
    title: "a step in a worktree works there, whatever repository the caller's hook names",
  },
  {
    at: ["actions/runner-images#6775", "actions/checkout#760"],
    done: "the repository belongs to another user",
    wave: "git's own refusal is told, and what to do",
    file: "tests/language_runs/worktree_test.ts",
    title: "a repository of another owner is refused in git's words, and with what to do",
  },
  {
    at: ["nextflow-io/nextflow#3269", "nextflow-io/nextflow#6996", "dask/distributed#2113"],
    done: "the file system knows no locks",
    wave: "a run does not start and says why at once, and what only reads works",
    file: "tests/faults/no_locks_test.ts",
    title:
      "without file locks a run does not start, which is told at once, and readers use the traces",
  },
  {
    at: [
      "actions/download-artifact#9",
      "actions/upload-artifact#38",
      "buildkite/agent#980",
      "actions/upload-artifact#589",
      "actions/upload-artifact#418",
    ],
    done: "an artifact is a program, or a link",
    wave: "it stays executable, and has the path that was declared",
    file: "tests/language_runs/contracts_test.ts",
    title: "artifacts stay executable, and those that are links have their declared paths",
  },
  {
    at: ["nextflow-io/nextflow#1408", "nextflow-io/nextflow#4339", "nextflow-io/nextflow#3581"],
    done: "a pipeline is resumed after an edit that changes nothing of what a step does",
    wave: "the step's results stand",
    file: "tests/executor/planning/step_meaning_test.ts",
    title: "meaningOf() is not changed by ${name}",
  },
  {
    at: ["nextflow-io/nextflow#2382"],
    done: "a pipeline is resumed after an edit that changes what a step does",
    wave: "the step runs again",
    file: "tests/executor/planning/step_meaning_test.ts",
    title: "meaningOf() is changed by ${name}",
  },
  {
    at: ["microsoft/vscode#48304", "denoland/deno#6728", "activepieces/activepieces#15556"],
    done: "the caller has NODE_OPTIONS of its own, or no HOME",
    wave: "neither reaches the runtime, and steps get what the caller has",
    file: "tests/npm/caller_environment_test.ts",
    title: "the built program is called",
  },
  {
    at: ["argoproj/argo-workflows#12190", "argoproj/argo-workflows#7586"],
    done: "a script is longer than an argument may be",
    wave: "it is handed over as a file",
    file: "tests/executor/step/big_script_test.ts",
    title: "a script that is too long for an argument is handed over as a file",
  },
  {
    at: ["actions/runner#4601"],
    done: "processes appear while those of a step are being ended",
    wave: "wave looks again until nothing is left, or says what is not proven",
    file: "tests/executor/processes/end_processes_test.ts",
    title:
      "endAll() looks three times where new processes vanish all the time, and then says what is not proven",
  },
  {
    at: [
      "rundeck/rundeck#5834",
      "microsoft/FactoryOrchestrator#117",
      "digitaldrywood/detent#2081",
      "errhythm/ccswap#5",
      "coleam00/Archon#1242",
      "coleam00/Archon#1244",
      "Traitome/oxo-flow#131",
    ],
    done: "a job is cancelled or timed out whose program has started others",
    wave: "all of them are ended, however they hide",
    file: "tests/commands/cancel_test.ts",
    title: "cancel --force leaves no process of the run, however they hide",
  },
  {
    at: ["smithersai/smithers#939", "Appsilon/mediforce#912"],
    done: "a run is cancelled whose process is gone",
    wave: "it is settled at once, with its steps",
    file: "tests/commands/cancel_test.ts",
    title: "cancel finalizes a run whose process is gone, and ends what it left",
  },
  {
    at: [
      "elastic/kibana#250526",
      "apache/incubator-kie-kogito-runtimes#4252",
      "apache/incubator-kie-issues#1944",
    ],
    done: "a run is cancelled that has started another one",
    wave: "both stop",
    file: "tests/language_runs/composition_test.ts",
    title: "cancel stops the whole of a run that is within a sub-pipeline",
  },
  {
    at: ["dagucloud/dagu#2298"],
    done: "a run is killed within an inner run, and resumed",
    wave: "the inner run is no running one, and goes on",
    file: "tests/commands/execution/child_runs_resume_test.ts",
    title: "resume goes on with an inner run whose process was killed",
  },
  {
    at: ["coleam00/Archon#1585", "coleam00/Archon#1651"],
    done: "values with quotes, backticks and dollar signs are put into scripts",
    wave: "they arrive as they are",
    file: "tests/executor/language/shell/agreement_test.ts",
    title: "values reach programs as they are, in dash and in bash",
  },
  {
    at: ["labsyspharm/mcmicro#127", "nextflow-io/nextflow#3986"],
    done: "several runs work in one folder at once",
    wave: "they do not disturb each other",
    file: "tests/faults/many_test.ts",
    title: "runs, readers, followers, cancels and cleans do not disturb each other",
  },
  {
    at: ["nextflow-io/nextflow#3771"],
    done: "somebody reads the log of a project in which he may not write",
    wave: "it is read without a lock",
    file: "tests/faults/ordinary_user_test.ts",
    title: "an ordinary user gets the same answers from what may not be read or written",
  },
];

for (const row of COVERED) {
  Deno.test(`${row.done}: ${row.wave} (${row.at.join(", ")})`, async () => {
    assertWhole(row);
    const text = await Deno.readTextFile(`${REPOSITORY}${row.file}`);
    ok(text.includes(row.title), `${row.file} has no test "${row.title}"`);
  });
}
