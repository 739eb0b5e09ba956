-- Rules that tell a departure from the usual: by which method, from how many readings they learn, and up to when.
ALTER TABLE rule ADD COLUMN method TEXT;
ALTER TABLE rule ADD COLUMN training_readings BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN learned_at BIGINT;
