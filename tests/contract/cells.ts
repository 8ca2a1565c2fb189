/**
 * What each command answers in each condition: the contract's table, as data. Where a condition cannot
 * befall a command (`schema` has no runs) its cell says what is answered instead.
 */
import type { PlaceName } from "./places.ts";

export type Condition =
  | PlaceName
  | "unknown id"
  | "ambiguous prefix"
  | "bad flag"
  | "bad duration";

/** An error: its code, and what its message or hint must say. */
interface Refused {
  readonly args: readonly string[];
  readonly exit: 1 | 2 | 3;
  readonly code: string;
  readonly says?: RegExp;
}

/** A result. As text: stdout and stderr, both empty unless told. As JSON: what it must contain. */
interface Answered {
  readonly args: readonly string[];
  readonly exit: 0 | 1 | 4;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  /** Keys of the object, or of the last line of a stream. */
  readonly json: Readonly<Record<string, unknown>>;
}

export type Cell = Refused | Answered;

type Row = Readonly<Record<Condition, Cell>>;

const refused =
  (exit: Refused["exit"], code: string, says?: RegExp) => (...args: string[]): Cell => ({
    args,
    exit,
    code,
    ...says === undefined ? {} : { says },
  });

const noProject = refused(3, "project_not_found", /wave init/);
const noRunYet = refused(3, "run_not_found", /There is no run/);
const unknownRun = refused(3, "run_not_found", /"nope"[^]*wave list runs/);
const ambiguous = refused(
  2,
  "ambiguous_run",
  /a-20260101-000003, a-20260101-000002, a-20260101-000001/,
);
const tooMany = refused(2, "too_many_arguments");
const badDuration = refused(2, "bad_value", /"5x"[^]*1h30m/);
const badTime = refused(2, "bad_value", /"5x"[^]*2h/);
const badFlag = (meant: string) =>
  refused(2, "unknown_option", new RegExp(`did you mean "${meant}"`));
const noTool = refused(2, "bad_value", /expected one of run, resume, cancel, clean, approve/);
const noDuration = refused(2, "unknown_option", /--older-than/);

const NO_RUNS = /^no runs yet, see wave list pipelines\n$/;
const ONE_ROW =
  /^Run +Pipeline +Status +Step +Elapsed +Tokens +Cost\na-20260101-000001 +a +completed +- +2m 34s +0 +-\n$/;

export const CELLS: Readonly<Record<string, Row>> = {
  status: {
    "no project": noProject("status"),
    "no data": {
      args: ["status"],
      exit: 0,
      stderr: /^nothing running; no runs yet, see wave list pipelines\n$/,
      json: { pipelines: [], total: 0, truncated: false, last: null },
    },
    "one run": {
      args: ["status"],
      exit: 0,
      stderr: /^nothing running; last: a completed 23h ago, see wave status --all\n$/,
      json: { pipelines: [], source: "state.db" },
    },
    "many runs": {
      args: ["status", "--all"],
      exit: 0,
      stdout:
        /^Run [^\n]+\nb-20260101-000003 +b +failed \(interrupted\) +one +0s +0 +-\n([^\n]+\n){19}$/,
      stderr: /^20 of 27 runs; --limit and --offset show more\n$/,
      json: { total: 27, truncated: true },
    },
    "unknown id": unknownRun("status", "nope"),
    "ambiguous prefix": ambiguous("status", "a-"),
    "bad flag": badFlag("--all")("status", "--al"),
    "bad duration": badTime("status", "--since", "5x"),
  },
  logs: {
    "no project": noProject("logs"),
    "no data": { args: ["logs"], exit: 0, stderr: NO_RUNS, json: { logs: [], total: 0 } },
    "one run": {
      args: ["logs"],
      exit: 0,
      stdout:
        /^--- [\d-]+ ---\n\[..:..:..\] started +a input="fix bug" steps=1\n\[..:..:..\] running +one\n\[..:..:..\] completed +one 154\.0s\n\[..:..:..\] completed +a 154\.0s\n$/,
      json: { total: 4, truncated: false, source: "state.db" },
    },
    "many runs": {
      args: ["logs", "a-20260101-000002", "--errors", "-n", "1"],
      exit: 0,
      stdout: /^--- .* ---\n\[..:..:..\] failed +a 1\.0s step one failed: no\n$/,
      stderr: /^last 1 of 2; --lines all\n$/,
      json: { total: 2, truncated: true },
    },
    "unknown id": unknownRun("logs", "nope"),
    "ambiguous prefix": ambiguous("logs", "a-"),
    "bad flag": badFlag("--follow")("logs", "--folow"),
    "bad duration": badTime("logs", "--since", "5x"),
  },
  cancel: {
    "no project": noProject("cancel"),
    "no data": { args: ["cancel"], exit: 0, stderr: /^nothing running\n$/, json: { runs: [] } },
    "one run": {
      args: ["cancel", "@latest"],
      exit: 0,
      stdout: /^a-20260101-000001 is over: completed\n$/,
      json: { source: "state.db" },
    },
    "many runs": { args: ["cancel", "--all"], exit: 0, stderr: /^nothing running\n$/, json: {} },
    "unknown id": unknownRun("cancel", "nope"),
    "ambiguous prefix": ambiguous("cancel", "a-"),
    "bad flag": badFlag("--force")("cancel", "--forc"),
    "bad duration": badDuration("cancel", "--wait", "--timeout", "5x"),
  },
  answer: {
    "no project": noProject("answer"),
    "no data": refused(3, "run_not_found", /There is no run yet/)("answer"),
    "one run": refused(3, "answer_not_found", /no answer of any agent/)("answer"),
    "many runs": refused(3, "step_not_found", /its steps are one/)("answer", "--step", "nope"),
    "unknown id": unknownRun("answer", "nope"),
    "ambiguous prefix": ambiguous("answer", "a-"),
    "bad flag": badFlag("--step")("answer", "--stpe"),
    "bad duration": noDuration("answer", "--older-than", "5x"),
  },
  artifacts: {
    "no project": noProject("artifacts"),
    "no data": { args: ["artifacts"], exit: 0, stderr: NO_RUNS, json: { artifacts: [] } },
    "one run": {
      args: ["artifacts"],
      exit: 0,
      stderr: /^no artifacts in a-20260101-000001\n$/,
      json: { artifacts: [] },
    },
    "many runs": refused(3, "step_not_found", /its steps are one/)("artifacts", "--step", "nope"),
    "unknown id": unknownRun("artifacts", "nope"),
    "ambiguous prefix": ambiguous("artifacts", "a-"),
    "bad flag": badFlag("--verify")("artifacts", "--verfy"),
    "bad duration": noDuration("artifacts", "--older-than", "5x"),
  },
  clean: {
    "no project": noProject("clean", "--all"),
    "no data": {
      args: ["clean", "--all"],
      exit: 0,
      stdout: /^nothing to remove\n$/,
      json: { runs: [], removed: 0, bytes: 0, dry_run: false },
    },
    "one run": refused(1, "not_confirmed", /--force/)("clean", "--all"),
    "many runs": {
      args: ["clean", "--pipeline", "a", "--keep-last", "1", "--older-than", "1d", "--force"],
      exit: 0,
      stdout:
        /^removed a-20260101-000002 \(failed, .*\)\nremoved a-20260101-000001 \(completed, .*\)\nremoved 2 runs, .*\n$/,
      json: { removed: 2, dry_run: false },
    },
    "unknown id": unknownRun("clean", "nope", "--force"),
    "ambiguous prefix": ambiguous("clean", "a-", "--force"),
    "bad flag": badFlag("--force")("clean", "--all", "--forse"),
    "bad duration": badDuration("clean", "--older-than", "5x"),
  },
  "list runs": {
    "no project": noProject("list", "runs"),
    "no data": { args: ["list", "runs"], exit: 0, stderr: NO_RUNS, json: { runs: [], total: 0 } },
    "one run": { args: ["list", "runs"], exit: 0, stdout: ONE_ROW, json: { total: 1 } },
    "many runs": {
      args: ["list", "runs", "--status", "failed", "--limit", "2"],
      exit: 0,
      stdout: /^Run [^\n]+\nb-20260101-000003 [^\n]+\nb-20260101-000001 [^\n]+\n$/,
      stderr: /^2 of 3 runs; --limit and --offset show more\n$/,
      json: { total: 3, truncated: true },
    },
    "unknown id": unknownRun("list", "runs", "nope"),
    "ambiguous prefix": ambiguous("list", "runs", "a-"),
    "bad flag": badFlag("--status")("list", "runs", "--statu", "failed"),
    "bad duration": badTime("list", "runs", "--since", "5x"),
  },
  list: {
    "no project": noProject("list"),
    "no data": {
      args: ["list"],
      exit: 0,
      stdout:
        /^pipelines\nPipeline +Description +Input +Steps\na +The first one +- +one\n\npersonas\nPersona +Adapter [^]*\nworker +mock [^]*\n\nadapters\nAdapter +Binary +Mode +Found\nmock +mock +built-in +yes\n$/,
      json: {},
    },
    "one run": { args: ["list", "-q"], exit: 0, stdout: /^a\nworker\nmock\n$/, json: {} },
    "many runs": {
      args: ["list", "pipelines"],
      exit: 0,
      stdout: /^Pipeline +Description +Input +Steps\na +The first one +- +one\n$/,
      json: {},
    },
    "unknown id": refused(2, "bad_value", /"nope"[^]*expected one of pipelines/)("list", "nope"),
    "ambiguous prefix": refused(2, "bad_argument")("list", "pipelines", "a-"),
    "bad flag": badFlag("--format")("list", "--fromat", "json"),
    "bad duration": badTime("list", "adapters", "--since", "5x"),
  },
  wait: {
    "no project": noProject("wait", "@latest"),
    "no data": noRunYet("wait", "@latest"),
    "one run": {
      args: ["wait", "@latest"],
      exit: 0,
      stdout: /^a-20260101-000001 completed\n$/,
      json: { timed_out: false },
    },
    "many runs": {
      args: ["wait", "--status", "cancelled,completed", "--pipeline", "b"],
      exit: 4,
      stdout: /^b-20260101-000002 cancelled\n$/,
      json: { timed_out: false },
    },
    "unknown id": unknownRun("wait", "nope"),
    "ambiguous prefix": ambiguous("wait", "a-"),
    "bad flag": badFlag("--timeout")("wait", "@latest", "--timeot", "1s"),
    "bad duration": badDuration("wait", "@latest", "--timeout", "5x"),
  },
  // Its stdout is the protocol's: only a call that starts no server answers there.
  mcp: {
    "no project": noTool("mcp", "--allow", "everything"),
    "no data": noTool("mcp", "--allow", "run,everything"),
    "one run": noTool("mcp", "--allow=everything", "--allow-self"),
    "many runs": tooMany("mcp", "a", "b"),
    "unknown id": tooMany("mcp", "nope"),
    "ambiguous prefix": tooMany("mcp", "a-"),
    "bad flag": badFlag("--allow")("mcp", "--alow", "run"),
    "bad duration": noDuration("mcp", "--older-than", "5x"),
  },
  schema: {
    "no project": {
      args: ["schema", "status"],
      exit: 0,
      stdout: /"title": "wave status"/,
      json: {},
    },
    "no data": { args: ["schema"], exit: 0, stdout: /"wave clean"[^]*"wave error"/, json: {} },
    "one run": { args: ["schema", "error"], exit: 0, stdout: /"hint"/, json: {} },
    "many runs": { args: ["schema", "logs"], exit: 0, stdout: /"truncated"/, json: {} },
    "unknown id": refused(3, "schema_not_found", /"nope"/)("schema", "nope"),
    "ambiguous prefix": refused(3, "schema_not_found", /did you mean "status"/)("schema", "statu"),
    "bad flag": badFlag("--format")("schema", "--formt", "json"),
    "bad duration": noDuration("schema", "--older-than", "5x"),
  },
  completions: {
    "no project": { args: ["completions", "bash"], exit: 0, stdout: /complete -F/, json: {} },
    "no data": { args: ["completions", "zsh"], exit: 0, stdout: /^#compdef wave/, json: {} },
    "one run": { args: ["completions", "fish"], exit: 0, stdout: /complete -c wave/, json: {} },
    "many runs": refused(2, "missing_argument")("completions"),
    "unknown id": refused(2, "bad_value", /expected one of bash, zsh, fish/)("completions", "nope"),
    "ambiguous prefix": tooMany("completions", "bash", "zsh"),
    "bad flag": badFlag("--quiet")("completions", "bash", "--quit"),
    "bad duration": noDuration("completions", "bash", "--older-than", "5x"),
  },
  init: {
    "no project": {
      args: ["init"],
      exit: 0,
      stdout: /^wrote wave\.yaml\n[^]*next: wave run hello-world/,
      json: { kept: [], overwritten: [] },
    },
    "no data": {
      args: ["init"],
      exit: 0,
      stdout: /^wrote \.wave\/\.gitignore\n/,
      stderr:
        /^kept, as it was there already: wave\.yaml\nhint: --force overwrites\nleft out, [^\n]+check\.yaml\n$/,
      json: { kept: ["wave.yaml"] },
    },
    "one run": {
      args: ["init", "--force"],
      exit: 0,
      stdout: /^wrote /,
      stderr: /^what was there before: wave\.yaml\.bak\n$/,
      json: { overwritten: ["wave.yaml"], kept: [] },
    },
    "many runs": { args: ["init", "-q", "--force"], exit: 0, stdout: /^wave\.yaml$/m, json: {} },
    "unknown id": tooMany("init", "nope"),
    "ambiguous prefix": tooMany("init", "a-"),
    "bad flag": badFlag("--force")("init", "--forced"),
    "bad duration": noDuration("init", "--older-than", "5x"),
  },
  validate: {
    "no project": noProject("validate"),
    "no data": {
      args: ["validate"],
      exit: 0,
      stdout: /^1 pipeline: 0 errors, 0 warnings\n$/,
      json: { valid: true, diagnostics: [], pipelines: ["a"] },
    },
    "one run": { args: ["validate", "a", "-q"], exit: 0, json: { valid: true } },
    "many runs": { args: ["validate", "a"], exit: 0, stdout: /0 errors/, json: { valid: true } },
    "unknown id": refused(3, "pipeline_not_found", /wave list pipelines/)("validate", "nope"),
    "ambiguous prefix": refused(3, "pipeline_not_found")("validate", "a-"),
    "bad flag": badFlag("--format")("validate", "--formad", "json"),
    "bad duration": noDuration("validate", "--older-than", "5x"),
  },
  run: {
    "no project": noProject("run", "a"),
    "no data": {
      args: ["run", "a", "fix bug"],
      exit: 0,
      stdout:
        /^\[..:..:..\] started +a run=a-\S+ input="fix bug" steps=1\n[^]*\[..:..:..\] completed +one \d+\.\ds\n\[..:..:..\] completed +a \d+\.\ds\n$/,
      stderr: /^a-\S+ completed in [\dm ]*\ds\n$/,
      json: { state: "completed", pipeline_id: "a", step_id: null },
    },
    "one run": {
      args: ["run", "a", "--dry-run"],
      exit: 0,
      stdout: /^Step +Kind +Persona +After +Action\none +command +- +- +run\n$/,
      json: { pipeline: "a" },
    },
    "many runs": refused(3, "step_not_found", /nope/)("run", "a", "--from-step", "nope"),
    "unknown id": refused(3, "pipeline_not_found", /wave list pipelines/)("run", "nope"),
    "ambiguous prefix": refused(3, "pipeline_not_found")("run", "a-"),
    "bad flag": badFlag("--detach")("run", "a", "--detatch"),
    "bad duration": badDuration("run", "a", "--timeout", "5x"),
  },
  resume: {
    "no project": noProject("resume", "@latest"),
    "no data": noRunYet("resume", "@latest"),
    "one run": {
      args: ["resume", "@latest", "--plan"],
      exit: 0,
      stdout: /one/,
      json: { pipeline: "a" },
    },
    "many runs": {
      args: ["resume", "a-20260101-000002"],
      exit: 0,
      stdout: /running +a run=a-20260101-000002 resumed rerun=one\n[^]*completed +a /,
      stderr: /^a-20260101-000002 completed in [\dm ]*\ds\n$/,
      json: { state: "completed", seq: 9, run_id: "a-20260101-000002" },
    },
    "unknown id": unknownRun("resume", "nope"),
    "ambiguous prefix": ambiguous("resume", "a-"),
    "bad flag": badFlag("--plan")("resume", "@latest", "--plann"),
    "bad duration": badDuration("resume", "@latest", "--timeout", "5x"),
  },
  do: {
    "no project": noProject("do", "work"),
    "no data": {
      args: ["do", "work"],
      exit: 0,
      stdout: /^mock answer to: work\n$/,
      stderr:
        /started +do run=do-\S+ input="work" steps=1\n[^]*completed +do \(worker\)[^]*completed +do /,
      json: { state: "completed", pipeline_id: "do" },
    },
    "one run": refused(2, "empty_task")("do", " "),
    "many runs": { args: ["do", "work", "-q"], exit: 0, stdout: /^do-\d{8}-\d{6}\n$/, json: {} },
    "unknown id": refused(3, "persona_not_found", /worker/)("do", "work", "--persona", "nope"),
    "ambiguous prefix": refused(3, "persona_not_found")("do", "work", "--persona", "work"),
    "bad flag": badFlag("--persona")("do", "work", "--person", "x"),
    "bad duration": badDuration("do", "work", "--timeout", "5x"),
  },
  approve: {
    "no project": noProject("approve", "@latest"),
    "no data": noRunYet("approve", "@latest"),
    "one run": refused(3, "gate_not_found", /wave status a-20260101-000001/)("approve", "@latest"),
    "many runs": refused(3, "gate_not_found", /wave status/)("approve"),
    "unknown id": unknownRun("approve", "nope"),
    "ambiguous prefix": ambiguous("approve", "a-", "yes"),
    "bad flag": badFlag("--step")("approve", "@latest", "--stap", "x"),
    "bad duration": noDuration("approve", "@latest", "--older-than", "5x"),
  },
  doctor: {
    "no project": noProject("doctor"),
    "no data": {
      args: ["doctor"],
      exit: 0,
      stdout: /^ok +folders [^\n]*\nok +definitions /,
      json: { repaired: [] },
    },
    "one run": { args: ["doctor", "-q"], exit: 0, json: { repaired: [] } },
    "many runs": {
      args: ["doctor", "--repair"],
      exit: 0,
      stdout: /settled b-20260101-000003/,
      json: {},
    },
    "unknown id": tooMany("doctor", "nope"),
    "ambiguous prefix": tooMany("doctor", "a-"),
    "bad flag": badFlag("--repair")("doctor", "--repare"),
    "bad duration": noDuration("doctor", "--older-than", "5x"),
  },
  why: {
    "no project": noProject("why"),
    "no data": {
      args: ["why"],
      exit: 0,
      stderr: /^no run failed or was cancelled\n$/,
      json: { run: null, source: "traces" },
    },
    "one run": {
      args: ["why", "@latest"],
      exit: 0,
      stdout: /^a-20260101-000001 completed\nnext: wave artifacts a-20260101-000001\n$/,
      json: { cause: null, sentence: "a-20260101-000001 completed" },
    },
    "many runs": {
      args: ["why"],
      exit: 0,
      stdout:
        /^b-20260101-000003 failed: interrupted at one: [^\n]+is gone\n[^]*\nnext: wave resume b-20260101-000003\n$/,
      json: { next: "wave resume b-20260101-000003" },
    },
    "unknown id": unknownRun("why", "nope"),
    "ambiguous prefix": ambiguous("why", "a-"),
    "bad flag": badFlag("--format")("why", "--forma", "json"),
    "bad duration": noDuration("why", "--older-than", "5x"),
  },
  export: {
    "no project": noProject("export", "--otlp", "run.jsonl"),
    "no data": refused(3, "run_not_found", /There is no run/)("export", "--otlp", "run.jsonl"),
    "one run": {
      args: ["export", "--otlp", "run.jsonl"],
      exit: 0,
      stdout: /^run.jsonl\n$/,
      json: { run_id: "a-20260101-000001", kind: "otlp", path: "run.jsonl", spans: 3, gone: [] },
    },
    "many runs": refused(2, "missing_option", /--otlp/)("export", "a-20260101-000002"),
    "unknown id": unknownRun("export", "nope", "--otlp", "run.jsonl"),
    "ambiguous prefix": ambiguous("export", "a-", "--otlp", "run.jsonl"),
    "bad flag": badFlag("--otlp")("export", "--oltp", "-"),
    "bad duration": noDuration("export", "--older-than", "5x"),
  },
  report: {
    "no project": noProject("report"),
    "no data": refused(3, "run_not_found", /There is no run/)("report"),
    "one run": {
      args: ["report", "-o", "one.html"],
      exit: 0,
      stdout: /^one.html\n$/,
      json: { run_id: "a-20260101-000001", kind: "html", path: "one.html" },
    },
    "many runs": {
      args: ["report", "a-20260101-000002", "--junit"],
      exit: 0,
      stdout: /^a-20260101-000002.xml\n$/,
      json: { kind: "junit", path: "a-20260101-000002.xml" },
    },
    "unknown id": unknownRun("report", "nope"),
    "ambiguous prefix": ambiguous("report", "a-"),
    "bad flag": badFlag("--junit")("report", "--junti"),
    "bad duration": noDuration("report", "--older-than", "5x"),
  },
};
