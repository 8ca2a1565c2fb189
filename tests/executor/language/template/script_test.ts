import assert from "node:assert/strict";
import { scriptOf, unsafeIn } from "../../../../executor/language/template/script.ts";
import type { Lookup } from "../../../../executor/language/template/template.ts";

const NASTY = [
  "hi",
  "",
  "two words   and\ttabs",
  "$(touch PWNED)",
  "`touch PWNED`",
  "'; touch PWNED; '",
  '"; touch PWNED; "',
  "'\"; touch PWNED #",
  "\\'; touch PWNED; \\'",
  "a\n touch PWNED\nEOF\ntouch PWNED\n",
  "EOF",
  "\nEOF\n",
  "$HOME ${WAVE_INPUT} ${x:-$(touch PWNED)}",
  "* ? [a-z] ~ {a,b}",
  "-n",
  "a[$(touch PWNED)]",
  "{{ input }} \\{{ x }}",
  "| touch PWNED && touch PWNED & > PWNED",
  "ends with backslash \\",
  "!! !touch ^a^b",
  "ünïcödé 日本 \u202e",
];

/** Scripts that must print exactly the value. */
const PLACES: Record<string, string> = {
  "between words": `printf %s {{ input }}`,
  "without blanks": `printf %s {{input}}`,
  "in double quotes": `printf %s "{{ input }}"`,
  "in single quotes": `printf %s '{{ input }}'`,
  "an assignment": `X={{ input }}; printf %s "$X"`,
  "an assignment in single quotes": `X='{{ input }}'\nprintf %s "$X"`,
  "an assignment in double quotes": `X="{{ input }}" && printf %s "$X"`,
  "in $( )": `X="$(printf '%sx' {{ input }})"; printf %s "\${X%x}"`,
  "in $( ) in quotes in $( )": `X="$(printf '%sx' "$(printf '%s' "{{ input }}"; echo x)")"
    X=\${X%x}; printf %s "\${X%x}"`,
  "in a subshell": `(printf %s "{{ input }}")`,
  "after a comment with quotes": `# don't "
printf %s '{{ input }}'`,
  "after an escaped quote": `printf %s \\'\\" >/dev/null; printf %s '{{ input }}'`,
  "in if": `if [ -n "x{{ input }}" ]; then printf %s {{ input }}; fi`,
  "in for": `for x in {{ input }}; do printf %s "$x"; done`,
  "as the word of case": `case {{ input }} in *) printf %s "{{ input }}";; esac`,
  "in $( ) with case": `X=$(case a in a) printf '%sx' '{{ input }}';; esac); printf %s "\${X%x}"`,
  "an argument of sh -c": `sh -c 'printf %s "$1"' sh {{ input }}`,
  "an argument of sh -c in quotes": `sh -c 'printf %s "$1"' sh '{{ input }}'`,
  "a variable of awk": `X={{ input }} awk 'BEGIN { printf "%s", ENVIRON["X"] }'`,
  "a continued line": `printf %s \\\n  '{{ input }}'`,
  "behind a redirection": `printf %s {{ input }} 2>/dev/null`,
  "in a comment": `printf %s "$WAVE" # {{ input }}\nprintf %s {{ input }}`,
};

const lookup = (value: string): Lookup => (reference) =>
  reference.kind === "input" ? value : undefined;

async function output(script: string, env: Record<string, string>, cwd: string) {
  const run = await new Deno.Command("sh", {
    args: ["-c", script],
    env: { PATH: Deno.env.get("PATH") ?? "", ...env },
    clearEnv: true,
    cwd,
  }).output();
  return {
    code: run.code,
    stdout: new TextDecoder().decode(run.stdout),
    stderr: new TextDecoder().decode(run.stderr),
  };
}

for (const [place, script] of Object.entries(PLACES)) {
  Deno.test(`scriptOf() hands over any value ${place}`, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      assert.deepEqual(unsafeIn(script), []);
      for (const value of NASTY) {
        const { script: run, env } = scriptOf(script, lookup(value));
        const result = await output(run, env, folder);
        assert.deepEqual(result, { code: 0, stdout: value, stderr: "" }, `${run} with ${value}`);
        assert.deepEqual([...Deno.readDirSync(folder)], []);
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

Deno.test("scriptOf() hands over any value in a here-document", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (const value of NASTY) {
      const { script, env } = scriptOf("cat <<EOF\na {{ input }} b\nEOF", lookup(value));
      const result = await output(script, env, folder);
      assert.deepEqual(result, { code: 0, stdout: `a ${value} b\n`, stderr: "" });
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

const REFUSED = [
  "{{ input }}",
  "true; {{ input }} a",
  "true && '{{ input }}'",
  "exec {{ input }}",
  "env A=b {{ input }}",
  "timeout 5 {{ input }}",
  "sudo -n {{ input }}",
  "eval {{ input }}",
  `eval "echo {{ input }}"`,
  "command eval '{{ input }}'",
  "trap '{{ input }}' EXIT",
  "alias x={{ input }}",
  ". {{ input }}",
  "source {{ input }}",
  `sh -c "{{ input }}"`,
  "sh -c 'echo {{ input }}'",
  "sh -ec 'echo {{ input }}' sh",
  "bash -o pipefail -c '{{ input }}'",
  "/bin/sh {{ input }}",
  "bash <<< {{ input }}",
  "sh <<EOF\n{{ input }}\nEOF",
  "xargs -I X sh -c 'X {{ input }}'",
  "find . -exec sh -c '{{ input }}' \\;",
  "find . -exec {{ input }} \\;",
  "ssh host ls {{ input }}",
  "awk '{{ input }}'",
  "awk -F: '/{{ input }}/' file",
  `sed "s/a/{{ input }}/" file`,
  "sed -e p -e '{{ input }}'",
  "python3 -c 'print({{ input }})'",
  "perl -ne '{{ input }}'",
  "echo `echo {{ input }}`",
  "echo $(({{ input }} + 1))",
  "echo $((1 + (2) + {{ input }}))",
  "((x = {{ input }}))",
  "[[ {{ input }} -gt 3 ]]",
  "echo ${x:-{{ input }}}",
  `echo "\${x:-{{ input }}}"`,
  "cat <<'EOF'\n{{ input }}\nEOF",
  "cat <<\\EOF\n{{ input }}\nEOF",
  "cat <<EOF\n$(eval {{ input }})\nEOF",
  "cat <<{{ input }}\nEOF",
  "echo $'{{ input }}'",
  "echo $'a\\'b' {{ input }}",
  "a[{{ input }}]=1",
  "while {{ input }}; do :; done",
  "x=$(eval {{ input }})",
  `x="$(sh -c "{{ input }}")"`,
  "PATH=x {{ input }}",
];

Deno.test("unsafeIn() finds every place where a value would be code", () => {
  for (const script of REFUSED) {
    assert.equal(unsafeIn(script).length, 1, script);
    assert.throws(() => scriptOf(script, lookup("x")), { code: "unsafe_script" }, script);
  }
});

Deno.test("scriptOf() pastes what the manifest says between words only", () => {
  const project: Lookup = (reference) =>
    reference.kind === "project" ? "go test '{{ input }}'" : undefined;
  assert.deepEqual(scriptOf("if {{ project.test }}; then echo '{{ project.test }}'; fi", project), {
    script: `if go test '{{ input }}'; then echo ''"\${WAVE_VALUE_project_2e_test}"''; fi`,
    env: { WAVE_VALUE_project_2e_test: "go test '{{ input }}'" },
  });
});

Deno.test("scriptOf() keeps what is no expression", () => {
  const script = "echo ${{ github.sha }} \\{{ input }} \\{{.Name}} {{}}";
  assert.equal(
    scriptOf(script, lookup("x")).script,
    "echo ${{ github.sha }} {{ input }} {{.Name}} {{}}",
  );
  assert.throws(() => scriptOf("echo '{{.Name}}'", lookup("x")), { code: "unknown_variable" });
});

Deno.test("scriptOf() refuses what no variable can hold", () => {
  const text = "echo {{ input }}";
  assert.throws(() => scriptOf(text, lookup("a\0b")), { code: "invalid_value" });
  assert.throws(() => scriptOf(text, lookup("é".repeat(70_000))), { code: "value_too_large" });
  assert.throws(() => scriptOf("echo {{ item }}", lookup("")), { code: "unknown_variable" });
});
