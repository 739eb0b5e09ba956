-- Accounts. `login` is kept in lower case, so that uniqueness ignores case on both databases.
CREATE TABLE users (
  id TEXT PRIMARY KEY, login TEXT NOT NULL, name TEXT NOT NULL, person TEXT,
  password_hash TEXT NOT NULL, must_change_password BIGINT NOT NULL, active BIGINT NOT NULL,
  totp_secret BYTEA, totp_enabled BIGINT NOT NULL, totp_step BIGINT NOT NULL,
  version BIGINT NOT NULL, created_at BIGINT NOT NULL, last_sign_in_at BIGINT
);
CREATE UNIQUE INDEX users_login_key ON users (login);
CREATE INDEX users_person ON users (person);
-- Who holds which post: a snapshot of the post's record, refreshed when the record changes.
CREATE TABLE user_post (
  user_id TEXT NOT NULL REFERENCES users (id), post TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL,
  organisation TEXT, organisation_name TEXT NOT NULL, division TEXT NOT NULL, role TEXT NOT NULL, enterprise TEXT,
  PRIMARY KEY (user_id, post)
);
CREATE INDEX user_post_post ON user_post (post);
CREATE INDEX user_post_division ON user_post (division);
-- Roles held without a post; the first administrator has one.
CREATE TABLE user_role (
  user_id TEXT NOT NULL REFERENCES users (id), role TEXT NOT NULL, division TEXT NOT NULL,
  PRIMARY KEY (user_id, role, division)
);
-- Sign-ins. Only the hash of the cookie is kept: whoever reads the database cannot become somebody.
CREATE TABLE session (
  id TEXT PRIMARY KEY, token_hash TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id),
  created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  address TEXT NOT NULL, agent TEXT NOT NULL, acting_post TEXT
);
CREATE UNIQUE INDEX session_token_hash_key ON session (token_hash);
CREATE INDEX session_by_user ON session (user_id);
CREATE TABLE api_token (
  id TEXT PRIMARY KEY, token_hash TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), name TEXT NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT, last_used_at BIGINT
);
CREATE UNIQUE INDEX api_token_token_hash_key ON api_token (token_hash);
CREATE INDEX api_token_by_user ON api_token (user_id);
-- Failed sign-ins by hash of the login typed, also of logins that do not exist:
-- a lock-out must not tell which accounts there are.
CREATE TABLE sign_in_guard (
  login_hash TEXT PRIMARY KEY, failures BIGINT NOT NULL, failed_at BIGINT NOT NULL, locked_until BIGINT
);
