//! What arrives: records with keys, before they have row identities.
//!
//! A record is known by (source, authority, kind, external id). Parsers and the demo generator
//! make [`Arrival`]s; `ops` resolves their keys and writes them. A key may name something that
//! has not arrived yet.

use super::clinical::{
    DiagnosisFacts, MedicationFacts, ObservationFacts, OrderFacts, ProcedureFacts,
};
use super::coding::CodingFacts;
use super::document::DocumentFacts;
use super::encounter::EncounterFacts;
use super::named::named_enum;
use super::people::{Identifier, PatientFacts, ProviderFacts};
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What a key names.
    pub enum RecordKind {
        /// A patient.
        Patient = "patient",
        /// A provider.
        Provider = "provider",
        /// A hospital or site.
        Facility = "facility",
        /// A clinical service.
        Service = "service",
        /// A visit.
        Encounter = "encounter",
        /// An order.
        Order = "order",
        /// A procedure.
        Procedure = "procedure",
        /// A diagnosis.
        Diagnosis = "diagnosis",
        /// An observation.
        Observation = "observation",
        /// A medication.
        Medication = "medication",
        /// A document.
        Document = "document",
        /// Evidence that a stay was coded.
        Coding = "coding",
    }
}

impl RecordKind {
    /// The plural used in summaries: `patients`, `diagnoses`, …
    pub fn plural(self) -> &'static str {
        match self {
            Self::Patient => "patients",
            Self::Provider => "providers",
            Self::Facility => "facilities",
            Self::Service => "services",
            Self::Encounter => "encounters",
            Self::Order => "orders",
            Self::Procedure => "procedures",
            Self::Diagnosis => "diagnoses",
            Self::Observation => "observations",
            Self::Medication => "medications",
            Self::Document => "documents",
            Self::Coding => "codings",
        }
    }
}

/// Names one thing of a source: its record id (empty authority), or an identifier some
/// authority gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// What it names.
    pub kind: RecordKind,
    /// Assigning authority; empty means "the id the source itself uses".
    pub authority: String,
    /// The identifier.
    pub id: Untrusted,
}

impl Key {
    /// A record id of the source itself.
    pub fn local(kind: RecordKind, id: impl Into<Untrusted>) -> Self {
        Self {
            kind,
            authority: String::new(),
            id: id.into(),
        }
    }

    /// An identifier given by an authority.
    pub fn of(kind: RecordKind, authority: impl Into<String>, id: impl Into<Untrusted>) -> Self {
        Self {
            kind,
            authority: authority.into(),
            id: id.into(),
        }
    }
}

/// Where a record lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The file, with the path inside an archive after `!`.
    pub file: Untrusted,
    /// Line (from 1) of a line-based format, or number of the message or entry; 0 if neither.
    pub line: u64,
    /// Resource type and id, or segment and field: `Encounter/123`, `PV1-44`.
    pub place: Untrusted,
}

/// Records to take in, in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportBatch {
    /// The source's name.
    pub source: String,
    /// The records.
    pub arrivals: Vec<Arrival>,
    /// The number of the first batch of the same import; `None` for that one.
    pub first: Option<i64>,
}

/// One record, parsed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrival {
    /// The record's own key.
    pub key: Key,
    /// Other identifiers of the same thing, by which others may refer to it.
    pub also: Vec<Key>,
    /// Where it lies.
    pub provenance: Provenance,
    /// How much of the thing the record claims to describe.
    pub extent: Extent,
    /// Field names (as in the facts' struct) the record deletes: HL7 `""`, a cancelled discharge.
    pub cleared: Vec<String>,
    /// What it says.
    pub record: Record,
}

impl Arrival {
    /// Whether it only adds to a visit that something else tells of (a bill tells who pays for it):
    /// it has no number for it.
    pub fn adds_only(&self) -> bool {
        let nameless = |r: &EncounterRecord| r.facts.visit.is_blank();
        self.extent == Extent::Part && matches!(&self.record, Record::Encounter(r) if nameless(r))
    }
}

named_enum! {
    /// How much of the thing a record describes, so what its empty fields mean.
    pub enum Extent {
        /// All of it (FHIR): an empty field is empty.
        Whole = "whole",
        /// A part (HL7 v2): an empty field changes nothing.
        Part = "part",
        /// A mention in passing (a name beside a reference): fills only what is not known yet
        /// and is counted as nothing.
        Mention = "mention",
    }
}

/// What a record says, with keys in place of row identities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Record {
    /// A patient.
    Patient(PatientRecord),
    /// A provider.
    Provider(ProviderRecord),
    /// A hospital or site.
    Facility(PlaceRecord),
    /// A clinical service.
    Service(PlaceRecord),
    /// A visit.
    Encounter(Box<EncounterRecord>),
    /// An order.
    Order(Box<OrderRecord>),
    /// A procedure.
    Procedure(Box<ProcedureRecord>),
    /// A diagnosis.
    Diagnosis(Box<DiagnosisRecord>),
    /// An observation.
    Observation(Box<ObservationRecord>),
    /// A medication.
    Medication(Box<MedicationRecord>),
    /// A document.
    Document(Box<DocumentRecord>),
    /// Evidence that a stay was coded.
    Coding(Box<CodingRecord>),
    /// Two patients are one: the second's identifiers and charts belong to the first (ADT A40).
    Merge(MergeRecord),
}

/// See [`Record::Patient`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PatientRecord {
    /// Facts.
    pub facts: PatientFacts,
    /// Identifiers; the first of kind `MR` is printed as the MRN.
    pub identifiers: Vec<Identifier>,
}

/// See [`Record::Provider`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProviderRecord {
    /// Facts.
    pub facts: ProviderFacts,
    /// Identifiers.
    pub identifiers: Vec<Identifier>,
    /// Service.
    pub service: Option<Key>,
}

/// See [`Record::Facility`] and [`Record::Service`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceRecord {
    /// Name.
    pub name: Untrusted,
}

/// See [`Record::Encounter`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EncounterRecord {
    /// Facts.
    pub facts: EncounterFacts,
    /// Whose.
    pub patient: Key,
    /// Where.
    pub facility: Option<Key>,
    /// Which service.
    pub service: Option<Key>,
    /// Attending of record.
    pub attending: Option<Key>,
    /// Admitting provider.
    pub admitting: Option<Key>,
}

/// See [`Record::Order`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// Facts.
    pub facts: OrderFacts,
    /// Whose.
    pub patient: Key,
    /// Which visit.
    pub encounter: Option<Key>,
    /// Who ordered.
    pub ordered_by: Option<Key>,
    /// Who is asked.
    pub performer: Option<Key>,
    /// Which service is asked.
    pub to_service: Option<Key>,
}

/// See [`Record::Procedure`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcedureRecord {
    /// Facts.
    pub facts: ProcedureFacts,
    /// Whose.
    pub patient: Key,
    /// Which visit.
    pub encounter: Option<Key>,
    /// Who did it.
    pub performer: Option<Key>,
    /// Who gave anaesthesia.
    pub anesthetist: Option<Key>,
}

/// See [`Record::Diagnosis`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagnosisRecord {
    /// Facts.
    pub facts: DiagnosisFacts,
    /// Whose.
    pub patient: Key,
    /// Which visit.
    pub encounter: Option<Key>,
}

/// See [`Record::Observation`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObservationRecord {
    /// Facts.
    pub facts: ObservationFacts,
    /// Whose.
    pub patient: Key,
    /// Which visit.
    pub encounter: Option<Key>,
}

/// See [`Record::Medication`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MedicationRecord {
    /// Facts.
    pub facts: MedicationFacts,
    /// Whose.
    pub patient: Key,
    /// Which visit.
    pub encounter: Option<Key>,
}

/// See [`Record::Document`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// Facts.
    pub facts: DocumentFacts,
    /// Text; empty when the content is not text or did not come.
    pub text: Untrusted,
    /// Whose.
    pub patient: Key,
    /// Which visit.
    pub encounter: Option<Key>,
    /// Who wrote it.
    pub author: Option<Key>,
    /// Who is to sign.
    pub assigned: Option<Key>,
    /// Who signed.
    pub authenticator: Option<Key>,
    /// Who cosigned.
    pub cosigner: Option<Key>,
    /// The procedure it reports.
    pub procedure: Option<Key>,
    /// The order it answers.
    pub order: Option<Key>,
    /// The document it amends or replaces.
    pub parent: Option<Key>,
}

/// See [`Record::Coding`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodingRecord {
    /// Facts.
    pub facts: CodingFacts,
    /// Whose.
    pub patient: Key,
    /// Which stay.
    pub encounter: Key,
}

/// See [`Record::Merge`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeRecord {
    /// The patient that remains.
    pub survivor: Key,
    /// The patient that is no longer used.
    pub retired: Key,
}

impl Record {
    /// What kind of thing it is about.
    pub fn kind(&self) -> RecordKind {
        match self {
            Self::Patient(_) | Self::Merge(_) => RecordKind::Patient,
            Self::Provider(_) => RecordKind::Provider,
            Self::Facility(_) => RecordKind::Facility,
            Self::Service(_) => RecordKind::Service,
            Self::Encounter(_) => RecordKind::Encounter,
            Self::Order(_) => RecordKind::Order,
            Self::Procedure(_) => RecordKind::Procedure,
            Self::Diagnosis(_) => RecordKind::Diagnosis,
            Self::Observation(_) => RecordKind::Observation,
            Self::Medication(_) => RecordKind::Medication,
            Self::Document(_) => RecordKind::Document,
            Self::Coding(_) => RecordKind::Coding,
        }
    }
}

/// Something a parser could not use, or used with a reservation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Where it lies.
    pub provenance: Provenance,
    /// How bad it is.
    pub severity: Severity,
    /// Why, in one sentence without patient text.
    pub reason: String,
}

named_enum! {
    /// How bad an [`Issue`] is.
    pub enum Severity {
        /// The record should have gone in and could not.
        Reject = "reject",
        /// The record went in; part of it was not understood.
        Warning = "warning",
        /// The file is none of ours.
        Skip = "skip",
    }
}
