//! What the opportunity rules make of the stays of the worklist, kept so that the list need not
//! ask them.
//!
//! The best opportunity of a stay is derived and kept only as a hint for the order of the list;
//! the review of the stay asks the rules anew. Restricted documents do not speak here: everybody
//! who reviews sees the list.

use super::super::Office;
use super::super::access::allowed;
use super::super::error::{OpsError, Result};
use crate::domain::document::Sensitivity;
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::review_list::BestOpportunity;
use crate::domain::user::Actor;
use crate::store::AuditDraft;
use serde::{Deserialize, Serialize};

/// Stays looked at before what was found is written.
const BATCH: usize = 40;

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// Stays looked at.
    pub stays: usize,
    /// Those of them with something to ask.
    pub with_opportunities: usize,
    /// Stays that still wait for a look.
    pub left: usize,
}

impl Office {
    /// Lets the opportunity rules look at stays of the worklist that changed since they looked, at
    /// most `most` of them.
    ///
    /// # Errors
    /// Not permitted, a mistake in the site's rules, or what the store says.
    pub fn look_at_stays(&self, actor: &Actor, most: usize) -> Result<Looked> {
        allowed(actor, Permission::ViewReview)?;
        let waiting: Vec<EncounterId> = self
            .stays_to_review()?
            .into_iter()
            .filter(|r| r.unlooked)
            .map(|r| r.stay.encounter)
            .collect();
        let mut run = Looked::default();
        let now = &waiting[..waiting.len().min(most)];
        run.left = waiting.len() - now.len();
        // Read once here, so that threads do not wait for each other.
        self.opportunity_rules()?;
        self.language()?;
        for batch in now.chunks(BATCH) {
            let found = self.best_of(batch)?;
            run.stays += found.len();
            run.with_opportunities += found.iter().filter(|(_, best)| best.is_some()).count();
            self.write(actor, None, |tx| {
                for (encounter, best) in &found {
                    tx.keep_look(*encounter, best.as_ref())?;
                }
                tx.audit(AuditDraft {
                    action: "review.look".to_owned(),
                    object: format!("{} visits", found.len()),
                    outcome: "ok".to_owned(),
                    ..AuditDraft::default()
                });
                Ok(())
            })?;
        }
        Ok(run)
    }

    /// The best opportunity of each stay, on as many threads as the machine has.
    fn best_of(&self, ids: &[EncounterId]) -> Result<Vec<(EncounterId, Option<BestOpportunity>)>> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = ids.len().div_ceil(threads).max(1);
        let parts: Vec<Result<Vec<_>>> = std::thread::scope(|scope| {
            let one = |id: &EncounterId| Ok((*id, self.best(*id)?));
            let handles: Vec<_> = ids
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(one).collect()))
                .collect();
            let lost = || OpsError::Refused("an evaluation stopped; try again".to_owned());
            handles
                .into_iter()
                .map(|h| h.join().unwrap_or_else(|_| Err(lost())))
                .collect()
        });
        let mut all = Vec::with_capacity(ids.len());
        for part in parts {
            all.extend(part?);
        }
        Ok(all)
    }

    fn best(&self, id: EncounterId) -> Result<Option<BestOpportunity>> {
        let mut chart = self.store.chart(id, true)?;
        chart
            .documents
            .retain(|d| d.facts.sensitivity == Sensitivity::Normal);
        let mut open = self.open_opportunities(chart)?;
        open.sort_by_key(|o| -o.rank);
        let found = i64::try_from(open.len()).unwrap_or(i64::MAX);
        Ok(open.into_iter().next().map(|o| BestOpportunity {
            rule: o.rule,
            title: o.title,
            rank: o.rank,
            found,
        }))
    }
}
