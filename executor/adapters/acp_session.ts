/** How a conversation begins by the Agent Client Protocol: who talks, where, and with which model. */
import type {
  AuthMethod,
  ClientContext,
  InitializeResponse,
  NewSessionResponse,
  ResumeSessionResponse,
} from "@agentclientprotocol/sdk";
import type { AdapterRequest } from "./adapter.ts";
import { type JsonObject, objectsAt, textAt } from "./json_line.ts";

export interface AcpSession {
  readonly id: string;
  /** True of an agent that can go on with it in another process. */
  readonly canGoOn: boolean;
}

/** An agent cannot do what was asked of it, which is a result and no fault of ours. */
export class AcpFailure extends Error {}

/** They say that they can load a session, and find none of another process (Gemini CLI 0.61.0). */
const FORGETFUL: ReadonlySet<string> = new Set(["gemini-cli"]);

/**
 * Opens the session of the request, or a new one.
 *
 * @throws {AcpFailure} when the agent cannot go on with an earlier session, or has no way to take the model.
 * @throws the agent's own refusal of a request, with its `code`.
 */
export async function openAcpSession(
  agent: ClientContext,
  about: InitializeResponse,
  { session, workspace, model }: Pick<AdapterRequest, "session" | "workspace" | "model">,
): Promise<AcpSession> {
  const { agentCapabilities: can } = about;
  const where = { cwd: workspace, mcpServers: [] };
  const resumes = can?.sessionCapabilities?.resume != null;
  const loads = can?.loadSession === true && !FORGETFUL.has(about.agentInfo?.name ?? "");
  const canGoOn = resumes || loads;
  const open = async (): Promise<NewSessionResponse | ResumeSessionResponse> => {
    if (session == null) return await agent.request("session/new", where);
    if (!canGoOn) throw new AcpFailure("the agent cannot go on with an earlier session");
    const earlier = { ...where, sessionId: session.id };
    return resumes
      ? await agent.request("session/resume", earlier)
      : await agent.request("session/load", earlier);
  };
  const opened = await withAccess(agent, about.authMethods ?? [], open);
  const offered: JsonObject = { ...opened };
  const id = session?.id ?? textAt(offered, "sessionId");
  if (model !== null) await chooseModel(agent, id, model, offered);
  return { id, canGoOn };
}

const AUTH_REQUIRED = -32000;

/** Who has a key in the environment may have to say so. */
async function withAccess<T>(
  agent: ClientContext,
  methods: readonly AuthMethod[],
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const byKey = methods.find(({ id }) => /api[-_]?key$/i.test(id));
    if (codeOf(error) !== AUTH_REQUIRED || byKey === undefined) throw error;
    await agent.request("authenticate", { methodId: byKey.id });
    return await open();
  }
}

/** The number of a refusal of the agent; null of any other error. */
export function codeOf(error: unknown): number | null {
  return error instanceof Error && "code" in error && typeof error.code === "number"
    ? error.code
    : null;
}

/** By an option of the session that is for models, or as the protocol had it before there were options. */
async function chooseModel(
  agent: ClientContext,
  sessionId: string,
  model: string,
  offered: JsonObject,
): Promise<void> {
  const option = objectsAt(offered, "configOptions").find((each) => each["category"] === "model");
  if (option !== undefined) {
    const configId = textAt(option, "id");
    await agent.request("session/set_config_option", { sessionId, configId, value: model });
    return;
  }
  if (offered["models"] != null) {
    await agent.request("session/set_model", { sessionId, modelId: model });
    return;
  }
  throw new AcpFailure(
    `the agent offers no choice of models: name ${model} by args or env of its adapter`,
  );
}
