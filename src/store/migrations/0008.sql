-- Documentation integrity: reviews of stays, lists of diagnoses, notes, whose turn a stay is.

CREATE TABLE review (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, encounter INTEGER NOT NULL, state TEXT NOT NULL,
  reviewer INTEGER NOT NULL, kind TEXT NOT NULL, findings TEXT NOT NULL, outcome TEXT NOT NULL,
  next INTEGER NOT NULL, begun INTEGER NOT NULL, signed INTEGER NOT NULL) STRICT;
CREATE INDEX review_encounter ON review (encounter, id);
CREATE INDEX review_signed ON review (signed, id) WHERE signed > 0;
-- One unfinished review for each reviewer and stay.
CREATE UNIQUE INDEX review_draft ON review (encounter, reviewer) WHERE state = 'draft';
CREATE TABLE review_addition (
  id INTEGER PRIMARY KEY, review INTEGER NOT NULL REFERENCES review(id), at INTEGER NOT NULL,
  user INTEGER NOT NULL, words TEXT NOT NULL) STRICT;
CREATE INDEX review_addition_review ON review_addition (review, id);

-- One row for each state a list has had; entries are its diagnoses in order, as JSON.
CREATE TABLE diagnosis_list (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL,
  at INTEGER NOT NULL, user INTEGER NOT NULL, entries TEXT NOT NULL,
  UNIQUE (encounter, kind, version)) STRICT;

CREATE TABLE stay_note (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, at INTEGER NOT NULL, user INTEGER NOT NULL,
  private INTEGER NOT NULL, removed INTEGER NOT NULL, words TEXT NOT NULL) STRICT;
CREATE INDEX stay_note_encounter ON stay_note (encounter, id);

CREATE TABLE stay_stage (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, at INTEGER NOT NULL, user INTEGER NOT NULL,
  stage TEXT NOT NULL, reason TEXT NOT NULL, undone INTEGER NOT NULL) STRICT;
CREATE INDEX stay_stage_encounter ON stay_stage (encounter, id);

-- The newest of all that.
CREATE TABLE cdi_stay (
  encounter INTEGER PRIMARY KEY, version INTEGER NOT NULL, stage TEXT NOT NULL, stage_at INTEGER NOT NULL,
  stage_by INTEGER NOT NULL, stage_reason TEXT NOT NULL, reviews INTEGER NOT NULL, last INTEGER NOT NULL,
  next INTEGER NOT NULL) STRICT;
CREATE INDEX cdi_stay_coder ON cdi_stay (encounter) WHERE stage = 'coder';

CREATE INDEX encounter_in_house ON encounter (id)
  WHERE discharged IS NULL AND stub = 0 AND status IN ('active', 'unknown');
CREATE INDEX encounter_left ON encounter (discharged, id) WHERE discharged IS NOT NULL;

-- Words of a code as the hospital has used it.
CREATE INDEX diagnosis_code ON diagnosis (code, system, text) WHERE stub = 0;

-- What was signed stays as it was signed; a state of a list stays as it was.
CREATE TRIGGER review_is_final BEFORE UPDATE ON review WHEN OLD.state = 'signed'
BEGIN SELECT RAISE(ABORT, 'a signed review is final'); END;
CREATE TRIGGER review_is_kept BEFORE DELETE ON review WHEN OLD.state = 'signed'
BEGIN SELECT RAISE(ABORT, 'a signed review is kept'); END;
CREATE TRIGGER diagnosis_list_is_final BEFORE UPDATE ON diagnosis_list
BEGIN SELECT RAISE(ABORT, 'a state of a list is final'); END;
CREATE TRIGGER diagnosis_list_is_kept BEFORE DELETE ON diagnosis_list
BEGIN SELECT RAISE(ABORT, 'a state of a list is kept'); END;
