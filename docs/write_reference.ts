/** Writes `docs/commands.md`. Run by `deno task docs`. */
import { referenceText } from "./reference.ts";
import { COMMANDS } from "../commands/registry.ts";

await Deno.writeTextFile(new URL("commands.md", import.meta.url), referenceText(COMMANDS));
