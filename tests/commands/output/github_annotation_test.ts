import assert from "node:assert/strict";
import { annotationLines, repositoryPath } from "../../../commands/output/github_annotation.ts";

Deno.test("annotationLines() escapes as GitHub reads it, so that no text ends or starts a command", () => {
  const at = { file: ".wave/pipelines/a,b:c.yaml", line: 4, column: 5 };
  const cases: [Parameters<typeof annotationLines>[0][number], string][] = [
    [{ severity: "error", message: "no" }, "::error::no\n"],
    [
      { severity: "warning", at, message: "no" },
      "::warning file=.wave/pipelines/a%2Cb%3Ac.yaml,line=4,col=5::no\n",
    ],
    [
      { severity: "error", title: "a: b,c\nd", message: "100%\r\n::add-mask::x" },
      "::error title=a%3A b%2Cc\\nd::100%25\\r%0A::add-mask::x\n",
    ],
    [{ severity: "error", message: "\x1b[31mred\u0000" }, "::error::\\e[31mred\\x00\n"],
  ];
  for (const [annotation, expected] of cases) assert.equal(annotationLines([annotation]), expected);
});

Deno.test("annotationLines() makes plain lines of those that GitHub would leave out, ten a kind", () => {
  const many = Array.from({ length: 12 }, (_, index) => [
    {
      severity: "error" as const,
      at: { file: "a.yaml", line: index + 1, column: 1 },
      title: "a",
      message: "::x\ny",
    },
    { severity: "warning" as const, message: `w${index}` },
  ]).flat();
  const lines = annotationLines(many).trimEnd().split("\n");
  assert.equal(lines.filter((line) => line.startsWith("::error ")).length, 10);
  assert.equal(lines.filter((line) => line.startsWith("::warning::")).length, 10);
  assert.deepEqual(lines.filter((line) => !line.startsWith("::")), [
    "error: a.yaml:11:1: a: ::x\\ny",
    "warning: w10",
    "error: a.yaml:12:1: a: ::x\\ny",
    "warning: w11",
  ]);
});

Deno.test("repositoryPath() names a file from the top of the checkout", () => {
  const cases = [
    ["/w/repo", "/w/repo", "wave.yaml"],
    ["/w/repo", "/w/repo/sub", "sub/wave.yaml"],
    ["/w/re", "/w/repo", "wave.yaml"],
    ["", "/w/repo", "wave.yaml"],
    [undefined, "/w/repo", "wave.yaml"],
  ] as const;
  for (const [top, root, expected] of cases) {
    assert.equal(repositoryPath({ env: () => top }, root, "wave.yaml"), expected);
  }
});
