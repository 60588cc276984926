//! Queries printed: the list, one with its whole history, and the ladder in force.

use crate::cli::named::visit;
use crate::cli::output::{Exit, Failure, Out, Result, column};
use crate::cli::session::Session;
use crate::domain::ids::QueryId;
use crate::domain::query::{Query, QueryState, QueryText};
use crate::domain::query_life::QueryStanding;
use crate::domain::time::{Instant, Moment};
use crate::ops::{QueryDetail, QueryRow};
use crate::text::{show, show_lines};
use serde_json::{Value, json};

/// Queries listed at most.
const MOST: usize = 500;

fn when(session: &Session, at: Option<Instant>) -> String {
    at.map(|t| Moment::at(t).iso(&session.office.zone))
        .unwrap_or_default()
}

/// The state as people say it: a query that was escalated says so.
fn state_word(query: &Query) -> &'static str {
    match query.state {
        QueryState::Issued if query.escalation.level > 0 => "escalated",
        state => state.name(),
    }
}

fn next_json(standing: &QueryStanding) -> Value {
    match &standing.next {
        None => Value::Null,
        Some(next) => json!({
            "title": next.title, "who": next.who, "at": next.at.map(Instant::rfc3339)
        }),
    }
}

/// A row as JSON tells it; the topic and what was overruled are the department's, as in [`told`].
fn row_json(session: &Session, row: &QueryRow) -> Value {
    let q = &row.query;
    let mut value = json!({
        "id": q.id, "version": q.version, "state": q.state.name(), "visit": row.visit, "mrn": row.mrn,
        "patient": row.patient_name, "title": q.text.title, "topic": q.text.topic,
        "format": q.text.format.name(), "provider": row.provider_name, "author": row.author_name,
        "saved": q.saved.rfc3339(), "issued": q.issued.map(Instant::rfc3339),
        "asked": q.asked.map(Instant::rfc3339), "due": q.due.map(Instant::rfc3339),
        "redirects": q.redirects, "level": q.escalation.level, "step": q.escalation.step,
        "next": next_json(&row.standing), "answered": q.answered.map(Instant::rfc3339),
        "answer": q.response.as_ref().map(|r| r.kind.name()),
        "reconciled": q.reconciled.map(Instant::rfc3339), "ended": q.ended.map(Instant::rfc3339),
        "overruled": q.overruled.is_some()
    });
    keep_back(session, &mut value, &["topic", "overruled"]);
    value
}

/// Takes from what a provider is told the keys that are the department's.
fn keep_back(session: &Session, value: &mut Value, ours: &[&str]) {
    if session.actor.user.provider.is_some()
        && let Some(object) = value.as_object_mut()
    {
        object.retain(|key, _| !ours.contains(&key.as_str()));
    }
}

pub(super) fn list(
    session: &Session,
    number: Option<&str>,
    state: Option<&str>,
    json: bool,
) -> Result {
    let encounter = number.map(|n| visit(session, n)).transpose()?;
    let wanted = |row: &QueryRow| match state {
        None => true,
        Some("late") => {
            let due = row.query.due;
            row.query.state == QueryState::Issued && due.is_some_and(|d| d < session.office.now())
        }
        Some(name) => row.query.state.name() == name || state_word(&row.query) == name,
    };
    if let Some(name) = state
        && QueryState::from_name(name).is_none()
        && !["late", "escalated"].contains(&name)
    {
        let known: Vec<&str> = QueryState::ALL.iter().map(|s| s.name()).collect();
        return Err(Failure::Usage(format!(
            "no state {name}: {}, late, escalated",
            known.join(", ")
        )));
    }
    let mut out = Out::new(json);
    for row in session.office.queries(&session.actor, encounter, MOST)? {
        if !wanted(&row) {
            continue;
        }
        let q = &row.query;
        if out.json {
            out.object(&row_json(session, &row))?;
        } else {
            out.line(format_args!(
                "{:>5} {} {} {} {} {}",
                q.id,
                column(state_word(q), 10),
                column(&when(session, q.issued.or(Some(q.saved))), 16),
                column(show(&row.patient_name).as_str(), 20),
                column(show(&row.provider_name).as_str(), 16),
                show(&q.text.title)
            ))?;
        }
    }
    out.or_say(match (state, number) {
        (None, None) => "no queries",
        _ => "no such queries",
    })?;
    out.done(Exit::Done)
}

/// The words of a query as JSON tells them: dates as the facility writes them. What it began with
/// is the department's: a provider's answer must not be led by the name of a rule.
pub(in crate::cli) fn told(session: &Session, text: &QueryText) -> Result<Value> {
    let mut value = serde_json::to_value(text)?;
    let indicators = value["indicators"].as_array_mut();
    for (shown, kept) in indicators.into_iter().flatten().zip(&text.indicators) {
        let date = kept.date.map(|m| m.iso(&session.office.zone));
        shown["date"] = json!(date);
    }
    keep_back(session, &mut value, &["topic", "template", "rule"]);
    Ok(value)
}

pub(super) fn show_query(session: &Session, id: QueryId, json: bool) -> Result {
    let detail = session.office.query_detail(&session.actor, id)?;
    let mut out = Out::new(json);
    if json {
        out.object(&detail_json(session, &detail)?)?;
        return out.done(Exit::Done);
    }
    print(session, &mut out, &detail)?;
    out.done(Exit::Done)
}

fn detail_json(session: &Session, detail: &QueryDetail) -> Result<Value> {
    let query = &detail.row.query;
    let mut value = serde_json::to_value(query)?;
    let time = |at: Option<Instant>| json!(at.map(Instant::rfc3339));
    for (name, at) in [
        ("saved", Some(query.saved)),
        ("issued", query.issued),
        ("asked", query.asked),
        ("due", query.due),
        ("answered", query.answered),
        ("reconciled", query.reconciled),
        ("ended", query.ended),
    ] {
        value[name] = time(at);
    }
    value["escalation"]["taken"] = time(query.escalation.taken);
    value["escalation"]["last"] = json!(detail.row.standing.last);
    value["escalation"]["next"] = next_json(&detail.row.standing);
    value["text"] = told(session, &query.text)?;
    let history = detail.history.iter().map(|h| {
        json!({
            "at": h.at.rfc3339(), "user": h.user_name, "action": h.action,
            "from": h.from, "to": h.to, "reason": h.reason
        })
    });
    value["history"] = history.collect();
    let addenda = detail.addenda.iter().map(
        |a| json!({ "deficiency": a.deficiency, "state": a.state.name(), "due": a.due.rfc3339() }),
    );
    value["addenda"] = addenda.collect();
    Ok(value)
}

fn print(session: &Session, out: &mut Out, detail: &QueryDetail) -> Result<()> {
    let q = &detail.row.query;
    out.line(format_args!(
        "query {}  {}  {}",
        q.id,
        state_word(q),
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
    for (at, option) in q.text.options.iter().enumerate() {
        let mark = match &q.response {
            Some(answer) if answer.option == Some(at) => 'x',
            _ => ' ',
        };
        out.line(format_args!("  {}. ({mark}) {}", at + 1, show(option)))?;
    }
    life(session, out, detail)?;
    for h in &detail.history {
        out.line(format_args!(
            "{}  {:<16} {}",
            when(session, Some(h.at)),
            show(&h.user_name),
            show(&h.line())
        ))?;
    }
    Ok(())
}

/// What became of it, one line each.
fn life(session: &Session, out: &mut Out, detail: &QueryDetail) -> Result<()> {
    let q = &detail.row.query;
    if q.issued.is_some() {
        out.line(format_args!(
            "  to {}, asked {}, due {}",
            show(&detail.row.provider_name),
            when(session, q.asked),
            when(session, q.due)
        ))?;
    }
    if let Some(overruled) = &q.overruled {
        out.line(format_args!(
            "  OVERRULED {}: {}",
            overruled.rules.join(", "),
            show(&overruled.reason)
        ))?;
    }
    let standing = &detail.row.standing;
    if q.escalation.level > 0 {
        out.line(format_args!(
            "  level {}: {}",
            q.escalation.level, standing.last
        ))?;
    }
    if let Some(next) = &standing.next {
        let at = match next.at {
            Some(at) => when(session, Some(at)),
            None => "when the provider is back".to_owned(),
        };
        out.line(format_args!("  next: {} ({}) {at}", next.title, next.who))?;
    }
    if !q.answer.is_blank() {
        let kind = q.response.as_ref().map_or("", |r| r.kind.title());
        out.line(format_args!(
            "  answered {} ({kind}): {}",
            when(session, q.answered),
            show(&q.answer)
        ))?;
    }
    for a in &detail.addenda {
        out.line(format_args!(
            "  addendum asked for: item {}, {}, due {}",
            a.deficiency,
            a.state.name(),
            when(session, Some(a.due))
        ))?;
    }
    if let Some(outcome) = &q.outcome {
        let document = outcome.document.map_or("-".to_owned(), |d| d.to_string());
        out.line(format_args!(
            "  reconciled {}: document {document}, codes {}; {}",
            when(session, q.reconciled),
            show(&outcome.codes),
            show(&outcome.effect)
        ))?;
    }
    Ok(())
}

/// The ladder in force.
pub(super) fn ladder(session: &Session, json: bool) -> Result {
    let ladder = session.office.query_ladder()?;
    let rule = ladder.rule();
    let (title, source, text) = ladder.told();
    let mut out = Out::new(json);
    if !json {
        out.line(format_args!("{} {} v{}", title, rule.id, rule.version))?;
    }
    for step in ladder.steps() {
        if json {
            out.object(&json!({
                "kind": "step", "rule": rule.id, "rule_version": rule.version, "step": step.id(),
                "does": step.kind().name(), "title": step.title(), "after_days": step.after_days(),
                "who": step.who(), "action": step.action()
            }))?;
        } else {
            out.line(format_args!(
                "  after {:>3} days  {:<12} {:<22} {}",
                step.after_days(),
                step.kind().name(),
                step.title(),
                step.who()
            ))?;
        }
    }
    if !json {
        for line in text.lines() {
            out.line(line)?;
        }
        for s in source {
            out.line(format_args!("- {s}"))?;
        }
    }
    out.done(Exit::Done)
}
