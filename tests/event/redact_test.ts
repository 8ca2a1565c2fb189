import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor, createStreamRedactor, type Redactor } from "../../event/redact.ts";

const ENV = {
  API_KEY: "value-of-the-key",
  LONGER_TOKEN: "value-of-the-key-and-more",
  MY_PASSWORD_FILE: 'p@ss word+"quoted"\n',
  SHORT_SECRET: "1234567",
  HOME: "/home/somebody",
};
const redactor = createRedactor(ENV);
const KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAKC\n-----END RSA PRIVATE KEY-----";
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r";

const SECRETS: Readonly<Record<string, string>> = {
  "value of a variable": ENV.API_KEY,
  "longer value with the same beginning": ENV.LONGER_TOKEN,
  "value with quotes and newline": ENV.MY_PASSWORD_FILE,
  "value within JSON": JSON.stringify(ENV.MY_PASSWORD_FILE).slice(1, -1),
  "value within a URL": encodeURIComponent(ENV.MY_PASSWORD_FILE),
  "OpenAI key": `sk-${"a1B2".repeat(10)}`,
  "Anthropic key": `sk-ant-api03-${"x_Y-".repeat(20)}z`,
  "GitHub token": `ghp_${"a1".repeat(18)}`,
  "GitHub OAuth token": `gho_${"a1".repeat(18)}`,
  "GitHub fine-grained token": `github_pat_${"a1_".repeat(20)}`,
  "AWS key": "AKIAIOSFODNN7EXAMPLE",
  "Slack token": "xoxb-123456789012-abcdefghij",
  "Google key": `AIza${"a1B_-".repeat(7)}`,
  "GitLab token": `glpat-${"a1B-".repeat(5)}`,
  "JWT": JWT,
  "bearer": "Bearer abc.def-ghi_jkl",
  "private key": KEY,
};

for (const [name, secret] of Object.entries(SECRETS)) {
  Deno.test(`createRedactor() replaces: ${name}`, () => {
    const text = `before "${secret}" after`;
    assert.equal(redactor.text(text), 'before "[redacted]" after');
    assert.deepEqual(redactor.value({ a: [text, 1, null], [secret]: { b: secret } }), {
      "a": ['before "[redacted]" after', 1, null],
      "[redacted]": { b: "[redacted]" },
    });
  });
}

Deno.test("createRedactor() leaves harmless text alone", () => {
  const text =
    "1234567 /home/somebody task-management-of-everything disk-usage-of-the-machine bearer";
  assert.equal(redactor.text(text), text);
});

function streamed(from: Redactor, pieces: readonly string[]): string {
  const stream = createStreamRedactor(from);
  return pieces.map((piece) => stream.push(piece)).join("") + stream.flush();
}

function cut(text: string, at: readonly number[]): string[] {
  const cuts = [0, ...at.map((n) => n % (text.length + 1)).sort((a, b) => a - b), text.length];
  return cuts.slice(1).map((end, index) => text.slice(cuts[index], end));
}

const anyText = fc.array(
  fc.oneof(
    fc.constantFrom(...Object.values(SECRETS)),
    fc.constantFrom(" ", "\n", '"', "word", "value-of", "sk-", "-----BEGIN ", "Bearer ", "eyJ"),
    fc.string(),
  ),
  { maxLength: 12 },
).map((parts) => parts.join(" "));

Deno.test("createStreamRedactor() gives what text() gives, wherever the text is cut", () => {
  fc.assert(
    fc.property(anyText, fc.array(fc.nat(), { maxLength: 12 }), (text, at) => {
      assert.equal(streamed(redactor, cut(text, at)), redactor.text(text));
    }),
    { numRuns: 3000 },
  );
});

Deno.test("createStreamRedactor() holds back nothing of a line that is over", () => {
  const stream = createStreamRedactor(redactor);
  assert.equal(stream.push("a line\n"), "a line\n");
  assert.equal(stream.push("value-of-the-lock\nnext "), "value-of-the-lock\nnext ");
});

Deno.test("createStreamRedactor() drops a secret of any length without keeping it", () => {
  const block = "MIIEowIBAAKCAQEA\n".repeat(1000);
  const pieces = ["x -----BEGIN PRIVATE KEY-----\n", ...Array<string>(20).fill(block)];
  const end = ["-----END PRI", "VATE KEY----- y ", "done"];
  assert.equal(streamed(redactor, [...pieces, ...end]), "x [redacted] y done");
  const long = Array<string>(100).fill("a1B2".repeat(1000));
  assert.equal(streamed(redactor, ["x sk-", ...long, " y"]), "x [redacted] y");
  assert.equal(streamed(redactor, ["x ", ...long, " y"]), `x ${long.join("")} y`);
});
