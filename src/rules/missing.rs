//! Documents that are missing: for a visit, a procedure, an order or a day.
//!
//! Owns the search for answers and who answers what; strengths of a match are decided here,
//! ambiguity in [`super::matching`]. A document counts for what it names: one that names a
//! procedure or order answers no other, except that a report of an operation covers what the
//! same performer did in the same session.

use super::answer::{answers, answers_by_name, is_such};
use super::matching::{Pointing, Strength, Verdict};
use super::rule::{AnswerSpec, ExceptionSpec, MissingSpec};
use super::schema::{DailyGap, Per};
use super::view::{About, View};
use crate::domain::clinical::{Order, Procedure, Status};
use crate::domain::document::Document;
use crate::domain::ids::{DocumentId, ProviderId};
use crate::domain::time::Moment;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Something owed, before it has owner, clock and words.
pub(super) struct Owed<'a> {
    pub about: About<'a>,
    /// A document that may answer it.
    pub maybe: Option<DocumentId>,
}

/// What is missing, and which documents answered what is not.
#[derive(Default)]
pub(super) struct Outcome<'a> {
    pub owed: Vec<Owed<'a>>,
    pub counted: BTreeSet<DocumentId>,
}

impl<'a> Outcome<'a> {
    fn open(&mut self, about: About<'a>, maybe: Option<DocumentId>) {
        self.owed.push(Owed { about, maybe });
    }
}

/// Looks for what a rule asks; `rule` is its id, by which a person's decisions are known.
pub(super) fn look<'a>(view: &View<'a>, rule: &str, spec: &MissingSpec) -> Outcome<'a> {
    match spec.per {
        Per::Visit => visit(view, rule, spec),
        Per::Procedure => procedures(view, rule, spec),
        Per::Order => orders(view, rule, spec),
    }
}

fn due_at_all(view: &View<'_>, spec: &MissingSpec, about: About<'_>) -> bool {
    let required = |about| {
        let mut documents = view.documents.iter();
        spec.requires.is_empty() || documents.any(|d| answers(view, &spec.requires, about, d))
    };
    view.happened(spec.once, about) && !excepted(view, &spec.exceptions, about) && required(about)
}

fn excepted(view: &View<'_>, exceptions: &[ExceptionSpec], about: About<'_>) -> bool {
    exceptions.iter().any(|e| {
        let emergency = match about {
            About::Procedure(p) => p.facts.emergency == Some(true),
            _ => false,
        };
        (!e.emergency || emergency) && view.holds(&e.visit)
    })
}

fn visit<'a>(view: &View<'a>, rule: &str, spec: &MissingSpec) -> Outcome<'a> {
    let mut outcome = Outcome::default();
    if !due_at_all(view, spec, About::Visit) {
        return outcome;
    }
    for d in &view.documents {
        let answers = answers(view, &spec.answers, About::Visit, d);
        if view.decided(rule, About::Visit, d.id).unwrap_or(answers) {
            outcome.counted.insert(d.id);
        }
    }
    if outcome.counted.is_empty() {
        outcome.open(About::Visit, None);
    }
    outcome
}

/// What one performer did on one day: one session, unless times keep its parts apart.
struct Session<'a> {
    day: Option<Date>,
    people: Vec<ProviderId>,
    members: Vec<&'a Procedure>,
}

/// Whether a procedure is one of those the rule names; all are, if it names none.
fn named(spec: &MissingSpec, p: &Procedure) -> bool {
    let title = p.facts.what.text.raw().to_lowercase();
    let code = p.facts.what.code.raw();
    (spec.titled.is_empty() && spec.codes.is_empty())
        || spec.titled.iter().any(|word| title.contains(word))
        || spec.codes.iter().any(|c| c == code)
}

fn procedures<'a>(view: &View<'a>, rule: &str, spec: &MissingSpec) -> Outcome<'a> {
    let owing: Vec<&Procedure> = view
        .chart
        .procedures
        .iter()
        .filter(|p| spec.settings.is_empty() || spec.settings.contains(&p.facts.setting))
        .filter(|p| named(spec, p))
        .filter(|p| {
            spec.anesthesia
                .is_none_or(|a| p.facts.anesthesia == Some(a))
        })
        .filter(|p| due_at_all(view, spec, About::Procedure(p)))
        .collect();
    let mut outcome = Outcome::default();
    if owing.is_empty() {
        return outcome;
    }
    let linked = linked_procedures(view, rule, spec, &owing, &mut outcome);
    let confirmed = |d: &Document| {
        let says = |p: &&Procedure| view.decided(rule, About::Procedure(p), d.id) == Some(true);
        owing.iter().any(says)
    };
    let free = free_documents(view, spec, |d| d.procedure.is_some() || confirmed(d));
    let sessions = sessions(view, &owing);
    let done: Vec<bool> = sessions
        .iter()
        .map(|s| s.members.iter().all(|p| linked.contains(&p.id)))
        .collect();
    let pointing = Pointing::new(free.len(), sessions.len(), |d, s| {
        let refused =
            |p: &&Procedure| view.decided(rule, About::Procedure(p), free[d].id) == Some(false);
        if sessions[s].members.iter().any(refused) {
            return None;
        }
        points_to_session(view, &spec.answers, free[d], &sessions[s])
    });
    for (session, verdict) in sessions.iter().zip(pointing.decide(&done)) {
        let maybe = match verdict {
            Verdict::Answered => continue,
            Verdict::Ask(d) => Some(free[d].id),
            Verdict::Open => None,
        };
        for p in session.members.iter().filter(|p| !linked.contains(&p.id)) {
            outcome.open(About::Procedure(p), maybe);
        }
    }
    outcome
}

/// Procedures that a document names, and what was done with them in one session.
fn linked_procedures(
    view: &View<'_>,
    rule: &str,
    spec: &MissingSpec,
    owing: &[&Procedure],
    outcome: &mut Outcome<'_>,
) -> BTreeSet<crate::domain::ids::ProcedureId> {
    let mut linked = BTreeSet::new();
    for d in &view.documents {
        let is_named = |p: &&&Procedure| {
            let about = About::Procedure(p);
            let names = d.procedure == Some(p.id) && answers_by_name(view, &spec.answers, about, d);
            view.decided(rule, about, d.id).unwrap_or(names)
        };
        let Some(named) = owing.iter().find(is_named) else {
            continue;
        };
        outcome.counted.insert(d.id);
        let together = owing.iter().filter(|p| one_session(view, named, p));
        linked.extend(together.map(|p| p.id));
        linked.insert(named.id);
    }
    linked
}

/// Documents of the right kinds that name no procedure (or order) and so may answer any.
fn free_documents<'a>(
    view: &View<'a>,
    spec: &MissingSpec,
    names_one: impl Fn(&Document) -> bool,
) -> Vec<&'a Document> {
    let documents = view.documents.iter().copied();
    documents
        .filter(|d| is_kind(&spec.answers, d) && !names_one(d))
        .collect()
}

fn is_kind(specs: &[AnswerSpec], document: &Document) -> bool {
    specs.iter().any(|s| is_such(s, document))
}

fn day_of(view: &View<'_>, p: &Procedure) -> Option<Date> {
    p.facts.start.or(p.facts.end).map(|m| m.day(view.zone))
}

/// Whether two procedures are parts of one: same day, same performer, and no known times that
/// keep them apart (a return to the operating room owes a report of its own).
fn one_session(view: &View<'_>, a: &Procedure, b: &Procedure) -> bool {
    let exact = |m: Option<Moment>| m.filter(|m| m.is_exact()).map(|m| m.at);
    let apart = |first: &Procedure, second: &Procedure| {
        exact(first.facts.end)
            .zip(exact(second.facts.start))
            .is_some_and(|(end, start)| start > end)
    };
    day_of(view, a) == day_of(view, b) && a.performer == b.performer && !apart(a, b) && !apart(b, a)
}

fn sessions<'a>(view: &View<'_>, owing: &[&'a Procedure]) -> Vec<Session<'a>> {
    let mut all: Vec<Session<'a>> = Vec::new();
    for p in owing {
        let day = day_of(view, p);
        let same = all.iter_mut().find(|s| {
            s.day == day
                && s.members
                    .first()
                    .is_some_and(|m| m.performer == p.performer)
        });
        let people = p.performer.into_iter().chain(p.anesthetist);
        match same {
            Some(session) => {
                session.people.extend(people);
                session.members.push(p);
            }
            None => all.push(Session {
                day,
                people: people.collect(),
                members: vec![p],
            }),
        }
    }
    all
}

fn points_to_session(
    view: &View<'_>,
    specs: &[AnswerSpec],
    d: &Document,
    session: &Session<'_>,
) -> Option<Strength> {
    let mut members = session.members.iter();
    if !members.any(|p| answers(view, specs, About::Procedure(p), d)) {
        return None;
    }
    let people = [d.author, d.assigned, d.authenticator, d.cosigner];
    let person = people.iter().flatten().any(|p| session.people.contains(p));
    let written = d.facts.at.map(|m| m.day(view.zone));
    let day = written.is_some() && written == session.day;
    Some(match (person, day) {
        (true, true) => Strength::PersonAndDay,
        (true, false) => Strength::Person,
        (false, true) => Strength::Circumstance,
        (false, false) => Strength::Possible,
    })
}

fn orders<'a>(view: &View<'a>, rule: &str, spec: &MissingSpec) -> Outcome<'a> {
    let owing: Vec<&Order> = view
        .chart
        .orders
        .iter()
        .filter(|o| spec.orders.contains(&o.facts.kind))
        .filter(|o| !matches!(o.facts.status, Status::Cancelled | Status::Retracted))
        .filter(|o| due_at_all(view, spec, About::Order(o)))
        .collect();
    let mut outcome = Outcome::default();
    if owing.is_empty() {
        return outcome;
    }
    let names = |d: &Document, o: &Order| {
        let about = About::Order(o);
        let names = d.order == Some(o.id) && answers_by_name(view, &spec.answers, about, d);
        view.decided(rule, about, d.id).unwrap_or(names)
    };
    let done: Vec<bool> = owing
        .iter()
        .map(|o| view.documents.iter().any(|d| names(d, o)))
        .collect();
    for d in &view.documents {
        if owing.iter().any(|o| names(d, o)) {
            outcome.counted.insert(d.id);
        }
    }
    let confirmed = |d: &Document| {
        let says = |o: &&Order| view.decided(rule, About::Order(o), d.id) == Some(true);
        owing.iter().any(says)
    };
    let free = free_documents(view, spec, |d| d.order.is_some() || confirmed(d));
    let pointing = Pointing::new(free.len(), owing.len(), |d, o| {
        if view.decided(rule, About::Order(owing[o]), free[d].id) == Some(false) {
            return None;
        }
        points_to_order(view, &spec.answers, free[d], owing[o])
    });
    for (order, verdict) in owing.iter().zip(pointing.decide(&done)) {
        match verdict {
            Verdict::Answered => {}
            Verdict::Ask(d) => outcome.open(About::Order(order), Some(free[d].id)),
            Verdict::Open => outcome.open(About::Order(order), None),
        }
    }
    outcome
}

/// A report by somebody of another service than the one asked does not answer.
fn points_to_order(
    view: &View<'_>,
    specs: &[AnswerSpec],
    d: &Document,
    order: &Order,
) -> Option<Strength> {
    if !answers(view, specs, About::Order(order), d) {
        return None;
    }
    let people = [d.author, d.assigned, d.authenticator, d.cosigner];
    if people.iter().flatten().any(|p| order.performer == Some(*p)) {
        return Some(Strength::Person);
    }
    let asked = order.to_service.or_else(|| view.service(order.performer));
    match (asked, view.service(d.author)) {
        (Some(asked), Some(wrote)) if asked == wrote => Some(Strength::Circumstance),
        (Some(_), Some(_)) => None,
        _ => Some(Strength::Possible),
    }
}

/// Days of the stay, up to yesterday, without any of the documents.
pub(super) fn gaps<'a>(view: &View<'a>, gap: &DailyGap, specs: &[AnswerSpec]) -> Outcome<'a> {
    let mut outcome = Outcome::default();
    let visit = &view.chart.encounter.facts;
    let Some(admitted) = visit.admitted.map(|m| m.day(view.zone)) else {
        return outcome;
    };
    let yesterday = view.now.day(view.zone).yesterday().ok();
    let discharged = visit.discharged.map(|m| m.day(view.zone));
    let last = match discharged {
        Some(day) if gap.last_day => Some(day),
        Some(day) => day.yesterday().ok(),
        None => yesterday,
    };
    let last = last.min(yesterday);
    let mut day = if gap.first_day {
        Some(admitted)
    } else {
        admitted.tomorrow().ok()
    };
    let written: BTreeSet<Date> = view
        .documents
        .iter()
        .filter(|d| view.names_visit(d) && is_kind(specs, d))
        .filter_map(|d| d.facts.at.map(|m| m.day(view.zone)))
        .collect();
    while let Some(today) = day.filter(|d| last.is_some_and(|last| *d <= last)) {
        if !written.contains(&today) {
            outcome.open(About::Day(today), None);
        }
        day = today.tomorrow().ok();
    }
    outcome
}
