/** Another process that has a whole database for itself. */
import { fromFileUrl } from "@std/path";

/** Holds the database at `path` until it is disposed of. It can only while nobody else has it open. */
export async function holdDatabase(path: string): Promise<AsyncDisposable> {
  const program = fromFileUrl(new URL("fixtures/lock_database.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", program, path],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = child.stdout.getReader();
  await output.read();
  return {
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await child.status;
      await output.cancel();
    },
  };
}
