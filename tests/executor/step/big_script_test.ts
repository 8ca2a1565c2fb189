import assert from "node:assert/strict";
import { artifact, project, script } from "../fixture.ts";

Deno.test("a script that is too long for an argument is handed over as a file", async () => {
  for (const first of ["", "#!/bin/bash\na=(1 2); test ${#a[@]} = 2\n"]) {
    using it = project();
    const long = `${first}${
      "# nothing at all\n".repeat(12_000)
    }printf '%s|%s' {{ input }} "$#" > out\n`;
    assert.ok(long.length > 200_000);
    const result = await it.run(
      [script("a", long, { outputArtifacts: [artifact("out")] })],
      { input: "it's; $(it)" },
    );
    assert.equal(result.status, "completed", result.message);
    assert.equal(it.read(".wave/workspaces/test-run/a/out"), "it's; $(it)|0");
  }
});
