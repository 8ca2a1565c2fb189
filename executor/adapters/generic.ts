/** Any program: the prompt on stdin, what it prints is the answer, its exit code the result. */
import type { AdapterSettings, Interpreter, ProgramAdapter } from "./adapter.ts";
import { programAdapter } from "./program_adapter.ts";
import { exitError, MAX_TEXT, withSystemPrompt } from "./agent_verdict.ts";

export function genericAdapter(settings: AdapterSettings): ProgramAdapter {
  return programAdapter(
    settings,
    plainInterpreter,
    // Nobody knows what it can do.
    () => null,
    ({ prompt, systemPrompt, model, temperature }) => ({
      args: [],
      stdin: withSystemPrompt(systemPrompt, prompt),
      env: {
        ...(model === null ? {} : { WAVE_MODEL: model }),
        ...(temperature === null ? {} : { WAVE_TEMPERATURE: String(temperature) }),
      },
    }),
    { streams: false },
  );
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
      // It may have asked any model for anything.
      unreported: true,
    }),
  };
}
