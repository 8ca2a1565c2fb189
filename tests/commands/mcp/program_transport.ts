/** The SDK's client over the streams of a program, which ends with the test. */
import {
  deserializeMessage,
  type JSONRPCMessage,
  type Transport,
} from "@modelcontextprotocol/client";
import { programCommand } from "../../start_program.ts";

export interface ProgramOptions {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A transport of the SDK's own leaves timers behind, which a test may not. */
export class ProgramTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #reading: Promise<void> = Promise.resolve();
  /** The exit code, once it is closed. */
  code: number | null = null;

  constructor({ cwd, args, env }: ProgramOptions) {
    const [program = "", ...words] = programCommand();
    this.#child = new Deno.Command(program, {
      args: [...words, ...args],
      cwd,
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "", ...env },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
  }

  start(): Promise<void> {
    this.#reading = this.#read();
    return Promise.resolve();
  }

  /** Throws where a line is no message: stdout has the protocol alone. */
  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.onmessage?.(deserializeMessage(line));
    }
    if (rest !== "") throw new Error(`The server ended within a line: ${rest}`);
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  }

  async close(): Promise<void> {
    if (this.code !== null) return;
    await this.#writer.close();
    await this.#reading;
    this.code = (await this.#child.status).code;
    this.onclose?.();
  }
}
