/** What must hold of the real agents that are talked with by the Agent Client Protocol. */
import { has, type Row, ROWS, told, unless } from "./agent_rows.ts";

/** What holds of them in their own mode, and must hold in this one, too. */
const SAME: ReadonlySet<string> = new Set([
  "deny: [Bash]",
  "commits in a worktree",
  "says what it does",
  "error 400 is the reason",
  "a model that hangs",
  "an empty answer",
  "cancel --force",
  "kill -9, then cancel",
]);

export const ACP_ROWS: readonly Row[] = [
  ...ROWS.filter(({ name }) => SAME.has(name)).map((row) => ({
    ...row,
    name: `acp: ${row.name}`,
    isAcp: true,
  })),
  {
    name: "acp: allowed_tools: [Read]",
    isAcp: true,
    prompt: { calls: [{ write: "w.txt" }, { shell: "touch s.txt" }], say: "did it" },
    permissions: "{ allowed_tools: [Read] }",
    check: (ran) => unless(!has(ran, "w.txt") && !has(ran, "s.txt"), "it wrote"),
  },
  {
    name: "acp: deny: [Bash(touch*)]",
    isAcp: true,
    prompt: { calls: [{ shell: "true; touch s.txt" }] },
    permissions: `{ deny: ["Bash(touch*)"] }`,
    check: (ran) => unless(!has(ran, "s.txt"), "it ran") ?? told(ran, /refused: .*touch/),
  },
  {
    name: "acp: deny: [Write(w*)]",
    isAcp: true,
    prompt: { calls: [{ write: "w.txt" }, { write: "a.txt" }], say: "did it" },
    permissions: `{ allowed_tools: [Write, Edit, Read], deny: ["Write(w*)"] }`,
    check: (ran) =>
      unless(!has(ran, "w.txt"), "it wrote") ?? unless(has(ran, "a.txt"), "it wrote nothing") ??
        told(ran, /refused: /),
  },
  {
    name: "acp: tokens are at least",
    isAcp: true,
    prompt: { calls: [{ write: "a.txt" }], say: "did it" },
    check: ({ tokens, known }, _, served) =>
      unless(tokens > 0 && tokens <= served, `${tokens} of ${served}`) ??
        unless(known === "at_least", "tokens as if exact"),
  },
];
