/** Files that wave itself writes hold no secrets, unless the pipeline asks for them; both is told. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { ended } from "./observe.ts";

const TOKEN = "ghp_" + "a1B2c3".repeat(6);

const PIPELINE = `
steps:
  - id: printed
    type: command
    script: "printf 'x %s y %s\\n' \\"$A_SECRET\\" {{ input }}"
    output_artifacts: [{ name: printed, path: printed.txt, source: stdout }]
  - id: kept
    type: command
    script: "printf 'x %s y\\n' \\"$A_SECRET\\""
    output_artifacts: [{ name: kept, path: kept.txt, source: stdout, raw: true }]
  - id: items
    iterate: { over: '["one", "two"]' }
    type: command
    script: "printf '{\\"value\\": \\"%s\\"}' \\"$A_SECRET\\""
    output_artifacts: [{ name: item, path: item.json, source: stdout }]
  - id: several
    dependencies: [kept]
    aggregate: { from: "{{ kept.output }}", into: all.txt, strategy: concat }
`;

Deno.test("files that wave writes are redacted, and the log says how much", async () => {
  await using place = await project({ ".wave/pipelines/p.yaml": PIPELINE });
  ended(await place.wave(["run", "p", TOKEN], { env: { A_SECRET: "correct-horse-battery" } }));
  const { artifacts } = ended(await place.wave(["artifacts", "--verify", "--format", "json"]))
    .json() as { artifacts: { name: string; path: string; state: string }[] };
  const text = (name: string) =>
    Deno.readTextFileSync(
      `${place.root}/${artifacts.find((artifact) => artifact.name === name)?.path}`,
    );
  assert.equal(text("printed"), "x [redacted] y [redacted]\n");
  assert.equal(text("kept"), "x correct-horse-battery y\n");
  assert.equal(text("all"), "x [redacted] y\n");
  assert.deepEqual(JSON.parse(text("collected-output")), [
    { value: "[redacted]" },
    { value: "[redacted]" },
  ]);
  assert.deepEqual(new Set(artifacts.map(({ state }) => state)), new Set(["ok"]));
  const log = ended(await place.wave(["logs", "--lines", "all"])).stdout;
  assert.match(log, /2 secrets redacted in artifact printed/);
  assert.match(log, /1 secret kept in artifact kept, as `raw: true` asks for/);
  assert(!log.includes("correct-horse") && !log.includes(TOKEN));
});
