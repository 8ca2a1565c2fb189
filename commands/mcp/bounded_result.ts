/** A result of bounded size: what a model reads costs, and clients refuse what is too long. */
import { isObject, type JsonObject } from "../../event/json.ts";

/** Of the JSON text of a result, in UTF-16 units: about half of what claude takes by default. */
export const MOST_UNITS = 48 * 1024;

/** Texts are shortened to the longest of these with which the whole fits. */
const TEXT_UNITS = [32, 16, 8, 4, 2, 1].map((kilo) => kilo * 1024);

export interface Bounded {
  readonly json: JsonObject;
  /** What was left out, a sentence each; none of a result that was short enough. */
  readonly cuts: readonly string[];
}

const fits = (json: unknown): boolean => JSON.stringify(json).length <= MOST_UNITS;

function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // No half of a surrogate pair.
  const start = text.slice(0, most).replace(/[\uD800-\uDBFF]$/, "");
  return `${start}… [${text.length - start.length} more characters]`;
}

/** `value` with its texts shortened; `count` hears of each. */
function withShorter(value: unknown, most: number, count: () => void): unknown {
  if (typeof value === "string") {
    if (value.length > most) count();
    return shortened(value, most);
  }
  if (Array.isArray(value)) return value.map((each) => withShorter(each, most, count));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withShorter(each, most, count)]),
  );
}

/** Its longest list. */
function longestList(json: JsonObject): [name: string, list: readonly unknown[]] | null {
  let longest: [string, readonly unknown[]] | null = null;
  let units = 0;
  for (const [name, value] of Object.entries(json)) {
    if (!Array.isArray(value) || value.length === 0) continue;
    const size = JSON.stringify(value).length;
    if (size > units) [longest, units] = [[name, value], size];
  }
  return longest;
}

/** Halves lists, the longest first, until it fits or none is left. Of logs the newest stay. */
function withFewer(json: JsonObject, cuts: string[]): JsonObject {
  let rest = json;
  const lengths = new Map<string, number>();
  while (!fits(rest)) {
    const found = longestList(rest);
    if (found === null) break;
    const [name, list] = found;
    lengths.set(name, lengths.get(name) ?? list.length);
    const half = Math.floor(list.length / 2);
    const left = name === "logs" ? list.slice(list.length - half) : list.slice(0, half);
    const told = typeof rest["truncated"] === "boolean" ? { truncated: true } : {};
    rest = { ...rest, [name]: left, ...told };
  }
  for (const [name, before] of lengths) {
    const now = rest[name];
    const which = name === "logs" ? "last" : "first";
    cuts.push(`${name}: only the ${which} ${Array.isArray(now) ? now.length : 0} of ${before}`);
  }
  return rest;
}

/** `json`, or as much of it as fits: long texts are shortened first, then lists. It has the same shape. */
export function bounded(json: JsonObject): Bounded {
  if (fits(json)) return { json, cuts: [] };
  let shorter: JsonObject = json;
  let cut = 0;
  let most = 0;
  for (most of TEXT_UNITS) {
    cut = 0;
    const tried = withShorter(json, most, () => cut++);
    if (isObject(tried)) shorter = tried;
    if (fits(shorter)) break;
  }
  const cuts = cut === 0 ? [] : [`${cut} texts, to ${most} characters each`];
  return { json: withFewer(shorter, cuts), cuts };
}
