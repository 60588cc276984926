-- The first format. SQLite dialect: STRICT tables, 64-bit integer keys, instants as UTC
-- microseconds, yes/no as 0/1, 0 for "none" in anything a list sorts by.

CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Where records come from and what they are called there ------------------------------------

CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE authority (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE source_file (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE batch (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES source(id),
  records INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;

-- One row for each name a thing goes by. Source 0: the authority is the same for all sources.
-- digest is empty for a mere name and for something only mentioned so far.
CREATE TABLE record_key (
  kind TEXT NOT NULL, external TEXT NOT NULL, authority INTEGER NOT NULL, source INTEGER NOT NULL,
  object INTEGER NOT NULL, digest BLOB NOT NULL, batch INTEGER NOT NULL, file INTEGER NOT NULL,
  line INTEGER NOT NULL, place TEXT NOT NULL,
  PRIMARY KEY (kind, external, authority, source)) STRICT, WITHOUT ROWID;
CREATE INDEX record_key_object ON record_key (kind, object);
-- Partial records already taken in, so that a repeated file changes nothing.
CREATE TABLE applied (digest BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;

-- People and places -------------------------------------------------------------------------

CREATE TABLE facility (id INTEGER PRIMARY KEY, name TEXT NOT NULL, zone TEXT NOT NULL, stub INTEGER NOT NULL) STRICT;
CREATE TABLE service (id INTEGER PRIMARY KEY, name TEXT NOT NULL, stub INTEGER NOT NULL) STRICT;

CREATE TABLE provider (
  id INTEGER PRIMARY KEY, family TEXT NOT NULL, given TEXT NOT NULL, name TEXT NOT NULL,
  credential TEXT NOT NULL, role TEXT NOT NULL, specialty TEXT NOT NULL, active INTEGER NOT NULL,
  service INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX provider_name ON provider (name, id);

CREATE TABLE patient (
  id INTEGER PRIMARY KEY, mrn TEXT NOT NULL, family TEXT NOT NULL, given TEXT NOT NULL,
  name TEXT NOT NULL, birth INTEGER, birth_precision INTEGER, sex TEXT NOT NULL,
  deceased INTEGER, deceased_precision INTEGER, merged_into INTEGER NOT NULL, stub INTEGER NOT NULL) STRICT;
CREATE INDEX patient_mrn ON patient (mrn);
CREATE INDEX patient_name ON patient (name, id);

CREATE TABLE identifier (
  kind TEXT NOT NULL, object INTEGER NOT NULL, authority TEXT NOT NULL, type TEXT NOT NULL,
  value TEXT NOT NULL, PRIMARY KEY (kind, object, authority, value)) STRICT, WITHOUT ROWID;

-- Charts ------------------------------------------------------------------------------------

CREATE TABLE encounter (
  id INTEGER PRIMARY KEY, patient INTEGER NOT NULL REFERENCES patient(id), visit TEXT NOT NULL,
  class TEXT NOT NULL, status TEXT NOT NULL, admitted INTEGER, admitted_precision INTEGER,
  discharged INTEGER, discharged_precision INTEGER, disposition TEXT NOT NULL,
  reason TEXT NOT NULL, location TEXT NOT NULL, payer TEXT NOT NULL,
  facility INTEGER, service INTEGER, attending INTEGER, admitting INTEGER,
  open_items INTEGER NOT NULL, analyst INTEGER NOT NULL, analyzed INTEGER NOT NULL, stale INTEGER NOT NULL,
  stub INTEGER NOT NULL) STRICT;
CREATE INDEX encounter_patient ON encounter (patient, admitted, id);
CREATE INDEX encounter_visit ON encounter (visit);
CREATE INDEX encounter_attending ON encounter (attending) WHERE attending IS NOT NULL;
CREATE INDEX encounter_stale ON encounter (stale, id) WHERE stale > 0;

CREATE TABLE ord (
  id INTEGER PRIMARY KEY, patient INTEGER NOT NULL, encounter INTEGER, kind TEXT NOT NULL, status TEXT NOT NULL,
  system TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL, at INTEGER, at_precision INTEGER,
  verbal INTEGER NOT NULL, signed INTEGER, signed_precision INTEGER,
  ordered_by INTEGER, performer INTEGER, to_service INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX ord_encounter ON ord (encounter, at, id);

CREATE TABLE procedure (
  id INTEGER PRIMARY KEY, patient INTEGER NOT NULL, encounter INTEGER, status TEXT NOT NULL,
  system TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL,
  started INTEGER, started_precision INTEGER, ended INTEGER, ended_precision INTEGER,
  setting TEXT NOT NULL, anesthesia INTEGER, emergency INTEGER,
  performer INTEGER, anesthetist INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX procedure_encounter ON procedure (encounter, started, id);

CREATE TABLE diagnosis (
  id INTEGER PRIMARY KEY, patient INTEGER NOT NULL, encounter INTEGER, kind TEXT NOT NULL, status TEXT NOT NULL,
  system TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL, rank INTEGER NOT NULL, poa TEXT,
  at INTEGER, at_precision INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX diagnosis_encounter ON diagnosis (encounter, rank, id);

CREATE TABLE observation (
  id INTEGER PRIMARY KEY, patient INTEGER NOT NULL, encounter INTEGER, category TEXT NOT NULL, status TEXT NOT NULL,
  system TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL, value REAL, value_text TEXT NOT NULL,
  unit TEXT NOT NULL, low REAL, high REAL, flag TEXT NOT NULL, at INTEGER, at_precision INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX observation_encounter ON observation (encounter, at, id);

CREATE TABLE medication (
  id INTEGER PRIMARY KEY, patient INTEGER NOT NULL, encounter INTEGER, kind TEXT NOT NULL, status TEXT NOT NULL,
  system TEXT NOT NULL, code TEXT NOT NULL, text TEXT NOT NULL, dose TEXT NOT NULL, route TEXT NOT NULL,
  started INTEGER, started_precision INTEGER, ended INTEGER, ended_precision INTEGER, stub INTEGER NOT NULL) STRICT;
CREATE INDEX medication_encounter ON medication (encounter, started, id);

CREATE TABLE document (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, patient INTEGER NOT NULL, encounter INTEGER, kind TEXT NOT NULL,
  system TEXT NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL, at INTEGER, at_precision INTEGER,
  signature TEXT NOT NULL, signed_at INTEGER, signed_precision INTEGER, status TEXT NOT NULL,
  preliminary INTEGER NOT NULL, sensitivity TEXT NOT NULL, content_type TEXT NOT NULL, url TEXT NOT NULL,
  author INTEGER, assigned INTEGER, authenticator INTEGER, cosigner INTEGER,
  procedure INTEGER, ord INTEGER, parent INTEGER, text_digest BLOB NOT NULL, text_bytes INTEGER NOT NULL,
  stub INTEGER NOT NULL) STRICT;
CREATE INDEX document_encounter ON document (encounter, at, id);
CREATE INDEX document_patient ON document (patient, at, id);
CREATE INDEX document_same ON document (patient, text_digest);

-- One row for each version a document has had; facts is what the record said, as JSON.
CREATE TABLE document_version (
  document INTEGER NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, batch INTEGER NOT NULL,
  facts TEXT NOT NULL, text_bytes INTEGER NOT NULL, text BLOB NOT NULL, PRIMARY KEY (document, version)) STRICT;

-- Deficiencies ------------------------------------------------------------------------------

CREATE TABLE deficiency (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
  outstanding INTEGER NOT NULL, rule TEXT NOT NULL, rule_version INTEGER NOT NULL, finding TEXT NOT NULL,
  encounter INTEGER NOT NULL REFERENCES encounter(id), patient INTEGER NOT NULL, facility INTEGER, service INTEGER,
  document INTEGER, procedure INTEGER, ord INTEGER, owner INTEGER NOT NULL, analyst INTEGER NOT NULL,
  start_event TEXT NOT NULL, start INTEGER NOT NULL, due INTEGER NOT NULL, late_at INTEGER NOT NULL,
  excused INTEGER NOT NULL, held_since INTEGER NOT NULL, opened INTEGER NOT NULL, closed INTEGER NOT NULL,
  closed_by_rule INTEGER NOT NULL, maybe INTEGER,
  mrn TEXT NOT NULL, visit TEXT NOT NULL, patient_name TEXT NOT NULL, class TEXT NOT NULL,
  service_name TEXT NOT NULL, owner_name TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX deficiency_finding ON deficiency (encounter, finding);
CREATE INDEX deficiency_due ON deficiency (outstanding, due, id);
CREATE INDEX deficiency_start ON deficiency (outstanding, start, id);
CREATE INDEX deficiency_patient ON deficiency (outstanding, patient_name, id);
CREATE INDEX deficiency_owner_name ON deficiency (outstanding, owner_name, id);
CREATE INDEX deficiency_kind ON deficiency (outstanding, kind, id);
CREATE INDEX deficiency_late ON deficiency (outstanding, late_at, id);
CREATE INDEX deficiency_closed ON deficiency (outstanding, closed, id);
CREATE INDEX deficiency_owner ON deficiency (owner, outstanding, due, id);
CREATE INDEX deficiency_analyst ON deficiency (analyst, outstanding, due, id);
CREATE INDEX deficiency_service ON deficiency (service, outstanding, due, id);
CREATE INDEX deficiency_declined ON deficiency (due, id) WHERE state = 'declined';
CREATE INDEX deficiency_held ON deficiency (due, id) WHERE held_since > 0;

CREATE TABLE deficiency_words (
  deficiency INTEGER PRIMARY KEY, clock TEXT NOT NULL, why TEXT NOT NULL, owner_why TEXT NOT NULL) STRICT;

CREATE TABLE hold (
  id INTEGER PRIMARY KEY, deficiency INTEGER NOT NULL, reason TEXT NOT NULL, comment TEXT NOT NULL,
  from_at INTEGER NOT NULL, until INTEGER NOT NULL, released INTEGER NOT NULL, placed_by INTEGER NOT NULL) STRICT;
CREATE INDEX hold_deficiency ON hold (deficiency, from_at);
CREATE INDEX hold_until ON hold (until, id) WHERE released = 0 AND until > 0;

-- Counts kept beside the rows: day buckets have key '' and the UTC day in num.
CREATE TABLE tally (
  dim TEXT NOT NULL, key TEXT NOT NULL, num INTEGER NOT NULL, n INTEGER NOT NULL,
  PRIMARY KEY (dim, key, num)) STRICT, WITHOUT ROWID;

-- Queries -----------------------------------------------------------------------------------

CREATE TABLE query (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, encounter INTEGER NOT NULL, state TEXT NOT NULL,
  provider INTEGER, author INTEGER NOT NULL, words TEXT NOT NULL, saved INTEGER NOT NULL,
  issued INTEGER NOT NULL, due INTEGER NOT NULL, answer TEXT NOT NULL, answered INTEGER NOT NULL) STRICT;
CREATE INDEX query_state ON query (state, saved, id);
CREATE INDEX query_encounter ON query (encounter, id);
CREATE INDEX query_author ON query (author, state, id);
CREATE INDEX query_provider ON query (provider, state, id);

-- People who work here ----------------------------------------------------------------------

CREATE TABLE user (
  id INTEGER PRIMARY KEY, version INTEGER NOT NULL, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  roles TEXT NOT NULL, provider INTEGER, active INTEGER NOT NULL) STRICT;

CREATE TABLE lease (
  encounter INTEGER PRIMARY KEY, user INTEGER NOT NULL, session TEXT NOT NULL, token INTEGER NOT NULL,
  since INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT;

CREATE TABLE saved_view (
  id INTEGER PRIMARY KEY, user INTEGER NOT NULL, name TEXT NOT NULL, view TEXT NOT NULL,
  filter TEXT NOT NULL, sort TEXT NOT NULL, reversed INTEGER NOT NULL, UNIQUE (user, name)) STRICT;

CREATE TABLE preference (
  user INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (user, key)) STRICT, WITHOUT ROWID;

-- What happened -----------------------------------------------------------------------------

CREATE TABLE request (
  id TEXT NOT NULL PRIMARY KEY, at INTEGER NOT NULL, user INTEGER NOT NULL, undone INTEGER NOT NULL,
  outcome TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  id INTEGER PRIMARY KEY, request TEXT NOT NULL, at INTEGER NOT NULL, user INTEGER NOT NULL,
  action TEXT NOT NULL, kind TEXT NOT NULL, object INTEGER NOT NULL, encounter INTEGER NOT NULL,
  from_state TEXT NOT NULL, to_state TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL, before TEXT NOT NULL) STRICT;
CREATE INDEX event_object ON event (kind, object, id);
CREATE INDEX event_request ON event (request);

CREATE TABLE audit_chain (
  id TEXT NOT NULL PRIMARY KEY, opened INTEGER NOT NULL, number INTEGER NOT NULL,
  ties_chain TEXT NOT NULL, ties_seq INTEGER NOT NULL, ties_hash TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX audit_chain_number ON audit_chain (number);
CREATE TABLE audit (
  chain TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, login TEXT NOT NULL,
  os_user TEXT NOT NULL, terminal TEXT NOT NULL, roles TEXT NOT NULL, action TEXT NOT NULL,
  object TEXT NOT NULL, patient INTEGER NOT NULL, encounter INTEGER NOT NULL, detail TEXT NOT NULL,
  reason TEXT NOT NULL, outcome TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX audit_at ON audit (at);

CREATE TABLE outbox (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, object INTEGER NOT NULL,
  at INTEGER NOT NULL) STRICT;
