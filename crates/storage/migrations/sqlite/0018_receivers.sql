-- Receivers are told apart by a keyed hash, since addresses are sealed: a slow one must not hold up the others.
ALTER TABLE delivery ADD COLUMN address_hash TEXT NOT NULL DEFAULT '';
