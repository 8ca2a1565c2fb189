/** Long chains and wide fans, in the whole program. */
import assert from "node:assert/strict";
import { type Project, project } from "../cli.ts";
import { ended, type Entry } from "./observe.ts";

/** The last step tells the highest memory that the program itself has had, where the system says it. */
const PEAK = `script: grep VmHWM "/proc/$PPID/status" || true`;

function step(id: string, dependencies: readonly string[], body = "script: 'true'"): string {
  return `  - id: ${id}\n    type: command\n    dependencies: [${
    dependencies.join(", ")
  }]\n    ${body}\n`;
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

function chain(count: number): string {
  const steps = names(count).map((id, index) => step(id, index === 0 ? [] : [`s${index - 1}`]));
  return `steps:\n${steps.join("")}${step("last", [`s${count - 1}`], PEAK)}`;
}

function fan(count: number): string {
  const steps = names(count).map((id) => step(id, ["first"]));
  return `steps:\n${step("first", [])}${steps.join("")}${step("last", names(count), PEAK)}`;
}

/** Runs a pipeline of so many steps: what it recorded, and its peak memory in bytes, 0 if unknown. */
async function run(place: Project, name: string, yaml: string) {
  await place.write(`.wave/pipelines/${name}.yaml`, yaml);
  const result = ended(await place.wave(["run", name, "--format", "json"]));
  const entries = result.jsonLines() as unknown as Entry[];
  const peak = entries.map(({ message }) => /VmHWM:\s+(\d+) kB/.exec(message)?.[1])
    .find((kib) => kib !== undefined);
  return { entries, peak: Number(peak ?? 0) * 1024 };
}

/** `<step> started` and `<step> ended`, in their order. */
function turns(entries: readonly Entry[]): string[] {
  return entries.flatMap(({ step_id, state }) => {
    if (step_id === null) return [];
    if (state === "running") return [`${step_id} started`];
    return state === "completed" ? [`${step_id} ended`] : [];
  });
}

const COUNT = 500;

function assertFlat(few: number, many: number): void {
  if (many === 0) {
    console.log("skipped: this system does not tell the peak memory of a process");
    return;
  }
  // What is in the file is in memory; what the steps did is not.
  assert.ok(many < few * 2 && many - few < 100e6, `${few} bytes for 100, ${many} for ${COUNT}`);
}

Deno.test("a chain of 500 steps ends, in order, in flat memory", async () => {
  await using place = await project();
  const few = await run(place, "few", chain(100));
  const { entries, peak } = await run(place, "many", chain(COUNT));
  assert.deepEqual(
    turns(entries),
    [...names(COUNT), "last"].flatMap((id) => [`${id} started`, `${id} ended`]),
  );
  assert.deepEqual(entries.map(({ seq }) => seq), entries.map((_, index) => index + 1));
  assertFlat(few.peak, peak);
});

Deno.test("a fan of 500 steps ends, a few at a time, in flat memory", async () => {
  await using place = await project({
    "wave.yaml": "metadata: { name: t }\nruntime: { max_concurrent_workers: 4 }\n",
  });
  const few = await run(place, "few", fan(100));
  const { entries, peak } = await run(place, "many", fan(COUNT));
  const all = turns(entries);
  assert.deepEqual(all.slice(0, 2), ["first started", "first ended"]);
  assert.deepEqual(all.slice(-2), ["last started", "last ended"]);
  const started = all.filter((turn) => turn.endsWith(" started"));
  assert.deepEqual(started.slice(1, -1), names(COUNT).map((id) => `${id} started`));
  let running = 0;
  let most = 0;
  for (const turn of all) most = Math.max(most, running += turn.endsWith(" started") ? 1 : -1);
  assert.deepEqual([running, most], [0, 4]);
  assertFlat(few.peak, peak);
});
