import assert from "node:assert/strict";
import fc from "fast-check";
import { createRedactor, type Redactor } from "../../../event/redaction/redact.ts";
import { createStreamRedactor } from "../../../event/redaction/redact_stream.ts";

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

Deno.test("createRedactor() leaves keys alone that are words, whatever variables hold", () => {
  const words = createRedactor({ PRIMARY_KEY: "contract" });
  assert.deepEqual(words.value({ contract: "a contract" }), { contract: "a [redacted]" });
});

Deno.test("createRedactor() takes eight characters for a secret, and seven not", () => {
  const short = createRedactor({ A_KEY: "a2c4e6g", B_KEY: "b2c4e6g8" });
  assert.equal(short.text("a2c4e6g b2c4e6g8"), "a2c4e6g [redacted]");
  assert.equal(short.text("b2c4e6g8"), "[redacted]");
});

const NAMES =
  `KEY TOKEN SECRET APIKEY API_KEY GH_PAT DB_PASS DB_PASSWD DB_PWD SSH_PASSPHRASE MYSQL_PASSWORD
  AWS_CREDENTIALS NPM_TOKEN_2 STRIPE_KEY_PROD SECRET_KEY_BASE SIGNING_KEY_PEM DATABASE_URL apiToken`;
const NO_SECRETS =
  "HOME PWD PATH TOKEN_URL AWS_ACCESS_KEY_ID SSH_KEY_PATH KEYBOARD MONKEY PASSAGE MAX_KEYS_COUNT";

Deno.test("createRedactor() knows variables of secrets by their names", () => {
  for (const [names, shown] of [[NAMES, "[redacted]"], [NO_SECRETS, "invented1"]] as const) {
    for (const name of names.split(/\s+/)) {
      assert.equal(createRedactor({ [name]: "invented1" }).text("x invented1"), `x ${shown}`, name);
    }
  }
});

const VALUE = "pa/ss&wo'rd \u00e4 9";
const utf8 = (text: string) => new TextEncoder().encode(text).toBase64();
const FORMS: Readonly<Record<string, string>> = {
  "base64": utf8(VALUE),
  "base64 of user and value": utf8(`u:${VALUE}`),
  "base64 of a longer user": utf8(`me:${VALUE}`),
  "base64 in the middle": utf8(`abc ${VALUE} xyz`),
  "without its newline": VALUE,
  "percent": encodeURIComponent(VALUE),
  "percent in lower case": encodeURIComponent(VALUE).replace(/%../g, (one) => one.toLowerCase()),
  "a form": encodeURIComponent(VALUE).replaceAll("%20", "+"),
  "JSON": JSON.stringify(VALUE),
  "JSON of Go": JSON.stringify(VALUE).replaceAll("&", "\\u0026"),
  "JSON in ASCII": JSON.stringify(VALUE).replaceAll("\u00e4", "\\u00e4"),
  "JSON within JSON": JSON.stringify(JSON.stringify(VALUE + '"')),
  "a shell's quotes": `'${VALUE.replaceAll("'", `'\\''`)}'`,
};

for (const [name, form] of Object.entries(FORMS)) {
  Deno.test(`createRedactor() finds the value of a variable as ${name}`, () => {
    const env = { A_SECRET: `${VALUE}${name === "without its newline" ? "\n" : ""}` };
    const shown = createRedactor(env).text(`x ${form} y`);
    assert.match(shown, /^x .{0,6}\[redacted\].{0,8} y$/);
  });
}

Deno.test("createRedactor() finds each line of a value, and the password in an address", () => {
  const env = {
    A_KEY: "first line of it\nshort\nlast line of it",
    REDIS: "redis://:1nvented2@host/0",
  };
  const shown = createRedactor(env).text("first line of it, short, last line of it, 1nvented2");
  assert.equal(shown, "[redacted], short, [redacted], [redacted]");
});

Deno.test("createRedactor() does not swallow what follows a line that names a key", () => {
  for (
    const behind of [" must come first", "\nnext line of text\n", "\nERROR_IN_LINE_1234 of it\n"]
  ) {
    const text = `-----BEGIN RSA PRIVATE KEY-----${behind} and ${"more text. ".repeat(100)}`;
    assert.equal(redactor.text(text), text);
  }
  const cut = `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA1234\n".repeat(3)}next line\n`;
  assert.equal(redactor.text(cut), "[redacted]\nnext line\n");
});

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
    fc.constantFrom(
      "://u:p@h",
      "\x1b[32m",
      "%22",
      "MIIEowIBAAKCAQEA12\n",
      "a1B2".repeat(8),
      KEY + "x",
    ),
    fc.constantFrom("-----BEGIN RSA PRIVATE KEY-----\n", "Authorization: ", "x-api-key: ", "://u:"),
    fc.string(),
  ),
  { maxLength: 12 },
).chain((parts) => fc.constantFrom("", " ").map((between) => parts.join(between)));

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
