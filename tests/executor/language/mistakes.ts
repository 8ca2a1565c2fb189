/** Mistakes in pipelines. The mark § stands where the message has to point. */

export interface Mistake {
  readonly code: string;
  /** `error` unless told. */
  readonly severity?: "warning";
  readonly yaml: string;
  /** What the suggestion has to hold. */
  readonly suggests?: string;
}

const step = (body: string) => `steps:\n  - id: a\n${body.replace(/^/gm, "    ")}\n`;
const script = (body: string) => step(`script: "true"\n${body}`);
const two = (body: string) =>
  `steps:
  - id: a
    script: "true"
    output_artifacts: [{ name: notes, path: notes.md }]
  - id: b
    dependencies: [a]
${body.replace(/^/gm, "    ")}
`;

const NAMED = `input:
  schema:
    type: object
    properties:
      count: { type: integer }
      target: { type: object, properties: { branch: { type: string } } }
`;
const schemaOf = (body: string) =>
  `input: { schema: { type: object, ${body} } }\n${step('script: "true"')}`;

export const MISTAKES: Readonly<Record<string, Mistake>> = {
  "an input that there is none of": {
    code: "unknown_input",
    yaml: `${NAMED}steps:\n  - { id: a, script: "echo §{{ input.cuont }}" }\n`,
    suggests: '"count"',
  },
  "an input that would be code": {
    code: "unsafe_script",
    yaml: `${NAMED}steps:\n  - { id: a, script: "eval §{{ input.count }}" }\n`,
    suggests: "env: {",
  },
  "a property that an input has not": {
    code: "unknown_input",
    yaml: `${NAMED}steps:\n  - { id: a, script: "echo §{{ input.target.brnch }}" }\n`,
    suggests: '"branch"',
  },
  "a named input of a pipeline that has none": {
    code: "unknown_input",
    yaml: step('script: "echo §{{ input.owner }}"'),
    suggests: "properties: { owner:",
  },
  "a keyword misspelt in the schema of an input": {
    code: "unknown_key",
    yaml: schemaOf("§propertes: {}"),
    suggests: '"properties"',
  },
  "a keyword misspelt deep in the schema of an input": {
    code: "unknown_key",
    yaml: schemaOf("properties: { a: { type: array, items: { §minmum: 1 } } }"),
    suggests: '"minimum"',
  },
  "a type that there is none of": {
    code: "wrong_type",
    yaml: schemaOf("properties: { a: { type: §int } }"),
  },
  "no pattern": {
    code: "wrong_value",
    yaml: schemaOf('properties: { a: { type: string, pattern: §"(" } }'),
  },
  "a reference out of the schema": {
    code: "wrong_value",
    yaml: schemaOf("properties: { a: { $ref: §other.json } }"),
  },
  "a required property that is not there": {
    code: "unknown_input",
    yaml: schemaOf("required: [§ownr], properties: { owner: { type: string } }"),
    suggests: '"owner"',
  },
  "a default of another type": {
    code: "wrong_value",
    yaml: schemaOf("properties: { a: { type: integer, default: §many } }"),
  },
  "a default that is no value": {
    code: "wrong_value",
    yaml: schemaOf("properties: { a: { enum: [x, y], default: §z } }"),
  },
  "a name with a dot": { code: "bad_name", yaml: schemaOf("properties: { §a.b: {} }") },
  "a default of all named inputs": {
    code: "wrong_value",
    yaml: "input: { default: §x, schema: { type: object, properties: {} } }\n" +
      step('script: "true"'),
  },
  "no map at all": { code: "wrong_type", yaml: "§- a\n" },
  "an open bracket": { code: "yaml_syntax", yaml: "steps: [\n  a\n§b: 1" },
  "a tab for indentation": { code: "yaml_syntax", yaml: "steps:\n§\t- id: a\n" },
  "a key twice": { code: "duplicate_key", yaml: `steps: []\n§steps: []\n` },
  "two documents": { code: "yaml_syntax", yaml: "a: 1\n§---\nb: 1\n" },
  "an alias without anchor": { code: "yaml_syntax", yaml: "steps: §*nowhere\n" },
  "an empty file": { code: "empty_file", yaml: "§", suggests: "steps" },
  "a file of comments": { code: "empty_file", yaml: "§# nothing\n", suggests: "steps" },
  "a colon in a text": {
    code: "yaml_syntax",
    yaml: "steps:\n  - id: a\n    script: §echo a: b\n",
    suggests: "quotes",
  },
  "an adapter that every object has": {
    code: "unknown_adapter",
    yaml: step("adapter: §toString\nexec: { source: hi }"),
  },
  "a persona that every object has": {
    code: "unknown_persona",
    yaml: step("persona: §constructor\nexec: { source: hi }"),
  },
  "a key that every object has": {
    code: "unknown_key",
    severity: "warning",
    yaml: script("§constructor: x"),
  },
  "a policy that every object has": {
    code: "wrong_value",
    yaml: script("retry: { policy: §toString }"),
  },
  "a value that every object has": {
    code: "unknown_variable",
    yaml: step("script: echo §{{ project.constructor }}"),
  },
  "an artifact of many files": {
    code: "not_built",
    yaml: script("output_artifacts: [{ name: out, path: §'*.tgz' }]"),
    suggests: "tar",
  },
  "an artifact that is a folder": {
    code: "not_built",
    yaml: script("output_artifacts: [{ name: out, path: dist, type: §directory }]"),
    suggests: "tar",
  },
  "a workspace somewhere else": {
    code: "not_built",
    severity: "warning",
    yaml: script("workspace: { root: §. }"),
    suggests: "mount",
  },
  "no steps": { code: "missing_key", yaml: "§metadata: { name: p }\n" },
  "an empty list of steps": { code: "wrong_value", yaml: "steps: §[]\n" },
  "steps that are no list": { code: "wrong_type", yaml: "steps: §{ a: 1 }\n" },
  "a step that is no map": { code: "wrong_type", yaml: "steps:\n  - §just text\n" },
  "another kind": {
    code: "wrong_value",
    yaml: "kind: §WavePipline\nsteps: [{ id: a, script: x }]\n",
    suggests: "WavePipeline",
  },
  "a step without id": { code: "missing_key", yaml: `steps:\n  - §script: "true"\n` },
  "an id with a blank": {
    code: "bad_name",
    yaml: `steps:\n  - id: §my step\n    script: "true"\n`,
  },
  "an id that climbs": {
    code: "bad_name",
    yaml: `steps:\n  - id: §../../etc\n    script: "true"\n`,
  },
  "an id with two dots in a row": {
    code: "bad_name",
    yaml: `steps:\n  - id: §a..b\n    script: "true"\n`,
  },
  "an id twice": {
    code: "duplicate_step",
    yaml: `steps:\n  - id: a\n    script: "true"\n  - id: §a\n    script: "true"\n`,
  },
  "a key of a step misspelt": {
    code: "unknown_key",
    yaml: script("§dependancies: []"),
    suggests: "dependencies",
  },
  "a limit misspelt": {
    code: "unknown_key",
    yaml: script("§timout_minutes: 1"),
    suggests: "timeout_minutes",
  },
  "a key in another fashion": {
    code: "unknown_key",
    yaml: script("§dependsOn: []"),
    suggests: "depends_on",
  },
  "a key like none": { code: "unknown_key", severity: "warning", yaml: script("§colour: blue") },
  "a key of another tool": {
    code: "unknown_key",
    severity: "warning",
    yaml: script("§needs: [b]"),
    suggests: "dependencies",
  },
  "a key of another tool that is nearly one of ours": {
    code: "unknown_key",
    severity: "warning",
    yaml: script("§if: always()"),
    suggests: "when",
  },
  "an environment": {
    code: "unknown_key",
    severity: "warning",
    yaml: script("§environment: { A: b }"),
    suggests: "env",
  },
  "a hook of no moment": {
    code: "unknown_key",
    yaml: `hooks: { §complete: "true" }\n${script("")}`,
    suggests: "completed",
  },
  "a hook of another tool": {
    code: "unknown_key",
    severity: "warning",
    yaml: `hooks: { §always: "true" }\n${script("")}`,
    suggests: "cancelled",
  },
  "a hook that takes a value": {
    code: "no_template",
    yaml: `hooks: { failed: "echo §{{ input }}" }\n${script("")}`,
    suggests: "$WAVE_RUN_ERROR",
  },
  "a hook that says nothing": {
    code: "wrong_value",
    yaml: `hooks: { failed: §"" }\n${script("")}`,
  },
  "hooks as published pipelines have them": {
    code: "not_built",
    severity: "warning",
    yaml: `§hooks: [{ name: a, event: run_completed, command: "true" }]\n${script("")}`,
    suggests: "completed",
  },
  "a condition of another tool": {
    code: "unknown_key",
    severity: "warning",
    yaml: script("§if: x"),
    suggests: "when",
  },
  "a condition that says nothing": { code: "wrong_value", yaml: script('when: §""') },
  "a condition that is no script": { code: "wrong_type", yaml: script("when: §[a]") },
  "a condition with an unknown value": {
    code: "unknown_variable",
    yaml: script("when: test §{{ inptu }}"),
    suggests: "input",
  },
  "a condition that would run a value": {
    code: "unsafe_script",
    yaml: script("when: eval §{{ input }}"),
  },
  "a condition that asks for its own result": {
    code: "unknown_step",
    yaml: script("when: test §{{ a.output }}"),
  },
  "a list of variables with a value": {
    code: "wrong_value",
    yaml: script("env: [§A=b]"),
    suggests: "env: { A: … }",
  },
  "a list of variables with a wrong name": { code: "wrong_value", yaml: script("env: [§a-b]") },
  "a variable of wave that is passed on": {
    code: "wrong_value",
    yaml: script("env: [OTHER, §WAVE_NONCE]"),
  },
  "an environment that is a text": { code: "wrong_type", yaml: script("env: §A") },
  "a variable that is a list": { code: "wrong_type", yaml: script("env: { A: §[b] }") },
  "a secret in the file": {
    code: "secret_in_file",
    severity: "warning",
    yaml: script("env: { API_TOKEN: §hunter2hunter2 }"),
    suggests: "env: [API_TOKEN]",
  },
  "a secret of the pipeline in the file": {
    code: "secret_in_file",
    severity: "warning",
    yaml: `env: { API_TOKEN: §hunter2hunter2 }\n${script("")}`,
    suggests: "--env-file",
  },
  "a variable of the pipeline that takes a step's result": {
    code: "no_template",
    yaml: `env: { A: "§{{ a.output }}" }\n${script("")}`,
    suggests: "steps",
  },
  "a variable of the pipeline that takes an input that there is none of": {
    code: "unknown_input",
    yaml: `env: { A: "x §{{ input.cuont }}" }\n${NAMED}${script("")}`,
    suggests: '"count"',
  },
  "a variable of the pipeline that takes a named input of a text": {
    code: "unknown_input",
    yaml: `env: { A: "§{{ input.count }}" }\n${script("")}`,
    suggests: "properties",
  },
  "a variable of the pipeline that nobody hands down": {
    code: "unknown_variable",
    yaml: `env: { A: "§{{ env.HOME }}" }\n${script("")}`,
    suggests: "$HOME",
  },
  "a variable of the pipeline with an unknown value": {
    code: "unknown_variable",
    yaml: `env: { A: "x §{{ project.nope }}" }\n${script("")}`,
  },
  "a variable of the pipeline that runs programs": {
    code: "unsafe_variable",
    yaml: `env: { LD_PRELOAD: §'{{ input }}' }\n${script("")}`,
  },
  "a variable of wave": { code: "wrong_value", yaml: script("env: { WAVE_RUN_ID: §b }") },
  "a variable that is no name": { code: "wrong_value", yaml: script("env: { a-b: §c }") },
  "a value in a variable that changes what programs do": {
    code: "unsafe_variable",
    yaml: script("env: { LD_PRELOAD: §'{{ input }}' }"),
  },
  "an unknown value in a variable": {
    code: "unknown_variable",
    yaml: script("env: { A: '§{{ inptu }}' }"),
    suggests: "input",
  },
  "a trigger at the top": {
    code: "unknown_key",
    severity: "warning",
    yaml: `§on: push\n${script("model: x")}`,
    suggests: "wave run",
  },
  "a key at the top misspelt": {
    code: "unknown_key",
    yaml: `§stpes: 1\n${script("model: x")}`,
    suggests: "steps",
  },
  "a key deep within misspelt": {
    code: "unknown_key",
    yaml: script("retry:\n  §max_atempts: 2"),
    suggests: "max_attempts",
  },
  "a step that does nothing": { code: "no_action", yaml: "steps:\n  - §id: a\n" },
  "a command without script": {
    code: "no_action",
    yaml: "steps:\n  - §id: a\n    type: command\n",
  },
  "two actions": {
    code: "two_actions",
    yaml: `steps:\n  - §id: a\n    script: "true"\n    pipeline: other\n`,
  },
  "a type that does not fit": {
    code: "wrong_value",
    yaml: `steps:\n  - id: a\n    type: §command\n    pipeline: other\n`,
  },
  "an unknown type": {
    code: "wrong_value",
    yaml: script("type: §comand"),
    suggests: "command",
  },
  "a number for a list": { code: "wrong_type", yaml: script("dependencies: §3") },
  "a list for a text": {
    code: "wrong_type",
    yaml: "steps:\n  - id: a\n    script: §[ls]\n",
  },
  "an unknown dependency": {
    code: "unknown_step",
    yaml: two(`script: "true"`).replace("[a]", "[§aa]"),
    suggests: `"a"`,
  },
  "a step that waits for itself": {
    code: "cycle",
    yaml: script("dependencies: [§a]"),
    suggests: "remove this dependency",
  },
  "two steps that wait for each other": {
    code: "cycle",
    yaml: `steps:
  - { id: a, script: "true", dependencies: [§b] }
  - { id: b, script: "true", dependencies: [a] }
`,
  },
  "a step that reworks itself": {
    code: "cycle",
    yaml: script("retry: { on_failure: rework, rework_step: §a }"),
    suggests: "max_attempts",
  },
  "steps that rework each other": {
    code: "cycle",
    yaml: `steps:
  - { id: a, script: "true", retry: { on_failure: rework, rework_step: §b } }
  - { id: b, rework_only: true, script: "true", retry: { on_failure: rework, rework_step: a } }
`,
    suggests: "on_failure: fail",
  },
  "a contract whose step is reworked by it": {
    code: "cycle",
    yaml: script(
      "handover: §{ contract: { type: non_empty_file, on_failure: rework, rework_step: a } }",
    ),
  },
  "a step in a loop that the loop reworks": {
    code: "cycle",
    yaml: step(
      `loop:
  max_iterations: 2
  steps:
    - { id: b, script: "true", retry: { on_failure: rework, rework_step: §a } }`,
    ),
  },
  "no visits": { code: "wrong_value", yaml: script("max_visits: §0") },
  "a step in a loop that waits for it": {
    code: "cycle",
    yaml: step(
      `loop:\n  max_iterations: 2\n  steps: [{ id: b, script: "true", dependencies: [§a] }]`,
    ),
  },
  "no persona": {
    code: "missing_key",
    yaml: "steps:\n  - §id: a\n    exec: { type: prompt, source: hi }\n",
  },
  "an unknown persona": {
    code: "unknown_persona",
    yaml: step("persona: §navigater\nexec: { source: hi }"),
    suggests: "navigator",
  },
  "a persona like none": {
    code: "unknown_persona",
    yaml: step("persona: §somebody-else\nexec: { source: hi }"),
    suggests: "navigator",
  },
  "an unknown adapter": {
    code: "unknown_adapter",
    yaml: step("adapter: §claud\nexec: { source: hi }"),
    suggests: "claude",
  },
  "an unknown adapter that is to take over": {
    code: "unknown_adapter",
    yaml: step("persona: reader\nfallback: [haiku, { adapter: §claud, model: haiku }]\ntask: hi"),
    suggests: "claude",
  },
  "a model that is to take over without its name": {
    code: "wrong_type",
    yaml: step("persona: reader\nfallback: [§{ adapter: claude }]\ntask: hi"),
  },
  "a value of the run as the model that is to take over": {
    code: "no_template",
    yaml: step('persona: reader\nfallback: ["§{{ input }}"]\ntask: hi'),
  },
  "one failure that is to be the same": {
    code: "wrong_value",
    yaml: script("retry: { max_attempts: 3, stop_on_same: §1 }"),
    suggests: "max_attempts: 1",
  },
  "who takes over from a script": {
    code: "unused_key",
    severity: "warning",
    yaml: script("§fallback: [haiku]"),
  },
  "a prompt without text": {
    code: "missing_key",
    yaml: step("persona: navigator\nexec: §{ type: prompt }"),
  },
  "a prompt file that is missing": {
    code: "prompt_not_found",
    yaml: step("persona: navigator\nexec: { source_path: §.wave/prompts/gone.md }"),
  },
  "a prompt file outside the project": {
    code: "unsafe_path",
    yaml: step("persona: navigator\nexec: { source_path: §../secret.md }"),
  },
  "a negative time limit": { code: "wrong_value", yaml: script("timeout_minutes: §-1") },
  "a time limit in words": { code: "wrong_type", yaml: script("timeout_minutes: §soon") },
  "no attempts": { code: "wrong_value", yaml: script("retry: { max_attempts: §0 }") },
  "half an attempt": { code: "wrong_type", yaml: script("retry: { max_attempts: §1.5 }") },
  "an unknown policy": {
    code: "wrong_value",
    yaml: script("retry: { policy: §agressive }"),
    suggests: "aggressive",
  },
  "a bad delay": {
    code: "bad_duration",
    yaml: script("retry: { base_delay: §2 seconds }"),
    suggests: "90s",
  },
  "rework without a step": {
    code: "missing_key",
    yaml: script("retry: §{ on_failure: rework }"),
  },
  "rework by an unknown step": {
    code: "unknown_step",
    yaml: script("retry: { on_failure: rework, rework_step: §fix }"),
  },
  "an artifact without path": {
    code: "missing_key",
    yaml: script("output_artifacts:\n  - §name: out"),
  },
  "an artifact outside the workspace": {
    code: "unsafe_path",
    yaml: script("output_artifacts: [{ name: out, path: §../out.txt }]"),
  },
  "an absolute artifact": {
    code: "unsafe_path",
    yaml: script("output_artifacts: [{ name: out, path: §/etc/passwd }]"),
  },
  "an artifact twice": {
    code: "duplicate_artifact",
    yaml: script("output_artifacts: [{ name: out, path: a }, { name: §out, path: b }]"),
  },
  "an injection of an unknown artifact": {
    code: "unknown_artifact",
    yaml: two(`script: "true"\nmemory: { inject_artifacts: [{ step: a, artifact: §note }] }`),
    suggests: "notes",
  },
  "an injection from an unknown step": {
    code: "unknown_step",
    yaml: two(`script: "true"\nmemory: { inject_artifacts: [{ step: §x, artifact: notes }] }`),
  },
  "an injection from nowhere": {
    code: "missing_key",
    yaml: two(`script: "true"\nmemory: { inject_artifacts: [§{ artifact: notes }] }`),
  },
  "two injections of one name": {
    code: "duplicate_artifact",
    yaml: two(
      `script: "true"
memory:
  inject_artifacts:
    - { step: a, artifact: notes, as: x }
    - { step: a, artifact: notes, as: §x }`,
    ),
  },
  "an injection outside artifacts/": {
    code: "unsafe_path",
    yaml: two(
      `script: "true"\nmemory: { inject_artifacts: [{ step: a, artifact: notes, as: §../x }] }`,
    ),
  },
  "an unknown contract": {
    code: "unknown_contract",
    yaml: script("handover: { contract: { type: §json_shema } }"),
    suggests: "json_schema",
  },
  "a test_suite whose command the manifest does not give": {
    code: "empty_command",
    severity: "warning",
    yaml: script(
      "handover: { contract: { type: test_suite, command: §'{{ project.lint_command }}' } }",
    ),
  },
  "a json_schema without schema": {
    code: "missing_key",
    severity: "warning",
    yaml: script("handover: { contract: §{ type: json_schema } }"),
  },
  "a schema that is missing": {
    code: "file_not_found",
    yaml: script("handover: { contract: { type: json_schema, schema_path: §.wave/x.json } }"),
  },
  "a schema that is no JSON": {
    code: "bad_schema",
    yaml: script(
      "handover: { contract: { type: json_schema, schema_path: §.wave/contracts/bad.json } }",
    ),
  },
  "an unknown on_failure": {
    code: "wrong_value",
    yaml: script("handover: { contract: { type: non_empty_file, on_failure: §retri } }"),
    suggests: "retry",
  },
  "a test suite without command": {
    code: "missing_key",
    yaml: script("handover: { contracts: [§{ type: test_suite }] }"),
  },
  "a review by nobody": {
    code: "unknown_persona",
    yaml: script(
      "handover: { contract: { type: agent_review, persona: §judge, criteria: [good] } }",
    ),
  },
  "an unknown variable": {
    code: "unknown_variable",
    yaml: step("script: |\n  echo one\n  echo §{{ inptu }}"),
    suggests: "input",
  },
  "a comparison": {
    code: "no_value",
    yaml: step(
      `loop: { max_iterations: 2, until: '§{{ b.output == "done" }}', steps: [{ id: b, script: x }] }`,
    ),
    suggests: "script",
  },
  "a filter": {
    code: "no_value",
    yaml: step("script: echo §{{ input | upper }}"),
    suggests: "braces",
  },
  "a function": {
    code: "no_value",
    yaml: step("persona: navigator\nexec:\n  source: |\n    It is §{{ now() }}."),
  },
  "a template of another tool": {
    code: "no_value",
    yaml: step("script: docker ps --format '§{{.Names}}'"),
    suggests: "braces",
  },
  "an environment variable": {
    code: "unknown_variable",
    yaml: step("script: echo §{{ env.FOO }}"),
    suggests: "$FOO",
  },
  "a value where none is filled in": {
    code: "no_template",
    yaml: script("output_artifacts: [{ name: out, path: '§{{ input }}.md' }]"),
  },
  "a value of the run for a persona": {
    code: "no_template",
    yaml: step("persona: '§{{ input }}'\nexec: { source: hi }"),
    suggests: "project",
  },
  "an item without items": { code: "unknown_variable", yaml: step("script: echo §{{ item }}") },
  "a result of an unknown step": {
    code: "unknown_step",
    yaml: step("script: echo §{{ plan.output }}"),
  },
  "an artifact that a step does not declare": {
    code: "unknown_artifact",
    yaml: two("script: echo §{{ steps.a.artifacts.nots }}"),
    suggests: "notes",
  },
  "a value that is unknown to the project": {
    code: "unknown_variable",
    yaml: step("script: echo §{{ project.test_comand }}"),
    suggests: "test_command",
  },
  "a value as code": { code: "unsafe_script", yaml: step("script: eval §{{ input }}") },
  "a value as the code of a test's program": {
    code: "unsafe_script",
    yaml: script(
      `handover: { contract: { type: test_suite, command: sh, command_args: ["-c", "echo §{{ input }}"] } }`,
    ),
    suggests: "env",
  },
  "an unknown sub-pipeline": {
    code: "unknown_pipeline",
    yaml: step("pipeline: §othr"),
    suggests: "other",
  },
  "an unknown pipeline in a branch": {
    code: "unknown_pipeline",
    yaml: step(`branch: { on: "{{ input }}", cases: { x: §nope, default: skip } }`),
  },
  "an unknown pipeline among the items": {
    code: "unknown_pipeline",
    yaml: step(`pipeline: "{{ item }}"\niterate: { over: §'["other", "nope"]' }`),
  },
  "items that are no list": {
    code: "wrong_value",
    yaml: script("iterate: { over: §a,b,c }"),
  },
  "a matrix without items": {
    code: "missing_key",
    yaml: script("strategy: §{ type: matrix }"),
  },
  "a loop without limit": {
    code: "missing_key",
    yaml: step(`loop: §{ steps: [{ id: b, script: "true" }] }`),
  },
  "a loop without steps": { code: "missing_key", yaml: step("loop: §{ max_iterations: 2 }") },
  "a timer without time": { code: "missing_key", yaml: step("gate: §{ type: timer }") },
  "a gate with a bad time": {
    code: "bad_duration",
    yaml: step("gate: { type: approval, timeout: §tomorrow }"),
  },
  "a pipeline that may take no time": {
    code: "bad_duration",
    yaml: step("pipeline: other\nconfig: { timeout: §0s }"),
    suggests: "90s",
  },
  "a default that is no choice": {
    code: "unknown_choice",
    yaml: step(
      "gate: { type: approval, choices: [{ key: y, label: Yes, target: go }], default: §n }",
    ),
  },
  "a choice that does nothing": {
    code: "missing_key",
    yaml: step("gate: { type: approval, choices: [§{ key: stop, label: Stop }] }"),
    suggests: "target: fail",
  },
  "a choice that leads aside": {
    code: "unreachable_step",
    yaml: `steps:
  - id: ask
    gate: { type: approval, choices: [{ key: y, target: §aside }] }
  - { id: aside, script: "true" }
`,
    suggests: "before the gate",
  },
  "choices between steps after the gate": {
    code: "not_built",
    yaml: `steps:
  - id: ask
    gate: { type: approval, choices: [{ key: a, target: b }, { key: c, target: §d }] }
  - { id: b, script: "true", dependencies: [ask] }
  - { id: d, script: "true", dependencies: [ask] }
`,
    suggests: "branch",
  },
  "a gate that sends back by itself": {
    code: "cycle",
    yaml: `steps:
  - { id: a, script: "true" }
  - id: ask
    dependencies: [a]
    gate: { type: approval, auto: true, default: r, choices: [{ key: r, target: §a }] }
`,
    suggests: "default choice",
  },
  "a choice that leads nowhere": {
    code: "unknown_step",
    yaml: step("gate: { type: approval, choices: [{ key: y, label: Yes, target: §x }] }"),
  },
  "a mount outside the project": {
    code: "unsafe_path",
    yaml: script("workspace: { mount: [{ source: §../.., target: /x }] }"),
  },
  "a mount of what is not there": {
    code: "no_folder",
    severity: "warning",
    yaml: script("workspace: { mount: [{ source: §nowhere, target: /x }] }"),
  },
  "a mount of a file": {
    code: "bad_file",
    yaml: script("workspace: { mount: [{ source: §wave.yaml, target: /x }] }"),
  },
  "an unknown mode of a mount": {
    code: "wrong_value",
    yaml: script("workspace: { mount: [{ source: ./, target: /x, mode: §readonyl }] }"),
    suggests: "readonly",
  },
  "an output of an unknown step": {
    code: "unknown_step",
    yaml: `pipeline_outputs: { r: { step: §z, artifact: x } }\n${script("model: x")}`,
  },
  "an output that no step declares": {
    code: "unknown_artifact",
    yaml: `pipeline_outputs: { r: { step: a, artifact: §x } }\n${script("model: x")}`,
  },
  "an outcome without path": {
    code: "missing_key",
    yaml: script("outcomes: [§{ type: pr, extract_from: out.json }]"),
  },
  "a feature that is not built": {
    code: "not_built",
    severity: "warning",
    yaml: script("§fidelity: full"),
  },
  "an edge to no step": {
    code: "unknown_step",
    yaml: two('script: "true"\nedges: [{ target: §d, condition: outcome=failure }]'),
    suggests: '"a"',
  },
  "an edge with a condition that cannot be read": {
    code: "wrong_value",
    yaml: two('script: "true"\nedges: [{ target: a, condition: §outcome=sucess }]'),
    suggests: "success",
  },
  "an edge with a condition of another language": {
    code: "wrong_value",
    yaml: two('script: "true"\nedges: [{ target: a, condition: §exit_code != 0 }]'),
    suggests: "without condition",
  },
  "an edge that comes too late": {
    code: "unreachable_step",
    yaml: two('script: "true"\nedges: [{ target: a }, §{ target: b, condition: outcome=success }]'),
    suggests: "last",
  },
  "an edge without end": {
    code: "cycle",
    yaml: script("edges: [{ target: §a }]"),
    suggests: "outcome=failure",
  },
  "an edge out of a loop": {
    code: "unreachable_step",
    yaml: two(
      'loop: { max_iterations: 2, steps: [{ id: c, script: "true", edges: [{ target: §a }] }] }',
    ),
    suggests: "loop",
  },
  "edges of a step that reworks": {
    code: "unused_key",
    yaml: two(
      'script: "true"\nrework_only: true\n§edges: [{ target: a, condition: outcome=failure }]',
    ),
  },
  "a way that is a step, too": {
    code: "unreachable_step",
    yaml: `steps:
  - { id: a, script: "true", edges: [{ target: §complete }] }
  - { id: complete, script: "true" }
`,
    suggests: "another id",
  },
  "a contract that is not built": {
    code: "not_built",
    yaml: script("handover: { contract: { type: §typescript_interface } }"),
    suggests: "json_schema",
  },
  "another contract that is not built": {
    code: "not_built",
    yaml: script("handover: { contracts: [{ type: §event_contains }] }"),
  },
  "a check that its contract does not make": {
    code: "unused_key",
    yaml: script(
      "handover: { contract: { type: non_empty_file, §schema_path: .wave/contracts/good.json } }",
    ),
    suggests: "json_schema",
  },
  "a judge without criteria": {
    code: "missing_key",
    yaml: step(
      "persona: navigator\nexec: { source: hi }\nhandover: { contract: §{ type: llm_judge } }",
    ),
  },
  "a judge that nobody is": {
    code: "missing_key",
    yaml: script("handover: { contract: §{ type: llm_judge, criteria: [x] } }"),
  },
  "a pattern of tests that is none": {
    code: "wrong_value",
    yaml: script("handover: { contract: { type: test_diff, test_func_pattern: §'func (' } }"),
  },
  "a threshold that nothing is held to": {
    code: "unused_key",
    yaml: script(
      "handover: { contract: { type: agent_review, persona: reader, criteria: [x], §threshold: 0.8 } }",
    ),
  },
  "a limit of tokens that limits nothing": {
    code: "not_built",
    yaml: script(
      "handover: { contract: { type: agent_review, persona: reader, criteria: [x], §token_budget: 9 } }",
    ),
  },
  "a budget of less than nothing": {
    code: "wrong_value",
    yaml: script("budget: { usd: §-1 }"),
  },
  "a budget of half an attempt": {
    code: "wrong_type",
    yaml: script("budget: { attempts: §1.5 }"),
  },
  "a budget in words": {
    code: "wrong_type",
    yaml: `budget: { tokens: §"400k" }\n${script("")}`,
  },
  "a unit of a budget misspelt": {
    code: "unknown_key",
    yaml: script("budget: { §token: 5 }"),
    suggests: "tokens",
  },
  "a budget of what nobody counts": {
    code: "unknown_key",
    yaml: `budget: { §dollars: 5 }\n${script("")}`,
    suggests: "usd",
  },
  "a budget beyond all counting": {
    code: "wrong_value",
    yaml: script("budget: { minutes: §1e300 }"),
  },
  "a budget that is a number": { code: "wrong_type", yaml: script("budget: §5") },
  "permissions of a step without agent": {
    code: "unused_key",
    yaml: script("§permissions: { deny: [Bash] }"),
    suggests: "script",
  },
  "permissions that leave nothing": {
    code: "no_tools_left",
    yaml: step("persona: reader\nexec: { source: hi }\npermissions: §{ allowed_tools: [Bash] }"),
    suggests: "Read",
  },
  "a gate that asks a forge and is answered": {
    code: "unused_key",
    yaml: step("gate: { type: pr_merge, §auto: true }"),
    suggests: "approval",
  },
  "a gate that asks a person by a command": {
    code: "unused_key",
    yaml: step("gate: { type: approval, §command: ask }"),
    suggests: "pr_merge",
  },
  "a conversation that nobody summarises": {
    code: "not_built",
    severity: "warning",
    yaml: step(
      "persona: navigator\nexec: { source: hi }\nhandover: { §compaction: { trigger: token_limit_80% } }",
    ),
  },
  "a skill that is nowhere": {
    code: "unknown_skill",
    severity: "warning",
    yaml: step("persona: navigator\nexec: { source: hi }\nskills: [§gone]"),
  },
  "a skill of the pipeline that is nowhere": {
    code: "unknown_skill",
    severity: "warning",
    yaml: `skills: [§gone]\n${step("persona: navigator\nexec: { source: hi }")}`,
  },
  "a skill outside of its folder": {
    code: "unsafe_path",
    yaml: step("persona: navigator\nexec: { source: hi }\nskills: [§../x]"),
  },
  "a file that the persona may not write": {
    code: "cannot_write",
    severity: "warning",
    yaml: step(
      "persona: §reader\nexec: { source: hi }\noutput_artifacts: [{ name: out, path: out.md }]",
    ),
    suggests: "source: stdout",
  },
};
