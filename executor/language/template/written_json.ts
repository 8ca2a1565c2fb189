/** JSON whose numbers keep their spelling: `1.10` is no `1.1`, and a 64-bit id loses no digit. */

/**
 * The value of a JSON text; undefined when it is none. A number that would print otherwise than it is
 * written is an object that `JSON.stringify` prints as it is written; all other values are as ever.
 */
export function parseWritten(text: string): unknown {
  try {
    return JSON.parse(
      text,
      (_key, value: unknown, context?: Written) =>
        typeof value === "number" && context?.source !== undefined &&
          String(value) !== context.source
          ? rawJson(context.source)
          : value,
    );
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True for a number that keeps its spelling: it has no fields. */
export function isWrittenNumber(value: object): boolean {
  return Object.getPrototypeOf(value) === null && Object.isFrozen(value) &&
    Object.hasOwn(value, "rawJSON");
}

/**
 * The JSON of data from a file. What JSON would write otherwise than the file does (`0755`, `0x1F`,
 * `.inf`, `Yes`) is the text that the file has.
 *
 * @param written the same data, each number and boolean as its text.
 */
export function jsonAsWritten(data: unknown, written: unknown): string {
  if (Array.isArray(data)) {
    const texts: readonly unknown[] = Array.isArray(written) ? written : [];
    return `[${data.map((item, index) => jsonAsWritten(item, texts[index])).join(",")}]`;
  }
  if (typeof data === "object" && data !== null) {
    const parts = Object.entries(data).map(([key, item]) => {
      const text = typeof written === "object" && written !== null
        ? Reflect.get(written, key)
        : null;
      return `${JSON.stringify(key)}:${jsonAsWritten(item, text)}`;
    });
    return `{${parts.join(",")}}`;
  }
  if (typeof data === "string" || data === null || typeof written !== "string") {
    return JSON.stringify(data) ?? "null";
  }
  return IS_JSON.test(written) ? written : JSON.stringify(written);
}

/** Numbers and booleans as JSON has them. */
const IS_JSON = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false)$/;

/** What the runtime tells of a primitive value (ECMAScript 2025); the compiler's types do not know it. */
interface Written {
  readonly source?: string;
}

function rawJson(text: string): unknown {
  const make: unknown = Reflect.get(JSON, "rawJSON");
  if (typeof make !== "function") throw new Error("the runtime has no JSON.rawJSON");
  return make.call(JSON, text);
}
