import { deepStrictEqual } from "node:assert/strict";
import { project } from "../../cli.ts";
import { programCommand } from "../../start_program.ts";

Deno.test("stdout has the protocol alone; the server ends with its input, or with a signal", async () => {
  await using place = await project();
  const opening = {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "t", version: "1" },
    },
  };
  const none = await place.wave(["mcp"], { stdin: "" });
  deepStrictEqual([none.code, none.stdout, none.stderr], [0, "", ""]);
  const noise = await place.wave(["mcp"], { stdin: "no json\n" });
  deepStrictEqual([noise.code, noise.stdout], [0, ""]);

  const [program = "", ...words] = programCommand();
  await using child = new Deno.Command(program, {
    args: [...words, "mcp"],
    cwd: place.root,
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(`${JSON.stringify(opening)}\n`));
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  deepStrictEqual(JSON.parse(value).result.serverInfo.name, "wave");
  child.kill("SIGINT");
  deepStrictEqual([(await child.status).code, (await reader.read()).done], [130, true]);
  await writer.abort().catch(() => null);
});
