import assert from "node:assert/strict";
import { artifact, inject, project, script } from "../fixture.ts";

Deno.test("{{ artifacts.<name> }} is where the artifact stands, whatever it is injected as", async () => {
  using it = project();
  const result = await it.run([
    script("make", "echo made > out.txt", { outputArtifacts: [artifact("out.txt", "out")] }),
    script("use", "cat {{ artifacts.out }} {{ artifacts.deep }} > both", {
      dependencies: ["make"],
      injectArtifacts: [inject("make", "out", "sub/in.txt"), inject("make", "out", "deep")],
    }),
  ]);
  assert.equal(result.status, "completed", result.message);
  assert.equal(it.read(".wave/workspaces/test-run/use/both"), "made\nmade\n");
});
