/** Whether a simple command would read one of its words as code. */

/** Commands that run the command in their arguments. */
const WRAPPERS = new Set(
  ("exec command builtin env sudo doas nohup nice time timeout setsid xargs stdbuf chroot " +
    "ionice flock unshare busybox").split(" "),
);

/** Commands that take every argument for code, or for the name of some. */
const EVALUATORS = new Set(
  "eval . source trap alias let unset [[ ssh rsh su parallel watch script at batch".split(" "),
);

/** Commands whose first operand is a program or the name of one, and so is what follows `-c` or `-e`. */
const LANGUAGES = new Set(
  ("sh bash dash ash ksh mksh zsh fish csh tcsh awk gawk mawk nawk sed gsed perl python python2 " +
    "python3 ruby node nodejs deno bun php lua tclsh osascript sqlite3 ed ex vi vim emacs expect " +
    "gdb m4 make gmake psql mysql").split(" "),
);

const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/;

/** `/usr/bin/sh` is `sh`. */
function baseOf(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1);
}

/**
 * Why a value in the next word would be code, or null when it is data.
 *
 * @param words The command's words so far, without quotes, assignments and redirections.
 * @param prefix What stands in the value's own word before it.
 */
export function asCode(words: readonly string[], prefix: string): string | null {
  if (words.length === 0) {
    return ASSIGNMENT.test(prefix) ? null : "it would be the command itself";
  }
  const exec = words.findLastIndex((word) => /^-(exec|execdir|ok|okdir)$/.test(word));
  const own = exec < 0 ? words : words.slice(exec + 1);
  const head = headOf(own, exec >= 0);
  if (head === null) return "it would be the command itself";
  const name = baseOf(own[head] ?? "");
  if (EVALUATORS.has(name)) return `${name} takes its arguments for code`;
  if (LANGUAGES.has(name) && isProgram(own.slice(head + 1), prefix)) {
    return `${name} would read it as a program`;
  }
  return null;
}

/** Index of the word that is the command, behind wrappers; null when it is still to come. */
function headOf(words: readonly string[], wrapped: boolean): number | null {
  if (!wrapped && !WRAPPERS.has(baseOf(words[0] ?? ""))) return 0;
  // A wrapper's options may take values, so a known name anywhere behind it counts first.
  const known = words.findIndex((word) =>
    EVALUATORS.has(baseOf(word)) || LANGUAGES.has(baseOf(word))
  );
  if (known >= 0) return known;
  const plain = words.findIndex((word) =>
    !WRAPPERS.has(baseOf(word)) && !word.startsWith("-") && !ASSIGNMENT.test(word) &&
    !/^[\d.]+[smhd]?$/.test(word)
  );
  return plain < 0 ? null : plain;
}

function isProgram(args: readonly string[], prefix: string): boolean {
  const last = args.at(-1) ?? "";
  if (args.includes("<<<") || prefix.startsWith("-")) return true;
  if (last === "-v" || last === "--assign") return false;
  if (/^-[A-Za-z]*[ceEprlRf]$|^--(eval|expression|execute|command|print|file)$/.test(last)) {
    return true;
  }
  // After `-c` the first operand is the program; without it the first operand of all.
  const code = args.findLastIndex((word) => /^-[A-Za-z]*[ceE]$/.test(word));
  const operands = args.slice(code + 1).filter((word, index, rest) =>
    !/^[-+]/.test(word) && !/^[-+][A-Za-z]*[oO]$|^-[vF]$/.test(rest[index - 1] ?? "")
  );
  return operands.length === 0;
}
