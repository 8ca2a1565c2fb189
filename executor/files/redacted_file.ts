/** Files that wave itself writes: the secrets in them are replaced, and counted. */
import { createRedactor, type Redactor } from "../../event/redaction/redact.ts";
import { createStreamRedactor, type StreamRedactor } from "../../event/redaction/redact_stream.ts";

/** A file of bytes of any kind that come in pieces. */
export class RedactedFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #redactor: StreamRedactor;
  readonly #raw: boolean;

  /** With `raw` the bytes are written as they come, and their secrets counted all the same. */
  constructor(path: string, redactor: Redactor | undefined, raw: boolean) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true, mode: 0o600 });
    this.#redactor = createStreamRedactor(redactor ?? createRedactor({}));
    this.#raw = raw;
  }

  /** How many secrets have come so far. */
  get count(): number {
    return this.#redactor.count;
  }

  write(bytes: Uint8Array): void {
    const clean = this.#redactor.push(atob(bytes.toBase64()));
    this.#writeAll(this.#raw ? bytes : bytesOf(clean));
  }

  end(): void {
    const rest = this.#redactor.flush();
    if (!this.#raw) this.#writeAll(bytesOf(rest));
  }

  #writeAll(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) done += this.#file.writeSync(bytes.subarray(done));
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** Of a text with one character a byte. */
const bytesOf = (text: string) => Uint8Array.fromBase64(btoa(text));
