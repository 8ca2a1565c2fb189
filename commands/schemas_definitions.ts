/** Schemas of the commands about a project's definitions and its health. */
import type { Schema } from "./schema_parts.ts";

export const definitionSchemas: Readonly<Record<string, Schema>> = {};
