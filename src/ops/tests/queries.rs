//! The life of a query: issue, ladder, redirect, answer, addendum, reconciliation, override.

use super::super::testing::{
    Hospital, at, bare_stay, fair_query, moment, note, provider, stay, surgery,
};
use super::super::{OpsError, QueryDetail, Which};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::deficiency::{DeficiencyState, HoldReason};
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::ids::{DocumentId, ProviderId, QueryId};
use crate::domain::people::ProviderRole;
use crate::domain::query::{Query, QueryFormat, QueryState, QueryText};
use crate::domain::query_life::{AnswerKind, GivenAnswer, QueryChange, Reconciliation, Verbal};
use crate::domain::record::{Key, Record, RecordKind};
use crate::domain::time::Instant;
use crate::domain::user::{Actor, Role};

/// A stay of Smith in which Jones operated; Stranger has no part in it.
fn hospital() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![
        surgery("s1", "p1", "v1"),
        provider("dr3", "Stranger", ProviderRole::Attending),
        note(
            "n1",
            "p1",
            "v1",
            K::Progress,
            S::Authenticated,
            "Sodium is low.",
        ),
    ]);
    h.analyze();
    h
}

fn who(h: &Hospital, name: &str) -> ProviderId {
    ProviderId(h.office.providers(&h.me, name, 2).unwrap()[0].id)
}

fn draft_by(h: &Hospital, author: &Actor, text: QueryText) -> (QueryId, i64) {
    let draft = DraftToSave {
        query: None,
        encounter: h.encounter("v1"),
        provider: None,
        text,
    };
    h.office.save_draft(author, &draft).unwrap()
}

fn issue(h: &Hospital, (query, version): (QueryId, i64), to: &str) -> Action {
    Action::IssueQuery {
        query,
        version,
        provider: who(h, to),
        due: at("2026-03-27T14:00:00Z"),
        again: false,
        overrule: None,
    }
}

fn issued(h: &Hospital) -> QueryId {
    let draft = draft_by(h, &h.me, fair_query());
    h.act(issue(h, draft, "Smith")).unwrap();
    draft.0
}

fn query(h: &Hospital, id: QueryId) -> Query {
    h.office.query(&h.me, id).unwrap()
}

fn detail(h: &Hospital, id: QueryId) -> QueryDetail {
    h.office.query_detail(&h.me, id).unwrap()
}

fn change(h: &Hospital, id: QueryId, change: QueryChange) -> Result<(), OpsError> {
    let version = query(h, id).version;
    h.act(Action::ChangeQuery {
        query: id,
        version,
        change,
    })
    .map(|_| ())
}

fn choose(option: usize) -> GivenAnswer {
    GivenAnswer {
        option: Some(option),
        ..GivenAnswer::default()
    }
}

fn answer(h: &Hospital, actor: &Actor, id: QueryId, given: GivenAnswer) -> Result<(), OpsError> {
    let action = Action::AnswerQuery {
        query: id,
        version: query(h, id).version,
        answer: given,
    };
    h.office.act(actor, &h.request(), &action).map(|_| ())
}

fn smith(h: &Hospital) -> Actor {
    h.user("smith", &[Role::Provider], Some("Smith"))
}

fn nightly(h: &Hospital) -> super::super::QueryRun {
    h.office
        .analyze(&h.me, &Which::Nightly, &mut |_| true)
        .unwrap()
        .queries
}

fn actions(h: &Hospital, id: QueryId) -> Vec<String> {
    let history = detail(h, id).history;
    history.into_iter().map(|e| e.action).collect()
}

fn says(result: Result<(), OpsError>, words: &str) {
    let error = result.unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
}

#[test]
fn a_provider_without_part_in_the_visit_is_not_asked() {
    let h = hospital();
    let draft = draft_by(&h, &h.me, fair_query());
    says(
        h.act(issue(&h, draft, "Stranger")).map(|_| ()),
        "blocked by L12",
    );
    h.act(issue(&h, draft, "Jones")).unwrap();
}

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

#[test]
fn nothing_is_asked_twice_without_notice() {
    let h = hospital();
    let first = issued(&h);
    let draft = draft_by(&h, &h.me, fair_query());
    let shown = h
        .office
        .lint_draft(
            &h.me,
            &DraftToSave {
                query: Some(draft.0),
                encounter: h.encounter("v1"),
                provider: None,
                text: fair_query(),
            },
        )
        .unwrap();
    let told = shown.findings.iter().find(|f| f.rule == "L17").unwrap();
    assert!(told.reason.contains(&format!("query {first}")), "{told:?}");
    says(h.act(issue(&h, draft, "Smith")).map(|_| ()), "asked before");
    let mut again = issue(&h, draft, "Smith");
    if let Action::IssueQuery { again, .. } = &mut again {
        *again = true;
    }
    h.act(again).unwrap();
    let said = detail(&h, draft.0).history[0].reason.raw().to_owned();
    assert!(said.contains(&format!("query {first}")), "{said}");
    // What was withdrawn was not asked; another visit is another matter.
    h.import(vec![stay("v2", "p1")]);
    let elsewhere = DraftToSave {
        query: None,
        encounter: h.encounter("v2"),
        provider: None,
        text: fair_query(),
    };
    let lint = h.office.lint_draft(&h.me, &elsewhere).unwrap();
    assert!(lint.findings.iter().all(|f| f.rule != "L17"));
}

#[test]
fn a_draft_is_discarded_by_its_author_alone() {
    let h = hospital();
    let cdi = h.user("cdi", &[Role::Cdi], None);
    let draft = draft_by(&h, &cdi, fair_query()).0;
    let discard = |actor: &Actor| {
        let action = Action::DiscardDraft { query: draft };
        h.office.act(actor, &h.request(), &action).map(|_| ())
    };
    let chief = h.user("chief", &[Role::Supervisor], None);
    says(discard(&chief), "another's draft");
    let other = h.user("other", &[Role::Cdi], None);
    assert!(matches!(discard(&other), Err(OpsError::NotFound { .. })));
    discard(&cdi).unwrap();
    assert!(matches!(discard(&cdi), Err(OpsError::NotFound { .. })));
    let id = issued(&h);
    let action = Action::DiscardDraft { query: id };
    let done = h.office.act(&h.me, &h.request(), &action);
    says(done.map(|_| ()), "cannot be discarded");
}

#[test]
fn only_a_supervisor_overrules_what_blocks_and_it_stays_to_be_seen() {
    let h = hospital();
    let cdi = h.user("cdi", &[Role::Cdi], None);
    let mut bad = fair_query();
    bad.body = "Please document hyponatremia.".into();
    let draft = draft_by(&h, &cdi, bad);
    let send = |overrule: Option<&str>| {
        let mut action = issue(&h, draft, "Smith");
        if let Action::IssueQuery { overrule: o, .. } = &mut action {
            *o = overrule.map(Into::into);
        }
        action
    };
    let by = |actor: &Actor, overrule: Option<&str>| {
        let done = h.office.act(actor, &h.request(), &send(overrule));
        done.map(|_| ())
    };
    says(by(&cdi, None), "blocked by");
    says(by(&cdi, Some("urgent")), "not permitted");
    let chief = h.user("chief", &[Role::Supervisor], None);
    says(by(&chief, Some(" ")), "needs a reason");
    says(by(&chief, None), "another's draft");
    by(&chief, Some("agreed with the physician advisor")).unwrap();
    let kept = query(&h, draft.0);
    let overruled = kept.overruled.unwrap();
    assert_eq!(overruled.by, chief.user.id);
    assert!(overruled.rules.contains(&"L3".to_owned()), "{overruled:?}");
    assert_eq!(kept.author, cdi.user.id);
    assert_eq!(actions(&h, draft.0), ["query.issue", "query.override"]);
    let audit = h.office.store.audit_rows(50).unwrap();
    let row = audit.iter().find(|r| r.action == "query.override").unwrap();
    assert!(row.reason.contains("physician advisor"));
    // Nothing to overrule is no reason to overrule.
    let fair = draft_by(&h, &chief, {
        let mut text = fair_query();
        text.title = "Another matter".into();
        text.topic = "other".into();
        text
    });
    let mut action = issue(&h, fair, "Smith");
    if let Action::IssueQuery { overrule, .. } = &mut action {
        *overrule = Some("x".into());
    }
    let done = h.office.act(&chief, &h.request(), &action);
    says(done.map(|_| ()), "nothing blocks");
}

#[test]
fn a_verbal_query_is_recorded_afterwards_to_the_same_standard() {
    let h = hospital();
    let verbal = |asked: &str| Verbal {
        provider: who(&h, "Smith"),
        asked: at(asked),
        answer: choose(0),
    };
    let record = |draft: (QueryId, i64), asked: &str| {
        h.act(Action::RecordVerbal {
            query: draft.0,
            version: draft.1,
            verbal: verbal(asked),
            again: false,
            overrule: None,
        })
        .map(|_| ())
    };
    let mut text = fair_query();
    text.format = QueryFormat::Verbal;
    let mut bad = text.clone();
    bad.options.truncate(2);
    let bad = draft_by(&h, &h.me, bad);
    says(record(bad, "2026-03-22T12:00:00Z"), "blocked by L6");
    let draft = draft_by(&h, &h.me, text);
    says(
        h.act(issue(&h, draft, "Smith")).map(|_| ()),
        "with its answer",
    );
    says(record(draft, "2026-03-23T12:00:00Z"), "later than now");
    record(draft, "2026-03-22T12:00:00Z").unwrap();
    let kept = query(&h, draft.0);
    assert_eq!(kept.state, QueryState::Responded);
    assert_eq!(kept.issued, Some(at("2026-03-22T12:00:00Z")));
    assert_eq!(kept.answered, kept.issued);
    let response = kept.response.unwrap();
    assert_eq!(
        (response.kind, response.by),
        (AnswerKind::Agree, h.me.user.id)
    );
    assert_eq!(actions(&h, draft.0), ["query.verbal"]);
    let recorded: Instant = detail(&h, draft.0).history[0].at;
    assert_eq!(recorded, h.office.now());
}

#[test]
fn nobody_overrules_what_speaks_of_money() {
    let h = hospital();
    let mut text = fair_query();
    text.body = "This would raise reimbursement. What do the sodium values represent?".into();
    let chief = h.user("boss", &[Role::Supervisor], None);
    let draft = draft_by(&h, &chief, text);
    let mut action = issue(&h, draft, "Smith");
    if let Action::IssueQuery { overrule, .. } = &mut action {
        *overrule = Some("agreed".into());
    }
    let done = h.office.act(&chief, &h.request(), &action);
    says(done.map(|_| ()), "L1 is never overruled");
    assert_eq!(query(&h, draft.0).state, QueryState::Draft);
}

#[test]
fn who_may_do_what_with_a_query() {
    let h = hospital();
    let id = issued(&h);
    let escalate = || Action::ChangeQuery {
        query: id,
        version: query(&h, id).version,
        change: QueryChange::Escalate {
            reason: "no answer".into(),
        },
    };
    let denied = |actor: &Actor, action: &Action| {
        let done = h.office.act(actor, &h.request(), action);
        matches!(done, Err(OpsError::NotPermitted { .. }))
    };
    let smith = smith(&h);
    let analyst = h.user("kim", &[Role::Analyst], None);
    let cdi = h.user("cdi", &[Role::Cdi], None);
    assert!(denied(&smith, &escalate()) && denied(&analyst, &escalate()));
    assert!(!denied(&cdi, &escalate()));
    assert!(denied(&smith, &Action::AdvanceQueries));
    assert!(
        !denied(&analyst, &Action::AdvanceQueries),
        "the nightly run"
    );
    // A draft is its author's, and of who may overrule what blocks it.
    let (draft, _) = draft_by(&h, &cdi, fair_query());
    assert!(h.office.query(&analyst, draft).is_err());
    assert!(h.office.query(&cdi, draft).is_ok());
    assert!(h.office.query(&h.me, draft).is_ok(), "a supervisor");
    let seen = |actor: &Actor| {
        let rows = h.office.queries(actor, None, 10).unwrap();
        rows.iter().any(|r| r.query.id == draft)
    };
    assert!(seen(&cdi) && seen(&h.me) && !seen(&analyst) && !seen(&smith));
}
