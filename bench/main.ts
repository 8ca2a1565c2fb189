/**
 * Runs benchmarks: `deno task bench [name] [number]`, all of them without a name. They print ratios, and
 * nothing is asserted. Whole commands are measured from the bundle in `dist/`, which the task builds first.
 */
import clean from "./clean.ts";
import commands from "./commands.ts";
import following from "./following.ts";
import readers from "./readers.ts";
import readingLog from "./reading_log.ts";
import recording from "./recording.ts";
import redaction from "./redaction.ts";
import scheduler from "./scheduler.ts";
import starts from "./starts.ts";
import validating from "./validating.ts";

const BENCHMARKS: Readonly<Record<string, (size?: number) => Promise<void>>> = {
  starts,
  commands,
  "reading-log": readingLog,
  following,
  recording,
  redaction,
  scheduler,
  clean,
  readers,
  validating,
};

const [name, size] = Deno.args;
const chosen = Object.entries(BENCHMARKS).filter(([each]) => name === undefined || each === name);
if (chosen.length === 0) {
  console.error(`no such benchmark; there are ${Object.keys(BENCHMARKS).join(", ")}`);
  Deno.exit(2);
}
for (const [each, run] of chosen) {
  console.log(`\n${each}`);
  await run(size === undefined ? undefined : Number(size));
}
