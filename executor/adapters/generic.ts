/** Any program: the prompt on stdin, what it prints is the answer, its exit code the result. */
import type { AdapterSettings, Interpreter, ProgramAdapter } from "./adapter.ts";
import { exitError, MAX_TEXT, withSystemPrompt } from "./verdict.ts";

export function genericAdapter({ name, binary, args = [] }: AdapterSettings): ProgramAdapter {
  return {
    kind: "program",
    name,
    binary,
    invocation: ({ prompt, systemPrompt, model, temperature }) => ({
      program: binary,
      args,
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: {
        ...(model === null ? {} : { WAVE_MODEL: model }),
        ...(temperature === null ? {} : { WAVE_TEMPERATURE: String(temperature) }),
      },
    }),
    interpreter: plainInterpreter,
  };
}

function plainInterpreter(): Interpreter {
  const lines: string[] = [];
  let length = 0;
  return {
    line(text) {
      if (length < MAX_TEXT) lines.push(text);
      length += text.length + 1;
      return [];
    },
    verdict: (exit) => ({
      text: lines.join("\n").slice(0, MAX_TEXT),
      error: exitError(exit),
      tokens: null,
    }),
  };
}
