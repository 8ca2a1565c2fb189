import { deepStrictEqual } from "node:assert/strict";
import { referenceText } from "../../docs/reference.ts";
import { COMMANDS } from "../../commands/registry.ts";

Deno.test("docs/commands.md is what the declarations say; deno task docs writes it anew", async () => {
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = formatter.stdin.getWriter();
  await writer.write(new TextEncoder().encode(referenceText(COMMANDS)));
  await writer.close();
  const { stdout } = await formatter.output();
  deepStrictEqual(
    await Deno.readTextFile(new URL("../../docs/commands.md", import.meta.url)),
    new TextDecoder().decode(stdout),
  );
});
