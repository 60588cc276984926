//! Taking back what the review of a stay can take back: drafts, lists, hand-overs, notes.

use super::super::error::Result;
use crate::domain::ids::{EncounterId, NoteId, ReviewId};
use crate::domain::review::{ListKind, ListedDiagnosis, Review, ReviewState, ReviewWords};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{Event, StoreError, Tx, UndoEvent};
use serde::{Deserialize, Serialize};

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

#[derive(Default, Deserialize, Serialize)]
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
    // A hand-over and a note are not made anew by doing them again: they are said anew.
    let plain = |done: bool| done.then(String::new);
    let done = match event.kind.as_str() {
        DRAFT => draft(tx, actor, ReviewId(event.object), before.words)?,
        LIST => list(tx, encounter, &before)?,
        STAGE => plain(tx.undo_stage(before.encounter.unwrap_or(encounter), event.object)?),
        _ => plain(tx.remove_stay_note(NoteId(event.object))?),
    };
    let Some(before) = done else {
        return Ok(Err("changed since; left as it is".to_owned()));
    };
    tx.event(&Event {
        action: "review.undo",
        kind: &event.kind,
        object: event.object,
        encounter: encounter.0,
        from: "",
        to: "",
        reason: &Untrusted::default(),
        detail: serde_json::json!({ "of": event.action }).to_string(),
        before,
    })?;
    tx.changed("review", encounter.0)?;
    Ok(Ok(()))
}

/// A draft goes back to what it said, or goes away if it was begun; gives what doing that again
/// needs, nothing if the draft is not as it was left.
fn draft(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ReviewId,
    words: Option<ReviewWords>,
) -> Result<Option<String>> {
    let own = |r: &Review| r.state == ReviewState::Draft && r.reviewer == actor.user.id;
    let Some(now) = tx.review(id)?.filter(own) else {
        return Ok(None);
    };
    match words {
        Some(words) => {
            tx.rewrite_review(id, now.version, &words)?;
            kept(&Before {
                words: Some(now.words),
                ..Before::default()
            })
        }
        // Only a draft that nobody wrote on since goes away.
        None if now.version == 1 => Ok(tx.delete_draft_review(id)?.then(String::new)),
        None => Ok(None),
    }
}

/// The list gets a further state that says what it said before; gives what doing that again needs.
fn list(tx: &mut Tx<'_>, encounter: EncounterId, before: &Before) -> Result<Option<String>> {
    let Some(kind) = before.list else {
        return Ok(None);
    };
    let (version, entries) = tx.diagnosis_list(encounter, kind)?;
    if version != before.left {
        return Ok(None);
    }
    tx.add_diagnosis_list(encounter, kind, version + 1, &before.entries)?;
    kept(&Before {
        list: Some(kind),
        left: version + 1,
        entries,
        ..Before::default()
    })
}

fn kept(before: &Before) -> Result<Option<String>> {
    let text = serde_json::to_string(before).map_err(StoreError::from)?;
    Ok(Some(text))
}
