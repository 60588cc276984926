-- The worklist of query opportunities: what the rules found when a stay was looked at last. Derived:
-- it can be made again at any time.
CREATE TABLE opportunity (
  encounter INTEGER NOT NULL REFERENCES encounter(id), rule TEXT NOT NULL, topic TEXT NOT NULL,
  title TEXT NOT NULL, rank INTEGER NOT NULL, facts INTEGER NOT NULL,
  PRIMARY KEY (encounter, rule)) STRICT, WITHOUT ROWID;
CREATE INDEX opportunity_rank ON opportunity (rank, encounter);
-- Grows with every change of a stay; 0 once the opportunity rules have looked at it since.
ALTER TABLE encounter ADD COLUMN unseen INTEGER NOT NULL DEFAULT 1;
CREATE INDEX encounter_unseen ON encounter (unseen, id) WHERE unseen > 0;
-- Earlier versions of drafts, to look at and to go back to.
CREATE TABLE query_version (
  query INTEGER NOT NULL REFERENCES query(id), number INTEGER NOT NULL, words TEXT NOT NULL,
  provider INTEGER, at INTEGER NOT NULL, PRIMARY KEY (query, number)) STRICT, WITHOUT ROWID;
