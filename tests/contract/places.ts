/** The folders in which the table of all commands calls them. */
import { thisProcess } from "../../event/identity.ts";
import { openStore } from "../../state/sqlite/sqlite_store.ts";
import { type Project, project } from "../cli.ts";
import { type SeededRun, seedRuns } from "../seed.ts";

/** The conditions of the contract's proof, each a folder to call a command in. */
export type PlaceName = "no project" | "no data" | "one run" | "many runs";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const MANIFEST = `
metadata: { name: test }
adapters: { mock: { binary: mock } }
personas: { worker: { adapter: mock, system_prompt_file: worker.md } }
`;

const FILES = {
  "wave.yaml": MANIFEST,
  "worker.md": "Work.\n",
  ".wave/pipelines/a.yaml": `
metadata: { name: a, description: The first one }
steps:
  - { id: one, type: command, script: echo one }
`,
};

const ONE: SeededRun = {
  id: "a-20260101-000001",
  pipeline: "a",
  startedAt: Date.now() - DAY,
  tookMs: 154_000,
  input: "fix bug",
};

/** 27 runs of three pipelines; `a-2…` fits three of them, the last one was interrupted. */
export function manyRuns(): SeededRun[] {
  const now = Date.now();
  const failed = { status: "failed", error: "step one failed: no" } as const;
  const steps = [{ id: "one", status: "failed", error: "no" }] as const;
  return [
    { ...ONE, startedAt: now - 3 * DAY },
    { ...failed, id: "a-20260101-000002", pipeline: "a", startedAt: now - 2 * DAY, steps },
    { id: "a-20260101-000003", pipeline: "a", startedAt: now - 60 * MINUTE },
    { ...failed, id: "b-20260101-000001", pipeline: "b", startedAt: now - 2 * DAY, steps },
    { id: "b-20260101-000002", pipeline: "b", status: "cancelled", startedAt: now - 20 * MINUTE },
    {
      id: "b-20260101-000003",
      pipeline: "b",
      status: "running",
      startedAt: now - 10 * MINUTE,
      steps: [{ id: "one", status: "running" }],
    },
    ...Array.from({ length: 21 }, (_, index): SeededRun => ({
      id: `old-20251201-0000${String(index).padStart(2, "0")}`,
      pipeline: "old",
      startedAt: now - 10 * DAY - index * MINUTE,
    })),
  ];
}

/** A new folder of this kind, with an up to date database where there are runs. */
export async function placeOf(name: PlaceName): Promise<Project> {
  if (name === "no project") return await project({}, { bare: true });
  const place = await project(FILES);
  if (name === "no data") return place;
  await seedRuns(place.root, name === "one run" ? [ONE] : manyRuns());
  const store = await openStore(place.root, { owner: thisProcess(null), busyTimeoutMs: 0 });
  store.close();
  return place;
}
