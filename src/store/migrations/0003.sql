-- The supervisor's engine: what statistics need of the past, the steps of the delinquency ladder,
-- letters, daily snapshots, notes to coders.

-- What statistics need of each state an item has been in: valid from `at` until `until`
-- (9223372036854775807: still). Written wherever a row of `deficiency` is written.
CREATE TABLE deficiency_span (
  id INTEGER PRIMARY KEY, deficiency INTEGER NOT NULL, encounter INTEGER NOT NULL, kind TEXT NOT NULL,
  at INTEGER NOT NULL, until INTEGER NOT NULL, outstanding INTEGER NOT NULL, state TEXT NOT NULL,
  owner INTEGER NOT NULL, start INTEGER NOT NULL, due INTEGER NOT NULL, excused INTEGER NOT NULL,
  held_since INTEGER NOT NULL) STRICT;
CREATE INDEX deficiency_span_item ON deficiency_span (deficiency, id);
CREATE INDEX deficiency_span_open ON deficiency_span (until, at) WHERE outstanding = 1;
CREATE INDEX deficiency_span_at ON deficiency_span (at, id);

-- The same of visits: what was known of a discharge, and from when on.
CREATE TABLE encounter_span (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL,
  valid INTEGER NOT NULL, class TEXT NOT NULL, facility INTEGER NOT NULL, service INTEGER NOT NULL,
  attending INTEGER NOT NULL, discharged INTEGER, discharged_precision INTEGER) STRICT;
CREATE INDEX encounter_span_visit ON encounter_span (encounter, id);
CREATE INDEX encounter_span_discharged ON encounter_span (discharged, at) WHERE discharged IS NOT NULL;

-- A store of the first format knows of the past what its rows still say.
INSERT INTO encounter_span (encounter, at, until, valid, class, facility, service, attending,
    discharged, discharged_precision)
  SELECT id, 0, 9223372036854775807, status NOT IN ('cancelled', 'retracted', 'planned'), class,
    coalesce(facility, 0), coalesce(service, 0), coalesce(attending, 0), discharged, discharged_precision
  FROM encounter WHERE stub = 0;
INSERT INTO deficiency_span (deficiency, encounter, kind, at, until, outstanding, state, owner,
    start, due, excused, held_since)
  SELECT id, encounter, kind, opened, CASE WHEN outstanding = 1 THEN 9223372036854775807 ELSE closed END,
    1, CASE WHEN outstanding = 1 THEN state ELSE 'open' END, owner, start, due, excused, held_since
  FROM deficiency;
INSERT INTO deficiency_span (deficiency, encounter, kind, at, until, outstanding, state, owner,
    start, due, excused, held_since)
  SELECT id, encounter, kind, closed, 9223372036854775807, 0, state, owner, start, due, excused, 0
  FROM deficiency WHERE outstanding = 0;

-- Open items by the time they become late, kept for whom lists count by: a bucket of `width` days.
CREATE TABLE late_tally (
  dim TEXT NOT NULL, key TEXT NOT NULL, width INTEGER NOT NULL, bucket INTEGER NOT NULL,
  n INTEGER NOT NULL, PRIMARY KEY (dim, width, bucket, key)) STRICT, WITHOUT ROWID;
INSERT INTO late_tally (dim, key, width, bucket, n)
  SELECT 'owner', owner, 1, late_at / 86400000000, count(*) FROM deficiency
  WHERE outstanding = 1 AND late_at < 9223372036854775807 GROUP BY 2, 4;
INSERT INTO late_tally (dim, key, width, bucket, n)
  SELECT 'owner', owner, 16, late_at / 1382400000000, count(*) FROM deficiency
  WHERE outstanding = 1 AND late_at < 9223372036854775807 GROUP BY 2, 4;
INSERT INTO late_tally (dim, key, width, bucket, n)
  SELECT 'service', coalesce(service, 0), 1, late_at / 86400000000, count(*) FROM deficiency
  WHERE outstanding = 1 AND late_at < 9223372036854775807 GROUP BY 2, 4;
INSERT INTO late_tally (dim, key, width, bucket, n)
  SELECT 'service', coalesce(service, 0), 16, late_at / 1382400000000, count(*) FROM deficiency
  WHERE outstanding = 1 AND late_at < 9223372036854775807 GROUP BY 2, 4;
INSERT INTO late_tally (dim, key, width, bucket, n)
  SELECT 'kind', kind, 1, late_at / 86400000000, count(*) FROM deficiency
  WHERE outstanding = 1 AND late_at < 9223372036854775807 GROUP BY 2, 4;
INSERT INTO late_tally (dim, key, width, bucket, n)
  SELECT 'kind', kind, 16, late_at / 1382400000000, count(*) FROM deficiency
  WHERE outstanding = 1 AND late_at < 9223372036854775807 GROUP BY 2, 4;

-- What becomes late today is counted from the index alone.
DROP INDEX deficiency_late;
CREATE INDEX deficiency_late ON deficiency (outstanding, late_at, id, owner, service, kind);

-- The delinquency ladder ---------------------------------------------------------------------

CREATE TABLE provider_step (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, provider INTEGER NOT NULL, step TEXT NOT NULL,
  kind TEXT NOT NULL, title TEXT NOT NULL, rule TEXT NOT NULL, rule_version INTEGER NOT NULL,
  state TEXT NOT NULL, reached INTEGER NOT NULL, proposed INTEGER NOT NULL, decided INTEGER NOT NULL,
  decided_by INTEGER NOT NULL, ended INTEGER NOT NULL, suspension TEXT NOT NULL,
  items INTEGER NOT NULL, oldest INTEGER NOT NULL, letter INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE INDEX provider_step_state ON provider_step (state, id);
CREATE INDEX provider_step_provider ON provider_step (provider, id);
CREATE INDEX provider_step_suspended ON provider_step (provider, id)
  WHERE kind = 'suspension' AND state = 'confirmed' AND ended = 0;

-- The items a step is about, and when each had reached it.
CREATE TABLE provider_step_item (
  step INTEGER NOT NULL REFERENCES provider_step(id), deficiency INTEGER NOT NULL,
  reached INTEGER NOT NULL, PRIMARY KEY (step, deficiency)) STRICT, WITHOUT ROWID;
CREATE INDEX provider_step_item_deficiency ON provider_step_item (deficiency, step);

-- Letters as they went out, and every copy of them.
CREATE TABLE letter (
  id INTEGER PRIMARY KEY, provider INTEGER NOT NULL, step INTEGER NOT NULL, template TEXT NOT NULL,
  subject TEXT NOT NULL, withdrawn INTEGER NOT NULL, made INTEGER NOT NULL, made_by INTEGER NOT NULL,
  copies INTEGER NOT NULL, body TEXT NOT NULL, html TEXT NOT NULL) STRICT;
CREATE INDEX letter_provider ON letter (provider, id);
CREATE INDEX letter_waiting ON letter (id) WHERE copies = 0 AND withdrawn = 0;
CREATE TABLE letter_copy (
  letter INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, user INTEGER NOT NULL,
  format TEXT NOT NULL, PRIMARY KEY (letter, number)) STRICT, WITHOUT ROWID;

-- Statistics ---------------------------------------------------------------------------------

-- Figures of a day: day since 1970-01-01 in the hospital's time, for everything (dim '') or for
-- one facility, service, provider or type.
CREATE TABLE snapshot (
  dim TEXT NOT NULL, key TEXT NOT NULL, day INTEGER NOT NULL, as_of INTEGER NOT NULL,
  figures TEXT NOT NULL, PRIMARY KEY (dim, key, day)) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_day ON snapshot (day);
CREATE INDEX event_at ON event (at);

-- For coders ---------------------------------------------------------------------------------

CREATE TABLE coder_note (
  id INTEGER PRIMARY KEY, encounter INTEGER NOT NULL, at INTEGER NOT NULL, user INTEGER NOT NULL,
  words TEXT NOT NULL) STRICT;
CREATE INDEX coder_note_encounter ON coder_note (encounter, id);
CREATE INDEX encounter_waiting ON encounter (discharged, id) WHERE open_items > 0 AND discharged IS NOT NULL;
