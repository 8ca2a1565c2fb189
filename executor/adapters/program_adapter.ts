/** What all agents that are programs of their own have in common. */
import type {
  AdapterRequest,
  AdapterSettings,
  AgentSession,
  Enforce,
  Interpreter,
  Invocation,
  ProgramAdapter,
} from "./adapter.ts";

/**
 * `own` turns a request into a call of this agent; the settings' arguments come before its own, but behind
 * a `command` that they are options of.
 */
export function programAdapter(
  { name, binary, args = [] }: AdapterSettings,
  interpreter: (session?: AgentSession | null) => Interpreter,
  enforce: Enforce,
  own: (
    request: AdapterRequest,
    env: Readonly<Record<string, string>>,
  ) => Omit<Invocation, "program">,
  { command = [], streams = true }: {
    readonly command?: readonly string[];
    readonly streams?: boolean;
  } = {},
): ProgramAdapter {
  return {
    kind: "program",
    name,
    binary,
    interpreter,
    enforce,
    streams,
    invocation(request, env) {
      const invocation = own(request, env);
      return { ...invocation, program: binary, args: [...command, ...args, ...invocation.args] };
    },
  };
}
