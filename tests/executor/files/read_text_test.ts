import assert from "node:assert/strict";
import { readStart, readText } from "../../../executor/files/read_text.ts";

function inFolder(test: (folder: string) => void) {
  const folder = Deno.makeTempDirSync();
  try {
    test(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("readText() refuses what is too large, and what is no file", () => {
  inFolder((folder) => {
    const path = `${folder}/a`;
    Deno.writeTextFileSync(path, "héllo");
    assert.equal(readText(path, "a"), "héllo");
    Deno.truncateSync(path, 16 << 20);
    assert.equal(readText(path, "a").length, (16 << 20) - 1);
    Deno.truncateSync(path, (16 << 20) + 1);
    assert.throws(() => readText(path, "a"), { code: "artifact_too_large" });
    new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).outputSync();
    assert.throws(() => readText(`${folder}/pipe`, "pipe"), { code: "artifact_not_a_file" });
    assert.throws(() => readText(folder, "folder"), { code: "artifact_not_a_file" });
  });
});

Deno.test("readStart() reads no more than asked for, and no half a character", () => {
  inFolder((folder) => {
    const path = `${folder}/a`;
    Deno.writeTextFileSync(path, "aébc");
    assert.deepEqual([0, 1, 2, 3, 5, 99].map((bytes) => readStart(path, "a", bytes)), [
      "",
      "a",
      "a",
      "aé",
      "aébc",
      "aébc",
    ]);
  });
});
