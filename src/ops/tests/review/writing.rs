//! A review as it is written: drafts, signatures, addenda, what is typed beside it.

use super::{begin, do_as, hospital, list, see, words};
use crate::domain::action::Action;
use crate::domain::ids::ReviewId;
use crate::domain::record::Record;
use crate::domain::review::{Jotting, JottingKind, ReviewKind, ReviewWords};
use crate::domain::review_action::{ReviewAction as R, ReviewToSave};
use crate::domain::review_list::ReviewView;
use crate::domain::user::{Actor, Role};
use crate::ops::testing::{at, stay};
use crate::ops::{OpsError, StoreError};

#[test]
fn a_signed_review_never_changes_but_can_be_added_to() {
    let (h, cdi, coder) = hospital();
    let id = ReviewId(begin(&h, &cdi, "creatinine doubled", false).unwrap().done[0]);
    assert!(
        see(&h, &coder).reviews.is_empty(),
        "unfinished ones are their reviewer's"
    );
    let version = see(&h, &cdi).draft_of(cdi.user.id).unwrap().version;
    let save = |version, findings: &str, sign| R::Save {
        encounter: h.encounter("v1"),
        draft: Some((id, version)),
        words: words(findings),
        sign,
    };
    assert!(matches!(
        begin(&h, &cdi, "again", false),
        Err(OpsError::Refused(_))
    ));
    assert!(matches!(
        do_as(&h, &h.me, save(version, "not mine", false)),
        Err(OpsError::Refused(_))
    ));
    do_as(
        &h,
        &cdi,
        save(version, "creatinine doubled, urine output falls", false),
    )
    .unwrap();
    let stale = do_as(&h, &cdi, save(version, "older", false));
    assert!(matches!(stale, Err(OpsError::Store(StoreError::Stale))));
    assert!(matches!(
        do_as(&h, &cdi, save(version + 1, " ", true)),
        Err(OpsError::Refused(_))
    ));
    do_as(&h, &cdi, save(version + 1, "to be asked", true)).unwrap();
    let refused = do_as(&h, &cdi, save(version + 2, "changed my mind", false));
    assert!(matches!(refused, Err(OpsError::Refused(why)) if why.contains("never changes")));
    assert!(matches!(
        do_as(&h, &cdi, R::Discard { review: id }),
        Err(OpsError::Refused(_))
    ));
    let add = R::Add {
        review: id,
        words: "nephrology note came".into(),
    };
    do_as(&h, &cdi, add).unwrap();
    let seen = see(&h, &coder);
    assert_eq!(seen.reviews[0].words.findings.raw(), "to be asked");
    assert_eq!(
        seen.reviews[0].additions[0].words.raw(),
        "nephrology note came"
    );
    assert_eq!(
        (seen.stay.reviews, seen.stay.last.unwrap().reviewer),
        (1, cdi.user.id)
    );
    let of_period = |from, until| {
        h.office
            .signed_reviews(&cdi, at(from), at(until))
            .unwrap()
            .len()
    };
    assert_eq!(of_period("2026-03-22T00:00:00Z", "2026-03-23T00:00:00Z"), 1);
    assert_eq!(of_period("2026-03-23T00:00:00Z", "2026-03-24T00:00:00Z"), 0);
}

#[test]
fn a_review_being_typed_is_kept_without_a_trace_and_is_its_writers() {
    let (h, cdi, coder) = hospital();
    let trace = || h.office.store.audit_rows(500).unwrap().len();
    let before = trace();
    let keep = |actor: &Actor, review, findings: &str| {
        let typed = ReviewToSave {
            encounter: h.encounter("v1"),
            review,
            words: words(findings),
        };
        h.office.keep_review(actor, &typed)
    };
    let stale = |done| matches!(done, Err(OpsError::Store(StoreError::Stale)));
    let (id, version) = keep(&cdi, None, "creatinine dou").unwrap();
    assert!(
        stale(keep(&cdi, None, "a second one")),
        "begun on another screen"
    );
    let (same, version) = keep(&cdi, Some(id), "creatinine doubles").unwrap_or((id, version));
    assert_eq!((same, version, trace()), (id, 2, before));
    assert_eq!(
        see(&h, &cdi).reviews[0].words.findings.raw(),
        "creatinine doubles"
    );
    assert!(see(&h, &coder).reviews.is_empty());
    assert!(stale(keep(&h.me, Some(id), "not mine")));
    assert!(matches!(
        keep(&coder, None, "no"),
        Err(OpsError::NotPermitted { .. })
    ));
    let sign = R::Save {
        encounter: h.encounter("v1"),
        draft: Some((id, version)),
        words: words("creatinine doubles"),
        sign: true,
    };
    do_as(&h, &cdi, sign).unwrap();
    assert!(
        stale(keep(&cdi, Some(id), "changed my mind")),
        "a signed review never changes"
    );
}

#[test]
fn a_draft_begun_or_changed_can_be_taken_back_and_a_signature_cannot() {
    let (h, cdi, _) = hospital();
    let request = h.request();
    let action = |draft, findings: &str, sign| {
        Action::Review(R::Save {
            encounter: h.encounter("v1"),
            draft,
            words: words(findings),
            sign,
        })
    };
    let first = h
        .office
        .act(&cdi, &request, &action(None, "one", false))
        .unwrap();
    assert!(first.undoable);
    let id = ReviewId(first.done[0]);
    let second = h.request();
    h.office
        .act(&cdi, &second, &action(Some((id, 1)), "two", false))
        .unwrap();
    let undo = |request| h.office.act(&cdi, &h.request(), &Action::Undo { request });
    assert_eq!(
        undo(request.clone()).unwrap().refused.len(),
        1,
        "it was written on since"
    );
    undo(second).unwrap();
    assert_eq!(see(&h, &cdi).reviews[0].words.findings.raw(), "one");
    let version = see(&h, &cdi).reviews[0].version;
    let signed = h.request();
    let outcome = h
        .office
        .act(&cdi, &signed, &action(Some((id, version)), "three", true))
        .unwrap();
    assert!(!outcome.undoable && undo(signed).is_err());
    assert_eq!(see(&h, &cdi).reviews[0].words.findings.raw(), "three");
}

#[test]
fn an_occasion_must_fit_the_stay_and_be_one_of_the_hospitals() {
    let (h, cdi, _) = hospital();
    let mut here = stay("v2", "p1");
    if let Record::Encounter(e) = &mut here.record {
        e.facts.discharged = None;
        e.facts.status = crate::domain::encounter::EncounterStatus::Active;
    }
    h.import(vec![here]);
    let save = |visit: &str, kind, next| R::Save {
        encounter: h.encounter(visit),
        draft: None,
        words: ReviewWords {
            kind,
            next,
            ..words("seen")
        },
        sign: true,
    };
    for (visit, kind, next) in [
        ("v2", ReviewKind::Retrospective, None),
        ("v1", ReviewKind::PostBill, None),
        ("v2", ReviewKind::Initial, Some(at("2026-03-20T04:00:00Z"))),
    ] {
        let done = do_as(&h, &cdi, save(visit, kind, next));
        assert!(
            matches!(done, Err(OpsError::Refused(_))),
            "{visit} {kind:?}"
        );
    }
    let today = Some(at("2026-03-22T04:00:00Z"));
    do_as(&h, &cdi, save("v2", ReviewKind::Initial, today)).unwrap();
    assert_eq!(list(&h, &cdi, ReviewView::Due).total, 1);
    assert_eq!(list(&h, &cdi, ReviewView::InHouse).total, 1);
}

#[test]
fn a_note_to_oneself_is_seen_by_nobody_else_anywhere() {
    let (h, cdi, coder) = hospital();
    let note = |words: &str, private| R::Note {
        encounter: h.encounter("v1"),
        words: words.into(),
        private,
    };
    do_as(&h, &cdi, note("ZZPRIVATE ask Smith again", true)).unwrap();
    do_as(&h, &coder, note("waiting for pathology", false)).unwrap();
    let told = |actor| -> Vec<String> {
        let seen = see(&h, actor);
        seen.notes
            .iter()
            .map(|n| n.words.raw().to_owned())
            .collect()
    };
    assert_eq!(
        told(&cdi),
        ["waiting for pathology", "ZZPRIVATE ask Smith again"]
    );
    assert_eq!(told(&coder), ["waiting for pathology"]);
    assert_eq!(told(&h.me), ["waiting for pathology"], "nor the supervisor");
    for row in h.office.store.audit_rows(500).unwrap() {
        assert!(!row.detail.contains("ZZPRIVATE") && !row.reason.contains("ZZPRIVATE"));
    }
    for entry in h.office.store.history("stay_note", 1).unwrap() {
        assert!(!entry.reason.raw().contains("ZZPRIVATE"));
    }
    let request = h.request();
    let action = Action::Review(note("typed on the wrong stay", false));
    h.office.act(&cdi, &request, &action).unwrap();
    h.office
        .act(&cdi, &h.request(), &Action::Undo { request })
        .unwrap();
    assert_eq!(told(&coder), ["waiting for pathology"]);
}

#[test]
fn what_is_typed_beside_a_review_is_kept_for_its_author_until_it_is_on_record() {
    let (h, ann, coder) = hospital();
    let jot = |kind, review, words: &str| Jotting {
        encounter: h.encounter("v1"),
        kind,
        review,
        words: words.into(),
    };
    let signed = ReviewId(begin(&h, &ann, "seen", true).unwrap().done[0]);
    let addition = jot(JottingKind::Addition, Some(signed), "echo has");
    h.office.keep_jotting(&ann, &addition).unwrap();
    let note = jot(JottingKind::Own, None, "ask");
    h.office.keep_jotting(&ann, &note).unwrap();
    assert_eq!(see(&h, &ann).jottings, [addition.clone(), note.clone()]);
    // Nobody else sees it; others keep their own; an office worker of another kind keeps none.
    assert!(see(&h, &coder).jottings.is_empty());
    h.office
        .keep_jotting(&coder, &jot(JottingKind::Note, None, "mine"))
        .unwrap();
    let analyst = h.user("analyst", &[Role::Analyst], None);
    assert!(h.office.keep_jotting(&analyst, &note).is_err());
    // On record it is no draft any more; without words nothing is kept.
    let add = R::Add {
        review: signed,
        words: "echo has come".into(),
    };
    do_as(&h, &ann, add).unwrap();
    assert_eq!(see(&h, &ann).jottings, [note]);
    h.office
        .keep_jotting(&ann, &jot(JottingKind::Own, None, " "))
        .unwrap();
    assert!(see(&h, &ann).jottings.is_empty());
    assert_eq!(see(&h, &coder).jottings.len(), 1);
}
