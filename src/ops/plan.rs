//! What the rules found in a visit against the items it has: what to open, refresh and clear.

use super::Office;
use super::by_hand::opened;
use super::deficiency::{apply, close, tell};
use super::error::Result;
use super::finding::{from_finding, moved, refresh};
use super::holds::{Reckoner, settle};
use super::outcome::AnalysisSummary;
use crate::domain::chart::{Answered, AskedQuery, Dossier};
use crate::domain::deficiency::{DeficiencyState, Finding, RuleRef};
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId};
use crate::domain::query::QueryState;
use crate::domain::untrusted::Untrusted;
use crate::rules::{Met, Request, RuleSet};
use crate::store::{DeficiencyRow, NewDeficiency, Tx};
use std::collections::HashMap;

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
pub(super) struct Found {
    pub encounter: EncounterId,
    pub stamp: i64,
    pub visit: Untrusted,
    pub findings: Vec<Finding>,
    pub rules_run: Vec<String>,
    /// Items asked for by a person, with whether their answer is there.
    pub asked: Vec<(DeficiencyId, Met)>,
}

impl Office {
    /// What the rules find in a visit.
    pub(super) fn evaluate(&self, rules: &RuleSet, id: EncounterId, stamp: i64) -> Result<Found> {
        let chart = self.store.chart(id, false)?;
        let items = self.store.deficiencies_of(id)?;
        let dossier = self.dossier(rules, &chart, &items)?;
        let evaluation = rules.evaluate_with(&chart, &dossier, self.now(), &self.zone);
        let asked = self.requests(rules, id, &items)?;
        let (ids, requests): (Vec<_>, Vec<_>) = asked.into_iter().unzip();
        let met = rules.requests_met(&chart, &requests, &self.zone);
        let asked = ids.into_iter().zip(met).collect();
        Ok(Found {
            encounter: id,
            stamp,
            visit: chart.encounter.facts.visit.clone(),
            findings: evaluation.findings,
            rules_run: evaluation.rules_run,
            asked,
        })
    }

    /// What people asked for in a visit, and did not set aside.
    fn requests(
        &self,
        rules: &RuleSet,
        visit: EncounterId,
        items: &[DeficiencyRow],
    ) -> Result<Vec<(DeficiencyId, Request)>> {
        let asked = |item: &&DeficiencyRow| {
            let rule = rules.requested(&item.row.kind);
            item.mutable.state != DeficiencyState::Voided
                && rule.is_some_and(|rule| rule.id == item.row.rule.id)
        };
        let asked: Vec<&DeficiencyRow> = items.iter().filter(asked).collect();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let decided = self.store.answers_of(visit)?;
        let request = |item: &DeficiencyRow| {
            let of = decided.iter().filter(|(id, ..)| *id == item.row.id);
            let request = Request {
                kind: item.row.kind.clone(),
                document: item.row.subject.document?,
                owner: item.mutable.owner,
                since: item.row.start,
                closed: item.mutable.closed.filter(|_| !item.mutable.closed_by_rule),
                decided: of.map(|(_, document, yes)| (*document, *yes)).collect(),
            };
            Some((item.row.id, request))
        };
        Ok(asked.into_iter().filter_map(request).collect())
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
                        // Whoever is asked in another's place has had it from then on.
                        issued: query.asked.unwrap_or(issued),
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
}

/// What bringing one visit's items up to date takes.
pub(super) struct Plan<'a> {
    open: Vec<NewDeficiency>,
    reopen: Vec<(&'a DeficiencyRow, Option<NewDeficiency>)>,
    refresh: Vec<(&'a DeficiencyRow, NewDeficiency)>,
    clear: Vec<&'a DeficiencyRow>,
    /// Signed, and to be reviewed before they are done.
    review: Vec<&'a DeficiencyRow>,
    /// Asked for by a person, with the document that may answer them now.
    ask: Vec<(&'a DeficiencyRow, Option<DocumentId>)>,
}

impl<'a> Plan<'a> {
    pub fn of(found: &Found, existing: &'a [DeficiencyRow], rules: &RuleSet) -> Self {
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
            ask: Vec::new(),
        };
        for finding in &found.findings {
            let new = from_finding(found.encounter, finding);
            match by_key.remove(new.finding.as_str()) {
                None => plan.open.push(new),
                Some(old) if old.mutable.state.is_outstanding() => plan.refresh.push((old, new)),
                Some(old) if old.mutable.closed_by_rule => plan.reopen.push((old, Some(new))),
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
        for (id, met) in &found.asked {
            let row = existing.iter().find(|row| row.row.id == *id);
            if let Some(row) = row {
                plan.requested(row, *met);
            }
        }
        plan
    }

    /// What becomes of an item that a person asked for.
    fn requested(&mut self, row: &'a DeficiencyRow, met: Met) {
        let outstanding = row.mutable.state.is_outstanding();
        let maybe = match met {
            Met::Perhaps(document) => Some(document),
            Met::Yes | Met::Not => None,
        };
        match met {
            Met::Yes if outstanding => self.clear.push(row),
            Met::Not if !outstanding && row.mutable.closed_by_rule => {
                self.reopen.push((row, None));
            }
            // What was cleared is not owed again because something else was asked for since.
            _ if outstanding && row.row.maybe != maybe => self.ask.push((row, maybe)),
            _ => {}
        }
    }

    /// What it would open and clear.
    pub fn changes<'b>(&'b self, found: &'b Found) -> impl Iterator<Item = WhatIf> + 'b {
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

/// Brings one visit up to what was found.
pub(super) fn apply_one(
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
    for (old, found) in plan.reopen {
        let mut new = old.mutable.clone();
        let stage = found.as_ref().and_then(|f| f.stage);
        new.state = moved(DeficiencyState::Open, stage);
        new.closed = None;
        new.closed_by_rule = false;
        let reason = "the rule finds it again".into();
        apply(tx, old, &new, "deficiency.reopen", &reason, None)?;
        // Owner and clock may be others than when it was closed: a query asks somebody else now.
        if let (Some(found), Some(row)) = (&found, tx.deficiency(old.row.id)?) {
            refresh(tx, with, &row, found)?;
        }
        settle(tx, with, old.row.id, None)?;
        summary.reopened += 1;
    }
    for (old, new) in plan.refresh {
        summary.updated += i64::from(refresh(tx, with, old, &new)?);
    }
    for (old, maybe) in plan.ask {
        tx.set_maybe(old.row.id, maybe)?;
        tx.changed("deficiency", old.row.id.0)?;
        summary.updated += 1;
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
        let reason = match (old.row.subject.query, old.row.subject.document) {
            (Some(_), None) => "the query waits for no overdue answer any more",
            _ => "what was missing is there",
        };
        let reason = reason.into();
        apply(tx, old, &new, "deficiency.clear", &reason, None)?;
        summary.cleared += 1;
    }
    tx.analyzed(found.encounter, found.stamp)?;
    summary.visits += 1;
    Ok(())
}
