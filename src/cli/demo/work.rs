//! What the department of the demo hospital has done by the time somebody looks: items and charts on
//! hold, providers who are away, one who stands in.
//!
//! The same charts at the same hour give the same work. What a rule does not excuse stays as it is.

use super::super::output::Result;
use super::super::session::{Session, new_request};
use crate::demo::{Act, Planted};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{HoldReason, QueueRow};
use crate::domain::ids::ProviderId;
use crate::domain::report::TotalSort;
use crate::domain::time::Instant;
use crate::domain::worklist::{QueueFilter, QueueRequest, QueueSort, QueueView};
use crate::ops::OpsError;

/// Stays the rules of opportunities look at in one go.
const STAYS: usize = 500;

/// Whole charts on hold.
const CHARTS: usize = 2;

/// Does it.
pub fn done(session: &Session, planted: &[Planted]) -> Result<()> {
    holds(session, planted)?;
    charts(session)?;
    absences(session)?;
    look(session)
}

/// The rules look at every stay that changed, as they do where people work.
pub fn look(session: &Session) -> Result<()> {
    let (office, actor) = (&session.office, &session.actor);
    while office.see_opportunities(actor, STAYS)?.left > 0 {}
    Ok(())
}

/// Every change goes through the one door; a rule that refuses is part of the story.
fn act(session: &Session, action: &Action) -> Result<bool> {
    let done = session.office.act(&session.actor, &new_request(), action);
    match done {
        Ok(outcome) => Ok(outcome.refused.is_empty()),
        Err(OpsError::Refused(_)) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

fn open(session: &Session, filter: QueueFilter, sort: QueueSort) -> Result<Vec<QueueRow>> {
    let request = QueueRequest {
        view: QueueView::All,
        filter,
        sort,
        reverse: false,
        after: None,
        limit: session.office.settings.page_rows,
    };
    Ok(session.office.queue(&session.actor, &request)?.rows)
}

/// The holds that were planted.
fn holds(session: &Session, planted: &[Planted]) -> Result<()> {
    let now = session.office.now();
    for p in planted {
        let Some(Act::Hold(reason, days)) = p.act else {
            continue;
        };
        let filter = QueueFilter {
            encounter: Some(super::super::named::visit(session, &p.visit)?),
            kinds: vec![p.kind.clone()],
            ..QueueFilter::default()
        };
        let rows = open(session, filter, QueueSort::Due)?;
        let Some(row) = rows.iter().find(|r| r.held_since.is_none()) else {
            continue;
        };
        let change = DeficiencyChange::PlaceHold {
            reason,
            comment: "".into(),
            until: Some(now.plus_hours(24 * days)),
        };
        let items = vec![(row.id, row.version)];
        act(session, &Action::ChangeDeficiencies { items, change })?;
    }
    Ok(())
}

/// The oldest charts that lack a summary are not to be had.
fn charts(session: &Session) -> Result<()> {
    let filter = QueueFilter {
        kinds: vec!["DS-M".to_owned()],
        ..QueueFilter::default()
    };
    let mut held = 0;
    for row in open(session, filter, QueueSort::Age)? {
        let action = Action::HoldChart {
            encounter: row.encounter,
            reason: HoldReason::ChartUnavailable,
            until: Some(session.office.now().plus_hours(24 * 5)),
            comment: "at the outside archive".into(),
        };
        held += usize::from(act(session, &action)?);
        if held == CHARTS {
            break;
        }
    }
    Ok(())
}

/// Of the providers who owe most one is on vacation, one ill without an end, one will be away; the
/// fourth stands in for the second.
fn absences(session: &Session) -> Result<()> {
    let (office, actor) = (&session.office, &session.actor);
    let totals = office.provider_totals(actor, TotalSort::Open, 5)?;
    let who: Vec<ProviderId> = totals.into_iter().filter_map(|t| t.provider).collect();
    let day = |n: i64| {
        let days = jiff::Span::new().days(n);
        office.today().saturating_add(days)
    };
    let away = [
        (HoldReason::Vacation, -1, Some(5)),
        (HoldReason::Illness, -2, None),
        (HoldReason::Leave, 3, Some(17)),
    ];
    for (provider, (reason, from, until)) in who.iter().zip(away) {
        let action = Action::AddAbsence {
            provider: *provider,
            reason,
            from: Instant::start_of(day(from), &office.zone),
            until: until.map(|n| Instant::end_of(day(n), &office.zone)),
            comment: "".into(),
        };
        act(session, &action)?;
    }
    if let [_, ill, _, other, ..] = who.as_slice() {
        let action = Action::AddCover {
            provider: *ill,
            by: *other,
            from: office.now(),
            until: None,
            reason: "while ill".into(),
        };
        act(session, &action)?;
    }
    Ok(())
}
