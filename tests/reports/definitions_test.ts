/** Pipelines as people write them: line ends, byte order marks, YAML's surprises, limits, odd inputs. */
import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import type { Project } from "../cli.ts";
import { carriedOver, carriedOverTogether } from "./report.ts";

const FILES = {
  ".wave/pipelines/read.yaml": `\uFEFFsteps:
  - id: numbers
    type: command
    script: printf '%s\\n' {{ item }}
    iterate:
      over: [yes, no, on, NO, 1.10, 0755, 1e3, 0x1F, 12345678901234567890, 2020-01-01, 12:30, ~x]
      mode: sequential
  - { id: answer, type: command, script: printf no }
  - id: choose
    branch: { on: "{{ answer.output }}", cases: { yes: wrong, no: right } }
    dependencies: [answer]
`,
  ".wave/pipelines/right.yaml":
    "steps:\r\n  - id: a\r\n    type: command\r\n    script: |\r\n      echo one\r\n\r\n      if true; then\r\n        touch $WAVE_PROJECT/right\r\n      fi\r\n",
  ".wave/pipelines/wrong.yaml": "steps: [{ id: a, type: command, script: exit 1 }]\n",
  ".wave/pipelines/twice.yaml": `steps:
  - { id: a, type: command, script: echo one, script: echo two }
  - { id: b, type: command, script: echo one }
  - { id: b, type: command, script: echo two }
`,
  ".wave/pipelines/limits.yaml": `steps:
  - { id: zero, type: command, timeout_minutes: 0, script: 'true' }
  - { id: less, type: command, timeout_minutes: -5, script: 'true' }
  - { id: never, type: command, retry: { max_attempts: 0 }, script: 'true' }
  - { id: back, type: command, retry: { max_attempts: 2, base_delay: -1s }, script: 'true' }
  - { id: yes, type: command, timeout_minutes: true, script: 'true' }
`,
  ".wave/pipelines/outside.yaml": `steps:
  - { id: a, type: command, script: 'true', output_artifacts: [{ name: up, path: ../up }] }
  - { id: b, type: command, script: 'true', output_artifacts: [{ name: root, path: /etc/passwd }] }
  - { id: c, type: command, script: 'true', output_artifacts: [{ name: a/b, path: x }] }
`,
  ".wave/pipelines/._right.yaml": "\u0000\u0005\u0016\u0007",
};

interface Seen {
  readonly code: number;
  readonly log: string;
  readonly problems: string;
}

async function read(tmp: Project): Promise<Seen> {
  const run = await tmp.wave(["run", "read"]);
  const log = (await tmp.wave(["logs", "-n", "all", "--format", "json"])).stdout;
  const problems = (await tmp.wave(["validate"])).stdout;
  return { code: run.code, log, problems: problems + run.stderr };
}

carriedOverTogether("pipelines as they are written", FILES, read, [
  {
    at: [
      "travis-ci/travis-ci#3172",
      "microsoft/azure-pipelines-yaml#245",
      "appveyor/ci#1573",
      "supernovae-st/nika#791",
    ],
    done: "the file begins with a byte order mark",
    wave: "it is read as without",
    proof: ({ code, problems }) => equal(code, 0, problems),
  },
  {
    at: ["windmill-labs/windmill#10131", "ccfos/nightingale#1713", "deployphp/deployer#2111"],
    done: "the file has the line ends of Windows",
    wave: "the shell gets lines that end as it wants them",
    proof: async (_, tmp) => equal((await Deno.stat(`${tmp.root}/right`)).isFile, true),
  },
  {
    at: ["yaml/pyyaml#855", "tomasz-c/nft-blackhole#4", "bitrise-io/bitrise-workflow-editor#1138"],
    done: "keys and values are yes, no and on",
    wave: "they are these words",
    proof: async ({ log }, tmp) => {
      equal((await Deno.stat(`${tmp.root}/right`)).isFile, true);
      deepEqual(printed(log).slice(0, 4), ["yes", "no", "on", "NO"]);
    },
  },
  {
    at: [
      "argoproj/argo-workflows#3990",
      "kubeflow/pipelines#2915",
      "common-workflow-language/cwltool#1831",
    ],
    done: "items of a list are numbers of many digits, with zeros, exponents or colons",
    wave: "they arrive as they are written",
    proof: ({ log }) =>
      deepEqual(printed(log).slice(4), [
        "1.10",
        "0755",
        "1e3",
        "0x1F",
        "12345678901234567890",
        "2020-01-01",
        "12:30",
        "~x",
      ]),
  },
  {
    at: [
      "Systemorph/MeshWeaver#3579",
      "common-workflow-language/cwltool#562",
      "prefix-dev/rattler-build#570",
      "bitrise-io/bitrise#517",
    ],
    done: "a key, or a step's id, stands there twice",
    wave: "it is an error that names both",
    proof: ({ problems }) => {
      match(problems, /twice\.yaml:2:\d+: error: the map has the key "script" already/);
    },
  },
  {
    at: ["mxmlnkn/mfusepy#27"],
    done: "another system left companion files beside the pipelines",
    wave: "hidden files are no pipelines",
    proof: ({ problems }) => doesNotMatch(problems, /\._right/),
  },
  {
    at: ["argoproj/argo-workflows#3016", "berabuddies/agentflow#21", "Growth-Circle/cadis#2588"],
    done: "an artifact leads out of its folder, or has a slash in its name",
    wave: "each is an error with its place, before anything runs",
    proof: ({ problems }) => {
      for (const line of [2, 3, 4]) {
        match(problems, new RegExp(`outside\\.yaml:${line}:\\d+: error`));
      }
    },
  },
  {
    at: [
      "github/spec-kit#3328",
      "conductor-oss/conductor#1324",
      "pydantic/pydantic-ai#6374",
      "cadence-workflow/cadence#148",
    ],
    done: "limits, attempts and delays are 0, less, or no number",
    wave: "each is an error with its place",
    proof: ({ problems }) => {
      for (const line of [2, 3, 4, 5, 6]) {
        match(problems, new RegExp(`limits\\.yaml:${line}:\\d+: error`));
      }
    },
  },
]);

function printed(log: string): string[] {
  const { logs } = JSON.parse(log) as {
    logs: { step_id: string | null; state: string; message: string }[];
  };
  return logs.filter(({ step_id, state }) =>
    step_id?.startsWith("numbers") === true && state === "output"
  )
    .map(({ message }) => message);
}

carriedOver({
  at: [
    "nodejs/node#4541",
    "catdad/grandma#157",
    "immers-space/activitypub-express#44",
    "breejs/later#34",
  ],
  done: "a limit and a delay are longer than a timer of the runtime can be",
  wave: "neither is over at once",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - { id: limited, type: command, timeout_minutes: 100000, script: 'sleep 0.1' }
  - { id: tried, type: command, dependencies: [limited], retry: { max_attempts: 2, base_delay: 40d, max_delay: 60d }, script: 'exit 1' }
`,
  },
}, async (tmp) => {
  await using run = tmp.spawn(["run", "p", "--timeout", "90d"]);
  await run.waitForLine(/retrying +tried/);
  run.kill("SIGINT");
  const { stdout } = await run.result();
  match(stdout, /completed +limited/);
  doesNotMatch(stdout, /tried attempt 2/);
});

carriedOver({
  at: ["NVIDIA/NemoClaw#5752", "go-task/task#2395"],
  done: "a task is empty, an input begins with a dash, a dry run has scripts to run",
  wave: "the first is refused, the second is said to be written --input=, the third runs nothing",
  files: {
    ".wave/pipelines/p.yaml": `steps:
  - id: a
    type: command
    script: echo "$(touch $WAVE_PROJECT/ran)" {{ input }}; touch $WAVE_PROJECT/ran
    handover: { contract: { type: test_suite, command: 'touch $WAVE_PROJECT/ran' } }
`,
  },
}, async (tmp) => {
  equal((await tmp.wave(["do", " "])).code, 2);
  match((await tmp.wave(["run", "p", "--input", "-x"])).stderr, /--input=/);
  equal((await tmp.wave(["run", "p", "--dry-run", "--input=-$(touch ran)"])).code, 0);
  deepEqual([...Deno.readDirSync(tmp.root)].map(({ name }) => name).includes("ran"), false);
});
