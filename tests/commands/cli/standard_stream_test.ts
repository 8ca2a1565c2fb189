import assert from "node:assert/strict";
import fc from "fast-check";
import { sendAll, writeAll } from "../../../commands/cli/standard_stream.ts";

const CAPACITY = 1024;
const NEWLINE = 10;

/**
 * A non-blocking stream behind a buffer of a line, as the runtime's stdout: a write may be taken in part, and
 * may fail after it was taken.
 *
 * @param takes how many bytes the stream takes at each of its writes; 0 is that it would block.
 */
class LineBuffered {
  readonly written: number[] = [];
  #buffer: number[] = [];
  readonly #takes: (length: number) => number;

  constructor(takes: (length: number) => number) {
    this.#takes = takes;
  }

  writeSync(bytes: Uint8Array): number {
    this.#flush();
    const lines = bytes.lastIndexOf(NEWLINE) + 1;
    let taken = 0;
    if (lines > 0) taken = this.#put([...bytes.subarray(0, lines)]);
    else if (bytes.length >= CAPACITY) return this.#put([...bytes]);
    const end = taken >= lines ? bytes.length : Math.min(lines, taken + CAPACITY);
    const room = [...bytes.subarray(taken, Math.min(end, taken + CAPACITY))];
    this.#buffer.push(...room);
    this.#flush();
    return taken + room.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve) => resolve(this.writeSync(bytes)));
  }

  #put(bytes: number[]): number {
    const taken = this.#takes(bytes.length);
    if (taken === 0) throw new Deno.errors.WouldBlock("would block");
    this.written.push(...bytes.slice(0, taken));
    return taken;
  }

  #flush(): void {
    while (this.#buffer.length > 0) this.#buffer.splice(0, this.#put(this.#buffer));
  }
}

const texts = fc.array(
  fc.oneof(fc.constant(NEWLINE), fc.integer({ min: 32, max: 126 })),
  { maxLength: 9000, size: "max" },
).map((bytes) => Uint8Array.from(bytes));

Deno.test("writeAll() writes each byte once to a pipe that takes a piece whole or not at all", () => {
  fc.assert(
    fc.property(texts, fc.infiniteStream(fc.boolean()), (bytes, ready) => {
      const stream = new LineBuffered((length) => {
        // What is longer than a pipe's atomic write would be taken in part.
        assert(length <= 4096);
        return ready.next().value ? length : 0;
      });
      writeAll(stream, bytes, false);
      assert.deepEqual(stream.written, [...bytes]);
    }),
    { numRuns: 50 },
  );
});

Deno.test("writeAll() writes each byte once to a terminal that takes any part", () => {
  const short = texts.map((bytes) => bytes.subarray(0, 3000));
  fc.assert(
    fc.property(short, fc.infiniteStream(fc.nat({ max: 700 })), (bytes, room) => {
      const stream = new LineBuffered((length) => Math.min(length, room.next().value));
      writeAll(stream, bytes, true);
      assert.deepEqual(stream.written, [...bytes]);
    }),
    { numRuns: 30 },
  );
});

Deno.test("sendAll() writes each byte once, too", async () => {
  const bytes = new TextEncoder().encode(`${"x".repeat(5000)}\n\n${"line\n".repeat(2000)}end`);
  let call = 0;
  const stream = new LineBuffered((length) => call++ % 3 === 0 ? 0 : length);
  await sendAll(stream, bytes, false);
  assert.deepEqual(stream.written, [...bytes]);
});

Deno.test("writeAll() and sendAll() write the rest of what a stream took in part", async () => {
  const text = "one\ntwo\nthree";
  const bytes = new TextEncoder().encode(text);
  for (const isTerminal of [true, false]) {
    const written: number[] = [];
    const writeSync = (part: Uint8Array) => {
      written.push(...part.subarray(0, 2));
      return Math.min(part.length, 2);
    };
    writeAll({ writeSync }, bytes, isTerminal);
    await sendAll({ write: (part) => Promise.resolve(writeSync(part)) }, bytes, isTerminal);
    assert.deepEqual(written, [...bytes, ...bytes]);
  }
});

Deno.test("writeAll() throws what is no mere wait", () => {
  const stream = {
    writeSync(): number {
      throw new Deno.errors.BrokenPipe("gone");
    },
  };
  assert.throws(() => writeAll(stream, new Uint8Array([1]), false), Deno.errors.BrokenPipe);
});
