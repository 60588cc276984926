//! Taking back what the review of a stay can take back: drafts, lists, hand-overs, notes.

use super::super::error::Result;
use crate::domain::ids::{EncounterId, NoteId, ReviewId};
use crate::domain::review::{ListKind, ListedDiagnosis, ReviewState, ReviewWords};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{Event, StoreError, Tx, UndoEvent};
use serde::Deserialize;

/// Kind of a review in the history.
pub(super) const DRAFT: &str = "review";
/// Kind of a state of a list of diagnoses.
pub(super) const LIST: &str = "diagnosis_list";
/// Kind of a hand-over.
pub(in super::super) const STAGE: &str = "stay_stage";
/// Kind of a note on a stay.
pub(super) const NOTE: &str = "stay_note";

/// The kinds whose undoing is ours.
pub(in super::super) const KINDS: [&str; 4] = [DRAFT, LIST, STAGE, NOTE];

#[derive(Deserialize)]
struct Before {
    /// Of a draft: what it said; none if it was begun.
    #[serde(default)]
    words: Option<ReviewWords>,
    /// Of a list: which, the version it was left in, what it was.
    #[serde(default)]
    list: Option<ListKind>,
    #[serde(default)]
    left: i64,
    #[serde(default)]
    entries: Vec<ListedDiagnosis>,
    /// Of a hand-over or a note: the stay.
    #[serde(default)]
    encounter: Option<EncounterId>,
}

/// Takes one event back; words if it cannot be.
pub(in super::super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    event: &UndoEvent,
    encounter: EncounterId,
) -> Result<std::result::Result<(), String>> {
    let before: Before = serde_json::from_str(&event.before).map_err(StoreError::from)?;
    let done = match event.kind.as_str() {
        DRAFT => draft(tx, actor, ReviewId(event.object), before.words)?,
        LIST => list(tx, encounter, &before)?,
        STAGE => tx.undo_stage(before.encounter.unwrap_or(encounter), event.object)?,
        _ => tx.remove_stay_note(NoteId(event.object))?,
    };
    if !done {
        return Ok(Err("changed since; left as it is".to_owned()));
    }
    tx.event(&Event {
        action: "review.undo",
        kind: &event.kind,
        object: event.object,
        encounter: encounter.0,
        from: "",
        to: "",
        reason: &Untrusted::default(),
        detail: serde_json::json!({ "of": event.action }).to_string(),
        before: String::new(),
    })?;
    tx.changed("review", encounter.0)?;
    Ok(Ok(()))
}

/// A draft goes back to what it said, or goes away if it was begun.
fn draft(tx: &mut Tx<'_>, actor: &Actor, id: ReviewId, words: Option<ReviewWords>) -> Result<bool> {
    let Some(now) = tx.review(id)? else {
        return Ok(false);
    };
    if now.state != ReviewState::Draft || now.reviewer != actor.user.id {
        return Ok(false);
    }
    match words {
        Some(words) => {
            tx.rewrite_review(id, now.version, &words)?;
            Ok(true)
        }
        // Only a draft that nobody wrote on since goes away.
        None if now.version == 1 => Ok(tx.delete_draft_review(id)?),
        None => Ok(false),
    }
}

/// The list gets a further state that says what it said before.
fn list(tx: &mut Tx<'_>, encounter: EncounterId, before: &Before) -> Result<bool> {
    let Some(kind) = before.list else {
        return Ok(false);
    };
    let (version, _) = tx.diagnosis_list(encounter, kind)?;
    if version != before.left {
        return Ok(false);
    }
    tx.add_diagnosis_list(encounter, kind, version + 1, &before.entries)?;
    Ok(true)
}
