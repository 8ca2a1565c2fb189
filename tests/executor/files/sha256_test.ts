import assert from "node:assert/strict";
import { sha256OfFile, sha256OfText } from "../../../executor/files/sha256.ts";

const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Deno.test("sha256OfText() is the digest of the text in UTF-8", async () => {
  assert.equal(await sha256OfText(""), NOTHING);
  assert.equal(await sha256OfText("abc"), ABC);
  assert.equal(
    await sha256OfText("ä"),
    "33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc",
  );
});

/** Of so many zeros. */
const ZEROS: [size: number, digest: string][] = [
  [0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  [1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"],
  [1048575, "ca7ed0c4a8e67cbdc461c4cb0d286d2fabbd9f0c41a7f42b665f72ebaa8aec56"],
  [1048576, "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"],
  [1048577, "2cb74edba754a81d121c9db6833704a8e7d417e5b13d1a19f4a52f007d644264"],
  [3145728, "bbd05cf6097ac9b1f89ea29d2542c1b7b67ee46848393895f5a9e43fa1f621e5"],
];

Deno.test("sha256OfFile() is the same in one piece and in many", async () => {
  const path = await Deno.makeTempFile();
  try {
    for (const [size, digest] of ZEROS) {
      await Deno.truncate(path, 0);
      await Deno.truncate(path, size);
      const file = await Deno.open(path);
      assert.equal(await sha256OfFile(file, size), digest, String(size));
    }
  } finally {
    await Deno.remove(path);
  }
});
