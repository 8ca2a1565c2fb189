/** From the nodes of a YAML document to plain data with places. */
import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from "yaml";
import { type Diagnostic, quote } from "./diagnostic.ts";
import type { Position } from "../model/source_text.ts";

/** Deeper values are refused; real pipelines have less than ten levels. */
export const MAX_DEPTH = 40;
/** Values in all, each alias counted with all that it repeats. */
export const MAX_VALUES = 100_000;

type Path = readonly (string | number)[];

/** Is told what is wrong with the values. */
export type ReportValue = (
  severity: Diagnostic["severity"],
  code: string,
  at: number,
  message: string,
) => void;

/** Reads nodes into plain data, each alias once more, and notes where each value stands. */
export class YamlReader {
  readonly values = new Map<string, Position>();
  readonly keys = new Map<string, Position>();
  readonly #positionAt: (offset: number) => Position;
  readonly #report: ReportValue;
  readonly #anchors = new Map<string, Node>();
  readonly #asWritten: boolean;
  #count = 0;
  #stopped = false;

  /** @param asWritten Every scalar as the text that the file has: `1.10`, `0755`, `true`. */
  constructor(
    positionAt: (offset: number) => Position,
    report: ReportValue,
    { asWritten }: { readonly asWritten: boolean },
  ) {
    this.#asWritten = asWritten;
    this.#positionAt = positionAt;
    this.#report = report;
  }

  read(node: Node | null): unknown {
    return this.#value(node, [], node?.range?.[0] ?? 0);
  }

  position(path: Path, table: ReadonlyMap<string, Position>): Position {
    for (let length = path.length; length > 0; length--) {
      const key = JSON.stringify(path.slice(0, length));
      const position = (length === path.length ? table.get(key) : undefined) ??
        this.values.get(key);
      if (position !== undefined) return position;
    }
    return this.values.get("[]") ?? { line: 1, column: 1 };
  }

  /** Reports once, and takes no more values: a bomb would be read for minutes. */
  #stop(code: string, at: number, message: string): undefined {
    if (!this.#stopped) this.#report("error", code, at, message);
    this.#stopped = true;
    return undefined;
  }

  #value(node: unknown, path: Path, at: number): unknown {
    if (this.#stopped) return undefined;
    if (path.length > MAX_DEPTH) {
      return this.#stop("too_deep", at, `values are nested more than ${MAX_DEPTH} deep`);
    }
    if (++this.#count > MAX_VALUES) {
      return this.#stop(
        "too_many_values",
        at,
        `the file holds more than ${MAX_VALUES} values, aliases included`,
      );
    }
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) {
        const start = node.range?.[0] ?? at;
        return this.#stop("yaml_syntax", start, `no anchor ${quote(node.source)} ends before it`);
      }
      this.values.set(JSON.stringify(path), this.#positionAt(node.range?.[0] ?? at));
      return this.#value(target, path, node.range?.[0] ?? at);
    }
    const key = JSON.stringify(path);
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      const start = node.range?.[0] ?? at;
      if (!this.values.has(key)) this.values.set(key, this.#positionAt(start));
      const value = isScalar(node)
        ? this.#scalar(node)
        : isSeq(node)
        ? node.items.map((item, index) => this.#value(item, [...path, index], start))
        : this.#map(node.items, path, start);
      // Set behind the value, so that an anchor within itself is not found.
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      return value;
    }
    return null;
  }

  #scalar(node: Scalar): unknown {
    const { value, source } = node;
    return this.#asWritten && typeof value !== "string" && value !== null
      ? source ?? String(value)
      : value;
  }

  #map(
    items: readonly { key: unknown; value: unknown }[],
    path: Path,
    start: number,
  ): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null);
    const merged: Record<string, unknown>[] = [];
    for (const { key, value } of items) {
      const at = (isScalar(key) ? key.range?.[0] : undefined) ?? start;
      if (!isScalar(key)) {
        this.#report("error", "yaml_syntax", at, "a key must be a plain text");
        continue;
      }
      // `1.10:` is no other key than it says.
      const name = typeof key.value === "string" ? key.value : key.source ?? String(key.value);
      if (name === "<<") {
        merged.push(...this.#merge(value, path, at));
        continue;
      }
      if (Object.hasOwn(result, name)) {
        this.#report("error", "duplicate_key", at, `the map has the key ${quote(name)} already`);
      }
      this.keys.set(JSON.stringify([...path, name]), this.#positionAt(at));
      result[name] = this.#value(value, [...path, name], at);
    }
    for (const base of merged) {
      for (const [name, value] of Object.entries(base)) {
        if (!Object.hasOwn(result, name)) result[name] = value;
      }
    }
    return result;
  }

  /** The maps that `<<` brings in; keys of the map itself and of earlier ones win. */
  #merge(value: unknown, path: Path, at: number): Record<string, unknown>[] {
    const bases = isSeq(value) ? value.items : [value];
    return bases.flatMap((base) => {
      const data = this.#value(base, path, at);
      if (typeof data === "object" && data !== null && !Array.isArray(data)) {
        return [Object.assign(Object.create(null), data)];
      }
      if (!this.#stopped) this.#report("error", "yaml_syntax", at, "<< takes a map");
      return [];
    });
  }
}
