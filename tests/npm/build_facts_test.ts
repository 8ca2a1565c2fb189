import assert from "node:assert/strict";
import { flavour, flavourOf } from "../../commands/cli/version.ts";
import { buildFacts } from "../../npm/build_facts.ts";
import { packageFlags, REPOSITORY } from "../start_program.ts";

const made = async (flags: readonly string[]) =>
  (await buildFacts(REPOSITORY, flags))("%wave-flavour%");

Deno.test("buildFacts() tells the flavour that the flags make, whatever the build itself runs on", async () => {
  assert.equal(await made([]), "jsr");
  assert.equal(await made([`--import-map=${REPOSITORY}npm/deno.json`]), "npm");
  assert.equal(await made(packageFlags()), flavour());
});

Deno.test("flavourOf() tells the stand-ins from the packages", () => {
  assert.equal(flavourOf("jsr:@std/path@1.1.6"), "jsr");
  assert.equal(flavourOf("file:///std/path/mod.ts"), "jsr");
  assert.equal(flavourOf("file:///wave/npm/std_path.ts"), "npm");
  assert.equal(flavourOf("./std_path.ts"), "npm");
});
