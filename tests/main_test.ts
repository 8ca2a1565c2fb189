import { deepStrictEqual, match, ok } from "node:assert/strict";
import { wantsColor, type World } from "../commands/cli/context.ts";
import { COMMANDS } from "../commands/registry.ts";
import { programCommand, project } from "./cli.ts";
import { assertSchema } from "./json_schema.ts";
import { seedRuns } from "./seed.ts";

const START = Date.UTC(2026, 1, 2, 14, 30, 22);

Deno.test("mistakes end with their exit code, in text on stderr and as JSON on stdout", async () => {
  await using p = await project();
  await seedRuns(p.root, [{ id: "demo-1", startedAt: START }, { id: "demo-2", startedAt: START }]);
  const cases: [string[], exit: number, code: string, text: RegExp][] = [
    [["statsu"], 2, "unknown_command", /hint: did you mean "status"/],
    [["status", "--wathc"], 2, "unknown_option", /hint: did you mean "--watch"/],
    [["status", "--since", "soon"], 2, "bad_value", /hint: for example 2h/],
    [["status", "--status", "faild"], 2, "bad_value", /hint: did you mean "failed"/],
    [["status", "--pipeline", "[a"], 2, "bad_value", /expected a glob/],
    [["status", "--limit"], 2, "missing_value", /error: Cannot use --limit without a value/],
    [["status", "--format", "xml"], 2, "bad_value", /table, text, json/],
    [["completions"], 2, "missing_argument", /without <shell>/],
    [["completions", "bash", "zsh"], 2, "too_many_arguments", /at most 1/],
    [["list", "pipelnes"], 2, "bad_value", /did you mean "pipelines"/],
    [["schema", "stats"], 3, "schema_not_found", /did you mean "status"/],
    [["status", "nope"], 3, "run_not_found", /hint: wave list runs/],
    [["status", "demo"], 2, "ambiguous_run", /demo-2, demo-1|demo-1, demo-2/],
    [["status", "../x"], 2, "invalid_run_id", /error: /],
    [["list", "runs", "a\x1b[31m"], 2, "invalid_run_id", /error: /],
  ];
  for (const [args, exit, code, text] of cases) {
    const plain = await p.wave(args);
    deepStrictEqual([plain.code, plain.stdout], [exit, ""], args.join(" "));
    match(plain.stderr, text);
    ok(!plain.stderr.includes("\x1b"), args.join(" "));
    if (args.includes("--format")) continue;
    const json = await p.wave([...args.slice(0, 1), "--format", "json", ...args.slice(1)]);
    deepStrictEqual(json.code, exit, args.join(" "));
    assertSchema("error", json.json());
    deepStrictEqual(Object(json.json()["error"]).code, code, args.join(" "));
  }
});

Deno.test("without a project reading commands end with 3 and name the next command", async () => {
  await using p = await project({}, { bare: true });
  for (const args of [["status"], ["status", "--all"], ["list", "runs"]]) {
    const text = await p.wave(args);
    deepStrictEqual([text.code, text.stdout], [3, ""]);
    match(text.stderr, /hint: wave init\n$/);
    const json = await p.wave([...args, "--format", "json"]);
    deepStrictEqual([json.code, Object(json.json()["error"]).code], [3, "project_not_found"]);
  }
});

Deno.test("the project is found from below, and WAVE_PROJECT wins", async () => {
  await using p = await project({ "deep/er/file": "" });
  await using other = await project();
  await seedRuns(p.root, [{ id: "here-1", startedAt: START }]);
  await seedRuns(other.root, [{ id: "there-1", startedAt: START }]);
  const ids = async (options: object) => (await p.wave(["status", "--all", "-q"], options)).stdout;
  deepStrictEqual(await ids({ cwd: `${p.root}/deep/er` }), "here-1\n");
  deepStrictEqual(await ids({ env: { WAVE_PROJECT: other.root } }), "there-1\n");
  deepStrictEqual(await ids({ env: { WAVE_PROJECT: `${other.root}/` } }), "there-1\n");
  const wrong = await p.wave(["status"], { env: { WAVE_PROJECT: "/nowhere" } });
  deepStrictEqual(wrong.code, 3);
  match(wrong.stderr, /WAVE_PROJECT/);
});

Deno.test("a place that the runtime keeps to itself is no internal error", async () => {
  await using p = await project();
  const env = { WAVE_PROJECT: "/dev" };
  const text = await p.wave(["status"], { env });
  deepStrictEqual([text.code, text.stdout], [1, ""]);
  match(text.stderr, /^error: Deno refuses: [^\n]+\nhint: keep the project elsewhere [^\n]+\n$/);
  const json = await p.wave(["status", "--format", "json"], { env });
  deepStrictEqual([json.code, Object(json.json()["error"]).code], [1, "not_permitted"]);
});

Deno.test("every command has help with all its options and examples", async () => {
  await using p = await project({}, { bare: true });
  for (const command of COMMANDS.filter(({ name }) => !name.startsWith("_"))) {
    ok(command.examples.length > 0, `${command.name} has no example`);
    const help = await p.wave([command.name, "--help"]);
    deepStrictEqual([help.code, help.stderr], [0, ""], command.name);
    const flat = help.stdout.replace(/\s+/g, " ");
    for (const name of Object.keys(command.options)) ok(flat.includes(`--${name}`), name);
    for (const example of command.examples) ok(flat.includes(example.command), example.command);
    ok(flat.includes("--format"), command.name);
  }
  const help = await p.wave(["--help"]);
  deepStrictEqual(help.code, 0);
  for (const { name } of COMMANDS) {
    deepStrictEqual(help.stdout.includes(name), !name.startsWith("_"));
  }
  ok(
    help.stdout.split("\n").length < 40,
    "the help of the program tells a line or two of a command",
  );
  deepStrictEqual((await p.wave([])).stdout, help.stdout);
  match((await p.wave(["--version"])).stdout, /^wave \d+\.\d+\.\d+\n$/);
  assertSchema("help", (await p.wave(["status", "--help", "--format", "json"])).json());
  assertSchema("version", (await p.wave(["--version", "--format=json"])).json());
});

Deno.test("a closed pipe ends the program quietly", async () => {
  await using p = await project();
  const runs = Array.from({ length: 3000 }, (_, n) => ({ id: `demo-${n}`, startedAt: START + n }));
  await seedRuns(p.root, runs);
  for (const args of ["list runs", "list runs -q", "list runs --format json", "--help"]) {
    const head = await p.shell(`wave ${args} | head -1; echo "\${PIPESTATUS[0]}"`);
    deepStrictEqual(head.stdout.trimEnd().split("\n").at(-1), "0", args);
    ok(!/error/i.test(head.stderr), head.stderr);
    // The reader is gone before the first write.
    const [program = "", ...rest] = programCommand();
    const child = new Deno.Command(program, {
      args: [...rest, ...args.split(" ")],
      cwd: p.root,
      env: { WAVE_PROJECT: p.root },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await child.stdout.cancel();
    const stderr = await new Response(child.stderr).text();
    deepStrictEqual((await child.status).code, 0, args);
    ok(!/error/i.test(stderr), stderr);
  }
});

Deno.test("ids go to xargs and back", async () => {
  await using p = await project();
  await seedRuns(p.root, [
    { id: "demo-1", startedAt: START, status: "failed" },
    { id: "demo-2", startedAt: START + 1000 },
  ]);
  const result = await p.shell(
    `wave status -q --status failed | xargs bash -c 'wave status "$@" --format json' _`,
  );
  const [run] = result.json()["pipelines"] as Record<string, unknown>[];
  deepStrictEqual(run?.["id"], "demo-1");
});

Deno.test("colour is for terminals, unless somebody says otherwise", async () => {
  const world = (isTerminal: boolean, env: Record<string, string>): World => ({
    stdout: { isTerminal, width: 80, height: 24, write() {}, send: () => Promise.resolve() },
    stderr: { isTerminal, width: 80, height: 24, write() {}, send: () => Promise.resolve() },
    cwd: "/",
    env: (name) => env[name],
    now: () => 0,
    ask: () => Promise.resolve(null),
    signal: new AbortController().signal,
    endedBy: null,
    releaseSignals() {},
  });
  const cases: [boolean, Record<string, string>, "auto" | "always" | "never", boolean][] = [
    [true, {}, "auto", true],
    [true, { NO_COLOR: "" }, "auto", true],
    [true, { NO_COLOR: "1" }, "auto", false],
    [true, { TERM: "dumb" }, "auto", false],
    [true, { NO_COLOR: "1" }, "always", true],
    [true, {}, "never", false],
    [false, {}, "auto", false],
    [false, { TERM: "xterm" }, "auto", false],
    [false, {}, "always", true],
  ];
  for (const [isTerminal, env, color, expected] of cases) {
    deepStrictEqual(wantsColor(world(isTerminal, env), color), expected, JSON.stringify(env));
  }
  await using p = await project();
  await seedRuns(p.root, [{ id: "demo-1", startedAt: START }]);
  ok(!(await p.wave(["status", "--all"])).stdout.includes("\x1b"));
  ok(
    (await p.wave(["status", "--all", "--color=always"])).stdout.includes(
      "\x1b[32mcompleted\x1b[0m",
    ),
  );
  const json = await p.wave(["status", "--all", "--color", "always", "--format", "json"]);
  ok(!json.stdout.includes("\x1b"));
});

Deno.test("without a database the answer is the same, and a warning says so once", async () => {
  await using p = await project();
  await seedRuns(p.root, [{ id: "demo-1", startedAt: START }]);
  await Deno.writeTextFile(
    `${p.root}/.wave/state.db`,
    "this is no database, but long enough for one",
  );
  for (const args of [["status", "--all"], ["list", "runs"], ["status", "demo"]]) {
    const result = await p.wave([...args, "--format", "json"]);
    deepStrictEqual([result.code, result.json()["source"]], [0, "traces"]);
    match(result.stderr, /^warning: state\.db: [^\n]+; using \.wave\/traces\n$/);
  }
});
