import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeEvent } from "../../../event/codec.ts";
import { openReader } from "../../../state/open_reader.ts";
import { openForWriting } from "../../../state/sqlite/write_connection.ts";
import { anyRun } from "../../events.ts";
import { project } from "../projects.ts";

const NOW = Date.UTC(2026, 1, 3);
const RUN = "demo-20260202-143022";

/** A trace after an accident: lines lost, doubled, moved, torn, or overwritten. */
const hostile: fc.Arbitrary<Uint8Array> = fc.tuple(
  anyRun(RUN),
  fc.array(
    fc.record({
      what: fc.constantFrom("drop", "double", "swap", "tear", "noise", "edit"),
      at: fc.nat(),
      with: fc.nat(),
      noise: fc.uint8Array({ maxLength: 40 }),
      text: fc.constantFrom("null", "-1", '"x"', "{}", "[]", "1e400", '"__proto__"'),
    }),
    { maxLength: 6 },
  ),
).map(([events, accidents]) => {
  const encoder = new TextEncoder();
  const lines = events.map((event) => encoder.encode(`${encodeEvent(event)}\n`));
  for (const { what, at, with: other, noise, text } of accidents) {
    const index = at % lines.length;
    const line = lines[index];
    if (line === undefined) break;
    if (what === "drop") lines.splice(index, 1);
    else if (what === "double") lines.splice(other % lines.length, 0, line);
    else if (what === "tear") lines[index] = line.slice(0, other % line.length);
    else if (what === "noise") lines[index] = noise;
    else if (what === "swap") {
      const place = other % lines.length;
      lines[index] = lines[place] ?? line;
      lines[place] = line;
    } else {
      // One value somewhere becomes one of another kind.
      const parts = new TextDecoder().decode(line).split(/(?<=":)([^,{}[\]]+)/);
      const place = 1 + 2 * (other % Math.max(1, (parts.length - 1) / 2));
      if (parts[place] !== undefined) parts[place] = text;
      lines[index] = encoder.encode(parts.join(""));
    }
    if (lines.length === 0) break;
  }
  return new Uint8Array(lines.flatMap((line) => [...line]));
});

Deno.test("readers never throw, whatever stands in a trace", () => {
  fc.assert(
    fc.property(hostile, (bytes) => {
      using home = project();
      Deno.writeFileSync(home.paths.trace(RUN), bytes);
      Deno.writeTextFileSync(home.paths.unindexed(RUN), "");
      {
        using traces = openReader(home.root, { now: () => NOW, forceTraces: true });
        const run = traces.run(RUN);
        assert.deepEqual(traces.runs({}).runs, run === null ? [] : [run]);
        assert.deepEqual(traces.idsWithPrefix("", 2), run === null ? [] : [RUN]);
        traces.artifacts(RUN);
        assert.equal(traces.run("another"), null);
      }
      openForWriting(home.paths, { busyTimeoutMs: 0 })[Symbol.dispose]();
      using indexed = openReader(home.root, { now: () => NOW });
      indexed.runs({});
      indexed.artifacts(RUN);
      assert.equal(indexed.provenance.source, "state.db");
    }),
    { numRuns: 400 },
  );
});

Deno.test("readers pass over what is no trace", () => {
  using home = project();
  const outside = Deno.makeTempFileSync();
  try {
    Deno.symlinkSync(outside, home.paths.trace("link"));
    Deno.mkdirSync(home.paths.trace("folder"));
    Deno.writeTextFileSync(`${home.paths.traces}/trace-..log`, "");
    Deno.writeTextFileSync(`${home.paths.traces}/trace-.log`, "");
    Deno.writeTextFileSync(home.paths.trace("empty"), "");
    using reader = openReader(home.root, { now: () => NOW, forceTraces: true });
    assert.deepEqual(reader.runs({}), { runs: [], total: 0 });
    for (const id of ["link", "folder", "empty", "..", "../x", "", "a\0b"]) {
      assert.equal(reader.run(id), null);
      assert.deepEqual(reader.artifacts(id), []);
    }
  } finally {
    Deno.removeSync(outside);
  }
});
