//! Answers: final, kept by their parts, followed by the addendum they need.

use super::{
    actions, answer, change, choose, detail, draft_by, hospital, issued, query, says, smith, who,
};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::deficiency::DeficiencyState;
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::ids::DocumentId;
use crate::domain::query::{QueryState, QueryText};
use crate::domain::query_life::{AnswerKind, GivenAnswer, QueryChange, Reconciliation};
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::user::Role;
use crate::ops::OpsError;
use crate::ops::testing::{fair_query, moment, note};

#[test]
fn an_issued_query_and_its_answer_are_final_in_the_store_itself() {
    let h = hospital();
    let id = issued(&h);
    let text = query(&h, id).text;
    let again = DraftToSave {
        query: Some(id),
        encounter: h.encounter("v1"),
        provider: None,
        text: QueryText::default(),
    };
    assert!(h.office.save_draft(&h.me, &again).is_err());
    let store = &h.office.store;
    for set in [
        "words = '{}'",
        "author = 99",
        "issued = 5",
        "encounter = 99",
    ] {
        assert!(store.tamper_with_query(id, set).is_err(), "{set}");
    }
    assert!(store.delete_query_row(id).is_err());
    let smith = smith(&h);
    answer(&h, &smith, id, choose(0)).unwrap();
    for set in [
        "answer = 'no'",
        "response = ''",
        "answered = 5",
        "answered_by = 1",
    ] {
        assert!(store.tamper_with_query(id, set).is_err(), "{set}");
    }
    says(answer(&h, &smith, id, choose(1)), "responded");
    let kept = query(&h, id);
    assert_eq!(kept.text, text);
    assert_eq!(kept.answer.raw(), "Hyponatremia");
    // A draft is still a draft.
    let (draft, _) = draft_by(&h, &h.me, fair_query());
    assert!(store.tamper_with_query(draft, "words = words").is_ok());
}

#[test]
fn answers_are_kept_by_their_parts_and_signed() {
    let other = GivenAnswer {
        option: Some(2),
        words: "dilutional".into(),
        comment: "see note".into(),
    };
    let cases = [
        (choose(0), AnswerKind::Agree, "Hyponatremia"),
        (other, AnswerKind::Other, "Other: dilutional. see note"),
        (choose(3), AnswerKind::Unable, "Unable to determine"),
    ];
    for (given, kind, words) in cases {
        let h = hospital();
        let id = issued(&h);
        let smith = smith(&h);
        says(answer(&h, &smith, id, choose(2)), "needs words");
        says(answer(&h, &smith, id, choose(9)), "no option 10");
        says(
            answer(&h, &smith, id, GivenAnswer::default()),
            "an option or words",
        );
        let jones = h.user("jones", &[Role::Provider], Some("Jones"));
        let theirs = Action::AnswerQuery {
            query: id,
            version: query(&h, id).version,
            answer: choose(0),
        };
        let denied = h.office.act(&jones, &h.request(), &theirs);
        assert!(matches!(denied, Err(OpsError::NotPermitted { .. })));
        answer(&h, &smith, id, given.clone()).unwrap();
        let kept = query(&h, id);
        let response = kept.response.unwrap();
        assert_eq!((response.kind, response.by), (kind, smith.user.id));
        assert_eq!(response.option, given.option);
        assert_eq!(kept.answer.raw(), words);
        assert_eq!(kept.answered, Some(h.office.now()));
    }
}

#[test]
fn an_addendum_is_owed_until_it_is_there_and_then_the_query_is_reconciled() {
    let h = hospital();
    let id = issued(&h);
    let effect = |words: &str| {
        QueryChange::Reconcile(Reconciliation {
            document: None,
            codes: "E87.1".into(),
            effect: words.into(),
        })
    };
    says(change(&h, id, effect("specified")), "issued");
    answer(&h, &smith(&h), id, choose(0)).unwrap();
    let ask = || QueryChange::RequestAddendum {
        document: None,
        comment: "please document the sodium".into(),
    };
    change(&h, id, ask()).unwrap();
    says(change(&h, id, ask()), "owed already");
    let owed = detail(&h, id).addenda;
    assert_eq!((owed.len(), owed[0].state), (1, DeficiencyState::Open));
    let item = h.office.detail(&h.me, owed[0].deficiency).unwrap().row;
    assert_eq!(
        (item.kind.as_str(), item.owner),
        ("ADD", Some(who(&h, "Smith")))
    );
    assert_eq!(item.subject.query, Some(id));
    says(change(&h, id, effect("specified")), "still owed");
    let mut addendum = note(
        "n2",
        "p1",
        "v1",
        K::Addendum,
        S::Authenticated,
        "Hyponatremia.",
    );
    if let Record::Document(d) = &mut addendum.record {
        d.facts.at = moment("2026-03-22T15:00:00Z");
        d.parent = Some(Key::local(RecordKind::Document, "n1"));
    }
    h.import(vec![addendum]);
    h.analyze();
    assert_eq!(detail(&h, id).addenda[0].state, DeficiencyState::Completed);
    says(change(&h, id, effect("")), "needs the effect");
    says(change(&h, id, effect("raises the DRG weight")), "L1");
    change(&h, id, effect("hyponatremia is documented")).unwrap();
    let done = query(&h, id);
    assert_eq!(done.state, QueryState::Reconciled);
    assert_eq!(done.outcome.unwrap().codes.raw(), "E87.1");
    let close = QueryChange::Close { comment: "".into() };
    change(&h, id, close.clone()).unwrap();
    says(change(&h, id, close), "closed");
    assert_eq!(
        actions(&h, id),
        [
            "query.issue",
            "query.answer",
            "query.addendum",
            "query.reconcile",
            "query.close"
        ]
    );
}

#[test]
fn a_provider_sees_neither_effect_nor_override() {
    let h = hospital();
    let id = issued(&h);
    let smith = smith(&h);
    answer(&h, &smith, id, choose(0)).unwrap();
    change(
        &h,
        id,
        QueryChange::Reconcile(Reconciliation {
            document: Some(DocumentId(1)),
            codes: "E87.1".into(),
            effect: "documented".into(),
        }),
    )
    .unwrap();
    let theirs = h.office.query_detail(&smith, id).unwrap();
    assert_eq!(theirs.row.query.outcome, None);
    let last = theirs.history.last().unwrap();
    assert_eq!(last.action, "query.answer");
    assert!(detail(&h, id).row.query.outcome.is_some());
}
