/** SHA-256 of texts and files, in hex. */

/** Up to this many bytes are hashed in one piece: the built-in digest takes no more than one. */
const ONE_PIECE = 1 << 20;

/** Takes bytes piece by piece; each piece may be overwritten afterwards. */
export interface Hash {
  update(piece: Uint8Array): void;
  /** Called once, at the end. */
  hex(): string | Promise<string>;
}

export async function sha256OfText(text: string): Promise<string> {
  return await digest(new TextEncoder().encode(text));
}

/**
 * Of what is left to read of an open file, which is `size` bytes long; never more than a piece of it is in
 * memory.
 *
 * @throws the signal's reason when it aborts first.
 */
export async function sha256OfFile(
  file: Deno.FsFile,
  size: number,
  signal?: AbortSignal,
): Promise<string> {
  const hash = await openSha256(size);
  for await (const piece of file.readable) {
    signal?.throwIfAborted();
    hash.update(piece);
  }
  return await hash.hex();
}

/** A hash of about `size` bytes. Only large ones pay for a module that takes as long to load as a start. */
export async function openSha256(size: number): Promise<Hash> {
  if (size > ONE_PIECE) {
    const { createHash } = await import("node:crypto");
    const hash = createHash("sha256");
    return { update: (piece) => void hash.update(piece), hex: () => hash.digest("hex") };
  }
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  return {
    update: (piece) => void pieces.push(piece.slice()),
    hex: async () => await digest(await new Blob(pieces).bytes()),
  };
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
