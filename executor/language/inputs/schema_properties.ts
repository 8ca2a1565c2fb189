/** What a JSON Schema says of the properties of an object, as far as it says so itself. */
import { isObject } from "../../../event/json.ts";

/** Names of the properties that are listed, or null when none are. */
export function propertyNames(schema: unknown): string[] | null {
  const properties = isObject(schema) ? schema["properties"] : undefined;
  return isObject(properties) ? Object.keys(properties) : null;
}

/** The schema of a property; undefined when it is not listed. */
export function propertyOf(schema: unknown, name: string): unknown {
  const properties = isObject(schema) ? schema["properties"] : undefined;
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

/** Keywords by which a schema speaks of more properties than it lists. */
const OPEN = ["patternProperties", "$ref", "anyOf", "oneOf", "allOf"];

/**
 * True where there may be properties that the schema does not list. Other than JSON Schema has it, a list of
 * properties is taken for all that there are, unless the schema says more.
 */
export function allowsOthers(schema: unknown): boolean {
  if (!isObject(schema)) return true;
  const { properties, additionalProperties } = schema;
  if (additionalProperties !== undefined) return additionalProperties !== false;
  return properties === undefined || OPEN.some((key) => schema[key] !== undefined);
}
