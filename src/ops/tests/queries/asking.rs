//! Who may ask whom what, and who may overrule what blocks.

use super::{actions, choose, detail, draft_by, hospital, issue, issued, query, says, smith, who};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::ids::QueryId;
use crate::domain::query::{QueryFormat, QueryState};
use crate::domain::query_life::{AnswerKind, QueryChange, Verbal};
use crate::domain::time::Instant;
use crate::domain::user::{Actor, Role};
use crate::ops::OpsError;
use crate::ops::testing::{at, fair_query, stay};

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
