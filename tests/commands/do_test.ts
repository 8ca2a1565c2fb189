import assert from "node:assert/strict";
import { project } from "../cli.ts";

Deno.test("do prints what the agent answered, and keeps it", async () => {
  await using place = await project({
    "wave.yaml": `
adapters: { echo: { binary: tools/agent } }
personas: { echo: { adapter: echo } }
`,
    "tools/agent": "#!/bin/sh\nprintf 'You asked: '; cat; printf '\\033[31mred'\n",
  });
  await Deno.chmod(`${place.root}/tools/agent`, 0o755);
  const root = await Deno.realPath(place.root);
  const { code, stdout } = await place.wave(["do", "what is {{ this }}?"]);
  assert.equal(code, 0);
  const answer = stdout.slice(stdout.indexOf("\n\n") + 2);
  assert.equal(
    answer,
    `You asked: what is {{ this }}?\n\nThe project is in the folder ${root}.\n\\e[31mred\n`,
  );
  const { artifacts } = (await place.wave(["artifacts", "--verify", "--format", "json"])).json();
  assert.deepEqual(
    (artifacts as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`),
    ["answer ok"],
  );
  assert.match((await place.wave(["do", "x", "-q"])).stdout, /^do-\S+\n$/);
  const last = (await place.wave(["do", "x", "--format", "json"])).jsonLines().at(-1);
  assert.equal(last?.["state"], "completed");
});
