//! Deficiency analysis: running the rules on charts and keeping the items in step.

use super::Office;
use super::access::allowed;
use super::deficiency::{apply, close, end_expired_holds, from_finding, opened};
use super::error::Result;
use super::outcome::AnalysisSummary;
use crate::domain::deficiency::{DeficiencyState, Finding};
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::rules::RuleSet;
use crate::store::{AuditDraft, DeficiencyRow, NewDeficiency, Tx};
use std::collections::HashMap;

/// Visits analysed in one transaction.
const VISITS_AT_ONCE: usize = 200;

/// Which visits to analyse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that changed since they were analysed.
    Changed,
    /// All.
    All,
    /// These.
    These(Vec<EncounterId>),
}

/// One item an analysis would open or clear, for a trial run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The visit.
    pub encounter: EncounterId,
    /// Type code.
    pub kind: String,
    /// Rule id.
    pub rule: String,
    /// Opened (true) or cleared (false).
    pub opens: bool,
}

/// One visit with what the rules found.
struct Found {
    encounter: EncounterId,
    stamp: i64,
    findings: Vec<Finding>,
    rules_run: Vec<String>,
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
        self.end_holds(actor)?;
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
                let plan = Plan::of(&found, &existing);
                out.extend(plan.open.iter().map(|n| WhatIf {
                    encounter: *id,
                    kind: n.kind.clone(),
                    rule: n.rule.id.clone(),
                    opens: true,
                }));
                out.extend(plan.clear.iter().map(|r| WhatIf {
                    encounter: *id,
                    kind: r.row.kind.clone(),
                    rule: r.row.rule.id.clone(),
                    opens: false,
                }));
            }
            if matches!(which, Which::These(_)) {
                break;
            }
        }
        Ok(out)
    }

    pub(super) fn next_visits(
        &self,
        which: &Which,
        after: EncounterId,
    ) -> Result<Vec<(EncounterId, i64)>> {
        Ok(match which {
            Which::Changed => self.store.stale_encounters(after, VISITS_AT_ONCE)?,
            Which::All => self.store.all_encounters(after, VISITS_AT_ONCE)?,
            Which::These(ids) => ids.iter().map(|id| (*id, 0)).collect(),
        })
    }

    fn evaluate(&self, rules: &RuleSet, id: EncounterId, stamp: i64) -> Result<Found> {
        let chart = self.store.chart(id, false)?;
        let evaluation = rules.evaluate(&chart, self.now(), &self.zone);
        Ok(Found {
            encounter: id,
            stamp,
            findings: evaluation.findings,
            rules_run: evaluation.rules_run,
        })
    }

    fn apply_found(&self, actor: &Actor, found: &[Found]) -> Result<AnalysisSummary> {
        let written = self.write(actor, None, |tx| {
            let mut summary = AnalysisSummary::default();
            for one in found {
                apply_one(tx, one, &mut summary)?;
            }
            tx.audit(AuditDraft {
                action: "analysis.run".to_owned(),
                object: format!("{} visits", found.len()),
                detail: serde_json::to_string(&summary).map_err(crate::store::StoreError::from)?,
                outcome: "ok".to_owned(),
                ..AuditDraft::default()
            });
            Ok(summary)
        })?;
        Ok(written.into_inner())
    }

    /// Ends holds that have run out.
    ///
    /// # Errors
    /// What the store says.
    pub fn end_holds(&self, actor: &Actor) -> Result<i64> {
        let mut total = 0;
        loop {
            let written = self.write(actor, None, |tx| {
                let ended = end_expired_holds(tx, VISITS_AT_ONCE)?;
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

/// What bringing one visit's items up to date takes.
struct Plan<'a> {
    open: Vec<NewDeficiency>,
    reopen: Vec<&'a DeficiencyRow>,
    refresh: Vec<(&'a DeficiencyRow, NewDeficiency)>,
    clear: Vec<&'a DeficiencyRow>,
}

impl<'a> Plan<'a> {
    fn of(found: &Found, existing: &'a [DeficiencyRow]) -> Self {
        let mut by_key: HashMap<&str, &DeficiencyRow> = existing
            .iter()
            .map(|row| (row.finding.as_str(), row))
            .collect();
        let mut plan = Self {
            open: Vec::new(),
            reopen: Vec::new(),
            refresh: Vec::new(),
            clear: Vec::new(),
        };
        for finding in &found.findings {
            let new = from_finding(found.encounter, finding);
            match by_key.remove(new.finding.as_str()) {
                None => plan.open.push(new),
                Some(old) if old.mutable.state.is_outstanding() => plan.refresh.push((old, new)),
                Some(old) if old.mutable.closed_by_rule => plan.reopen.push(old),
                // A person closed it: their word stands.
                Some(_) => {}
            }
        }
        plan.clear = existing
            .iter()
            .filter(|row| by_key.contains_key(row.finding.as_str()))
            .filter(|row| {
                row.mutable.state.is_outstanding() && found.rules_run.contains(&row.row.rule.id)
            })
            .collect();
        plan
    }
}

fn apply_one(tx: &mut Tx<'_>, found: &Found, summary: &mut AnalysisSummary) -> Result<()> {
    let existing = tx.deficiencies_of(found.encounter)?;
    let plan = Plan::of(found, &existing);
    let nothing = Untrusted::default();
    for new in &plan.open {
        let id = tx.add_deficiency(new)?;
        opened(tx, id, found.encounter, "deficiency.open", &nothing)?;
        summary.opened += 1;
    }
    for old in plan.reopen {
        let mut new = old.mutable.clone();
        new.state = DeficiencyState::Open;
        new.closed = None;
        new.closed_by_rule = false;
        apply(
            tx,
            old,
            &new,
            "deficiency.reopen",
            &"the rule finds it again".into(),
            None,
        )?;
        summary.reopened += 1;
    }
    for (old, new) in plan.refresh {
        summary.updated += i64::from(tx.refresh_deficiency(old, &new)?);
        take_first_owner(tx, old, &new)?;
    }
    for old in plan.clear {
        let mut new = old.mutable.clone();
        if new.held_since.is_some() {
            tx.close_hold(old.row.id, tx.now)?;
        }
        close(&mut new, DeficiencyState::Completed, tx.now);
        new.closed_by_rule = true;
        apply(
            tx,
            old,
            &new,
            "deficiency.clear",
            &"what was missing is there".into(),
            None,
        )?;
        summary.cleared += 1;
    }
    tx.analyzed(found.encounter, found.stamp)?;
    summary.visits += 1;
    Ok(())
}

/// An item without an owner gets the one the rule now knows; an owner a person chose stays.
fn take_first_owner(tx: &mut Tx<'_>, old: &DeficiencyRow, new: &NewDeficiency) -> Result<()> {
    if old.mutable.owner.is_some() || new.owner.is_none() {
        return Ok(());
    }
    let Some(row) = tx.deficiency(old.row.id)? else {
        return Ok(());
    };
    let mut owned = row.mutable.clone();
    owned.owner = new.owner;
    apply(
        tx,
        &row,
        &owned,
        "deficiency.assign",
        &"the rule now knows the owner".into(),
        None,
    )
}
