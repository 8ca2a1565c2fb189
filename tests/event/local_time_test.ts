import assert from "node:assert/strict";
import { clockTime, localDay, zoneOf } from "../../event/local_time.ts";

Deno.test("localDay() and clockTime() tell the local time", () => {
  const at = new Date(2026, 1, 2, 14, 30, 22).getTime();
  assert.equal(`${localDay(at)} ${clockTime(at)}`, "2026-02-02 14:30:22");
});

Deno.test("zoneOf() reads the rule of a zone's file, and leaves names to the runtime", async () => {
  const july = Date.UTC(2026, 6, 1);
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "TZif2\0\u0001\n\nTZif2\n<+01>-1<+02>,M3.5.0,M10.5.0/3\n");
    for (const path of [file, `:${file}`]) assert.equal(zoneOf(path)?.(july), 7_200_000);
  } finally {
    await Deno.remove(file);
  }
  assert.equal(zoneOf("/not/there")?.(july), 0);
  for (const name of ["", "Europe/Berlin", ":Europe/Berlin"]) assert.equal(zoneOf(name), null);
});
