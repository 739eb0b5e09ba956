-- Administrative divisions, from the country to the village.
CREATE TABLE division (
  code TEXT COLLATE "C" PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, parent TEXT,
  population BIGINT, population_as_of TEXT, lon DOUBLE PRECISION, lat DOUBLE PRECISION,
  initials TEXT NOT NULL, source TEXT NOT NULL
);
CREATE INDEX division_parent ON division (parent, code);
-- Their polygons; the box finds candidates, the geometry (GeoJSON) decides.
CREATE TABLE boundary (
  code TEXT COLLATE "C" PRIMARY KEY, west DOUBLE PRECISION NOT NULL, south DOUBLE PRECISION NOT NULL,
  east DOUBLE PRECISION NOT NULL, north DOUBLE PRECISION NOT NULL, geometry TEXT NOT NULL
);
CREATE INDEX boundary_box ON boundary (west, east, south, north);
-- Ledger entries of every kind. `seq` is the narrow key that pages are cut by.
-- `enterprise` is the record id of the enterprise it belongs to; an enterprise belongs to itself.
CREATE TABLE record (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL, kind TEXT NOT NULL, code TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL,
  division TEXT COLLATE "C" NOT NULL, lon DOUBLE PRECISION, lat DOUBLE PRECISION, enterprise TEXT,
  attributes JSONB NOT NULL, search TEXT NOT NULL, version BIGINT NOT NULL,
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
  why TEXT, change TEXT NOT NULL, body JSONB NOT NULL, PRIMARY KEY (record, version)
);
-- Words are cut by the registry (bigrams, initials) and separated by single blanks.
CREATE INDEX record_search ON record USING GIN (array_to_tsvector(string_to_array(search, ' '))) WHERE deleted = 0;
