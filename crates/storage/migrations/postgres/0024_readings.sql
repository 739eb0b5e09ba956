-- Readings lie in chunks: those of one series that were sealed together, compressed, with a summary beside.
-- `sequence` is the record of the log up to which the series is sealed: of two readings with one time, that of
-- the later chunk holds. The table `observation` of older versions is emptied into chunks at start.
CREATE TABLE reading_chunk (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, series BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL,
  sequence BIGINT NOT NULL, count BIGINT NOT NULL, usable BIGINT NOT NULL,
  low DOUBLE PRECISION, high DOUBLE PRECISION, total DOUBLE PRECISION, body BYTEA NOT NULL
);
CREATE INDEX reading_chunk_series ON reading_chunk (series, last_at, number);
-- The log where no files are kept: whoever takes over the store finds in it what is not sealed yet.
CREATE TABLE reading_log (sequence BIGINT PRIMARY KEY, body BYTEA NOT NULL);
-- How far the log is judged: what its records caused up to there is in the store.
CREATE TABLE reading_position (id BIGINT PRIMARY KEY CHECK (id = 1), settled BIGINT NOT NULL);
INSERT INTO reading_position (id, settled) VALUES (1, 0);
-- Last values are written when a series is sealed; what is newer comes from the log.
ALTER TABLE series_last ADD COLUMN sealed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reading_chunk ALTER COLUMN body SET STORAGE EXTERNAL;
