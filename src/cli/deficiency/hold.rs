//! Holds of whole charts.

use super::super::output::Result;
use super::super::session::Session;
use super::one_of;
use crate::cli::act::act;
use crate::cli::named::{end_of_day, visit};
use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;

/// Puts a chart on hold: reason, end and comment as typed.
pub fn chart(
    session: &Session,
    number: &str,
    (reason, until, comment): (&str, Option<&str>, &str),
    json: bool,
) -> Result {
    let action = Action::HoldChart {
        encounter: visit(session, number)?,
        reason: one_of(
            reason,
            HoldReason::from_name,
            HoldReason::OF_CHART.iter().map(|r| r.name()),
        )?,
        until: until.map(|t| end_of_day(session, t)).transpose()?,
        comment: comment.into(),
    };
    act(session, &action, json)
}

/// Ends the hold of a chart.
pub fn end(session: &Session, number: &str, comment: &str, json: bool) -> Result {
    let action = Action::EndChartHold {
        encounter: visit(session, number)?,
        comment: comment.into(),
    };
    act(session, &action, json)
}
