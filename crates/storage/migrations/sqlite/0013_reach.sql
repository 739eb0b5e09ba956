-- What a rule tells whoever sits at the desk, and its versions: who changed it, when and why.
ALTER TABLE rule ADD COLUMN level TEXT;
ALTER TABLE rule ADD COLUMN instruction TEXT;
ALTER TABLE rule ADD COLUMN plan TEXT;
CREATE TABLE rule_version (
  rule_id TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL,
  why TEXT, data TEXT NOT NULL, PRIMARY KEY (rule_id, version)
);
-- Who wrote a message by hand, and to whom; messages of processes have no writer.
ALTER TABLE message ADD COLUMN sent_by TEXT;
ALTER TABLE message ADD COLUMN sent_by_name TEXT;
ALTER TABLE message ADD COLUMN audience TEXT;
CREATE INDEX message_sent ON message (created_at) WHERE sent_by IS NOT NULL;
-- Whether a subscriber takes part in drills; without it no drill ever leaves the platform.
ALTER TABLE subscriber ADD COLUMN drills BIGINT NOT NULL DEFAULT 0;
-- The post that stopped a clock, for the figures of its organisation.
ALTER TABLE matter_clock ADD COLUMN post TEXT;
