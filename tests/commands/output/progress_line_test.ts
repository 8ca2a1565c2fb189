import assert from "node:assert/strict";
import type { Context, Output } from "../../../commands/cli/command.ts";
import { progressLine } from "../../../commands/output/progress_line.ts";

function contextWith(stderr: Partial<Output>): { context: Context; written: string[] } {
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  const context = { quiet: false, stderr: { width: 80, height: 24, write, ...stderr } };
  return { context: context as unknown as Context, written };
}

Deno.test("progressLine() draws one line over itself, without control sequences", () => {
  const { context, written } = contextWith({ isTerminal: true, width: 30 });
  {
    using progress = progressLine(context, "removing runs", { afterMs: 0 });
    progress.show(9, 1200);
    progress.show(1200, 1200);
  }
  assert.deepEqual(written, [
    "\rremoving runs: 9 of 1,200 (0 ",
    "\rremoving runs: 1,200 of 1,200",
    `\r${" ".repeat(29)}\r`,
  ]);
});

Deno.test("progressLine() shows nothing where there is no terminal, or of short work", () => {
  for (const [isTerminal, afterMs] of [[false, 0], [true, 60_000]] as const) {
    const { context, written } = contextWith({ isTerminal });
    {
      using progress = progressLine(context, "removing runs", { afterMs });
      progress.show(1, 2);
    }
    assert.deepEqual(written, []);
  }
});
