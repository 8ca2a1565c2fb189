/** The executable: what is in it, whatever runtime it stands on; and how it runs, where there is one. */
import assert from "node:assert/strict";
import { flavour } from "../../commands/cli/version.ts";
import { type Project, project } from "../cli.ts";
import { buildCommand, REPOSITORY, sourceCommand } from "../start_program.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function make(words: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const [program = "", ...args] = words;
  const output = await new Deno.Command(program, { args, env: { NO_COLOR: "1", ...env } }).output();
  assert.equal(output.code, 0, text(output.stderr));
  return text(output.stdout) + text(output.stderr);
}

/** Builds the program and compiles it on `runtime`, which may be any executable of this system. */
async function compile(place: Project, runtime: string): Promise<string> {
  const executable = `${place.root}/bin/wave`;
  await Deno.mkdir(`${place.root}/bin`);
  await make(buildCommand(`${place.root}/built`));
  const compiling = sourceCommand(`${REPOSITORY}npm/compile.ts`);
  const options = [`--from=${place.root}/built`, `--output=${executable}`];
  await make([...compiling, ...options], { DENORT_BIN: runtime });
  return executable;
}

interface Embedded {
  readonly settings: Record<string, unknown>;
  /** Names and sizes in bytes; a folder has the names of what is in it. */
  readonly files: readonly (readonly [name: string, bytes: unknown])[];
}

/** Reads what `deno compile` put after the runtime: a length and the settings, further on the files. */
function embeddedIn(bytes: Uint8Array): Embedded {
  const magic = "d3n0l4nd";
  const latin1 = new TextDecoder("latin1").decode(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const json = (start: number) => {
    const length = Number(view.getBigUint64(start - 8, true));
    return { value: JSON.parse(text(bytes.subarray(start, start + length))), end: start + length };
  };
  const settings = json(latin1.lastIndexOf(`{"argv":`));
  assert.ok(latin1.lastIndexOf(magic, settings.end) > 0, "the settings stand after a mark");
  const root = json(latin1.indexOf("[{", settings.end));
  const entries: Record<string, Record<string, unknown>>[] = root.value;
  return {
    settings: settings.value,
    files: entries.map((entry) => {
      const [kind = "", facts = {}] = Object.entries(entry)[0] ?? [];
      const { n: name, o: [, size] = [], e: inner } = Object(facts);
      return [String(name), kind === "File" ? size : inner];
    }),
  };
}

Deno.test("the executable holds the modules of the build and the permissions of the tasks, no more", async () => {
  if (Deno.build.os !== "linux") {
    console.log("skipped: any executable stands in for a runtime only on Linux");
    return;
  }
  await using place = await project();
  const runtime = Deno.execPath();
  const executable = await compile(place, runtime);
  const bytes = await Deno.readFile(executable);
  const { settings, files } = embeddedIn(bytes.subarray(Deno.statSync(runtime).size));
  const built = [...Deno.readDirSync(`${place.root}/built`)].map(({ name }) => name)
    .filter((name) => name.endsWith(".js"))
    .map((name) => [name, Deno.statSync(`${place.root}/built/${name}`).size] as const);
  assert.deepEqual(files, built.toSorted());
  const { permissions, ...others } = settings;
  const granted = Object.entries(Object(permissions)).filter(([name, value]) =>
    name.startsWith("allow_") && value !== null && name !== "allow_import"
  );
  assert.deepEqual(
    granted.toSorted(),
    ["env", "read", "run", "sys", "write"].map((name) => [`allow_${name}`, []]),
  );
  assert.equal(Object(permissions).prompt, false);
  assert.deepEqual(
    [others["code_cache_key"], others["node_modules"], others["entrypoint_key"], others["argv"]],
    [null, null, "wave.js", []],
  );
  const added = files.reduce((sum, [, size]) => sum + Number(size), 0);
  // Of these the public prices are 0.84 MB, the Model Context Protocol 0.43, the agents' protocol 0.16.
  assert.ok(added < 4_000_000, `${added} bytes of modules`);
});

Deno.test("the executable does what the program does", async () => {
  const runtime = Deno.env.get("WAVE_TEST_RUNTIME");
  if (runtime === undefined) {
    console.log("skipped: it needs the runtime of `deno compile`, which WAVE_TEST_RUNTIME names");
    return;
  }
  await using place = await project();
  const executable = await compile(place, runtime);
  const wave = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(executable, {
      args,
      cwd: place.root,
      stdin: "null",
    }).output();
    assert.equal(code, 0, `${args.join(" ")}: ${text(stderr)}`);
    return text(stdout);
  };
  assert.equal(JSON.parse(await wave("--version", "--format", "json")).flavour, flavour());
  await wave("init", "--force");
  await wave("run", "hello-world", "hi");
  await wave("run", "diamond", "--detach");
  await wave("wait", "@latest");
  assert.match(await wave("status", "--all"), /hello-world +completed/);
  assert.match(await wave("status", "--help"), /wave status --all/);
});
