//! Working diagnoses, and a stay on its way to the coder and back.

use super::{begin, do_as, dx, hand, hospital, list, see, set};
use crate::domain::action::Action;
use crate::domain::review::{ListKind, Stage};
use crate::domain::review_action::ReviewAction as R;
use crate::domain::review_list::ReviewView;
use crate::ops::testing::{at, stay};
use crate::ops::{OpsError, Outcome, StoreError};

#[test]
fn lists_of_diagnoses_keep_their_history_and_refuse_what_is_stale() {
    let (h, cdi, coder) = hospital();
    let first = [
        dx("n179", "Acute kidney failure"),
        dx("", "Anemia, cause unclear"),
    ];
    do_as(&h, &cdi, set(&h, ListKind::Working, 0, &first)).unwrap();
    let stale = do_as(&h, &cdi, set(&h, ListKind::Working, 0, &first));
    assert!(matches!(stale, Err(OpsError::Store(StoreError::Stale))));
    let same = do_as(
        &h,
        &cdi,
        set(
            &h,
            ListKind::Working,
            1,
            &see(&h, &cdi).list(ListKind::Working).entries,
        ),
    );
    assert!(matches!(same, Err(OpsError::Refused(_))));
    for wrong in [
        vec![dx("N1.79", "bad form")],
        vec![dx("", " ")],
        vec![dx("N17.9", "one"), dx("n179", "the same")],
    ] {
        let done = do_as(&h, &cdi, set(&h, ListKind::Working, 1, &wrong));
        assert!(matches!(done, Err(OpsError::Refused(_))), "{wrong:?}");
    }
    let request = h.request();
    let action = Action::Review(set(&h, ListKind::Working, 1, &first[..1]));
    h.office.act(&cdi, &request, &action).unwrap();
    h.office
        .act(&cdi, &h.request(), &Action::Undo { request })
        .unwrap();
    let seen = see(&h, &coder);
    let now = seen.list(ListKind::Working);
    assert_eq!((now.version, now.entries.len()), (3, 2));
    assert_eq!(now.entries[0].code.raw(), "N17.9");
    assert_eq!(seen.lists.len(), 3, "every state is kept");
    // The working list is the specialist's, the final one the coder's.
    let refused = |actor, list| {
        let done = do_as(&h, actor, set(&h, list, 0, &first));
        matches!(done, Err(OpsError::NotPermitted { .. }))
    };
    assert!(refused(&coder, ListKind::Working) && refused(&cdi, ListKind::Final));
    assert_eq!(h.office.agreement(&cdi, h.encounter("v1")).unwrap(), None);
    let coded = [dx("N17.0", "Acute tubular necrosis")];
    do_as(&h, &coder, set(&h, ListKind::Final, 0, &coded)).unwrap();
    let found = h
        .office
        .agreement(&cdi, h.encounter("v1"))
        .unwrap()
        .unwrap();
    assert_eq!((found.principal, found.agreement()), (Some(false), (0, 2)));
}

#[test]
fn what_was_handed_over_comes_in_pages_longest_waiting_first() {
    let (h, cdi, coder) = hospital();
    h.import(vec![stay("v2", "p1"), stay("v3", "p1")]);
    // v3 waits longest; the two others came in the same moment.
    for (visit, later) in [
        ("v3", "2026-03-23T08:00:00Z"),
        ("v1", "2026-03-23T09:00:00Z"),
        ("v2", "2026-03-23T09:00:00Z"),
    ] {
        h.clock.set(at(later));
        let encounter = h.encounter(visit);
        let over = R::HandOver {
            encounter,
            version: 0,
            to: Stage::Coder,
            reason: visit.into(),
        };
        do_as(&h, &cdi, over).unwrap();
    }
    let mut seen = Vec::new();
    let mut after = None;
    let mut pages = 0;
    loop {
        let page = h.office.handed_over(&coder, after, 1).unwrap();
        assert_eq!(page.stays.len(), 1);
        seen.extend(page.stays.into_iter().map(|s| s.encounter));
        pages += 1;
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let mut tied = [h.encounter("v1"), h.encounter("v2")];
    tied.sort();
    assert_eq!(seen, [h.encounter("v3"), tied[0], tied[1]]);
    assert_eq!(pages, 3);
    let all = h.office.handed_over(&coder, None, 3).unwrap();
    assert_eq!(
        (all.stays.len(), all.next.is_none()),
        (3, true),
        "no page follows a full last one"
    );
}

#[test]
fn a_stay_goes_to_the_coder_and_back_and_codes_become_final() {
    let (h, cdi, coder) = hospital();
    let refused = |actor, action| matches!(do_as(&h, actor, action), Err(OpsError::Refused(_)));
    assert!(refused(&cdi, hand(&h, 0, Stage::Final, "")));
    let denied = do_as(&h, &coder, hand(&h, 0, Stage::Coder, ""));
    assert!(matches!(denied, Err(OpsError::NotPermitted { .. })));
    let request = h.request();
    let over = Action::Review(hand(&h, 0, Stage::Coder, "query answered, ready"));
    h.office.act(&cdi, &request, &over).unwrap();
    h.office
        .act(&cdi, &h.request(), &Action::Undo { request })
        .unwrap();
    assert_eq!(see(&h, &cdi).stay.stage, Stage::Cdi);
    let version = see(&h, &cdi).version;
    do_as(
        &h,
        &cdi,
        hand(&h, version, Stage::Coder, "query answered, ready"),
    )
    .unwrap();
    let handed = h.office.handed_over(&coder, None, 10).unwrap().stays;
    assert_eq!(
        handed[0].note.as_ref().unwrap().words.raw(),
        "query answered, ready"
    );
    assert!(
        list(&h, &coder, ReviewView::Coding)
            .rows
            .iter()
            .any(|s| s.visit.raw() == "v1")
    );

    let version = see(&h, &coder).version;
    let stale = do_as(&h, &coder, hand(&h, version - 1, Stage::Cdi, "why"));
    assert!(matches!(stale, Err(OpsError::Store(StoreError::Stale))));
    assert!(
        refused(&coder, hand(&h, version, Stage::Cdi, " ")),
        "a reason is needed"
    );
    assert!(
        refused(&coder, hand(&h, version, Stage::Final, "")),
        "there is no principal diagnosis"
    );
    do_as(
        &h,
        &coder,
        set(
            &h,
            ListKind::Final,
            0,
            &[dx("N17.9", "Acute kidney failure")],
        ),
    )
    .unwrap();
    do_as(&h, &coder, hand(&h, version, Stage::Final, "")).unwrap();
    assert!(refused(
        &coder,
        set(&h, ListKind::Final, 1, &[dx("I10", "Hypertension")])
    ));
    assert_eq!(list(&h, &cdi, ReviewView::Discharged).total, 0);
    assert_eq!(list(&h, &cdi, ReviewView::Final).total, 1);
    let version = see(&h, &coder).version;
    do_as(
        &h,
        &coder,
        hand(&h, version, Stage::Cdi, "new pathology report"),
    )
    .unwrap();
    let steps: Vec<Stage> = see(&h, &cdi).steps.iter().map(|s| s.stage).collect();
    assert_eq!(steps, [Stage::Cdi, Stage::Final, Stage::Coder]);
}

#[test]
fn a_stay_taken_by_one_is_refused_to_others_until_the_lease_ends() {
    let (h, cdi, coder) = hospital();
    let encounter = h.encounter("v1");
    do_as(&h, &cdi, R::Take { encounter }).unwrap();
    assert_eq!(see(&h, &coder).stay.taken_by.unwrap().1.raw(), "cora");
    assert_eq!(list(&h, &cdi, ReviewView::Mine).total, 1);
    let refused = |done: Result<Outcome, OpsError>| matches!(done, Err(OpsError::Refused(why)) if why.contains("cora has this chart"));
    assert!(refused(begin(&h, &h.me, "mine", true)));
    assert!(refused(do_as(&h, &coder, R::Take { encounter })));
    assert!(refused(do_as(&h, &coder, R::Release { encounter })));
    assert!(refused(h.act(Action::Take { encounter })));
    begin(&h, &cdi, "hers", true).unwrap();
    h.clock.set(at("2026-03-22T14:16:00Z"));
    begin(&h, &h.me, "mine", true).unwrap();
}
