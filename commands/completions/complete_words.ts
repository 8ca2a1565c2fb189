import { WaveError } from "../../event/errors.ts";
import type { ObservedRun } from "../../state/records/records.ts";
import { type Candidate, type FindCandidates, findCandidates } from "./candidates.ts";
import type { Command, CommandModule, Context } from "../cli/command.ts";
import type { Definitions } from "../definitions/read_definitions.ts";
import { openRuns } from "../runs/open_runs.ts";
import { findProject } from "../runs/find_project.ts";
import { safeLine } from "../output/safe_text.ts";

/** How many run ids a shell is offered at most. */
const RUN_LIMIT = 50;

/** Names of the files of a folder, without the extension. */
function namesIn(folder: string, extension: RegExp): Candidate[] {
  try {
    return [...Deno.readDirSync(folder)]
      .filter((entry) => extension.test(entry.name))
      .map((entry) => ({ value: entry.name.replace(extension, ""), summary: "" }))
      .toSorted((a, b) => a.value < b.value ? -1 : 1);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

function runCandidate({ record, status }: ObservedRun): Candidate {
  return { value: record.id, summary: status };
}

/** Loads what reads YAML, which most completions do without. */
async function definitions(context: Context): Promise<Definitions> {
  const { readDefinitions } = await import("../definitions/read_definitions.ts");
  return readDefinitions(findProject(context), context.env("PATH") ?? "");
}

function lookupIn(context: Context): FindCandidates {
  return async (kind, prefix, words) => {
    switch (kind) {
      case "file":
      case "directory":
        return [{ value: `:${kind}`, summary: "" }];
      case "pipeline":
        return namesIn(`${findProject(context)}/.wave/pipelines`, /\.ya?ml$/);
      case "persona":
        return (await definitions(context)).personas
          .map(({ name, description }) => ({ value: name, summary: description }));
      case "adapter":
        return (await definitions(context)).adapters
          .map(({ name, binary }) => ({ value: name, summary: binary }));
      case "pipeline-step": {
        const found = (await definitions(context)).pipelines.find(({ name }) => name === words[0]);
        return (found?.steps ?? []).map((value) => ({ value, summary: "" }));
      }
      case "input-name": {
        const { inputCandidates } = await import("./input_candidates.ts");
        return inputCandidates(findProject(context), words[0] ?? "", prefix);
      }
      case "run": {
        using runs = openRuns(context);
        const ids = runs.reader.idsWithPrefix(prefix, RUN_LIMIT);
        const found = ids.length === 0 ? [] : runs.reader.runs({ ids }).runs;
        const latest = ids.length > 0 || prefix !== "" ? [{ value: "@latest", summary: "" }] : [];
        return [...found.map(runCandidate), ...latest];
      }
      case "active-run": {
        using runs = openRuns(context);
        return runs.reader.runs({ statuses: ["pending", "running"] }).runs.map(runCandidate);
      }
      case "step": {
        using runs = openRuns(context);
        const [word = "@latest"] = words;
        const [id] = runs.resolve([word]);
        const run = id === undefined ? null : runs.reader.run(id);
        return (run?.steps ?? []).map(({ record, status }) => ({
          value: record.id,
          summary: status,
        }));
      }
    }
  };
}

/**
 * The action of `wave __complete -- <words>`. Where nothing can be found, as outside a project, it prints
 * nothing.
 */
export function completing(commands: readonly Command[]): CommandModule {
  return {
    async run(context, { args }) {
      let candidates: readonly Candidate[];
      try {
        candidates = await findCandidates(commands, args, lookupIn(context));
      } catch (error) {
        if (!(error instanceof WaveError)) throw error;
        candidates = [];
      }
      return {
        json: { candidates },
        text: () =>
          candidates.map(({ value, summary }) => `${safeLine(value)}\t${safeLine(summary)}\n`).join(
            "",
          ),
      };
    },
  };
}
