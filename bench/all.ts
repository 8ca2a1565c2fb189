/**
 * Runs the benchmarks one after the other, or those that are named: `deno task bench [name…]`. Flags for
 * deno, such as an import map, may stand before the names. Speed is measured here and asserted nowhere.
 */

const NAMES = [
  "commands",
  "readers",
  "reading_log",
  "recording",
  "following",
  "contention",
  "scheduler",
  "clean",
];
const PERMISSIONS = ["read", "write", "run", "env", "sys"].map((name) => `--allow-${name}`);

const flags = Deno.args.filter((arg) => arg.startsWith("-"));
const named = Deno.args.filter((arg) => arg !== "" && !arg.startsWith("-"));
const unknown = named.filter((name) => !NAMES.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are ${NAMES.join(", ")}`);
  Deno.exit(2);
}
for (const name of named.length > 0 ? named : NAMES) {
  console.log(`\n# ${name}`);
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, ...PERMISSIONS, new URL(`${name}.ts`, import.meta.url).pathname],
  }).spawn().status;
  if (!success) Deno.exit(1);
}
