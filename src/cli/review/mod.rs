//! `review …`: the worklist of documentation integrity, and the review of a stay.

mod diagnoses;
mod show;

use super::act::act;
use super::args::{Json, Place, Review as Verb, ReviewList};
use super::named::visit;
use super::output::{Exit, Failure, Out, Result, column};
use super::session::Session;
use crate::domain::action::Action;
use crate::domain::ids::{EncounterId, ReviewId};
use crate::domain::review::{ReviewKind, ReviewOutcome, Stage, StayReview};
use crate::domain::review_action::ReviewAction;
use crate::domain::review_list::{ReviewAsk, ReviewPage, ReviewSort, ReviewStay, ReviewView};
use crate::domain::time::Instant;
use crate::grammar::{parse_day, review_filter};
use crate::ops::OpsError;
use crate::text::{noun, show};
use serde_json::json;

/// Runs a verb of `review`.
pub fn run(place: &Place, verb: &Verb) -> Result {
    let session = place.open()?;
    let change =
        |action: ReviewAction, json: &Json| act(&session, &Action::Review(action), json.json);
    match verb {
        Verb::List(args) => list(&session, args),
        Verb::Show { visit: v, json } => show::run(&session, visit(&session, v)?, json.json),
        Verb::Write { .. } => write(&session, verb),
        Verb::Discard { visit: v, json } => {
            let review = session
                .office
                .stay_review(&session.actor, visit(&session, v)?)?;
            let draft = review.draft_of(session.actor.user.id);
            let draft = draft.ok_or_else(|| OpsError::NotFound {
                what: "unfinished review of visit",
                name: v.clone(),
            })?;
            change(ReviewAction::Discard { review: draft.id }, json)
        }
        Verb::Add { id, words, json } => {
            let words = words.as_str().into();
            let review = ReviewId(*id);
            change(ReviewAction::Add { review, words }, json)
        }
        Verb::Diagnoses(args) => diagnoses::run(&session, args),
        Verb::Codes { code, json } => codes(&session, code, json.json),
        Verb::Note {
            visit: v,
            words,
            private,
            json,
        } => {
            let action = ReviewAction::Note {
                encounter: visit(&session, v)?,
                words: words.as_str().into(),
                private: *private,
            };
            change(action, json)
        }
        Verb::HandOver {
            visit: v,
            to,
            reason,
            json,
        } => {
            let encounter = visit(&session, v)?;
            let to = named(to, "stage", Stage::ALL, Stage::name)?;
            let seen = session.office.stay_review(&session.actor, encounter)?;
            let action = ReviewAction::HandOver {
                encounter,
                version: seen.version,
                to,
                reason: reason.as_str().into(),
            };
            change(action, json)
        }
        Verb::Take { visit: v, json } => {
            let encounter = visit(&session, v)?;
            change(ReviewAction::Take { encounter }, json)
        }
        Verb::Release { visit: v, json } => {
            let encounter = visit(&session, v)?;
            change(ReviewAction::Release { encounter }, json)
        }
        Verb::Priority(json) => priority(&session, json.json),
    }
}

/// A value by its stable name.
fn named<T: Copy>(text: &str, what: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T> {
    let found = all.iter().find(|v| name(**v) == text);
    found.copied().ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|v| name(*v)).collect();
        Failure::Usage(format!("no {what} {text}: {}", names.join(", ")))
    })
}

fn list(session: &Session, args: &ReviewList) -> Result {
    let mut ask = ReviewAsk {
        view: named(&args.view, "view", ReviewView::ALL, ReviewView::name)?,
        filter: review_filter(&args.filter, session.office.today(), &session.office.zone)
            .map_err(|e| Failure::Usage(e.to_string()))?,
        sort: named(&args.sort, "order", ReviewSort::ALL, ReviewSort::name)?,
        reverse: args.reverse,
        offset: 0,
        limit: 0,
    };
    let mut out = Out::new(args.json.json);
    if args.counts {
        let page = session.office.review_list(&session.actor, &ask)?;
        for (view, n) in &page.counts {
            if out.json {
                out.object(&json!({ "kind": "view", "view": view.name(), "stays": n }))?;
            } else {
                out.line(format_args!("{n:>6}  {}", view.name()))?;
            }
        }
        return out.done(Exit::Done);
    }
    if !out.json {
        out.line(format_args!(
            "{:>4} {:<12} {:<20} {:>4} {:<14} {:<14} {:<10} {:<10} ASKS",
            "PRIO", "VISIT", "PATIENT", "DAYS", "SERVICE", "PAYER", "REVIEWED", "NEXT"
        ))?;
    }
    let mut left = args.limit;
    let mut page = ReviewPage::default();
    while left > 0 {
        ask.limit = left.min(session.office.settings.page_rows);
        page = session.office.review_list(&session.actor, &ask)?;
        for stay in &page.rows {
            row(session, &mut out, stay, args.why)?;
        }
        ask.offset += page.rows.len();
        left -= page.rows.len();
        if page.rows.is_empty() || ask.offset >= page.total {
            break;
        }
    }
    if !out.json {
        out.line(format_args!("{} of {}", ask.offset, page.total))?;
        if page.unlooked > 0 {
            out.line(format_args!(
                "{} {} to look at since the rules changed: `chartroom daily`",
                page.unlooked,
                noun(page.unlooked, "stay")
            ))?;
        }
    }
    out.done(Exit::Done)
}

fn day(session: &Session, at: Option<Instant>) -> String {
    at.map(|t| t.day(&session.office.zone).to_string())
        .unwrap_or_default()
}

fn row(session: &Session, out: &mut Out, stay: &ReviewStay, why: bool) -> Result<()> {
    if out.json {
        return out.object(&show::stay_json(session, stay));
    }
    let asks = match &stay.best {
        Some(best) if best.found > 1 => format!("{} (+{})", best.title, best.found - 1),
        Some(best) => best.title.clone(),
        None => String::new(),
    };
    let queries = match (stay.queries_late, stay.queries_open, stay.queries_answered) {
        (late, _, _) if late > 0 => "query LATE  ",
        (_, _, answered) if answered > 0 => "query answered  ",
        (_, open, _) if open > 0 => "query open  ",
        _ => "",
    };
    out.line(format_args!(
        "{:>4} {} {} {:>4} {} {} {} {} {queries}{asks}",
        stay.priority,
        column(show(&stay.visit).as_str(), 12),
        column(show(&stay.patient_name).as_str(), 20),
        stay.stay_days,
        column(show(&stay.service_name).as_str(), 14),
        column(show(&stay.payer).as_str(), 14),
        column(&day(session, stay.last.as_ref().map(|l| l.at)), 10),
        column(&day(session, stay.next), 10),
    ))?;
    if why {
        for (words, points) in &stay.why {
            out.line(format_args!("      +{points:<3} {words}"))?;
        }
    }
    Ok(())
}

/// The review the user goes on with, or begins, with what was said on the command line.
fn write(session: &Session, verb: &Verb) -> Result {
    let Verb::Write {
        visit: number,
        kind,
        findings,
        outcome,
        next,
        sign,
        json,
    } = verb
    else {
        return Err(Failure::Usage("nothing to write".to_owned()));
    };
    let (encounter, seen) = seen(session, number)?;
    let draft = seen.draft_of(session.actor.user.id);
    let mut words = match draft {
        Some(draft) => draft.words.clone(),
        None => seen.fresh.clone(),
    };
    if let Some(kind) = kind {
        words.kind = named(kind, "occasion", ReviewKind::ALL, ReviewKind::name)?;
    }
    if let Some(findings) = findings {
        words.findings = findings.as_str().into();
    }
    if let Some(outcome) = outcome {
        words.outcome = named(outcome, "outcome", ReviewOutcome::ALL, ReviewOutcome::name)?;
    }
    match next.as_deref() {
        None => {}
        Some("none") => words.next = None,
        Some(text) => words.next = Some(first_of(session, text)?),
    }
    let action = ReviewAction::Save {
        encounter,
        draft: draft.map(|d| (d.id, d.version)),
        words,
        sign: *sign,
    };
    act(session, &Action::Review(action), json.json)
}

/// The first instant of a day as people type it.
fn first_of(session: &Session, text: &str) -> Result<Instant> {
    let zone = &session.office.zone;
    let day = parse_day(text, session.office.now().day(zone))
        .map_err(|e| Failure::Usage(format!("{text}: {e}")))?;
    Ok(Instant::start_of(day, zone))
}

fn codes(session: &Session, code: &str, json: bool) -> Result {
    let mut out = Out::new(json);
    for (code, words) in session.office.codes_like(&session.actor, code)? {
        if out.json {
            out.object(&json!({ "code": code, "words": words }))?;
        } else {
            out.line(format_args!(
                "{} {}",
                column(show(&code).as_str(), 9),
                show(&words)
            ))?;
        }
    }
    out.or_say("no code used here before begins like this")?;
    out.done(Exit::Done)
}

fn priority(session: &Session, json: bool) -> Result {
    let formula = session.office.review_priority()?;
    let failures = formula.failures();
    let mut out = Out::new(json);
    if out.json {
        out.object(&json!({ "kind": "priority", "cases": formula.cases(), "failures": failures }))?;
    } else {
        for failure in &failures {
            out.line(show(&failure.as_str().into()))?;
        }
        out.line(format_args!(
            "{} of {} {} right",
            formula.cases() - failures.len(),
            formula.cases(),
            noun(formula.cases(), "case")
        ))?;
    }
    out.done(if failures.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}

/// The review of a stay as the user sees it now.
fn seen(session: &Session, number: &str) -> Result<(EncounterId, StayReview)> {
    let encounter = visit(session, number)?;
    let review = session.office.stay_review(&session.actor, encounter)?;
    Ok((encounter, review))
}
