/** What a reviewer or a judge has answered. Pure. */
import { parseJson } from "../../event/json.ts";
import type { AgentReviewContract } from "../language/model/contract.ts";
import { fieldOf, textOf } from "../language/template/template.ts";

/** So much of an answer's end is looked at, in UTF-16 units. */
const SHOWN = 65_536;

/** Why the reviewer disapproves, or null when it does not. */
export function reasonIn(answer: string, persona: string, mock: boolean): string | null {
  const verdict = lastWith(answer.slice(-SHOWN), ["verdict", "pass"]);
  if (verdict === null) {
    return mock ? null : `${persona} gave no verdict: ${answer.trim().slice(0, 200)}`;
  }
  if (isPass(verdict.answer)) return null;
  const reasons = fieldOf(verdict.whole, ["reasons"]) ?? fieldOf(verdict.whole, ["issues"]) ??
    fieldOf(verdict.whole, ["summary"]) ?? verdict.answer;
  const text = Array.isArray(reasons) ? reasons.map(textOf).join("; ") : textOf(reasons);
  return `${persona} disapproves: ${text}`;
}

function isPass(answer: unknown): boolean {
  return answer === true ||
    (typeof answer === "string" && /^(pass|passed|approve|approved|ok)$/i.test(answer));
}

/** The most braces, from the last one back, at which an object is looked for, and at which it may begin. */
const MOST_ENDS = 32;
const MOST_STARTS = 200;

/** The last JSON object with one of the keys in a text, which may have prose, fences and braces around it. */
function lastWith(
  text: string,
  keys: readonly string[],
): { readonly answer: unknown; readonly whole: unknown } | null {
  const starts = Array.from(text.matchAll(/\{\s*["}]/g), ({ index }) => index);
  let end = text.lastIndexOf("}");
  for (let tried = 0; end >= 0 && tried < MOST_ENDS; tried++) {
    // An object that ends here begins at one place only.
    for (const start of starts.filter((start) => start < end).slice(-MOST_STARTS).reverse()) {
      const value = parseJson(text.slice(start, end + 1));
      const answer = keys.map((key) => fieldOf(value, [key])).find((found) => found !== undefined);
      if (answer !== undefined) return { answer, whole: value };
    }
    end = text.lastIndexOf("}", end - 1);
  }
  return null;
}

/**
 * Why a judge finds too few of the criteria met, or null. Each has one entry in the answer: a judge that
 * passes over one has not judged.
 */
export function judgementIn(
  answer: string,
  { persona, criteria, threshold }: Pick<AgentReviewContract, "persona" | "criteria"> & {
    readonly threshold: number;
  },
  mock: boolean,
): string | null {
  const results = lastWith(answer.slice(-SHOWN), ["results"])?.answer;
  if (!Array.isArray(results)) {
    return mock ? null : `${persona} gave no judgement: ${answer.trim().slice(0, 200)}`;
  }
  if (results.length !== criteria.length) {
    return `${persona} judged ${results.length} of ${criteria.length} criteria`;
  }
  const failed = criteria.flatMap((criterion, index) => {
    if (isPass(fieldOf(results[index], ["pass"]))) return [];
    const reason = fieldOf(results[index], ["reason"]);
    return [reason === undefined ? criterion : `${criterion} (${textOf(reason)})`];
  });
  const met = criteria.length - failed.length;
  if (met / criteria.length >= threshold) return null;
  const percent = Math.round(threshold * 100);
  return `${persona} finds ${met} of ${criteria.length} criteria met, where ${percent}% must be: ${
    failed.join("; ")
  }`;
}
