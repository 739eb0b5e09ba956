-- Rules that look back: absence, rate, standing value, sum. Every alarm carries why it was raised.
ALTER TABLE rule ADD COLUMN window_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN direction TEXT;
ALTER TABLE alarm ADD COLUMN explanation TEXT;
