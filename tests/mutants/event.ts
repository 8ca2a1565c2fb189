/** Faults in `event/`. */
import { faultsIn, type Mutant } from "./mutant.ts";

export const EVENT: readonly Mutant[] = [
  ...faultsIn("event/glob.ts", "event/glob_test.ts", [
    [
      "the end of a range belongs to it",
      "character <= set.charAt(i + 2)",
      "character < set.charAt(i + 2)",
    ],
    ["a glob is of the whole text", "return g === glob.length;", "return true;"],
    ["a bracket at its start is in the set", "negated ? 3 : 2", "negated ? 2 : 1"],
  ]),
  ...faultsIn("event/redaction/secret_names.ts", "event/redaction/redact_test.ts", [
    [
      "a secret of exactly eight characters",
      "length >= MIN_SECRET_LENGTH",
      "length > MIN_SECRET_LENGTH",
    ],
    [
      "a password in an address is a secret",
      "if (password !== undefined) found.add(password);",
      "",
    ],
    ["the name of a key file is no secret", "!ABOUT_IT.test(", "ABOUT_IT.test("],
  ]),
  ...faultsIn("event/redaction/find_values.ts", "event/redaction/find_values_test.ts", [
    [
      "a secret at the end of a text",
      "const last = text.length - 1;",
      "const last = text.length - 2;",
    ],
    [
      "the longest of two secrets wins",
      "one.length > length && text",
      "one.length < length && text",
    ],
    [
      "the beginning of a secret is held back",
      "one.length > rest.length &&",
      "one.length > rest.length + 1 &&",
    ],
    [
      "a secret that is longer than all others",
      "length - this.#longest + 1)",
      "length - this.#longest + 2)",
    ],
  ]),
  ...faultsIn("event/redaction/redact.ts", "event/redaction/redact_test.ts", [
    [
      "a text of eight characters is searched",
      "text.length < MIN_SECRET_LENGTH",
      "text.length <= MIN_SECRET_LENGTH",
    ],
    ["keys that are no words are redacted", "WORD.test(key) ? key :", "true ? key :"],
    ["secrets that overlap are one", "span.start > last.end", "span.start >= last.start"],
  ]),
  ...faultsIn("event/redaction/redact_stream.ts", "event/redaction/redact_test.ts", [
    ["a secret that two pieces share", "this.#held = text.slice(hold);", 'this.#held = "";'],
    [
      "the rest of a secret behind a border",
      "covered < hold ? NOWHERE : covered - hold",
      "NOWHERE",
    ],
    ["the end of a stream is passed on", 'this.#take("", true)', 'this.#take("", false)'],
  ]),
  ...faultsIn("event/redaction/secret_forms.ts", "event/redaction/redact_test.ts", [
    ["each line of a secret is one", "...linesOf(secret)", ""],
    ["a secret in base64", ", ...base64Forms(bytes)]", "]"],
    ["a secret in an address", "...urlForms(wellFormed), ", ""],
  ]),
  ...faultsIn("event/recorder.ts", "event/recorder_test.ts", [
    [
      "an event is numbered once it is written",
      "trace.append(encodeEvent(event));\n    seq++;",
      "seq++;\n    trace.append(encodeEvent(event));",
    ],
    ["the message is redacted", "redactor.text(text).toWellFormed()", "text.toWellFormed()"],
    [
      "details are redacted",
      "const clean = redactor.value(data);",
      "const clean = structuredClone(data);",
    ],
    ["bytes that are no text are redacted", "clean === bytes ? base64 : btoa(clean)", "base64"],
    [
      "an input with a secret says so",
      "draft.data.input_redacted || input !== draft.data.input",
      "draft.data.input_redacted",
    ],
    ["long output is cut", "if (read === rest.length) break;", "break;"],
  ]),
  ...faultsIn("event/trace_writer.ts", "event/trace_writer_test.ts", [
    ["no fdatasync", "await this.#file.syncData();", ""],
    ["the sync is waited for", "await this.#file.syncData();", "void this.#file.syncData();"],
    [
      "a short write is continued",
      "rest = rest.subarray(this.#file.writeSync(rest));",
      "rest = rest.subarray(this.#file.writeSync(rest) && rest.length);",
    ],
    ["a torn line is taken back", "this.#file.truncateSync(this.#bytes);", ""],
    [
      "bytes are counted, not characters",
      "this.#bytes += bytes.length;",
      "this.#bytes += line.length + 1;",
    ],
    [
      "a trace is never made over another",
      "createNew: true, append: true,",
      "create: true, append: true,",
    ],
    ["a trace is private", ", mode: 0o600", ""],
    ["a torn tail is closed", 'if (last[0] !== NEWLINE) writer.append("");', ""],
    ["a link is no trace", "!Deno.lstatSync(path).isFile", "!Deno.statSync(path).isFile"],
  ]),
  ...faultsIn("event/files.ts", "event/files_test.ts", [
    ["what lies below a file is missing", " || error instanceof Deno.errors.NotADirectory", ""],
    ["a failed replacement leaves nothing", "    removeIfThere(temporary);\n", ""],
    [
      "nothing is replaced where that is not asked for",
      "place: Deno.linkSync }",
      "place: Deno.renameSync }",
    ],
  ]),
  ...faultsIn("event/delay.ts", "event/delay_test.ts", [
    ["a wait ends when its signal aborts", "if (signal?.aborted) return;", ""],
    [
      "an abort during the wait ends it",
      '    signal?.addEventListener("abort", end, { once: true });\n',
      "",
    ],
    ["a long wait is no short one", "Math.min(left, LONGEST_TIMER_MS)", "left"],
  ]),
  ...faultsIn("event/codec.ts", "event/codec_borders_test.ts", [
    ["numbers begin with 1", 'isCount(value["seq"]) && value["seq"] > 0', 'isCount(value["seq"])'],
    ["another version is refused", 'value["schema_version"] === SCHEMA_VERSION && ', ""],
    ["counts are safe integers", "Number.isSafeInteger(value)", "Number.isInteger(value)"],
    ["the last mark of direction is escaped", "\\u2028-\\u202e", "\\u2028-\\u202d"],
    ["DEL is escaped", "\\u007f-\\u009f", "\\u0080-\\u009f"],
    ["a step's status is one", 'STEP_STATUSES.includes(value["status"]) &&', ""],
  ]),
  ...faultsIn("event/duration.ts", "event/duration_test.ts", [
    ["a hundred years are allowed", "ms <= LONGEST_MS", "ms < LONGEST_MS"],
    ["nothing is no duration", ' || text === ""', ""],
    ["the command line takes no milliseconds", 'finest === "s" &&', 'finest !== "s" &&'],
  ]),
  ...faultsIn("event/identity.ts", "event/identity_test.ts", [
    ["an id never leaves its folder", ' && !text.includes("..") &&\n', " &&\n"],
    ["an id has at most 200 bytes", "<= MAX_RUN_ID_BYTES", "< MAX_RUN_ID_BYTES"],
    ["a name has no two dots", 'NAME.test(text) && !text.includes("..")', "NAME.test(text)"],
  ]),
  ...faultsIn("event/tokens.ts", "event/tokens_test.ts", [
    ["tokens are subtracted one by one", "output: a.output - b.output", "output: a.output"],
  ]),
  ...faultsIn("event/closest.ts", "event/closest_test.ts", [
    [
      "a third of the letters may be wrong",
      "Math.floor(word.length / 3)) + 1",
      "Math.floor(word.length / 3))",
    ],
  ]),
];
