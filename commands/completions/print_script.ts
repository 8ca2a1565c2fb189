import { UsageError } from "../../event/errors.ts";
import type { CallOf, Context, Outcome } from "../cli/command.ts";
import type { completions } from "../completions.ts";

/**
 * Each script asks `wave __complete` for candidates: a line each, the value, a tab, what it is. A line
 * `:file` or `:directory` leaves the rest to the shell.
 */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `# bash completion for wave: eval "$(wave completions bash)"
_wave() {
  local line value word=\${COMP_WORDS[COMP_CWORD]} prefix=""
  COMPREPLY=()
  # Bash splits --name=value into three words, and so it does name=value.
  local -a words=()
  local index joined=""
  for ((index = 1; index <= COMP_CWORD; index++)); do
    if [[ \${COMP_WORDS[index]} == "=" && \${#words[@]} -gt 0 ]]; then
      words[\${#words[@]}-1]+="="
      joined=1
    elif [[ -n $joined ]]; then
      words[\${#words[@]}-1]+=\${COMP_WORDS[index]}
      joined=""
    else
      words+=("\${COMP_WORDS[index]}")
    fi
  done
  [[ $word == "=" ]] && word=""
  # Only what stands behind the equals sign is replaced.
  prefix=\${words[\${#words[@]}-1]%"$word"}
  prefix=\${prefix#--*=}
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    case $value in
      :file) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -f -- "$word")) ;;
      :directory) compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen -d -- "$word")) ;;
      *=) compopt -o nospace 2>/dev/null; COMPREPLY+=("\${value#"$prefix"}") ;;
      *) COMPREPLY+=("\${value#"$prefix"}") ;;
    esac
  done < <(wave __complete -- "\${words[@]}" 2>/dev/null)
}
complete -F _wave wave
`,
  zsh: `#compdef wave
# zsh completion for wave: eval "$(wave completions zsh)"
_wave() {
  local line value summary
  local -a candidates names
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    summary=\${line#*$'\\t'}
    case $value in
      :file) _files ;;
      :directory) _files -/ ;;
      *=) names+=("\${value//:/\\\\:}:$summary") ;;
      *) candidates+=("\${value//:/\\\\:}:$summary") ;;
    esac
  done < <(wave __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe wave candidates
  if (( $#names )); then _describe wave names -S ""; fi
}
if [ "$funcstack[1]" = "_wave" ]; then _wave "$@"; else compdef _wave wave; fi
`,
  fish: `# fish completion for wave: wave completions fish | source
function __wave_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (wave __complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':file*'
                __fish_complete_path (commandline -ct)
            case ':directory*'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c wave -f -a '(__wave_complete)'
`,
};

/** Answers a call of `wave completions`. */
export function run(
  _context: Context,
  { args: [shell = ""] }: CallOf<typeof completions>,
): Outcome {
  const script = SCRIPTS[shell];
  if (script === undefined) throw new UsageError("bad_value", `Cannot complete for "${shell}"`);
  return { json: { shell, script }, text: () => script };
}
