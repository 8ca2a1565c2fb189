import assert from "node:assert/strict";
import fc from "fast-check";
import { encodeEvent } from "../../../event/codec.ts";
import { fold, foldArtifacts } from "../../../state/records/fold.ts";
import type { ArtifactRecord, RunRecord } from "../../../state/records/records.ts";
import { foldTrace, lastEvent, readRecord } from "../../../state/trace/trace_fold.ts";
import { openTrace } from "../../../state/trace/trace_scan.ts";
import { anyRun } from "../../events.ts";

Deno.test("foldTrace() and readRecord() give what folding every event gives, also in two parts", () => {
  const path = Deno.makeTempFileSync();
  fc.assert(
    fc.property(anyRun(), fc.nat(), (events, at) => {
      const cut = at % (events.length + 1);
      const text = (some: typeof events) => some.map((event) => `${encodeEvent(event)}\n`).join("");
      const record = events.reduce(fold, null as RunRecord | null);
      const artifacts = events.reduce(foldArtifacts, [] as readonly ArtifactRecord[]);
      Deno.writeTextFileSync(path, `${text(events.slice(0, cut))}{"torn`);
      using file = openTrace(path);
      assert(file);
      const part = foldTrace(file);
      assert.deepEqual(part.record, events.slice(0, cut).reduce(fold, null as RunRecord | null));
      // The next owner closes the torn line and goes on.
      Deno.writeTextFileSync(path, `\n${text(events.slice(cut))}`, { append: true });
      const bytes = Deno.statSync(path).size;
      const whole = { record, artifacts, bytes };
      assert.deepEqual(foldTrace(file, part), whole);
      assert.deepEqual(foldTrace(file), whole);
      assert.deepEqual(readRecord(file), record);
    }),
    { numRuns: 200 },
  );
  Deno.removeSync(path);
});

Deno.test("lastEvent() passes over damaged lines at the end", () => {
  const path = Deno.makeTempFileSync();
  const [events = []] = fc.sample(anyRun(), { numRuns: 1, seed: 3 });
  const text = events.map((event) => `${encodeEvent(event)}\n`).join("");
  Deno.writeTextFileSync(path, `${text}{"torn\n\nnot JSON\n`);
  using file = openTrace(path);
  assert(file);
  assert.equal(lastEvent(file)?.seq, events.at(-1)?.seq);
  Deno.removeSync(path);
});
