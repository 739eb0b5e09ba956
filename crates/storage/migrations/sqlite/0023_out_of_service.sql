-- Series and devices taken out of service (检修、停用) with reason, person and end. `series` 0 is the whole device.
CREATE TABLE out_of_service (
  id TEXT PRIMARY KEY, device_id TEXT NOT NULL, series BIGINT NOT NULL DEFAULT 0, reason TEXT NOT NULL,
  started_at BIGINT NOT NULL, until BIGINT NOT NULL, taken_by TEXT NOT NULL,
  warned BIGINT NOT NULL DEFAULT 0, ended_at BIGINT, ended_by TEXT
);
CREATE UNIQUE INDEX out_of_service_series_key ON out_of_service (device_id, series) WHERE ended_at IS NULL;
CREATE INDEX out_of_service_until ON out_of_service (until) WHERE ended_at IS NULL;
