//! Conditions on queue rows: what was typed, and what stands behind a number of another screen.

use crate::domain::deficiency::DeficiencyState;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{EncounterId, ProviderId, ServiceId};
use crate::domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// What a part of a typed filter is compared with; text is matched without regard to case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueueText {
    /// Patient's name, MRN, visit number, owner, type, service: any of them.
    Any,
    /// Owner's name.
    Owner,
    /// Service's name.
    Service,
    /// Facility's name.
    Facility,
    /// Patient's name.
    Patient,
    /// Medical record number.
    Mrn,
    /// Visit number.
    Visit,
    /// Type code.
    Kind,
}

/// How a text must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fit {
    /// Somewhere in it.
    Part,
    /// A word of it begins so; of a number the number itself.
    Start,
    /// It is just this.
    Whole,
}

/// A moment of a queue row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueueTime {
    /// When the item is due.
    Due,
    /// When the visit began.
    Admitted,
    /// When the visit ended.
    Discharged,
    /// When the item was found or added.
    Opened,
    /// When the item was closed the last time; an open one was not.
    Closed,
}

/// A condition on queue rows as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// All hold.
    All(Vec<Self>),
    /// One holds at least.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A text fits.
    Text(QueueText, Fit, String),
    /// One of these type codes.
    Kinds(Vec<String>),
    /// One of these classes of the visit.
    Classes(Vec<EncounterClass>),
    /// One of these states.
    States(Vec<DeficiencyState>),
    /// On a named list: its name as typed, and the stays that are meant, once `ops` has looked.
    OnList(String, Vec<EncounterId>),
    /// Late, or not.
    Late(bool),
    /// A moment lies between two, both included.
    Time {
        /// Which moment.
        what: QueueTime,
        /// Instants by the facility's clock, for moments known to the instant.
        instants: (Option<Instant>, Option<Instant>),
        /// Days as the store keeps them, for moments known to the day.
        days: (Option<Instant>, Option<Instant>),
    },
    /// It was owed at that moment, whatever became of it since.
    Owed {
        /// The moment.
        at: Instant,
        /// By this provider; `None` by anybody.
        by: Option<ProviderId>,
    },
}

impl Condition {
    /// A moment of a row lies in a day of the clock of `zone`; for moments known to the instant.
    pub fn on_day(what: QueueTime, day: Date, zone: &TimeZone) -> Self {
        Self::Time {
            what,
            instants: (
                Some(Instant::start_of(day, zone)),
                Some(Instant::end_of(day, zone)),
            ),
            days: (
                Some(Instant::start_of(day, &TimeZone::UTC)),
                Some(Instant::end_of(day, &TimeZone::UTC)),
            ),
        }
    }
}

/// Conditions on queue rows; all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFilter {
    /// What was typed.
    pub typed: Option<Condition>,
    /// Type codes; empty means any.
    pub kinds: Vec<String>,
    /// The owner.
    pub owner: Option<ProviderId>,
    /// The service; 0 is none.
    pub service_id: Option<ServiceId>,
    /// Only items whose age in days lies in this band.
    pub age: Option<AgeBand>,
    /// One chart.
    pub encounter: Option<EncounterId>,
}

impl QueueFilter {
    /// Both hold: what was set and what is added; where both say something, `other` counts.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        let both = |mine: Option<Condition>, theirs: Option<Condition>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => Some(Condition::All(vec![mine, theirs])),
            (mine, theirs) => theirs.or(mine),
        };
        self.typed = both(self.typed, other.typed);
        if self.kinds.is_empty() {
            self.kinds = other.kinds;
        } else if !other.kinds.is_empty() {
            self.typed = both(self.typed, Some(Condition::Kinds(other.kinds)));
        }
        self.owner = other.owner.or(self.owner);
        self.service_id = other.service_id.or(self.service_id);
        self.age = other.age.or(self.age);
        self.encounter = other.encounter.or(self.encounter);
        self
    }
}

/// A band of ages in whole days since the clock started, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeBand {
    /// First day.
    pub first: i64,
    /// Last day; `None` is without end.
    pub last: Option<i64>,
}

impl AgeBand {
    /// The words shown for it: `8-14 days`, `over 90 days`.
    pub fn title(self) -> String {
        match self.last {
            Some(last) => format!("{}-{last} days", self.first),
            None => format!("over {} days", self.first - 1),
        }
    }
}
