/** Turns the text of an option into its value, the same way for every command. */
import { UsageError } from "../../event/errors.ts";
import { parseDuration } from "../../event/duration.ts";
import type { Option, Synonyms } from "./command.ts";
import { safeText } from "../output/safe_text.ts";
import { suggest } from "../../event/closest.ts";

const RFC_3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** Epoch milliseconds of an RFC 3339 time, or null when `text` is none or names no real moment. */
export function parseTime(text: string): number | null {
  const match = RFC_3339.exec(text);
  if (match === null) return null;
  const day = Number(match[3]);
  const month = Number(match[2]);
  // Date.parse takes 30 February for 2 March.
  if (new Date(Date.UTC(2000 + Number(match[1]) % 400, month - 1, day)).getUTCDate() !== day) {
    return null;
  }
  const ms = Date.parse(text.replace(" ", "T").toUpperCase());
  return Number.isNaN(ms) ? null : ms;
}

/** A whole number of at most 15 digits, or null. */
function parseInteger(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function refuse(label: string, text: string, expected: string, hint?: string): never {
  throw new UsageError("bad_value", `Cannot use "${safeText(text)}" as ${label}: ${expected}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The hint for what other programs write with a dash, as `head -n -5`. */
function withoutDash(label: string, text: string): string | undefined {
  return /^-[1-9]\d*$/.test(text) ? `write ${label} ${text.slice(1)}` : undefined;
}

/**
 * Checks that `text` is one of `choices`.
 *
 * @throws {UsageError} `bad_value`, with what it is called here, or the nearest choice, as hint.
 */
export function parseChoice(
  label: string,
  text: string,
  choices: readonly string[],
  synonyms: Synonyms = {},
): string {
  if (choices.includes(text)) return text;
  const meant = Object.hasOwn(synonyms, text) ? synonyms[text] ?? null : suggest(text, choices);
  return refuse(
    label,
    text,
    `expected one of ${choices.join(", ")}`,
    meant === null ? undefined : `did you mean "${meant}"?`,
  );
}

/**
 * The value of an option.
 *
 * @param label How the option is named in an error, such as `--since`.
 * @param now Epoch milliseconds, from which a time such as `2h` counts back.
 * @throws {UsageError} `bad_value` when `text` is no such value.
 */
export function parseValue(
  label: string,
  option: Exclude<Option, { kind: "flag" }>,
  text: string,
  now: number,
): string | number | readonly string[] {
  switch (option.kind) {
    case "text":
    case "texts":
      return text;
    case "integer": {
      const min = option.min ?? 0;
      const value = parseInteger(text);
      return value !== null && value >= min
        ? value
        : refuse(label, text, `expected a whole number, at least ${min}`, withoutDash(label, text));
    }
    case "amount": {
      const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : 0;
      if (value > 0) return value;
      const plain = /^\$\d/.test(text) ? `write ${label} ${text.slice(1)}` : undefined;
      return refuse(label, text, "expected a number greater than 0, such as 2.50", plain);
    }
    case "count": {
      if (text === "all") return text;
      const value = parseInteger(text);
      return value ?? refuse(
        label,
        text,
        "expected a whole number or all",
        withoutDash(label, text),
      );
    }
    case "duration": {
      const ms = parseDuration(text);
      if (ms !== null && (ms > 0 || option.positive !== true)) return ms;
      const expected = ms === null ? "expected a duration" : "expected one longer than 0s";
      return refuse(label, text, expected, "durations look like 90s, 15m, 24h, 7d, 2w, 1h30m");
    }
    case "time": {
      const ago = parseDuration(text);
      if (ago !== null) return now - ago;
      return parseTime(text) ?? refuse(
        label,
        text,
        "expected a duration or a time",
        "for example 2h (two hours ago), or 2026-02-02T14:30:00Z",
      );
    }
    case "choice":
      return parseChoice(label, text, option.choices, option.synonyms);
    case "choices":
      return text.split(",").map((part) =>
        parseChoice(label, part.trim(), option.choices, option.synonyms)
      );
  }
}
