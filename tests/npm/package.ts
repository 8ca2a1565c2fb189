/**
 * The package, made by `npm pack` and installed into an empty prefix, as a user does: `deno task test-package`.
 * Not a part of the suite, because it installs from the registry.
 */
import assert from "node:assert/strict";
import { VERSION } from "../../commands/cli/version.ts";
import { project } from "../cli.ts";
import { REPOSITORY } from "../start_program.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function run(cwd: string, program: string, args: string[], env: Record<string, string> = {}) {
  const output = await new Deno.Command(program, { args, cwd, env, stdin: "null" }).output();
  assert.equal(output.code, 0, `${program} ${args.join(" ")}: ${text(output.stderr)}`);
  return text(output.stdout);
}

Deno.test("npm pack makes a package with a wave command", async (t) => {
  await using place = await project({}, { bare: true });
  await run(REPOSITORY, "npm", ["pack", "--pack-destination", place.root]);
  const [tarball = ""] = [...Deno.readDirSync(place.root)].map(({ name }) => name);
  assert.equal(tarball, `wave-${VERSION}.tgz`);
  const { size } = await Deno.stat(`${place.root}/${tarball}`);
  console.log(`${tarball}: ${size} bytes`);
  const listed = (await run(place.root, "tar", ["-tzf", tarball])).trimEnd().split("\n");
  const modules = [...Deno.readDirSync(`${REPOSITORY}dist`)].map(({ name }) => `dist/${name}`)
    .filter((name) => name.endsWith(".js"));
  assert.deepEqual(
    listed.map((path) => path.replace("package/", "")).toSorted(),
    ["LICENSE", "README.md", "package.json", "dist/wave", ...modules].toSorted(),
  );

  for (const options of [[], ["--ignore-scripts"]]) {
    await t.step(`npm install -g ${options.join(" ")}`, async () => {
      const prefix = `${place.root}/prefix${options.join("")}`;
      const install = ["install", "--global", "--prefix", prefix, ...options];
      await run(place.root, "npm", [...install, `./${tarball}`]);
      const folder = `${place.root}/project${options.join("")}`;
      await Deno.mkdir(folder);
      // No deno but the package's own is found.
      const found = (await run(place.root, "sh", ["-c", "command -v node"])).trim();
      const path = `${prefix}/bin:${found.slice(0, found.lastIndexOf("/"))}:/usr/bin:/bin`;
      const env = { PATH: path, HOME: `${place.root}/home` };
      const wave = (...args: string[]) => run(folder, "wave", args, env);
      const version = JSON.parse(await wave("--version", "--format", "json"));
      assert.deepEqual([version.version, version.flavour], [VERSION, "npm"]);
      await wave("init");
      await wave("run", "hello-world", "hi");
      assert.match(await wave("status", "--all"), /hello-world +completed/);
    });
  }
});
