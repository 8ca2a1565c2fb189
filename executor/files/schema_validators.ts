/**
 * The validators of JSON Schema, a module of their own to be imported when a contract needs them. The
 * package is CommonJS: a bundle that imports it on demand itself finds none of its names.
 */
export { Ajv } from "ajv";
export { Ajv2020 } from "ajv/2020";
