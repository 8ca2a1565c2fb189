import assert from "node:assert/strict";
import { usageLimitIn } from "../../../executor/adapters/usage_limit.ts";

/** Local noon, so that the test holds in every zone. */
const NOW = new Date(2026, 1, 20, 12, 0, 30).getTime();
const local = (day: number, hour: number, minute: number) =>
  new Date(2026, 1, day, hour, minute).getTime();
const inMs = (ms: number) => NOW + ms;

const LIMITS: readonly (readonly [string, number | null])[] = [
  ["API Error: Request rejected (429) · Claude AI usage limit reached|1771606800", 1771606800000],
  ["Claude AI usage limit reached|1771606800123", 1771606800123],
  ["You've hit your limit · resets 3pm", local(20, 15, 1)],
  ["You've hit your limit · resets 3:30pm", local(20, 15, 31)],
  ["5-hour limit reached ∙ resets 2am", local(21, 2, 1)],
  ["Weekly limit reached ∙ resets Feb 25, 3pm (UTC)", Date.UTC(2026, 1, 25, 15, 1)],
  ["limit reached, resets Jan 3, 3pm (UTC)", Date.UTC(2027, 0, 3, 15, 1)],
  [
    "You’ve hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro), visit " +
    "https://chatgpt.com/settings/usage to purchase more credits or try again at 12:55 PM.",
    local(20, 12, 56),
  ],
  // Cut to the minute in which it is now.
  ["You've hit your usage limit. Try again at 12:00 PM.", local(20, 12, 1)],
  ["You've hit your usage limit. Try again at Feb 21st, 2026 9:05 AM.", local(21, 9, 6)],
  ["You've hit your usage limit. Try again in 3 days 4 hours 5 minutes.", inMs(273_900_000)],
  ["You exceeded your current quota. Please retry in 30.5s.", inMs(30_500)],
  ["You exceeded your current quota. Please retry in 12h43m37.5s.", inMs(45_817_500)],
  ["Rate limit reached. Please try again in 250ms.", inMs(250)],
  ["limit reached, resets in 8 seconds", inMs(8000)],
  ["API error 429, next try in 3600 s", inMs(3_600_000)],
  ["usage limit reached; resets at 2026-02-20T17:00:00Z", Date.UTC(2026, 1, 20, 17)],
  // No time is told.
  ["You have exhausted your daily quota on this model.", null],
  ["You've hit your usage limit.", null],
  ["usage limit reached; resets at 3pm (Nowhere/AtAll)", null],
];

Deno.test("usageLimitIn() reads when a limit resets", () => {
  for (const [text, until] of LIMITS) assert.deepEqual(usageLimitIn(text, NOW), { until }, text);
});

Deno.test("usageLimitIn() takes nothing else for a limit", () => {
  const others = [
    "",
    "API error 429: no more for now",
    "Rate limit reached for requests",
    "exit code 1: retry in 5 s",
    "time limit of 90s reached",
    "no output for 12s",
    "exceeded retry limit, last status: 500",
    "the budget of $2.00 is used up",
  ];
  for (const text of others) assert.equal(usageLimitIn(text, NOW), null, text);
});
