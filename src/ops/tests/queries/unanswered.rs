//! The ladder of a query nobody answers.

use super::{actions, change, detail, hospital, issued, nightly, query, says, who};
use crate::domain::action::Action;
use crate::domain::deficiency::HoldReason;
use crate::domain::query::QueryState;
use crate::domain::query_life::QueryChange;
use crate::ops::testing::{Hospital, at};

#[test]
fn the_ladder_reminds_escalates_and_lets_expire_each_step_once() {
    let h = hospital();
    let id = issued(&h);
    let step = |time: &str| {
        h.clock.set(at(time));
        let run = nightly(&h);
        assert_eq!(nightly(&h).reminded + nightly(&h).escalated, 0, "once");
        (run.reminded, run.escalated, run.expired)
    };
    // Asked on a Sunday at 10:00: two working days are Tuesday at 10:00.
    assert_eq!(step("2026-03-24T13:59:00Z"), (0, 0, 0));
    let next = detail(&h, id).row.standing.next.unwrap();
    assert_eq!(next.at, Some(at("2026-03-24T14:00:00Z")));
    assert_eq!(step("2026-03-24T14:00:00Z"), (1, 0, 0));
    assert_eq!(query(&h, id).escalation.level, 1);
    assert_eq!(step("2026-03-26T14:00:00Z"), (1, 0, 0));
    assert!(!h.open().contains(&"QRY".to_owned()));
    assert_eq!(step("2026-03-30T14:00:00Z"), (0, 1, 0));
    assert!(
        h.open().contains(&"QRY".to_owned()),
        "overdue since the 27th"
    );
    let standing = detail(&h, id).row.standing;
    assert_eq!(standing.last, "Physician advisor");
    assert_eq!(standing.next.unwrap().who, "the administration");
    assert_eq!(step("2026-04-21T14:00:00Z"), (0, 1, 1));
    let expired = query(&h, id);
    assert_eq!(expired.state, QueryState::Expired);
    assert_eq!(expired.ended, Some(h.office.now()));
    assert!(
        !h.open().contains(&"QRY".to_owned()),
        "it may stay unanswered"
    );
    assert_eq!(
        actions(&h, id),
        [
            "query.issue",
            "query.remind",
            "query.remind",
            "query.escalate",
            "query.escalate",
            "query.expire"
        ]
    );
}

#[test]
fn while_the_provider_is_away_the_ladder_stands_still() {
    let h = hospital();
    let id = issued(&h);
    h.act(Action::AddAbsence {
        provider: who(&h, "Smith"),
        reason: HoldReason::Vacation,
        from: at("2026-03-23T12:00:00Z"),
        until: None,
        comment: "".into(),
    })
    .unwrap();
    h.clock.set(at("2026-05-01T14:00:00Z"));
    let run = nightly(&h);
    assert_eq!((run.waiting, run.reminded, run.escalated), (1, 0, 0));
    let next = detail(&h, id).row.standing.next.unwrap();
    assert_eq!((next.title.as_str(), next.at), ("Reminder", None));
    change(
        &h,
        id,
        QueryChange::Redirect {
            provider: who(&h, "Jones"),
            due: at("2026-05-08T14:00:00Z"),
            reason: "Smith is away".into(),
        },
    )
    .unwrap();
    let next = detail(&h, id).row.standing.next.unwrap();
    assert_eq!(next.at, Some(at("2026-05-05T14:00:00Z")));
}

#[test]
fn redirecting_moves_the_overdue_item_and_starts_the_ladder_anew() {
    let h = hospital();
    let id = issued(&h);
    h.clock.set(at("2026-03-30T15:00:00Z"));
    nightly(&h);
    let owner = |h: &Hospital| {
        let open = h.queue(crate::domain::worklist::QueueView::All).rows;
        open.into_iter().find(|r| r.kind == "QRY").map(|r| r.owner)
    };
    assert_eq!(owner(&h), Some(Some(who(&h, "Smith"))));
    let redirect = |to: &str, reason: &str| QueryChange::Redirect {
        provider: who(&h, to),
        due: at("2026-04-03T14:00:00Z"),
        reason: reason.into(),
    };
    says(change(&h, id, redirect("Jones", " ")), "needs a reason");
    says(change(&h, id, redirect("Smith", "x")), "asked already");
    says(change(&h, id, redirect("Stranger", "x")), "L12");
    change(&h, id, redirect("Jones", "operated")).unwrap();
    assert_eq!(owner(&h), None, "not overdue for Jones yet");
    let now = query(&h, id);
    assert_eq!((now.redirects, now.escalation.level), (1, 0));
    assert_eq!(now.asked, Some(h.office.now()));
    let last = detail(&h, id).history.pop().unwrap();
    assert_eq!(last.reason.raw(), "from Smith,Pat to Jones,Pat: operated");
    h.clock.set(at("2026-04-06T15:00:00Z"));
    nightly(&h);
    assert_eq!(owner(&h), Some(Some(who(&h, "Jones"))));
}

#[test]
fn a_step_may_be_taken_by_hand_and_a_query_left_unanswered() {
    let h = hospital();
    let id = issued(&h);
    let reason = || "they do not answer the phone".into();
    says(
        change(&h, id, QueryChange::Escalate { reason: "".into() }),
        "needs a reason",
    );
    for level in 1..=4 {
        change(&h, id, QueryChange::Escalate { reason: reason() }).unwrap();
        assert_eq!(query(&h, id).escalation.level, level);
    }
    says(
        change(&h, id, QueryChange::Escalate { reason: reason() }),
        "expire",
    );
    change(&h, id, QueryChange::Expire { reason: reason() }).unwrap();
    assert_eq!(query(&h, id).state, QueryState::Expired);
}
