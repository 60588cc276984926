//! What an action did.

use super::intake::Intake;
use crate::domain::worklist::Taken;
use serde::{Deserialize, Serialize};

/// What an action did; a retry with the same request id gives it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Rows changed or made.
    pub done: Vec<i64>,
    /// Rows left alone, each with the reason.
    pub refused: Vec<(i64, String)>,
    /// What an import did.
    pub intake: Option<Intake>,
    /// What an analysis did.
    pub analysis: Option<AnalysisSummary>,
    /// What a run of the ladder did.
    #[serde(default)]
    pub ladder: Option<LadderRun>,
    /// What a run of the ladder of queries did.
    #[serde(default)]
    pub queries: Option<QueryRun>,
    /// Whether undo can take it back.
    pub undoable: bool,
    /// The chart that was taken, when the action chose it.
    #[serde(default)]
    pub taken: Option<Taken>,
}

impl Outcome {
    /// One row done.
    pub fn one(id: i64) -> Self {
        Self {
            done: vec![id],
            ..Self::default()
        }
    }

    /// How it ended, for the audit log: `refused` if nothing was done.
    pub(super) fn word(&self) -> String {
        let words = ["ok", "refused"];
        words[usize::from(self.done.is_empty())].to_owned()
    }
}

/// What an analysis changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalysisSummary {
    /// Visits analysed.
    pub visits: i64,
    /// Items opened.
    pub opened: i64,
    /// Items opened again.
    pub reopened: i64,
    /// Items whose clock or words changed.
    pub updated: i64,
    /// Items cleared because what was missing arrived.
    pub cleared: i64,
    /// Absences whose first day has come.
    #[serde(default)]
    pub absences_begun: i64,
    /// Holds that ran out.
    #[serde(default)]
    pub holds_ended: i64,
    /// What the nightly run did to waiting queries.
    #[serde(default)]
    pub queries: QueryRun,
}

impl AnalysisSummary {
    /// Adds another run's numbers.
    pub fn add(&mut self, other: &Self) {
        self.visits += other.visits;
        self.opened += other.opened;
        self.reopened += other.reopened;
        self.updated += other.updated;
        self.cleared += other.cleared;
        self.absences_begun += other.absences_begun;
        self.holds_ended += other.holds_ended;
        self.queries.add(&other.queries);
    }
}

/// What a daily run of the ladder of queries did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueryRun {
    /// Queries that wait for an answer.
    pub waiting: i64,
    /// Reminders.
    pub reminded: i64,
    /// Escalations.
    pub escalated: i64,
    /// Queries that may stay unanswered now.
    pub expired: i64,
}

impl QueryRun {
    /// Adds another run's numbers.
    pub fn add(&mut self, other: &Self) {
        self.waiting += other.waiting;
        self.reminded += other.reminded;
        self.escalated += other.escalated;
        self.expired += other.expired;
    }
}

/// What a daily run of the ladder did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LadderRun {
    /// Steps proposed.
    pub proposed: i64,
    /// Proposals whose items changed.
    pub updated: i64,
    /// Proposals withdrawn because their reason went away.
    pub withdrawn: i64,
    /// Suspensions lifted at once, where the ladder says so.
    pub lifted: i64,
}
