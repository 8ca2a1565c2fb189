/** Makes shell scripts with values in them: whole ones from a grammar, and heaps of their parts. */
import { unsafeIn } from "../../../../executor/language/template/script.ts";
import { expressionsIn } from "../../../../executor/language/template/template.ts";
import type { Random } from "../../../faults/random.ts";

const VALUES = [
  "{{ input }}",
  '"{{ input }}"',
  "'{{ input }}'",
  "a{{ item }}b",
  '"a {{ item }} b"',
  "'a\"{{ input }}'",
  '"it\'s {{ input }}"',
  "{{ input }}{{ item }}",
  "\"{{ input }}\"'{{ item }}'",
];

/** Words without a value, of which each tries to make the reader lose its place. */
const WORDS = [
  "a",
  "''",
  '""',
  '"a b"',
  "\\'",
  '\\"',
  "\\\\",
  "'\\'",
  '"\\""',
  '"\\\\"',
  "$x",
  '"$x"',
  "${x}",
  "${x:-a}",
  '"${x:-a b}"',
  '"${x%"}"}"',
  '${z:-"}"}',
  "${z:-'}'}",
  '${z:-$(: "}")}',
  "${z:-\\}}",
  "${#x}",
  "${x#a}",
  "$#",
  "$1",
  '"$@"',
  "$((1<<2))",
  "$(( (1) + 2 ))",
  '"$((x))"',
  "$(:)",
  '"$(:)"',
  "$(: ')')",
  '"$(: ")")"',
  "$(case a in a) :;; esac)",
  '"$(case a in (a) :;; esac)"',
  "$(: # )\n)",
  "`:`",
  '"`: \\`:\\``"',
  "$'a'",
  "a#b",
  "a\\\n#b",
  "x=y",
  "{",
  "}",
  "!",
  "*",
  "~",
  "[a]",
  "if",
  "é\u00a0日",
  "a\rb",
  "$(showin <<E\nb\nE\n)",
];

/** Parts of scripts, as they come. */
const PARTS = [
  ...VALUES,
  ...WORDS,
  ...'show |show | |\n|\n|"|\'|\\|$(|)|"$(|)"|${x:-|${z%|}|"${z:-|}"|`|$((|))|((|#| # |;|; |(|{ |; }|'
    .split("|"),
  ..."if ;; then ;; else ;; fi|; do |; done|for y in |case a in a) |case a in\n|a|a) | ;; |esac|esac "
    .split("|"),
  ..." <<EOF| <<EOF\n|\nEOF\n|EOF|EOF\n| <<'EOF'\n| <<\\EOF\n|<<-EOF\n|\tEOF\n|\\\n| \\\n|$'|$\"|[[ | ]]|f() |y=(|y="
    .split("|"),
  "showin",
  "! ",
  " | ",
  " && ",
  " || ",
  " >f ",
  " 2>&1 ",
  "<<<",
  "$[",
  "]",
  "\r",
  "\t",
  "\\}",
  "<(",
  "{a,",
  "==",
  "$",
];

/** Numbers of processes, and what runs in the background, are never twice the same. */
const UNSTEADY = /\$\$|\$!|\$\{[$!]|(?<![&>])&(?![&>])/;

/** Parts that came to stand together and give x another value, which some words use without quotes. */
const ASSIGNED = /\bx=(?!y(?:[\s;&|)}]|$))/;

export class ScriptGenerator {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A script in which values stand only where they may, and how many were refused in it. */
  accepted(): { script: string; refused: number } {
    for (let refused = 0;;) {
      let script = this.#script();
      for (let times = 0; times < 5; times++) {
        const unsafe = unsafeIn(script);
        if (unsafe.length === 0) break;
        refused += unsafe.length;
        for (const { expression: { start, end } } of unsafe.toReversed()) {
          script = `${script.slice(0, start)}ab${script.slice(end)}`;
        }
      }
      const expressions = expressionsIn(script);
      // What the shell's own braces make look like a value is none, and refused before a run.
      const known = expressions.every(({ path }) => path === "input" || path === "item");
      const some = expressions.length > 0 && known && unsafeIn(script).length === 0;
      if (some && !UNSTEADY.test(script) && !ASSIGNED.test(script)) return { script, refused };
    }
  }

  #script(): string {
    const kind = this.#random.below(10);
    if (kind < 4) return this.#lines(2);
    if (kind < 7) return this.#broken(this.#lines(1 + this.#random.below(2)));
    return this.#heap();
  }

  #pick<T>(list: readonly T[]): T {
    return this.#random.pick(list);
  }

  #lines(depth: number): string {
    const count = 1 + this.#random.below(2);
    return Array.from({ length: count }, () => this.#command(depth)).join(
      this.#pick(["\n", "; ", " && ", "\n\n# it's\n"]),
    );
  }

  #word(depth: number): string {
    const kind = this.#random.below(depth > 0 ? 7 : 5);
    if (kind < 2) return this.#pick(VALUES);
    if (kind < 5) return this.#pick(WORDS);
    const inner = this.#lines(depth - 1);
    return this.#pick([`$(${inner})`, `"$(${inner}\n)"`, `"a$(${inner})$x"`]);
  }

  #words(depth: number): string {
    const count = 1 + this.#random.below(4);
    return Array.from({ length: count }, () => this.#word(depth)).join(
      this.#pick([" ", "  ", "\t", " \\\n"]),
    );
  }

  #command(depth: number): string {
    const shown = `show ${this.#words(depth)}`;
    if (depth === 0) return shown;
    const inner = () => this.#lines(depth - 1);
    switch (this.#random.below(14)) {
      case 0:
        return `( ${inner()}\n)`;
      case 1:
        return `{ ${inner()}\n}`;
      case 2:
        return `if :; then ${inner()}\nelse ${inner()}\nfi`;
      case 3:
        return `for y in ${this.#words(0)}; do ${inner()}; break\ndone`;
      case 4:
        return `case ${this.#word(0)} in ${
          this.#pick(["*)", "(*)", "a | *)", "'a)') ;; *)"])
        } ${inner()}
          ;; esac`;
      case 5:
        return `showin <<EOF ${this.#pick(["", " 2>&1", "; :"])}\n${this.#text()}\nEOF`;
      case 6:
        return `showin <<'EOF'\n'"$(\nEOF\n${shown}`;
      case 7:
        return `showin <<-E\n\t${this.#pick(VALUES)}\n\tE`;
      case 8:
        return `y=${this.#pick(VALUES)}; show "$y"`;
      case 9:
        return `f${depth}() { ${inner()}\n}; f${depth}`;
      case 10:
        return `! ${shown} 2>f | showin`;
      case 11:
        return `y=${this.#word(0)} ${shown}`;
      default:
        return shown;
    }
  }

  /** Lines of a here-document. */
  #text(): string {
    return this.#pick([
      `a ${this.#pick(VALUES)} $x`,
      `"${this.#pick(VALUES)}\n'`,
      `\\\\ {{ input }} \\$(`,
      `$(: a) {{ input }}`,
      "${x} {{ input }}",
      `$(show {{ input }})`,
      "a \\\n {{ input }}",
      "EOF {{ input }}\n EOF",
      "`:` {{ item }}",
      "$((1+1)) {{ input }}",
    ]);
  }

  /** The script with parts put in, taken out and doubled. */
  #broken(script: string): string {
    // Without its quotes it would be split, and rightly.
    let text = script.replaceAll('"$y"', "");
    for (let times = 1 + this.#random.below(3); times > 0; times--) {
      const at = this.#random.below(text.length + 1);
      if (inExpression(text, at)) continue;
      const kind = this.#random.below(3);
      const end = Math.min(text.length, at + 1 + this.#random.below(3));
      if (kind === 0) text = text.slice(0, at) + this.#pick(PARTS) + text.slice(at);
      else if (!inExpression(text, end)) {
        text = text.slice(0, at) + (kind === 1 ? "" : text.slice(at, end).repeat(2)) +
          text.slice(end);
      }
    }
    return text;
  }

  #heap(): string {
    const count = 2 + this.#random.below(12);
    const parts = Array.from({ length: count }, () => this.#pick(PARTS));
    return `${parts.join("")}${this.#pick(["", "\n", " "])}show ${this.#pick(VALUES)}`;
  }
}

function inExpression(text: string, at: number): boolean {
  const open = text.lastIndexOf("{{", at + 1);
  return open >= 0 && open < at && text.indexOf("}}", open) + 2 > at;
}
