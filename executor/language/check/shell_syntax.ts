/** Asks the shells whether they can read the scripts of a project (`sh -n`), without running any. */
import { type Diagnostic, printable } from "../source/diagnostic.ts";
import type { Step } from "../model/pipeline.ts";
import type { Path, Source } from "../source/yaml_source.ts";
import { scriptOf } from "../template/script.ts";
import { namesBash } from "../template/script_shell.ts";
import type { Lookup } from "../template/template.ts";

/** A script where it stands in its file. */
export interface PlacedScript {
  readonly text: string;
  readonly source: Source;
  readonly path: Path;
}

/** The scripts of steps, those of conditions, loops and contracts too, each with its place in the file. */
export function scriptsIn(steps: readonly Step[], source: Source, path: Path): PlacedScript[] {
  return steps.flatMap(({ action, contracts, when }, index): PlacedScript[] => {
    const at = [...path, index];
    const condition: PlacedScript[] = when === undefined
      ? []
      : [{ text: when, source, path: [...at, "when"] }];
    const own = (): PlacedScript[] => {
      if (action.kind === "loop") return scriptsIn(action.steps, source, [...at, "loop", "steps"]);
      if (action.kind !== "command") return [];
      const places = [[...at, "script"], [...at, "exec", "source"], [...at, "exec", "command"]];
      const place = places.find((each) => source.written(each) !== undefined) ?? at;
      return [{ text: action.script, source, path: place }];
    };
    const tests = contracts.flatMap((contract): PlacedScript[] =>
      contract.type === "test_suite" && contract.args.length === 0
        ? [{ text: contract.command, source, path: [...at, "handover"] }]
        : []
    );
    return [...condition, ...own(), ...tests];
  });
}

/** Reads each script once, and prints `<file>:<message>` for what is wrong with it. */
const CHECK_ALL = `cd "$1" || exit 1
for file in *; do
  case $file in *.bash) shell=bash ;; *) shell=sh ;; esac
  command -v "$shell" > /dev/null 2>&1 || continue
  error=$("$shell" -n "./$file" 2>&1) || printf '%s:%s\\n' "$file" "$error"
done`;

/**
 * What a shell cannot read. Nothing where there is no shell: then no script can run either, and that is
 * told when one is to.
 *
 * @param lookup gives the values that are pasted into scripts (`project.*`, `forge.*`).
 */
export function shellSyntax(scripts: readonly PlacedScript[], lookup: Lookup): Diagnostic[] {
  const places = new Map<string, { script: string; at: PlacedScript[] }>();
  for (const each of scripts) {
    const script = scriptOf(each.text, (reference) => lookup(reference) ?? "").script;
    const known = places.get(script) ?? { script, at: [] };
    known.at.push(each);
    places.set(script, known);
  }
  if (places.size === 0) return [];
  const all = [...places.values()];
  return messagesOf(all.map(({ script }) => script)).flatMap(({ index, line, message }) =>
    (all[index]?.at ?? []).map((place) => diagnosticOf(place, line, message))
  );
}

interface Message {
  readonly index: number;
  /** Within the script, from 1; null when the shell does not say. */
  readonly line: number | null;
  readonly message: string;
}

function messagesOf(scripts: readonly string[]): Message[] {
  const folder = Deno.makeTempDirSync({ prefix: "wave-scripts-" });
  try {
    scripts.forEach((script, index) => {
      Deno.writeTextFileSync(`${folder}/${index}.${namesBash(script) ? "bash" : "sh"}`, script);
    });
    const { stdout } = new Deno.Command("sh", {
      args: ["-c", CHECK_ALL, "sh", folder],
      stdin: "null",
      stderr: "null",
      env: { LC_ALL: "C" },
    }).outputSync();
    return new TextDecoder().decode(stdout).split(/^(?=\d+\.(?:sh|bash):)/m).flatMap(messageOf);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** `0.sh:./0.sh: 2: Syntax error: …` of dash, `1.bash:./1.bash: line 2: syntax error …` of bash. */
function messageOf(text: string): Message[] {
  const [, index, told = ""] = /^(\d+)\.(?:sh|bash):([^]*)$/.exec(text) ?? [];
  if (index === undefined) return [];
  // What follows in lines of their own is what bash quotes of the script.
  const first = told.split("\n").find((line) => / error|unexpected/i.test(line)) ?? told;
  const [, line, message] = /^\S+: (?:line )?(\d+): (.*)$/.exec(first) ?? [];
  return [{
    index: Number(index),
    line: line === undefined ? null : Number(line),
    message: (message ?? first).trim().replace(/^syntax error:? ?/i, ""),
  }];
}

function diagnosticOf({ text, source, path }: PlacedScript, line: number | null, message: string) {
  return {
    severity: "error" as const,
    code: "shell_syntax",
    file: source.file,
    ...positionOf(text, source, path, line),
    message: `the shell cannot read this script: ${printable(message)}${
      line === null ? "" : ` (line ${line} of it)`
    }`,
    suggestion: null,
  };
}

/** The place of a line of the script, found by its text: of the last one with any, up to that line. */
function positionOf(text: string, source: Source, path: Path, line: number | null) {
  const lines = text.split("\n").slice(0, line ?? 0);
  const last = lines.findLastIndex((each) => each.trim() !== "");
  const wanted = lines[last]?.trim();
  if (wanted === undefined) return source.at(path);
  const before = lines.slice(0, last).join("\n");
  return source.within(path, wanted, before.split(wanted).length - 1);
}
