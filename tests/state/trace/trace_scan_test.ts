import assert from "node:assert/strict";
import fc from "fast-check";
import { firstLine, openTrace, scanBackward, scanTrace } from "../../../state/trace/trace_scan.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function withFile(content: string, use: (file: Deno.FsFile) => void): void {
  const path = Deno.makeTempFileSync();
  Deno.writeTextFileSync(path, content);
  {
    using file = openTrace(path);
    assert(file);
    use(file);
  }
  Deno.removeSync(path);
}

/** Short lines, empty ones, and some longer than what is read at once. */
const anyLine = fc.oneof(
  { weight: 8, arbitrary: fc.string().map((line) => line.replaceAll("\n", " ")) },
  { weight: 2, arbitrary: fc.constantFrom("", "needle", '"state":"output" x', "é".repeat(7)) },
  { weight: 1, arbitrary: fc.nat(120_000).map((n) => `long needle ${"y".repeat(n)}`) },
);
const anyContent = fc.tuple(fc.array(anyLine), fc.constantFrom("", "torn"), fc.constantFrom(1, 40));

Deno.test("scanTrace() and scanBackward() visit every whole line once", () => {
  fc.assert(
    fc.property(anyContent, ([some, torn, times]) => {
      const lines = Array(times).fill(some).flat();
      const content = lines.map((line) => `${line}\n`).join("");
      withFile(content + torn, (file) => {
        const forward: string[] = [];
        const size = new TextEncoder().encode(content).length;
        const end = scanTrace(file, {}, (line, at) => {
          assert.equal(
            at,
            forward.reduce((sum, one) => sum + new TextEncoder().encode(one).length + 1, 0),
          );
          forward.push(text(line));
        });
        assert.equal(end, size);
        assert.deepEqual(forward, lines);
        const backward: string[] = [];
        scanBackward(file, (line) => void backward.unshift(text(line)));
        assert.deepEqual(backward, lines);
        const first = firstLine(file);
        assert.equal(first === null ? undefined : text(first), lines[0]);
      });
    }),
    { numRuns: 40 },
  );
});

Deno.test("scanTrace() visits the lines that have, or lack, a text", () => {
  fc.assert(
    fc.property(anyContent, ([some, torn, times]) => {
      const lines: string[] = Array(times).fill(some).flat();
      withFile(lines.map((line) => `${line}\n`).join("") + torn, (file) => {
        const seen = { having: [] as string[], lacking: [] as string[] };
        scanTrace(file, { having: "needle" }, (line) => void seen.having.push(text(line)));
        scanTrace(file, { lacking: "needle" }, (line) => void seen.lacking.push(text(line)));
        assert.deepEqual(seen.having, lines.filter((line) => line.includes("needle")));
        assert.deepEqual(seen.lacking, lines.filter((line) => !line.includes("needle")));
      });
    }),
    { numRuns: 40 },
  );
});

Deno.test("scanTrace() goes on where it stopped, and stays within its range", () => {
  withFile("one\ntwo\nthree\nfo", (file) => {
    const seen: string[] = [];
    const stop = scanTrace(file, {}, (line) => {
      seen.push(text(line));
      return false;
    });
    assert.equal(stop, 4);
    const end = scanTrace(file, { from: stop, to: 12 }, (line) => void seen.push(text(line)));
    assert.equal(end, 8);
    assert.deepEqual(seen, ["one", "two"]);
    scanBackward(file, (line) => void seen.push(text(line)), end);
    assert.deepEqual(seen, ["one", "two", "two", "one"]);
  });
});

Deno.test("openTrace() takes plain files only", () => {
  const folder = Deno.makeTempDirSync();
  Deno.writeTextFileSync(`${folder}/plain`, "");
  Deno.symlinkSync(`${folder}/plain`, `${folder}/link`);
  for (const name of ["link", "missing", "."]) assert.equal(openTrace(`${folder}/${name}`), null);
  openTrace(`${folder}/plain`)?.close();
  Deno.removeSync(folder, { recursive: true });
});
