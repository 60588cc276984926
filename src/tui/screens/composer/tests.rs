//! The composer: nothing is lost, nothing blocked is sent.

use super::Composer;
use crate::domain::action::Action;
use crate::domain::ids::{ProviderId, QueryId, RequestId};
use crate::domain::query::{QueryFormat, QueryState, QueryVersion};
use crate::domain::user::Role;
use crate::domain::worklist::Choice;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Effect, Msg, Place, Screen};
use crate::tui::desk::{Acted, Reply, Request, TemplateText};
use crate::tui::screens::samples::{self, ECHO, VISIT};
use ratatui::layout::Size;

fn fresh(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => crate::tui::screens::make(Place::Queries),
        other => crate::tui::screens::make(other),
    }
}

/// A composer over the list of queries, everything read.
fn composer() -> Bench {
    composer_at(Size::new(80, 24), "vim")
}

fn composer_at(size: Size, keymap: &str) -> Bench {
    let mut bench = Bench::with(fresh, size, keymap, &[Role::Cdi, Role::Analyst]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::new(VISIT, vec![samples::indicator()])));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    bench
}

fn saves(bench: &Bench) -> Vec<(Option<QueryId>, String)> {
    let of = |r: &&Request| match r {
        Request::SaveDraft(d) | Request::SaveVersion(d) => {
            Some((d.query, d.text.body.raw().to_owned()))
        }
        _ => None,
    };
    bench.waiting().iter().filter_map(of).collect()
}

fn saved(bench: &mut Bench) {
    let at = bench.now;
    bench.reply_oldest(Reply::Saved {
        query: QueryId(118),
        version: 1,
        at,
    });
}

fn write(bench: &mut Bench, text: &str) {
    bench.keys("Tab Tab Tab");
    bench.text("Heart failure");
    bench.keys("Tab Tab");
    bench.text(text);
}

#[test]
fn what_is_typed_is_saved_within_a_second_and_said_only_after() {
    let mut bench = composer();
    write(&mut bench, "Please clarify");
    assert!(saves(&bench).is_empty(), "not at every key");
    bench.wait(600);
    assert_eq!(saves(&bench), [(None, "Please clarify".to_owned())]);
    assert!(bench.screen().contains("saving"), "{}", bench.screen());
    assert_state("composer_busy", &mut bench);
    bench.text(" it");
    bench.wait(900);
    assert_eq!(saves(&bench).len(), 1, "one save at a time: never two rows");
    saved(&mut bench);
    assert_eq!(
        saves(&bench),
        [(Some(QueryId(118)), "Please clarify it".to_owned())]
    );
    assert!(
        !bench.screen().contains("saved 14"),
        "a newer text is not saved yet"
    );
    saved(&mut bench);
    assert!(
        bench.screen().contains("QUERY draft-118  saved 14:02:01"),
        "{}",
        bench.screen()
    );
}

#[test]
fn escape_keeps_the_draft_and_hangup_sends_what_is_unsaved() {
    let mut bench = composer();
    write(&mut bench, "x");
    bench.keys("Esc");
    assert_eq!(saves(&bench).len(), 1, "saved at once");
    assert!(
        bench.screen().contains("Question"),
        "open until it is on disk"
    );
    saved(&mut bench);
    assert!(bench.screen().contains("QUERIES"));
    let mut bench = composer();
    write(&mut bench, "y");
    bench.send(Msg::Hangup);
    assert_eq!(saves(&bench).len(), 1);
    assert!(bench.effects.contains(&Effect::Quit));
}

#[test]
fn a_save_that_fails_is_tried_again_and_nothing_closes() {
    let mut bench = composer();
    bench.asked();
    write(&mut bench, "x");
    bench.wait(100);
    bench.keys("Esc");
    bench.fail("The store is busy");
    assert!(bench.screen().contains("NOT SAVED"), "{}", bench.screen());
    assert_state("composer_error", &mut bench);
    bench.keys("Esc");
    assert!(bench.screen().contains("NOT SAVED"));
    bench.wait(2100);
    saved(&mut bench);
    assert!(bench.screen().contains("saved 14:02"));
}

#[test]
fn an_untouched_query_leaves_nothing_behind() {
    let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::new(VISIT, Vec::new())));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    bench.wait(1000);
    bench.keys("Esc");
    assert!(saves(&bench).is_empty());
    assert!(bench.screen().contains("QUERIES"));
}

#[test]
fn the_latest_draft_on_the_chart_is_offered() {
    let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::new(VISIT, Vec::new())));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(vec![samples::query(118, QueryState::Draft)]));
    assert_screen("composer_resume_80", &bench.screen());
    bench.keys("Enter");
    let screen = bench.screen();
    assert!(
        screen.contains("Please clarify the type") && screen.contains("draft-118"),
        "{screen}"
    );
    bench.keys("Esc");
    assert!(saves(&bench).is_empty(), "nothing was changed");
}

#[test]
fn a_draft_that_is_opened_again_names_its_template() {
    let opened = |template: Option<TemplateText>| {
        let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
        bench.reply(Reply::Queries(Vec::new()));
        bench.open(Box::new(Composer::draft(VISIT, QueryId(118))));
        bench.reply(Reply::Chart(Box::new(samples::chart())));
        let mut row = samples::query(118, QueryState::Draft);
        row.query.text.template = "heart-failure".into();
        row.template = template.map(Box::new);
        bench.reply(Reply::Queries(vec![row]));
        bench.screen()
    };
    let known = opened(Some(TemplateText {
        id: "heart-failure".into(),
        topic: "heart-failure".into(),
        name: "Type of heart failure and what the echocardiogram says of it".into(),
        format: QueryFormat::MultipleChoice,
        title: String::new(),
        body: String::new(),
        options: Vec::new(),
        cite: vec!["ejection fraction".into()],
    }));
    assert!(known.contains("Template Type of heart failure"), "{known}");
    assert!(known.contains("+ cite: ejection fraction"), "{known}");
    assert!(known.contains("To SMITH,A"), "whoever is asked: {known}");
    let gone = opened(None);
    assert!(gone.contains("Template heart-failure"), "{gone}");
}

#[test]
fn the_check_runs_when_the_keys_rest_and_its_findings_can_be_walked() {
    let mut bench = composer();
    bench.wait(400);
    bench.reply(Reply::Lint(Vec::new()));
    assert_state("composer_empty", &mut bench);
    let body = "Please confirm acute systolic heart failure.";
    write(&mut bench, body);
    bench.wait(400);
    bench.reply(Reply::Lint(samples::findings(body)));
    assert_screen("composer_full_80x24", &bench.screen());
    bench.keys("C-x n");
    bench.text("?");
    bench.wait(400);
    let checked = bench.waiting().into_iter().rev().find_map(|r| match r {
        Request::Lint(d) => Some(d.text.body.raw().to_owned()),
        _ => None,
    });
    assert_eq!(
        checked.as_deref(),
        Some("Please ?confirm acute systolic heart failure.")
    );
    bench.reply(Reply::Lint(samples::findings(body)));
    assert_screen("composer_full_120x40", &bench.screen_at(120, 40));
    assert_screen("composer_tiny", &bench.screen_at(59, 14));
}

#[test]
fn sending_is_blocked_by_a_finding_and_says_which() {
    let mut bench = composer();
    let body = "Please confirm it.";
    write(&mut bench, body);
    bench.keys("C-x s");
    saved(&mut bench);
    bench.reply(Reply::Lint(samples::findings(body)));
    let message = bench.message().unwrap().1;
    assert!(
        message.starts_with("not sent, L1 blocks: It leads"),
        "{message}"
    );
    assert!(
        !bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Act(..)))
    );
}

#[test]
fn sending_saves_checks_asks_and_issues_what_was_saved() {
    let mut bench = composer();
    write(&mut bench, "Please clarify.");
    bench.keys("F10");
    assert_eq!(saves(&bench).len(), 1);
    saved(&mut bench);
    bench.reply(Reply::Lint(Vec::new()));
    assert_screen("composer_send_80", &bench.screen());
    bench.keys("Enter");
    assert!(
        !bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Act(..))),
        "Enter is no"
    );
    bench.keys("C-x s y");
    let action = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, action) => Some((id.clone(), (**action).clone())),
        _ => None,
    });
    let (
        id,
        Action::IssueQuery {
            query,
            version,
            provider,
            due,
            again: false,
            overrule: None,
        },
    ) = action.unwrap()
    else {
        panic!("not an issue");
    };
    assert_eq!(
        (query, version, provider),
        (QueryId(118), 1, ProviderId(21))
    );
    assert_eq!(due.rfc3339(), "2026-03-30T03:59:59.999999Z");
    bench.reply(acted(id, 1));
    assert!(bench.screen().contains("QUERIES"));
    assert!(saves(&bench).is_empty());
}

fn acted(request: RequestId, done: usize) -> Reply {
    Reply::Acted(Acted {
        request,
        deed: Box::new(crate::tui::desk::Deed::each(1, "query", "sent")),
        done,
        refused: Vec::new(),
        undoable: false,
        taken: None,
    })
}

#[test]
fn what_is_left_out_is_not_sent() {
    let mut bench = composer();
    bench.keys("C-x s");
    assert!(bench.message().unwrap().1.contains("no title"));
    bench.text("Title");
    bench.keys("C-x s");
    assert!(bench.message().unwrap().1.contains("no question"));
    let mut bench = composer();
    bench.keys("Tab Tab C-u");
    bench.text("T-3");
    bench.keys("C-x s");
    assert!(
        bench.message().unwrap().1.contains("due needs a day"),
        "{:?}",
        bench.message()
    );
}

#[test]
fn a_template_fills_in_and_replaces_only_after_a_yes() {
    let template = || {
        Reply::Template(Box::new(TemplateText {
            id: "aki".into(),
            topic: "aki".into(),
            name: "Change in kidney function".into(),
            format: QueryFormat::MultipleChoice,
            title: "Change in kidney function".into(),
            body: "Please clarify what {{finding}} represents.".into(),
            options: vec!["Acute kidney injury".into(), "Other: ____".into()],
            cite: vec!["Creatinine with baseline".into()],
        }))
    };
    let mut bench = composer();
    bench.keys("F4");
    bench.reply(Reply::Choices(vec![Choice {
        id: 3,
        name: "Change in kidney function".into(),
        note: "aki".into(),
    }]));
    assert_screen("composer_template_80", &bench.screen());
    bench.keys("Enter");
    assert!(bench.waiting().contains(&&Request::Template(3)));
    bench.reply(template());
    assert!(bench.screen().contains("Acute kidney injury"));
    bench.keys("C-x s");
    assert!(bench.message().unwrap().1.contains("{{ }}"));
    bench.keys("C-x t");
    bench.reply(Reply::Choices(vec![Choice {
        id: 4,
        name: "Other template".into(),
        note: "x".into(),
    }]));
    bench.keys("Enter");
    bench.reply(template());
    assert!(bench.screen().contains("Replace what is written?"));
    bench.keys("n");
    assert!(bench.screen().contains("{{finding}}"));
}

#[test]
fn options_are_added_before_the_ways_out_and_removed_lines_come_back() {
    let mut bench = composer();
    bench.keys("C-x o");
    bench.text("Acute systolic");
    bench.keys("C-x o");
    bench.text("Chronic systolic");
    let screen = bench.screen();
    let at = |text: &str| screen.lines().position(|l| l.contains(text)).unwrap();
    assert!(at("Acute systolic") < at("Chronic systolic"));
    assert!(at("Chronic systolic") < at("Other: ____"));
    bench.keys("C-x d");
    assert!(!bench.screen().contains("Chronic systolic"));
    bench.keys("Down Down C-_");
    assert!(
        bench.screen().contains("Chronic systolic"),
        "{}",
        bench.screen()
    );
}

#[test]
fn a_form_of_yes_or_no_brings_its_options() {
    let mut bench = composer();
    bench.keys("S-Tab y");
    let screen = bench.screen();
    assert!(
        screen.contains("yes or no") && screen.contains("( ) Yes"),
        "{screen}"
    );
    bench.keys("o");
    assert!(!bench.screen().contains("Options"));
    bench.keys("C-x o");
    assert!(bench.message().unwrap().1.contains("no options"));
}

#[test]
fn a_line_of_the_chart_is_cited_into_the_draft() {
    let mut bench = composer();
    write(&mut bench, "x");
    bench.keys("C-x c");
    assert_eq!(saves(&bench).len(), 1, "saved before the chart covers it");
    bench.reply(Reply::Chart(Box::new(samples::chart_with_values())));
    bench.keys("Enter");
    bench.reply(Reply::Text(samples::text(ECHO)));
    bench.asked();
    assert!(bench.screen().contains("choose what to cite"));
    bench.keys("Esc g i C");
    let screen = bench.screen();
    assert!(
        screen.contains("2 Oxygen saturation 88 % (Vital signs 2026-02-03)"),
        "{screen}"
    );
}

#[test]
fn an_indicator_is_typed_by_hand_and_edited() {
    let mut bench = composer();
    bench.keys("C-x i");
    bench.text("BNP 1,240 pg/mL");
    bench.keys("Enter");
    bench.text("Laboratory");
    bench.keys("Enter");
    bench.text("2/5");
    bench.keys("Enter");
    bench.text("lab");
    assert_screen("composer_indicator_80", &bench.screen());
    bench.keys("Enter");
    assert!(
        bench
            .screen()
            .contains("2 BNP 1,240 pg/mL (Laboratory 2026-02-05)")
    );
    bench.keys("Enter");
    assert!(
        bench.screen().contains("2026-02-05"),
        "what there is stands in the fields"
    );
}

#[test]
fn another_provider_is_asked() {
    let mut bench = composer();
    bench.keys("Tab j");
    assert!(
        bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Choices(_, text) if text == "j"))
    );
    bench.reply(Reply::Choices(vec![Choice {
        id: 22,
        name: "JONES,B".into(),
        note: "Medicine".into(),
    }]));
    bench.keys("Enter");
    assert!(bench.screen().contains("To JONES,B"));
}

#[test]
fn the_preview_shows_what_the_provider_will_read() {
    let mut bench = composer();
    write(&mut bench, "Please clarify.");
    bench.keys("C-x v");
    assert_screen("composer_preview_80", &bench.screen());
    bench.keys("Esc");
    bench.paste("one\ntwo");
    assert!(bench.screen().contains("two"));
}

#[test]
fn a_draft_is_discarded_only_by_the_word() {
    let mut bench = composer();
    write(&mut bench, "x");
    bench.wait(600);
    saved(&mut bench);
    bench.keys("C-x D");
    bench.text("no");
    bench.keys("Enter Esc");
    assert!(bench.screen().contains("Question"));
    bench.keys("C-x D");
    bench.text("discard");
    bench.keys("Enter");
    let query = QueryId(118);
    let gone =
        |r: &&Request| matches!(r, Request::Act(_, a) if **a == Action::DiscardDraft { query });
    assert!(bench.waiting().iter().any(gone));
}

#[test]
fn every_keymap_reaches_the_composer_commands() {
    for keymap in ["vim", "emacs", "function"] {
        let mut bench = composer_at(Size::new(80, 24), keymap);
        write(&mut bench, "x");
        bench.keys("C-x v C-g");
        bench.keys(if keymap == "emacs" { "C-x a" } else { "C-x o" });
        bench.text("option");
        assert!(bench.screen().contains("( ) option"), "{keymap}");
        bench.keys("C-x k");
        saved(&mut bench);
        assert!(bench.screen().contains("QUERIES"), "{keymap}");
    }
}

#[test]
fn a_typed_key_costs_few_bytes() {
    let mut bench = composer();
    write(&mut bench, "Please clarify");
    bench.wait(400);
    bench.frame_bytes();
    bench.text("x");
    let first = bench.frame_bytes();
    bench.text("y");
    let bytes = bench.frame_bytes();
    assert!(bytes <= 100, "{bytes}, the first {first}");
}

#[test]
fn typing_is_taken_back_and_done_again() {
    let mut bench = composer();
    write(&mut bench, "one two");
    bench.keys("C-x u");
    let less = bench.screen();
    assert!(!less.contains("one two"), "{less}");
    bench.keys("C-x r");
    assert!(bench.screen().contains("one two"), "{}", bench.screen());
    bench.paste("\nthree\tfour");
    assert!(bench.screen().contains("three"), "pasted text is text");
}

#[test]
fn versions_can_be_looked_at_and_gone_back_to() {
    let mut bench = composer();
    bench.keys("C-x h");
    assert!(bench.message().unwrap().1.contains("nothing is saved yet"));
    write(&mut bench, "newer words");
    bench.wait(600);
    saved(&mut bench);
    bench.keys("C-x h");
    assert!(
        bench
            .waiting()
            .contains(&&Request::QueryVersions(QueryId(118)))
    );
    let version = |number, body: &str| QueryVersion {
        number,
        at: bench_time(),
        provider: None,
        text: crate::domain::query::QueryText {
            body: body.into(),
            ..samples::query(118, QueryState::Draft).query.text
        },
    };
    bench.reply(Reply::QueryVersions(vec![
        version(2, "newer words"),
        version(1, "older words"),
    ]));
    assert_screen("composer_versions_80", &bench.screen());
    bench.keys("Down Enter");
    assert_screen("composer_version_80", &bench.screen());
    bench.keys("y");
    assert!(bench.screen().contains("older words"), "{}", bench.screen());
    bench.wait(600);
    let kept = bench
        .waiting()
        .into_iter()
        .any(|r| matches!(r, Request::SaveVersion(d) if d.text.body.raw() == "older words"));
    assert!(kept, "going back is a save that matters");
}

fn bench_time() -> crate::domain::time::Instant {
    samples::at("2026-03-22T17:00:00Z")
}

#[test]
fn a_query_about_an_opportunity_offers_only_the_draft_about_the_same() {
    let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::about(VISIT, "obesity")));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    let other = samples::query(117, QueryState::Draft);
    let mut same = samples::query(118, QueryState::Draft);
    same.query.text.rule = "obesity".into();
    bench.reply(Reply::Queries(vec![other, same]));
    assert!(
        bench.screen().contains("Go on with draft-118"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter");
    assert!(bench.screen().contains("draft-118"));
    bench.fail("The rules find nothing here any more");
    assert!(
        bench.screen().contains("Please clarify the type"),
        "what was typed stays"
    );
}

#[test]
fn findings_are_walked_both_ways() {
    let mut bench = composer();
    let body = "Please confirm it.";
    write(&mut bench, body);
    bench.wait(400);
    bench.reply(Reply::Lint(samples::findings(body)));
    bench.keys("C-x b");
    assert!(bench.screen().contains(">[!] L7"), "{}", bench.screen());
    bench.keys("C-x b");
    assert!(bench.screen().contains(">[X] L1"), "{}", bench.screen());
}

#[test]
fn a_verbal_query_is_checked_like_a_written_one_and_recorded_afterwards() {
    let mut bench = composer();
    write(&mut bench, "Please clarify.");
    bench.keys("S-Tab S-Tab S-Tab S-Tab S-Tab S-Tab v");
    assert!(bench.screen().contains("verbal"), "{}", bench.screen());
    bench.keys("C-x s");
    saved(&mut bench);
    bench.reply(Reply::Lint(samples::findings("Please confirm")));
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .starts_with("not sent, L1 blocks")
    );
    bench.text("x");
    bench.keys("C-x s");
    saved(&mut bench);
    bench.reply(Reply::Lint(Vec::new()));
    assert!(
        bench.message().unwrap().1.contains("record the answer"),
        "{:?}",
        bench.message()
    );
    assert!(bench.screen().contains("QUERIES"));
}
