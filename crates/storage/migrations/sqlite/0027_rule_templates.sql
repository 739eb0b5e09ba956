-- One rule for all series of a kind: where, which series, and the condition, which every matching series has as a rule
-- of its own that is kept in step.
CREATE TABLE rule_template (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, division TEXT NOT NULL, enterprise TEXT,
  selector TEXT NOT NULL, condition TEXT NOT NULL, enabled BIGINT NOT NULL,
  retired BIGINT NOT NULL DEFAULT 0, version BIGINT NOT NULL
);
CREATE TABLE rule_template_version (
  template_id TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL,
  why TEXT, data TEXT NOT NULL, PRIMARY KEY (template_id, version)
);
-- Series that match and shall not have the rule.
CREATE TABLE rule_template_exception (
  template_id TEXT NOT NULL, series BIGINT NOT NULL, at BIGINT NOT NULL, actor_name TEXT NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (template_id, series)
);
-- `own_reason`: why the rule goes its own way and follows its template no longer.
ALTER TABLE rule ADD COLUMN template TEXT;
ALTER TABLE rule ADD COLUMN template_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rule ADD COLUMN own_reason TEXT;
CREATE INDEX rule_template_rules ON rule (template, series) WHERE template IS NOT NULL;
-- When a rule applies: hours of the week, seasons of the year.
ALTER TABLE rule ADD COLUMN schedule TEXT;
-- What a device is, for templates of rules; the ledger knows it.
ALTER TABLE device ADD COLUMN category TEXT;
UPDATE device SET category = (SELECT json_extract(r.attributes, '$.category') FROM record r WHERE r.id = device.id);
