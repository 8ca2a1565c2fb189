/** Careful reading of the JSON that an agent prints: nothing about its shape is taken for granted. */

import { isObject, type JsonObject, parseJson } from "../../event/json.ts";

export type { JsonObject } from "../../event/json.ts";

/** The object that a line holds, or null when it holds something else. */
export function jsonObject(line: string): JsonObject | null {
  // Agents print plain text among their events, warnings above all.
  const value = line.trimStart().startsWith("{") ? parseJson(line) : null;
  return isObject(value) ? value : null;
}

/** The object under `key`, or an empty one. */
export function objectAt(from: JsonObject, key: string): JsonObject {
  const value = from[key];
  return isObject(value) ? value : {};
}

/** The objects in the list under `key`. */
export function objectsAt(from: JsonObject, key: string): readonly JsonObject[] {
  const value = from[key];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The strings in the list under `key`. */
export function textsAt(from: JsonObject, key: string): readonly string[] {
  const value = from[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** The string under `key`, or an empty one. */
export function textAt(from: JsonObject, key: string): string {
  const value = from[key];
  return typeof value === "string" ? value : "";
}

/** The number under `key`, when it is whole and not negative; otherwise 0. */
export function countAt(from: JsonObject, key: string): number {
  const value = from[key];
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
