/** Output that waits while a question stands on the terminal, so that the question stays last, and alone. */
import type { Context, Output } from "../cli/command.ts";

/** What is drawn on the terminal all the time, and goes while a question stands there. */
export interface HeldView {
  /** Resolves when it is gone. */
  hide(): Promise<void>;
  show(): void;
}

class Hold {
  questions = 0;
  readonly pending: (() => void)[] = [];
  readonly views = new Set<HeldView>();

  release(): void {
    this.questions--;
    if (this.questions > 0) return;
    for (const view of this.views) view.show();
    for (const write of this.pending.splice(0)) write();
  }
}

const holds = new WeakMap<Context, Hold>();

function holdOf(context: Context): Hold {
  const hold = holds.get(context) ?? new Hold();
  holds.set(context, hold);
  return hold;
}

/** Hides `view` whenever `holdOutput` holds, until the result is disposed of. */
export function heldView(context: Context, view: HeldView): Disposable {
  const { views } = holdOf(context);
  views.add(view);
  return { [Symbol.dispose]: () => views.delete(view) };
}

/** What `heldOutput` writes waits from now on, and views go, until the result is disposed of. */
export async function holdOutput(context: Context): Promise<Disposable> {
  const hold = holdOf(context);
  hold.questions++;
  await Promise.all([...hold.views].map((view) => view.hide()));
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
