/** What a manifest says that models cost: `pricing: { <model>: { input, output, … } }`. */
import * as z from "zod/mini";
import type { ModelPrice, Pricing, Rates } from "../model/pricing.ts";
import type { Report } from "../source/file_diagnostics.ts";
import { fit } from "../source/fit_shape.ts";
import { describe, type Path } from "../source/yaml_source.ts";
import { FOREIGN_PRICE_KEYS } from "./foreign_keys.ts";

const anything = z.optional(z.unknown());

export const PriceShape = z.strictObject({
  input: anything,
  output: anything,
  cache_read: anything,
  cache_write: anything,
});

const HINT = "prices are US dollars a million tokens: { input: 1.25, output: 10 }";

/** The prices that are whole; each of the others is an error. */
export function pricingOf(data: unknown, report: Report): Pricing {
  const models = data === undefined || data === null
    ? null
    : fit(z.record(z.string(), z.unknown()), data, ["pricing"], report);
  return Object.entries(models ?? {}).flatMap(([models, price]): ModelPrice[] => {
    const rates = ratesOf(price, ["pricing", models], report);
    return rates === null ? [] : [{ models, rates }];
  });
}

function ratesOf(data: unknown, path: Path, report: Report): Rates | null {
  const shape = fit(PriceShape, data ?? {}, path, report, FOREIGN_PRICE_KEYS);
  if (shape === null) return null;
  const errors = report.errors;
  const input = priceOf(shape.input, [...path, "input"], report);
  const output = priceOf(shape.output, [...path, "output"], report);
  if (input === null || output === null) {
    // What is wrong was told already; what is missing was not.
    if (report.errors === errors) report.error("missing_key", path, missing(input, output), HINT);
    return null;
  }
  const cacheRead = priceOf(shape.cache_read, [...path, "cache_read"], report);
  const cacheWrite = priceOf(shape.cache_write, [...path, "cache_write"], report);
  return {
    ...{ input, output },
    ...cacheRead === null ? {} : { cacheRead },
    ...cacheWrite === null ? {} : { cacheWrite },
  };
}

/** Null of none. */
function priceOf(value: unknown, path: Path, report: Report): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  const wrong = typeof value === "number" ? String(value) : describe(value);
  report.error("wrong_value", path, `"${String(path.at(-1))}" must be a price, not ${wrong}`, HINT);
  return null;
}

function missing(input: number | null, output: number | null): string {
  const names = [...input === null ? [`"input"`] : [], ...output === null ? [`"output"`] : []];
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} missing`;
}
