//! What happened, in the field's words: history and audit name it as code does
//! (`deficiency.uphold`), people read it as `upheld`.

use super::audit::HistoryEntry;
use super::untrusted::Untrusted;

/// How the reason of what took something back begins; the name of what was taken back follows.
pub const UNDO_OF: &str = "undo of ";

/// The words for what history and audit call `action`; `None` where there are none.
pub fn happened(action: &str) -> Option<&'static str> {
    let (kind, what) = action.split_once('.').unwrap_or(("", action));
    match kind {
        "deficiency" => to_item(what),
        "ladder" | "letter" => on_ladder(what, kind == "letter"),
        "query" => to_query(what),
        "review" | "chart" | "coding" | "coder" => to_stay(what),
        "absence" | "cover" => to_provider(kind, what),
        "list" | "search" | "view" | "opportunity" | "user" | "preference" => to_own(kind, what),
        _ => Some(match action {
            "undo" => "taken back",
            "import.batch" => "imported",
            "analysis.run" => "analyzed",
            "patient.merge" => "merged",
            _ => return None,
        }),
    }
}

/// What an action is called where work is counted (`items completed`): its words of history where it
/// has none of its own, its name where there are neither.
pub fn worked(action: &str) -> &str {
    counted_work(action)
        .or_else(|| happened(action))
        .unwrap_or(action)
}

fn counted_work(action: &str) -> Option<&'static str> {
    Some(match action {
        "deficiency.add" => "items added",
        "deficiency.complete" => "items completed",
        "deficiency.assign" => "items reassigned",
        "deficiency.decline" => "items declined",
        "deficiency.uphold" => "declined items upheld",
        "deficiency.void" => "items voided",
        "deficiency.hold" => "holds placed",
        "deficiency.release_hold" => "holds ended",
        "deficiency.answer" => "items answered by a document",
        "deficiency.not_answer" => "documents found to answer nothing",
        "deficiency.reopen" => "items reopened",
        "deficiency.advance" => "items moved on",
        "deficiency.undo" => "changes taken back",
        "deficiency.take" => "items taken with their chart",
        "deficiency.release" => "items given back",
        "deficiency.request" => "addenda asked for",
        "deficiency.reassign_all" => "items reassigned, all of a provider's",
        "ladder.confirm" => "steps confirmed",
        "ladder.dismiss" => "steps dismissed",
        "ladder.lift" => "suspensions lifted",
        "ladder.undo" => "decisions of the ladder taken back",
        "ladder.redo" => "decisions of the ladder made again",
        "query.issue" => "queries issued",
        "query.withdraw" => "queries withdrawn",
        "query.answer" => "queries answered",
        _ => return None,
    })
}

fn to_item(what: &str) -> Option<&'static str> {
    Some(match what {
        "open" => "found by its rule",
        "add" => "added",
        "request" => "addendum asked for",
        "complete" => "completed",
        "clear" => "answered by a document",
        "assign" | "reassign_all" => "reassigned",
        "decline" => "declined",
        "uphold" => "upheld",
        "void" => "voided",
        "reopen" => "opened again",
        "advance" => "moved on",
        "answer" => "said to be answered by a document",
        "not_answer" => "said not to be answered by a document",
        "hold" => "put on hold",
        "release_hold" => "taken off hold",
        "hold_ended" => "hold over",
        "hold_changed" => "time on hold reckoned again",
        "take" => "chart taken",
        "release" => "chart given back",
        "undo" => "change taken back",
        _ => return None,
    })
}

fn on_ladder(what: &str, letter: bool) -> Option<&'static str> {
    Some(match what {
        "propose" => "proposed",
        "update" => "brought up to date",
        "withdraw" => "withdrawn",
        "confirm" => "confirmed",
        "dismiss" => "dismissed",
        "lift" => "lifted",
        "end" => "ended",
        "undo" => "decision taken back",
        "redo" => "decided so again",
        "print" if letter => "letter printed",
        "reprint" if letter => "letter printed again",
        _ => return None,
    })
}

fn to_query(what: &str) -> Option<&'static str> {
    Some(match what {
        "issue" => "sent",
        "verbal" => "recorded as asked by word of mouth",
        "answer" => "answered",
        "withdraw" => "withdrawn",
        "discard" => "discarded",
        "redirect" => "sent to somebody else",
        "remind" => "reminded",
        "escalate" => "escalated",
        "expire" => "left unanswered",
        "addendum" => "addendum asked for",
        "reconcile" => "reconciled",
        "close" => "closed",
        "advance" => "ladder of queries run",
        "override" => "check overruled",
        _ => return None,
    })
}

fn to_stay(what: &str) -> Option<&'static str> {
    Some(match what {
        "save" => "saved",
        "sign" => "signed",
        "discard" => "discarded",
        "add" => "added to",
        "diagnoses" => "diagnoses set",
        "hand_over" => "handed over",
        "note" => "note left",
        "undo" => "change taken back",
        "take" => "taken",
        "release" => "given back",
        "hold" => "put on hold",
        "release_hold" => "taken off hold",
        "undo_hold" => "change of the hold taken back",
        "coded" => "marked as coded",
        "not_coded" => "marked as not coded",
        _ => return None,
    })
}

fn to_provider(kind: &str, what: &str) -> Option<&'static str> {
    Some(match (kind, what) {
        (_, "undo") => "change taken back",
        ("absence", "add") => "absence recorded",
        ("absence", "begin") => "absence begun",
        ("absence", "change") => "absence changed",
        ("absence", "end") => "end of the absence recorded",
        ("cover", "add") => "cover recorded",
        ("cover", "end") => "cover ended",
        ("cover", "group") => "coverage group set",
        ("cover", "rename") => "coverage group renamed",
        _ => return None,
    })
}

fn to_own(kind: &str, what: &str) -> Option<&'static str> {
    Some(match (kind, what) {
        (_, "undo") => "change taken back",
        ("list", "add") => "put on the list",
        ("list", "make") => "list made",
        ("list", "note") => "noted",
        ("list", "done") => "done",
        ("list", "not_done") => "open again",
        ("list", "remove") => "taken off the list",
        ("list", "share") => "list shared",
        ("opportunity", "dismiss") => "set aside",
        ("user" | "preference", _) => "changed",
        (_, "clear_history") => "history cleared",
        (_, "save") => "saved",
        (_, "rename") => "renamed",
        (_, "delete") => "deleted",
        _ => return None,
    })
}

impl HistoryEntry {
    /// What happened, in words; the name itself where there are none.
    pub fn happened(&self) -> String {
        let words = happened(&self.action).unwrap_or(&self.action);
        match self.taken_back() {
            Some(what) if self.action.ends_with(".undo") => format!("taken back: {what}"),
            Some(_) if self.action.ends_with(".redo") => words.to_owned(),
            Some(what) => format!("{words}, taken back: {what}"),
            None => words.to_owned(),
        }
    }

    /// The reason a person gave; blank where nobody did.
    pub fn said(&self) -> Untrusted {
        match self.taken_back() {
            Some(_) => Untrusted::default(),
            None => self.reason.clone(),
        }
    }

    /// All of it as one line: what happened, from what to what, and the reason.
    pub fn line(&self) -> Untrusted {
        let change = match (self.from.as_str(), self.to.as_str(), &self.owners) {
            (from, to, _) if from == to || to.is_empty() => String::new(),
            (_, _, Some((from, to))) => format!(", {} to {}", from.raw(), to.raw()),
            ("", to, _) => format!(", now {to}"),
            (from, to, _) => format!(", {from} to {to}"),
        };
        let said = self.said();
        let between = if said.is_blank() { "" } else { "; " };
        let words = self.happened();
        format!("{words}{change}{between}{}", said.raw()).into()
    }

    fn taken_back(&self) -> Option<&'static str> {
        happened(self.reason.raw().strip_prefix(UNDO_OF)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::EventId;
    use crate::domain::time::Instant;

    fn entry(action: &str, (from, to): (&str, &str), reason: &str) -> HistoryEntry {
        HistoryEntry {
            id: EventId(1),
            at: Instant(0),
            user_name: "KIM".into(),
            action: action.into(),
            from: from.into(),
            to: to.into(),
            reason: reason.into(),
            owners: None,
        }
    }

    #[test]
    fn a_line_of_history_is_words_and_says_what_was_taken_back() {
        let told = |action, states, reason| entry(action, states, reason).line().into_raw();
        assert_eq!(
            told(
                "deficiency.undo",
                ("open", "declined"),
                "undo of deficiency.uphold"
            ),
            "taken back: upheld, open to declined"
        );
        assert_eq!(
            told("deficiency.release", ("", ""), "undo of deficiency.take"),
            "chart given back, taken back: chart taken"
        );
        assert_eq!(
            told("deficiency.decline", ("open", "declined"), "Not my patient"),
            "declined, open to declined; Not my patient"
        );
        assert_eq!(
            told("deficiency.complete", ("open", "completed"), ""),
            "completed, open to completed"
        );
        // What a person wrote stays as they wrote it.
        assert_eq!(
            told("deficiency.void", ("", ""), "undo of the operation"),
            "voided; undo of the operation"
        );
    }
}
