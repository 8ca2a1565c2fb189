/** What the free details of an entry tell that a record keeps; the codec has checked it. */
import type { GateRecord, RunEvent, StepSpawned, StepUse, ToolCalled } from "../../event/event.ts";

/** The answer to a gate that the entry tells, or null. */
export function answerIn({ data }: ToolCalled | StepSpawned): GateRecord | null {
  if (!("tool" in data) || data.tool !== "gate" || typeof data["choice"] !== "string") return null;
  const { choice, text, by } = data;
  const textOf = (value: unknown) => typeof value === "string" ? value : null;
  return { choice, text: textOf(text), by: textOf(by) };
}

/** The codec has checked a `process`; the type of free details has forgotten it. */
export function isProcess(value: unknown): value is { pid: number; process_start: string | null } {
  return typeof value === "object" && value !== null && "pid" in value && "process_start" in value;
}

/** What the step used over all attempts, where the event tells. */
export function useIn({ data }: RunEvent): StepUse | undefined {
  // The codec has checked it; the type of free details has forgotten it.
  return (data as { readonly use?: StepUse } | undefined)?.use;
}
