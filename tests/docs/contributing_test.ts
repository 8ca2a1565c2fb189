import assert from "node:assert/strict";
import { LAYERS } from "../lint/folder_table.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("CONTRIBUTING.md names files and folders that there are", async () => {
  const text = await Deno.readTextFile(new URL("CONTRIBUTING.md", ROOT));
  const tops = [...Object.keys(LAYERS), "tests", "bench", "docs", "npm"].join("|");
  const named = text.matchAll(new RegExp(`\`((?:${tops})/[\\w/.]*)\``, "g"));
  const paths = [...named].map(([, path = ""]) => path);
  assert(paths.length > 50);
  for (const path of new Set(paths)) {
    await assert.doesNotReject(Deno.stat(new URL(path, ROOT)), path);
  }
});
