-- What says that a stay was coded: a claim, a DRG, final diagnoses, an export, a coder.
CREATE TABLE coding (
  id INTEGER PRIMARY KEY, evidence TEXT NOT NULL, status TEXT NOT NULL, at INTEGER, at_precision INTEGER,
  patient INTEGER NOT NULL, encounter INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX coding_encounter ON coding (encounter, id);
-- That a stay counted as coded, as it was known from one instant until another.
CREATE TABLE coded_span (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
  evidence TEXT NOT NULL, coded INTEGER, coded_precision INTEGER) STRICT;
CREATE INDEX coded_span_encounter ON coded_span (encounter, until);
CREATE INDEX coded_span_coded ON coded_span (coded) WHERE coded IS NOT NULL;
CREATE INDEX coded_span_at ON coded_span (at);
CREATE INDEX deficiency_span_encounter ON deficiency_span (encounter) WHERE outstanding = 0;

-- A hold of a whole chart; the holds of its items that come from it carry its number.
CREATE TABLE chart_hold (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, reason TEXT NOT NULL, comment TEXT NOT NULL,
  from_at INTEGER NOT NULL, until INTEGER NOT NULL, removed INTEGER NOT NULL, placed_by INTEGER NOT NULL) STRICT;
CREATE INDEX chart_hold_encounter ON chart_hold (encounter);
ALTER TABLE hold ADD COLUMN chart INTEGER NOT NULL DEFAULT 0;
