-- Named lists. Nothing is deleted: a list or an entry that is gone is marked so, and may come back.
CREATE TABLE named_list (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, user INTEGER NOT NULL, name TEXT NOT NULL, shared TEXT NOT NULL,
  removed INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX named_list_name ON named_list (user, name) WHERE removed = 0;
CREATE TABLE list_entry (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, list INTEGER NOT NULL REFERENCES named_list(id),
  document INTEGER NOT NULL, encounter INTEGER NOT NULL, note TEXT NOT NULL, done INTEGER NOT NULL,
  removed INTEGER NOT NULL, added INTEGER NOT NULL, added_by INTEGER NOT NULL,
  UNIQUE (list, document, encounter)) STRICT;
