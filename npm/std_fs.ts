/** Stand-in for the part of @std/fs that this program uses, over the runtime. */
export const ensureDir = (path: string): Promise<void> => Deno.mkdir(path, { recursive: true });
export const ensureDirSync = (path: string): void => Deno.mkdirSync(path, { recursive: true });
