/**
 * The package's own ES modules. The CommonJS ones that this runtime is offered load `node:module`,
 * `node:process` and `node:buffer` at each start.
 */
// @ts-types="npm:yaml@2.9.1"
export * from "../node_modules/yaml/browser/index.js";
