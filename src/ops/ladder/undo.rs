//! Undoing a decision about a step.

use super::super::error::Result;
use super::{UndoableStep, end_suspension, history};
use crate::domain::happened::UNDO_OF;
use crate::domain::ids::StepId;
use crate::domain::ladder::{ProviderStep, StepKind, StepState};
use crate::store::{StoreError, Tx};

/// Undoes a decision, if nothing came after it and its letter was not printed.
pub(in crate::ops) fn undo(
    tx: &mut Tx<'_>,
    object: i64,
    before: &str,
    action: &str,
) -> Result<std::result::Result<(), String>> {
    let undoable: UndoableStep = serde_json::from_str(before).map_err(StoreError::from)?;
    let Some(now) = tx.step(StepId(object))? else {
        return Ok(Err(format!("no step {object}")));
    };
    if now.version != undoable.version {
        return Ok(Err("changed since; left as it is".into()));
    }
    if undoable.taken_back {
        return decide_again(tx, &now, undoable.was);
    }
    if undoable.ended.is_some() && tx.suspensions()?.iter().any(|s| s.provider == now.provider) {
        return Ok(Err("they were suspended again since".into()));
    }
    if let Some(letter) = now.letter {
        if tx.letter(letter)?.is_some_and(|l| l.row.copies > 0) {
            return Ok(Err("its letter was printed already".into()));
        }
        tx.withdraw_letter(letter)?;
    }
    if let Some(ended) = undoable.ended {
        let Some(mut suspension) = tx.step(ended)? else {
            return Ok(Err(format!("no step {ended}")));
        };
        suspension.ended = None;
        tx.save_step(&suspension)?;
        let reason = format!("{UNDO_OF}{action}").into();
        history(
            tx,
            ended,
            "ladder.undo",
            ("ended", "in force"),
            &reason,
            None,
        )?;
    }
    let mut back = ProviderStep {
        version: now.version,
        ..undoable.was
    };
    if back.state == StepState::Withdrawn {
        back.decided = Some(tx.now);
    }
    tx.save_step(&back)?;
    let reason = format!("{UNDO_OF}{action}").into();
    let words = (now.state.name(), back.state.name());
    let again = UndoableStep {
        version: now.version + 1,
        was: now.clone(),
        ended: None,
        taken_back: true,
    };
    history(tx, now.id, "ladder.undo", words, &reason, Some(&again))?;
    Ok(Ok(()))
}

/// Redo: a decision that was taken back stands again, with the letter it had made.
fn decide_again(
    tx: &mut Tx<'_>,
    now: &ProviderStep,
    decided: ProviderStep,
) -> Result<std::result::Result<(), String>> {
    let confirmed = decided.state == StepState::Confirmed;
    if confirmed
        && decided.kind == StepKind::Suspension
        && tx.suspensions()?.iter().any(|s| s.provider == now.provider)
    {
        return Ok(Err("they were suspended again since".into()));
    }
    let mut ended = None;
    if confirmed && decided.kind == StepKind::Lifting {
        ended = end_suspension(tx, now.provider)?;
        if ended.is_none() {
            return Ok(Err("no suspension is in force".into()));
        }
    }
    if let Some(letter) = decided.letter {
        tx.restore_letter(letter)?;
    }
    let new = ProviderStep {
        version: now.version,
        ..decided
    };
    tx.save_step(&new)?;
    let undo = UndoableStep {
        version: now.version + 1,
        was: now.clone(),
        ended,
        taken_back: false,
    };
    let reason = "done again".into();
    let words = (now.state.name(), new.state.name());
    history(tx, now.id, "ladder.redo", words, &reason, Some(&undo))?;
    Ok(Ok(()))
}
