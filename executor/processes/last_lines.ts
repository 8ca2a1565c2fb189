/** The last lines that a program wrote, of both streams, for whoever asks why it failed. */
import type { EventDraft, LastLine } from "../../event/event.ts";
import { shownLines } from "../../event/shown_line.ts";

/** So many lines of both streams together. */
const MAX_LINES = 20;
/** Of each line its end, in UTF-16 units. */
const MAX_UNITS = 400;

type Stream = LastLine["stream"];

export class LastLines {
  #lines: LastLine[] = [];
  readonly #last: Record<Stream, string> = { stdout: "", stderr: "" };

  /** Keeps an `output` event, whose text has no secrets any more; others are left out. */
  keep(draft: EventDraft): void {
    if (draft.state !== "output") return;
    const { stream, continued = false } = draft.data;
    const before = continued ? this.#unfinished(stream) : "";
    const text = shownLines(before + (draft.message ?? "")).trimEnd().slice(-MAX_UNITS);
    if (text === "") return;
    this.#last[stream] = text;
    this.#lines.push({ stream, text });
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }

  /** Takes back the newest line of a stream, which goes on. */
  #unfinished(stream: Stream): string {
    const index = this.#lines.findLastIndex((line) => line.stream === stream);
    const [line] = index < 0 ? [] : this.#lines.splice(index, 1);
    return line?.text ?? "";
  }

  /** In the order in which they came; blank ones are left out. */
  get all(): readonly LastLine[] {
    return [...this.#lines];
  }

  /** The last line of a stream that is not blank; empty when there was none. */
  of(stream: Stream): string {
    return this.#last[stream].trim();
  }
}
