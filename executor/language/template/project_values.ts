/** `{{ forge.* }}` and `{{ project.* }}`: what the manifest and the project's git configuration say. */
import { readIfThere } from "../../../event/files.ts";
import type { Manifest } from "../model/manifest.ts";
import type { Lookup } from "./template.ts";

/** Names of `{{ project.<name> }}` that are empty where the manifest does not give them. */
export const PROJECT_NAMES: readonly string[] = [
  ...["language", "flavour", "skill", "source_glob", "test_file_pattern", "test_func_pattern"],
  ...["build_command", "test_command", "contract_test_command", "lint_command", "format_command"],
];

export const FORGE_NAMES: readonly string[] = [
  ...["type", "cli_tool", "pr_command", "pr_term", "prefix", "host", "owner", "repo"],
];

type Forge = Readonly<Record<string, string>>;

const FORGES: Readonly<Record<string, Forge>> = {
  github: forge("github", "gh", "gh", "pr", "Pull Request"),
  gitlab: forge("gitlab", "gl", "glab", "mr", "Merge Request"),
  gitea: forge("gitea", "gt", "tea", "pulls", "Pull Request"),
  bitbucket: forge("bitbucket", "bb", "bb", "pr", "Pull Request"),
};

function forge(type: string, prefix: string, tool: string, request: string, term: string): Forge {
  return { type, prefix, cli_tool: tool, pr_command: request, pr_term: term };
}

/** What a manifest may name in `metadata.forge`. */
export const FORGE_TYPES: readonly string[] = [...Object.keys(FORGES), "forgejo"];

/** The manifest's forge, else that of the remote `origin` by its host, else GitHub; with where that remote is. */
function forgeOf(root: string, manifest: Manifest): Forge {
  const remote = remoteOf(root);
  const name = manifest.forge === "forgejo" ? "gitea" : manifest.forge ?? forgeAt(remote.host);
  const known = FORGES[name];
  if (known === undefined) throw new Error(`no forge ${name}`);
  return { ...known, ...remote };
}

/** Host, owner and name of the repository at `origin`; each is empty where that does not say it. */
function remoteOf(
  root: string,
): { readonly host: string; readonly owner: string; readonly repo: string } {
  // There is none without a repository, and in a worktree, where `.git` is a file.
  const config = readIfThere(`${root}/.git/config`) ?? "";
  const url = /\[remote "origin"\][^[]*?\n\s*url\s*=\s*(\S+)/.exec(config)?.[1] ?? "";
  const [, host = "", path = ""] =
    /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?(\w[\w.-]*)(?::\d+(?=\/))?[:/]*(.*)$/i.exec(url) ?? [];
  // Groups within groups are the owner's; what is no plain name is none.
  const [, owner = "", repo = ""] = /^(\w[\w./-]*)\/(\w[\w.-]*?)(?:\.git)?\/?$/.exec(path) ?? [];
  return { host: host.toLowerCase(), owner, repo };
}

function forgeAt(host: string): keyof typeof FORGES {
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
