-- The index over .wave/traces: everything here is folded from the traces and can be rebuilt from them.
-- Times are integer milliseconds since the epoch. The version stands in PRAGMA user_version.

-- One row for each pipeline that ever ran.
CREATE TABLE pipeline_state (
  pipeline_name TEXT PRIMARY KEY,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE pipeline_run (
  run_id TEXT PRIMARY KEY,
  pipeline_name TEXT NOT NULL REFERENCES pipeline_state (pipeline_name),
  status TEXT NOT NULL CHECK (status IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
  input TEXT NOT NULL,
  input_redacted INTEGER NOT NULL,
  mock INTEGER NOT NULL,
  -- The run and step around this one, when it is a run within a run.
  parent_run_id TEXT,
  parent_step_id TEXT,
  owner_host TEXT NOT NULL,
  owner_pid INTEGER NOT NULL,
  owner_process_start TEXT,
  -- A JSON array: where the run is, or stopped.
  current_steps TEXT NOT NULL,
  current_step TEXT GENERATED ALWAYS AS (current_steps ->> 0) VIRTUAL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  completed_at INTEGER,
  cancelled_at INTEGER GENERATED ALWAYS AS (iif(status = 'cancelled', completed_at, NULL)) VIRTUAL,
  error_message TEXT,
  last_event_at INTEGER NOT NULL,
  -- How far the run's trace was folded: the newest event's seq, and the end of its line in bytes.
  last_seq INTEGER NOT NULL,
  folded_bytes INTEGER NOT NULL,
  -- Why a cancelled run ended; empty where a trace of an older version does not tell.
  stop_reason TEXT,
  -- Entries of state warning, those of steps among them.
  warnings INTEGER NOT NULL DEFAULT 0,
  -- Milliseconds between an end and a resume.
  idle_ms INTEGER NOT NULL DEFAULT 0,
  -- 1 where there were more tokens than are known.
  tokens_at_least INTEGER NOT NULL DEFAULT 0,
  -- US dollars, what is known of them; NULL where nothing is. 1 where it was more.
  cost_usd REAL,
  cost_at_least INTEGER NOT NULL DEFAULT 0,
  -- Pauses of adapters by usage limits, a JSON array of [adapter, until, reason]; NULL for none.
  pauses TEXT,
  -- A JSON object: what it was started with on the command line, or resumed with last.
  options TEXT NOT NULL DEFAULT '{}',
  -- JSON: the limits of the run, and what steps used that are gone; NULL without either.
  ledger TEXT,
  -- A run that is over has its end, and a failed one its reason.
  CHECK ((status IN ('pending', 'running')) = (completed_at IS NULL)),
  CHECK ((status = 'failed') = (error_message IS NOT NULL)),
  CHECK ((parent_run_id IS NULL) = (parent_step_id IS NULL))
);

-- Each holds all that a list of runs selects by, so that no row is read that is not shown.
CREATE INDEX idx_run_started ON pipeline_run (started_at, run_id, status, pipeline_name);
CREATE INDEX idx_run_status ON pipeline_run (status, started_at, run_id, pipeline_name);
CREATE INDEX idx_run_pipeline ON pipeline_run (pipeline_name, started_at, run_id, status);

-- The steps of a run; of each its newest attempt.
CREATE TABLE step_state (
  run_id TEXT NOT NULL REFERENCES pipeline_run (run_id) ON DELETE CASCADE,
  step_id TEXT NOT NULL,
  -- Place in the pipeline file.
  ordinal INTEGER NOT NULL,
  persona TEXT,
  -- A JSON array of step ids.
  dependencies TEXT NOT NULL,
  digest TEXT,
  status TEXT NOT NULL CHECK (
    status IN ('pending', 'running', 'retrying', 'completed', 'failed', 'cancelled', 'skipped')
  ),
  attempt INTEGER NOT NULL,
  started_at INTEGER,
  completed_at INTEGER,
  error_message TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  total_tokens INTEGER NOT NULL,
  -- A JSON array of the attempts that are over: input, output and total tokens, tokens_at_least, cost_usd, cost_at_least.
  tokens_before TEXT NOT NULL,
  workspace TEXT,
  nonce TEXT,
  process_pid INTEGER,
  process_start TEXT,
  -- As in pipeline_run; warnings over all attempts.
  stop_reason TEXT,
  warnings INTEGER NOT NULL DEFAULT 0,
  tokens_at_least INTEGER NOT NULL DEFAULT 0,
  cost_usd REAL,
  cost_at_least INTEGER NOT NULL DEFAULT 0,
  -- A JSON object: the answer to a gate, its choice, text and by whom; NULL where there is none.
  gate TEXT,
  -- How often it was started, and the step that the run went on with because of its edge.
  visits INTEGER NOT NULL DEFAULT 0,
  edge TEXT,
  -- JSON: starts of agents over all attempts, and what runs within used; NULL of a step without them.
  use TEXT,
  PRIMARY KEY (run_id, step_id),
  CHECK ((status IN ('pending', 'running', 'retrying')) = (completed_at IS NULL)),
  CHECK ((status IN ('retrying', 'failed', 'skipped')) = (error_message IS NOT NULL))
) WITHOUT ROWID;

CREATE TABLE artifact (
  run_id TEXT NOT NULL REFERENCES pipeline_run (run_id) ON DELETE CASCADE,
  -- Place among the run's artifacts, in the order in which they were made.
  ordinal INTEGER NOT NULL,
  step_id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT,
  path TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;

-- The events of a run except `output`, which stays in the trace: seq has gaps by design.
CREATE TABLE event_log (
  run_id TEXT NOT NULL REFERENCES pipeline_run (run_id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  step_id TEXT,
  state TEXT NOT NULL,
  level TEXT NOT NULL,
  persona TEXT,
  message TEXT NOT NULL,
  tokens_used INTEGER NOT NULL,
  duration_ms INTEGER,
  attempt INTEGER,
  -- A JSON object, or NULL where the event has none.
  data TEXT,
  PRIMARY KEY (run_id, seq)
) WITHOUT ROWID;

CREATE INDEX idx_event_error ON event_log (run_id, seq) WHERE level = 'error';

-- Requests to cancel that their runs have not used up.
CREATE TABLE cancellation (
  run_id TEXT PRIMARY KEY REFERENCES pipeline_run (run_id) ON DELETE CASCADE,
  requested_at INTEGER NOT NULL,
  force INTEGER NOT NULL
) WITHOUT ROWID;
