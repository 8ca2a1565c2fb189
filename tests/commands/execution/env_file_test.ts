import assert from "node:assert/strict";
import { parseEnv } from "node:util";
import { join } from "@std/path";
import { parseEnvFile } from "../../../commands/execution/parse_env_file.ts";
import { isPlain, surroundings } from "../../../commands/execution/read_env_file.ts";

/** Texts that Node's own parser must read the same. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": {},
  "\n# a comment\n  # another\n": {},
  "A=1": { A: "1" },
  "A=\n": { A: "" },
  "A= b c  \n": { A: "b c" },
  "  A = 1\n": { A: "1" },
  "export A=1\nexport  B=2\n": { A: "1", B: "2" },
  "A=1 # a comment\n": { A: "1" },
  "A=#nothing\n": { A: "" },
  "A=b=c\n": { A: "b=c" },
  'A=\'x # y\'\nB="x # y" # z\nC=`it\'s "x"`\n': { A: "x # y", B: "x # y", C: `it's "x"` },
  'A="x\\ny"\nB=\'x\\ny\'\nC="x\\ty"\n': { A: "x\ny", B: "x\\ny", C: "x\\ty" },
  "A=\"x\n# y\nz\"\nB='1\n2'\n": { A: "x\n# y\nz", B: "1\n2" },
  "A=$HOME/x\n": { A: "$HOME/x" },
  "A=1\r\nB=2\r\n": { A: "1", B: "2" },
  "A=1\nA=2\n": { A: "2" },
  "A=it's\n": { A: "it's" },
  "constructor=x\n": { constructor: "x" },
};

for (const [text, expected] of Object.entries(FILES)) {
  Deno.test(`parseEnvFile() reads ${JSON.stringify(text)} as Node does`, () => {
    assert.deepEqual({ ...parseEnvFile(text, ".env") }, expected);
    assert.deepEqual({ ...parseEnv(text) }, expected);
  });
}

const REFUSED: Readonly<Record<string, RegExp>> = {
  "A=1\nhunter2hunter2\n": /Cannot read "\.env", line 2: it sets no variable$/,
  "A-B=1\n": /line 1: it sets no variable/,
  "1A=1\n": /line 1: it sets no variable/,
  "A: 1\n": /line 1: it sets no variable/,
  "A='x\nB=2\n": /line 1: the ' of A is not closed/,
  'A="x" y\n': /line 1: after the value of A stands something else/,
  "A=1\n\nB=pa#ss\n": /line 3: B has a # in it: put the value in quotes/,
  "WAVE_RUN_ID=x\n": /line 1: WAVE_RUN_ID: names that begin with WAVE_ are wave's own/,
  "A='x\0y'\n": /A holds a NUL character/,
};

for (const [text, expected] of Object.entries(REFUSED)) {
  Deno.test(`parseEnvFile() refuses ${JSON.stringify(text)}, and repeats no value`, () => {
    assert.throws(() => parseEnvFile(text, ".env"), (error: Error) => {
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /hunter2|pa#ss/);
      return true;
    });
  });
}

Deno.test("surroundings() adds what is not set, and tells what must not be recorded", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const text = "PATH=/nowhere\nMINE=x9-secret-value\nREGION=europe\nAPI_KEY=sunshine\n";
    Deno.writeTextFileSync(join(folder, ".env"), text);
    for (const path of [".env", join(folder, ".env")]) {
      const { environment, secrets } = surroundings(path, folder);
      assert.equal(environment["PATH"], Deno.env.get("PATH"));
      assert.equal(environment["MINE"], "x9-secret-value");
      assert.equal(environment["REGION"], "europe");
      assert.deepEqual(secrets, ["x9-secret-value"]);
    }
    assert.throws(() => surroundings("none.env", folder), /Cannot read "none.env": /);
    assert.throws(() => surroundings(".", folder), /Cannot read ".": /);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("isPlain() is true for words, numbers, paths and addresses, and for nothing else", () => {
  const plain = ["production", "eu-west", "8080", "10.0.0.1", "/srv/x y".replace(" ", "-")];
  const addresses = ["https://api.example.com/v1", "./data/file.json", "~/x"];
  for (const value of [...plain, ...addresses]) assert.ok(isPlain(value), value);
  const secrets = ["hunter2hunter2", "sk-1234", "a b!", "https://u:p@host/", "https://h/?t=1"];
  for (const value of [...secrets, "user@host", "eyJhbGciOi.x"]) assert.ok(!isPlain(value), value);
});
