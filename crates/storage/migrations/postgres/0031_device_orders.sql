-- Orders to devices (指令): what, why, who, until when it may be sent, and what became of it. `reference` is what the
-- device names in its answer; `open` is 1 while something is still to come.
CREATE TABLE device_order (
  id TEXT PRIMARY KEY, device_id TEXT NOT NULL, protocol TEXT NOT NULL, content JSONB NOT NULL, why TEXT NOT NULL,
  given_at BIGINT NOT NULL, given_by TEXT NOT NULL, deadline BIGINT NOT NULL, state TEXT NOT NULL,
  open BIGINT NOT NULL DEFAULT 1, sent_times BIGINT NOT NULL DEFAULT 0, sent_at BIGINT, reference TEXT,
  accepted_at BIGINT, answer_by BIGINT, ended_at BIGINT, ended_by TEXT, answer JSONB
);
CREATE INDEX device_order_device ON device_order (device_id, given_at);
CREATE INDEX device_order_given ON device_order (given_at);
CREATE INDEX device_order_open ON device_order (given_at) WHERE open = 1;
