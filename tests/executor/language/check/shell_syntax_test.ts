import assert from "node:assert/strict";
import { validateProject } from "../../../../executor/language/validate_project.ts";
import { TestProject } from "../project.ts";

const PATH = Deno.env.get("PATH") ?? "";

/** The mark § stands where the message has to point. */
const WRONG: Readonly<Record<string, string>> = {
  "an open if":
    "steps:\n  - id: a\n    script: |\n      echo hi\n      if true; then\n        §echo\n",
  "a bracket": "steps:\n  - id: a\n    script: |\n      echo one\n      §)\n      echo two\n",
  "a quote on one line": `steps:\n  - { id: a, script: §'echo "hi' }\n`,
  "bash": "steps:\n  - id: a\n    script: |\n      #!/bin/bash\n      a=(1 2)\n      §fi\n",
  "a line that is there twice":
    "steps:\n  - id: a\n    script: |\n      if true; then echo; fi\n      §fi\n",
  "a script in a loop":
    "steps:\n  - id: l\n    loop: { max_iterations: 2, steps: [{ id: a, script: §'if' }] }\n",
  "a test":
    "steps:\n  - id: a\n    script: 'true'\n    handover:\n      contract:\n        type: test_suite\n" +
    "        command: make && §(\n",
  "a value of the manifest": "steps:\n  - id: a\n    script: §'{{ project.half }}'\n",
  "around a value": "steps:\n  - id: a\n    script: |\n      §echo {{ input }} )\n",
};

Deno.test("validate finds what the shell cannot read, and where", async (t) => {
  for (const [name, yaml] of Object.entries(WRONG)) {
    await t.step(name, () => {
      using project = new TestProject({
        "wave.yaml": "project: { half: 'if true' }\n",
        ".wave/pipelines/p.yaml": yaml.replace("§", ""),
      });
      const { valid, diagnostics } = validateProject(project.root, PATH);
      const before = yaml.slice(0, yaml.indexOf("§"));
      const found = diagnostics.map(({ code, severity, line }) => `${severity} ${code} ${line}`);
      assert.deepEqual(found, [`error shell_syntax ${before.split("\n").length}`]);
      assert.equal(valid, false);
      assert.match(diagnostics[0]?.message ?? "", /^the shell cannot read this script: \S/);
    });
  }
});

Deno.test("validate asks for each script once, and runs none of them", () => {
  const step = (id: string) => `  - { id: ${id}, script: 'touch made; if' }\n`;
  using project = new TestProject({
    "wave.yaml": "",
    ".wave/pipelines/p.yaml": `steps:\n${["a", "b", "c"].map(step).join("")}`,
    ".wave/pipelines/big.yaml": `steps: [{ id: a, script: '${": ".repeat(100_000)}' }]\n`,
    ".wave/pipelines/fine.yaml":
      "steps:\n  - id: a\n    script: |\n      cat <<'X'\n      ( \"\n      X\n      echo {{ input }}\n",
  });
  const { diagnostics } = validateProject(project.root, PATH);
  assert.deepEqual(
    diagnostics.map(({ code, line }) => `${code} ${line}`),
    ["shell_syntax 2", "shell_syntax 3", "shell_syntax 4"],
  );
  assert.ok(diagnostics.every(({ file }) => file === ".wave/pipelines/p.yaml"));
});
