-- Failed proofs of identity by hash of the login typed and by where they came from (a network, a browser known
-- for that login, the account itself, or everywhere together). Counting by login alone would let anybody lock
-- out a duty officer.
DROP TABLE sign_in_guard;
CREATE TABLE sign_in_failure (
  login_hash TEXT NOT NULL, origin TEXT NOT NULL, failures BIGINT NOT NULL, failed_at BIGINT NOT NULL,
  locked_until BIGINT, PRIMARY KEY (login_hash, origin)
);
-- Browsers from which a login was proved: what strangers do does not lock these out.
CREATE TABLE sign_in_device (
  login_hash TEXT NOT NULL, device_hash TEXT NOT NULL, seen_at BIGINT NOT NULL, PRIMARY KEY (login_hash, device_hash)
);
CREATE INDEX sign_in_device_by_device ON sign_in_device (device_hash);
-- Events that a handler could not digest. `body` is the event as stored; `state` is waiting, again, done or dismissed.
CREATE TABLE set_aside (
  id TEXT PRIMARY KEY, handler TEXT NOT NULL, seq BIGINT NOT NULL, event TEXT NOT NULL, division TEXT, body TEXT NOT NULL,
  code TEXT NOT NULL, error TEXT NOT NULL, event_at BIGINT NOT NULL, set_aside_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL, state TEXT NOT NULL, resolved_at BIGINT, resolved_by TEXT, reason TEXT
);
CREATE UNIQUE INDEX set_aside_handler_seq_key ON set_aside (handler, seq);
CREATE INDEX set_aside_open ON set_aside (state, handler);
