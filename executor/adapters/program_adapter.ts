/** What all agents that are programs of their own have in common. */
import type {
  AdapterRequest,
  AdapterSettings,
  Interpreter,
  Invocation,
  ProgramAdapter,
} from "./adapter.ts";

/** `own` turns a request into a call of this agent; the settings' arguments come before its own. */
export function programAdapter(
  { name, binary, args = [] }: AdapterSettings,
  interpreter: () => Interpreter,
  own: (
    request: AdapterRequest,
    env: Readonly<Record<string, string>>,
  ) => Omit<Invocation, "program">,
): ProgramAdapter {
  return {
    kind: "program",
    name,
    binary,
    interpreter,
    invocation(request, env) {
      const invocation = own(request, env);
      return { ...invocation, program: binary, args: [...args, ...invocation.args] };
    },
  };
}
