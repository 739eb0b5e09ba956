-- What devices sent and what they were sent, as it went over the line: batches of one sender, compressed. Numbers of
-- frames grow with time, so that the order of the numbers is the order of arrival. The sender is named as its frames
-- name it, whether a device is registered by that name or not.
CREATE TABLE frame_batch (
  first BIGINT PRIMARY KEY, last BIGINT NOT NULL, sender TEXT NOT NULL, protocol TEXT NOT NULL,
  first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, frames BIGINT NOT NULL, bytes BIGINT NOT NULL, body BLOB NOT NULL
);
CREATE INDEX frame_batch_sender ON frame_batch (sender, last);
-- Sums over the batches of a sender.
CREATE TABLE frame_sender (
  sender TEXT NOT NULL, protocol TEXT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL,
  frames BIGINT NOT NULL, bytes BIGINT NOT NULL, peer TEXT NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY (sender, protocol)
);
CREATE INDEX frame_sender_last ON frame_sender (last_at);
