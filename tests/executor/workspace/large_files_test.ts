import assert from "node:assert/strict";
import { join } from "@std/path";
import { exportArtifacts } from "../../../commands/artifacts/export_artifacts.ts";
import type { ArtifactData } from "../../../event/event.ts";
import { collectArtifacts, findOutput } from "../../../executor/workspace/declared_artifacts.ts";
import { mount } from "../../../executor/workspace/mount.ts";
import { handOver, injectArtifacts } from "../../../executor/workspace/stage_artifacts.ts";

/** Enough for a copy to last many turns of a timer. */
const SIZE = 128 << 20;
/** What comes before and after a copy takes fewer. */
const TURNS = 4;

/** How often a timer of no time at all had its turn while `work` went on. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  try {
    await work();
    return turns;
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
      setTimeout(() => forced.abort(new Error("stopped")), 0);
      await assert.rejects(collecting, /stopped/);
    });
    for (const [name, work] of Object.entries(works)) {
      await t.step(name, async () => {
        const turns = await turnsDuring(work);
        for (const name of ["injected", "handed", "mounted"]) {
          await Deno.remove(join(root, name), { recursive: true }).catch(ignoreMissing);
        }
        // In one piece, no timer has a turn in it.
        assert(turns >= TURNS, `${turns} turns of a timer`);
      });
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
