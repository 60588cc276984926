//! Deficiency analysis: running the rules on charts and keeping the items in step.

use super::Office;
use super::access::allowed;
use super::by_hand::opened;
use super::deficiency::{apply, close, tell};
use super::error::Result;
use super::finding::{from_finding, moved, refresh};
use super::holds::{Reckoner, begin_absences, end_expired, settle};
use super::outcome::AnalysisSummary;
use crate::domain::chart::{Answered, AskedQuery, Dossier};
use crate::domain::deficiency::{DeficiencyState, Finding, RuleRef};
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::query::QueryState;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::rules::RuleSet;
use crate::store::{AuditDraft, DeficiencyRow, MadeBy, NewDeficiency, Tx};
use std::collections::HashMap;

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
    /// All.
    All,
    /// What time alone may have changed: those that changed, patients in house, visits that ended
    /// not long ago, and those with an overdue query.
    Nightly,
    /// These.
    These(Vec<EncounterId>),
}

/// One item an analysis would open or clear, for a trial run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The visit.
    pub encounter: EncounterId,
    /// Visit number.
    pub visit: Untrusted,
    /// Type code.
    pub kind: String,
    /// Rule and version: that which would open it, or that which opened what would be cleared.
    pub rule: RuleRef,
    /// Why it would be owed; empty for what would be cleared.
    pub why: String,
    /// Opened (true) or cleared (false).
    pub opens: bool,
}

/// One visit with what the rules found.
struct Found {
    encounter: EncounterId,
    stamp: i64,
    visit: Untrusted,
    findings: Vec<Finding>,
    rules_run: Vec<String>,
    /// Items asked for by a person, with whether their answer is there.
    asked: Vec<(crate::domain::ids::DeficiencyId, bool)>,
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
        let mut total = self.run(actor, which, progress)?;
        total.absences_begun = self.begin_absences(actor)?;
        total.holds_ended = self.end_holds(actor)?;
        Ok(total)
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

    fn next_visits(&self, which: &Which, after: EncounterId) -> Result<Vec<(EncounterId, i64)>> {
        Ok(match which {
            Which::Changed => self.store.stale_encounters(after, VISITS_AT_ONCE)?,
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

    fn evaluate(&self, rules: &RuleSet, id: EncounterId, stamp: i64) -> Result<Found> {
        let chart = self.store.chart(id, false)?;
        let items = self.store.deficiencies_of(id)?;
        let dossier = self.dossier(rules, &chart, &items)?;
        let evaluation = rules.evaluate_with(&chart, &dossier, self.now(), &self.zone);
        let asked = items
            .iter()
            .filter_map(|item| {
                let document = item.row.subject.document?;
                let kind = rules.requested(&item.row.kind)?;
                let (asked, kind) = (
                    item.row.start,
                    (kind.id == item.row.rule.id).then_some(&item.row.kind)?,
                );
                let there = rules.answered(kind, &chart, document, asked, &self.zone);
                Some((item.row.id, there))
            })
            .collect();
        Ok(Found {
            encounter: id,
            stamp,
            visit: chart.encounter.facts.visit.clone(),
            findings: evaluation.findings,
            rules_run: evaluation.rules_run,
            asked,
        })
    }

    /// What the department itself has recorded about a chart: answers, queries, texts that rules
    /// read.
    fn dossier(
        &self,
        rules: &RuleSet,
        chart: &crate::domain::chart::Chart,
        items: &[DeficiencyRow],
    ) -> Result<Dossier> {
        let visit = chart.encounter.id;
        let mut dossier = Dossier::default();
        if !items.is_empty() {
            for (item, document, answers) in self.store.answers_of(visit)? {
                if let Some(row) = items.iter().find(|i| i.row.id == item) {
                    dossier.answers.push(Answered {
                        rule: row.row.rule.id.clone(),
                        subject: row.row.subject,
                        document,
                        answers,
                    });
                }
            }
        }
        if rules.asks_queries() {
            for query in self.store.queries_of(visit)? {
                if let (QueryState::Issued, Some(issued), Some(due)) =
                    (query.state, query.issued, query.due)
                {
                    dossier.queries.push(AskedQuery {
                        query: query.id,
                        provider: query.provider,
                        issued,
                        due,
                    });
                }
            }
        }
        for document in &chart.documents {
            if rules.reads(document.facts.kind) {
                let text = self.store.document_text(document.id, None)?.text;
                dossier.texts.insert(document.id, text);
            }
        }
        Ok(dossier)
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
                object: format!("{} visits", found.len()),
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

/// What bringing one visit's items up to date takes.
struct Plan<'a> {
    open: Vec<NewDeficiency>,
    reopen: Vec<(&'a DeficiencyRow, Option<DeficiencyState>)>,
    refresh: Vec<(&'a DeficiencyRow, NewDeficiency)>,
    clear: Vec<&'a DeficiencyRow>,
    /// Signed, and to be reviewed before they are done.
    review: Vec<&'a DeficiencyRow>,
}

impl<'a> Plan<'a> {
    fn of(found: &Found, existing: &'a [DeficiencyRow], rules: &RuleSet) -> Self {
        let mut by_key: HashMap<&str, &DeficiencyRow> = existing
            .iter()
            .map(|row| (row.finding.as_str(), row))
            .collect();
        let mut plan = Self {
            open: Vec::new(),
            reopen: Vec::new(),
            refresh: Vec::new(),
            clear: Vec::new(),
            review: Vec::new(),
        };
        for finding in &found.findings {
            let new = from_finding(found.encounter, finding);
            match by_key.remove(new.finding.as_str()) {
                None => plan.open.push(new),
                Some(old) if old.mutable.state.is_outstanding() => plan.refresh.push((old, new)),
                Some(old) if old.mutable.closed_by_rule => plan.reopen.push((old, new.stage)),
                // A person closed it: their word stands.
                Some(_) => {}
            }
        }
        let gone = existing
            .iter()
            .filter(|row| by_key.contains_key(row.finding.as_str()))
            .filter(|row| {
                row.mutable.state.is_outstanding() && found.rules_run.contains(&row.row.rule.id)
            });
        for row in gone {
            match row.mutable.state {
                _ if !rules.reviews(&row.row.rule.id) => plan.clear.push(row),
                DeficiencyState::Reviewed => plan.clear.push(row),
                DeficiencyState::Signed => {}
                _ => plan.review.push(row),
            }
        }
        for (id, answered) in &found.asked {
            let Some(row) = existing.iter().find(|row| row.row.id == *id) else {
                continue;
            };
            match (answered, row.mutable.state.is_outstanding()) {
                (true, true) => plan.clear.push(row),
                (false, false) if row.mutable.closed_by_rule => plan.reopen.push((row, None)),
                _ => {}
            }
        }
        plan
    }

    /// What it would open and clear.
    fn changes<'b>(&'b self, found: &'b Found) -> impl Iterator<Item = WhatIf> + 'b {
        let of = |kind: &str, rule: &RuleRef, why: &str, opens: bool| WhatIf {
            encounter: found.encounter,
            visit: found.visit.clone(),
            kind: kind.to_owned(),
            rule: rule.clone(),
            why: why.to_owned(),
            opens,
        };
        let open = self
            .open
            .iter()
            .map(move |n| of(&n.kind, &n.rule, &n.why, true));
        let again = self
            .reopen
            .iter()
            .map(move |(r, _)| of(&r.row.kind, &r.row.rule, "found again", true));
        let clear = self
            .clear
            .iter()
            .map(move |r| of(&r.row.kind, &r.row.rule, "", false));
        open.chain(again).chain(clear)
    }
}

fn apply_one(
    tx: &mut Tx<'_>,
    with: Reckoner<'_>,
    found: &Found,
    summary: &mut AnalysisSummary,
) -> Result<()> {
    let existing = tx.deficiencies_of(found.encounter)?;
    let plan = Plan::of(found, &existing, with.rules);
    let nothing = Untrusted::default();
    for new in &plan.open {
        let id = tx.add_deficiency(new)?;
        opened(tx, id, found.encounter, "deficiency.open", &nothing)?;
        settle(tx, with, id, None)?;
        summary.opened += 1;
    }
    for (old, stage) in plan.reopen {
        let mut new = old.mutable.clone();
        new.state = moved(DeficiencyState::Open, stage);
        new.closed = None;
        new.closed_by_rule = false;
        let reason = "the rule finds it again".into();
        apply(tx, old, &new, "deficiency.reopen", &reason, None)?;
        settle(tx, with, old.row.id, None)?;
        summary.reopened += 1;
    }
    for (old, new) in plan.refresh {
        summary.updated += i64::from(refresh(tx, with, old, &new)?);
    }
    for old in plan.review {
        let mut new = old.mutable.clone();
        new.state = DeficiencyState::Signed;
        // Whoever signed has done their part: the department owns it now.
        new.owner = None;
        let reason = "signed; the site reviews before it is done".into();
        tell(tx, old, &new, "deficiency.advance", &reason)?;
        summary.updated += 1;
    }
    for old in plan.clear {
        let mut new = old.mutable.clone();
        tx.close_holds(old.row.id, tx.now)?;
        close(&mut new, DeficiencyState::Completed, tx.now);
        new.closed_by_rule = true;
        let reason = "what was missing is there".into();
        apply(tx, old, &new, "deficiency.clear", &reason, None)?;
        summary.cleared += 1;
    }
    tx.analyzed(found.encounter, found.stamp)?;
    summary.visits += 1;
    Ok(())
}
