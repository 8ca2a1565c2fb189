/** Writes a file that a user asked for. */
import { OperationError } from "../../event/errors.ts";

/**
 * Whole or not at all.
 *
 * @param code of the error.
 * @throws {OperationError} when it cannot be written.
 */
export async function writeWhole(path: string, text: string, code: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    await Deno.writeTextFile(temporary, text);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => null);
    const reason = error instanceof Error ? error.message : String(error);
    throw new OperationError(code, `Cannot write "${path}": ${reason}`, { cause: error });
  }
}
