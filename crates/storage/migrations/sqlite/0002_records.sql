-- Administrative divisions, from the country to the village.
CREATE TABLE division (
  code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT,
  population BIGINT, population_as_of TEXT, lon DOUBLE PRECISION, lat DOUBLE PRECISION,
  initials TEXT NOT NULL, source TEXT NOT NULL
);
CREATE INDEX division_parent ON division (parent, code);
-- Their polygons; the box finds candidates, the geometry (GeoJSON) decides.
CREATE TABLE boundary (
  code TEXT PRIMARY KEY, west DOUBLE PRECISION NOT NULL, south DOUBLE PRECISION NOT NULL,
  east DOUBLE PRECISION NOT NULL, north DOUBLE PRECISION NOT NULL, geometry TEXT NOT NULL
);
CREATE INDEX boundary_box ON boundary (west, east, south, north);
-- Ledger entries of every kind. `seq` is what the full-text index refers to: it survives VACUUM.
-- `enterprise` is the record id of the enterprise it belongs to; an enterprise belongs to itself.
CREATE TABLE record (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
  division TEXT NOT NULL, lon DOUBLE PRECISION, lat DOUBLE PRECISION, enterprise TEXT,
  attributes TEXT NOT NULL, search TEXT NOT NULL, version BIGINT NOT NULL,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL, deleted BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX record_id_key ON record (id);
-- A code may be used again after its record was deleted.
CREATE UNIQUE INDEX record_code_key ON record (kind, code) WHERE deleted = 0;
-- Lists in order of code or name judge scope and division inside the index.
CREATE INDEX record_list ON record (kind, code, division, enterprise) WHERE deleted = 0;
CREATE INDEX record_name ON record (kind, name, code, division, enterprise) WHERE deleted = 0;
CREATE INDEX record_division ON record (kind, division, code, enterprise) WHERE deleted = 0;
CREATE INDEX record_enterprise ON record (enterprise, kind, code) WHERE deleted = 0;
CREATE INDEX record_updated ON record (kind, updated_at, code, division, enterprise) WHERE deleted = 0;
CREATE INDEX record_place ON record (kind, lon, lat, division, enterprise) WHERE deleted = 0 AND lon IS NOT NULL;
-- Every version with who made it and why.
CREATE TABLE record_version (
  record TEXT NOT NULL, version BIGINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL,
  why TEXT, change TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (record, version)
);
-- Words are cut by the registry (bigrams, initials); the ascii tokenizer takes every other script as letters.
CREATE VIRTUAL TABLE record_search USING fts5(search, content='', contentless_delete=1, detail=none, tokenize='ascii');
CREATE TRIGGER record_search_insert AFTER INSERT ON record BEGIN
  INSERT INTO record_search (rowid, search) VALUES (new.seq, new.search);
END;
CREATE TRIGGER record_search_update AFTER UPDATE OF search, deleted ON record
WHEN old.search <> new.search OR old.deleted <> new.deleted BEGIN
  DELETE FROM record_search WHERE rowid = old.seq;
  INSERT INTO record_search (rowid, search) SELECT new.seq, new.search WHERE new.deleted = 0;
END;
CREATE TRIGGER record_search_delete AFTER DELETE ON record BEGIN
  DELETE FROM record_search WHERE rowid = old.seq;
END;
