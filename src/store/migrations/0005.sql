-- Searches people keep as worklists, and what each searched for before.
CREATE TABLE saved_search (
  id INTEGER PRIMARY KEY, user INTEGER NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
  sort TEXT NOT NULL, grouping TEXT NOT NULL, widening TEXT NOT NULL, looked INTEGER NOT NULL,
  UNIQUE (user, name)) STRICT;
CREATE TABLE search_history (
  user INTEGER NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (user, text)) STRICT, WITHOUT ROWID;
CREATE INDEX search_history_at ON search_history (user, at);
