-- The trace: append-only, hash-chained. `content` is the very text that was hashed.
CREATE TABLE trace (
  seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  subject_kind TEXT NOT NULL, subject_id TEXT NOT NULL, division TEXT,
  content TEXT NOT NULL, content_hash TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL
);
CREATE INDEX trace_subject ON trace (subject_kind, subject_id, seq);
CREATE INDEX trace_at ON trace (at);
-- One row: where the chain and the event log end. Taking it orders the commits.
CREATE TABLE trace_head (id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash TEXT NOT NULL, event_seq BIGINT NOT NULL);
INSERT INTO trace_head (id, seq, hash, event_seq)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);
-- Outbox and log of events in one: handlers and live streams read from their own position.
CREATE TABLE event (seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, name TEXT NOT NULL, division TEXT, body TEXT NOT NULL);
CREATE TABLE event_consumer (name TEXT PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
