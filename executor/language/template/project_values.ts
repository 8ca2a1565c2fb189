/** `{{ forge.* }}` and `{{ project.* }}`: what the manifest and the project's git configuration say. */
import { readIfThere } from "../../../event/files.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Lookup } from "./template.ts";

/** Names of `{{ project.<name> }}` that are empty where the manifest does not give them. */
export const PROJECT_NAMES: readonly string[] = [
  ...["language", "flavour", "skill", "source_glob", "test_file_pattern", "test_func_pattern"],
  ...["build_command", "test_command", "contract_test_command", "lint_command", "format_command"],
];

export const FORGE_NAMES: readonly string[] = ["type", "cli_tool", "pr_command", "pr_term"];

type Forge = Readonly<Record<string, string>>;

const FORGES: Readonly<Record<string, Forge>> = {
  github: { type: "github", cli_tool: "gh", pr_command: "pr", pr_term: "Pull Request" },
  gitlab: { type: "gitlab", cli_tool: "glab", pr_command: "mr", pr_term: "Merge Request" },
  gitea: { type: "gitea", cli_tool: "tea", pr_command: "pulls", pr_term: "Pull Request" },
  bitbucket: { type: "bitbucket", cli_tool: "bb", pr_command: "pr", pr_term: "Pull Request" },
};

/** What a manifest may name in `metadata.forge`. */
export const FORGE_TYPES: readonly string[] = [...Object.keys(FORGES), "forgejo"];

/** The manifest's forge, else that of the remote `origin` by its host, else GitHub. */
function forgeOf(root: string, manifest: Manifest): Forge {
  const name = manifest.forge === "forgejo" ? "gitea" : manifest.forge ?? remoteForge(root);
  const forge = FORGES[name];
  if (forge === undefined) throw new Error(`no forge ${name}`);
  return forge;
}

function remoteForge(root: string): keyof typeof FORGES {
  // There is none without a repository, and in a worktree, where `.git` is a file.
  const config = readIfThere(`${root}/.git/config`) ?? "";
  const url = /\[remote "origin"\][^[]*?\n\s*url\s*=\s*(\S+)/.exec(config)?.[1] ?? "";
  const host = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^:/]+)/i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (host.includes("gitlab")) return "gitlab";
  if (host.includes("bitbucket")) return "bitbucket";
  return /gitea|forgejo|codeberg/.test(host) ? "gitea" : "github";
}

/** Looks up `project.*` and `forge.*`; undefined for everything else. */
export function fixedLookup(root: string, manifest: Manifest): Lookup {
  let forge: Forge | null = null;
  return (reference) => {
    if (reference.kind === "project") {
      if (Object.hasOwn(manifest.project, reference.name)) return manifest.project[reference.name];
      return PROJECT_NAMES.includes(reference.name) ? "" : undefined;
    }
    if (reference.kind !== "forge") return undefined;
    forge ??= forgeOf(root, manifest);
    return Object.hasOwn(forge, reference.name) ? forge[reference.name] : undefined;
  };
}
