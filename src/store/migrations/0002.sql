-- What documents' texts say, read once: so that a new index need not read them again. Derived; a
-- row counts only for its version and for the word lists (reader) it was made with.
CREATE TABLE document_annotation (
  document INTEGER PRIMARY KEY, version INTEGER NOT NULL, reader TEXT NOT NULL, data BLOB NOT NULL) STRICT;
