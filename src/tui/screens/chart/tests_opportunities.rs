//! Opportunities in the chart: in the background, with their places, asked about in one key.

use super::ChartScreen;
use crate::domain::action::Action;
use crate::domain::opportunity::Dismissal;
use crate::domain::user::Role;
use crate::ops::Begun;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Reply, Request, StayOpportunities};
use crate::tui::screens::samples::{self, ECHO, VISIT};
use ratatui::layout::Size;

fn plain(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(ChartScreen::new(VISIT))),
        other => crate::tui::screens::make(other),
    }
}

fn found() -> Reply {
    let mut other = samples::opportunity();
    "Low sodium".clone_into(&mut other.title);
    "hyponatremia".clone_into(&mut other.rule);
    let aside = Dismissal {
        encounter: VISIT,
        rule: other.rule.clone(),
        reason: "seen with the team".into(),
        by: "lee".into(),
        at: samples::at("2026-03-20T14:00:00Z"),
    };
    Reply::Opportunities(Box::new(StayOpportunities {
        open: vec![samples::opportunity()],
        aside: vec![(other, aside)],
    }))
}

fn chart() -> Bench {
    let mut bench = Bench::new(plain);
    bench.reply(Reply::Chart(Box::new(samples::chart_with_values())));
    bench.reply_oldest(Reply::Queue(samples::queue_page()));
    bench.reply(Reply::Queue(samples::no_rows()));
    bench
}

#[test]
fn they_come_in_the_background_and_stand_with_their_facts() {
    let mut bench = chart();
    assert!(
        bench.screen().contains("Opportunities"),
        "{}",
        bench.screen()
    );
    bench.keys("j j");
    bench.keys("o");
    assert!(bench.screen().contains("Looking for opportunities"));
    bench.reply(found());
    assert_state("chart_opportunities", &mut bench);
    let screen = bench.screen();
    for words in ["pO2 52 mmHg", "l.12 Progress n", "Criterion:", "set aside"] {
        assert!(screen.contains(words), "{words} in {screen}");
    }
    let mut bench = chart();
    bench.keys("o");
    bench.reply(Reply::Opportunities(Box::default()));
    assert_screen("chart_opportunities_none_80", &bench.screen());
}

#[test]
fn enter_on_a_fact_opens_its_document_at_the_place() {
    let mut bench = chart();
    bench.keys("o");
    bench.reply(found());
    bench.keys("j Enter");
    assert!(bench.message().unwrap().1.contains("a value of the record"));
    bench.keys("j Enter");
    bench.reply(Reply::Text(samples::text(ECHO)));
    assert!(
        bench.facts().reading && bench.facts().matches,
        "the words are marked"
    );
    bench.keys("Esc");
    assert!(
        bench.screen().contains("pO2 52 mmHg"),
        "back to the list: {}",
        bench.screen()
    );
    bench.keys("k k Enter");
    assert!(bench.screen().contains("Why it is worth asking"));
}

#[test]
fn one_key_writes_the_query_and_one_sets_it_aside() {
    let mut bench = chart();
    bench.keys("o");
    bench.reply(found());
    bench.keys("d");
    bench.text("dialysis");
    bench.keys("Enter");
    let acts = |r: &&Request| match r {
        Request::Act(_, action) => Some((**action).clone()),
        _ => None,
    };
    let aside = bench.waiting().iter().find_map(acts);
    let Some(Action::DismissOpportunity { rule, reason, .. }) = aside else {
        panic!("not set aside");
    };
    assert_eq!(
        (rule.as_str(), reason.raw()),
        ("resp-failure-hypoxic", "dialysis")
    );
    let mut bench = chart();
    bench.keys("o");
    bench.reply(found());
    bench.keys("Q");
    let begins = Request::BeginQuery(VISIT, "resp-failure-hypoxic".into(), None);
    assert!(bench.waiting().contains(&&begins));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    let mut text = samples::query(1, crate::domain::query::QueryState::Draft)
        .query
        .text;
    "resp-failure-hypoxic".clone_into(&mut text.rule);
    bench.reply(Reply::Begun(Box::new(Begun {
        text,
        template: "Oxygenation".into(),
        cite: Vec::new(),
        left_out: vec!["Shock".into()],
        attending: None,
    })));
    let screen = bench.screen();
    assert!(screen.contains("Please clarify the type"), "{screen}");
    assert!(bench.message().unwrap().1.contains("left out"), "{screen}");
    bench.wait(600);
    let kept = bench.waiting().iter().find_map(|r| match r {
        Request::SaveVersion(draft) => Some(draft.text.rule.clone()),
        _ => None,
    });
    assert_eq!(kept.as_deref(), Some("resp-failure-hypoxic"));
}

#[test]
fn a_composer_below_takes_a_fact_with_one_key() {
    let mut bench = Bench::new(plain);
    bench.open(Box::new(crate::tui::screens::composer::Composer::new(
        VISIT,
        Vec::new(),
    )));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    bench.keys("C-x c");
    bench.reply(Reply::Chart(Box::new(samples::chart_with_values())));
    bench.keys("o");
    bench.reply(found());
    bench.keys("j C");
    let screen = bench.screen();
    assert!(
        screen.contains("pO2 52 mmHg (Laboratory 2026-02-04)"),
        "{screen}"
    );
    bench.wait(600);
    let cited = bench.waiting().iter().find_map(|r| match r {
        Request::SaveDraft(draft) => draft.text.indicators.first().cloned(),
        _ => None,
    });
    let cited = cited.unwrap();
    assert_eq!((cited.value.raw(), cited.unit.raw()), ("52", "mmHg"));
}

#[test]
fn who_may_not_write_queries_is_shown_none_and_asks_for_none() {
    let mut bench = Bench::with(plain, Size::new(80, 24), "vim", &[Role::Analyst]);
    bench.reply(Reply::Chart(Box::new(samples::chart_with_values())));
    let asks = |r: &&Request| matches!(r, Request::Opportunities(_));
    assert!(!bench.waiting().iter().any(asks));
    assert!(!bench.screen().contains("Opportunities"));
    bench.keys("o");
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("only a CDI specialist, coder or supervisor may; you are an analyst")
    );
}
