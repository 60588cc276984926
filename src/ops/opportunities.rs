//! Query opportunities of visits: found by the rules anew each time, set aside with a reason.

use super::access::{allowed, may_read};
use super::analysis::Which;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use super::{Office, once};
use crate::cdi::opportunity::{Engine, Evaluated, Note, Stay};
use crate::domain::chart::Chart;
use crate::domain::clinical::Observation;
use crate::domain::document::{Document, DocumentKind, Sensitivity};
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{Dismissal, Opportunity};
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Event, Tx};
use crate::text::counted;

/// Kind of the object in the history.
pub(super) const DISMISSAL: &str = "opportunity_dismissal";

/// A visit with what is worth asking about in it.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitOpportunities {
    /// The chart, with measurements and medications.
    pub chart: Chart,
    /// What the rules made of it. What was set aside is not among the opportunities.
    pub found: Evaluated,
    /// What was set aside, with its reason, if the rules still find it.
    pub dismissed: Vec<(Opportunity, Dismissal)>,
}

/// For whose eyes a visit is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Readers<'a> {
    /// This user: what they may not read does not speak.
    Actor(&'a Actor),
    /// Everybody who may open the chart: restricted documents do not speak.
    All,
}

impl Readers<'_> {
    fn may_read(self, document: &Document) -> bool {
        match self {
            Self::Actor(actor) => may_read(actor, document),
            Self::All => document.facts.sensitivity == Sensitivity::Normal,
        }
    }
}

/// What the rules look at beyond the chart.
struct Gathered {
    chart: Chart,
    texts: Vec<Untrusted>,
    earlier: Vec<(Observation, Option<EncounterId>)>,
}

impl Office {
    /// The opportunity rules in force.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming file and line of a mistake in the site's rules.
    pub fn opportunity_rules(&self) -> Result<&Engine> {
        once(&self.opportunity_rules, || {
            let mut files = Engine::embedded_files();
            files.extend(self.site_opportunities.iter().cloned());
            Engine::from_files(&files).map_err(|e| e.to_string())
        })
    }

    /// What is worth asking about, visit by visit in the order of their rows. `each` is given a
    /// visit at a time, after the disclosure of its batch is audited; when it returns false the
    /// rest is left.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn opportunities(
        &self,
        actor: &Actor,
        which: &Which,
        topic: Option<&str>,
        each: &mut dyn FnMut(VisitOpportunities) -> Result<bool>,
    ) -> Result<()> {
        if let Err(error) = allowed(actor, Permission::WriteQuery) {
            self.refused(actor, "opportunities.show", &error);
            return Err(error);
        }
        let mut after = EncounterId(0);
        loop {
            let visits = self.next_visits(which, after)?;
            let Some(last) = visits.last() else {
                return Ok(());
            };
            after = last.0;
            let ids: Vec<EncounterId> = visits.iter().map(|v| v.0).collect();
            let found = self.look_at(Readers::Actor(actor), &ids, topic)?;
            self.disclose_opportunities(actor, &found, topic)?;
            for visit in found {
                if !each(visit)? {
                    return Ok(());
                }
            }
            if matches!(which, Which::These(_)) {
                return Ok(());
            }
        }
    }

    /// Records which opportunities of which visits are about to be shown.
    pub(super) fn disclose_opportunities(
        &self,
        actor: &Actor,
        found: &[VisitOpportunities],
        topic: Option<&str>,
    ) -> Result<()> {
        let shown: Vec<_> = found
            .iter()
            .filter(|v| !v.found.opportunities.is_empty())
            .map(|v| {
                let rules = v.found.opportunities.iter().map(|o| o.rule.as_str());
                serde_json::json!([v.chart.encounter.id, rules.collect::<Vec<_>>()])
            })
            .collect();
        let one = match found {
            [one] => one.chart.encounter.id,
            _ => EncounterId(0),
        };
        self.disclose(
            actor,
            AuditDraft {
                action: "opportunities.show".to_owned(),
                object: counted(found.len(), "visit"),
                encounter: one.0,
                detail: serde_json::json!({ "found": shown, "topic": topic }).to_string(),
                ..AuditDraft::default()
            },
        )
    }

    /// Evaluates visits on as many threads as the machine has, in the order given.
    pub(super) fn look_at(
        &self,
        readers: Readers<'_>,
        ids: &[EncounterId],
        topic: Option<&str>,
    ) -> Result<Vec<VisitOpportunities>> {
        // Read once here, so that threads do not wait for each other.
        self.opportunity_rules()?;
        self.language()?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let share = ids.len().div_ceil(threads).max(1);
        if ids.len() < 2 {
            return ids
                .iter()
                .map(|id| self.look(readers, *id, topic))
                .collect();
        }
        let parts: Vec<Result<Vec<VisitOpportunities>>> = std::thread::scope(|scope| {
            let work = |part: &'_ [EncounterId]| -> Result<Vec<VisitOpportunities>> {
                part.iter()
                    .map(|id| self.look(readers, *id, topic))
                    .collect()
            };
            let handles: Vec<_> = ids
                .chunks(share)
                .map(|part| scope.spawn(move || work(part)))
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

    /// What is worth asking about in one visit, and what was set aside. The caller tells the
    /// audit log before anything of it is shown.
    pub(super) fn look(
        &self,
        readers: Readers<'_>,
        id: EncounterId,
        topic: Option<&str>,
    ) -> Result<VisitOpportunities> {
        let gathered = self.gather(readers, id)?;
        let mut found = self.evaluate_stay(&gathered)?;
        self.complete(&mut found, &gathered)?;
        if let Some(topic) = topic {
            found.opportunities.retain(|o| o.topic == topic);
            found.judged.retain(|j| j.topic == topic);
        }
        let mut aside = self.store.dismissals(id)?;
        let mut dismissed = Vec::new();
        let mut open = Vec::with_capacity(found.opportunities.len());
        for opportunity in std::mem::take(&mut found.opportunities) {
            match aside.iter().position(|d| d.rule == opportunity.rule) {
                Some(at) => dismissed.push((opportunity, aside.swap_remove(at))),
                None => open.push(opportunity),
            }
        }
        found.opportunities = open;
        Ok(VisitOpportunities {
            chart: gathered.chart,
            found,
            dismissed,
        })
    }

    /// Adds what rules do not know: the template in force, and lines of documents.
    fn complete(&self, found: &mut Evaluated, gathered: &Gathered) -> Result<()> {
        let templates = self.query_templates()?;
        for opportunity in &mut found.opportunities {
            let o = &*opportunity;
            let template = templates.suits(&o.topic, &o.rule, &o.template);
            let named = template.map(|t| (t.id.clone(), t.name.clone()));
            (opportunity.template, opportunity.template_name) = named.unwrap_or_default();
            for fact in &mut opportunity.evidence {
                let documents = &gathered.chart.documents;
                let at = documents.iter().position(|d| Some(d.id) == fact.document);
                if let Some(text) = at.and_then(|at| gathered.texts.get(at)) {
                    fact.line = line_of(text, fact.start);
                }
            }
        }
        Ok(())
    }

    fn gather(&self, readers: Readers<'_>, id: EncounterId) -> Result<Gathered> {
        let mut chart = self.store.chart(id, true)?;
        if let Readers::Actor(actor) = readers {
            self.may_open(actor, &chart)?;
        }
        chart.documents.retain(|d| readers.may_read(d));
        self.with_texts(chart)
    }

    fn with_texts(&self, chart: Chart) -> Result<Gathered> {
        let id = chart.encounter.id;
        let mut texts = Vec::with_capacity(chart.documents.len());
        for document in &chart.documents {
            texts.push(if document.text_bytes == 0 {
                Untrusted::default()
            } else {
                self.store.document_text(document.id, None)?.text
            });
        }
        let codes = self.opportunity_rules()?.baseline_codes();
        let earlier = self.store.other_values(chart.patient.id, id, &codes)?;
        Ok(Gathered {
            chart,
            texts,
            earlier,
        })
    }

    fn evaluate_stay(&self, gathered: &Gathered) -> Result<Evaluated> {
        let notes: Vec<Note<'_>> = gathered
            .chart
            .documents
            .iter()
            .zip(&gathered.texts)
            .filter(|(document, _)| document.facts.kind != DocumentKind::Query)
            .map(|(document, text)| Note { document, text })
            .collect();
        let stay = Stay {
            chart: &gathered.chart,
            notes: &notes,
            prior: &gathered.earlier,
            now: self.now(),
            zone: &self.zone,
        };
        let rules = self.opportunity_rules()?;
        Ok(rules.evaluate(self.language()?, &stay))
    }
}

/// The line of a byte of a text, from 1, as the reader of the chart counts them.
fn line_of(text: &Untrusted, byte: usize) -> i64 {
    let before = text.raw().get(..byte).unwrap_or_default();
    let ends = before.matches(['\n', '\r']).count() - before.matches("\r\n").count();
    ends as i64 + 1
}

/// Sets an opportunity aside. The reason is remembered and shown wherever it would be.
pub(super) fn dismiss(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    encounter: EncounterId,
    rule: &str,
    reason: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::WriteQuery)?;
    if reason.is_blank() {
        return Err(OpsError::Refused(
            "setting an opportunity aside needs a reason".into(),
        ));
    }
    let missing = |what, name: String| OpsError::NotFound { what, name };
    let rules = office.opportunity_rules()?;
    let known = rules.rules().find(|r| r.id == rule);
    let known = known.ok_or_else(|| missing("opportunity rule", rule.to_owned()))?;
    let visit = tx.encounter(encounter)?;
    let visit = visit.ok_or_else(|| missing("visit", encounter.to_string()))?;
    let Some(id) = tx.dismiss(encounter, rule, known.version, reason)? else {
        return Err(OpsError::Refused(format!(
            "{rule} was set aside in this visit already"
        )));
    };
    tx.event(&Event {
        action: "opportunity.dismiss",
        kind: DISMISSAL,
        object: id,
        encounter: encounter.0,
        from: "open",
        to: "dismissed",
        reason,
        detail: serde_json::json!({ "rule": rule, "version": known.version }).to_string(),
        before: serde_json::json!({ "rule": rule }).to_string(),
    })?;
    tx.changed("opportunity", encounter.0)?;
    tx.audit(AuditDraft {
        action: "opportunity.dismiss".to_owned(),
        object: format!("rule {rule}"),
        patient: visit.patient.0,
        encounter: encounter.0,
        reason: reason.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome {
        undoable: true,
        ..Outcome::one(id)
    })
}

/// Takes back what set an opportunity aside; words if it cannot be.
pub(super) fn undo(tx: &mut Tx<'_>, id: i64) -> Result<std::result::Result<(), String>> {
    let Some(encounter) = tx.undismiss(id)? else {
        return Ok(Err("changed since; left as it is".to_owned()));
    };
    tx.event(&Event {
        action: "opportunity.undo",
        kind: DISMISSAL,
        object: id,
        encounter: encounter.0,
        from: "dismissed",
        to: "open",
        reason: &Untrusted::default(),
        detail: String::new(),
        before: String::new(),
    })?;
    tx.changed("opportunity", encounter.0)?;
    Ok(Ok(()))
}
