/** A disk that can be filled: a small tmpfs, which only root may mount. */
export class SmallDisk implements AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  readonly #filler: string;

  private constructor(path: string) {
    this.path = path;
    this.#filler = `${path}/filler`;
  }

  /** Mounts it in a new folder, or as the folder `at`. Null where nothing may be mounted. */
  static async mount(bytes: number, at?: string): Promise<SmallDisk | null> {
    if (at !== undefined) await Deno.mkdir(at, { recursive: true });
    const path = await Deno.realPath(at ?? await Deno.makeTempDir({ prefix: "wave-disk-" }));
    try {
      const { success } = await new Deno.Command("mount", {
        args: ["-t", "tmpfs", "-o", `size=${bytes}`, "wave-test", path],
        stderr: "null",
      }).output();
      if (success) return new SmallDisk(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await Deno.remove(path);
    return null;
  }

  /** Fills it up, but for about so many bytes. */
  fill(free: number): void {
    const block = new Uint8Array(4096).fill(120);
    {
      using file = Deno.openSync(this.#filler, { write: true, create: true, truncate: true });
      try {
        while (file.writeSync(block) === block.length);
      } catch (error) {
        if (!(error instanceof Error && error.message.includes("No space left"))) throw error;
      }
    }
    const { size } = Deno.statSync(this.#filler);
    Deno.truncateSync(this.#filler, Math.max(0, size - free));
  }

  /** Gives all of it back. */
  clear(): void {
    Deno.removeSync(this.#filler);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Deno.Command("umount", { args: ["-l", this.path] }).output();
    await Deno.remove(this.path);
  }
}
