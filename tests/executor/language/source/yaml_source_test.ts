import assert from "node:assert/strict";
import {
  MAX_BYTES,
  parseSource,
  readSource,
} from "../../../../executor/language/source/yaml_source.ts";

const codes = (text: string) => parseSource("f.yaml", text).diagnostics.map(({ code }) => code);

Deno.test("parseSource() keeps the place of every value and key", () => {
  const source = parseSource("f.yaml", "a:\n  - b: 1\n    c: [x, 'y']\n");
  assert.deepEqual(JSON.parse(JSON.stringify(source.data)), { a: [{ b: 1, c: ["x", "y"] }] });
  assert.deepEqual(source.at(["a", 0, "c", 1]), { line: 3, column: 12 });
  assert.deepEqual(source.keyAt(["a", 0, "c"]), { line: 3, column: 5 });
  assert.deepEqual(source.at(["a", 0, "missing", "deeper"]), { line: 2, column: 5 });
  assert.deepEqual(source.at(["nowhere"]), { line: 1, column: 1 });
});

Deno.test("parseSource() follows aliases and merge keys", () => {
  const text = "base: &b { x: 1, y: 2 }\nuse:\n  <<: *b\n  y: 3\nlist: [*b]\n";
  const { data } = parseSource("f.yaml", text);
  assert.deepEqual(JSON.parse(JSON.stringify(data)), {
    base: { x: 1, y: 2 },
    use: { y: 3, x: 1 },
    list: [{ x: 1, y: 2 }],
  });
});

Deno.test("parseSource() takes __proto__ for a key like any other", () => {
  const { data } = parseSource("f.yaml", "__proto__: { polluted: true }\n");
  assert.deepEqual(Object.keys(Object(data)), ["__proto__"]);
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

Deno.test("parseSource() refuses bombs and depth", () => {
  const ten = (text: string) => Array(10).fill(text).join(",");
  let bomb = `a0: &a0 [${ten("x")}]\n`;
  for (let i = 1; i < 12; i++) bomb += `a${i}: &a${i} [${ten(`*a${i - 1}`)}]\n`;
  assert.deepEqual(codes(bomb), ["too_many_values"]);
  assert.deepEqual(codes("[".repeat(200_000)), ["too_deep"]);
  assert.deepEqual(codes("{a: ".repeat(50_000)), ["too_deep"]);
  assert.deepEqual(codes("- ".repeat(50_000) + "a"), ["too_deep"]);
  assert.deepEqual(codes(`${"[".repeat(60)}${"]".repeat(60)}`), ["too_deep"]);
  assert.deepEqual(codes("a: &a\n  b: *a\n"), ["yaml_syntax"]);
});

Deno.test("readSource() says what is wrong with a file", async () => {
  const root = Deno.makeTempDirSync();
  try {
    const read = (file: string) => readSource(root, file).diagnostics.map(({ code }) => code);
    Deno.writeFileSync(`${root}/bytes.yaml`, new Uint8Array([0xff, 0xfe, 0x00]));
    Deno.mkdirSync(`${root}/folder.yaml`);
    Deno.symlinkSync("loop.yaml", `${root}/loop.yaml`);
    await new Deno.Command("mkfifo", { args: [`${root}/pipe.yaml`] }).output();
    using large = Deno.createSync(`${root}/large.yaml`);
    large.truncateSync(100 * MAX_BYTES);
    assert.deepEqual(read("bytes.yaml"), ["not_utf8"]);
    assert.deepEqual(read("folder.yaml"), ["not_a_file"]);
    assert.deepEqual(read("pipe.yaml"), ["not_a_file"]);
    assert.deepEqual(read("loop.yaml"), ["file_unreadable"]);
    assert.deepEqual(read("gone.yaml"), ["file_not_found"]);
    assert.deepEqual(read("large.yaml"), ["file_too_large"]);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
});

Deno.test("parseSource() tells the place of a mistake behind another one, once for each place", () => {
  const places = (text: string) =>
    parseSource("a.yaml", text).diagnostics.map(({ line, column }) => `${line}:${column}`);
  assert.deepEqual(places("[]o\ns: {"), ["1:3", "2:5"]);
  assert.deepEqual(places("a: b\n c: d\n"), ["1:4"]);
  assert.deepEqual(places("a: [\n b\nc: 1"), ["3:1"]);
});

Deno.test("parseSource() knows how numbers and booleans are written, in anchors and merged maps, too", () => {
  const source = parseSource(
    "a.yaml",
    "base: &b { v: 2.20, w: 0o17 }\nuse: { v: 1.10, <<: *b }\nlist: [*b, True, ~, x]\n",
  );
  assert.equal(source.written(["use", "v"]), "1.10");
  assert.equal(source.written(["use", "w"]), "0o17");
  assert.equal(source.written(["list", 0, "v"]), "2.20");
  assert.deepEqual([1, 2, 3].map((index) => source.written(["list", index])), ["True", null, "x"]);
  assert.equal(source.written(["use", "toString"]), undefined);
});
