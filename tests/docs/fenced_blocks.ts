/** The code blocks of a page of Markdown. */

export interface Block {
  /** The line of its fence, from 1. */
  readonly line: number;
  /** The first word of the info string; empty without one. */
  readonly language: string;
  /** `skip="…"` of the info string: why the block cannot be run. */
  readonly skip: string | null;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function fencedBlocks(page: string): Block[] {
  const blocks: Block[] = [];
  for (const match of page.matchAll(/^( *)```(\S*)([^\n]*)\n([\s\S]*?)^\1```$/gm)) {
    const [, indent = "", language = "", info = "", text = ""] = match;
    blocks.push({
      line: page.slice(0, match.index).split("\n").length,
      language,
      skip: /skip="([^"]*)"/.exec(info)?.[1] ?? null,
      text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    });
  }
  return blocks;
}

/** What stands between single backticks outside of the blocks, and begins with `wave`. */
export function inlineCalls(page: string): string[] {
  const prose = page.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, "");
  const spans = prose.matchAll(/`(wave [^`]*)`/g);
  return [...new Set([...spans].map(([, call = ""]) => call.replaceAll(/\s+/g, " ")))];
}
