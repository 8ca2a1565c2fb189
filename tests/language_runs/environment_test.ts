/** What scripts and agents are given of the caller's environment. */
import assert from "node:assert/strict";
import { project } from "../cli.ts";
import { ended } from "./observe.ts";

const AGENT = `#!/bin/sh
cat > /dev/null
env > env.txt
`;

const step = (id: string, body: string) => `
  - id: ${id}
    ${body}
    output_artifacts: [{ name: env, path: env.txt }]
`;

Deno.test("agents get a few variables and what the manifest passes through, scripts all", async () => {
  await using place = await project({
    "tools/agent": AGENT,
    "wave.yaml": `
metadata: { name: t }
adapters:
  own: { binary: tools/agent, env: [MODEL_KEY, "CLOUD_*"] }
personas: { writer: { adapter: own } }
runtime: { sandbox: { env_passthrough: [SHARED] } }
`,
    ".wave/pipelines/p.yaml": `steps:
${step("script", "type: command\n    script: env > env.txt")}
${step("agent", "persona: writer\n    exec: { type: prompt, source: Look. }")}
`,
  });
  await Deno.chmod(`${place.root}/tools/agent`, 0o755);
  const env = {
    MODEL_KEY: "for-the-agent",
    CLOUD_ZONE: "here",
    SHARED: "yes",
    OTHER_KEY: "not-for-agents",
    TERM: "dumb",
  };
  ended(await place.wave(["run", "p"], { env }));
  ended(await place.wave(["artifacts", "--export", "out"]));
  const names = async (id: string) => {
    const text = await Deno.readTextFile(`${place.root}/out/${id}/env.txt`);
    return new Set(text.split("\n").map((line) => line.split("=")[0] ?? ""));
  };
  const script = await names("script");
  for (const name of [...Object.keys(env), "PATH", "HOME", "TMPDIR", "WAVE_RUN_ID"]) {
    assert.ok(script.has(name), `script has no ${name}`);
  }
  const known = new Set([
    ...["PATH", "HOME", "TERM", "LANG", "TZ", "TMPDIR", "MODEL_KEY", "CLOUD_ZONE", "SHARED"],
    ...["WAVE_RUN_ID", "WAVE_STEP_ID", "WAVE_PROJECT", "WAVE_WORKSPACE", "WAVE_NONCE"],
    "TRACEPARENT",
    // What the shell that is the agent sets itself.
    ...["PWD", "OLDPWD", "SHLVL", "_", ""],
  ]);
  const agent = await names("agent");
  assert.deepEqual([...agent].filter((name) => !known.has(name)), []);
  for (const name of ["PATH", "HOME", "MODEL_KEY", "CLOUD_ZONE", "SHARED", "WAVE_PROJECT"]) {
    assert.ok(agent.has(name), `the agent has no ${name}`);
  }
});
