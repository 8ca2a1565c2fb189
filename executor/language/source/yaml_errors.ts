/** What the parser says of wrong YAML, in words for whoever wrote it. */
import type { YAMLParseError } from "yaml";

export interface YamlExplanation {
  readonly code: "yaml_syntax";
  readonly message: string;
  readonly suggestion: string | null;
}

const QUOTED = 'put it in quotes, or on lines of its own below "|"';

const EXPLAINED: Readonly<
  Partial<Record<YAMLParseError["code"], readonly [string, string | null]>>
> = {
  BLOCK_AS_IMPLICIT_KEY: ['a text with ": " in it must stand in quotes', QUOTED],
  BAD_SCALAR_START: ["a text cannot begin with this character", QUOTED],
  MULTILINE_IMPLICIT_KEY: ["a key must end on its own line", 'a key is "name: value"'],
  MULTIPLE_DOCS: ["the file holds several documents, and wave reads one", null],
  TAB_AS_INDENT: ["a tab cannot indent a line", "use blanks"],
  DUPLICATE_KEY: ["the map has this key already", null],
};

export function explained({ code, message }: YAMLParseError): YamlExplanation {
  const [words, suggestion] = EXPLAINED[code] ?? [message, null];
  return { code: "yaml_syntax", message: words, suggestion };
}
