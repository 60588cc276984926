//! Chart deficiencies: one missing item or signature, owed by one party.

use super::encounter::EncounterClass;
use super::ids::{
    DeficiencyId, DocumentId, EncounterId, FacilityId, OrderId, PatientId, ProcedureId, ProviderId,
    QueryId, ServiceId, UserId,
};
use super::named::named_enum;
use super::time::Instant;
use super::untrusted::Untrusted;
use serde::{Deserialize, Serialize};

mod hold;

pub use hold::{ChartHold, Hold};

named_enum! {
    /// Where a deficiency stands (domain reference §2).
    pub enum DeficiencyState {
        /// Owed.
        Open = "open",
        /// Dictated, not yet transcribed.
        Dictated = "dictated",
        /// Transcribed, not yet signed.
        Transcribed = "transcribed",
        /// Signed; to be reviewed where the site reviews.
        Signed = "signed",
        /// Reviewed.
        Reviewed = "reviewed",
        /// Done.
        Completed = "completed",
        /// The provider says it is not theirs; HIM must answer.
        Declined = "declined",
        /// Set aside by a supervisor; never deleted.
        Voided = "voided",
    }
}

impl DeficiencyState {
    /// Whether somebody still owes it.
    pub fn is_outstanding(self) -> bool {
        !matches!(self, Self::Completed | Self::Voided)
    }
}

named_enum! {
    /// Why a provider declines an item (domain reference §4).
    pub enum DeclineReason {
        /// Not my patient.
        NotMyPatient = "not_my_patient",
        /// Another provider performed it.
        OtherProvider = "other_provider_performed",
        /// Already documented; the comment says where.
        AlreadyDocumented = "already_documented",
        /// Not required.
        NotRequired = "not_required",
        /// The resident's responsibility.
        Resident = "resident_responsibility",
        /// Off service or left staff.
        LeftStaff = "off_service",
        /// Duplicate of another item.
        Duplicate = "duplicate",
        /// Wrong patient.
        WrongPatient = "wrong_patient",
        /// The record is not available.
        Unavailable = "record_unavailable",
        /// Another reason; the comment says which.
        Other = "other",
    }
}

impl DeclineReason {
    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::NotMyPatient => "not my patient",
            Self::OtherProvider => "other provider performed",
            Self::AlreadyDocumented => "already documented",
            Self::NotRequired => "not required",
            Self::Resident => "resident's responsibility",
            Self::LeftStaff => "off service or left staff",
            Self::Duplicate => "duplicate",
            Self::WrongPatient => "wrong patient",
            Self::Unavailable => "record unavailable",
            Self::Other => "other",
        }
    }
}

named_enum! {
    /// Why an item is excused for a time.
    pub enum HoldReason {
        /// The provider is ill.
        Illness = "illness",
        /// The provider is on leave.
        Leave = "leave",
        /// The provider is away.
        Vacation = "vacation",
        /// The chart cannot be had.
        ChartUnavailable = "chart_unavailable",
        /// Waiting for another department (pathology, transcription).
        AwaitingOther = "awaiting_other",
        /// Legal or risk review.
        Legal = "legal",
        /// Another reason; the comment says which.
        Other = "other",
    }
}

impl HoldReason {
    /// Reasons for which a provider is away.
    pub const AWAY: [Self; 4] = [Self::Illness, Self::Leave, Self::Vacation, Self::Other];

    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Illness => "provider ill",
            Self::Leave => "provider on leave",
            Self::Vacation => "provider on vacation",
            Self::ChartUnavailable => "chart unavailable",
            Self::AwaitingOther => "awaiting another department",
            Self::Legal => "legal or risk review",
            Self::Other => "other",
        }
    }
}

named_enum! {
    /// What started the clock of a deficiency.
    pub enum StartEvent {
        /// Admission or registration.
        Admitted = "admitted",
        /// Discharge.
        Discharged = "discharged",
        /// End of the procedure.
        ProcedureEnded = "procedure_ended",
        /// Start of the procedure.
        ProcedureStarted = "procedure_started",
        /// The order.
        Ordered = "ordered",
        /// The document's own date.
        DocumentDated = "document_dated",
        /// The day the item was assigned.
        Assigned = "assigned",
        /// Death.
        Died = "died",
        /// A query was issued.
        QueryIssued = "query_issued",
        /// The missing day of a daily note.
        DayMissed = "day_missed",
    }
}

impl StartEvent {
    /// The words shown for it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Admitted => "admission",
            Self::Discharged => "discharge",
            Self::ProcedureEnded => "end of procedure",
            Self::ProcedureStarted => "start of procedure",
            Self::Ordered => "order",
            Self::DocumentDated => "date of the document",
            Self::Assigned => "assignment",
            Self::Died => "death",
            Self::QueryIssued => "issue of the query",
            Self::DayMissed => "day without a note",
        }
    }
}

/// What a deficiency is about, beyond the visit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Subject {
    /// An existing document (unsigned, uncosigned, incomplete).
    pub document: Option<DocumentId>,
    /// A procedure without its report.
    pub procedure: Option<ProcedureId>,
    /// An order without its answer or signature.
    pub order: Option<OrderId>,
    /// A query without its answer.
    #[serde(default)]
    pub query: Option<QueryId>,
}

/// The clock of a deficiency, as the rule computed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueClock {
    /// What started it.
    pub event: StartEvent,
    /// When that was.
    pub start: Instant,
    /// When the item is due.
    pub due: Instant,
    /// The clock in words: "24 hours from admission 2026-03-22 14:02".
    pub words: String,
}

/// What a rule found: something owed, not yet a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Rule id and version.
    pub rule: RuleRef,
    /// Deficiency type code (`DS-M`).
    pub kind: String,
    /// What it is about.
    pub subject: Subject,
    /// Who owes it; `None` when the rule could not tell.
    pub owner: Option<ProviderId>,
    /// Why that owner, in words.
    pub owner_why: String,
    /// The clock.
    pub clock: DueClock,
    /// What was looked for and not found, in words.
    pub why: String,
    /// A document that may answer it, when more than one open item matches and a person must
    /// decide.
    pub maybe: Option<DocumentId>,
    /// How far its document has come on the ladder of stages; `None` for what has no document.
    pub stage: Option<DeficiencyState>,
}

/// Which rule, in which version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleRef {
    /// Rule id; `manual` when a person added the item.
    pub id: String,
    /// Version.
    pub version: i64,
}

/// One row of a deficiency queue: all a list shows.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// Row identity.
    pub id: DeficiencyId,
    /// Row version, for refusing stale writes.
    pub version: i64,
    /// Deficiency type code.
    pub kind: String,
    /// State.
    pub state: DeficiencyState,
    /// Rule and version.
    pub rule: RuleRef,
    /// Visit.
    pub encounter: EncounterId,
    /// Visit number.
    pub visit: Untrusted,
    /// Patient.
    pub patient: PatientId,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Patient name, `FAMILY,GIVEN`.
    pub patient_name: Untrusted,
    /// Class of the visit.
    pub class: EncounterClass,
    /// Service, if known.
    pub service: Option<ServiceId>,
    /// Service name; empty if not known.
    pub service_name: Untrusted,
    /// Facility, if known.
    pub facility: Option<FacilityId>,
    /// Who owes it.
    pub owner: Option<ProviderId>,
    /// Owner's name, `FAMILY,GIVEN`; empty if nobody.
    pub owner_name: Untrusted,
    /// What it is about.
    pub subject: Subject,
    /// Analyst who has taken it.
    pub analyst: Option<UserId>,
    /// Start of the clock.
    pub start: Instant,
    /// Due.
    pub due: Instant,
    /// When it was closed (completed or voided), if it was.
    pub closed: Option<Instant>,
    /// Microseconds of closed holds that excuse it.
    pub excused_micros: i64,
    /// Start of the hold that excuses it now, if one does.
    pub held_since: Option<Instant>,
    /// A document that may answer it: a person must decide.
    pub maybe: Option<DocumentId>,
}

/// The two ages of a deficiency, in whole days (domain reference §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// Days since the clock started.
    pub calendar_days: i64,
    /// The same less the time on hold.
    pub chargeable_days: i64,
    /// Whether the due instant, moved by the time on hold, has passed.
    pub late: bool,
}

/// Microseconds in a day of 24 hours, the unit of chargeable age.
const DAY_MICROS: i64 = 86_400_000_000;

impl QueueRow {
    /// Ages at `now` (or at closing, once closed).
    pub fn ages(&self, now: Instant) -> Ages {
        let until = self.closed.unwrap_or(now);
        let held = self
            .held_since
            .map_or(0, |since| until.0.saturating_sub(since.0).max(0));
        let excused = self.excused_micros.saturating_add(held);
        let age = until.0.saturating_sub(self.start.0);
        Ages {
            calendar_days: age.div_euclid(DAY_MICROS),
            chargeable_days: age.saturating_sub(excused).max(0).div_euclid(DAY_MICROS),
            late: until.0 > self.due.0.saturating_add(excused),
        }
    }
}

/// Everything the detail pane shows of one deficiency.
#[derive(Clone, Debug, PartialEq)]
pub struct DeficiencyDetail {
    /// The list's row.
    pub row: QueueRow,
    /// Title of the rule; empty for an item added by hand.
    pub rule_title: String,
    /// Citations of the rule.
    pub rule_source: Vec<String>,
    /// What the rule does, in sentences.
    pub rule_text: String,
    /// The clock in words.
    pub clock_words: String,
    /// What started the clock.
    pub start_event: StartEvent,
    /// What was looked for and not found.
    pub why: String,
    /// Why this owner: the rule's words, or who gave it to them.
    pub owner_why: Untrusted,
    /// A document that may answer it.
    pub maybe: Option<DocumentId>,
    /// The patient's birth date as ISO text; empty if not known.
    pub birth: String,
    /// The visit's dates.
    pub admitted: Option<super::time::Moment>,
    /// The visit's end.
    pub discharged: Option<super::time::Moment>,
    /// Title of the subject (document title, procedure or order text), if it has one.
    pub subject_title: Untrusted,
    /// Holds, newest first.
    pub holds: Vec<Hold>,
    /// Whether a hold that was placed on the item itself is in force.
    pub hold_placed: bool,
    /// Whether its whole chart is on hold.
    pub chart_held: bool,
    /// The item's clock explained, one sentence each: start, limit, holds, absences, both ages.
    pub explained: Vec<String>,
    /// Title of the document that may answer it; empty if there is none.
    pub maybe_title: Untrusted,
    /// History, newest first.
    pub history: Vec<super::audit::HistoryEntry>,
    /// Who has the chart, if someone has.
    pub lease: Option<super::lease::Lease>,
}
