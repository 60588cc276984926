//! `opportunities`: what is worth asking about, why, and setting it aside.

use super::act::act;
use super::args::{Opportunities, OpportunityVerb, Place};
use super::named::{self, visit};
use super::output::{Exit, Failure, Out, Result, column};
use super::session::Session;
use crate::domain::action::Action;
use crate::domain::ids::ObservationId;
use crate::domain::opportunity::{
    CreatininePoint, Dismissal, Evidence, Opportunity, OpportunityFilter,
};
use crate::domain::query::QueryState;
use crate::domain::time::{Instant, Moment};
use crate::ops::{Office, VisitOpportunities, Which};
use crate::text::{noun, show};
use serde_json::{Value, json};
use std::collections::HashSet;

/// Stays looked at in one transaction.
const STAYS_AT_ONCE: usize = 200;

/// Runs `opportunities`.
pub fn run(place: &Place, args: &Opportunities) -> Result {
    let session = place.open()?;
    match &args.verb {
        Some(OpportunityVerb::Dismiss {
            visit: number,
            rule,
            reason,
            json,
        }) => {
            let action = Action::DismissOpportunity {
                encounter: visit(&session, number)?,
                rule: rule.clone(),
                reason: reason.as_str().into(),
            };
            act(&session, &action, json.json)
        }
        Some(OpportunityVerb::Worklist {
            topic,
            service,
            min_rank,
            limit,
            json,
        }) => {
            let service = service
                .as_deref()
                .map(|text| named::service(&session, text));
            let filter = OpportunityFilter {
                topic: topic.clone(),
                service: service.transpose()?,
                min_rank: *min_rank,
            };
            worklist(&session, &filter, *limit, json.json)
        }
        Some(OpportunityVerb::Rules(json)) => rules(&session, json.json),
        None => list(&session, args),
    }
}

fn rules(session: &Session, json: bool) -> Result {
    let mut out = Out::new(json);
    for r in session.office.opportunity_rules()?.rules() {
        if out.json {
            out.object(&json!({
                "rule": r.id, "topic": r.topic, "version": r.version, "title": r.title,
                "runs": r.runs, "criterion": r.criterion, "source": r.source
            }))?;
        } else {
            let on = if r.runs { "on " } else { "off" };
            out.line(format_args!(
                "{on} {:<26} v{} {:<26} {}",
                r.id, r.version, r.topic, r.title
            ))?;
        }
    }
    out.done(Exit::Done)
}

/// The kept worklist, brought up to date first.
fn worklist(session: &Session, filter: &OpportunityFilter, limit: usize, json: bool) -> Result {
    let (office, actor) = (&session.office, &session.actor);
    loop {
        let seen = office.see_opportunities(actor, STAYS_AT_ONCE)?;
        if seen.done == 0 || seen.left == 0 {
            break;
        }
    }
    let page = office.opportunity_page(actor, filter, limit)?;
    let mut out = Out::new(json);
    for row in &page.rows {
        let day = |m: Option<Moment>| m.map(|m| m.iso(&office.zone));
        if json {
            out.object(&json!({
                "kind": "opportunity_row", "visit": row.visit, "mrn": row.mrn,
                "patient": row.patient_name, "service": row.service_name, "rule": row.rule,
                "topic": row.topic, "title": row.title, "rank": row.rank, "facts": row.facts,
                "admitted": day(row.admitted), "discharged": day(row.discharged),
                "query": row.query.map(QueryState::name)
            }))?;
        } else {
            out.line(format_args!(
                "{:>2}  {} {} {} {} {}",
                row.rank,
                column(show(&row.visit).as_str(), 10),
                column(show(&row.patient_name).as_str(), 20),
                column(&row.title, 36),
                column(show(&row.service_name).as_str(), 16),
                row.query.map_or("", QueryState::name)
            ))?;
        }
    }
    if !json {
        out.line(format_args!(
            "{} of {} {}",
            page.rows.len(),
            page.total,
            noun(page.total, "opportunity")
        ))?;
        for (topic, n) in &page.topics {
            out.line(format_args!("{n:>6}  {topic}"))?;
        }
    }
    out.done(Exit::Done)
}

fn list(session: &Session, args: &Opportunities) -> Result {
    let office = &session.office;
    if let Some(topic) = &args.topic {
        let mut known: Vec<String> = office
            .opportunity_rules()?
            .rules()
            .map(|r| r.topic)
            .collect();
        known.dedup();
        if !known.contains(topic) {
            known.sort();
            known.dedup();
            return Err(Failure::Usage(format!(
                "no topic {topic}: {}",
                known.join(", ")
            )));
        }
    }
    let which = if args.visits.is_empty() {
        Which::All
    } else {
        let ids = args.visits.iter().map(|v| visit(session, v));
        Which::These(ids.collect::<Result<_>>()?)
    };
    let mut printer = Printer {
        office,
        args,
        out: Out::new(args.json.json),
        traced: HashSet::new(),
        count: 0,
        failure: None,
    };
    let topic = args.topic.as_deref();
    office.opportunities(&session.actor, &which, topic, &mut |found| {
        // An output that is gone ends the work; the error is told below.
        Ok(match printer.visit(&found) {
            Ok(()) => true,
            Err(failure) => {
                printer.failure = Some(failure);
                false
            }
        })
    })?;
    let Printer {
        mut out,
        count,
        failure,
        ..
    } = printer;
    if let Some(failure) = failure {
        return Err(failure);
    }
    if !out.json {
        out.line(format_args!("{count} {}", noun(count, "opportunity")))?;
    }
    out.done(Exit::Done)
}

struct Printer<'a> {
    office: &'a Office,
    args: &'a Opportunities,
    out: Out,
    /// Creatinines printed already: those of no visit are seen from every visit of the patient.
    traced: HashSet<ObservationId>,
    count: usize,
    failure: Option<Failure>,
}

impl Printer<'_> {
    fn visit(&mut self, found: &VisitOpportunities) -> Result<()> {
        if self.args.trace {
            self.trace(found)?;
        }
        for opportunity in &found.found.opportunities {
            self.count += 1;
            self.opportunity(found, opportunity, None)?;
        }
        if self.args.dismissed {
            for (opportunity, dismissal) in &found.dismissed {
                self.opportunity(found, opportunity, Some(dismissal))?;
            }
        }
        Ok(())
    }

    /// With the topic aki and JSON: one object for every creatinine, and nothing else of the
    /// trace; otherwise what each rule made of the visit, and what could not be used.
    fn trace(&mut self, found: &VisitOpportunities) -> Result<()> {
        let aki = self.args.topic.as_deref().is_none_or(|t| t == "aki");
        if aki {
            for point in &found.found.creatinine {
                self.creatinine(found, point)?;
            }
        }
        if self.out.json && self.args.topic.as_deref() == Some("aki") {
            return Ok(());
        }
        let visit = &found.chart.encounter.facts.visit;
        for judged in &found.found.judged {
            let made = if judged.met && judged.answered.is_empty() && judged.why_not.is_empty() {
                "asks".to_owned()
            } else {
                [judged.answered.as_str(), judged.why_not.as_str()].concat()
            };
            if self.out.json {
                self.out.object(&json!({
                    "kind": "judged", "visit": visit, "rule": judged.rule, "topic": judged.topic,
                    "plain": judged.plain, "met": judged.met, "answered": judged.answered,
                    "made_of_it": made
                }))?;
            } else if judged.plain || judged.met {
                let line = format!("  {:<26} {made}", judged.rule);
                self.out.line(format_args!("{} {line}", show(visit)))?;
            }
        }
        for unused in &found.found.unused {
            if self.out.json {
                self.out.object(&json!({
                    "kind": "unused", "visit": visit, "observation": unused.observation,
                    "measure": unused.measure, "reason": unused.reason
                }))?;
            } else {
                self.out.line(format_args!(
                    "{}   not used: {} ({})",
                    show(visit),
                    unused.measure,
                    unused.reason
                ))?;
            }
        }
        Ok(())
    }

    fn creatinine(&mut self, found: &VisitOpportunities, point: &CreatininePoint) -> Result<()> {
        let here = point.encounter == Some(found.chart.encounter.id);
        // Those of other visits are told there.
        if !(here || point.encounter.is_none()) || !self.traced.insert(point.observation) {
            return Ok(());
        }
        let visit = here.then_some(&found.chart.encounter.facts.visit);
        if self.out.json {
            return self.out.object(&json!({
                "mrn": found.chart.patient.mrn, "visit": visit, "time": local(self.office, point.at),
                "creatinine_mg_dl": point.mg_dl, "low_48h": point.low_48h, "low_7d": point.low_7d,
                "stage": point.stage
            }));
        }
        let low = |l: Option<f64>| l.map_or("-".to_owned(), |l| l.to_string());
        self.out.line(format_args!(
            "{} {}  creatinine {} mg/dL  lowest 48 h {}  7 d {}  stage {}",
            show(&found.chart.encounter.facts.visit),
            Moment::at(point.at).iso(&self.office.zone),
            point.mg_dl,
            low(point.low_48h),
            low(point.low_7d),
            point.stage
        ))
    }

    fn opportunity(
        &mut self,
        found: &VisitOpportunities,
        o: &Opportunity,
        dismissal: Option<&Dismissal>,
    ) -> Result<()> {
        let visit = &found.chart.encounter.facts.visit;
        if self.out.json {
            let evidence: Vec<Value> = o
                .evidence
                .iter()
                .map(|e| evidence_json(self.office, e))
                .collect();
            let mut value = json!({
                "visit": visit, "mrn": found.chart.patient.mrn, "topic": o.topic, "rule": o.rule,
                "rule_version": o.rule_version, "title": o.title, "rank": o.rank,
                "rank_why": o.rank_why, "criterion": o.criterion, "source": o.source,
                "template": o.template, "evidence": evidence
            });
            if let (Some(d), Some(object)) = (dismissal, value.as_object_mut()) {
                let aside = json!({ "reason": d.reason, "by": d.by, "at": d.at.rfc3339() });
                object.insert("dismissed".to_owned(), aside);
            }
            return self.out.object(&value);
        }
        self.out.line(format_args!(
            "{:>2}  visit {}  {}  {}  [{}]",
            o.rank,
            show(visit),
            show(&found.chart.patient.facts.family),
            o.title,
            o.rule
        ))?;
        for e in &o.evidence {
            self.out
                .line(format_args!("      - {}", evidence_text(self.office, e)))?;
        }
        self.out.line(format_args!("      {}", o.criterion))?;
        self.out
            .line(format_args!("      source: {}", o.source.join("; ")))?;
        self.out.line(format_args!("      rank: {}", o.rank_why))?;
        if let Some(d) = dismissal {
            let when = Moment::at(d.at).iso(&self.office.zone);
            let by = show(&d.by.as_str().into());
            let reason = show(&d.reason);
            self.out
                .line(format_args!("      set aside {when} by {by}: {reason}"))?;
        }
        Ok(())
    }
}

/// Local time with its offset, as RFC 3339.
fn local(office: &Office, at: Instant) -> String {
    let zoned = at.timestamp().to_zoned(office.zone.clone());
    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn evidence_json(office: &Office, e: &Evidence) -> Value {
    let value = match e.value {
        Some(value) => json!(value),
        None => json!(e.text),
    };
    let time = e.at.map(|m| {
        if m.is_exact() {
            local(office, m.at)
        } else {
            m.iso(&office.zone)
        }
    });
    let place = (e.end > 0).then(|| json!({ "start": e.start, "end": e.end }));
    json!({
        "kind": e.kind.name(), "name": e.name, "value": value, "unit": e.unit, "time": time,
        "document": e.document, "line": (e.line > 0).then_some(e.line), "text": e.text, "place": place, "source": e.source, "prior": e.prior
    })
}

fn evidence_text(office: &Office, e: &Evidence) -> String {
    let when = e.at.map(|m| m.iso(&office.zone)).unwrap_or_default();
    let value = e.value.map(|v| v.to_string()).unwrap_or_default();
    let words = if e.value.is_some() {
        show(&e.unit)
    } else {
        show(&e.text)
    };
    let document = e
        .document
        .map(|d| format!(" document {d}, line {}", e.line))
        .unwrap_or_default();
    let earlier = if e.prior { ", earlier visit" } else { "" };
    format!(
        "{} {value} {words}  {when} ({}{document}{earlier})",
        show(&e.name),
        e.source
    )
}
