//! The daily run of the ladder of queries: reminders, escalation, expiry. The same run again
//! changes nothing.

use super::transition;
use crate::domain::absence::Absence;
use crate::domain::ids::{ProviderId, QueryId};
use crate::domain::permission::Permission;
use crate::domain::query::{Query, QueryState};
use crate::domain::query_life::{Escalation, EscalationKind, QueryStanding};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::ops::Office;
use crate::ops::access::allowed;
use crate::ops::error::Result;
use crate::ops::outcome::{Outcome, QueryRun};
use crate::rules::query_ladder::{Step, Waiting};
use crate::store::{AuditDraft, StoreError, Tx};
use crate::text::counted;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Queries read at once.
const AT_ONCE: usize = 500;

/// The deficiency type of an unanswered query.
const UNANSWERED: &str = "QRY";

/// A query as the ladder sees it; `None` unless it waits.
pub(super) fn waiting<'a>(query: &'a Query, absences: &'a [Absence]) -> Option<Waiting<'a>> {
    if query.state != QueryState::Issued {
        return None;
    }
    let asked = query.asked.or(query.issued)?;
    Some(Waiting {
        asked,
        due: query.due.unwrap_or(asked),
        step: &query.escalation.step,
        taken: query.escalation.taken,
        absences,
    })
}

/// Takes a step of the ladder.
pub(super) fn take(
    tx: &mut Tx<'_>,
    old: &Query,
    step: Step<'_>,
    said: &Untrusted,
) -> Result<Outcome> {
    let mut new = Query {
        escalation: Escalation {
            level: old.escalation.level + 1,
            step: step.id().to_owned(),
            taken: Some(tx.now),
        },
        ..old.clone()
    };
    let action = match step.kind() {
        EscalationKind::Reminder => "query.remind",
        EscalationKind::Escalation => "query.escalate",
        EscalationKind::Expiry => {
            new.state = QueryState::Expired;
            new.ended = Some(tx.now);
            "query.expire"
        }
    };
    transition(tx, old, &new, action, said)
}

impl Office {
    /// Where a query stands on the ladder.
    pub(in crate::ops) fn standing(&self, query: &Query) -> Result<QueryStanding> {
        let ladder = self.query_ladder()?;
        let last = ladder.step(&query.escalation.step);
        let last = last.map_or_else(String::new, |s| s.title().to_owned());
        if query.state != QueryState::Issued {
            return Ok(QueryStanding { last, next: None });
        }
        let absences = match query.provider {
            Some(provider) => self.store.absences(Some(provider), self.now())?,
            None => Vec::new(),
        };
        let next = waiting(query, &absences).and_then(|w| ladder.next(&w, &self.zone));
        Ok(QueryStanding { last, next })
    }

    /// The daily run: takes the steps whose day has come.
    pub(in crate::ops) fn advance_queries(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
    ) -> Result<Outcome> {
        allowed(actor, Permission::CreateDeficiency)?;
        let mut run = QueryRun::default();
        let mut away: BTreeMap<ProviderId, Vec<Absence>> = BTreeMap::new();
        let mut after = QueryId(0);
        loop {
            let queries = tx.waiting_queries(after, AT_ONCE)?;
            let Some(last) = queries.last() else { break };
            after = last.id;
            for query in &queries {
                if let Some(provider) = query.provider
                    && let Entry::Vacant(unknown) = away.entry(provider)
                {
                    unknown.insert(tx.absences_of(provider)?);
                }
                let absences = query.provider.and_then(|p| away.get(&p));
                self.advance_one(tx, query, absences.map_or(&[][..], Vec::as_slice), &mut run)?;
            }
        }
        tx.audit(AuditDraft {
            action: "query.advance".to_owned(),
            object: counted(run.waiting, "waiting query"),
            detail: serde_json::to_string(&run).map_err(StoreError::from)?,
            outcome: "ok".to_owned(),
            ..AuditDraft::default()
        });
        Ok(Outcome {
            queries: Some(run),
            ..Outcome::default()
        })
    }

    pub(super) fn advance_one(
        &self,
        tx: &mut Tx<'_>,
        query: &Query,
        absences: &[Absence],
        run: &mut QueryRun,
    ) -> Result<()> {
        run.waiting += 1;
        let Some(waits) = waiting(query, absences) else {
            return Ok(());
        };
        let ladder = self.query_ladder()?;
        let due = ladder.due(&waits, tx.now, &self.zone);
        if due.is_empty() {
            return owes_answer(tx, query);
        }
        let mut current = query.clone();
        for (step, came) in due {
            let came = Moment::at(came).iso(&self.zone);
            let said = format!("{}: {} is told; came {came}", step.title(), step.who());
            take(tx, &current, step, &said.into())?;
            match step.kind() {
                EscalationKind::Reminder => run.reminded += 1,
                EscalationKind::Escalation => run.escalated += 1,
                EscalationKind::Expiry => run.expired += 1,
            }
            if let Some(new) = tx.query(query.id)? {
                current = new;
            }
        }
        Ok(())
    }
}

/// An answer that became overdue is an item of the provider: the rules look at the visit.
fn owes_answer(tx: &mut Tx<'_>, query: &Query) -> Result<()> {
    if query.due.is_none_or(|due| due >= tx.now) {
        return Ok(());
    }
    let known = tx.deficiencies_of(query.encounter)?.iter().any(|i| {
        i.row.kind == UNANSWERED
            && i.row.subject.query == Some(query.id)
            && i.mutable.state.is_outstanding()
    });
    if !known {
        tx.needs_analysis(query.encounter)?;
    }
    Ok(())
}
