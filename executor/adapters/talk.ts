/** A conversation with an agent, by the pipes of its program. */
import type { AdapterRequest, AgentEvent, Interpreter } from "./adapter.ts";

export class Talk implements AsyncDisposable {
  /** What is said to it, for its stdin. */
  readonly input: ReadableStream<string>;
  /** Resolves when nothing more is said, whatever the cause. */
  readonly over: Promise<void>;
  readonly #interpreter: Interpreter;
  /** What ended it that is no fault of the agent. */
  #fault: { readonly error: unknown } | null = null;

  constructor(
    interpreter: Interpreter,
    request: AdapterRequest,
    tell: (event: AgentEvent) => void,
  ) {
    this.#interpreter = interpreter;
    let isOpen = true;
    let input: ReadableStreamDefaultController<string> | null = null;
    this.input = new ReadableStream({
      start(controller) {
        input = controller;
      },
      cancel() {
        isOpen = false;
      },
    });
    const send = (line: string) => {
      if (isOpen) input?.enqueue(`${line}\n`);
    };
    const talked = interpreter.converse?.(request, { send, tell }) ?? Promise.resolve();
    this.over = talked.catch((error) => {
      this.#fault = { error };
    }).then(() => {
      if (isOpen) input?.close();
      isOpen = false;
    });
  }

  /**
   * To be called when its program has ended.
   *
   * @throws what ended the conversation and is no fault of the agent.
   */
  async end(): Promise<void> {
    await this[Symbol.asyncDispose]();
    if (this.#fault !== null) throw this.#fault.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#interpreter.ended?.();
    await this.over;
  }
}
