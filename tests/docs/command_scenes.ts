/** What has to be there for the examples of each command to mean something. */
import type { Scene } from "./scene.ts";

const PIPELINES: Readonly<Record<string, string>> = {
  review: `
steps:
  - { id: diff, type: command, script: git -C "$WAVE_PROJECT" diff HEAD~1 }
  - { id: review, persona: reviewer, dependencies: [diff], exec: { type: prompt, source: "Review {{ input }}" } }
  - { id: report, type: command, dependencies: [review], script: echo reviewed }
input: { required: false }
`,
  triage: `
input:
  schema:
    type: object
    required: [repo]
    properties: { repo: { type: string }, count: { type: integer, default: 10 } }
steps:
  - { id: fetch, type: command, script: "echo {{ input.repo }} {{ input.count }}" }
`,
  debug: `
steps:
  - { id: investigate, type: command, script: echo found }
  - id: plan
    type: command
    dependencies: [investigate]
    script: test -e "$WAVE_PROJECT/mended" && echo plan > plan.txt
    output_artifacts: [{ name: plan, path: plan.txt, type: text }]
`,
  "review-slowly": `
steps:
  - { id: look, type: command, script: sleep 1 }
  - { id: tell, type: command, dependencies: [look], script: echo done }
`,
};

/** A pipeline that waits for an answer, in the place of the other one of this name. */
const GATED = `
steps:
  - id: ask
    gate:
      type: approval
      prompt: Ship it?
      choices:
        - { label: Yes, key: yes, target: ship }
        - { label: Revise, key: revise, target: ship }
  - { id: ship, type: command, dependencies: [ask], script: echo shipped }
`;

const FAILED = "rm -f mended; wave run debug || true; touch mended";

/** The commands that look at runs which there already are. */
const NEEDS_RUNS = ["status", "wait", "list", "doctor", "export"];

/** Those that look at a run which has failed. */
const NEEDS_FAILURE = ["why", "report"];

/** Scripts to run before each example of a command. */
const BEFORE: Readonly<Record<string, string>> = {
  resume: `wave clean --all --force -q; ${FAILED}`,
  artifacts: "wave clean --all --force -q; touch mended; wave run debug -q",
  answer: "wave run review -q",
  cancel: "wave run review-slowly --detach",
  logs: FAILED,
  clean: FAILED,
  approve: "wave cancel --all --force; wave clean --all --force -q; wave run review --detach\n" +
    "until wave status @latest | grep -q waiting; do sleep 0.1; done",
  do: "date >> notes.md",
  completions: 'mkdir -p "$HOME/.config/fish/completions"',
};

/** Makes the project that the examples of all commands begin with. */
export async function setUpAll(scene: Scene): Promise<void> {
  await scene.must("wave init");
  const manifest = await Deno.readTextFile(`${scene.root}/wave.yaml`);
  await scene.write(
    "wave.yaml",
    manifest.replace(/^personas:$/m, "personas:\n  reviewer: { adapter: mock }"),
  );
  for (const [name, text] of Object.entries(PIPELINES)) {
    await scene.write(`.wave/pipelines/${name}.yaml`, text);
  }
}

/** Adds what the examples of a command need. */
export async function setUp(scene: Scene, command: string): Promise<void> {
  if (command === "approve") await scene.write(".wave/pipelines/review.yaml", GATED);
  if (NEEDS_FAILURE.includes(command)) await scene.must(FAILED);
  if (NEEDS_RUNS.includes(command)) await scene.must(`${FAILED}; wave run hello-world hi`);
}

/** What has to happen before each example of a command. */
export async function prepare(scene: Scene, command: string): Promise<void> {
  const script = BEFORE[command];
  if (script !== undefined) await scene.must(script);
}
