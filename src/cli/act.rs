//! One action done, and told: what every verb that changes something ends with.

use super::output::{Exit, Failure, Out, Result, complain, note};
use super::session::{Session, new_request};
use crate::domain::action::Action;
use crate::ops::{How, OpsError, Outcome, StoreError};
use crate::text::{noun, show};
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
        if let Some(taken) = &outcome.taken {
            let row = session.office.detail(&session.actor, taken.deficiency)?.row;
            out.line(format_args!(
                "taken: visit {}  {} {}",
                show(&row.visit),
                show(&row.mrn),
                show(&row.patient_name)
            ))?;
        }
        tell(&mut out, session, action, &outcome)?;
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

/// Says what was done, in the sentence the screens say it in; every refusal goes to standard error.
pub fn tell(out: &mut Out, session: &Session, action: &Action, outcome: &Outcome) -> Result<()> {
    for (id, why) in &outcome.refused {
        note(&format!("{id} left as it is: {why}"));
    }
    let deed = session.office.deed(action, outcome);
    let told = deed.told(How::Done, outcome.done.len(), &[]);
    let undo = match outcome.undoable {
        true => " (`chartroom deficiency undo` takes it back)",
        false => "",
    };
    out.line(format_args!("{told}{}{undo}", numbers(action, outcome)))
}

/// The numbers of what was made: the next command may name them.
fn numbers(action: &Action, outcome: &Outcome) -> String {
    let makes = matches!(
        action,
        Action::AddDeficiency { .. }
            | Action::AddForDocuments { .. }
            | Action::AddFromCatalogue { .. }
            | Action::AddAbsence { .. }
            | Action::AddCover { .. }
    );
    let made: Vec<String> = outcome.done.iter().map(ToString::to_string).collect();
    match made.len() {
        0 => String::new(),
        _ if !makes => String::new(),
        n => format!("; {} {}", noun(n, "number"), made.join(", ")),
    }
}
