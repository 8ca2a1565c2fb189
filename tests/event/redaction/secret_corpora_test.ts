/** Invented secrets vanish wherever they stand; ordinary lines stay as they are. */
import assert from "node:assert/strict";
import { createRedactor } from "../../../event/redaction/redact.ts";
import { createStreamRedactor } from "../../../event/redaction/redact_stream.ts";
import { INVENTED, SURROUNDINGS } from "./invented_secrets.ts";
import { ORDINARY_LINES } from "./ordinary_lines.ts";

const redactor = createRedactor({});

function streamed(text: string, length: number): string {
  const stream = createStreamRedactor(redactor);
  let clean = "";
  for (let at = 0; at < text.length; at += length) {
    clean += stream.push(text.slice(at, at + length));
  }
  return clean + stream.flush();
}

Deno.test("every invented secret vanishes, whatever stands around it", () => {
  assert(INVENTED.length * SURROUNDINGS.length >= 300);
  const left: string[] = [];
  for (const { name, secret, text } of INVENTED) {
    for (const [before, behind] of SURROUNDINGS) {
      const whole = `x ${before}${text}${behind} y`;
      const clean = redactor.text(whole);
      if (clean.includes(secret)) left.push(`${name}: ${JSON.stringify(clean)}`);
      for (const length of [1, 7, 64]) {
        const pieces = streamed(whole, length);
        if (pieces !== clean) {
          left.push(`${name} in pieces of ${length}: ${JSON.stringify(pieces)}`);
        }
      }
    }
  }
  assert.deepEqual(left, []);
});

Deno.test("ordinary lines stay as they are, one by one and together", () => {
  assert(ORDINARY_LINES.length >= 300);
  const changed = ORDINARY_LINES.filter((line) => redactor.text(line) !== line)
    .map((line) => redactor.text(line).slice(0, 200));
  assert.deepEqual(changed, []);
  const all = ORDINARY_LINES.join("\n");
  assert.equal(redactor.text(all), all);
  assert.equal(streamed(all, 1000), all);
});
