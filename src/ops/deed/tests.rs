//! What the program says after an act.

use super::super::testing::{Hospital, at, bare_stay};
use super::{Deed, How};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::{DeclineReason, HoldReason};
use crate::domain::happened::happened;
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::worklist::{QueueSort, QueueView, SavedView};

fn hospital() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.analyze();
    h
}

/// Does it, and says what was done.
fn said(h: &Hospital, action: Action) -> String {
    let outcome = h.act(action.clone()).unwrap();
    let deed = h.office.deed(&action, &outcome);
    deed.told(How::Done, outcome.done.len(), &outcome.refused)
}

fn items(h: &Hospital, kinds: &[&str]) -> Vec<(DeficiencyId, i64)> {
    let rows = h.queue(QueueView::All).rows;
    let of = rows.iter().filter(|r| kinds.contains(&r.kind.as_str()));
    of.map(|r| (r.id, r.version)).collect()
}

fn change(h: &Hospital, kinds: &[&str], change: DeficiencyChange) -> String {
    let items = items(h, kinds);
    said(h, Action::ChangeDeficiencies { items, change })
}

fn complete() -> DeficiencyChange {
    DeficiencyChange::Complete { comment: "".into() }
}

#[test]
fn one_item_is_named_with_what_follows_and_several_are_counted() {
    let h = hospital();
    assert_eq!(
        change(&h, &["DS-M"], complete()),
        "Discharge summary missing (Smith,Pat) completed; 1 left on the chart"
    );
    let reopen = DeficiencyChange::Reopen { reason: "".into() };
    let id = h.act(Action::ChangeDeficiencies {
        items: vec![],
        change: reopen,
    });
    assert!(id.unwrap().done.is_empty());
    assert_eq!(
        change(&h, &["HP-M"], complete()),
        "History and physical missing (Smith,Pat) completed; nothing is left on the chart"
    );
    let h = hospital();
    assert_eq!(
        change(&h, &["DS-M", "HP-M"], complete()),
        "2 items completed"
    );
}

#[test]
fn what_is_not_done_says_so_and_why() {
    let h = hospital();
    let decline = |comment: &str| DeficiencyChange::Decline {
        reason: DeclineReason::ALL[0],
        comment: comment.into(),
    };
    assert_eq!(
        change(&h, &["DS-M"], decline("")),
        "Discharge summary missing (Smith,Pat) declined; HIM answers"
    );
    assert_eq!(
        change(&h, &["DS-M"], decline("")),
        "Not declined: it is declined already"
    );
    assert_eq!(
        change(&h, &["DS-M", "HP-M"], decline("")),
        "History and physical missing (Smith,Pat) declined; HIM answers; \
         1 left as it is: it is declined already"
    );
    assert_eq!(
        change(&h, &["DS-M", "HP-M"], decline("")),
        "2 items not declined: it is declined already"
    );
}

#[test]
fn an_absence_and_a_view_are_named() {
    let h = hospital();
    let provider = ProviderId(h.office.providers(&h.me, "Smith", 2).unwrap()[0].id);
    let absence = Action::AddAbsence {
        provider,
        reason: HoldReason::AWAY[0],
        from: at("2026-03-20T12:00:00Z"),
        until: Some(at("2026-03-29T03:59:59Z")),
        comment: "".into(),
    };
    assert_eq!(
        said(&h, absence),
        "Absence of Smith,Pat recorded, 2026-03-20 to 2026-03-28"
    );
    let view = SavedView {
        name: "late-surgery".into(),
        view: QueueView::All,
        filter: String::new(),
        sort: QueueSort::Due,
        reverse: false,
    };
    assert_eq!(said(&h, Action::SaveView(view)), "View late-surgery saved");
}

#[test]
fn taking_back_says_what() {
    let h = hospital();
    let request = h.request();
    let action = Action::ChangeDeficiencies {
        items: items(&h, &["DS-M"]),
        change: complete(),
    };
    h.office.act(&h.me, &request, &action).unwrap();
    assert_eq!(
        said(&h, Action::Undo { request }),
        "Undone: Discharge summary missing (Smith,Pat) completed"
    );
}

#[test]
fn nothing_one_and_many_are_told_apart() {
    let told = |n| Deed::each(n, "item", "completed").told(How::Done, n, &[]);
    assert_eq!(told(0), "Nothing completed");
    assert_eq!(told(1), "1 item completed");
    assert_eq!(told(2), "2 items completed");
    let query = Deed::each(1, "query", "sent").one("Sent to Smith,Pat");
    assert_eq!(query.and(&query).sentence(), "2 queries sent");
    let whole = Deed::whole("View x saved");
    assert_eq!(whole.and(&whole).sentence(), "View x saved");
}

/// Whatever an action is called in history has words of its own.
#[test]
fn every_name_of_an_action_has_words() {
    let sources = [
        include_str!("../act/name.rs"),
        include_str!("../../domain/deficiency_change.rs"),
        include_str!("../../domain/query_life.rs"),
        include_str!("../../domain/named_list.rs"),
        include_str!("../../domain/review_action.rs"),
        include_str!("../../domain/ladder.rs"),
    ];
    let mut seen = 0;
    for line in sources.iter().flat_map(|s| s.lines()) {
        let Some((_, name)) = line.trim().split_once("=> \"") else {
            continue;
        };
        let name = name.split('"').next().unwrap_or_default();
        if name.contains('.') {
            assert!(happened(name).is_some(), "{name} has no words");
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen}");
}
