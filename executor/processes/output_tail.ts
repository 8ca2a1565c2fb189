/** How much is kept, in bytes: enough for an error message. */
const TAIL_BYTES = 2048;

/** The end of what a program wrote. */
export class Tail {
  #bytes = new Uint8Array(0);
  #cut = false;

  keep(bytes: Uint8Array): void {
    this.#cut ||= this.#bytes.length + bytes.length > TAIL_BYTES;
    const both = new Uint8Array(this.#bytes.length + Math.min(bytes.length, TAIL_BYTES));
    both.set(this.#bytes);
    both.set(bytes.subarray(-TAIL_BYTES), this.#bytes.length);
    this.#bytes = both.slice(-TAIL_BYTES);
  }

  /**
   * The last 2 KiB, decoded. A line whose beginning was cut off is left out, and if it is the only one its
   * first word: half a secret would not be known as one.
   */
  text(): string {
    const text = new TextDecoder().decode(this.#bytes);
    if (!this.#cut) return text;
    const line = text.indexOf("\n") + 1;
    return line > 0 && line < text.length ? text.slice(line) : text.replace(/^\S*\s?/, "");
  }
}
