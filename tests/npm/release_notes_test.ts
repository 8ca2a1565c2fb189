import assert from "node:assert/strict";
import { releaseNotes } from "../../npm/release_notes.ts";
import { VERSION } from "../../commands/cli/version.ts";
import { REPOSITORY } from "../start_program.ts";

const CHANGELOG = `# Changelog

## 0.3.0 (unreleased)

- Coming.

## 0.2.0 (2026-02-03)

- New: \`wave\`.

### Fixed

- Old.

## 0.1.0 (2026-01-01)
## 0.0.1 (2025-12-01)

- First.
`;

Deno.test("releaseNotes() takes the section of the version", () => {
  assert.equal(releaseNotes(CHANGELOG, "0.2.0"), "- New: `wave`.\n\n### Fixed\n\n- Old.\n");
  assert.equal(releaseNotes(CHANGELOG, "0.0.1"), "- First.\n");
});

Deno.test("releaseNotes() refuses what is not to be released", () => {
  const cases: [version: string, message: RegExp][] = [
    ["0.3.0", /calls it unreleased/],
    ["0.1.0", /says nothing of it/],
    ["0.4.0", /has no section/],
    ["0.2", /has no section/],
    ["", /has no section/],
  ];
  for (const [version, message] of cases) {
    assert.throws(() => releaseNotes(CHANGELOG, version), { message });
  }
});

Deno.test("the package has the version of the program", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(`${REPOSITORY}package.json`));
  assert.equal(version, VERSION);
});

Deno.test("the changelog has a section of this version", async () => {
  const changelog = (await Deno.readTextFile(`${REPOSITORY}CHANGELOG.md`))
    .replace("(unreleased)", "(2026-01-01)");
  assert.match(releaseNotes(changelog, VERSION), /^First version/);
});
