/** SHA-256 of texts and files, in hex. */

/** Files up to this many bytes are read in one piece: the built-in digest takes no more than one. */
const ONE_PIECE = 1 << 20;

export async function sha256OfText(text: string): Promise<string> {
  return await digest(new TextEncoder().encode(text));
}

/** Of what is left to read of an open file, which is `size` bytes long; never more than a piece of it is in memory. */
export async function sha256OfFile(file: Deno.FsFile, size: number): Promise<string> {
  if (size <= ONE_PIECE) {
    return await digest(new Uint8Array(await new Response(file.readable).arrayBuffer()));
  }
  // Only large files pay for loading this module.
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  for await (const piece of file.readable) hash.update(piece);
  return hash.digest("hex");
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
