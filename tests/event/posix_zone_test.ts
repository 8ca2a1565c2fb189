import assert from "node:assert/strict";
import { parsePosixZone } from "../../event/posix_zone.ts";

const MINUTE = 60_000;

Deno.test("parsePosixZone() reads offsets, and changes to the millisecond", () => {
  const cases: [string, string, number][] = [
    ["UTC0", "2026-07-01T00:00:00Z", 0],
    ["JST-9", "2026-07-01T00:00:00Z", 540],
    ["<+0330>-3:30", "2026-07-01T00:00:00Z", 210],
    ["<-03>3", "2026-07-01T00:00:00Z", -180],
    ["EST+5", "2026-07-01T00:00:00Z", -300],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T00:59:59.999Z", 60],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2026-03-29T01:00:00Z", 120],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59.999Z", 120],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", 60],
    // Says not when: as in the USA.
    ["CET-1CEST", "2026-03-08T00:59:59Z", 60],
    ["CET-1CEST", "2026-03-08T01:00:00Z", 120],
    // Summer time of two hours, and of the south.
    ["AAA0BBB-2,M3.5.0,M10.5.0", "2026-07-01T00:00:00Z", 120],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", 660],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z", 600],
    // Day 60 is 1 March in every year when 29 February is not counted, and in no leap year when it is.
    ["AAA0BBB,J60/0,J300/0", "2024-02-29T23:59:59Z", 0],
    ["AAA0BBB,J60/0,J300/0", "2024-03-01T00:00:00Z", 60],
    ["AAA0BBB,59/0,300/0", "2024-02-29T00:00:00Z", 60],
    ["AAA0BBB,59/0,300/0", "2023-03-01T00:00:00Z", 60],
    // All the year.
    ["AAA5BBB,0/0,J365/25", "2026-01-01T05:00:00Z", -240],
    ["AAA5BBB,0/0,J365/25", "2027-01-01T04:59:59Z", -240],
  ];
  for (const [zone, at, minutes] of cases) {
    assert.equal(parsePosixZone(zone)?.(Date.parse(at)), minutes * MINUTE, `${zone} at ${at}`);
  }
});

Deno.test("parsePosixZone() takes nothing else", () => {
  for (
    const text of [
      ...["", "UTC", "Europe/Berlin", "CET", "Etc/GMT+5", "CE-1", "<>-1", "CET-1CEST,", "5"],
      ...["CET-1CEST,M3.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0/3 ", "\nUTC0"],
    ]
  ) assert.equal(parsePosixZone(text), null, text);
});

Deno.test("parsePosixZone() agrees with the zones of the same rules, each hour of two years", () => {
  const zones = {
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "Europe/Dublin": "IST-1GMT0,M10.5.0,M3.5.0/1",
    "America/Nuuk": "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
    "Australia/Lord_Howe": "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
  };
  for (const [name, rule] of Object.entries(zones)) {
    const offset = parsePosixZone(rule);
    assert(offset !== null);
    const known = new Intl.DateTimeFormat("sv", {
      timeZone: name,
      dateStyle: "short",
      timeStyle: "medium",
    });
    for (let ms = Date.UTC(2027, 0); ms < Date.UTC(2029, 0); ms += 60 * MINUTE) {
      const local: string = new Date(ms + offset(ms)).toISOString().slice(0, 19).replace("T", " ");
      assert.equal(local, known.format(ms), rule);
    }
  }
});
