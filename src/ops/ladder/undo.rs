//! Undoing a decision about a step.

use super::super::error::Result;
use super::{UndoableStep, history};
use crate::domain::ids::StepId;
use crate::domain::ladder::ProviderStep;
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
        let reason = format!("undo of {action}").into();
        history(
            tx,
            ended,
            "ladder.undo",
            ("ended", "in force"),
            &reason,
            None,
        )?;
    }
    let back = ProviderStep {
        version: now.version,
        ..undoable.was
    };
    tx.save_step(&back)?;
    let reason = format!("undo of {action}").into();
    let words = (now.state.name(), back.state.name());
    history(tx, now.id, "ladder.undo", words, &reason, None)?;
    Ok(Ok(()))
}
