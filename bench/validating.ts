/** Large and wrong definitions: the time of validating them grows with their size, and no faster. */
import { ensureDirSync } from "@std/fs";
import { dirname } from "@std/path";
import { validateProject } from "../executor/language/validate_project.ts";

const repeated = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join("");

/** Pipelines with `n` of something. */
const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  "values in a prompt": (n) => prompt(repeated(n, () => "{{ input }} ")),
  "values between words of a script": (n) => script(repeated(n, () => "{{ input }} x ")),
  "values on lines of a script": (n) => script(repeated(n, () => "echo {{ input }}\n")),
  "unknown names in a script": (n) => script(repeated(n, () => "{{ foo }} x ")),
  "values in quotes of a script": (n) => script(repeated(n, () => '"a {{ input }}" ')),
  "here documents of a script": (n) => script(repeated(n / 2, () => "cat <<E\n{{ input }}\nE\n")),
  "one unknown name": (n) => prompt(repeated(n, () => "{{ foo }} ")),
  "steps that wait for unknown ones": (n) =>
    `steps:\n${
      repeated(n / 5, (i) => `  - { id: step-${i}, script: x, dependencies: [stepp-${i}-x] }\n`)
    }`,
  "unknown dependencies of a step": (n) =>
    `steps: [{ id: a, script: x, dependencies: [${repeated(n, (i) => `b${i},`)}] }]\n`,
  "unknown keys": (n) => `steps: [{ id: a, script: x, ${repeated(n, (i) => `k${i}: 1,`)} }]\n`,
  "wrong values": (n) =>
    `steps: [{ id: a, script: x, dependencies: [${repeated(n, () => "[],")}] }]\n`,
  "numbers as texts": (n) =>
    `steps: [{ id: a, script: x, skills: [${repeated(n, (i) => `1.${i}0,`)}] }]\n`,
  "items": (n) =>
    `steps: [{ id: a, script: x, iterate: { over: [${repeated(n, (i) => `${i}.0,`)}] } }]\n`,
};

function prompt(text: string): string {
  return `steps: [{ id: a, adapter: mock, exec: { source: "${text}" } }]\n`;
}

function script(text: string): string {
  return `steps: [{ id: a, script: ${JSON.stringify(`echo ${text}`)} }]\n`;
}

/** @param size How many of each there are in the larger file; the smaller one has half as many. */
export default function validating(size = 40_000): Promise<void> {
  for (const [name, shape] of Object.entries(SHAPES)) {
    const half = milliseconds(shape(size / 2));
    const whole = milliseconds(shape(size));
    console.log(
      `${name}: ${whole.toFixed(0)} ms for ${size}, ${(whole / half).toFixed(1)} × that of half`,
    );
  }
  return Promise.resolve();
}

function milliseconds(yaml: string): number {
  const root = Deno.makeTempDirSync({ prefix: "wave-validating-" });
  try {
    const file = `${root}/.wave/pipelines/p.yaml`;
    ensureDirSync(dirname(file));
    Deno.writeTextFileSync(file, yaml);
    const start = performance.now();
    validateProject(root, "");
    return performance.now() - start;
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}
