import assert from "node:assert/strict";
import { delay } from "../../../event/delay.ts";
import type { EventDraft, RunEvent } from "../../../event/event.ts";
import { createIndexFeed, type IndexFeedOptions } from "../../../state/recording/index_feed.ts";
import { fold, foldArtifacts } from "../../../state/records/fold.ts";
import type { ArtifactRecord, RunRecord } from "../../../state/records/records.ts";
import { IndexBusyError } from "../../../state/records/run_index.ts";
import { DatabaseError } from "../../../state/sqlite/database_error.ts";
import { eventOf, planned, started } from "../../events.ts";
import { completed, output, running } from "../recordings.ts";

const RUN = "demo-20260202-143022";
const tool = (step_id: string): EventDraft => ({ step_id, state: "tool", data: { tool: "Read" } });

/** A feed over an index that fails as often as told, with a log of what happens in which order. */
class Fixture implements Disposable {
  readonly log: string[] = [];
  readonly warnings: string[] = [];
  /** What the next calls of the index throw. */
  readonly failures: (Error | null)[] = [];
  #seq = 0;
  #record: RunRecord | null = null;
  #artifacts: readonly ArtifactRecord[] = [];
  #called = Promise.withResolvers<void>();
  readonly feed;

  constructor(options: Partial<IndexFeedOptions> = {}) {
    this.feed = createIndexFeed({
      runId: RUN,
      index: {
        append: ({ events, record, traceBytes }) => {
          const which = events.map((event) => event.seq).join(",");
          this.#call(`append ${which} as of ${record.lastSeq}, ${traceBytes} bytes`);
        },
        catchUp: (runId) => this.#call(`catch up ${runId}`),
      },
      listener: (event) => this.log.push(`show ${event.seq}`),
      warn: (reason) => this.warnings.push(reason),
      ...options,
    });
  }

  #call(what: string): void {
    const called = this.#called;
    this.#called = Promise.withResolvers();
    called.resolve();
    const failure = this.failures.shift() ?? null;
    this.log.push(failure === null ? what : `${what}: ${failure.message}`);
    if (failure !== null) throw failure;
  }

  /** Resolves at the next call of the index. */
  get called(): Promise<void> {
    return this.#called.promise;
  }

  add(...drafts: readonly EventDraft[]): void {
    for (const draft of drafts) {
      const event: RunEvent = eventOf(draft, ++this.#seq);
      this.#record = fold(this.#record, event);
      this.#artifacts = foldArtifacts(this.#artifacts, event);
      assert(this.#record);
      this.feed.add(event, this.#record, this.#artifacts, this.#seq * 100);
    }
  }

  /** What was logged since the last call. */
  logged(): string[] {
    return this.log.splice(0);
  }

  [Symbol.dispose](): void {
    this.feed[Symbol.dispose]();
  }
}

const START = started([planned("a"), planned("b")]);

Deno.test("the index feed commits transitions together, before they are shown", async () => {
  using it = new Fixture();
  it.add(START, running("a"));
  assert.deepEqual(it.logged(), []);
  await it.called;
  assert.deepEqual(it.logged(), ["append 1,2 as of 2, 200 bytes", "show 1", "show 2"]);
  assert.equal(await it.feed.finish(), true);
  assert.deepEqual(it.logged(), []);
});

Deno.test("the index feed shows progress at once and commits it in groups, without output", async () => {
  using it = new Fixture({ groupMs: 1 });
  it.add(START);
  await it.called;
  it.logged();
  it.add(tool("a"), output("a", "text"), tool("a"), output("a", "more"));
  assert.deepEqual(it.logged(), ["show 2", "show 3", "show 4", "show 5"]);
  await it.called;
  assert.deepEqual(it.logged(), ["append 2,4 as of 5, 500 bytes"]);
  // Output alone moves the run on, too.
  it.add(output("a", "last"));
  await it.called;
  assert.deepEqual(it.logged(), ["show 6", "append  as of 6, 600 bytes"]);
});

Deno.test("the index feed keeps the order of the trace", async () => {
  using it = new Fixture();
  it.add(START);
  await it.called;
  it.logged();
  it.add(tool("a"), running("a"), output("a", "text"), tool("a"));
  assert.deepEqual(it.logged(), ["show 2"]);
  await it.called;
  assert.deepEqual(it.logged(), [
    "append 2,3,5 as of 5, 500 bytes",
    ...["show 3", "show 4", "show 5"],
  ]);
});

Deno.test("the index feed tries a busy database again, with what came meanwhile", async () => {
  using it = new Fixture({ retryMs: 1 });
  it.failures.push(new IndexBusyError("busy"));
  it.add(START);
  await it.called;
  assert.deepEqual(it.logged(), ["append 1 as of 1, 100 bytes: busy"]);
  it.add(running("a"), output("a", "text"));
  assert.deepEqual(it.logged(), []);
  await it.called;
  assert.deepEqual(it.logged(), [
    "append 1,2 as of 3, 300 bytes",
    ...["show 1", "show 2", "show 3"],
  ]);
  assert.deepEqual(it.warnings, []);
});

Deno.test("the index feed does not try a busy database sooner for what comes meanwhile", async () => {
  using it = new Fixture({ retryMs: 1 << 30 });
  it.failures.push(new IndexBusyError("busy"));
  it.add(START);
  await it.called;
  it.logged();
  it.add(running("a"), tool("a"));
  await delay(0);
  assert.deepEqual(it.logged(), []);
});

Deno.test("the index feed gives a busy database up after so many tries, counted anew each time", async () => {
  using it = new Fixture({ retryMs: 0, tries: 3 });
  const busy = new IndexBusyError("busy");
  it.failures.push(busy, busy, null, busy, busy, busy, busy, busy);
  it.add(START);
  assert.equal(await it.feed.finish(), true);
  assert.deepEqual(it.warnings, []);
  it.add(running("a"));
  // Two of the five are left for catching up, which has as many tries of its own.
  assert.equal(await it.feed.finish(), true);
  assert.deepEqual(it.warnings, ["busy"]);
  const tried = it.logged().map((line) => line.replace(/ as of.*bytes/, ""));
  assert.deepEqual(tried, [
    ...["append 1: busy", "append 1: busy", "append 1", "show 1"],
    ...["append 2: busy", "append 2: busy", "append 2: busy", "show 2"],
    ...[`catch up ${RUN}: busy`, `catch up ${RUN}: busy`, `catch up ${RUN}`],
  ]);
});

Deno.test("the index feed leaves the run unindexed when the database stays busy", async () => {
  using it = new Fixture({ retryMs: 0, tries: 2 });
  it.failures.push(...Array.from({ length: 4 }, () => new IndexBusyError("busy")));
  it.add(START);
  assert.equal(await it.feed.finish(), false);
  assert.deepEqual(it.warnings, ["busy"]);
});

Deno.test("the index feed gives a broken database up at once, and warns once", async () => {
  for (const error of [new DatabaseError("disk full"), new Error("disk full")]) {
    using it = new Fixture();
    it.failures.push(error);
    it.add(START);
    await it.called;
    assert.deepEqual(it.warnings, ["disk full"]);
    assert.equal(it.logged().at(-1), "show 1");
    it.add(running("a"), tool("a"), completed("a"));
    assert.deepEqual(it.logged(), ["show 2", "show 3", "show 4"]);
    it.failures.push(error);
    assert.equal(await it.feed.finish(), false);
    assert.deepEqual(it.warnings, ["disk full"]);
  }
});

Deno.test("the index feed without a database passes events on", async () => {
  using it = new Fixture({ index: null });
  it.add(START, output("a", "text"));
  assert.deepEqual(it.logged(), ["show 1", "show 2"]);
  assert.equal(await it.feed.finish(), false);
  assert.deepEqual(it.warnings, []);
});

Deno.test("the index feed commits what is left when it is disposed of, or forgets it", () => {
  for (const failure of [null, new IndexBusyError("busy")]) {
    const it = new Fixture();
    it.failures.push(failure);
    it.add(START);
    it[Symbol.dispose]();
    const committed = ["append 1 as of 1, 100 bytes", "show 1"];
    assert.deepEqual(it.logged(), failure === null ? committed : [`${committed[0]}: busy`]);
  }
});
