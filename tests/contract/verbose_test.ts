/** `-v` and errors: a stack is for whoever mends wave, and never for what a user can cause. */
import assert from "node:assert/strict";
import type { World } from "../../commands/cli/context.ts";
import { main } from "../../main.ts";
import { project } from "../cli.ts";
import { call } from "./in_process.ts";

const STACK = /^ {4}at /m;

Deno.test("-v shows no stack of what a user can cause", async () => {
  await using place = await project();
  const calls: [argv: string[], code: number][] = [
    [["run", "bad"], 3],
    [["status", "nope"], 3],
    [["resume", "nope"], 3],
    [["status", "--nope"], 2],
    [["validate", "nope"], 3],
    [["logs", "--grep", "("], 2],
    [["run", "hello-world", "--input-file", "nope"], 2],
    [["artifacts", "../x"], 2],
    [["clean"], 2],
  ];
  for (const [argv, code] of calls) {
    for (const format of ["text", "json"]) {
      const words = [...argv, "-v", "--format", format];
      const called = await call(place.root, words);
      assert.equal(called.code, code, `${words.join(" ")}: ${called.stderr}${called.stdout}`);
      assert.doesNotMatch(called.stderr + called.stdout, STACK, words.join(" "));
      assert.match(called.stderr + called.stdout, /error/, words.join(" "));
    }
  }
});

Deno.test("the stack of an internal error is shown with -v, and asked for without", async () => {
  let told = "";
  const broken: World = {
    stdout: { isTerminal: false, width: 80, height: 24, write() {}, send: () => Promise.resolve() },
    stderr: {
      isTerminal: false,
      width: 80,
      height: 24,
      write: (text) => void (told += text),
      send: (text) => Promise.resolve(void (told += text)),
    },
    get cwd(): string {
      throw new TypeError("a bug");
    },
    env: () => undefined,
    now: () => 0,
    ask: () => Promise.resolve(null),
    signal: new AbortController().signal,
    endedBy: null,
    releaseSignals() {},
  };
  assert.equal(await main(broken, ["status"]), 1);
  assert.match(told, /^error: internal error: TypeError: a bug\nhint: run it with -v .*\n$/);
  told = "";
  assert.equal(await main(broken, ["status", "-v"]), 1);
  assert.match(told, /^error: internal error: TypeError: a bug\n/);
  assert.match(told, STACK);
});
