-- The life of an alarm after ISA-18.2: shelved until an end, suppressed by design, rung anew, escalated.
ALTER TABLE alarm ADD COLUMN shelved_until BIGINT;
ALTER TABLE alarm ADD COLUMN shelved_at BIGINT;
ALTER TABLE alarm ADD COLUMN shelved_by TEXT;
ALTER TABLE alarm ADD COLUMN shelving_reason TEXT;
-- Why nobody is rung for it: `out_of_service`.
ALTER TABLE alarm ADD COLUMN suppressed TEXT;
-- Since when it waits for an acknowledgement, where that is later than its first arrival.
ALTER TABLE alarm ADD COLUMN rung_at BIGINT;
-- Steps of the escalation table taken since then.
ALTER TABLE alarm ADD COLUMN escalated BIGINT NOT NULL DEFAULT 0;
CREATE INDEX alarm_shelved ON alarm (shelved_until) WHERE shelved_until IS NOT NULL;
CREATE INDEX alarm_waiting ON alarm (priority, escalated)
  WHERE closed = 0 AND acknowledged = 0 AND shelved_until IS NULL AND suppressed IS NULL;
