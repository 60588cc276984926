//! `cover …`: absences of providers, and who stands in for whom.

use super::act::act;
use super::args::{Cover, Place};
use super::named::{end_of_day, provider};
use super::output::{Exit, Failure, Out, Result};
use super::session::Session;
use crate::domain::absence::Absence;
use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::{AbsenceId, CoverId};
use crate::domain::time::Instant;
use crate::text::show;
use serde_json::json;

/// Runs a verb of `cover`.
pub fn run(place: &Place, verb: &Cover) -> Result {
    let session = place.open()?;
    match verb {
        Cover::Away {
            provider: name,
            reason,
            from,
            until,
            comment,
            json,
        } => {
            let action = Action::AddAbsence {
                provider: provider(&session, name)?,
                reason: away_reason(reason)?,
                from: start_of_day(&session, from)?,
                until: last_day(&session, until.as_deref())?,
                comment: comment.as_str().into(),
            };
            act(&session, &action, json.json)
        }
        Cover::Back {
            absence,
            until,
            json,
        } => {
            let action = Action::EndAbsence {
                absence: AbsenceId(*absence),
                until: end_of_day(&session, until.as_deref().unwrap_or("T-1"))?,
            };
            act(&session, &action, json.json)
        }
        Cover::Change {
            absence,
            reason,
            from,
            until,
            open,
            comment,
            json,
        } => {
            let old = session
                .office
                .absence(&session.actor, AbsenceId(*absence))?;
            let from = from.as_deref().map(|day| start_of_day(&session, day));
            let action = Action::ChangeAbsence {
                absence: old.id,
                version: old.version,
                reason: reason.as_deref().map_or(Ok(old.reason), away_reason)?,
                from: from.transpose()?.unwrap_or(old.from),
                until: match last_day(&session, until.as_deref())? {
                    Some(until) => Some(until),
                    None => old.until.filter(|_| !open),
                },
                comment: match comment {
                    Some(comment) => comment.as_str().into(),
                    None => old.comment,
                },
            };
            act(&session, &action, json.json)
        }
        Cover::Rename { name, to, json } => {
            let action = Action::RenameCoverGroup {
                name: name.clone(),
                to: to.clone(),
            };
            act(&session, &action, json.json)
        }
        Cover::For {
            provider: name,
            by,
            from,
            until,
            reason,
            json,
        } => {
            let action = Action::AddCover {
                provider: provider(&session, name)?,
                by: provider(&session, by)?,
                from: match from {
                    Some(day) => start_of_day(&session, day)?,
                    None => session.office.now(),
                },
                until: last_day(&session, until.as_deref())?,
                reason: reason.as_str().into(),
            };
            act(&session, &action, json.json)
        }
        Cover::End { cover, until, json } => {
            let action = Action::EndCover {
                cover: CoverId(*cover),
                until: last_day(&session, until.as_deref())?,
            };
            act(&session, &action, json.json)
        }
        Cover::Group {
            name,
            members,
            json,
        } => {
            let members = members.iter().map(|m| provider(&session, m));
            let action = Action::SetCoverGroup {
                name: name.clone(),
                members: members.collect::<Result<_>>()?,
            };
            act(&session, &action, json.json)
        }
        Cover::List {
            provider: name,
            lately,
            json,
        } => list(&session, name.as_deref(), *lately, json.json),
    }
}

fn away_reason(name: &str) -> Result<HoldReason> {
    let known = HoldReason::from_name(name).filter(|r| HoldReason::AWAY.contains(r));
    known
        .ok_or_else(|| Failure::Usage(format!("{name} is none of illness, leave, vacation, other")))
}

fn last_day(session: &Session, text: Option<&str>) -> Result<Option<Instant>> {
    text.map(|t| end_of_day(session, t)).transpose()
}

/// The first instant of a day given as `T-7` or `2026-03-22`.
fn start_of_day(session: &Session, text: &str) -> Result<Instant> {
    let zone = &session.office.zone;
    let day = crate::grammar::parse_day(text, session.office.now().day(zone))
        .map_err(|e| Failure::Usage(e.to_string()))?;
    Ok(Instant::start_of(day, zone))
}

fn list(session: &Session, name: Option<&str>, lately: bool, json: bool) -> Result {
    let one = name.map(|n| provider(session, n)).transpose()?;
    let absences = match one {
        None if lately => session.office.absences_lately(&session.actor)?,
        one => session.office.absences(&session.actor, one)?,
    };
    let mut out = Out::new(json);
    for a in &absences {
        absence(session, &mut out, a)?;
    }
    if one.is_some() {
        out.or_say("no absence is known")?;
        return out.done(Exit::Done);
    }
    let zone = &session.office.zone;
    let (covers, groups) = session.office.covers(&session.actor)?;
    for c in &covers {
        if out.json {
            out.object(&json!({
                "kind": "cover", "id": c.id, "provider": c.provider_name, "by": c.by_name,
                "from": c.from.rfc3339(), "until": c.until.map(Instant::rfc3339), "reason": c.reason
            }))?;
        } else {
            out.line(format_args!(
                "cover {}  {} stands in for {}  {} to {}  {}",
                c.id,
                show(&c.by_name),
                show(&c.provider_name),
                c.from.day(zone),
                c.until
                    .map_or("open".to_owned(), |u| u.day(zone).to_string()),
                show(&c.reason)
            ))?;
        }
    }
    for g in &groups {
        if out.json {
            let names: Vec<_> = g.members.iter().map(|m| &m.1).collect();
            out.object(&json!({ "kind": "group", "name": g.name, "members": names }))?;
        } else {
            let names: Vec<String> = g.members.iter().map(|m| show(&m.1).into_string()).collect();
            let name = show(&g.name.as_str().into());
            out.line(format_args!("group {name}  {}", names.join("; ")))?;
        }
    }
    out.or_say("no absence, nobody stands in, no coverage group")?;
    out.done(Exit::Done)
}

fn absence(session: &Session, out: &mut Out, a: &Absence) -> Result<()> {
    let zone = &session.office.zone;
    if out.json {
        return out.object(&json!({
            "kind": "absence", "id": a.id, "provider": a.provider_name, "reason": a.reason,
            "from": a.from.rfc3339(), "until": a.until.map(Instant::rfc3339), "comment": a.comment
        }));
    }
    let told = format!(
        "absence {}  {}  {}  {} to {}  {}",
        a.id,
        show(&a.provider_name),
        a.reason.title(),
        a.from.day(zone),
        a.until
            .map_or("open".to_owned(), |u| u.day(zone).to_string()),
        show(&a.reason.beside(&a.comment))
    );
    out.line(told.trim_end())
}
