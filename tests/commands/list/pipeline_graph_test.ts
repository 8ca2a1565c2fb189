import assert from "node:assert/strict";
import { project } from "../../cli.ts";
import { assertSchema } from "../../json_schema.ts";

Deno.test("list pipelines --graph prints Mermaid", async () => {
  await using place = await project({
    ".wave/pipelines/p.yaml": `
steps:
  - { id: end, type: command, script: echo a }
  - { id: b, type: command, dependencies: [end], script: echo b }
`,
  });
  const args = ["list", "pipelines", "--graph"];
  assert.equal(
    (await place.wave([...args, "p"])).stdout,
    'flowchart TD\n  s0["end (command)"]\n  s1["b (command)"]\n  s0 --> s1\n',
  );
  assertSchema("list", (await place.wave([...args, "p", "--format", "json"])).json());
  assert.equal((await place.wave([...args, "nope"])).code, 3);
  assert.equal((await place.wave(["list", "--graph", "p"])).code, 2);
});
