-- Series whose values are computed from those of others: the expression (CEL), its inputs by name and key.
CREATE TABLE derivation (
  series BIGINT PRIMARY KEY, expression TEXT NOT NULL, inputs TEXT NOT NULL, max_age_seconds BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE TABLE derivation_version (
  series BIGINT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL,
  why TEXT, data TEXT NOT NULL, PRIMARY KEY (series, version)
);
-- Rain against a threshold of intensity and duration: durations, parameters, antecedent rain.
ALTER TABLE rule ADD COLUMN intensity TEXT;
