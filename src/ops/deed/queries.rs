//! What was done to queries and opportunities.

use super::{Deed, parts, past};
use crate::domain::action::Action;
use crate::domain::ids::{DeficiencyId, ProviderId, QueryId};
use crate::domain::query::Query;
use crate::domain::query_life::QueryChange;
use crate::ops::Office;
use crate::ops::outcome::{Outcome, QueryRun};
use crate::text::{counted, show};

impl Deed {
    /// What a run of the ladder of queries did.
    pub fn on_queries(run: &QueryRun) -> Self {
        let told = parts(&[
            (run.reminded, "", "reminded"),
            (run.escalated, "", "escalated"),
            (run.expired, "", "may stay unanswered"),
        ]);
        let waiting = match run.waiting {
            0 => "no query waits".to_owned(),
            1 => "1 query waits".to_owned(),
            n => format!("{} wait", counted(n, "query")),
        };
        let deed = Self::whole(format!("{waiting} for an answer"));
        match told.is_empty() {
            true => deed.then("no step is due"),
            false => deed.then(told),
        }
    }
}

impl Office {
    pub(super) fn deed_to_query(&self, action: &Action, outcome: &Outcome) -> Deed {
        let deed = Deed::each(outcome.done.len(), "query", past(action));
        let called = |provider: ProviderId| self.provider_called(Some(provider));
        match action {
            Action::IssueQuery { provider, due, .. } => deed
                .one(format!("Sent to {}", called(*provider)))
                .then(format!("answer due {}", self.by_day(*due))),
            Action::RecordVerbal { verbal, .. } => deed.one(format!(
                "Query to {} recorded with its answer",
                called(verbal.provider)
            )),
            Action::ChangeQuery { query, change, .. } => {
                self.query_changed(*query, change, outcome)
            }
            Action::AdvanceQueries => {
                Deed::on_queries(&outcome.queries.clone().unwrap_or_default())
            }
            Action::WithdrawQuery { query, .. } => deed
                .one(format!("Query{} withdrawn", self.to_whom(*query)))
                .then("no answer is owed"),
            Action::DiscardDraft { .. } => {
                Deed::each(outcome.done.len(), "draft", "discarded").one("Draft discarded")
            }
            Action::AnswerQuery { .. } => deed.one("Query answered and signed"),
            Action::DismissOpportunity { rule, .. } => {
                let rules = self.opportunity_rules().ok();
                let known = rules.and_then(|r| r.rules().find(|r| r.id == *rule));
                let title = known.map_or_else(|| rule.clone(), |r| r.title.clone());
                Deed::each(outcome.done.len(), "opportunity", "set aside")
                    .one(format!("{} set aside", show(&title.as_str().into())))
            }
            _ => deed,
        }
    }

    fn query_changed(&self, id: QueryId, change: &QueryChange, outcome: &Outcome) -> Deed {
        let deed = Deed::each(1, "query", "changed");
        let to = self.to_whom(id);
        match change {
            QueryChange::Redirect { provider, due, .. } => deed
                .one(format!(
                    "Sent to {} instead",
                    self.provider_called(Some(*provider))
                ))
                .then(format!("answer due {}", self.by_day(*due))),
            QueryChange::Escalate { .. } => {
                let query = self.query_now(id);
                let standing = query.and_then(|q| self.standing(&q).ok());
                deed.one(format!("Query{to} escalated"))
                    .then(standing.map_or_else(String::new, |s| format!("now at {}", s.last)))
            }
            QueryChange::Expire { .. } => deed.one(format!("Query{to} left unanswered")),
            QueryChange::RequestAddendum { .. } => {
                let item = outcome.done.first().map(|id| DeficiencyId(*id));
                let item = item.and_then(|id| self.store.deficiency(id).ok().flatten());
                match item {
                    Some(item) => deed
                        .one(format!(
                            "Addendum asked of {}",
                            self.provider_called(item.mutable.owner)
                        ))
                        .then(format!("due {}", self.by_day(item.mutable.due))),
                    None => deed.one("Addendum asked for"),
                }
            }
            QueryChange::Reconcile(_) => deed.one(format!("Query{to} reconciled with the record")),
            QueryChange::Close { .. } => deed.one(format!("Query{to} closed")),
        }
    }

    fn query_now(&self, id: QueryId) -> Option<Query> {
        self.store.query(id).ok().flatten()
    }

    /// Whom a query asks: ` to FAMILY,GIVEN`.
    fn to_whom(&self, id: QueryId) -> String {
        let provider = self.query_now(id).and_then(|q| q.provider);
        provider.map_or_else(String::new, |p| {
            format!(" to {}", self.provider_called(Some(p)))
        })
    }
}
