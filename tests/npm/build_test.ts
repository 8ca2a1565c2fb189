import { deepStrictEqual, match, ok } from "node:assert/strict";
import { flavour } from "../../commands/cli/version.ts";
import { assertSchema } from "../json_schema.ts";
import { project } from "../cli.ts";
import { seedRuns } from "../seed.ts";
import { buildCommand, REPOSITORY } from "../start_program.ts";

async function run(program: string, args: string[], options: Deno.CommandOptions = {}) {
  const output = await new Deno.Command(program, { args, ...options }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

async function isCheckout(): Promise<boolean> {
  return (await run("git", ["rev-parse", "HEAD"], { cwd: REPOSITORY })).code === 0;
}

/** How many `using` declarations the source has. */
async function usingsInSource(): Promise<number> {
  const tops = ["commands", "executor", "state", "event", "main.ts"];
  const { stdout } = await run("grep", ["-rhE", "^ *(await )?using \\w+ ?=", ...tops], {
    cwd: REPOSITORY,
  });
  return stdout.split("\n").length - 1;
}

Deno.test("the build makes a program that runs from any folder and starts fast", async () => {
  await using p = await project();
  await seedRuns(p.root, [{ id: "demo-1", startedAt: Date.UTC(2026, 1, 2) }]);
  const dist = `${p.root}/built`;
  const [deno = "", ...words] = buildCommand(dist);
  const built = await run(deno, words);
  deepStrictEqual(built, { code: 0, stdout: `built ${dist}/wave\n`, stderr: "" });

  const modules = new Map<string, string>();
  for (const { name } of Deno.readDirSync(dist)) {
    if (name.endsWith(".js")) modules.set(name, await Deno.readTextFile(`${dist}/${name}`));
  }
  const started = new Set(["wave.js"]);
  for (const name of started) {
    const text = modules.get(name) ?? "";
    ok(!/"node:(?!sqlite")|createRequire/.test(text), `${name} makes a start slow`);
    for (const [, other = ""] of text.matchAll(/(?:from|import) ?"\.\/([^"]+)"/g)) {
      started.add(other);
    }
  }
  for (const [name, text] of modules) {
    ok(!/import\("\.\//.test(text), `${name} names a module that is read at each start`);
    for (const [, other = ""] of text.matchAll(/import\.meta\.resolve\("\.\/([^"]+)"\)/g)) {
      ok(modules.has(other), `${name} loads ${other}, which was not built`);
      ok(!started.has(other), `${other} is loaded by every start`);
    }
  }

  // What is disposed of in the source is disposed of in the build.
  const disposed = [...modules.values()]
    .reduce((sum, text) => sum + (text.match(/\busing [\w$]+ ?=/g)?.length ?? 0), 0);
  deepStrictEqual(disposed, await usingsInSource());

  // Through a link, without deno on the path, in a folder that is no project.
  await Deno.symlink(`${dist}/wave`, `${p.root}/link`);
  const elsewhere = { cwd: "/", clearEnv: true, env: { PATH: "/usr/bin:/bin" } };
  match((await run(`${p.root}/link`, ["--version"], elsewhere)).stdout, /^wave \d/);
  const here = { ...elsewhere, cwd: p.root };
  const status = await run(`${p.root}/link`, ["status", "--all", "-q"], here);
  deepStrictEqual([status.code, status.stdout], [0, "demo-1\n"]);
  match((await run(`${p.root}/link`, ["status", "--all"], here)).stdout, /^Run +Pipeline/);
  match((await run(`${p.root}/link`, ["status", "--help"], here)).stdout, /wave status --all/);

  const version = JSON.parse(
    (await run(`${p.root}/link`, ["--version", "--format", "json"], here)).stdout,
  );
  assertSchema("version", version);
  deepStrictEqual(version.flavour, flavour());
  match(version.commit, /^([0-9a-f]{40}(-dirty)?|unknown)$/);
  if (await isCheckout()) ok(version.commit !== "unknown", "built from a checkout, of no commit");

  const removed = async (...args: string[]) => {
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$@"';
    return await run("/bin/sh", ["-c", script, `${dist}/wave`, ...args], here);
  };
  const text = await removed("status");
  match(text.stderr, /^error: Cannot work in this folder: it was removed$/m);
  const json = await removed("status", "--format", "json");
  deepStrictEqual([text.code, json.code], [3, 3]);
  assertSchema("error", JSON.parse(json.stdout));

  // A deno that is named wins.
  const named = await run(`${dist}/wave`, ["--version"], {
    ...elsewhere,
    env: { PATH: "/usr/bin:/bin", DENO: "/bin/echo" },
  });
  match(named.stdout, /^run .*wave\.js --version\n$/);
});
