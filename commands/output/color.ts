/** Colours for terminals; plain text when a command was told to do without. */
import type { RunStatus, StepStatus } from "../../event/event.ts";

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, bold: 1, dim: 2 } as const;

/** `text` in a colour, or as it is when `enabled` is false. */
export function paint(enabled: boolean, color: keyof typeof CODES, text: string): string {
  return enabled ? `\x1b[${CODES[color]}m${text}\x1b[0m` : text;
}

const STATUS_COLORS: Readonly<Record<RunStatus | StepStatus, keyof typeof CODES>> = {
  pending: "dim",
  running: "blue",
  retrying: "yellow",
  completed: "green",
  failed: "red",
  cancelled: "yellow",
  skipped: "dim",
};

/** A status as text shows it; what is no matter of course about it stands behind it. */
export function paintStatus(
  enabled: boolean,
  status: RunStatus | StepStatus,
  note?: string,
): string {
  const word = paint(enabled, STATUS_COLORS[status], status);
  return note === undefined || note === "alive" || note === "finished" ? word : `${word} (${note})`;
}
