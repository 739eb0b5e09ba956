-- Screens that nobody signs in at: a session with the name of the screen it belongs to does not end by idleness.
ALTER TABLE session ADD COLUMN screen TEXT;
-- A screen that waits to be let in by somebody signed in elsewhere.
CREATE TABLE pairing (
  id TEXT PRIMARY KEY, code_hash TEXT NOT NULL, secret_hash TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  address TEXT NOT NULL, agent TEXT NOT NULL, user_id TEXT, screen TEXT
);
CREATE UNIQUE INDEX pairing_code_hash_key ON pairing (code_hash);
CREATE UNIQUE INDEX pairing_secret_hash_key ON pairing (secret_hash);
