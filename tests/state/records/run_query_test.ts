import assert from "node:assert/strict";
import { fold } from "../../../state/records/fold.ts";
import type { ObservedRun } from "../../../state/records/records.ts";
import { cut, matcher, newestFirst } from "../../../state/records/run_query.ts";
import type { RunQuery } from "../../../state/records/run_reader.ts";
import { eventOf, started } from "../../events.ts";

const AT = Date.UTC(2026, 1, 2);
const RUN = { id: "demo-1", pipeline: "demo", startedAt: AT };

Deno.test("matcher() takes the moments that it is given for included", () => {
  const cases: [RunQuery, boolean][] = [
    [{}, true],
    [{ since: AT }, true],
    [{ since: AT + 1 }, false],
    [{ until: AT }, true],
    [{ until: AT - 1 }, false],
    [{ since: AT, until: AT }, true],
    [{ pipeline: "demo" }, true],
    [{ pipeline: "de*" }, true],
    [{ pipeline: "dem" }, false],
    [{ ids: ["demo-1"] }, true],
    [{ ids: ["demo"] }, false],
    // A filter that names nothing selects nothing.
    [{ ids: [] }, false],
    [{ since: AT, pipeline: "other" }, false],
  ];
  for (const [query, selected] of cases) {
    assert.equal(matcher(query).head(RUN), selected, JSON.stringify(query));
  }
});

Deno.test("newestFirst() orders by start, then by id from the end of the alphabet", () => {
  const run = (id: string, startedAt: number) => ({ id, startedAt });
  const sorted = [run("a", 1), run("c", 2), run("b", 2), run("d", 3)].sort(newestFirst);
  assert.deepEqual(sorted.map(({ id }) => id), ["d", "c", "b", "a"]);
  assert.equal(newestFirst(run("a", 1), run("a", 1)), 0);
});

Deno.test("cut() takes `limit` behind `offset`", () => {
  const all = [1, 2, 3, 4];
  const cases: [RunQuery, number[]][] = [
    [{}, all],
    [{ limit: 2 }, [1, 2]],
    [{ limit: 0 }, []],
    [{ limit: 9 }, all],
    [{ offset: 1 }, [2, 3, 4]],
    [{ offset: 4 }, []],
    [{ offset: 1, limit: 2 }, [2, 3]],
    [{ offset: 3, limit: 2 }, [4]],
  ];
  for (const [query, page] of cases) assert.deepEqual(cut(query, all), page, JSON.stringify(query));
});

Deno.test("matcher() looks at the observed status, not at the recorded one", () => {
  const record = fold(null, eventOf(started([]), 1));
  assert(record);
  const run: ObservedRun = {
    ...{ record, liveness: "interrupted", status: "failed", errorMessage: "gone" },
    ...{ completedAt: null, cancelling: false, pauses: [], elapsedMs: 0, wallMs: 0, steps: [] },
  };
  assert.equal(matcher({ statuses: ["failed", "completed"] }).run(run), true);
  assert.equal(matcher({ statuses: ["running"] }).run(run), false);
  assert.equal(matcher({ statuses: [] }).run(run), false);
  assert.equal(matcher({ statuses: ["failed"], pipeline: "other" }).run(run), false);
});
