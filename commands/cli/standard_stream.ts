/**
 * Writes all of a text to a standard stream, each byte once, also where somebody set its pipe or terminal
 * to non-blocking (https://github.com/curl/curl/issues/3239 and many others).
 *
 * The runtime's stdout is buffered by lines: after an error nobody knows how much of a piece was taken.
 * So pieces are cut such that it is known. One that ends with a newline and is not longer than a pipe takes
 * at once is written whole or not at all; one without a newline, short enough for the buffer, is taken
 * whatever happens, and writing nothing later only pushes it out.
 */

/** POSIX's least PIPE_BUF for Linux and twice that of macOS: what a pipe takes whole or not at all. */
const WHOLE_BYTES = Deno.build.os === "linux" ? 4096 : 512;
/** Below what the runtime's buffer of a line holds, 1024. */
const BUFFERED_BYTES = 1000;
const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

/** A piece to write, and what is known when the stream would block. */
interface Piece {
  readonly bytes: Uint8Array;
  /** It stands in the runtime's buffer then, so writing it again would double it. */
  readonly buffered: boolean;
}

/** The pieces of `bytes`. A terminal takes any part of a line, so there lines and their ends go apart. */
function* piecesOf(bytes: Uint8Array, isTerminal: boolean): Generator<Piece> {
  for (let at = 0; at < bytes.length;) {
    if (isTerminal && bytes[at] === NEWLINE) {
      yield { bytes: bytes.subarray(at, ++at), buffered: false };
      continue;
    }
    const reach = bytes.subarray(at, at + WHOLE_BYTES);
    const end = isTerminal ? -1 : reach.lastIndexOf(NEWLINE);
    if (end >= 0) {
      yield { bytes: reach.subarray(0, end + 1), buffered: false };
      at += end + 1;
      continue;
    }
    const next = reach.indexOf(NEWLINE);
    const text = reach.subarray(0, Math.min(next < 0 ? reach.length : next, BUFFERED_BYTES));
    yield { bytes: text, buffered: true };
    at += text.length;
  }
}

type SyncStream = Pick<typeof Deno.stdout, "writeSync">;
type AsyncStream = Pick<typeof Deno.stdout, "write">;

/** Longest wait for a reader before it is tried again, milliseconds. */
const LONGEST_WAIT_MS = 50;

/** Waits without the event loop, longer each time. */
function nap(tries: number): void {
  const ms = Math.min(2 ** tries, LONGEST_WAIT_MS);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Writes all of `bytes` before it returns. While the reader does not read, the process does nothing else:
 * {@link sendAll} is for what must not stand still.
 *
 * @throws what the stream throws, except that it would block.
 */
export function writeAll(stream: SyncStream, bytes: Uint8Array, isTerminal: boolean): void {
  for (const piece of piecesOf(bytes, isTerminal)) {
    let rest = piece.bytes;
    for (let tries = 0;; tries++) {
      try {
        rest = rest.subarray(stream.writeSync(rest));
        if (rest.length === 0) break;
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        if (piece.buffered) rest = NOTHING;
        nap(tries);
      }
    }
  }
}

/**
 * Writes all of `bytes`; signals and timers are served meanwhile. Do not begin another write of the same
 * stream before it resolves.
 *
 * @throws what the stream throws, except that it would block.
 */
export async function sendAll(
  stream: AsyncStream,
  bytes: Uint8Array,
  isTerminal: boolean,
): Promise<void> {
  for (const piece of piecesOf(bytes, isTerminal)) {
    let rest = piece.bytes;
    for (let tries = 0;; tries++) {
      try {
        rest = rest.subarray(await stream.write(rest));
        if (rest.length === 0) break;
      } catch (error) {
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
        if (piece.buffered) rest = NOTHING;
        await new Promise((resolve) => setTimeout(resolve, Math.min(2 ** tries, LONGEST_WAIT_MS)));
      }
    }
  }
}
