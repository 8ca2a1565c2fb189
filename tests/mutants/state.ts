/** Faults in `state/`. */
import { faultsIn, type Mutant } from "./mutant.ts";

export const STATE: readonly Mutant[] = [
  ...faultsIn("state/live/owner_lock.ts", "state/live/owner_lock_test.ts", [
    ["the lock's inode is checked", "named.ino === opened.ino", "true"],
    ["a lock that nobody sees is none", "if (isFileAt(file, path)) {", "if (true) {"],
    ["a shorter owner leaves nothing of a longer one", "    file.truncateSync(0);\n", ""],
    ["the owner's heart beats", "      file.utimeSync(new Date(), new Date());\n", ""],
    ["only a plain file is locked", "info !== null && !info.isFile", "false"],
    ["a link is no owner's file", '    if (!info.isFile) return { kind: "missing" };\n', ""],
    ["the owner's file goes with the lock", "        await Deno.remove(path);\n", ""],
    ["a lock that is held is told", '? "free" : "locked"', '? "locked" : "free"'],
  ]),
  ...faultsIn("state/live/liveness.ts", "state/live/liveness_test.ts", [
    [
      "an owner of twenty seconds is alive",
      "Math.abs(age) <= STALLED_AFTER_MS",
      "Math.abs(age) < STALLED_AFTER_MS",
    ],
    ["a clock that was set back stalls nobody", "Math.abs(age) <=", "age <="],
    ["another host's lock says nothing", "record.owner.host !== Deno.hostname()", "false"],
    ["a run that ended meanwhile is not interrupted", "    record = newest(paths, record);\n", ""],
    [
      "a step that was cut short has failed",
      "const cut = open && interrupted !== null",
      "const cut = false",
    ],
  ]),
  ...faultsIn("state/live/cancel_request.ts", "state/live/cancel_request_test.ts", [
    ["a forced request stays forced", "force: force || (known?.force ?? false)", "force"],
    ["the first request counts", "known?.requestedAt ?? now", "now"],
    ["a request is private", "\\n`, 0o600, user)", "\\n`, 0o666, user)"],
    ["the owner is woken", "  wakeOwner(owner);\n", ""],
    ["a request says whether by force", ' || typeof force !== "boolean"', ""],
  ]),
  ...faultsIn("state/live/cancel_watch.ts", "state/live/cancel_watch_test.ts", [
    ["a forced request is heard", "if (request?.force) forced.abort", "if (false) forced.abort"],
    [
      "a graceful request is heard",
      "if (request !== null) graceful.abort",
      "if (request?.force) graceful.abort",
    ],
    [
      "a forced one may follow a graceful one",
      "if (request?.force) return;",
      "if (request !== null) return;",
    ],
  ]),
  ...faultsIn("state/live/follow_run.ts", "state/live/follow_run_test.ts", [
    ["no entry comes twice", "if (entry.event.seq <= seq) continue;", ""],
    [
      "a resumed run goes on",
      'entry.event.state === "running") ended = null;',
      'entry.event.state === "running") {}',
    ],
    ["a run that was removed is told", "if (gone) {", "if (false) {"],
  ]),
  ...faultsIn("state/recording/index_feed.ts", "state/recording/index_feed_test.ts", [
    [
      "output stays out of the database",
      'if (event.state !== "output") this.#events.push(event);',
      "this.#events.push(event);",
    ],
    [
      "a transition is shown once it is committed",
      "this.#unshown.push(event);\n      // While",
      "listener(event);\n      // While",
    ],
    [
      "a busy database is tried so often and not more",
      "++this.#busyTries < this.#tries",
      "++this.#busyTries <= this.#tries",
    ],
    ["tries are counted anew", "    this.#busyTries = 0;\n", ""],
    ["a database that failed lags", "    this.#lagging = true;\n", ""],
    [
      "a lagging database catches up at the end",
      "return this.#lagging ? await this.#catchUp() : true;",
      "return true;",
    ],
    ["what waited is shown", "    this.#show();\n    return true;", "    return true;"],
  ]),
  ...faultsIn("state/recording/open_recording.ts", "state/recording/open_recording_test.ts", [
    [
      "the index mark is set before the first event",
      "    setIndexMark(options.paths, parts.runId);\n    begin(recording);",
      "    begin(recording);\n    setIndexMark(options.paths, parts.runId);",
    ],
    ["the end is on the disk", "    await this.#parts.trace.sync();\n", ""],
    [
      "the sync of the end is waited for",
      "    await this.#parts.trace.sync();\n",
      "    void this.#parts.trace.sync();\n",
    ],
    [
      "the trace is synced in between",
      "    this.#syncTimer ??= setTimeout(() => this.#sync(), this.#options.syncMs ?? 1_000);\n",
      "",
    ],
    [
      "a failed sync stops the run",
      ".catch((error) => {\n      this.#failure = error;\n",
      ".catch(() => {\n",
    ],
    ["a request goes with its run", "this.#tidy(() => clearCancelRequest(paths, runId));", ""],
    ["nothing is recorded behind the end", "if (this.#over) throw", "if (false) throw"],
  ]),
  ...faultsIn(
    "state/recording/finalize_recording.ts",
    "state/recording/finalize_recording_test.ts",
    [
      [
        "what was left running is ended first",
        "await options.prepare(record);",
        "options.prepare.length === 9 ? await options.prepare(record) : undefined as never;",
      ],
      [
        "a run whose owner lives is left alone",
        "if (lock === null) return null;",
        'if (lock === null) throw new Error("locked");',
      ],
      [
        "an interrupted run ended with its last event",
        'status === "failed" ? record.lastEventAt : options.now()',
        "options.now()",
      ],
      [
        "a step that waited for another attempt has ended",
        ' && step.status !== "retrying") continue;',
        ") continue;",
      ],
    ],
  ),
  ...faultsIn("state/recording/start_recording.ts", "state/recording/recording_test.ts", [
    ["a run that is being removed keeps its id", "paths.trashed(runId), ", ""],
    [
      "an old request is not for the resumed run",
      "  clearCancelRequest(paths, runId);\n  stack",
      "  stack",
    ],
    ["a running run is not resumed", '"run_is_running"', '"run_was_running"'],
    ["an interruption is written down", "if (!isOver(record)) {", "if (isOver(record)) {"],
    ["a start that failed leaves no trace", "      Deno.removeSync(paths.trace(runId));\n", ""],
  ]),
  ...faultsIn("state/records/fold.ts", "state/records/fold_examples_test.ts", [
    ["an event counts once", "event.seq <= record.lastSeq", "event.seq < record.lastSeq"],
    ["another run's event counts for nothing", " || event.run_id !== record.id", ""],
    ["tokens are counted once", "addTokens(tokensBefore, told)", "addTokens(tokens, told)"],
    ["a late event counts no tokens again", 'if (step.status !== "running") return tokens;', ""],
    ["tokens never fall", "return total > tokens.total ?", "return total >= 0 ?"],
    ["attempts are counted", "event.attempt ?? step.attempt + 1", "event.attempt ?? step.attempt"],
    ["a step began with its first attempt", "startedAt: step.startedAt ?? at", "startedAt: at"],
    ["a resume keeps what is not run again", "if (!rerun.has(planned.id)) return step;", ""],
    [
      "a resume keeps the tokens",
      "tokensBefore: tokens, workspace, visits };",
      "tokensBefore: NO_TOKENS, workspace, visits };",
    ],
    ["a step between attempts is a current one", ' || s.status === "retrying"', ""],
    [
      "an artifact replaces that of its name",
      "[...list, artifact] : list.with(index, artifact)",
      "[...list, artifact] : [...list, artifact]",
    ],
    [
      "an end is told as of when it was",
      "data.ended_at === undefined ? at : Date.parse(data.ended_at)",
      "at",
    ],
    [
      "another step's artifact of the name stays",
      "other.stepId === event.step_id && other.name",
      "other.name",
    ],
  ]),
  ...faultsIn("state/records/run_query.ts", "state/records/run_query_test.ts", [
    ["--since at its border", "head.startedAt >= since", "head.startedAt > since"],
    ["--until at its border", "head.startedAt <= until", "head.startedAt < until"],
    [
      "the newest comes first",
      "return b.startedAt - a.startedAt",
      "return a.startedAt - b.startedAt",
    ],
    [
      "--limit counts behind --offset",
      "undefined : offset + query.limit",
      "undefined : query.limit",
    ],
  ]),
  ...faultsIn("state/sqlite/select_finished.ts", "state/open_reader_test.ts", [
    ["--since at its border, in SQL", "started_at >= :since", "started_at > :since"],
    ["--until at its border, in SQL", "started_at <= :until", "started_at < :until"],
  ]),
  ...faultsIn("state/sqlite/select_finished.ts", "state/open_reader_test.ts", [
    [
      "the newest comes first, in SQL",
      "started_at DESC, run_id DESC LIMIT :reach",
      "started_at DESC, run_id ASC LIMIT :reach",
    ],
    ["--limit reaches behind --offset, in SQL", "query.limit + (query.offset ?? 0)", "query.limit"],
  ]),
  ...faultsIn("state/nested_runs.ts", "state/nested_runs_test.ts", [
    ["records in a circle end", "depth < DEEPEST", "depth <= DEEPEST"],
    ["the nesting limit", "depth < DEEPEST", "depth < DEEPEST - 1"],
    [
      "the latest run is the one around",
      "[run, ...runsAround(reader, run)].at(-1)",
      "[run].at(-1)",
    ],
  ]),
  ...faultsIn("state/resolve_run_id.ts", "state/resolve_run_id_test.ts", [
    ["an id beats a prefix", "  if (reader.run(text) !== null) return text;\n", ""],
    [
      "a prefix of several is refused",
      "if (ids.length === 1) return only;",
      "if (ids.length > 0) return only;",
    ],
  ]),
  ...faultsIn("state/records/cut_attempt.ts", "state/records/cut_attempt_test.ts", [
    ["tokens are counted once", "subtractTokens(tokens, tokensBefore)", "tokens"],
    ["a script uses no tokens", " && (persona !== null || use !== undefined)", ""],
  ]),
  ...faultsIn("state/trace/read_log.ts", "state/trace/read_log_test.ts", [
    ["--after leaves its own entry out", "event.seq <= after)", "event.seq < after)"],
    [
      "the level that is given is included",
      "RANK[event.level] < RANK[level]",
      "RANK[event.level] <= RANK[level]",
    ],
    ["--since of entries at its border", "at < (since ?? -Infinity)", "at <= (since ?? -Infinity)"],
    ["--until of entries at its border", "at > (until ?? Infinity)", "at >= (until ?? Infinity)"],
  ]),
  ...faultsIn("state/trace/trace_fold.ts", "state/trace/trace_fold_test.ts", [
    [
      "the last output tells when the run was last heard of",
      "if (bytes > from.bytes) {",
      "if (bytes < from.bytes) {",
    ],
    ["a damaged last line is passed over", "    return last === null;\n", "    return false;\n"],
  ]),
  ...faultsIn("state/trace/trace_scan.ts", "state/trace/trace_scan_test.ts", [
    [
      "a torn tail is no line",
      "if (complete && visit(bytes.subarray(at + 1, end)",
      "if (visit(bytes.subarray(at + 1, end)",
    ],
    ["the first line is visited", "  if (complete) visit(tail, 0);\n", ""],
  ]),
  ...faultsIn("state/removal/remove_runs.ts", "state/removal/remove_runs_test.ts", [
    [
      "a running, stalled or unknown run is never removed",
      'run.liveness !== "finished" && run.liveness !== "interrupted"',
      "false",
    ],

    [
      "a removed run keeps its lock until it is gone",
      "      locks.use(lock);\n      //",
      "      await lock[Symbol.asyncDispose]();\n      //",
    ],
    ["a removal that died is finished", "if (isCommitted(paths, id)) unfinished.push(id);", ""],
  ]),
  ...faultsIn("state/removal/trash.ts", "state/removal/remove_runs_test.ts", [
    ["the trace's move is the commit", "return !exists(paths.trace(id));", "return true;"],

    ["a read-only folder is removed", "    makeWritable(path);\n", ""],
    [
      "the mark stays while rows may be left",
      "if (rowsGone) return await",
      "if (true) return await",
    ],
    ["the workspace goes, too", "      moveWorkspace(paths, id);\n", ""],
    ["the request goes, too", "      removeIfThere(paths.cancel(id));\n", ""],
  ]),
  ...faultsIn("state/records/index_mark.ts", "state/recording/recording_test.ts", [
    ["a mark is taken away", "      Deno.removeSync(path);\n", ""],
  ]),
  ...faultsIn("state/sqlite/schema_version.ts", "state/sqlite/schema_version_test.ts", [
    ["a newer database is refused", "if (version > latest) throw newer(version);", ""],
    [
      "a migration begins where the database is",
      "migrations.slice(version - 1)",
      "migrations.slice(version)",
    ],
  ]),
  ...faultsIn("state/sqlite/rebuild_database.ts", "state/sqlite/rebuild_database_test.ts", [
    ["what a newer wave wrote is kept", "if (version <= DATABASE_VERSION) return;", "return;"],
    ["half a copy does not stay", "    removeIfThere(copy);\n", ""],
    ["a lagging run is told", 'else if (seq !== number(row, "last_seq")) lagging.add(id);', ""],
  ]),
];
