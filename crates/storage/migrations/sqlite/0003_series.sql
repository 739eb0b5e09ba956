-- What the series engine must know of a device; the ledger entry itself is a record.
CREATE TABLE device (
  id TEXT PRIMARY KEY, code TEXT NOT NULL, serial TEXT, name TEXT NOT NULL,
  division TEXT NOT NULL, enterprise TEXT, online BIGINT NOT NULL DEFAULT 0, last_heard_at BIGINT
);
CREATE UNIQUE INDEX device_code_key ON device (code);
CREATE UNIQUE INDEX device_serial_key ON device (serial);
CREATE TABLE device_credential (
  device_id TEXT PRIMARY KEY, token_hash TEXT NOT NULL, issued_at BIGINT NOT NULL, issued_by TEXT NOT NULL
);
-- `number` is the short key under which observations are kept.
CREATE TABLE series (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL,
  device_id TEXT NOT NULL, device_code TEXT NOT NULL, device_name TEXT NOT NULL,
  code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT, unit TEXT NOT NULL,
  installation TEXT, installation_name TEXT, enterprise TEXT, enterprise_name TEXT,
  division TEXT NOT NULL, lon DOUBLE PRECISION, lat DOUBLE PRECISION,
  low DOUBLE PRECISION, high DOUBLE PRECISION, expected_interval_seconds BIGINT,
  mode TEXT NOT NULL, retired BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX series_id_key ON series (id);
CREATE UNIQUE INDEX series_code_key ON series (device_id, code) WHERE retired = 0;
CREATE INDEX series_division ON series (division);
CREATE INDEX series_enterprise ON series (enterprise);
-- Last value apart from the facts: this row is rewritten with every reading and stays narrow.
CREATE TABLE series_last (
  series BIGINT PRIMARY KEY, observed_at BIGINT NOT NULL, received_at BIGINT NOT NULL,
  value_text TEXT NOT NULL, value DOUBLE PRECISION, quality TEXT NOT NULL, live_at BIGINT
) WITHOUT ROWID;
CREATE TABLE observation (
  series BIGINT NOT NULL, observed_at BIGINT NOT NULL, received_at BIGINT NOT NULL,
  value_text TEXT NOT NULL, value DOUBLE PRECISION, quality TEXT NOT NULL, historical BIGINT NOT NULL, raw_ref TEXT,
  PRIMARY KEY (series, observed_at)
) WITHOUT ROWID;
CREATE TABLE rule (
  id TEXT PRIMARY KEY, series BIGINT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
  limit_value DOUBLE PRECISION NOT NULL, deadband DOUBLE PRECISION NOT NULL,
  on_delay_seconds BIGINT NOT NULL, off_delay_seconds BIGINT NOT NULL,
  priority TEXT NOT NULL, enabled BIGINT NOT NULL, retired BIGINT NOT NULL DEFAULT 0, version BIGINT NOT NULL
);
CREATE INDEX rule_series ON rule (series);
-- Only states other than normal have a row.
CREATE TABLE rule_state (rule_id TEXT PRIMARY KEY, phase TEXT NOT NULL, since BIGINT, value_text TEXT) WITHOUT ROWID;
CREATE TABLE alarm (
  id TEXT PRIMARY KEY, series BIGINT NOT NULL, rule_id TEXT NOT NULL, title TEXT NOT NULL,
  priority TEXT NOT NULL, urgency BIGINT NOT NULL, mode TEXT NOT NULL,
  active BIGINT NOT NULL, acknowledged BIGINT NOT NULL, closed BIGINT NOT NULL,
  verdict TEXT, verification_reason TEXT,
  value_text TEXT, limit_value DOUBLE PRECISION NOT NULL, unit TEXT NOT NULL,
  raised_at BIGINT NOT NULL, received_at BIGINT NOT NULL, returned_at BIGINT,
  acknowledged_at BIGINT, acknowledged_by TEXT, verified_at BIGINT, verified_by TEXT,
  occurrences BIGINT NOT NULL, version BIGINT NOT NULL
);
-- The second wall against duplicates: one open alarm per series and rule.
CREATE UNIQUE INDEX alarm_rule_key ON alarm (series, rule_id) WHERE closed = 0;
CREATE INDEX alarm_open ON alarm (closed, raised_at);
CREATE INDEX alarm_series ON alarm (series, raised_at);
CREATE TABLE alarm_entry (
  number INTEGER PRIMARY KEY AUTOINCREMENT, alarm_id TEXT NOT NULL, at BIGINT NOT NULL,
  actor TEXT NOT NULL, actor_name TEXT NOT NULL, what TEXT NOT NULL, detail TEXT
);
CREATE INDEX alarm_entry_alarm ON alarm_entry (alarm_id, number);
-- What arrived and could not be placed: one row per cause, however often it comes.
CREATE TABLE quarantine (
  id TEXT PRIMARY KEY, reason TEXT NOT NULL, device_key TEXT NOT NULL, code TEXT NOT NULL, protocol TEXT NOT NULL,
  hits BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, sample TEXT NOT NULL
);
CREATE UNIQUE INDEX quarantine_code_key ON quarantine (reason, device_key, code);
