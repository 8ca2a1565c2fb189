/** Annotations that GitHub Actions shows beside a file's line: commands that a job prints, one a line. */
import type { Context } from "../cli/command.ts";
import { safeLine, safeText } from "./safe_text.ts";

export interface Annotation {
  readonly severity: "error" | "warning";
  /** Relative to the project root, from 1; absent where it is about no file. */
  readonly at?: { readonly file: string; readonly line: number; readonly column: number };
  readonly title?: string;
  readonly message: string;
}

/** So many of a kind does GitHub show of one step of a job. */
const MOST_OF_A_KIND = 10;

/** True within a job of GitHub Actions. */
export function isOnGithub(context: Pick<Context, "env">): boolean {
  return context.env("GITHUB_ACTIONS") === "true";
}

/** A file of the project as GitHub names it: from the top of its checkout, where the project lies in that. */
export function repositoryPath(context: Pick<Context, "env">, root: string, file: string): string {
  const top = context.env("GITHUB_WORKSPACE");
  return top !== undefined && top !== "" && root.startsWith(`${top}/`)
    ? `${root.slice(top.length + 1)}/${file}`
    : file;
}

/** Untrusted text as the message of a command. */
function data(text: string): string {
  return safeText(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Untrusted text as the value of a property. */
function property(text: string): string {
  return data(safeLine(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function command({ severity, at, title, message }: Annotation): string {
  const properties = [
    ...at === undefined ? [] : [`file=${property(at.file)}`, `line=${at.line}`, `col=${at.column}`],
    ...title === undefined ? [] : [`title=${property(title)}`],
  ];
  const space = properties.length === 0 ? "" : " ";
  return `::${severity}${space}${properties.join(",")}::${data(message)}\n`;
}

/** What GitHub would leave out, as a line of the log. It begins with a word, so that it is no command. */
function plain({ severity, at, title, message }: Annotation): string {
  const place = at === undefined ? "" : `${at.file}:${at.line}:${at.column}: `;
  const head = title === undefined ? "" : `${title}: `;
  return `${severity}: ${safeLine(`${place}${head}${message}`)}\n`;
}

/** A line each: commands, and behind as many of a kind as GitHub shows, what they would have said. */
export function annotationLines(annotations: readonly Annotation[]): string {
  const counts = { error: 0, warning: 0 };
  return annotations.map((annotation) =>
    ++counts[annotation.severity] > MOST_OF_A_KIND ? plain(annotation) : command(annotation)
  ).join("");
}
