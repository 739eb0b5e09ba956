-- What somebody asked to be opened under a key of their own: asking again, because the answer was lost, opens nothing twice.
CREATE TABLE matter_request (
  user_id TEXT NOT NULL, request TEXT NOT NULL, matter TEXT NOT NULL REFERENCES matter (id), PRIMARY KEY (user_id, request)
);
