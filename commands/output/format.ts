/** How times, tokens and sizes read. Nothing here uses `Intl`, which would cost a start-up. */
import type { Tokens } from "../../event/event.ts";
import { clockTime, localDay } from "../../event/local_time.ts";
import { type Cost, costOf } from "../../event/tokens.ts";

/** `34s`, `2m 34s`, `1h 23m`: whole seconds, rounded down. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${seconds % 60}s`;
  return `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}

/** The largest unit of a time span alone, for "… ago": `5s`, `2m`, `3h`, `4d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** One decimal below ten, none above, and no `.0`. */
function short(value: number): string {
  return value < 9.95 ? value.toFixed(1).replace(/\.0$/, "") : String(Math.round(value));
}

/** `950`, `4.5k`, `45k`, `1.2M`. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${short(tokens / 1000)}k`;
  return `${(tokens / 1_000_000).toFixed(1).replace(/\.0$/, "")}M`;
}

/** The total as `formatTokens` has it, `≥ 45k` where there were more, `unknown` where nothing is known. */
export function formatUsage({ total, at_least }: Tokens): string {
  if (at_least !== true) return formatTokens(total);
  return total === 0 ? "unknown" : `≥ ${formatTokens(total)}`;
}

/** From so many US dollars on, cents are enough. */
const CENTS_FROM = 0.1;
/** Less than this is no figure of four decimals any more. */
const LEAST_SHOWN = 0.0001;

/** A number with a fixed count of decimals, its thousands set apart by commas. */
function grouped(value: number, decimals: number): string {
  const [whole = "", fraction = ""] = value.toFixed(decimals).split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}

/**
 * `$12.35`, `$0.12`; below ten cents `$0.0042`, and `< $0.0001` of what is less; `≥ $1.20` where it was more,
 * rounded down, so that it is true; `unknown` where nothing is known.
 */
export function formatCost({ usd, known }: Cost): string {
  if (known === "unknown") return "unknown";
  const decimals = usd === 0 || usd >= CENTS_FROM ? 2 : 4;
  if (known === "exact") {
    return usd > 0 && usd < LEAST_SHOWN ? "< $0.0001" : `$${grouped(usd, decimals)}`;
  }
  if (usd < LEAST_SHOWN) return "> $0";
  const unit = 10 ** decimals;
  // A billionth, so that 1.15 does not become 1.14.
  return `≥ $${grouped(Math.floor(usd * unit + 1e-9 * unit) / unit, decimals)}`;
}

/** What was used, for a line of words: `45k tokens, $0.12`, `45k tokens, cost unknown`; null of nothing. */
export function spentText(tokens: Tokens): string | null {
  if (isNothing(tokens)) return null;
  const [used, cost] = [formatUsage(tokens), formatCost(costOf(tokens))];
  if (cost !== "unknown") return `${used} tokens, ${cost}`;
  return used === cost ? "tokens and cost unknown" : `${used} tokens, cost unknown`;
}

/** What was paid, for a cell of a table; `-` where nothing was used. */
export function costCell(tokens: Tokens): string {
  return isNothing(tokens) ? "-" : formatCost(costOf(tokens));
}

function isNothing({ total, at_least, cost_usd = 0 }: Tokens): boolean {
  return total === 0 && at_least !== true && cost_usd === 0;
}

/** `950B`, `4.2KB`, `1.2MB`; 1 KB being 1024 bytes. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes;
  let unit = "B";
  for (const next of ["KB", "MB", "GB", "TB"]) {
    if (value < 1023.95) break;
    value /= 1024;
    unit = next;
  }
  return `${value.toFixed(1).replace(/\.0$/, "")}${unit}`;
}

/** `5,321`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `2026-02-02 14:30:22`, local time. */
export function formatTime(ms: number): string {
  return `${localDay(ms)} ${clockTime(ms)}`;
}

/** RFC 3339 UTC with milliseconds, as everywhere in JSON; null for null. */
export function isoTime(ms: number): string;
export function isoTime(ms: number | null): string | null;
export function isoTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
