/** Tables of runs on terminals that are narrower than they are. */
import assert from "node:assert/strict";
import { call } from "../../contract/in_process.ts";
import { project } from "../../cli.ts";
import { seedRuns } from "../../seed.ts";

const ID = "project-report-20260202-143022";

Deno.test("tables of runs fit the terminal, and show ids and statuses whole", async () => {
  await using place = await project();
  await seedRuns(place.root, [{
    id: ID,
    pipeline: "project-report",
    status: "running",
    startedAt: Date.now() - 154_000,
    tookMs: 154_000,
    steps: [{ id: "languages", status: "running" }],
  }]);
  const interrupted = `${ID}  failed (interrupted)  languages`;
  for (const args of [["status", "--all"], ["list", "runs"]]) {
    const rowAt = async (width: number) => {
      const terminal = { width, height: 24 };
      const { stdout } = await call(place.root, [...args, "--color", "never"], { terminal });
      return stdout.split("\n")[1]?.replace(/ \ds /, " 0s ");
    };
    assert.equal(
      await rowAt(120),
      `${ID}  project-report  failed (interrupted)  languages  0s       0       -`,
    );
    assert.equal(await rowAt(80), `${interrupted}  0s       -`);
    assert.equal(await rowAt(72), `${interrupted}  0s`);
    // Wrapped by the terminal rather than cut: an id is there to be typed again.
    assert.equal(await rowAt(40), `${ID}  failed (interrupted)  languag…`);
  }
});
