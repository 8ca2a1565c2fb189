import assert from "node:assert/strict";
import { sarifText } from "../../../commands/validate/sarif.ts";
import { callProgram } from "../../program.ts";
import { projectInProcess as project } from "../../cli.ts";

const BROKEN = "steps:\n  - id: a\n    type: command\n    scrpt: x\n  - id: a\n    script: y\n";
/** What SARIF 2.1.0 takes for a URI reference that is relative, and never leaves the repository. */
const RELATIVE = /^(?!\/)(?![a-z][a-z0-9+.-]*:)(?!.*\.\.\/)[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$/;

/** What SARIF 2.1.0 requires of a log with results at places in files; returns the results. */
function checkedResults(text: string) {
  const log = JSON.parse(text);
  assert.deepEqual(Object.keys(log), ["$schema", "version", "runs"]);
  assert.equal(log.version, "2.1.0");
  assert.equal(log.runs.length, 1);
  const [{ tool, columnKind, results }] = log.runs;
  assert.equal(tool.driver.name, "wave");
  assert.match(tool.driver.semanticVersion, /^\d+\.\d+\.\d+/);
  assert.ok(["utf16CodeUnits", "unicodeCodePoints"].includes(columnKind));
  const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
  assert.equal(new Set(ids).size, ids.length, "rules differ");
  for (const { ruleId, ruleIndex, level, message, locations } of results) {
    assert.equal(ids[ruleIndex], ruleId);
    assert.ok(["none", "note", "warning", "error"].includes(level));
    assert.ok(typeof message.text === "string" && message.text !== "");
    const [{ physicalLocation: { artifactLocation, region } }] = locations;
    assert.match(artifactLocation.uri, RELATIVE);
    assert.ok(Number.isInteger(region.startLine) && region.startLine >= 1);
    assert.ok(Number.isInteger(region.startColumn) && region.startColumn >= 1);
  }
  return results;
}

Deno.test("sarifText() is a log also of nothing, and escapes what a path or a text may hold", () => {
  assert.deepEqual(checkedResults(sarifText([], (file) => file)), []);
  const [result] = checkedResults(sarifText([{
    ...{ severity: "warning", code: "odd", file: "ä b#?:%.yaml", line: 2, column: 3 },
    ...{ message: "\x1b[31m", suggestion: "do" },
  }], (file) => `sub/${file}`));
  const { message, locations: [{ physicalLocation }] } = result;
  assert.equal(physicalLocation.artifactLocation.uri, "sub/%C3%A4%20b%23%3F%3A%25.yaml");
  assert.equal(message.text, "\x1b[31m (do)");
});

Deno.test("validate --format sarif and github tell each problem at its place, and exit with 2", async () => {
  await using place = await project({ ".wave/pipelines/broken.yaml": BROKEN });
  const json = (await place.wave(["validate", "--format", "json"])).json();
  const diagnostics: unknown[] = Array.isArray(json["diagnostics"]) ? json["diagnostics"] : [];
  assert.ok(diagnostics.length > 1);

  const sarif = await place.wave(["validate", "--format", "sarif"]);
  assert.deepEqual([sarif.code, sarif.stderr], [2, ""]);
  const found = checkedResults(sarif.stdout).map(
    ({ ruleId, level, locations: [{ physicalLocation: { artifactLocation, region } }] }: {
      ruleId: string;
      level: string;
      locations: [{
        physicalLocation: {
          artifactLocation: { uri: string };
          region: { startLine: number; startColumn: number };
        };
      }];
    }) => [ruleId, level, artifactLocation.uri, region.startLine, region.startColumn],
  );
  const expected = diagnostics.map((one) => {
    const { code, severity, file, line, column } = Object(one);
    return [code, severity, file, line, column];
  });
  assert.deepEqual(found, expected);

  const github = await place.wave(["validate", "--format", "github"]);
  assert.equal(github.code, 2);
  assert.match(
    github.stdout,
    /^::error file=\.wave\/pipelines\/broken\.yaml,line=4,col=5::there is no key "scrpt" here/m,
  );
  assert.equal(github.stdout.trimEnd().split("\n").length, diagnostics.length);
});

Deno.test("in a job of GitHub Actions validate annotates by itself, on stderr, from the top of the checkout", async () => {
  await using place = await project({ ".wave/pipelines/broken.yaml": BROKEN });
  const parent = place.root.slice(0, place.root.lastIndexOf("/"));
  const env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: parent };
  const { code, stdout, stderr } = await callProgram(["validate"], { cwd: place.root, env });
  assert.equal(code, 2);
  assert.doesNotMatch(stdout, /^::/m);
  assert.match(stderr, /^::error file=wave-test-[^/]+\/\.wave\/pipelines\/broken\.yaml,line=4,/m);
  const json = await callProgram(["validate", "--format", "json"], { cwd: place.root, env });
  assert.equal(json.stderr, "");
});
