/** The option by which a run is given variables that are not set. */
export const ENV_FILE = {
  kind: "text",
  summary: "Read variables that are not set from a file (NAME=value lines); they are not recorded",
  complete: "file",
} as const;
