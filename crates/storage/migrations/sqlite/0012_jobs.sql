-- Long work: who asked for what, how far it came, how it ended. `checkpoint` is written in the same
-- transaction as what it tells of, so that work resumed after a crash does nothing twice.
CREATE TABLE job (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT, title TEXT NOT NULL, state TEXT NOT NULL,
  params TEXT NOT NULL, checkpoint TEXT, result TEXT, fault TEXT,
  done BIGINT NOT NULL, total BIGINT, wish TEXT, attempts BIGINT NOT NULL,
  user_id TEXT, user_name TEXT NOT NULL, post TEXT, why TEXT,
  created_at BIGINT NOT NULL, started_at BIGINT, changed_at BIGINT NOT NULL, finished_at BIGINT
);
CREATE INDEX job_state ON job (state, created_at);
CREATE INDEX job_by_user ON job (user_id, created_at);
-- Imports of sheets. `stage` is what was reached; the job tells what goes on now.
CREATE TABLE sheet_import (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, file_name TEXT NOT NULL, size BIGINT NOT NULL, stage TEXT NOT NULL,
  job TEXT, facts TEXT, plan TEXT, report TEXT, undo TEXT,
  user_id TEXT, user_name TEXT NOT NULL, organisation TEXT NOT NULL,
  created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX sheet_import_by_user ON sheet_import (user_id, created_at);
CREATE INDEX sheet_import_changed ON sheet_import (changed_at);
-- How an organisation reads sheets with these headings.
CREATE TABLE sheet_mapping (
  kind TEXT NOT NULL, organisation TEXT NOT NULL, signature TEXT NOT NULL, plan TEXT NOT NULL,
  used_at BIGINT NOT NULL, used_by TEXT NOT NULL, PRIMARY KEY (kind, organisation, signature)
);
-- Which run wrote a version: what undoing an import goes by.
ALTER TABLE record_version ADD COLUMN run TEXT;
CREATE INDEX record_version_run ON record_version (run, record) WHERE run IS NOT NULL;
