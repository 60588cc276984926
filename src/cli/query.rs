//! `query …` and `lint`.

use super::args::{Place, Query as Verb};
use super::deficiency::{act, end_of_day, provider};
use super::output::{Exit, Failure, Out, Result, column};
use super::query_draft;
use super::session::Session;
use super::work::visit;
use crate::cdi::lint::{LintIndicator, LintInput, Linter};
use crate::domain::action::Action;
use crate::domain::ids::{DocumentId, QueryId};
use crate::domain::query::{Indicator, IndicatorKind, LintLevel, Query, QueryText};
use crate::domain::time::{Instant, Moment};
use crate::ops::OpsError;
use crate::text::{show, show_lines};
use serde_json::{Value, json};
use std::io::{BufRead, Read};

/// Longest line `lint` reads: 1 MiB, the limit of a paste (safety limits).
const LINE_LIMIT: u64 = 1 << 20;

/// Runs a verb of `query`.
pub fn run(place: &Place, verb: &Verb) -> Result {
    // Templates are files: looking at them needs no keys.
    if let Verb::Templates(args) = verb {
        return query_draft::templates(place, args);
    }
    let session = place.open()?;
    match verb {
        Verb::List {
            visit: number,
            json,
        } => list(&session, number.as_deref(), json.json),
        Verb::Show { id, json } => show_query(&session, QueryId(*id), json.json),
        Verb::Draft(args) => query_draft::draft(&session, args),
        Verb::Edit { id, to, json } => {
            query_draft::edit(&session, QueryId(*id), to.as_deref(), json.json)
        }
        Verb::Versions { id, json } => query_draft::versions(&session, QueryId(*id), json.json),
        Verb::Revert { id, version, json } => {
            query_draft::revert(&session, QueryId(*id), *version, json.json)
        }
        Verb::Issue { id, to, due, json } => {
            let query = session.office.query(&session.actor, QueryId(*id))?;
            let due = match due {
                Some(text) => end_of_day(&session, text)?,
                None => session
                    .office
                    .now()
                    .plus_days(session.office.settings.query_due_days, &session.office.zone),
            };
            let action = Action::IssueQuery {
                query: query.id,
                version: query.version,
                provider: provider(&session, to)?,
                due,
            };
            act(&session, &action, json.json)
        }
        Verb::Withdraw { id, reason } => {
            let query = session.office.query(&session.actor, QueryId(*id))?;
            let action = Action::WithdrawQuery {
                query: query.id,
                version: query.version,
                reason: reason.as_str().into(),
            };
            act(&session, &action, false)
        }
        Verb::Answer { id, answer } => {
            let query = session.office.query(&session.actor, QueryId(*id))?;
            let action = Action::AnswerQuery {
                query: query.id,
                version: query.version,
                answer: answer.as_str().into(),
            };
            act(&session, &action, false)
        }
        Verb::Templates(args) => query_draft::templates(place, args),
    }
}

fn when(session: &Session, at: Option<Instant>) -> String {
    at.map(|t| Moment::at(t).iso(&session.office.zone))
        .unwrap_or_default()
}

fn list(session: &Session, number: Option<&str>, json: bool) -> Result {
    let encounter = number.map(|n| visit(session, n)).transpose()?;
    let mut out = Out::new(json);
    for row in session.office.queries(&session.actor, encounter, 500)? {
        let q = &row.query;
        if out.json {
            out.object(&json!({
                "id": q.id, "state": q.state.name(), "visit": row.visit, "mrn": row.mrn,
                "patient": row.patient_name, "title": q.text.title, "provider": row.provider_name,
                "author": row.author_name, "saved": q.saved.rfc3339(),
                "issued": q.issued.map(Instant::rfc3339), "due": q.due.map(Instant::rfc3339),
                "answered": q.answered.map(Instant::rfc3339)
            }))?;
        } else {
            out.line(format_args!(
                "{:>5} {} {} {} {} {}",
                q.id,
                column(q.state.name(), 10),
                column(&when(session, q.issued.or(Some(q.saved))), 16),
                column(show(&row.patient_name).as_str(), 20),
                column(show(&row.provider_name).as_str(), 16),
                show(&q.text.title)
            ))?;
        }
    }
    out.done(Exit::Done)
}

fn show_query(session: &Session, id: QueryId, json: bool) -> Result {
    let query = session.office.query(&session.actor, id)?;
    let mut out = Out::new(json);
    if json {
        let mut value = serde_json::to_value(&query)?;
        let time = |at: Option<Instant>| json!(at.map(Instant::rfc3339));
        value["saved"] = time(Some(query.saved));
        value["issued"] = time(query.issued);
        value["due"] = time(query.due);
        value["answered"] = time(query.answered);
        value["text"] = told(session, &query.text)?;
        out.object(&value)?;
        return out.done(Exit::Done);
    }
    print(session, &mut out, &query)?;
    out.done(Exit::Done)
}

/// The words of a query as JSON tells them: dates as the facility writes them.
pub fn told(session: &Session, text: &QueryText) -> Result<Value> {
    let mut value = serde_json::to_value(text)?;
    for (shown, kept) in value["indicators"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .zip(&text.indicators)
    {
        let date = kept.date.map(|m| m.iso(&session.office.zone));
        shown["date"] = json!(date);
    }
    Ok(value)
}

fn print(session: &Session, out: &mut Out, q: &Query) -> Result<()> {
    out.line(format_args!(
        "query {}  {}  {}",
        q.id,
        q.state.name(),
        show(&q.text.title)
    ))?;
    for i in &q.text.indicators {
        let date = i
            .date
            .map(|d| d.iso(&session.office.zone))
            .unwrap_or_default();
        let line = match i.line {
            0 => String::new(),
            line => format!(", line {line}"),
        };
        let prior = if i.prior { " [prior visit]" } else { "" };
        out.line(format_args!(
            "  - {} {date} ({}{line}){prior}",
            show(&i.text),
            show(&i.source)
        ))?;
    }
    for line in show_lines(&q.text.body) {
        out.line(format_args!("  {line}"))?;
    }
    for option in &q.text.options {
        out.line(format_args!("  ( ) {}", show(option)))?;
    }
    if !q.answer.is_blank() {
        out.line(format_args!(
            "  answered {}: {}",
            when(session, q.answered),
            show(&q.answer)
        ))?;
    }
    Ok(())
}

/// The words of a draft as a JSON object on standard input.
pub fn read_words() -> Result<QueryText> {
    let mut text = String::new();
    std::io::stdin()
        .take(LINE_LIMIT)
        .read_to_string(&mut text)?;
    let input: LintInput = serde_json::from_str(&text)
        .map_err(|e| Failure::Usage(format!("the draft on standard input: {e}")))?;
    Ok(words_of(input))
}

/// A draft as the composer holds it, from one in the lint contract.
fn words_of(input: LintInput) -> QueryText {
    let indicator = |i: LintIndicator| Indicator {
        kind: IndicatorKind::from_name(&i.kind).unwrap_or(IndicatorKind::Other),
        text: i.text.into(),
        date: i.date.as_deref().and_then(moment),
        document: i.document.as_i64().map(DocumentId),
        source: i.document.as_str().unwrap_or_default().into(),
        prior: i.encounter.as_deref() == Some("prior"),
        value: i.value.into(),
        unit: i.unit.into(),
        line: i.line,
    };
    QueryText {
        title: input.title.into(),
        format: input.format.0,
        indicators: input.indicators.into_iter().map(indicator).collect(),
        body: input.body.into(),
        options: input.options.into_iter().map(Into::into).collect(),
        ..QueryText::default()
    }
}

/// A date or an instant as JSON writes it.
fn moment(text: &str) -> Option<Moment> {
    let day = || text.parse().ok().map(Moment::day_only);
    Instant::parse(text).map(Moment::at).or_else(day)
}

/// Runs `lint`: JSON lines in, JSON lines out.
pub fn lint() -> Result {
    let lint = Linter::embedded().map_err(OpsError::from)?;
    let mut out = Out::new(true);
    let mut exit = Exit::Done;
    let mut stdin = std::io::stdin().lock();
    let mut number = 0u64;
    loop {
        let mut line = String::new();
        if (&mut stdin).take(LINE_LIMIT).read_line(&mut line)? == 0 {
            break;
        }
        number += 1;
        if line.trim().is_empty() {
            continue;
        }
        let input: LintInput = match serde_json::from_str(&line) {
            Ok(input) => input,
            Err(e) => {
                super::output::complain(&format!("standard input:{number}: {e}"));
                exit = Exit::Found;
                continue;
            }
        };
        let output = lint.lint(&input);
        if output.findings.iter().any(|f| f.level != LintLevel::Info) {
            exit = Exit::Found;
        }
        out.object(&output)?;
    }
    out.done(exit)
}
