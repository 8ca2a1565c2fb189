import assert from "node:assert/strict";
import { assumedWords } from "../../../commands/execution/own_program.ts";
import { flavour } from "../../../commands/cli/version.ts";

const ALLOWED = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);

Deno.test("assumedWords() names files, not the path of a URL", () => {
  assert.deepEqual(assumedWords("file:///with%20blank/%C3%BCn%C3%AF/dist/wave.js"), [
    ...[Deno.execPath(), "run", "--no-config", ...ALLOWED],
    "/with blank/ünï/dist/wave.js",
  ]);
  const map = flavour() === "npm" ? ["--import-map=/with blank/ünï/npm/deno.json"] : [];
  assert.deepEqual(assumedWords("file:///with%20blank/%C3%BCn%C3%AF/main.ts"), [
    ...[Deno.execPath(), "run", "--config=/with blank/ünï/deno.json", ...map, ...ALLOWED],
    "/with blank/ünï/main.ts",
  ]);
});
