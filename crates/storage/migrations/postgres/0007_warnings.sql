-- The CAP messages that were made public. `xml` is what everybody received and never changes;
-- `superseded` tells that a later message of the same warning replaced or lifted it.
CREATE TABLE cap_message (
  identifier TEXT NOT NULL, matter TEXT NOT NULL, number BIGINT NOT NULL, sender TEXT NOT NULL,
  msg_type TEXT NOT NULL, status TEXT NOT NULL, sent_at BIGINT NOT NULL, expires_at BIGINT, division TEXT NOT NULL,
  color TEXT NOT NULL, event_type TEXT NOT NULL, headline TEXT NOT NULL, area JSONB NOT NULL, xml TEXT NOT NULL,
  superseded BIGINT NOT NULL
);
CREATE UNIQUE INDEX cap_message_identifier_key ON cap_message (identifier);
-- A handler that runs twice cannot write a message twice.
CREATE UNIQUE INDEX cap_message_number_key ON cap_message (matter, number);
CREATE INDEX cap_message_in_force ON cap_message (status, expires_at) WHERE superseded = 0;
CREATE INDEX cap_message_latest ON cap_message (status, sent_at);
