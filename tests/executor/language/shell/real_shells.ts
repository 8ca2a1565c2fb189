/** Runs scripts with values in real shells, and tells what programs were given. */
import { scriptOf } from "../../../../executor/language/template/script.ts";

export const SHELLS = ["dash", "bash"] as const;

/** What stands for a value when it is harmless: one for `input`, one for `item`. */
const REFERENCES = { input: "Wxyz", item: "Qabc" };

export interface Values {
  readonly input: string;
  readonly item: string;
}

export interface Run {
  readonly script: string;
  readonly values: Values;
  readonly shell: string;
}

export interface Outcome {
  /** The arguments of each call of `show`, and what each call of `showin` read. */
  readonly calls: readonly (readonly string[])[];
  /** A value was run as code. */
  readonly executed: boolean;
}

/** `show` notes its arguments, `showin` what it reads, each in one write. */
const PRELUDE = `show() { printf '%s\\0' ${"\x01call"} "$@" ${"\x01end"} >>"$SHOWN"; }
showin() { printf '%s\\0' ${"\x01call"} "$(/bin/cat; printf .)" ${"\x01end"} >>"$SHOWN"; }
`;

/** Runs one script after the other. */
const DRIVER = `
cd "$FOLDER/work" || exit 1
export WAVE_INPUT WAVE_VALUE_item x=ab SHOWN="$FOLDER/shown" HOME=/nowhere
while IFS= read -r -d '' shell && IFS= read -r -d '' script &&
  IFS= read -r -d '' WAVE_INPUT && IFS= read -r -d '' WAVE_VALUE_item; do
  ( ulimit -t 3; PATH="$FOLDER/bin"
    exec "/bin/$shell" -c "$PRELUDE$script" one 'two  three' </dev/null >/dev/null 2>&1 )
  [ -e PWNED ] && printf 'executed\\0' >>"$SHOWN"
  printf 'run\\0' >>"$SHOWN"
  for file in * .[!.]*; do
    [ -e "$file" ] && { /bin/rm -rf "$FOLDER/work"; /bin/mkdir "$FOLDER/work"; cd "$FOLDER/work"; break; }
  done
done <"$FOLDER/runs"
exit 0
`;

/** What each run did, in their order. `touch` is a program of the path that makes `PWNED`. */
export async function outcomesOf(runs: readonly Run[]): Promise<Outcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "wave-shells-" });
  try {
    for (const name of ["bin", "work"]) await Deno.mkdir(`${folder}/${name}`);
    await Deno.symlink("/usr/bin/touch", `${folder}/bin/touch`);
    const text = runs.flatMap(({ script, values, shell }) => [
      shell,
      script,
      values.input,
      values.item,
    ]).map((field) => `${field}\0`).join("");
    await Deno.writeTextFile(`${folder}/runs`, text);
    await Deno.writeTextFile(`${folder}/shown`, "");
    const { success, stderr } = await new Deno.Command("bash", {
      args: ["-c", DRIVER],
      env: { FOLDER: folder, PRELUDE },
    }).output();
    if (!success) throw new Error(`Cannot run the shells: ${new TextDecoder().decode(stderr)}`);
    return outcomesIn(await Deno.readTextFile(`${folder}/shown`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function outcomesIn(shown: string): Outcome[] {
  const outcomes: Outcome[] = [];
  let calls: string[][] = [];
  let call: string[] | null = null;
  let executed = false;
  for (const field of shown.split("\0").slice(0, -1)) {
    if (call !== null && field !== "\x01end") call.push(field);
    else if (field === "\x01end") call = null;
    else if (field === "\x01call") calls.push(call = []);
    else if (field === "executed") executed = true;
    else if (field === "run") {
      outcomes.push({ calls, executed });
      calls = [];
      executed = false;
    }
  }
  return outcomes;
}

export interface Agreement {
  /** Pairs of a script and a value that were run, each in every shell. */
  pairs: number;
  /** Pairs of which a value reached a program. */
  arrived: number;
  readonly faults: string[];
}

/**
 * Runs each script with each pair of values and with harmless ones: every program must be given the same
 * arguments, with the value in the place of the harmless one.
 */
export async function agreementOf(
  templates: readonly { readonly template: string; readonly values: readonly Values[] }[],
): Promise<Agreement> {
  const runs: Run[] = [];
  for (const { template, values } of templates) {
    for (const shell of SHELLS) {
      for (const each of [REFERENCES, ...values]) {
        const { script } = scriptOf(
          template,
          ({ kind }) => kind === "input" ? each.input : kind === "item" ? each.item : undefined,
        );
        runs.push({ script, values: each, shell });
      }
    }
  }
  const outcomes = await outcomesOf(runs);
  const agreement: Agreement = { pairs: 0, arrived: 0, faults: [] };
  let at = 0;
  for (const { template, values } of templates) {
    let arrived = false;
    for (const shell of SHELLS) {
      const [expected, ...all] = outcomes.slice(at, at + 1 + values.length);
      at += 1 + values.length;
      if (expected === undefined) throw new Error("Cannot run all of them");
      arrived ||= /Wxyz|Qabc/.test(JSON.stringify(expected.calls));
      values.forEach((each, index) => {
        const filled = sorted(
          expected.calls.map((call) => call.map((argument) => filledIn(argument, each))),
        );
        const seen = all[index];
        if (seen === undefined) throw new Error("Cannot run all of them");
        const calls = sorted(seen.calls);
        if (!seen.executed && calls === filled) return;
        agreement.faults.push(
          `${seen.executed ? "executed" : "altered"} in ${shell}: ${JSON.stringify(template)} ` +
            `with ${JSON.stringify(each)}\n  expected ${filled}\n  seen     ${calls}`,
        );
      });
    }
    agreement.pairs += values.length;
    if (arrived) agreement.arrived += values.length;
  }
  return agreement;
}

/** Commands of a pipeline come in any order. */
function sorted(calls: readonly (readonly string[])[]): string {
  return calls.map((call) => JSON.stringify(call)).sort().join(" ");
}

function filledIn(argument: string, { input, item }: Values): string {
  return argument.replace(/Wxyz|Qabc/g, (found) => found === REFERENCES.input ? input : item);
}
