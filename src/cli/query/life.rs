//! What is done with a query: issue, redirect, answer, reconcile and the rest.

use crate::cli::act::{act, tell};
use crate::cli::args::{AnswerArgs, Query as Verb, SendArgs};
use crate::cli::named::{end_of_day, provider};
use crate::cli::output::{Exit, Failure, Out, Result};
use crate::cli::session::{Session, new_request};
use crate::domain::action::Action;
use crate::domain::ids::{DocumentId, QueryId};
use crate::domain::query::Query;
use crate::domain::query_life::{GivenAnswer, QueryChange, Reconciliation, Verbal};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::ops::Outcome;

/// Runs a verb that changes a query.
pub(super) fn run(session: &Session, verb: &Verb) -> Result {
    match verb {
        Verb::Issue {
            id,
            to,
            due,
            send,
            json,
        } => {
            let query = query(session, *id)?;
            let asked = match (to, query.provider) {
                (Some(to), _) => provider(session, to)?,
                (None, Some(named)) => named,
                (None, None) => {
                    let text = "the draft names nobody to ask: give --to";
                    return Err(Failure::Usage(text.to_owned()));
                }
            };
            let action = Action::IssueQuery {
                query: query.id,
                version: query.version,
                provider: asked,
                due: due_of(session, due.as_deref())?,
                again: send.again,
                overrule: overrule(send),
            };
            act(session, &action, json.json)
        }
        Verb::Verbal {
            id,
            to,
            asked,
            answer,
            send,
            json,
        } => {
            let query = query(session, *id)?;
            let action = Action::RecordVerbal {
                query: query.id,
                version: query.version,
                verbal: Verbal {
                    provider: provider(session, to)?,
                    asked: local_time(session, asked)?,
                    answer: given(&query, answer)?,
                },
                again: send.again,
                overrule: overrule(send),
            };
            act(session, &action, json.json)
        }
        Verb::Answer { id, answer, json } => {
            let query = query(session, *id)?;
            let action = Action::AnswerQuery {
                query: query.id,
                version: query.version,
                answer: given(&query, answer)?,
            };
            act(session, &action, json.json)
        }
        Verb::Withdraw { id, reason, json } => {
            let query = query(session, *id)?;
            let action = Action::WithdrawQuery {
                query: query.id,
                version: query.version,
                reason: reason.as_str().into(),
            };
            act(session, &action, json.json)
        }
        other => changes(session, other),
    }
}

fn changes(session: &Session, verb: &Verb) -> Result {
    let (id, change, json) = match verb {
        Verb::Redirect {
            id,
            to,
            due,
            reason,
            json,
        } => {
            let change = QueryChange::Redirect {
                provider: provider(session, to)?,
                due: due_of(session, due.as_deref())?,
                reason: reason.as_str().into(),
            };
            (id, change, json)
        }
        Verb::Escalate { id, reason, json } => {
            let reason = reason.as_str().into();
            (id, QueryChange::Escalate { reason }, json)
        }
        Verb::Expire { id, reason, json } => {
            let reason = reason.as_str().into();
            (id, QueryChange::Expire { reason }, json)
        }
        Verb::Addendum {
            id,
            document,
            comment,
            json,
        } => {
            let change = QueryChange::RequestAddendum {
                document: document.map(DocumentId),
                comment: comment.as_str().into(),
            };
            (id, change, json)
        }
        Verb::Reconcile {
            id,
            document,
            codes,
            effect,
            json,
        } => {
            let outcome = Reconciliation {
                document: document.map(DocumentId),
                codes: codes.as_str().into(),
                effect: effect.as_str().into(),
            };
            (id, QueryChange::Reconcile(outcome), json)
        }
        Verb::Close { id, comment, json } => {
            let comment = comment.as_str().into();
            (id, QueryChange::Close { comment }, json)
        }
        _ => return Err(Failure::Usage("that verb changes nothing".to_owned())),
    };
    let query = query(session, *id)?;
    let action = Action::ChangeQuery {
        query: query.id,
        version: query.version,
        change,
    };
    act(session, &action, json.json)
}

fn query(session: &Session, id: i64) -> Result<Query> {
    Ok(session.office.query(&session.actor, QueryId(id))?)
}

fn overrule(send: &SendArgs) -> Option<Untrusted> {
    send.overrule.as_deref().map(Untrusted::from)
}

/// The end of the day given, else the settings' days from now.
fn due_of(session: &Session, due: Option<&str>) -> Result<Instant> {
    match due {
        Some(text) => end_of_day(session, text),
        None => Ok(session
            .office
            .now()
            .plus_days(session.office.settings.query_due_days, &session.office.zone)),
    }
}

/// An instant, or local time such as `2026-03-22 14:00`.
fn local_time(session: &Session, text: &str) -> Result<Instant> {
    if let Some(at) = Instant::parse(text) {
        return Ok(at);
    }
    let local = text
        .trim()
        .replacen(' ', "T", 1)
        .parse::<jiff::civil::DateTime>()
        .and_then(|t| t.to_zoned(session.office.zone.clone()));
    match local {
        Ok(zoned) => Ok(Instant::from_timestamp(zoned.timestamp())),
        Err(_) => Err(Failure::Usage(format!(
            "{text} is no time: write it like 2026-03-22 14:00"
        ))),
    }
}

/// The answer meant: an option by its number or its words, else words of one's own.
fn given(query: &Query, args: &AnswerArgs) -> Result<GivenAnswer> {
    let words = args.answer.as_deref().unwrap_or_default().trim();
    let comment = args.comment.as_str().into();
    let option = match args.option {
        Some(0) => {
            return Err(Failure::Usage("options count from 1".to_owned()));
        }
        Some(number) => Some(number - 1),
        None => {
            let same = |o: &Untrusted| o.raw().trim().eq_ignore_ascii_case(words);
            query.text.options.iter().position(same)
        }
    };
    let by_its_words = args.option.is_none() && option.is_some();
    Ok(GivenAnswer {
        option,
        words: if by_its_words { "" } else { words }.into(),
        comment,
    })
}

/// One run of the ladder of queries.
pub(in crate::cli) fn run_ladder(session: &Session) -> Result<Outcome> {
    let (office, actor) = (&session.office, &session.actor);
    Ok(office.act(actor, &new_request(), &Action::AdvanceQueries)?)
}

/// Runs `query advance`.
pub(super) fn advance(session: &Session, json: bool) -> Result {
    let outcome = run_ladder(session)?;
    let mut out = Out::new(json);
    if json {
        let run = outcome.queries.unwrap_or_default();
        let mut value = serde_json::to_value(&run)?;
        value["kind"] = "queries".into();
        out.object(&value)?;
    } else {
        tell(&mut out, session, &Action::AdvanceQueries, &outcome)?;
    }
    out.done(Exit::Done)
}
