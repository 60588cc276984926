-- What the department decides about items: whose choice the owner was, clocks that were started
-- again, answers a person gave, absences, cover.

ALTER TABLE deficiency ADD COLUMN query INTEGER;
ALTER TABLE deficiency ADD COLUMN owner_by_hand INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deficiency ADD COLUMN restarted INTEGER NOT NULL DEFAULT 0;
UPDATE deficiency SET owner_by_hand = 1 WHERE id IN
  (SELECT object FROM event WHERE kind = 'deficiency' AND action IN ('deficiency.assign', 'deficiency.add'));
-- A hold of an absence that ended because the item got another owner has the absence's number
-- with a minus before it: it stays as it is.
ALTER TABLE hold ADD COLUMN absence INTEGER NOT NULL DEFAULT 0;
CREATE INDEX hold_absence ON hold (absence) WHERE absence > 0;

-- Whether a document answers an item, as a person decided.
CREATE TABLE answer (
  deficiency INTEGER NOT NULL, document INTEGER NOT NULL, answers INTEGER NOT NULL,
  PRIMARY KEY (deficiency, document)) STRICT, WITHOUT ROWID;

CREATE TABLE absence (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, provider INTEGER NOT NULL, reason TEXT NOT NULL,
  comment TEXT NOT NULL, from_at INTEGER NOT NULL, until INTEGER NOT NULL, begun INTEGER NOT NULL,
  removed INTEGER NOT NULL, placed_by INTEGER NOT NULL) STRICT;
CREATE INDEX absence_provider ON absence (provider, from_at);
CREATE INDEX absence_waiting ON absence (from_at) WHERE begun = 0 AND removed = 0;

CREATE TABLE cover (
  id INTEGER PRIMARY KEY, provider INTEGER NOT NULL, by_provider INTEGER NOT NULL,
  from_at INTEGER NOT NULL, until INTEGER NOT NULL, ended INTEGER NOT NULL, reason TEXT NOT NULL,
  placed_by INTEGER NOT NULL) STRICT;
CREATE INDEX cover_by ON cover (by_provider) WHERE ended = 0;

CREATE TABLE cover_group (
  name TEXT NOT NULL, provider INTEGER NOT NULL, PRIMARY KEY (name, provider)) STRICT, WITHOUT ROWID;
CREATE INDEX cover_group_provider ON cover_group (provider, name);
