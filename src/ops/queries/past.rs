//! Queries with a life behind them, for the demo hospital: each step is taken by the same code as
//! ever, at the time it is said to have been taken.

use super::issue::Sending;
use crate::domain::action::DraftToSave;
use crate::domain::ids::{EncounterId, ProviderId, QueryId};
use crate::domain::permission::Permission;
use crate::domain::query::{Query, QueryState, QueryText};
use crate::domain::query_life::{GivenAnswer, QueryChange, Verbal};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::ops::Office;
use crate::ops::access::allowed;
use crate::ops::error::Result;
use crate::ops::outcome::QueryRun;
use crate::store::{StoreError, Tx};

/// A step of a query's life.
#[derive(Clone, Debug)]
pub enum PastStep {
    /// It was issued.
    Issue {
        /// When the answer was due.
        due: Instant,
    },
    /// It was asked and answered by word of mouth.
    Verbal(GivenAnswer),
    /// The provider answered.
    Answer(GivenAnswer),
    /// Something else became of it.
    Change(QueryChange),
    /// It was withdrawn.
    Withdraw(Untrusted),
}

/// A query with its life so far.
#[derive(Clone, Debug)]
pub struct PastQuery {
    /// The visit.
    pub encounter: EncounterId,
    /// Who was asked.
    pub provider: ProviderId,
    /// The words.
    pub text: QueryText,
    /// When the draft was saved.
    pub drafted: Instant,
    /// What happened, oldest first.
    pub steps: Vec<(Instant, PastStep)>,
}

impl Office {
    /// Records a query with its life so far; between its steps the ladder ran every day. `answering`
    /// is the account of the provider who was asked. Meant for a hospital that is being made.
    ///
    /// # Errors
    /// Not permitted, or refused as each step would have been.
    pub fn record_past_query(
        &self,
        actor: &Actor,
        answering: &Actor,
        past: &PastQuery,
    ) -> Result<QueryId> {
        allowed(actor, Permission::Administer)?;
        let draft = DraftToSave {
            query: None,
            encounter: past.encounter,
            provider: Some(past.provider),
            text: past.text.clone(),
        };
        let (id, _) = self.store.save_draft(
            actor.user.id,
            &draft,
            past.drafted,
            self.versions_kept(false),
        )?;
        if past.steps.is_empty() {
            return Ok(id);
        }
        self.write(actor, None, |tx| {
            let (now, user) = (tx.now, tx.user);
            let done = self.live(tx, (actor, answering), past, id, now);
            (tx.now, tx.user) = (now, user);
            done?;
            Ok(id.0)
        })?;
        Ok(id)
    }

    fn live(
        &self,
        tx: &mut Tx<'_>,
        (actor, answering): (&Actor, &Actor),
        past: &PastQuery,
        id: QueryId,
        until: Instant,
    ) -> Result<()> {
        for (at, step) in &past.steps {
            self.ladder_until(tx, id, *at)?;
            tx.now = *at;
            tx.user = match step {
                PastStep::Answer(_) => answering.user.id,
                _ => actor.user.id,
            };
            let query = there(tx, id)?;
            let version = query.version;
            let sending = Sending {
                query: id,
                version,
                again: false,
                overrule: None,
            };
            match step {
                PastStep::Issue { due } => {
                    self.issue_query(tx, actor, &sending, past.provider, *due)?;
                }
                PastStep::Verbal(answer) => {
                    let verbal = Verbal {
                        provider: past.provider,
                        asked: *at,
                        answer: answer.clone(),
                    };
                    self.record_verbal(tx, actor, &sending, &verbal)?;
                }
                PastStep::Answer(answer) => {
                    self.answer_query(tx, answering, id, version, answer)?;
                }
                PastStep::Change(change) => {
                    self.change_query(tx, actor, (id, version), change)?;
                }
                PastStep::Withdraw(reason) => {
                    super::change::withdraw(tx, actor, id, version, reason)?;
                }
            }
        }
        tx.user = actor.user.id;
        self.ladder_until(tx, id, until)
    }

    /// The daily runs of the ladder up to a moment, one query alone.
    fn ladder_until(&self, tx: &mut Tx<'_>, id: QueryId, until: Instant) -> Result<()> {
        let mut run = QueryRun::default();
        loop {
            let query = there(tx, id)?;
            if query.state != QueryState::Issued {
                return Ok(());
            }
            let last = [query.asked, query.escalation.taken].into_iter().flatten();
            let next = self.standing(&query)?.next.and_then(|n| n.at);
            let Some(next) = next.filter(|at| *at < until) else {
                return Ok(());
            };
            tx.now = last.max().map_or(next, |l| Instant(l.0.max(next.0)));
            let absences = match query.provider {
                Some(provider) => tx.absences_of(provider)?,
                None => Vec::new(),
            };
            self.advance_one(tx, &query, &absences, &mut run)?;
            if there(tx, id)?.version == query.version {
                return Ok(());
            }
        }
    }
}

fn there(tx: &Tx<'_>, id: QueryId) -> Result<Query> {
    tx.query(id)?.ok_or_else(|| {
        StoreError::NotFound {
            what: "query",
            id: id.0,
        }
        .into()
    })
}
