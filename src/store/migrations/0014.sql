-- Additions and notes that are being typed: one of each kind for a user and a stay (for additions: and
-- a review). `review` is 0 for notes.
CREATE TABLE jotting (
  user INTEGER NOT NULL, encounter INTEGER NOT NULL, kind TEXT NOT NULL, review INTEGER NOT NULL,
  at INTEGER NOT NULL, words TEXT NOT NULL,
  PRIMARY KEY (user, encounter, kind, review)) STRICT, WITHOUT ROWID;
