/** What a program writes, as `output` events: one a line, none longer than 64 KiB. */
import type { EventDraft } from "../event/event.ts";

export type OutputStream = "stdout" | "stderr";

export interface OutputOptions {
  readonly stepId: string;
  readonly persona: string | null;
  readonly attempt: number;
  readonly emit: (draft: EventDraft) => void;
  /** Gets each whole line (up to 16 MiB; what is longer is left out), decoded. */
  readonly onLine?: (stream: OutputStream, text: string) => void;
}

export interface OutputRecorder {
  /** Records every line that ends in `bytes`. */
  write(stream: OutputStream, bytes: Uint8Array): void;
  /** Records a last line without a newline. */
  end(): void;
}

export function outputRecorder(_options: OutputOptions): OutputRecorder {
  throw new Error("outputRecorder is not built yet");
}
