/** What just is an event, and what just is none any more. */
import assert from "node:assert/strict";
import { decodeLine, encodeEvent, isPrintable } from "../../event/codec.ts";
import type { EventDraft, RunSnapshot } from "../../event/event.ts";
import { eventOf, OWNER, planned, started, tokens } from "../events.ts";

type Json = Readonly<Record<string, unknown>>;

const TIME = "2026-02-02T14:30:22.000Z";
const STEP = { step_id: "a", attempt: 1 } as const;
const SNAPSHOT: RunSnapshot = {
  ...{ tokens: tokens(1, 2), current_steps: ["a"], artifacts: 0, owner: OWNER },
  steps: [{
    ...{ id: "a", persona: null, status: "failed", attempt: 1, started_at: TIME },
    ...{ completed_at: TIME, tokens: tokens(1, 2), error_message: "no", workspace: null },
    ...{ digest: null, dependencies: [] },
  }],
};
const ARTIFACT = {
  ...{ name: "n", type: null, path: "p", size_bytes: 0, sha256: "00", modified_at: TIME },
};

/** One event of every kind, as a line's JSON. */
const EVENTS: Readonly<Record<string, EventDraft>> = {
  started: started([planned("a")]),
  resumed: {
    ...{ step_id: null, state: "running" },
    data: { owner: OWNER, steps: [planned("a")], rerun: ["a"] },
  },
  cancelling: { step_id: null, state: "cancelling", data: { force: true } },
  ended: { step_id: null, state: "failed", data: { snapshot: SNAPSHOT } },
  running: { ...STEP, state: "running", data: { nonce: "n", workspace: "w" } },
  retrying: { ...STEP, state: "retrying", data: { delay_ms: 0 } },
  completed: { ...STEP, state: "completed", data: { tokens: tokens(0, 0) } },
  skipped: { ...STEP, state: "skipped", data: { tokens: tokens(0, 0) } },
  contract: { ...STEP, state: "contract_failed", data: { contract: "c" } },
  artifact: { ...STEP, state: "artifact", data: { artifact: ARTIFACT } },
  tool: { ...STEP, state: "tool", data: { tool: "Read", tokens: tokens(0, 0) } },
  process: { ...STEP, state: "tool", data: { process: { pid: 1, process_start: null } } },
  output: { ...STEP, state: "output", data: { stream: "stderr", bytes: "AA==" } },
  warning: { step_id: null, state: "warning" },
};

const jsonOf = (draft: EventDraft) => JSON.parse(encodeEvent(eventOf(draft, 1))) as Json;

/** The JSON with the value at `path` replaced, or taken away when it is undefined. */
function changed(json: Json, path: readonly string[], value: unknown): Json {
  const [key = "", ...rest] = path;
  const inner = json[key];
  const next = rest.length === 0 ? value : changed(inner as Json, rest, value);
  return { ...json, [key]: next };
}

const isEvent = (json: Json) => decodeLine(JSON.stringify(json)) !== null;

Deno.test("decodeLine() takes one of every kind", () => {
  for (const [name, draft] of Object.entries(EVENTS)) assert(isEvent(jsonOf(draft)), name);
});

const GOOD: [string, string, unknown][] = [
  ["warning", "seq", 1],
  ["warning", "seq", Number.MAX_SAFE_INTEGER],
  ["warning", "tokens_used", 0],
  ["warning", "duration_ms", 0.5],
  ["warning", "duration_ms", null],
  ["warning", "attempt", 0],
  ["warning", "attempt", null],
  ["warning", "persona", "p"],
  ["warning", "timestamp", "2024-02-29T23:59:59.999Z"],
  ["warning", "data", {}],
  ["warning", "data", undefined],
  ["warning", "key_of_a_later_version", 1],
  ["completed", "data.ended_at", TIME],
  ["completed", "data.artifacts", []],
  ["completed", "data.workspace", "w"],
  ["ended", "data.snapshot.steps", []],
  ["ended", "data.snapshot.steps.0.started_at", null],
  ["ended", "data.snapshot.steps.0.completed_at", null],
  ["started", "data.parent", { run_id: "r", step_id: "s" }],
  ["started", "data.owner.process_start", null],
  ["tool", "data.tokens", undefined],
  ["output", "data.bytes", undefined],
];
const BAD: [string, string, unknown][] = [
  ["warning", "schema_version", 2],
  ["warning", "schema_version", undefined],
  ["warning", "seq", 0],
  ["warning", "seq", -1],
  ["warning", "seq", 1.5],
  ["warning", "seq", "1"],
  ["warning", "seq", 2 ** 53],
  ["warning", "timestamp", "2026-02-02T14:30:22Z"],
  ["warning", "timestamp", "2026-02-02T14:30:22.0000Z"],
  ["warning", "timestamp", "2026-02-02T14:30:22.000+00:00"],
  ["warning", "timestamp", "2026-13-02T14:30:22.000Z"],
  ["warning", "timestamp", `${TIME}\n`],
  ["warning", "run_id", undefined],
  ["warning", "pipeline_id", null],
  ["warning", "step_id", undefined],
  ["warning", "step_id", 1],
  ["warning", "state", "exploded"],
  ["warning", "state", "toString"],
  ["warning", "level", "trace"],
  ["warning", "level", "toString"],
  ["warning", "persona", undefined],
  ["warning", "message", null],
  ["warning", "tokens_used", -1],
  ["warning", "tokens_used", null],
  ["warning", "tokens_used", 1e300],
  ["warning", "duration_ms", -1],
  ["warning", "duration_ms", undefined],
  ["warning", "attempt", -1],
  ["warning", "attempt", 0.5],
  ["warning", "data", null],
  ["warning", "data", []],
  ["started", "state", "toString"],
  ["started", "step_id", "a"],
  ["started", "data", undefined],
  ["started", "data.input", null],
  ["started", "data.input_redacted", undefined],
  ["started", "data.mock", 0],
  ["started", "data.owner", undefined],
  ["started", "data.owner.host", undefined],
  ["started", "data.owner.pid", "1"],
  ["started", "data.steps", {}],
  ["started", "data.steps.0.id", null],
  ["started", "data.steps.0.dependencies", [1]],
  ["started", "data.steps.0.digest", undefined],
  ["started", "data.parent", { run_id: "r" }],
  ["resumed", "data.rerun", undefined],
  ["resumed", "data.steps", undefined],
  ["cancelling", "step_id", "a"],
  ["cancelling", "data.force", undefined],
  ["ended", "data.snapshot", undefined],
  ["ended", "data.snapshot.tokens.total", undefined],
  ["ended", "data.snapshot.artifacts", -1],
  ["ended", "data.snapshot.current_steps", "a"],
  ["ended", "data.snapshot.owner", null],
  ["ended", "data.snapshot.steps.0.status", "done"],
  ["ended", "data.snapshot.steps.0.started_at", "yesterday"],
  ["ended", "data.snapshot.steps.0.error_message", undefined],
  ["ended", "data.ended_at", "yesterday"],
  ["running", "data.nonce", undefined],
  ["running", "data.workspace", null],
  ["retrying", "data.delay_ms", -1],
  ["retrying", "step_id", null],
  ["completed", "data.tokens", undefined],
  ["completed", "data.tokens.input", 0.5],
  ["completed", "data.artifacts", [1]],
  ["completed", "data.workspace", 1],
  ["completed", "data.ended_at", 1],
  // No run is skipped.
  ["skipped", "step_id", null],
  ["ended", "state", "skipped"],
  ["contract", "data.contract", undefined],
  ["contract", "step_id", null],
  ["artifact", "data.artifact", undefined],
  ["artifact", "data.artifact.size_bytes", -1],
  ["artifact", "data.artifact.sha256", undefined],
  ["artifact", "data.artifact.modified_at", "now"],
  ["artifact", "step_id", null],
  ["tool", "data", undefined],
  ["tool", "data.tool", 1],
  ["tool", "data.tokens", {}],
  ["tool", "step_id", null],
  ["process", "data.process.pid", undefined],
  ["process", "data.process.process_start", 1],
  ["output", "data.stream", "stdlog"],
  ["output", "data.bytes", 1],
  ["output", "step_id", null],
];

for (const [cases, good] of [[GOOD, true], [BAD, false]] as const) {
  Deno.test(`decodeLine() ${good ? "takes" : "refuses"} what is just ${good ? "right" : "wrong"}`, () => {
    for (const [name, path, value] of cases) {
      const draft = EVENTS[name];
      assert(draft);
      const json = jsonOf(draft);
      const keys = path.split(".");
      // Of a list the first one is meant.
      const list = keys.indexOf("0");
      const changedJson = list < 0
        ? changed(json, keys, value)
        : changed(json, keys.slice(0, list), [
          changed(firstAt(json, keys.slice(0, list)), keys.slice(list + 1), value),
        ]);
      const shown = value === undefined ? "left out" : JSON.stringify(value);
      assert.equal(isEvent(changedJson), good, `${name} ${path}: ${shown}`);
    }
  });
}

function firstAt(json: Json, path: readonly string[]): Json {
  let at: unknown = json;
  for (const key of path) at = (at as Json)[key];
  return (at as readonly Json[])[0] ?? {};
}

Deno.test("encodeEvent() escapes what a terminal may obey, and nothing beside it", () => {
  const escaped =
    "\u007f\u009f\u00ad\u061c\u200b\u200d\u200f\u2028\u202e\u2060\u206f\u3164\ue000\uf8ff" +
    "\ufe00\ufe0d\ufeff\uffa0\ufff9\ufffb";
  const plain =
    "~\u00a0\u00ac\u00ae\u061b\u061d\u200a\u2010\u2027\u202f\u205f\u2070\u3163\u3165\ud7ff\uf900" +
    "\ufe0e\ufe0f\ufe10\ufefe\uff00\uff9f\uffa1\ufff8\ufffc";
  for (const character of escaped) {
    assert.equal(isPrintable(character), false, character.charCodeAt(0).toString(16));
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    const line = encodeEvent(eventOf({ step_id: null, state: "warning", message: character }, 1));
    assert(line.includes(`"message":"\\u${code}"`), code);
    assert.equal(decodeLine(line)?.message, character);
  }
  const message = plain;
  const line = encodeEvent(eventOf({ step_id: null, state: "warning", message }, 1));
  assert(line.includes(`"message":"${plain}"`));
});
