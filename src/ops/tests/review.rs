//! Reviews of stays: who may what, what never changes, what can be taken back, the worklist.

use super::super::testing::{Hospital, at, bare_stay, fair_query, patient, stay};
use super::super::{OpsError, Outcome, StoreError};
use super::opportunities::injured;
use crate::domain::action::{Action, DraftToSave};
use crate::domain::ids::{EncounterId, ReviewId};
use crate::domain::permission::Permission;
use crate::domain::record::Record;
use crate::domain::review::{
    Jotting, JottingKind, ListKind, ListedDiagnosis, ReviewKind, ReviewOutcome, ReviewWords, Stage,
    StayReview,
};
use crate::domain::review_action::{ReviewAction as R, ReviewToSave};
use crate::domain::review_list::{ReviewAsk, ReviewPage, ReviewView};
use crate::domain::user::{Actor, Role};

fn words(findings: &str) -> ReviewWords {
    ReviewWords {
        kind: ReviewKind::Retrospective,
        findings: findings.into(),
        outcome: ReviewOutcome::NoQuery,
        next: None,
    }
}

fn do_as(h: &Hospital, actor: &Actor, action: R) -> Result<Outcome, OpsError> {
    h.office.act(actor, &h.request(), &Action::Review(action))
}

fn begin(h: &Hospital, actor: &Actor, findings: &str, sign: bool) -> Result<Outcome, OpsError> {
    let action = R::Save {
        encounter: h.encounter("v1"),
        draft: None,
        words: words(findings),
        sign,
    };
    do_as(h, actor, action)
}

fn see(h: &Hospital, actor: &Actor) -> StayReview {
    h.office.stay_review(actor, h.encounter("v1")).unwrap()
}

fn dx(code: &str, text: &str) -> ListedDiagnosis {
    ListedDiagnosis {
        code: code.into(),
        words: text.into(),
        poa: None,
    }
}

fn set(h: &Hospital, list: ListKind, version: i64, entries: &[ListedDiagnosis]) -> R {
    R::SetDiagnoses {
        encounter: h.encounter("v1"),
        list,
        version,
        entries: entries.to_vec(),
    }
}

fn hand(h: &Hospital, version: i64, to: Stage, reason: &str) -> R {
    R::HandOver {
        encounter: h.encounter("v1"),
        version,
        to,
        reason: reason.into(),
    }
}

fn list(h: &Hospital, actor: &Actor, view: ReviewView) -> ReviewPage {
    let ask = ReviewAsk {
        view,
        ..ReviewAsk::default()
    };
    h.office.review_list(actor, &ask).unwrap()
}

/// The stay of `bare_stay`, a specialist, a coder.
fn hospital() -> (Hospital, Actor, Actor) {
    let h = injured();
    h.analyze();
    let cdi = h.user("cora", &[Role::Cdi], None);
    let coder = h.user("cody", &[Role::Coder], None);
    (h, cdi, coder)
}

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

#[test]
fn the_worklist_is_ordered_by_what_it_says_and_counts_every_view() {
    let (h, cdi, _) = hospital();
    h.import(vec![patient("p2", "Quiet"), stay("v2", "p2")]);
    h.analyze();
    let before = list(&h, &cdi, ReviewView::Discharged);
    assert_eq!((before.total, before.unlooked), (2, 2));
    let seen = h.office.see_opportunities(&cdi, 100).unwrap();
    assert_eq!((seen.done, seen.left), (2, 0));
    let page = list(&h, &cdi, ReviewView::Discharged);
    assert_eq!(page.unlooked, 0);
    let first = &page.rows[0];
    assert_eq!(
        (
            first.visit.raw(),
            first.best.as_ref().unwrap().rule.as_str()
        ),
        ("v1", "aki-kdigo")
    );
    assert_eq!((first.stay_days, first.days_left), (10, 11));
    let sum: i64 = first.why.iter().map(|(_, points)| points).sum();
    assert_eq!(sum, first.priority);
    assert!(
        first.why[0].0.contains("best opportunity"),
        "{:?}",
        first.why
    );
    // Set aside, it no longer counts.
    h.act(Action::DismissOpportunity {
        encounter: h.encounter("v1"),
        rule: "aki-kdigo".into(),
        reason: "dialysis".into(),
    })
    .unwrap();
    assert_eq!(list(&h, &cdi, ReviewView::Discharged).rows[0].best, None);
    // A query that waits brings it forward and into its view.
    let draft = DraftToSave {
        query: None,
        encounter: h.encounter("v2"),
        provider: None,
        text: fair_query(),
    };
    let (query, version) = h.office.save_draft(&cdi, &draft).unwrap();
    let provider =
        crate::domain::ids::ProviderId(h.office.providers(&cdi, "Smith", 1).unwrap()[0].id);
    let issue = Action::IssueQuery {
        query,
        version,
        provider,
        due: at("2026-03-25T14:00:00Z"),
        again: false,
        overrule: None,
    };
    h.office.act(&cdi, &h.request(), &issue).unwrap();
    assert_eq!(
        list(&h, &cdi, ReviewView::Queries).rows[0].visit.raw(),
        "v2"
    );
    begin(&h, &cdi, "seen", true).unwrap();
    let counts = list(&h, &cdi, ReviewView::New).counts;
    let told: Vec<(&str, i64)> = counts.iter().map(|(v, n)| (v.name(), *n)).collect();
    assert_eq!(
        told,
        [
            ("in-house", 0),
            ("discharged", 2),
            ("new", 1),
            ("due", 0),
            ("mine", 1),
            ("queries", 1),
            ("coding", 0),
            ("final", 0)
        ]
    );
    let ask = ReviewAsk {
        view: ReviewView::Discharged,
        filter: crate::grammar::review_filter(
            "quiet los:>=5",
            jiff::civil::date(2026, 3, 22),
            &jiff::tz::TimeZone::UTC,
        )
        .unwrap(),
        ..ReviewAsk::default()
    };
    assert_eq!(h.office.review_list(&cdi, &ask).unwrap().total, 1);
    h.clock.set(at("2026-05-01T14:00:00Z"));
    assert_eq!(list(&h, &cdi, ReviewView::Discharged).total, 0, "long gone");
}

#[test]
fn reviews_are_for_those_who_may_and_every_look_is_in_the_audit_log() {
    let h = Hospital::new();
    h.import(bare_stay());
    let encounter: EncounterId = h.encounter("v1");
    for role in Role::ALL {
        let provider = (*role == Role::Provider).then_some("Smith");
        let actor = h.user(&format!("u{}", role.name()), &[*role], provider);
        let may = |p| {
            crate::domain::permission::grant(&actor.user, p) != crate::domain::permission::Grant::No
        };
        let sees = matches!(
            role,
            Role::Cdi | Role::Coder | Role::Supervisor | Role::Auditor
        );
        assert_eq!(may(Permission::ViewReview), sees, "{}", role.name());
        assert_eq!(
            h.office.stay_review(&actor, encounter).is_ok(),
            sees,
            "{}",
            role.name()
        );
        assert_eq!(
            h.office.review_list(&actor, &ReviewAsk::default()).is_ok(),
            sees
        );
        let writes = matches!(role, Role::Cdi | Role::Supervisor);
        assert_eq!(
            begin(&h, &actor, "x", true).is_ok(),
            writes,
            "{}",
            role.name()
        );
        let note = R::Note {
            encounter,
            words: "x".into(),
            private: false,
        };
        let notes = writes || *role == Role::Coder;
        assert_eq!(do_as(&h, &actor, note).is_ok(), notes, "{}", role.name());
    }
    let auditor = h.user("watch", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 500).unwrap();
    let count = |action: &str| {
        rows.iter()
            .filter(|r| r.action == action && r.outcome == "ok")
            .count()
    };
    assert_eq!((count("review.show"), count("review.list")), (4, 4));
    assert_eq!(count("review.sign"), 2);
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

#[test]
fn numbers_of_the_first_screen_are_those_of_the_lists_behind_them() {
    let (h, ann, coder) = hospital();
    let mut due = words("again today");
    due.next = Some(crate::domain::time::Instant::start_of(
        h.office.today(),
        &h.office.zone,
    ));
    let action = R::Save {
        encounter: h.encounter("v1"),
        draft: None,
        words: due,
        sign: true,
    };
    h.office.see_opportunities(&ann, 100).unwrap();
    let before = h.office.counts(&ann).unwrap().cdi.unwrap();
    assert_eq!(before.due, 0);
    do_as(&h, &ann, action).unwrap();
    let counts = h.office.counts(&ann).unwrap().cdi.unwrap();
    assert_eq!(counts.due, 1);
    assert_eq!(list(&h, &ann, ReviewView::Due).total, 1);
    let filter = crate::domain::opportunity::OpportunityFilter::default();
    let page = h.office.opportunity_page(&ann, &filter, 50).unwrap();
    assert!(page.total > 0);
    assert_eq!(
        (counts.opportunities, counts.unlooked),
        (page.total, page.unseen)
    );
    assert_eq!(h.office.counts(&coder).unwrap().cdi, None);
}
