/** A release, made as its workflow makes it, for this system alone; and installed by its own script. */
import assert from "node:assert/strict";
import { VERSION } from "../../commands/cli/version.ts";
import { project } from "../cli.ts";
import { copySources } from "../copy_sources.ts";
import { buildCommand, REPOSITORY, sourceCommand } from "../start_program.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

async function run(words: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const [program = "", ...args] = words;
  const output = await new Deno.Command(program, { args, cwd, env: { NO_COLOR: "1", ...env } })
    .output();
  return { code: output.code, stdout: text(output.stdout), stderr: text(output.stderr) };
}

Deno.test("a release has executables, their sums, a script that installs them, and notes", async () => {
  if (Deno.build.os !== "linux") {
    console.log("skipped: any executable stands in for a runtime only on Linux");
    return;
  }
  await using place = await project({}, { bare: true });
  const folder = `${place.root}/checkout`;
  await copySources(folder);
  const there = (words: readonly string[]) =>
    words.map((word) => word.replaceAll(REPOSITORY, `${folder}/`));
  const output = `${place.root}/releases/latest/download`;
  const name = `linux-${Deno.build.arch}`;
  const release = (tag: string, releases: string) =>
    run(
      [
        ...there(sourceCommand(`${REPOSITORY}npm/release.ts`)),
        ...[tag, releases, `--only=${name}`, `--output=${output}`],
      ],
      folder,
      { DENORT_BIN: Deno.execPath() },
    );

  const refused: [tag: string, releases: string, message: RegExp][] = [
    ["v0.0.9", "https://localhost/releases", /Cannot release v0\.0\.9: the program is v/],
    ["", "", /Cannot release without a tag/],
    [`v${VERSION}`, "releases", /Cannot release to "releases": expected a URL/],
  ];
  for (const [tag, releases, message] of refused) {
    const { code, stderr } = await release(tag, releases);
    assert.equal(code, 1);
    assert.match(stderr, message);
  }

  const changelog = await Deno.readTextFile(`${folder}/CHANGELOG.md`);
  await Deno.writeTextFile(
    `${folder}/CHANGELOG.md`,
    changelog.replace("(unreleased)", "(2026-01-01)"),
  );
  assert.equal((await run(there(buildCommand(`${folder}/dist`)), folder)).code, 0);
  const made = await release(`v${VERSION}`, `file://${place.root}/releases`);
  assert.equal(made.code, 0, made.stderr);
  assert.deepEqual(
    [...Deno.readDirSync(output)].map((entry) => entry.name).toSorted(),
    ["SHA256SUMS", "install.sh", "notes.md", `wave-${name}`].toSorted(),
  );
  assert.equal((await run(["sha256sum", "--check", "--strict", "SHA256SUMS"], output)).code, 0);
  assert.match(await Deno.readTextFile(`${output}/notes.md`), /^First version/);

  // The script knows where it came from.
  const bin = `${place.root}/bin`;
  const installed = await run(["sh", `${output}/install.sh`], place.root, {
    WAVE_INSTALL_DIR: bin,
  });
  assert.equal(installed.code, 0, installed.stderr);
  assert.deepEqual(
    await Deno.readFile(`${bin}/wave`),
    await Deno.readFile(`${output}/wave-${name}`),
  );
});
