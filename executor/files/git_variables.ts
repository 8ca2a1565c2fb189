/** The variables that name one repository, as git itself lists them (`git rev-parse --local-env-vars`). */
const LOCAL = new Set([
  ...["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT"],
  ...["GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE"],
  ...["GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NO_REPLACE_OBJECTS"],
  ...["GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE"],
  ...["GIT_WORK_TREE", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE"],
]);

/**
 * An environment without those variables. A hook sets them for what it calls, wave for instance, and they
 * would lead git in every other folder to the hook's repository.
 */
export function withoutRepository(
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !LOCAL.has(name)));
}
