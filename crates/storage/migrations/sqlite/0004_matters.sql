-- Matters: what must be done. `state` is the process's own state; the columns are its summary.
CREATE TABLE matter (
  id TEXT PRIMARY KEY, process TEXT NOT NULL, mode TEXT NOT NULL, title TEXT NOT NULL, division TEXT NOT NULL,
  lon DOUBLE PRECISION, lat DOUBLE PRECISION, enterprise TEXT, grade_scale TEXT, grade_value TEXT,
  phase TEXT NOT NULL, closed BIGINT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL,
  assignee_type TEXT NOT NULL, assignee_post TEXT, assignee_role TEXT, assignee_division TEXT,
  claimed_by TEXT, claimed_name TEXT,
  opened_by TEXT, opened_by_name TEXT NOT NULL, opened_at BIGINT NOT NULL, closed_at BIGINT, parent TEXT
);
CREATE INDEX matter_list ON matter (process, closed, opened_at);
CREATE INDEX matter_division ON matter (division, closed);
CREATE INDEX matter_parent ON matter (parent);
CREATE INDEX matter_assignee_post ON matter (assignee_post, closed);
CREATE INDEX matter_assignee_role ON matter (assignee_role, closed);
-- The time line of a matter, append-only.
CREATE TABLE matter_entry (
  matter TEXT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL,
  kind TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL, from_phase TEXT, to_phase TEXT,
  PRIMARY KEY (matter, seq)
);
-- Clocks. `reminded` and `overdue_noted` are set in the transaction that tells of it: once each.
CREATE TABLE matter_clock (
  matter TEXT NOT NULL, name TEXT NOT NULL, seq BIGINT NOT NULL, started_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  remind_at BIGINT, stopped_at BIGINT, void BIGINT NOT NULL, reminded BIGINT NOT NULL, overdue_noted BIGINT NOT NULL,
  PRIMARY KEY (matter, name, seq)
);
CREATE UNIQUE INDEX matter_clock_name_key ON matter_clock (matter, name) WHERE stopped_at IS NULL;
CREATE INDEX matter_clock_due ON matter_clock (due_at) WHERE stopped_at IS NULL;
CREATE INDEX matter_clock_started ON matter_clock (started_at);
CREATE TABLE matter_link (
  matter TEXT NOT NULL, relation TEXT NOT NULL, to_kind TEXT NOT NULL, to_id TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (matter, relation, to_kind, to_id)
);
CREATE INDEX matter_link_to ON matter_link (to_kind, to_id);
-- The bytes lie under the data directory by their hash; the row is committed after they are safe.
CREATE TABLE attachment (
  id TEXT PRIMARY KEY, matter TEXT NOT NULL, entry BIGINT NOT NULL, name TEXT NOT NULL, media_type TEXT NOT NULL,
  size BIGINT NOT NULL, sha256 TEXT NOT NULL, by_actor TEXT NOT NULL, by_name TEXT NOT NULL, at BIGINT NOT NULL
);
CREATE INDEX attachment_matter ON attachment (matter, entry);
