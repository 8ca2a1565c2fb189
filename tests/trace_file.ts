/** A trace in memory, for tests of what is written to it, and when. */
import type { TraceFile } from "../event/trace_writer.ts";

/** A file whose next write can be made to fail or to stop short. Keeps what is done to it in `calls`. */
export class FakeTraceFile implements TraceFile {
  text = "";
  /** Bytes that can still be written. */
  room = Infinity;
  /** Bytes that one call writes at most. */
  atOnce = Infinity;
  /** False: the disk is broken, so that nothing is taken back or synced either. */
  isWell = true;
  readonly calls: ("write" | "sync" | "close")[] = [];
  /** What a sync waits for. */
  onSync: () => Promise<void> = () => Promise.resolve();

  writeSync(bytes: Uint8Array): number {
    this.calls.push("write");
    if (this.room === 0) throw new Error("No space left on device");
    const written = Math.min(this.room, this.atOnce, bytes.length);
    this.text += new TextDecoder().decode(bytes.subarray(0, written));
    this.room -= written;
    return written;
  }

  truncateSync(length = 0): void {
    if (!this.isWell) throw new Error("Input/output error");
    this.text = this.text.slice(0, length);
  }

  async syncData(): Promise<void> {
    this.calls.push("sync");
    if (!this.isWell) throw new Error("Input/output error");
    await this.onSync();
  }

  close(): void {
    this.calls.push("close");
  }
}
