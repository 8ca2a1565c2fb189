/** Guesses how the tests of a project are run, from the files that lie at its root. */
import { exists } from "../../event/files.ts";

/** The first file that is there decides. */
const COMMANDS: readonly (readonly [file: string, command: string])[] = [
  ["deno.json", "deno test"],
  // A worktree has only what is committed, so packages are installed anew.
  ["package-lock.json", "npm ci --silent && npm test"],
  ["pnpm-lock.yaml", "pnpm install --frozen-lockfile --silent && pnpm test"],
  ["yarn.lock", "yarn install --frozen-lockfile --silent && yarn test"],
  ["package.json", "npm test"],
  ["Cargo.toml", "cargo test"],
  ["go.mod", "go test ./..."],
  ["pyproject.toml", "python3 -m pytest"],
  ["pom.xml", "mvn -q test"],
  ["gradlew", "./gradlew test"],
  ["Makefile", "make test"],
];

const UNKNOWN = "echo 'wave.yaml: project.test_command is to say how to run the tests' >&2; exit 1";

/** A line for `sh`; one that fails and says what to write where nothing is known. */
export function testCommandOf(root: string): string {
  return COMMANDS.find(([file]) => exists(`${root}/${file}`))?.[1] ?? UNKNOWN;
}
