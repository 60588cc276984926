-- Query opportunities a person set aside, and why. Opportunities themselves are derived: the rules
-- find them anew each time.
CREATE TABLE opportunity_dismissal (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL REFERENCES encounter(id), rule TEXT NOT NULL,
  rule_version INTEGER NOT NULL, reason TEXT NOT NULL, user INTEGER NOT NULL, at INTEGER NOT NULL,
  UNIQUE (encounter, rule)) STRICT;
-- Earlier values of a patient are the baseline of later ones.
CREATE INDEX observation_patient ON observation (patient, code, at);
