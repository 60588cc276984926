//! The worklist of documentation integrity: stays to review, why each stands where it does.

use super::encounter::EncounterClass;
use super::ids::{EncounterId, UserId};
use super::named::named_enum;
use super::review::{ReviewKind, ReviewOutcome, Stage};
use super::time::{Instant, Moment, Precision};
use super::untrusted::Untrusted;
use super::worklist::Fit;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Views of the worklist.
    pub enum ReviewView {
        /// In house.
        InHouse = "in-house",
        /// Discharged, codes not final.
        Discharged = "discharged",
        /// Never reviewed, codes not final.
        New = "new",
        /// The next review is due today or was due before.
        Due = "due",
        /// Begun, taken or last reviewed by the reader, codes not final.
        Mine = "mine",
        /// With a query that waits for its answer, or for its reconciliation.
        Queries = "queries",
        /// Handed over to the coder.
        Coding = "coding",
        /// Codes final.
        Final = "final",
    }
}

impl ReviewView {
    /// Whether a stay belongs to the view of `reader` on the day that ends at `today_ends`.
    pub fn holds(self, stay: &ReviewStay, reader: UserId, today_ends: Instant) -> bool {
        let open = stay.stage != Stage::Final;
        match self {
            Self::InHouse => stay.discharged.is_none() && open,
            Self::Discharged => stay.discharged.is_some() && open,
            Self::New => open && stay.last.is_none(),
            Self::Due => open && stay.next.is_some_and(|at| at <= today_ends),
            Self::Mine => {
                let mine = |user: Option<UserId>| user == Some(reader);
                open && (mine(stay.last.as_ref().map(|l| l.reviewer))
                    || mine(stay.taken_by.as_ref().map(|t| t.0))
                    || stay.drafts.contains(&reader))
            }
            // A query that waits is somebody's work, whatever the codes.
            Self::Queries => stay.queries_open + stay.queries_answered > 0,
            Self::Coding => stay.stage == Stage::Coder,
            Self::Final => stay.stage == Stage::Final,
        }
    }
}

named_enum! {
    /// Orders of the worklist.
    pub enum ReviewSort {
        /// Priority, highest first.
        Priority = "priority",
        /// Length of stay, longest first.
        Stay = "stay",
        /// Discharge, longest ago first; in house last.
        Discharged = "discharged",
        /// Last review, longest ago first; never reviewed before all.
        Reviewed = "reviewed",
        /// Day of the next review, earliest first.
        Next = "next",
        /// Payer.
        Payer = "payer",
        /// Service.
        Service = "service",
        /// Patient.
        Patient = "patient",
    }
}

/// The last signed review, in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReview {
    /// When it was signed.
    pub at: Instant,
    /// Who.
    pub reviewer: UserId,
    /// Their name.
    pub reviewer_name: Untrusted,
    /// Occasion.
    pub kind: ReviewKind,
    /// What came of it.
    pub outcome: ReviewOutcome,
}

/// The best opportunity of a stay when the rules looked last. Documents that are restricted do
/// not speak here, since everybody who reviews sees the worklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BestOpportunity {
    /// Its rule.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Its rank, 1 to 99.
    pub rank: i64,
    /// How many there are.
    pub found: i64,
}

/// A stay of the worklist.
#[derive(Clone, Debug, PartialEq)]
pub struct ReviewStay {
    /// The visit.
    pub encounter: EncounterId,
    /// Visit number.
    pub visit: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Patient's name.
    pub patient_name: Untrusted,
    /// Class.
    pub class: EncounterClass,
    /// Service; empty if not known.
    pub service_name: Untrusted,
    /// Facility; empty if not known.
    pub facility_name: Untrusted,
    /// Payer as recorded; empty if the feed does not tell.
    pub payer: Untrusted,
    /// Attending; empty if not known.
    pub attending_name: Untrusted,
    /// Begin of the stay.
    pub admitted: Option<Moment>,
    /// Its end; none while the patient is in house.
    pub discharged: Option<Moment>,
    /// Calendar days from admission to discharge, or to today.
    pub stay_days: i64,
    /// Calendar days since discharge; 0 in house.
    pub days_left: i64,
    /// Whose turn it is.
    pub stage: Stage,
    /// Since when; none if it was never handed over.
    pub stage_since: Option<Instant>,
    /// Who handed it over, and with what words.
    pub stage_by: Untrusted,
    /// Why it was handed over.
    pub stage_reason: Untrusted,
    /// Signed reviews.
    pub reviews: i64,
    /// The last of them.
    pub last: Option<LastReview>,
    /// Day of the next review.
    pub next: Option<Instant>,
    /// Who has an unfinished review.
    pub drafts: Vec<UserId>,
    /// Queries that wait for an answer.
    pub queries_open: i64,
    /// Those of them that are overdue.
    pub queries_late: i64,
    /// Queries answered and not reconciled.
    pub queries_answered: i64,
    /// The best opportunity when the rules looked last.
    pub best: Option<BestOpportunity>,
    /// Whether the rules have looked since the stay changed.
    pub looked: bool,
    /// Who has taken the chart: user and name.
    pub taken_by: Option<(UserId, Untrusted)>,
    /// Priority: the sum of `why`.
    pub priority: i64,
    /// What the priority is made of: words and points.
    pub why: Vec<(String, i64)>,
}

/// Where in a stay a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayText {
    /// Patient, numbers, service, payer, attending and the best opportunity.
    Any,
    /// Patient's name.
    Patient,
    /// Payer.
    Payer,
    /// Service.
    Service,
    /// Facility.
    Facility,
    /// Attending.
    Attending,
    /// Medical record number.
    Mrn,
    /// Visit number.
    Visit,
}

/// A moment of a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayTime {
    /// Its begin.
    Admitted,
    /// Its end.
    Discharged,
}

/// A range of whole numbers or instants, both ends included; an open end is none.
pub type Between<T> = (Option<T>, Option<T>);

/// A condition on a stay of the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StayCondition {
    /// All hold.
    All(Vec<Self>),
    /// One holds at least.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A text fits, whatever its case.
    Text(StayText, Fit, String),
    /// One of these classes.
    Classes(Vec<EncounterClass>),
    /// Length of stay in days.
    StayDays(Between<i64>),
    /// Priority.
    Priority(Between<i64>),
    /// A moment lies between two.
    Time {
        /// Which moment.
        what: StayTime,
        /// Instants by the facility's clock, for moments known to the instant.
        instants: Between<Instant>,
        /// Days as they are kept, for moments known by their day.
        days: Between<Instant>,
    },
}

/// Whether a value lies in a range.
fn within<T: PartialOrd>((from, to): &Between<T>, value: &T) -> bool {
    from.as_ref().is_none_or(|f| value >= f) && to.as_ref().is_none_or(|t| value <= t)
}

impl StayCondition {
    /// Whether a stay is let through.
    pub fn holds(&self, stay: &ReviewStay) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|p| p.holds(stay)),
            Self::Any(parts) => parts.iter().any(|p| p.holds(stay)),
            Self::Not(inner) => !inner.holds(stay),
            Self::Text(text, fit, words) => stay.fits(*text, *fit, &words.to_lowercase()),
            Self::Classes(classes) => classes.contains(&stay.class),
            Self::StayDays(range) => within(range, &stay.stay_days),
            Self::Priority(range) => within(range, &stay.priority),
            Self::Time {
                what,
                instants,
                days,
            } => {
                let moment = match what {
                    StayTime::Admitted => stay.admitted,
                    StayTime::Discharged => stay.discharged,
                };
                moment.is_some_and(|m| match m.precision {
                    Precision::Instant => within(instants, &m.at),
                    _ => within(days, &m.at),
                })
            }
        }
    }
}

/// What a filter of the worklist asks for; without a condition it lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReviewFilter {
    /// What was typed.
    pub typed: Option<StayCondition>,
}

impl ReviewFilter {
    /// Whether a stay is let through.
    pub fn holds(&self, stay: &ReviewStay) -> bool {
        self.typed.as_ref().is_none_or(|c| c.holds(stay))
    }
}

impl ReviewStay {
    /// Whether words in lower case fit a text of the stay.
    fn fits(&self, text: StayText, fit: Fit, words: &str) -> bool {
        let best = self.best.as_ref().map_or("", |b| b.title.as_str());
        let one = |text: &str| {
            let text = text.to_lowercase();
            match fit {
                Fit::Part => text.contains(words),
                // A word begins so.
                Fit::Start => text
                    .match_indices(words)
                    .any(|(at, _)| at == 0 || text[..at].ends_with([' ', ',', '-'])),
                Fit::Whole => text == words,
            }
        };
        match text {
            StayText::Any => {
                one(best)
                    || [
                        &self.patient_name,
                        &self.mrn,
                        &self.visit,
                        &self.service_name,
                        &self.payer,
                        &self.attending_name,
                    ]
                    .iter()
                    .any(|t| one(t.raw()))
            }
            StayText::Patient => one(self.patient_name.raw()),
            StayText::Payer => one(self.payer.raw()),
            StayText::Service => one(self.service_name.raw()),
            StayText::Facility => one(self.facility_name.raw()),
            StayText::Attending => one(self.attending_name.raw()),
            StayText::Mrn => one(self.mrn.raw()),
            StayText::Visit => one(self.visit.raw()),
        }
    }
}

/// What of the worklist is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewAsk {
    /// View.
    pub view: ReviewView,
    /// Filter.
    pub filter: ReviewFilter,
    /// Order.
    pub sort: ReviewSort,
    /// From the other end.
    pub reverse: bool,
    /// Rows to leave out at the beginning.
    pub offset: usize,
    /// At most so many rows.
    pub limit: usize,
}

impl Default for ReviewAsk {
    fn default() -> Self {
        Self {
            view: ReviewView::InHouse,
            filter: ReviewFilter::default(),
            sort: ReviewSort::Priority,
            reverse: false,
            offset: 0,
            limit: 200,
        }
    }
}

/// A part of the worklist.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReviewPage {
    /// How many stays each view has, before the filter.
    pub counts: Vec<(ReviewView, i64)>,
    /// How many the view and the filter let through.
    pub total: usize,
    /// The rows.
    pub rows: Vec<ReviewStay>,
    /// Stays at which the rules have not looked since they changed.
    pub unlooked: usize,
}
