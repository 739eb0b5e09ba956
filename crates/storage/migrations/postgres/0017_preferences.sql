-- What a person set up for themselves on a screen: columns, density, layers. Small, and nobody else's business.
CREATE TABLE preference (
  user_id TEXT NOT NULL REFERENCES users (id), key TEXT NOT NULL, version BIGINT NOT NULL,
  value JSONB NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (user_id, key)
);
-- Views with a name, the owner's own or shared with one of the owner's organisations.
CREATE TABLE saved_view (
  id TEXT PRIMARY KEY, place TEXT NOT NULL, name TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id),
  user_name TEXT NOT NULL, organisation TEXT, organisation_name TEXT, body JSONB NOT NULL,
  version BIGINT NOT NULL, updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX saved_view_name_key ON saved_view (user_id, place, name);
CREATE INDEX saved_view_organisation ON saved_view (organisation, place);
