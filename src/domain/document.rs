//! Documents: kinds, signature states, versions.

use super::code::Coding;
use super::ids::{DocumentId, EncounterId, OrderId, PatientId, ProcedureId, ProviderId};
use super::named::named_enum;
use super::time::Moment;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What a document is, in the department's terms.
    pub enum DocumentKind {
        /// History and physical.
        HistoryAndPhysical = "h_and_p",
        /// Interval update to an earlier H&P.
        HistoryUpdate = "h_and_p_update",
        /// Discharge summary.
        DischargeSummary = "discharge_summary",
        /// Operative report.
        OperativeReport = "operative_report",
        /// Brief operative note.
        BriefOperativeNote = "brief_operative_note",
        /// Consultation report.
        Consult = "consult",
        /// Progress note.
        Progress = "progress",
        /// Bedside procedure note.
        ProcedureNote = "procedure_note",
        /// Transfer summary.
        TransferSummary = "transfer_summary",
        /// Emergency department record.
        EmergencyRecord = "ed_record",
        /// Preanaesthesia evaluation.
        AnesthesiaPre = "anesthesia_pre",
        /// Anaesthesia record.
        AnesthesiaRecord = "anesthesia_record",
        /// Postanaesthesia evaluation.
        AnesthesiaPost = "anesthesia_post",
        /// Imaging report.
        Imaging = "imaging",
        /// Pathology report.
        Pathology = "pathology",
        /// Electrocardiogram reading.
        Ecg = "ecg",
        /// Autopsy report.
        Autopsy = "autopsy",
        /// Informed consent.
        Consent = "consent",
        /// Death note or death summary.
        DeathNote = "death_note",
        /// Nursing note.
        Nursing = "nursing",
        /// Laboratory report.
        Laboratory = "laboratory_report",
        /// Referral.
        Referral = "referral",
        /// Care plan.
        CarePlan = "care_plan",
        /// Clinic or office note.
        Clinic = "clinic_note",
        /// Addendum to another document.
        Addendum = "addendum",
        /// Anything else.
        Other = "other",
        /// A query about documentation with its answer: it asks, and documents nothing itself.
        Query = "query",
    }
}

impl DocumentKind {
    /// The words shown for it; at most 24 characters.
    pub fn title(self) -> &'static str {
        match self {
            Self::HistoryAndPhysical => "History and physical",
            Self::HistoryUpdate => "H&P update",
            Self::DischargeSummary => "Discharge summary",
            Self::OperativeReport => "Operative report",
            Self::BriefOperativeNote => "Brief operative note",
            Self::Consult => "Consultation",
            Self::Progress => "Progress note",
            Self::ProcedureNote => "Procedure note",
            Self::TransferSummary => "Transfer summary",
            Self::EmergencyRecord => "ED record",
            Self::AnesthesiaPre => "Preanesthesia evaluation",
            Self::AnesthesiaRecord => "Anesthesia record",
            Self::AnesthesiaPost => "Postanesthesia eval.",
            Self::Imaging => "Imaging report",
            Self::Pathology => "Pathology report",
            Self::Ecg => "ECG reading",
            Self::Autopsy => "Autopsy report",
            Self::Consent => "Informed consent",
            Self::DeathNote => "Death note",
            Self::Nursing => "Nursing note",
            Self::Laboratory => "Laboratory report",
            Self::Referral => "Referral",
            Self::CarePlan => "Care plan",
            Self::Clinic => "Clinic note",
            Self::Addendum => "Addendum",
            Self::Other => "Document",
            Self::Query => "Query",
        }
    }
}

named_enum! {
    /// How far a document's authentication has come, as the feed said it.
    pub enum SignatureState {
        /// Dictated, no text yet.
        Dictated = "dictated",
        /// Draft.
        Draft = "draft",
        /// Text known to be incomplete.
        Incomplete = "incomplete",
        /// Complete text, not signed.
        Unsigned = "unsigned",
        /// Signed by its author, cosignature due.
        Signed = "signed",
        /// Authenticated by whoever must.
        Authenticated = "authenticated",
        /// Amended after authentication.
        Amended = "amended",
        /// Withdrawn.
        Retracted = "retracted",
        /// The record does not say. Never the same as unsigned.
        Unknown = "unknown",
    }
}

/// The three answers to "is it signed?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// Yes.
    Yes,
    /// No.
    No,
    /// The record does not say.
    Unknown,
}

impl SignatureState {
    /// Whether the author has signed.
    pub fn signed(self) -> Signed {
        match self {
            Self::Signed | Self::Authenticated | Self::Amended => Signed::Yes,
            Self::Dictated | Self::Draft | Self::Incomplete | Self::Unsigned => Signed::No,
            Self::Retracted | Self::Unknown => Signed::Unknown,
        }
    }

    /// Whether there is complete text, signed or not.
    pub fn has_text(self) -> bool {
        !matches!(self, Self::Dictated | Self::Incomplete)
    }
}

named_enum! {
    /// Whether a document stands.
    pub enum DocumentStatus {
        /// It stands.
        Current = "current",
        /// Marked superseded by the feed; it stays visible.
        Superseded = "superseded",
        /// Entered in error; kept, shown as retracted, counts for nothing.
        Retracted = "retracted",
    }
}

named_enum! {
    /// Who may see a document beyond the chart's own rule.
    pub enum Sensitivity {
        /// As the chart.
        Normal = "normal",
        /// Restricted (psychotherapy, VIP, employee).
        Restricted = "restricted",
        /// Substance use disorder record, 42 CFR Part 2.
        Part2 = "part2",
    }
}

/// What a record says of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFacts {
    /// Kind in our terms.
    pub kind: DocumentKind,
    /// Type code and title as they came.
    pub what: Coding,
    /// When the document was written or the event it reports took place.
    pub at: Option<Moment>,
    /// Authentication.
    pub signature: SignatureState,
    /// When it was authenticated, if stated.
    pub signed_at: Option<Moment>,
    /// Whether it stands.
    pub status: DocumentStatus,
    /// Preliminary read (imaging, pathology, ECG).
    pub preliminary: bool,
    /// Sensitivity.
    pub sensitivity: Sensitivity,
    /// MIME type of the content as it came.
    pub content_type: Untrusted,
    /// Where the content lies if it did not come with the record.
    pub url: Untrusted,
}

/// A document as kept, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Row identity.
    pub id: DocumentId,
    /// Whose.
    pub patient: PatientId,
    /// Which visit, if it named one.
    pub encounter: Option<EncounterId>,
    /// What is known.
    pub facts: DocumentFacts,
    /// Who wrote it.
    pub author: Option<ProviderId>,
    /// Who is to sign (TXA-10), if stated.
    pub assigned: Option<ProviderId>,
    /// Who signed.
    pub authenticator: Option<ProviderId>,
    /// Who cosigned.
    pub cosigner: Option<ProviderId>,
    /// The procedure it reports, if it names one.
    pub procedure: Option<ProcedureId>,
    /// The order it answers, if it names one.
    pub order: Option<OrderId>,
    /// The document it amends, if it names one.
    pub parent: Option<DocumentId>,
    /// Version, from 1.
    pub version: i64,
    /// Length of the text in bytes; 0 when none came.
    pub text_bytes: i64,
}
