//! One action done, and told: what every verb that changes something ends with.

use super::output::{Exit, Failure, Out, Result, complain, note};
use super::session::{Session, new_request};
use crate::domain::action::Action;
use crate::ops::{OpsError, Outcome, StoreError};
use crate::text::show;
use serde_json::json;

/// Does an action and tells what it did.
pub fn act(session: &Session, action: &Action, json: bool) -> Result {
    let request = new_request();
    let outcome: Outcome = session.office.act(&session.actor, &request, action)?;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({
            "kind": "outcome", "request": request, "done": outcome.done,
            "refused": outcome.refused.iter().map(|(id, why)| json!({ "id": id, "reason": why })).collect::<Vec<_>>(),
            "undoable": outcome.undoable, "taken": outcome.taken
        }))?;
    } else {
        for (id, why) in &outcome.refused {
            note(&format!("{id} left as it is: {why}"));
        }
        let done: Vec<String> = outcome.done.iter().map(ToString::to_string).collect();
        let again = " (`chartroom deficiency undo` takes it back)";
        let undo = if outcome.undoable { again } else { "" };
        if let Some(taken) = outcome.taken {
            let row = session.office.detail(&session.actor, taken.deficiency)?.row;
            out.line(format_args!(
                "taken: visit {}  {} {}",
                show(&row.visit),
                show(&row.mrn),
                show(&row.patient_name)
            ))?;
        }
        let what = ["done", "undone"][usize::from(matches!(action, Action::Undo { .. }))];
        out.line(format_args!(
            "{what}: {}{undo}",
            if done.is_empty() {
                "nothing".to_owned()
            } else {
                done.join(", ")
            }
        ))?;
    }
    out.done(Exit::of(
        !outcome.done.is_empty(),
        !outcome.refused.is_empty(),
    ))
}

/// Does one action after the other. One that is refused is told and does not keep the rest from
/// being done.
pub fn act_each(
    session: &Session,
    actions: impl IntoIterator<Item = Action>,
    json: bool,
) -> Result<Vec<Exit>> {
    let one = |action: Action| match act(session, &action, json) {
        Err(Failure::Ops(error @ (OpsError::Refused(_) | OpsError::Store(StoreError::Stale)))) => {
            complain(&error.to_string());
            Ok(Exit::Left)
        }
        ended => ended,
    };
    actions.into_iter().map(one).collect()
}
