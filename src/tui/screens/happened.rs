//! What happened to an item or a step, in words: histories name it as the audit log does.

use crate::text::{Shown, show};

/// The words for what the audit log calls `action`; the action itself where there are none.
pub fn happened(action: &str) -> Shown {
    match words(action) {
        Some(words) => Shown::own(words),
        None => show(&action.into()),
    }
}

fn words(action: &str) -> Option<&'static str> {
    Some(match action {
        "deficiency.open" => "found by its rule",
        "deficiency.add" => "added",
        "deficiency.request" => "addendum asked for",
        "deficiency.complete" => "completed",
        "deficiency.clear" => "answered by a document",
        "deficiency.assign" => "reassigned",
        "deficiency.decline" => "declined",
        "deficiency.uphold" => "upheld",
        "deficiency.void" => "voided",
        "deficiency.reopen" => "opened again",
        "deficiency.advance" => "moved on",
        "deficiency.answer" => "said to be answered by a document",
        "deficiency.not_answer" => "said not to be answered by a document",
        "deficiency.hold" => "put on hold",
        "deficiency.release_hold" => "taken off hold",
        "deficiency.hold_ended" => "hold over",
        "deficiency.hold_changed" => "time on hold reckoned again",
        "deficiency.take" => "chart taken",
        "deficiency.release" => "chart given back",
        "deficiency.undo" => "change taken back",
        "ladder.propose" => "proposed",
        "ladder.update" => "brought up to date",
        "ladder.withdraw" => "withdrawn",
        "ladder.confirm" => "confirmed",
        "ladder.dismiss" => "dismissed",
        "ladder.lift" => "lifted",
        "ladder.end" => "ended",
        "ladder.undo" => "decision taken back",
        "ladder.redo" => "decided so again",
        "letter.print" => "letter printed",
        "letter.reprint" => "letter printed again",
        _ => return None,
    })
}
