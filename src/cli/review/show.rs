//! Printing the review of a stay: for people, and as JSON lines.

use super::super::output::{Exit, Out, Result, column};
use super::super::session::Session;
use crate::domain::diagnosis_lists::{ListChange, changes, compare};
use crate::domain::ids::EncounterId;
use crate::domain::review::{
    DiagnosisList, ListKind, ListedDiagnosis, Review, ReviewState, StayReview,
};
use crate::domain::review_list::ReviewStay;
use crate::domain::time::{Instant, Moment};
use crate::text::{noun, show, show_lines};
use serde_json::{Value, json};

/// Runs `review show`.
pub fn run(session: &Session, encounter: EncounterId, json: bool) -> Result {
    let review = session.office.stay_review(&session.actor, encounter)?;
    let mut out = Out::new(json);
    if json {
        for line in objects(session, &review) {
            out.object(&line)?;
        }
    } else {
        text(session, &mut out, &review)?;
    }
    out.done(Exit::Done)
}

/// A stay of the worklist as other programs rely on it.
pub fn stay_json(session: &Session, s: &ReviewStay) -> Value {
    let zone = &session.office.zone;
    let moment = |m: Option<Moment>| m.map(|m| m.iso(zone));
    let day = |t: Option<Instant>| t.map(|t| t.day(zone).to_string());
    json!({
        "kind": "stay", "visit": s.visit, "mrn": s.mrn, "patient": s.patient_name,
        "class": s.class.name(), "service": s.service_name, "facility": s.facility_name,
        "payer": s.payer, "attending": s.attending_name, "admitted": moment(s.admitted),
        "discharged": moment(s.discharged), "stay_days": s.stay_days, "days_since_discharge": s.days_left,
        "stage": s.stage.name(), "stage_since": s.stage_since.map(Instant::rfc3339),
        "stage_by": s.stage_by, "stage_reason": s.stage_reason, "reviews": s.reviews,
        "last_review": s.last.as_ref().map(|l| json!({
            "at": l.at.rfc3339(), "by": l.reviewer_name, "kind": l.kind.name(), "outcome": l.outcome.name()
        })),
        "next_review": day(s.next), "drafts": s.drafts.len(), "queries_open": s.queries_open,
        "queries_late": s.queries_late, "queries_answered": s.queries_answered,
        "best": s.best.as_ref().map(|b| json!({
            "rule": b.rule, "title": b.title, "rank": b.rank, "found": b.found
        })),
        "looked": s.looked, "taken_by": s.taken_by.as_ref().map(|t| &t.1),
        "priority": s.priority,
        "why": s.why.iter().map(|(words, points)| json!({ "words": words, "points": points })).collect::<Vec<_>>()
    })
}

fn entry_json(e: &ListedDiagnosis) -> Value {
    json!({ "code": e.code, "words": e.words, "poa": e.poa.map(|p| p.name()) })
}

/// A state of a list, with what changed from the one before.
pub fn list_json(list: &DiagnosisList, before: &[ListedDiagnosis]) -> Value {
    let changed: Vec<Value> = changes(before, &list.entries)
        .iter()
        .map(|change| match change {
            ListChange::Added(e) => json!({ "change": "added", "entry": entry_json(e) }),
            ListChange::Removed(e) => json!({ "change": "removed", "entry": entry_json(e) }),
            ListChange::Poa(from, e) => {
                json!({ "change": "poa", "from": from, "entry": entry_json(e) })
            }
            ListChange::Reworded(e) => json!({ "change": "reworded", "entry": entry_json(e) }),
            ListChange::Principal(e) => json!({ "change": "principal", "entry": entry_json(e) }),
            ListChange::Reordered => json!({ "change": "reordered" }),
        })
        .collect();
    json!({
        "kind": "diagnoses", "list": list.kind.name(), "version": list.version, "at": list.at.rfc3339(),
        "by": list.user_name, "entries": list.entries.iter().map(entry_json).collect::<Vec<_>>(),
        "changes": changed
    })
}

fn review_json(session: &Session, r: &Review) -> Value {
    json!({
        "kind": "review", "id": r.id, "version": r.version, "state": r.state.name(),
        "occasion": r.words.kind.name(), "by": r.reviewer_name, "begun": r.begun.rfc3339(),
        "signed": r.signed.map(Instant::rfc3339), "findings": r.words.findings,
        "outcome": r.words.outcome.name(),
        "next": r.words.next.map(|t| t.day(&session.office.zone).to_string()),
        "additions": r.additions.iter().map(|a| json!({
            "at": a.at.rfc3339(), "by": a.user_name, "words": a.words
        })).collect::<Vec<_>>()
    })
}

fn objects(session: &Session, review: &StayReview) -> Vec<Value> {
    let mut out = vec![stay_json(session, &review.stay)];
    out.extend(review.reviews.iter().map(|r| review_json(session, r)));
    for kind in ListKind::ALL {
        let states: Vec<&DiagnosisList> = review.lists.iter().filter(|l| l.kind == *kind).collect();
        if let Some(newest) = states.first() {
            let before = states.get(1).map_or(&[][..], |l| &l.entries[..]);
            out.push(list_json(newest, before));
        }
    }
    let (working, coded) = (review.list(ListKind::Working), review.list(ListKind::Final));
    if working.version > 0 && coded.version > 0 {
        let found = compare(&working.entries, &coded.entries);
        let (same, all) = found.agreement();
        out.push(json!({
            "kind": "agreement", "principal": found.principal, "same": same, "compared": all,
            "lines": found.lines.iter().map(|l| json!({
                "verdict": l.verdict.name(),
                "working": l.working.map(|at| entry_json(&working.entries[at])),
                "final": l.coded.map(|at| entry_json(&coded.entries[at]))
            })).collect::<Vec<_>>()
        }));
    }
    out.extend(review.opportunities.iter().map(|o| {
        json!({
            "kind": "opportunity", "rule": o.rule, "topic": o.topic, "title": o.title, "rank": o.rank,
            "rank_why": o.rank_why, "criterion": o.criterion, "evidence": o.evidence.len()
        })
    }));
    out.extend(review.queries.iter().map(|q| {
        json!({
            "kind": "query", "id": q.query.id, "state": q.query.state.name(),
            "title": q.query.text.title, "provider": q.provider_name,
            "due": q.query.due.map(Instant::rfc3339), "answered": q.query.answered.map(Instant::rfc3339)
        })
    }));
    out.extend(review.notes.iter().map(|n| {
        json!({
            "kind": "note", "id": n.id, "at": n.at.rfc3339(), "by": n.user_name, "words": n.words,
            "private": n.private
        })
    }));
    out.extend(review.steps.iter().map(|s| {
        json!({
            "kind": "hand_over", "to": s.stage.name(), "at": s.at.rfc3339(), "by": s.user_name,
            "reason": s.reason
        })
    }));
    out
}

fn when(session: &Session, at: Instant) -> String {
    Moment::at(at).iso(&session.office.zone)
}

fn entry_text(e: &ListedDiagnosis) -> String {
    format!(
        "{} {} {}",
        column(show(&e.code).as_str(), 8),
        e.poa.map_or("-", |p| p.name()),
        show(&e.words)
    )
}

/// A state of a list, and what changed from the one before.
pub fn list_text(
    session: &Session,
    out: &mut Out,
    list: &DiagnosisList,
    before: &[ListedDiagnosis],
) -> Result<()> {
    out.line(format_args!(
        "{} diagnoses, version {}, {} {}",
        list.kind.name(),
        list.version,
        when(session, list.at),
        show(&list.user_name)
    ))?;
    for (at, entry) in list.entries.iter().enumerate() {
        out.line(format_args!("  {:>2} {}", at + 1, entry_text(entry)))?;
    }
    if list.version > 1 {
        for change in changes(before, &list.entries) {
            out.line(format_args!("     {}", change_text(&change)))?;
        }
    }
    Ok(())
}

fn change_text(change: &ListChange) -> String {
    match change {
        ListChange::Added(e) => format!("added {}", entry_text(e)),
        ListChange::Removed(e) => format!("removed {}", entry_text(e)),
        ListChange::Poa(from, e) => format!("present on admission was {from}: {}", entry_text(e)),
        ListChange::Reworded(e) => format!("other words: {}", entry_text(e)),
        ListChange::Principal(e) => format!("now principal: {}", entry_text(e)),
        ListChange::Reordered => "order changed".to_owned(),
    }
}

fn text(session: &Session, out: &mut Out, review: &StayReview) -> Result<()> {
    let s = &review.stay;
    out.line(format_args!(
        "visit {}  {} {}  {} {}  {}  {} {}  {}",
        show(&s.visit),
        show(&s.mrn),
        show(&s.patient_name),
        s.class.name(),
        show(&s.service_name),
        show(&s.payer),
        s.stay_days,
        noun(s.stay_days, "day"),
        s.stage.title()
    ))?;
    out.line(format_args!("priority {}", s.priority))?;
    for (words, points) in &s.why {
        out.line(format_args!("  +{points:<3} {words}"))?;
    }
    for r in &review.reviews {
        review_text(session, out, r)?;
    }
    for kind in ListKind::ALL {
        let states: Vec<&DiagnosisList> = review.lists.iter().filter(|l| l.kind == *kind).collect();
        if let Some(newest) = states.first() {
            let before = states.get(1).map_or(&[][..], |l| &l.entries[..]);
            list_text(session, out, newest, before)?;
        }
    }
    agreement_text(out, review)?;
    for o in &review.opportunities {
        out.line(format_args!(
            "opportunity {:>2}  {}  [{}]",
            o.rank, o.title, o.rule
        ))?;
    }
    for q in &review.queries {
        out.line(format_args!(
            "query {} {}  {}  {}",
            q.query.id,
            q.query.state.name(),
            show(&q.provider_name),
            show(&q.query.text.title)
        ))?;
    }
    for n in &review.notes {
        out.line(format_args!(
            "note {} {}{}: {}",
            when(session, n.at),
            show(&n.user_name),
            if n.private { " (private)" } else { "" },
            show(&n.words)
        ))?;
    }
    for step in &review.steps {
        out.line(format_args!(
            "{} {} {}: {}",
            step.stage.title(),
            when(session, step.at),
            show(&step.user_name),
            show(&step.reason)
        ))?;
    }
    Ok(())
}

fn review_text(session: &Session, out: &mut Out, r: &Review) -> Result<()> {
    let at = r.signed.unwrap_or(r.begun);
    let state = match r.state {
        ReviewState::Draft => "unfinished",
        ReviewState::Signed => "signed",
    };
    let next = r.words.next.map_or(String::new(), |t| {
        format!(", next {}", t.day(&session.office.zone))
    });
    out.line(format_args!(
        "review {} {} {state} {} {}: {}{next}",
        r.id,
        r.words.kind.title(),
        when(session, at),
        show(&r.reviewer_name),
        r.words.outcome.title()
    ))?;
    for line in show_lines(&r.words.findings) {
        out.line(format_args!("    {line}"))?;
    }
    for a in &r.additions {
        out.line(format_args!(
            "    added {} {}: {}",
            when(session, a.at),
            show(&a.user_name),
            show(&a.words)
        ))?;
    }
    Ok(())
}

fn agreement_text(out: &mut Out, review: &StayReview) -> Result<()> {
    let (working, coded) = (review.list(ListKind::Working), review.list(ListKind::Final));
    if working.version == 0 || coded.version == 0 {
        return Ok(());
    }
    let found = compare(&working.entries, &coded.entries);
    let (same, all) = found.agreement();
    let principal = match found.principal {
        Some(true) => "principal agrees",
        Some(false) => "principal DIFFERS",
        None => "no principal to compare",
    };
    out.line(format_args!(
        "CDI and coder agree in {same} of {all} diagnoses, {principal}"
    ))?;
    for line in &found.lines {
        let entry = line
            .coded
            .map(|at| &coded.entries[at])
            .or(line.working.map(|at| &working.entries[at]));
        if let Some(entry) = entry {
            out.line(format_args!(
                "  {} {}",
                column(line.verdict.title(), 28),
                entry_text(entry)
            ))?;
        }
    }
    Ok(())
}
