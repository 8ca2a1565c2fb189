/** Agents whose exit code says success. The programs here print what the real ones were seen to print. */
import { equal, match } from "node:assert/strict";
import type { Project } from "../cli.ts";
import { carriedOverTogether } from "./report.ts";

/** A program that reads its prompt, prints a line to stdout and one to stderr, and exits with 0. */
function agent(stdout: unknown, stderr = ""): string {
  const line = typeof stdout === "string" ? stdout : JSON.stringify(stdout);
  return `#!/bin/sh
cat > prompt-seen
[ -z '${line}' ] || printf '%s\\n' '${line}'
[ -z '${stderr}' ] || printf '%s\\n' '${stderr}' >&2
`;
}

const RESULT = {
  type: "result",
  subtype: "success",
  is_error: false,
  num_turns: 1,
  result: "Done.",
};

const AGENTS: Readonly<Record<string, { readonly adapter: string; readonly program: string }>> = {
  limited: {
    adapter: "claude",
    program: agent({ ...RESULT, is_error: true, result: "API Error: Rate limit reached" }),
  },
  unasked: { adapter: "claude", program: agent(RESULT) },
  idle: { adapter: "claude", program: agent({ ...RESULT, num_turns: 0, result: "" }) },
  unreachable: { adapter: "gemini", program: agent("", "Error when talking to the API") },
  misled: { adapter: "opencode", program: agent("", "Error: no such model") },
};

function files(): Record<string, string> {
  const names = Object.keys(AGENTS);
  const steps = names.map((name) => {
    const plan = name === "unasked" ? ", output_artifacts: [{ name: plan, path: plan.md }]" : "";
    return `  - { id: ${name}, persona: ${name}, exec: { source: write plan.md }${plan} }`;
  });
  const adapters = names.map((name) =>
    `  ${name}: { binary: tools/${name}/${AGENTS[name]?.adapter} }`
  );
  const personas = names.map((name) => `  ${name}: { adapter: ${name} }`);
  return {
    "wave.yaml": `metadata: { name: test }
adapters:
${adapters.join("\n")}
personas:
${personas.join("\n")}
`,
    ".wave/pipelines/p.yaml": `steps:\n${steps.join("\n")}\n`,
    ...Object.fromEntries(
      Object.entries(AGENTS).map(([name, { adapter, program }]) => [
        `tools/${name}/${adapter}`,
        program,
      ]),
    ),
  };
}

/** Why each step failed; a step that did not is left out. */
async function runAll(tmp: Project): Promise<ReadonlyMap<string, string>> {
  for (const [name, { adapter }] of Object.entries(AGENTS)) {
    await Deno.chmod(`${tmp.root}/tools/${name}/${adapter}`, 0o755);
  }
  const run = await tmp.wave(["run", "p"]);
  equal(run.code, 1, run.stdout + run.stderr);
  const shown = (await tmp.wave(["status", "@latest", "--format", "json"])).json()
    .pipelines as { steps: { id: string; error_message: string | null }[] }[];
  return new Map(
    shown[0]?.steps.flatMap(({ id, error_message }) =>
      error_message === null ? [] : [[id, error_message] as const]
    ),
  );
}

carriedOverTogether("agents that exit with 0", files(), runAll, [
  {
    at: ["anthropics/claude-code#79500", "google-gemini/gemini-cli#6125"],
    done: "the service refuses, the agent tells it as its answer, marked as an error",
    wave: "the step has failed, and its reason is that answer",
    proof: (reasons) => match(reasons.get("limited") ?? "", /Rate limit reached/),
  },
  {
    at: [
      "anthropics/claude-code#85040",
      "anthropics/claude-code#88387",
      "anthropics/claude-code#76867",
      "swamp-club/swamp#614",
    ],
    done: "the agent says that all is well and has not done what was asked for",
    wave: "the step has failed: the artifact that it declares is not there",
    proof: (reasons) => match(reasons.get("unasked") ?? "", /plan/),
  },
  {
    at: [
      "anthropics/claude-code#87159",
      "google-gemini/gemini-cli#5764",
      "anomalyco/opencode#15558",
    ],
    done: "the agent ends without a word, or with one on stderr alone",
    wave: "the step has failed: there was no answer",
    proof: (reasons) => {
      match(reasons.get("idle") ?? "", /no answer/);
      match(reasons.get("unreachable") ?? "", /without|no answer/);
      match(reasons.get("misled") ?? "", /without|no answer/);
    },
  },
]);
