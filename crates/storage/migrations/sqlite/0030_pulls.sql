-- How sources are doing that the platform fetches from: marks of what was taken last, and what went wrong.
CREATE TABLE pull_source (
  name TEXT PRIMARY KEY, settings TEXT NOT NULL, etag TEXT, last_modified TEXT, tried_at BIGINT, succeeded_at BIGINT,
  failures BIGINT NOT NULL, trouble TEXT, entries BIGINT NOT NULL, kept BIGINT NOT NULL, raised BIGINT NOT NULL,
  masked BIGINT NOT NULL
);
