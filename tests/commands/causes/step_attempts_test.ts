import { deepStrictEqual } from "node:assert/strict";
import { attemptDifference, attemptsOf } from "../../../commands/causes/step_attempts.ts";
import { started } from "../../events.ts";
import { begun, ended, retrying, storyOf } from "./stories.ts";

Deno.test("attemptsOf() tells of each attempt what it said itself, and not how many there were", () => {
  const story = storyOf([
    started([{ id: "a", persona: null, dependencies: [], digest: "d" }]),
    begun("a", 1),
    retrying("a", "exit code 1"),
    begun("a", 2),
    ended("a", "failed", "exit code 1 (in each of 2 attempts)", 2),
    { end: "failed", why: "step a failed: exit code 1" },
  ]);
  const attempts = attemptsOf(story, "a");
  deepStrictEqual(attempts.map(({ message }) => message), ["exit code 1", "exit code 1"]);
  deepStrictEqual(attemptDifference(attempts), "same");
});
