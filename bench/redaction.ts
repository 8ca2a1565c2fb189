/**
 * How long redacting takes of texts made to be slow, against the time of plain text: each beginning of a
 * secret repeated for 5 MB, at once and in pieces. `deno task bench redaction [bytes]`
 */
import { createRedactor } from "../event/redaction/redact.ts";
import { createStreamRedactor } from "../event/redaction/redact_stream.ts";
import { SECRET_CONTEXTS } from "../event/redaction/secret_contexts.ts";
import { TOKEN_SHAPES } from "../event/redaction/token_shapes.ts";

const PIECE = 1000;
const SHOWN = 5;
const PLAIN = "the quick brown fox jumps over the lazy dog\n";
const OTHERS = [
  "eyJ",
  "-eyJaaaaaaaa",
  "eyJaaaaaaaa.",
  "-----BEGIN RSA PRIVATE KEY-----\n",
  "Private-Lines: 1\n",
  "http://a:b",
  'Authorization: Digest a="',
  "Bearer aaaaaaaa ",
  "\x1b[32m",
  "correct-horse-batter",
];

const redactor = createRedactor({ A_TOKEN: "correct-horse-battery" });

function whole(text: string): void {
  redactor.text(text);
}

function inPieces(text: string): void {
  const stream = createStreamRedactor(redactor);
  for (let at = 0; at < text.length; at += PIECE) stream.push(text.slice(at, at + PIECE));
  stream.flush();
}

function milliseconds(redact: (text: string) => void, of: string, size: number): number {
  const text = of.repeat(Math.ceil(size / of.length)).slice(0, size);
  const began = performance.now();
  redact(text);
  return performance.now() - began;
}

export default function redaction(size = 5_000_000): Promise<void> {
  const beginnings = new Set([
    ...TOKEN_SHAPES.flatMap(({ prefixes }) => prefixes.flatMap((one) => [one, `${one}aaaaaaaa-`])),
    ...SECRET_CONTEXTS.flatMap(({ after }) => after.map((one) => `${one}=`)),
    ...OTHERS,
  ]);
  for (const [name, redact] of Object.entries({ whole, "in pieces": inPieces })) {
    milliseconds(redact, PLAIN, size);
    const plain = milliseconds(redact, PLAIN, size);
    console.log(`${name}: plain text ${Math.round(size / plain / 1000)} MB/s; the slowest of it:`);
    const times = [...beginnings].map((one) => ({ one, took: milliseconds(redact, one, size) }));
    times.sort((a, b) => b.took - a.took);
    for (const { one, took } of times.slice(0, SHOWN)) {
      console.log(`  ${JSON.stringify(one).padEnd(36)} ${(took / plain).toFixed(1)} x plain text`);
    }
  }
  return Promise.resolve();
}
