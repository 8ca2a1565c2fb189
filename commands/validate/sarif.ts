/** What `wave validate --format sarif` prints: SARIF 2.1.0, which code scanning services and editors read. */
import type { Diagnostic } from "../../executor/language/source/diagnostic.ts";
import { VERSION } from "../cli/version.ts";
import { safeJson } from "../output/safe_text.ts";

const SCHEMA =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** A relative reference, as RFC 3986 has it. */
function uriOf(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The message, and what to write instead. */
export function sentenceOf({ message, suggestion }: Diagnostic): string {
  return suggestion === null ? message : `${message} (${suggestion})`;
}

/** The document, with a newline at the end; `pathOf` makes a file of the project one of the repository. */
export function sarifText(
  diagnostics: readonly Diagnostic[],
  pathOf: (file: string) => string,
): string {
  const ids = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const log = {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: "wave",
          semanticVersion: VERSION,
          rules: ids.map((id) => ({ id, shortDescription: { text: id.replaceAll("_", " ") } })),
        },
      },
      columnKind: "utf16CodeUnits",
      results: diagnostics.map((diagnostic) => ({
        ruleId: diagnostic.code,
        ruleIndex: ids.indexOf(diagnostic.code),
        level: diagnostic.severity,
        message: { text: sentenceOf(diagnostic) },
        locations: [{
          physicalLocation: {
            artifactLocation: { uri: uriOf(pathOf(diagnostic.file)), uriBaseId: "%SRCROOT%" },
            region: { startLine: diagnostic.line, startColumn: diagnostic.column },
          },
        }],
      })),
    }],
  };
  return `${safeJson(JSON.stringify(log, null, 2))}\n`;
}
