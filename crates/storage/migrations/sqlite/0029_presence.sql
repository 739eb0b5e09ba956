-- When devices came and fell silent: the online rate is reckoned from these turns, never from readings.
CREATE TABLE device_turn (
  number INTEGER PRIMARY KEY AUTOINCREMENT, device_id TEXT NOT NULL, at BIGINT NOT NULL, online BIGINT NOT NULL
);
CREATE INDEX device_turn_device ON device_turn (device_id, at);
CREATE INDEX device_turn_at ON device_turn (at);
-- What is known of devices heard before turns were kept.
INSERT INTO device_turn (device_id, at, online)
  SELECT id, last_heard_at, online FROM device WHERE last_heard_at IS NOT NULL ORDER BY id;
-- When the platform itself listened. What lies between is nobody's silence: unknown.
CREATE TABLE listening (since BIGINT PRIMARY KEY, until BIGINT NOT NULL);
CREATE INDEX out_of_service_ended ON out_of_service (device_id, ended_at);
