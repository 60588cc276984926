//! Nothing blocked is sent: the check, its findings, and what goes out.

use super::{acted, composer, saved, saves, write};
use crate::domain::action::Action;
use crate::domain::ids::{ProviderId, QueryId};
use crate::tui::app::testing::{assert_screen, assert_state};
use crate::tui::desk::{Reply, Request};
use crate::tui::screens::samples;

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
