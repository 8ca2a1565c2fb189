import assert from "node:assert/strict";
import fc from "fast-check";
import type { EventDraft } from "../../../event/event.ts";
import { createRedactor } from "../../../event/redaction/redact.ts";
import { type OutputOptions, outputRecorder } from "../../../executor/processes/output_events.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

interface Written {
  readonly message: string;
  readonly data: { readonly stream: string; readonly continued?: boolean; readonly bytes?: string };
}

function record(pieces: readonly Uint8Array[], more: Partial<OutputOptions> = {}) {
  const events: Written[] = [];
  const lines: string[] = [];
  const output = outputRecorder({
    stepId: "s",
    persona: null,
    attempt: 1,
    emit: (draft: EventDraft) => {
      assert(draft.state === "output");
      events.push({ message: draft.message ?? "", data: draft.data });
    },
    onLine: (_stream, text) => lines.push(text),
    ...more,
  });
  for (const piece of pieces) output.write("stdout", piece);
  output.end();
  return { events, lines };
}

/** The bytes that the events stand for, with a newline after each line. */
function joined(events: readonly Written[]): Uint8Array {
  const parts: number[] = [];
  events.forEach(({ message, data }, index) => {
    const bytes = data.bytes === undefined ? bytesOf(message) : Uint8Array.fromBase64(data.bytes);
    if (index > 0 && data.continued !== true) parts.push(10);
    for (const byte of bytes) parts.push(byte);
  });
  return new Uint8Array(parts);
}

Deno.test("outputRecorder() makes one event of a line, and of a last one without a newline", () => {
  const { events, lines } = record([bytesOf("a\n\nb"), bytesOf("c\nlast")]);
  assert.deepEqual(events.map(({ message }) => message), ["a", "", "bc", "last"]);
  assert.deepEqual(lines, ["a", "", "bc", "last"]);
});

Deno.test("outputRecorder() cuts a line of 5 MB into events of at most 64 KiB", () => {
  const line = "é".repeat(2_500_000);
  const { events, lines } = record([bytesOf(`x${line}\nend\n`)]);
  assert(events.length > 70);
  for (const { message } of events) assert(bytesOf(message).length <= 64 << 10);
  assert.deepEqual(
    events.map(({ data }) => data.continued === true),
    events.map((_, index) => index > 0 && index < events.length - 1),
  );
  assert.equal(events.slice(0, -1).map(({ message }) => message).join(""), `x${line}`);
  assert.equal(events.at(-1)?.message, "end");
  assert.equal(lines.length, 2);
  assert.equal(lines[0]?.length, line.length + 1);
});

Deno.test("outputRecorder() records a long line without spaces, with secrets to look for and without", () => {
  for (const env of [{}, { A_KEY: "12345678" }]) {
    const line = "x".repeat(300_000);
    const redactor = createRedactor(env);
    const { events } = record([bytesOf(`${line}\n`)], { redactor });
    assert.equal(events.map(({ message }) => message).join(""), line);
  }
});

Deno.test("outputRecorder() keeps the bytes of a line that is no UTF-8", () => {
  const { events } = record([new Uint8Array([97, 10, 0xff, 0xfe, 98, 10, 99, 10])]);
  assert.deepEqual(events.map(({ message }) => message), ["a", "\ufffd\ufffdb", "c"]);
  assert.deepEqual(events.map(({ data }) => data.bytes), [undefined, "//5i", undefined]);
});

Deno.test("outputRecorder() loses no byte, however the output is cut", () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.string({ unit: "binary", maxLength: 40 }).map((text) => bytesOf(text)),
    fc.constant(bytesOf("\n")),
    fc.integer({ min: 65_000, max: 140_000 }).map((length) => new Uint8Array(length).fill(0xc3)),
    fc.integer({ min: 30_000, max: 70_000 }).map((length) => bytesOf("€".repeat(length))),
  );
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), fc.boolean(), (chunks, redact) => {
      const all = new Uint8Array(chunks.flatMap((bytes) => [...bytes]));
      const redactor = createRedactor({});
      const { events } = record(chunks, redact ? { redactor } : {});
      const ended = all.at(-1) === 10;
      assert.deepEqual(joined(events), ended ? all.subarray(0, -1) : all);
    }),
    { numRuns: 60 },
  );
});

Deno.test("outputRecorder() replaces a secret that two events or two lines share", () => {
  const redactor = createRedactor({ API_TOKEN: "correct-horse-battery" });
  const filler = "x ".repeat(32_760);
  const { events } = record([bytesOf(`${filler}correct-horse-battery y\nplain\n`)], { redactor });
  const text = events.map(({ message }) => message).join("");
  assert(!text.includes("correct-horse") && !text.includes("battery"));
  assert(text.includes("[redacted] y"));
  const bad = new Uint8Array([0xff, ...bytesOf(`${filler}correct-horse-battery y\n`)]);
  for (const border of [1, 5, 15, 25]) {
    const { events } = record([bad.subarray(0, 1), bad.subarray(border)], { redactor });
    // The recorder redacts each event by itself, so none may hold a part of it.
    const shown = events.flatMap(({ message, data }) => [message, atob(data.bytes ?? "")]);
    assert(!/correct|battery/.test(shown.map(redactor.text).join("")));
  }
  const key = "-----BEGIN PRIVATE KEY-----\nMIIabc\ndef\n-----END PRIVATE KEY-----\nafter\n";
  assert.deepEqual(
    record([...bytesOf(key)].map((byte) => new Uint8Array([byte])), { redactor })
      .events.map(({ message }) => message),
    ["[redacted]", "after"],
  );
});

Deno.test("outputRecorder() records a last line without a newline as one event, secrets or not", () => {
  for (const last of ["Writing: 3.1", "token=", "x".repeat(200), "s3cret-valu"]) {
    const redactor = createRedactor({ A_KEY: "s3cret-value" });
    const { events } = record([bytesOf("first\n"), bytesOf(last)], { redactor });
    assert.deepEqual(events.map(({ message }) => message), ["first", last]);
  }
});

Deno.test("outputRecorder() records the beginning of a line whose end does not come", async () => {
  for (const redactor of [undefined, createRedactor({ A_KEY: "s3cret-value" })]) {
    const { promise, resolve } = Promise.withResolvers<Written>();
    const events: Written[] = [];
    using output = outputRecorder({
      stepId: "s",
      persona: null,
      attempt: 1,
      redactor,
      patienceMs: 5,
      emit: (draft: EventDraft) => {
        assert(draft.state === "output");
        const event = { message: draft.message ?? "", data: draft.data };
        events.push(event);
        resolve(event);
      },
    });
    output.write("stdout", bytesOf("\r 10% é"));
    output.write("stdout", bytesOf("\r 20% "));
    assert.equal((await promise).message, "\r 10% é\r 20% ");
    output.write("stdout", bytesOf("done\n"));
    output.end();
    assert.deepEqual(events.map(({ message }) => message), ["\r 10% é\r 20% ", "done"]);
    assert.equal(events[1]?.data.continued, true);
  }
});

Deno.test("outputRecorder() never cuts a secret because time is over", async () => {
  const secret = "s3cret-value-of-a-key";
  const { promise, resolve } = Promise.withResolvers<void>();
  const messages: string[] = [];
  using output = outputRecorder({
    ...{ stepId: "s", persona: null, attempt: 1, patienceMs: 5 },
    redactor: createRedactor({ A_KEY: secret }),
    emit: (draft: EventDraft) => {
      messages.push(draft.message ?? "");
      resolve();
    },
  });
  output.write("stdout", bytesOf(`Password: ${secret.slice(0, 9)}`));
  await promise;
  output.write("stdout", bytesOf(`${secret.slice(9)} ok\n`));
  output.end();
  const all = messages.join("");
  assert(!all.includes(secret.slice(0, 6)) && !all.includes(secret.slice(-6)), all);
  assert(all.endsWith(" ok"), all);
});
