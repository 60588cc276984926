//! The list of queries: states, withdrawing, answering.

use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::audit::HistoryEntry;
use crate::domain::ids::{EncounterId, EventId, ProviderId, QueryId};
use crate::domain::query::QueryState;
use crate::domain::query_life::{GivenAnswer, NextStep, QueryChange, QueryStanding};
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{QueryDetail, QueryRow, Reply, Request};
use crate::tui::screens::samples::{self, VISIT};

fn make(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => crate::tui::screens::make(Place::Queries),
        other => crate::tui::screens::make(other),
    }
}

fn rows() -> Vec<QueryRow> {
    let mut bob = samples::query(120, QueryState::Responded);
    bob.patient_name = "ZZTEST,BOB".into();
    bob.mrn = "4410160".into();
    vec![
        samples::query(118, QueryState::Draft),
        samples::query(119, QueryState::Issued),
        bob,
        samples::query(121, QueryState::Withdrawn),
    ]
}

/// Query 119 with a life behind it.
fn detail() -> QueryDetail {
    let mut row = samples::query(119, QueryState::Issued);
    row.query.escalation.level = 2;
    row.standing = QueryStanding {
        last: "Second reminder".into(),
        next: Some(NextStep {
            title: "Physician advisor".into(),
            who: "the physician advisor".into(),
            at: Some(row.query.saved),
        }),
    };
    let event = |id, action: &str, reason: &str| HistoryEntry {
        id: EventId(id),
        at: row.query.saved,
        user_name: "Lee".into(),
        action: action.into(),
        from: "issued".into(),
        to: "issued".into(),
        reason: reason.into(),
        owners: None,
    };
    QueryDetail {
        history: vec![
            event(1, "query.issue", ""),
            event(2, "query.redirect", "from JONES,P to SMITH,A: operated"),
        ],
        row,
        addenda: Vec::new(),
    }
}

fn full() -> Bench {
    let mut bench = Bench::new(make);
    bench.reply(Reply::Queries(rows()));
    bench
}

fn action(bench: &Bench) -> Option<Action> {
    bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(_, action) => Some((**action).clone()),
        _ => None,
    })
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = Bench::new(make);
    assert_state("queries_busy", &mut bench);
    bench.reply(Reply::Queries(Vec::new()));
    assert_state("queries_empty", &mut bench);
    bench.keys("R");
    bench.reply(Reply::Queries(rows()));
    bench.keys("j");
    assert_screen("queries_full_80x24", &bench.screen());
    assert_screen("queries_full_120x40", &bench.screen_at(120, 40));
    assert_screen("queries_tiny", &bench.screen_at(40, 8));
    let mut bench = Bench::new(make);
    bench.fail("The queries could not be read");
    assert_state("queries_error", &mut bench);
}

#[test]
fn tab_goes_through_the_states_and_the_filter_narrows() {
    let mut bench = full();
    bench.keys("Tab");
    assert!(bench.screen().contains("[Drafts 1]") && bench.screen().contains("QUERIES 1/4"));
    bench.keys("S-Tab /");
    bench.text("bob");
    assert!(bench.screen().contains("QUERIES 1/4"));
    bench.keys("Enter Esc");
    assert!(bench.screen().contains("QUERIES 4/4"));
    bench.run(Command::Sort(Some("due".into())));
    assert!(bench.screen().contains("by due"));
}

#[test]
fn a_draft_opens_in_the_composer_and_an_issued_query_is_read() {
    let mut bench = full();
    bench.keys("Enter");
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(vec![samples::query(118, QueryState::Draft)]));
    assert!(
        bench.screen().contains("QUERY draft-118"),
        "{}",
        bench.screen()
    );
    bench.keys("Esc");
    bench.reply(Reply::Queries(rows()));
    bench.keys("j Enter");
    assert!(bench.waiting().contains(&&Request::Query(QueryId(119))));
    bench.reply(Reply::Query(Box::new(detail())));
    assert_screen("queries_read_80", &bench.screen());
    assert!(
        bench
            .screen_at(80, 60)
            .contains("sent to somebody else  Lee"),
        "history"
    );
    bench.keys("Esc o");
    assert!(bench.waiting().contains(&&Request::Chart(VISIT)));
    assert_ne!(VISIT, EncounterId(0));
}

#[test]
fn a_draft_that_is_gone_says_so() {
    let mut bench = full();
    bench.keys("Enter");
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    assert!(bench.screen().contains("QUERIES"));
    assert!(bench.message().unwrap().1.contains("sent or discarded"));
}

#[test]
fn withdrawing_needs_a_reason_and_names_the_patient() {
    let mut bench = full();
    bench.keys("W");
    assert_eq!(
        bench.message().unwrap().1,
        "Withdraw query: only an issued query can be withdrawn"
    );
    bench.keys("j W");
    assert_screen("queries_withdraw_80", &bench.screen());
    bench.keys("Enter");
    assert_eq!(action(&bench), None);
    bench.text("asked twice");
    bench.keys("Enter");
    assert_eq!(
        action(&bench),
        Some(Action::WithdrawQuery {
            query: QueryId(119),
            version: 4,
            reason: "asked twice".into(),
        })
    );
}

#[test]
fn a_provider_answers_by_an_option_and_words() {
    use ratatui::layout::Size;
    let mut bench = Bench::with(make, Size::new(80, 24), "vim", &[Role::Provider]);
    bench.reply(Reply::Queries(rows()));
    bench.keys("j a");
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("not tied to a provider"),
        "no provider, no answer"
    );
    let mut bench = Bench::as_provider(make, 21);
    bench.reply(Reply::Queries(rows()));
    bench.keys("j a 3 Enter");
    bench.keys("Enter");
    assert_eq!(action(&bench), None, "other needs words");
    bench.text("anemia");
    bench.keys("Enter");
    assert_eq!(
        action(&bench),
        Some(Action::AnswerQuery {
            query: QueryId(119),
            version: 4,
            answer: GivenAnswer {
                option: Some(2),
                words: "anemia".into(),
                ..GivenAnswer::default()
            },
        })
    );
}

#[test]
fn only_a_draft_is_discarded_and_by_the_word() {
    let mut bench = full();
    bench.keys("j D");
    assert!(bench.message().unwrap().1.contains("only a draft"));
    bench.keys("k D");
    bench.text("discard");
    bench.keys("Enter");
    assert_eq!(
        action(&bench),
        Some(Action::DiscardDraft {
            query: QueryId(118)
        })
    );
}

#[test]
fn an_export_says_what_leaves_and_is_not_for_drafts() {
    use crate::ops::QueryForm;
    let mut bench = full();
    bench.keys("x");
    assert!(bench.message().unwrap().1.contains("only an issued query"));
    bench.keys("j x");
    bench.keys("Down Down Enter Enter");
    let screen = bench.screen();
    assert!(screen.contains("Export patient data out of Chartroom?"));
    assert!(screen.contains("query-119.json"), "{screen}");
    bench.keys("y");
    let wanted = Request::ExportQuery {
        query: QueryId(119),
        form: QueryForm::Fhir,
        name: "query-119.json".into(),
    };
    assert!(bench.waiting().contains(&&wanted), "{:?}", bench.waiting());
    bench.reply(Reply::QueryExported("/x/query-119.json".into()));
    assert!(bench.message().unwrap().1.contains("query-119.json"));
}

fn changed(bench: &Bench) -> Option<QueryChange> {
    match action(bench)? {
        Action::ChangeQuery { change, .. } => Some(change),
        _ => None,
    }
}

#[test]
fn another_provider_is_asked_with_a_reason() {
    use crate::domain::worklist::Choice;
    let mut bench = full();
    bench.keys("j j t");
    assert_eq!(changed(&bench), None, "an answered query is not redirected");
    bench.keys("k t");
    bench.text("jon");
    bench.reply(Reply::Choices(vec![Choice {
        id: 22,
        name: "JONES,P".into(),
        note: "".into(),
    }]));
    assert_screen("queries_redirect_80", &bench.screen());
    bench.keys("Enter Enter");
    bench.text("operated");
    bench.keys("Enter");
    let Some(QueryChange::Redirect {
        provider,
        due,
        reason,
    }) = changed(&bench)
    else {
        panic!("{}", bench.screen());
    };
    assert_eq!((provider, reason.raw()), (ProviderId(22), "operated"));
    assert_eq!(due.rfc3339(), "2026-03-30T03:59:59.999999Z");
}

#[test]
fn an_answered_query_is_reconciled_with_a_document_of_the_chart() {
    let mut bench = full();
    bench.keys("j j r");
    assert!(bench.waiting().contains(&&Request::Chart(VISIT)));
    let chart = samples::chart();
    let newest = chart.documents.iter().max_by_key(|d| (d.facts.at, d.id));
    let newest = newest.unwrap().id;
    bench.reply(Reply::Chart(Box::new(chart)));
    assert_screen("queries_reconcile_80", &bench.screen());
    bench.keys("Enter Enter");
    bench.text("specified as acute");
    bench.keys("Enter");
    let Some(QueryChange::Reconcile(outcome)) = changed(&bench) else {
        panic!("{}", bench.screen());
    };
    assert_eq!(outcome.document, Some(newest));
    assert_eq!(outcome.effect.raw(), "specified as acute");
    assert!(outcome.codes.is_blank());
}

#[test]
fn a_query_on_the_ladder_says_so_and_has_a_view() {
    let mut bench = Bench::new(make);
    bench.reply(Reply::Queries(vec![detail().row]));
    assert!(bench.screen().contains("escalated"), "{}", bench.screen());
    bench.keys("Tab Tab Tab");
    assert!(
        bench.screen().contains("[Escalated 1]"),
        "{}",
        bench.screen()
    );
    bench.keys("E");
    bench.text("two calls");
    bench.keys("Enter");
    let reason = "two calls".into();
    assert_eq!(changed(&bench), Some(QueryChange::Escalate { reason }));
}

#[test]
fn a_draft_that_is_blocked_goes_out_only_with_a_reason() {
    use crate::tui::app::testing::Bench;
    use ratatui::layout::Size;
    let mut bench = Bench::with(make, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(rows()));
    bench.keys("O");
    assert!(bench.message().unwrap().1.contains("only a supervisor may"));
    let mut bench = full();
    bench.keys("j O");
    assert!(bench.message().unwrap().1.contains("only for a draft"));
    bench.keys("k O");
    assert!(bench.screen().contains("Override and issue query 118"));
}
