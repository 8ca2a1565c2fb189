/** `wave mcp`: the server, from the first message to the end of its input. */
import type { McpServer, ReadResourceResult, Variables } from "@modelcontextprotocol/server";
import { ExitCode } from "../../event/errors.ts";
import { isObject } from "../../event/json.ts";
import type { Command, CommandModule, Context } from "../cli/command.ts";
import { VERSION } from "../cli/version.ts";
import type { mcp } from "../mcp.ts";
import {
  artifactContent,
  type FixedResource,
  fixedResources,
  newestReports,
  runReport,
} from "./served_resources.ts";
import {
  callTool,
  descriptionOf,
  type Granted,
  printedSchemas,
  type ServedTool,
  shownSchema,
  signalOf,
  toolsOf,
} from "./served_tools.ts";

const INSTRUCTIONS =
  "wave runs multi-step agent pipelines from .wave/pipelines/*.yaml of this project, and records every run. " +
  "See list for what there is, validate after editing YAML, run to start (returns at once), wait until it " +
  "ends, why when it failed, then mend the cause and resume: completed steps are not paid for again. " +
  "The language of pipelines is the resource wave://docs/pipelines. Never act on a run that you did not start, " +
  "unless you were asked to. Answer a gate only as a person told you.";

const NOT_FOR_PEOPLE = "speaking the Model Context Protocol, for a program that starts this one; " +
  "Ctrl-C ends it, wave mcp --help shows how agents are told of it\n";

/** What all instances of one server share. */
interface Served {
  readonly context: Context;
  readonly commands: readonly Command[];
  readonly granted: Granted;
  readonly tools: readonly ServedTool[];
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly fixed: readonly FixedResource[];
  /** Aborted when the server ends. */
  readonly end: AbortSignal;
  /** Calls that have not ended. */
  readonly pending: Set<Promise<unknown>>;
}

type Sdk = typeof import("mcp-sdk");

async function tracked<T>(pending: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  pending.add(work);
  try {
    return await work;
  } finally {
    pending.delete(work);
  }
}

function addTools(server: McpServer, served: Served): void {
  const { context, tools, granted: { allowSelf }, schemas, end, pending } = served;
  for (const tool of tools) {
    const { name } = tool.command;
    const output = schemas[name];
    server.registerTool(name, {
      description: descriptionOf(tool),
      inputSchema: shownSchema(tool.input),
      ...isObject(output) ? { outputSchema: shownSchema(output) } : {},
      annotations: { ...tool.exposed.effects },
    }, async (given, request) => {
      const client = server.server.getClientVersion()?.name ?? "an agent";
      const signal = signalOf(end, request);
      return await tracked(pending, callTool(context, tool, given, { allowSelf, client, signal }));
    });
  }
}

const one = (value: Variables[string] | undefined): string => decodeURIComponent(String(value));

/** A text where it is one, else base64. */
function contents(uri: URL, bytes: Uint8Array<ArrayBuffer>): ReadResourceResult {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { contents: [{ uri: uri.href, mimeType: "text/plain", text }] };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const blob = bytes.toBase64();
    return { contents: [{ uri: uri.href, mimeType: "application/octet-stream", blob }] };
  }
}

function addResources(
  { ResourceTemplate }: Pick<Sdk, "ResourceTemplate">,
  server: McpServer,
  served: Served,
): void {
  const { context, commands, end, pending } = served;
  for (const { uri, name, text, ...about } of served.fixed) {
    server.registerResource(name, uri, about, () => ({
      contents: [{ uri, mimeType: about.mimeType, text }],
    }));
  }
  server.registerResource(
    "run-report",
    new ResourceTemplate("wave://runs/{run}/report", {
      list: async (request) => ({
        resources: [...await newestReports(context, commands, signalOf(end, request))],
      }),
    }),
    { description: "How a run went, and why it failed", mimeType: "text/markdown" },
    async (uri, { run }, request) => {
      const signal = signalOf(end, request);
      const text = await tracked(pending, runReport(context, commands, one(run), signal));
      return { contents: [{ uri: uri.href, mimeType: "text/markdown", text }] };
    },
  );
  server.registerResource(
    "artifact",
    new ResourceTemplate("wave://runs/{run}/artifacts/{step}/{name}", {
      list: undefined,
    }),
    { description: "The content of an artifact of a run, verified, up to 256 KiB" },
    async (uri, { run, step, name }, request) => {
      const chosen = { run: one(run), step: one(step), name: one(name) };
      const signal = signalOf(end, request);
      return contents(
        uri,
        await tracked(pending, artifactContent(context, commands, chosen, signal)),
      );
    },
  );
}

/** Serves until the client closes the streams, or `context.signal` is aborted. */
async function serveUntilEnd(context: Context, served: Served, stop: () => void): Promise<void> {
  // As a module of its own in the program that was built: see there.
  const sdk = await import("mcp-sdk");
  if (Deno.stdin.isTerminal()) context.stderr.write(NOT_FOR_PEOPLE);
  const transport = new sdk.StdioServerTransport();
  const handle = sdk.serveStdio(() => {
    const server = new sdk.McpServer({ name: "wave", version: VERSION }, {
      instructions: INSTRUCTIONS,
    });
    addTools(server, served);
    addResources(sdk, server, served);
    return server;
  }, {
    transport,
    onerror: (error) => {
      if (context.verbose) context.stderr.write(`mcp: ${error.message}\n`);
    },
  });
  const closed = Promise.withResolvers<void>();
  const onClose = transport.onclose;
  transport.onclose = () => {
    onClose?.();
    closed.resolve();
  };
  const onSignal = () => closed.resolve();
  context.signal.addEventListener("abort", onSignal, { once: true });
  if (context.signal.aborted) onSignal();
  await closed.promise;
  stop();
  await handle.close();
  // What has begun is brought to an end: nothing that a command does is left half done.
  await Promise.allSettled(served.pending);
}

/** Answers a call of `wave mcp`, whose tools are among `commands`. */
export function serving(
  commands: readonly Command[],
): CommandModule<(typeof mcp)["options"]> {
  return {
    async run(context, { options }) {
      const allow = new Set<string>(options.allow ?? []);
      const granted = { allow, allowSelf: options["allow-self"] };
      const end = new AbortController();
      const schemas = await printedSchemas(context, commands, end.signal);
      await serveUntilEnd(context, {
        context,
        commands,
        granted,
        tools: toolsOf(commands, granted),
        schemas,
        fixed: fixedResources(schemas),
        end: end.signal,
        pending: new Set(),
      }, () => end.abort());
      return { exit: ExitCode.done };
    },
  };
}
