import assert from "node:assert/strict";
import { join } from "@std/path";
import { exportArtifacts } from "../../../commands/artifacts/export_artifacts.ts";
import type { ArtifactData } from "../../../event/event.ts";
import { collectArtifacts, findOutput } from "../../../executor/workspace/declared_artifacts.ts";
import { mount } from "../../../executor/workspace/mount.ts";
import { handOver, injectArtifacts } from "../../../executor/workspace/stage_artifacts.ts";

/** Enough for a copy to take many turns of the timer. */
const SIZE = 256 << 20;
const TICK_MS = 5;

/** How long `work` took, and the longest time in it without a turn of a timer, in milliseconds. */
async function longestGap(work: () => Promise<unknown>): Promise<{ took: number; gap: number }> {
  let gap = 0;
  let last = performance.now();
  const startedAt = last;
  const turn = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
  };
  const timer = setInterval(turn, TICK_MS);
  try {
    await work();
    const took = performance.now() - startedAt;
    turn();
    return { took, gap };
  } finally {
    clearInterval(timer);
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

Deno.test("a large file that is copied or hashed leaves the timers their turns", async (t) => {
  const root = await Deno.makeTempDir();
  try {
    const workspace = join(root, ".wave", "workspaces", "run", "a");
    await Deno.mkdir(workspace, { recursive: true });
    const folder = (name: string) => {
      Deno.mkdirSync(join(root, name));
      return join(root, name);
    };
    {
      using file = await Deno.open(join(workspace, "big"), { write: true, create: true });
      await file.truncate(SIZE);
    }
    let artifact: ArtifactData | undefined;
    const big = () => {
      assert(artifact !== undefined);
      return artifact;
    };
    const works: Record<string, () => Promise<unknown>> = {
      "collectArtifacts() measures it": async () => {
        const spec = { name: "big", path: "big" };
        [artifact] = await collectArtifacts([spec], { workspace, cwd: workspace }, root);
      },
      "findOutput() brings it from a worktree": () =>
        findOutput("big", { workspace: folder("found"), cwd: workspace }),
      "injectArtifacts() copies it": () =>
        injectArtifacts([{ as: "big", artifact: big(), step: "a" }], folder("injected"), root),
      "handOver() copies it": () =>
        handOver([{ artifact: big(), step: "a", path: "big" }], [], folder("handed"), root),
      "mount() copies it": () => {
        Deno.mkdirSync(join(root, "source"));
        Deno.renameSync(join(root, "found", "big"), join(root, "source", "big"));
        const spec = { source: "source", target: "at", mode: "readonly" } as const;
        return mount(spec, folder("mounted"), root, new AbortController().signal);
      },
      "exportArtifacts() copies it": () => {
        const { name, type, path, size_bytes: sizeBytes, sha256 } = big();
        const times = { modifiedAt: 0, createdAt: 0 };
        const record = { runId: "run", stepId: "a", name, type, path, sizeBytes, sha256, ...times };
        return exportArtifacts(root, [record], folder("exported"));
      },
    };
    await t.step("collectArtifacts() ends soon after its signal aborts", async () => {
      const spec = { name: "big", path: "big" };
      const forced = new AbortController();
      const folders = { workspace, cwd: workspace };
      const collecting = collectArtifacts([spec], folders, root, forced.signal);
      setTimeout(() => forced.abort(new Error("stopped")), TICK_MS);
      await assert.rejects(collecting, /stopped/);
    });
    for (const [name, work] of Object.entries(works)) {
      await t.step(name, async () => {
        const { took, gap } = await longestGap(work);
        for (const name of ["injected", "handed", "mounted"]) {
          await Deno.remove(join(root, name), { recursive: true }).catch(ignoreMissing);
        }
        // In one piece, the gap would be as long as the whole work.
        assert(gap < Math.max(took / 2, 10 * TICK_MS), `${gap} ms of ${took} ms without a turn`);
      });
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
