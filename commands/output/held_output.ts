/** Output that waits while a question stands on the terminal, so that the question stays last, and alone. */
import type { Context, Output } from "../cli/command.ts";

class Hold {
  questions = 0;
  readonly pending: (() => void)[] = [];

  release(): void {
    this.questions--;
    if (this.questions > 0) return;
    for (const write of this.pending.splice(0)) write();
  }
}

const holds = new WeakMap<Context, Hold>();

function holdOf(context: Context): Hold {
  const hold = holds.get(context) ?? new Hold();
  holds.set(context, hold);
  return hold;
}

/** What `heldOutput` writes waits from now on, until the result is disposed of. */
export function holdOutput(context: Context): Disposable {
  const hold = holdOf(context);
  hold.questions++;
  return { [Symbol.dispose]: () => hold.release() };
}

/** `output`, whose text waits while `holdOutput` holds; as it is where it is no terminal. */
export function heldOutput(context: Context, output: Output): Output {
  if (!output.isTerminal) return output;
  const hold = holdOf(context);
  return {
    isTerminal: true,
    get width() {
      return output.width;
    },
    get height() {
      return output.height;
    },
    write(text) {
      if (hold.questions === 0) output.write(text);
      else hold.pending.push(() => output.write(text));
    },
    send(text) {
      if (hold.questions === 0) return output.send(text);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      hold.pending.push(() => output.send(text).then(resolve, reject));
      return promise;
    },
  };
}
