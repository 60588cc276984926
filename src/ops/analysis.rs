//! Deficiency analysis: running the rules on charts and keeping the items in step.

use super::Office;
use super::access::allowed;
use super::error::Result;
use super::holds::{begin_absences, end_expired};
use super::outcome::{AnalysisSummary, QueryRun};
use super::plan::{Found, Plan, WhatIf, apply_one};
use crate::domain::ids::{DocumentId, EncounterId, ProviderId};
use crate::domain::permission::Permission;
use crate::domain::record::RecordKind;
use crate::domain::time::Instant;
use crate::domain::user::Actor;
use crate::rules::RuleSet;
use crate::store::{AuditDraft, MadeBy};
use crate::text::counted;
use std::collections::BTreeSet;
use std::ops::Bound;

/// Visits analysed in one transaction.
const VISITS_AT_ONCE: usize = 200;

/// Visits looked at again after an action: one, unless an import is waiting for its analysis.
const VISITS_AFTER_ACTION: usize = 20;

/// Absences begun in one transaction; each may touch many items.
const ABSENCES_AT_ONCE: usize = 5;

/// Which visits to analyse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that changed since they were analysed.
    Changed,
    /// Of these, in order, those that changed since they were analysed.
    ChangedOf(BTreeSet<EncounterId>),
    /// All.
    All,
    /// What time alone may have changed: those that changed, patients in house, visits that ended
    /// not long ago, and those with an overdue query.
    Nightly,
    /// These.
    These(Vec<EncounterId>),
}

impl Office {
    /// Runs the rules on visits and brings their items up to date. `progress` is told the number
    /// of visits done; when it returns false the rest is left for later.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn analyze(
        &self,
        actor: &Actor,
        which: &Which,
        progress: &mut dyn FnMut(i64) -> bool,
    ) -> Result<AnalysisSummary> {
        allowed(actor, Permission::CreateDeficiency)?;
        let queries = match which {
            // Before the rules look: what expires now is owed no more.
            Which::Nightly => self.run_queries(actor)?,
            _ => QueryRun::default(),
        };
        let mut total = self.run(actor, which, progress)?;
        total.queries = queries;
        total.absences_begun = self.begin_absences(actor)?;
        total.holds_ended = self.end_holds(actor)?;
        Ok(total)
    }

    /// One run of the ladder of queries.
    fn run_queries(&self, actor: &Actor) -> Result<QueryRun> {
        let written = self.write(actor, None, |tx| self.advance_queries(tx, actor))?;
        Ok(written.into_inner().queries.unwrap_or_default())
    }

    /// Looks again at visits an action has changed, whoever acted: what follows from an answer is
    /// not theirs to permit.
    pub(super) fn follow_up(&self, actor: &Actor) -> Result<()> {
        for (id, stamp) in self
            .store
            .stale_encounters(EncounterId(0), VISITS_AFTER_ACTION)?
        {
            let found = self.evaluate(self.rules()?, id, stamp)?;
            self.apply_found(actor, &[found])?;
        }
        Ok(())
    }

    fn run(
        &self,
        actor: &Actor,
        which: &Which,
        progress: &mut dyn FnMut(i64) -> bool,
    ) -> Result<AnalysisSummary> {
        let mut total = AnalysisSummary::default();
        let mut after = EncounterId(0);
        loop {
            let visits = self.next_visits(which, after)?;
            let Some(last) = visits.last() else { break };
            after = last.0;
            let found = visits
                .iter()
                .map(|(id, stamp)| self.evaluate(self.rules()?, *id, *stamp))
                .collect::<Result<Vec<_>>>()?;
            total.add(&self.apply_found(actor, &found)?);
            if !progress(total.visits) || matches!(which, Which::These(_)) {
                break;
            }
        }
        Ok(total)
    }

    /// What other rules would open and clear, without changing anything.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn what_if(&self, actor: &Actor, rules: &RuleSet, which: &Which) -> Result<Vec<WhatIf>> {
        allowed(actor, Permission::CreateDeficiency)?;
        let which = if *which == Which::Changed {
            &Which::All
        } else {
            which
        };
        let mut out = Vec::new();
        let mut after = EncounterId(0);
        loop {
            let visits = self.next_visits(which, after)?;
            let Some(last) = visits.last() else { break };
            after = last.0;
            for (id, stamp) in &visits {
                let found = self.evaluate(rules, *id, *stamp)?;
                let existing = self.store.deficiencies_of(*id)?;
                let plan = Plan::of(&found, &existing, rules);
                out.extend(plan.changes(&found));
            }
            if matches!(which, Which::These(_)) {
                break;
            }
        }
        Ok(out)
    }

    /// What each version of a rule made, newest version first.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn made_by(&self, actor: &Actor, rule: &str) -> Result<Vec<MadeBy>> {
        allowed(actor, Permission::CreateDeficiency)?;
        Ok(self.store.made_by(rule)?)
    }

    /// When an item of this type added by hand is due unless somebody says otherwise: as its rule
    /// says where it is one that is asked for, else as the settings say.
    ///
    /// # Errors
    /// Not permitted, no such visit, or what the store says.
    pub fn usual_due(&self, actor: &Actor, visit: EncounterId, kind: &str) -> Result<Instant> {
        allowed(actor, Permission::CreateDeficiency)?;
        let class = self.store.encounter(visit)?.map(|e| e.facts.class);
        let rules = self.rules()?;
        Ok(match (rules.requested(kind), class) {
            (Some(rule), Some(class)) => rules.due_of_request(rule, class, self.now(), &self.zone),
            _ => self
                .now()
                .plus_days(self.settings.manual_due_days, &self.zone),
        })
    }

    /// The document a record is known by under this name; the name alone is no disclosure.
    ///
    /// # Errors
    /// What the store says.
    pub fn document_named(&self, external: &str) -> Result<Option<DocumentId>> {
        let row = self.store.object_named(RecordKind::Document, external)?;
        Ok(row.map(DocumentId))
    }

    /// The provider a record is known by under this name.
    ///
    /// # Errors
    /// What the store says.
    pub fn provider_named(&self, external: &str) -> Result<Option<ProviderId>> {
        let row = self.store.object_named(RecordKind::Provider, external)?;
        Ok(row.map(ProviderId))
    }

    pub(super) fn next_visits(
        &self,
        which: &Which,
        after: EncounterId,
    ) -> Result<Vec<(EncounterId, i64)>> {
        Ok(match which {
            Which::Changed => self.store.stale_encounters(after, VISITS_AT_ONCE)?,
            Which::ChangedOf(visits) => self.next_changed(visits, after)?,
            Which::All => self.store.all_encounters(after, VISITS_AT_ONCE)?,
            Which::Nightly => self.store.nightly_encounters(
                after,
                self.now(),
                self.now()
                    .plus_days(-self.settings.nightly_days, &self.zone),
                VISITS_AT_ONCE,
            )?,
            Which::These(ids) => ids.iter().map(|id| (*id, 0)).collect(),
        })
    }

    /// The next of these visits that changed, a batch of them.
    fn next_changed(
        &self,
        visits: &BTreeSet<EncounterId>,
        after: EncounterId,
    ) -> Result<Vec<(EncounterId, i64)>> {
        let mut rest = visits.range((Bound::Excluded(after), Bound::Unbounded));
        loop {
            let some: Vec<EncounterId> = rest.by_ref().take(VISITS_AT_ONCE).copied().collect();
            let changed = self.store.stale_among(&some)?;
            if some.is_empty() || !changed.is_empty() {
                return Ok(changed);
            }
        }
    }

    fn apply_found(&self, actor: &Actor, found: &[Found]) -> Result<AnalysisSummary> {
        let with = self.reckoner()?;
        let written = self.write(actor, None, |tx| {
            let mut summary = AnalysisSummary::default();
            for one in found {
                apply_one(tx, with, one, &mut summary)?;
            }
            tx.audit(AuditDraft {
                action: "analysis.run".to_owned(),
                object: counted(found.len(), "visit"),
                detail: serde_json::to_string(&summary).map_err(crate::store::StoreError::from)?,
                outcome: "ok".to_owned(),
                ..AuditDraft::default()
            });
            Ok(summary)
        })?;
        Ok(written.into_inner())
    }

    /// Writes absences that have begun to the items they excuse; gives their number.
    fn begin_absences(&self, actor: &Actor) -> Result<i64> {
        let with = self.reckoner()?;
        let mut total = 0;
        loop {
            let written = self.write(actor, None, |tx| {
                let begun = begin_absences(tx, with, ABSENCES_AT_ONCE)?;
                if begun > 0 {
                    tx.audit(AuditDraft {
                        action: "absence.begin".to_owned(),
                        object: format!("{begun} absences"),
                        outcome: "ok".to_owned(),
                        ..AuditDraft::default()
                    });
                }
                Ok(begun)
            })?;
            let begun: i64 = written.into_inner();
            total += begun;
            if begun == 0 {
                return Ok(total);
            }
        }
    }

    /// Ends holds that have run out.
    ///
    /// # Errors
    /// What the store says.
    pub fn end_holds(&self, actor: &Actor) -> Result<i64> {
        let mut total = 0;
        loop {
            let written = self.write(actor, None, |tx| {
                let ended = end_expired(tx, VISITS_AT_ONCE)?;
                if ended > 0 {
                    tx.audit(AuditDraft {
                        action: "deficiency.hold_ended".to_owned(),
                        object: format!("{ended} deficiencies"),
                        outcome: "ok".to_owned(),
                        ..AuditDraft::default()
                    });
                }
                Ok(ended)
            })?;
            let ended: i64 = written.into_inner();
            total += ended;
            if ended == 0 {
                return Ok(total);
            }
        }
    }
}
