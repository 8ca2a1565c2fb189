/** A run that a budget has ended: how soon that was, and its resume with more. */

type Wave = (...args: string[]) => Promise<{ readonly code: number; readonly stdout: string }>;

export interface Resumed {
  /** Milliseconds from the use that passed the limit to the end of the attempt; null where none did. */
  readonly endedAfter: number | null;
  readonly code: number;
  /** Of the run, in all. */
  readonly tokens: number;
}

/** Resumes the newest run with `more`, and with less to do. `limit`: in tokens, what it had. */
export async function resumeWithMore(
  root: string,
  wave: Wave,
  { limit, more }: { readonly limit: number; readonly more: readonly string[] },
): Promise<Resumed> {
  const { logs } = JSON.parse(
    (await wave("logs", "--raw", "-n", "all", "--format", "json")).stdout,
  );
  const endedAfter = timeToEnd(logs, limit);
  Deno.writeTextFileSync(
    `${root}/.wave/pipelines/p.yaml`,
    "steps:\n  - { id: a, persona: p, exec: { type: prompt, source: go on } }\n",
  );
  const { code } = await wave("resume", "@latest", "-q", ...more);
  const { pipelines: [run] } = JSON.parse(
    (await wave("status", "--all", "--format", "json")).stdout,
  );
  return { endedAfter, code, tokens: run.total_tokens };
}

interface Logged {
  readonly state: string;
  readonly step_id: string | null;
  readonly timestamp: string;
  readonly data?: { readonly tokens?: { readonly total: number } };
}

function timeToEnd(logs: readonly Logged[], limit: number): number | null {
  const passed = logs.find(({ data }) => (data?.tokens?.total ?? 0) > limit);
  const end = logs.find(({ step_id, state }) => step_id !== null && state === "failed");
  if (passed === undefined || end === undefined) return null;
  return Date.parse(end.timestamp) - Date.parse(passed.timestamp);
}
