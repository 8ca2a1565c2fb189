/** How times, tokens and sizes read. Nothing here uses `Intl`, which would cost a start-up. */
import type { Tokens } from "../../event/event.ts";
import { clockTime, localDay } from "../../event/local_time.ts";
import type { Cost } from "../../event/tokens.ts";

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

/** The total as `formatTokens` has it, `≥ 45k` where there were more. */
export function formatUsage({ total, at_least }: Tokens): string {
  return `${at_least === true ? "≥ " : ""}${formatTokens(total)}`;
}

/** `$0.12`, `$0.0042`, `≥ $1.20` where it was more; `-` where nothing is known. */
export function formatCost({ usd, known }: Cost): string {
  if (known === "unknown") return "-";
  const digits = usd === 0 || usd >= 0.095 ? 2 : 4;
  return `${known === "at_least" ? "≥ " : ""}$${usd.toFixed(digits)}`;
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
