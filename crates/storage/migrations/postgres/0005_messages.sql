-- A message and its deliveries. The key makes requests idempotent: handlers run at least once.
CREATE TABLE message (
  id TEXT PRIMARY KEY, key TEXT NOT NULL, mode TEXT NOT NULL, matter TEXT, division TEXT,
  subject TEXT NOT NULL, body TEXT NOT NULL, facts TEXT NOT NULL, tone TEXT NOT NULL,
  confirm_count BIGINT, confirm_by BIGINT, escalate_to TEXT NOT NULL, escalated BIGINT NOT NULL, created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_key_key ON message (key);
CREATE INDEX message_matter ON message (matter);
CREATE INDEX message_waiting ON message (confirm_by) WHERE escalated = 0 AND confirm_by IS NOT NULL;
CREATE TABLE delivery (
  id TEXT PRIMARY KEY, message TEXT NOT NULL REFERENCES message (id), channel TEXT NOT NULL, address TEXT NOT NULL,
  recipient TEXT NOT NULL, user_id TEXT, state TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT, error TEXT,
  created_at BIGINT NOT NULL, sent_at BIGINT, delivered_at BIGINT, confirmed_at BIGINT, confirmed_by TEXT, note TEXT,
  receipt TEXT NOT NULL
);
CREATE UNIQUE INDEX delivery_receipt_key ON delivery (receipt);
CREATE INDEX delivery_message ON delivery (message);
CREATE INDEX delivery_user ON delivery (user_id, created_at);
CREATE INDEX delivery_due ON delivery (next_at) WHERE next_at IS NOT NULL;
-- Who wants the warnings: e-mail addresses and webhooks outside the platform.
CREATE TABLE subscriber (
  id TEXT PRIMARY KEY, list TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL, name TEXT NOT NULL, created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX subscriber_address_key ON subscriber (list, channel, address);
