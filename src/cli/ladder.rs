//! `ladder`: the steps of providers, and `daily`: the nightly run.

use super::act::{act, tell};
use super::args::{Json, Place};
use super::args::{Ladder, Steps};
use super::named::provider;
use super::output::{Exit, Failure, Out, Result, column, identifier};
use super::session::{Session, new_request};
use crate::domain::action::Action;
use crate::domain::ids::StepId;
use crate::domain::ladder::{
    ProviderStanding, ProviderStep, StepDecision, StepDetail, StepKind, StepRequest, StepState,
    SuspensionKind,
};
use crate::ops::{Outcome, Which};
use crate::text::{noun, show};
use serde_json::{Value, json};

/// Runs a verb of `ladder`.
pub fn run(place: &Place, verb: &Ladder) -> Result {
    let session = place.open()?;
    match verb {
        Ladder::List {
            state,
            kind,
            provider: who,
            limit,
            json,
        } => {
            let named = |name: &str| {
                StepState::from_name(name)
                    .ok_or_else(|| usage("state", name, StepState::ALL.iter().map(|s| s.name())))
            };
            let kind = kind.as_deref().map(|name| {
                StepKind::from_name(name)
                    .ok_or_else(|| usage("kind", name, StepKind::ALL.iter().map(|s| s.name())))
            });
            let ask = StepRequest {
                state: match state.as_str() {
                    "all" => None,
                    name => Some(named(name)?),
                },
                kind: kind.transpose()?,
                provider: who.as_deref().map(|w| provider(&session, w)).transpose()?,
                limit: *limit,
                ..StepRequest::default()
            };
            let steps = session.office.steps(&session.actor, &ask)?;
            list(&session, &steps, json.json)
        }
        Ladder::Suspended(json) => {
            let steps = session.office.suspensions(&session.actor)?;
            list(&session, &steps, json.json)
        }
        Ladder::Show { id, json } => {
            let detail = session.office.step(&session.actor, StepId(*id))?;
            detail_of(&session, &detail, json.json)
        }
        Ladder::Propose(json) => propose(&session, json.json),
        Ladder::Confirm {
            steps,
            suspension,
            comment,
        } => {
            let suspension = suspension.as_deref().map(|name| {
                SuspensionKind::from_name(name).ok_or_else(|| {
                    usage(
                        "kind of suspension",
                        name,
                        SuspensionKind::ALL.iter().map(|s| s.name()),
                    )
                })
            });
            let decision = StepDecision::Confirm {
                suspension: suspension.transpose()?,
                comment: comment.as_str().into(),
            };
            decide(&session, steps, decision)
        }
        Ladder::Dismiss { steps, reason } => {
            let reason = reason.as_str().into();
            decide(&session, steps, StepDecision::Dismiss { reason })
        }
        Ladder::Lift { id, reason, json } => {
            let detail = session.office.step(&session.actor, StepId(*id))?;
            let action = Action::LiftSuspension {
                step: detail.step.id,
                version: detail.step.version,
                reason: reason.as_str().into(),
            };
            act(&session, &action, json.json)
        }
        Ladder::Standing {
            provider: who,
            json,
        } => {
            let who = provider(&session, who)?;
            let standing = session.office.provider_standing(&session.actor, who)?;
            standing_of(&session, &standing, json.json)
        }
    }
}

fn usage<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.collect();
    Failure::Usage(format!("no {what} {name}: {}", known.join(", ")))
}

fn decide(session: &Session, steps: &Steps, decision: StepDecision) -> Result {
    let chosen = if steps.all {
        let ask = StepRequest {
            state: Some(StepState::Proposed),
            limit: usize::from(u16::MAX),
            ..StepRequest::default()
        };
        session.office.steps(&session.actor, &ask)?
    } else {
        let found = steps.ids.iter().map(|id| {
            let detail = session.office.step(&session.actor, StepId(*id))?;
            Ok(detail.step)
        });
        found.collect::<Result<Vec<_>>>()?
    };
    let action = Action::DecideSteps {
        steps: chosen.iter().map(|s| (s.id, s.version)).collect(),
        decision,
    };
    act(session, &action, steps.json.json)
}

/// A step as other programs rely on it.
fn step_json(step: &ProviderStep) -> Value {
    json!({
        "id": step.id, "version": step.version, "provider": step.provider, "name": step.provider_name,
        "step": step.step, "kind": step.kind.name(), "title": step.title, "state": step.state.name(),
        "rule": step.rule.id, "rule_version": step.rule.version,
        "reached": step.reached.rfc3339(), "proposed": step.proposed.rfc3339(),
        "decided": step.decided.map(|t| t.rfc3339()), "decided_by": step.decided_by_name,
        "ended": step.ended.map(|t| t.rfc3339()),
        "suspension": step.suspension.map(SuspensionKind::name),
        "items": step.items, "oldest_days": step.oldest_days, "letter": step.letter, "reason": step.reason
    })
}

fn step_line(session: &Session, step: &ProviderStep) -> String {
    let day = |at: crate::domain::time::Instant| at.day(&session.office.zone).to_string();
    let state = match (step.kind, step.ended) {
        (StepKind::Suspension, Some(ended)) => format!("lifted {}", day(ended)),
        _ => match step.decided {
            Some(at) => format!("{} {}", step.state.name(), day(at)),
            None => step.state.name().to_owned(),
        },
    };
    format!(
        "{:>6} {} {} {:>5} {:>5}d {} {state}",
        step.id,
        column(show(&step.provider_name).as_str(), 24),
        column(step.kind.title(), 12),
        step.items,
        step.oldest_days,
        day(step.proposed),
    )
}

fn list(session: &Session, steps: &[ProviderStep], json: bool) -> Result {
    let mut out = Out::new(json);
    if !json {
        out.line(format_args!(
            "{:>6} {:<24} {:<12} {:>5} {:>6} {:<10} STATE",
            "ID", "PROVIDER", "STEP", "ITEMS", "OLDEST", "PROPOSED"
        ))?;
    }
    for step in steps {
        if json {
            out.object(&step_json(step))?;
        } else {
            out.line(step_line(session, step))?;
        }
    }
    if !json {
        out.line(format_args!(
            "{} {}",
            steps.len(),
            noun(steps.len(), "step")
        ))?;
    }
    out.done(Exit::Done)
}

fn detail_of(session: &Session, detail: &StepDetail, json: bool) -> Result {
    let mut out = Out::new(json);
    if json {
        let mut value = step_json(&detail.step);
        value["about"] = detail
            .items
            .iter()
            .map(|i| {
                json!({
                    "deficiency": i.deficiency, "type": i.kind, "visit": i.visit, "mrn": i.mrn,
                    "patient": i.patient_name, "class": i.class.name(),
                    "reached": i.reached.rfc3339(), "open": i.open
                })
            })
            .collect();
        value["history"] = serde_json::to_value(&detail.history)?;
        out.object(&value)?;
        return out.done(Exit::Done);
    }
    let step = &detail.step;
    out.line(format_args!(
        "{} for {}: {}",
        step.title,
        show(&step.provider_name),
        step.state.name()
    ))?;
    if let Some(kind) = step.suspension {
        out.line(format_args!("{} suspension", kind.title()))?;
    }
    out.line(format_args!(
        "by {} version {}",
        step.rule.id, step.rule.version
    ))?;
    for i in &detail.items {
        out.line(format_args!(
            "{:>6} {} {} {} {} reached {}{}",
            i.deficiency,
            column(&i.kind, 7),
            identifier(show(&i.visit).as_str(), 12),
            identifier(show(&i.mrn).as_str(), 10),
            column(show(&i.patient_name).as_str(), 22),
            i.reached.day(&session.office.zone),
            if i.open { "" } else { ", done" }
        ))?;
    }
    for h in &detail.history {
        out.line(format_args!(
            "{}  {:<16} {}",
            h.at.rfc3339(),
            show(&h.user_name),
            show(&h.line())
        ))?;
    }
    out.done(Exit::Done)
}

fn standing_of(session: &Session, s: &ProviderStanding, json: bool) -> Result {
    let mut out = Out::new(json);
    let oldest = s.oldest.map(|t| t.day(&session.office.zone).to_string());
    if json {
        out.object(&json!({
            "provider": s.provider, "name": s.name, "service": s.service_name, "open": s.open,
            "late": s.late, "held": s.held, "charts": s.charts, "oldest": oldest,
            "types": s.kinds.iter().map(|(k, n)| json!({ "type": k, "open": n })).collect::<Vec<_>>(),
            "suspended": s.suspended.as_ref().map(step_json),
            "steps": s.steps.iter().map(step_json).collect::<Vec<_>>(),
            "letters": s.letters.iter().map(super::letters::letter_json).collect::<Vec<_>>()
        }))?;
        return out.done(Exit::Done);
    }
    out.line(format_args!("{}  {}", show(&s.name), show(&s.service_name)))?;
    out.line(format_args!(
        "{} open, {} late, {} on hold, in {} {}; oldest from {}",
        s.open,
        s.late,
        s.held,
        s.charts,
        noun(s.charts, "chart"),
        oldest.as_deref().unwrap_or("-")
    ))?;
    if let Some(suspension) = &s.suspended {
        out.line(format_args!("SUSPENDED: step {}", suspension.id))?;
    }
    for (kind, n) in &s.kinds {
        out.line(format_args!("  {kind:<8} {n:>5}"))?;
    }
    for step in &s.steps {
        out.line(step_line(session, step))?;
    }
    out.done(Exit::Done)
}

fn run_ladder(session: &Session) -> Result<Outcome> {
    let (office, actor) = (&session.office, &session.actor);
    Ok(office.act(actor, &new_request(), &Action::ProposeSteps)?)
}

fn propose(session: &Session, json: bool) -> Result {
    let outcome = run_ladder(session)?;
    let mut out = Out::new(json);
    if json {
        let run = outcome.ladder.unwrap_or_default();
        let mut value = serde_json::to_value(&run)?;
        value["kind"] = "ladder".into();
        out.object(&value)?;
    } else {
        tell(&mut out, session, &Action::ProposeSteps, &outcome)?;
    }
    out.done(Exit::Done)
}

/// Stays the opportunity rules look at in one transaction.
const STAYS_AT_ONCE: usize = 200;

/// Runs `daily`: the ladder of queries, the analysis of what changed, ends of holds, snapshots, the ladder.
pub fn daily(place: &Place, args: &Json) -> Result {
    let session = place.open()?;
    // Before the rules look: what expires now is owed no more.
    let queries = super::query::life::run_ladder(&session)?;
    let summary = session
        .office
        .analyze(&session.actor, &Which::Changed, &mut |_| true)?;
    let snapshots = session.office.take_snapshots(&session.actor)?;
    let ladder = run_ladder(&session)?;
    let mut looked = 0;
    loop {
        let seen = session
            .office
            .see_opportunities(&session.actor, STAYS_AT_ONCE)?;
        looked += seen.done;
        if seen.done == 0 || seen.left == 0 {
            break;
        }
    }
    let mut out = Out::new(args.json);
    if out.json {
        out.object(&json!({
            "kind": "daily", "analysis": summary, "snapshots": snapshots.days, "ladder": ladder.ladder.unwrap_or_default(),
            "opportunities": { "stays": looked },
            "queries": queries.queries.unwrap_or_default()
        }))?;
    } else {
        out.line(format_args!(
            "analysis: {} {}, {} opened, {} reopened, {} updated, {} cleared",
            summary.visits,
            noun(summary.visits, "visit"),
            summary.opened,
            summary.reopened,
            summary.updated,
            summary.cleared
        ))?;
        let days = snapshots.days.len();
        out.line(format_args!("snapshots: {days} {}", noun(days, "day")))?;
        tell(&mut out, &session, &Action::ProposeSteps, &ladder)?;
        out.line(format_args!(
            "opportunities: {looked} {} looked at",
            noun(looked, "stay")
        ))?;
        tell(&mut out, &session, &Action::AdvanceQueries, &queries)?;
    }
    out.done(Exit::Done)
}
