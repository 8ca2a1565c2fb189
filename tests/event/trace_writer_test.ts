import assert from "node:assert/strict";
import { createTrace, reopenTrace, TraceWriter } from "../../event/trace_writer.ts";
import { FakeTraceFile } from "../trace_file.ts";

Deno.test("TraceWriter appends whole lines, each with one write", () => {
  const file = new FakeTraceFile();
  using writer = new TraceWriter(file, "trace", 10);
  writer.append("one");
  writer.append("zwölf");
  assert.equal(file.text, "one\nzwölf\n");
  assert.deepEqual(file.calls, ["write", "write"]);
  assert.equal(writer.bytes, 10 + 4 + 7);
});

Deno.test("TraceWriter writes the rest of a line that the disk took in part", () => {
  const file = new FakeTraceFile();
  file.atOnce = 2;
  using writer = new TraceWriter(file, "trace", 0);
  writer.append("abcd");
  assert.equal(file.text, "abcd\n");
  assert.equal(writer.bytes, 5);
});

Deno.test("TraceWriter takes back what was written of a line that fails", () => {
  for (const room of [0, 2]) {
    const file = new FakeTraceFile();
    using writer = new TraceWriter(file, "trace", 0);
    writer.append("one");
    file.room = room;
    assert.throws(() => writer.append("two"), { code: "trace_write_failed" });
    assert.deepEqual([file.text, writer.bytes], ["one\n", 4]);
  }
});

Deno.test("TraceWriter gives both reasons when the torn line cannot be taken back either", () => {
  const file = new FakeTraceFile();
  file.room = 0;
  file.isWell = false;
  using writer = new TraceWriter(file, "trace", 0);
  assert.throws(() => writer.append("x"), { message: /nor could the torn line be taken back/ });
});

Deno.test("TraceWriter.sync() has the disk take the data", async () => {
  const file = new FakeTraceFile();
  using writer = new TraceWriter(file, "trace", 0);
  writer.append("one");
  await writer.sync();
  assert.deepEqual(file.calls, ["write", "sync"]);
  file.isWell = false;
  await assert.rejects(writer.sync(), {
    code: "trace_write_failed",
    message: 'Cannot sync the trace "trace": Input/output error',
  });
});

Deno.test("TraceWriter closes its file once", () => {
  const file = new FakeTraceFile();
  const writer = new TraceWriter(file, "trace", 0);
  writer[Symbol.dispose]();
  writer[Symbol.dispose]();
  assert.deepEqual(file.calls, ["close"]);
});

Deno.test("createTrace() makes a private file, and never opens one that is there", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/trace-x.log`;
  {
    using writer = createTrace(path);
    writer.append("one");
    assert.equal(writer.bytes, 4);
  }
  assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
  Deno.symlinkSync(`${folder}/nowhere`, `${folder}/dangling`);
  for (const taken of [path, `${folder}/dangling`]) {
    assert.throws(() => createTrace(taken), Deno.errors.AlreadyExists);
  }
  assert.throws(() => createTrace(`${folder}/missing/trace`), { code: "trace_write_failed" });
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("reopenTrace() goes on behind the last line, which it ends if it is torn", () => {
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/trace-x.log`;
  const cases: [string, string, number][] = [
    ["", "two\n", 0],
    ["one\n", "one\ntwo\n", 4],
    ["one\n{torn", "one\n{torn\ntwo\n", 10],
  ];
  for (const [before, after, bytes] of cases) {
    Deno.writeTextFileSync(path, before);
    {
      using writer = reopenTrace(path);
      assert.equal(writer.bytes, bytes, before);
      writer.append("two");
    }
    assert.equal(Deno.readTextFileSync(path), after);
  }
  Deno.symlinkSync(path, `${folder}/link`);
  Deno.mkdirSync(`${folder}/folder`);
  for (const name of ["link", "folder", "missing"]) {
    assert.throws(() => reopenTrace(`${folder}/${name}`), { code: "trace_write_failed" }, name);
  }
  Deno.removeSync(folder, { recursive: true });
});
