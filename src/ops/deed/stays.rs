//! What was done to stays: their reviews, their coding.

use super::{Deed, past};
use crate::domain::action::Action;
use crate::domain::review::{ListKind, Stage};
use crate::domain::review_action::ReviewAction;
use crate::text::counted;

/// What was said of the coding of a stay.
pub(super) fn coding(action: &Action) -> Deed {
    let said = past(action);
    match action {
        Action::NoteToCoder { .. } => Deed::each(1, "note", "left")
            .one("Note left")
            .then("the coder sees it with the stay"),
        _ => Deed::each(1, "stay", said).one(format!("Stay {said}")),
    }
}

/// What was done in the review of a stay.
pub(super) fn review(action: &ReviewAction) -> Deed {
    match action {
        ReviewAction::Save { sign: false, .. } => {
            Deed::each(1, "review", "saved").one("Review saved, not signed")
        }
        ReviewAction::Save { sign: true, .. } => Deed::each(1, "review", "signed")
            .one("Review signed")
            .then("it stays as it is from now on"),
        ReviewAction::Discard { .. } => {
            Deed::each(1, "review", "discarded").one("Unsigned review discarded")
        }
        ReviewAction::Add { .. } => {
            Deed::each(1, "review", "added to").one("Added to the signed review")
        }
        ReviewAction::SetDiagnoses { list, entries, .. } => {
            let which = match list {
                ListKind::Working => "Working",
                ListKind::Final => "Final",
            };
            let codes = counted(entries.len(), "entry");
            Deed::each(1, "list", "set").one(format!("{which} diagnoses set: {codes}"))
        }
        ReviewAction::HandOver { to, .. } => {
            let said = match to {
                Stage::Cdi => "handed back to CDI",
                Stage::Coder => "handed over to the coder",
                Stage::Final => "finally coded",
            };
            Deed::each(1, "stay", said).one(format!("Stay {said}"))
        }
        ReviewAction::Note { private: true, .. } => Deed::each(1, "note", "left")
            .one("Note left")
            .then("only you see it"),
        ReviewAction::Note { private: false, .. } => Deed::each(1, "note", "left")
            .one("Note left")
            .then("whoever opens the review sees it"),
        ReviewAction::Take { .. } => Deed::each(1, "stay", "taken").one("Stay taken"),
        ReviewAction::Release { .. } => Deed::each(1, "stay", "given back").one("Stay given back"),
    }
}
