//! Search: typing, hits, paging, opening, citing.

use super::{Search, Within};
use crate::command::Command;
use crate::domain::ids::DocumentId;
use crate::domain::search::{SearchAnswer, SearchOrder};
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Reply, Request, SearchAsk};
use crate::tui::screens::samples::{self, ECHO, VISIT};

fn make(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(Search::new(Within::All, ""))),
        other => crate::tui::screens::make(other),
    }
}

fn asks(bench: &mut Bench) -> Vec<SearchAsk> {
    bench
        .waiting()
        .into_iter()
        .filter_map(|r| match r {
            Request::Search(ask) => Some(ask.clone()),
            _ => None,
        })
        .collect()
}

/// The keys have rested: what stands in the line is the query, and this is its answer.
fn settle(bench: &mut Bench, answer: SearchAnswer) {
    bench.wait(400);
    bench.reply(Reply::Search(Box::new(answer)));
    bench.asked();
}

fn found() -> Bench {
    let mut bench = Bench::new(make);
    bench.text("heart failure");
    settle(&mut bench, samples::answer(0, 50, 120));
    bench
}

/// The hits have the keys.
fn chosen() -> Bench {
    let mut bench = found();
    bench.keys("Enter");
    assert!(asks(&mut bench).is_empty(), "what is seen stays");
    bench
}

#[test]
fn a_key_sends_its_search_at_once_one_at_a_time_and_the_newest_wins() {
    let mut bench = Bench::new(make);
    assert_state("search_empty", &mut bench);
    bench.text("he");
    assert!(asks(&mut bench).is_empty(), "two letters are no word yet");
    bench.text("art");
    let asked = asks(&mut bench);
    assert_eq!(asked.len(), 1, "while one is under way the others wait");
    assert_eq!(asked[0].request.text.raw(), "hea*", "the word may go on");
    assert!(
        asked[0].beginning && asked[0].request.limit < 20,
        "{asked:?}"
    );
    bench.reply(Reply::Search(Box::new(samples::answer(0, 1, 1))));
    assert!(!bench.screen().contains("1/1 hit"), "nobody asks for hea");
    let asked = asks(&mut bench);
    assert_eq!(asked.len(), 1, "the newest goes out, not the one between");
    assert_eq!(asked[0].request.text.raw(), "heart*");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 5, 1204))));
    assert!(bench.screen().contains("1/1,204 hits  38 ms  best first"));
    bench.keys("C-u");
    assert!(
        !bench.screen().contains("1,204"),
        "an empty line finds nothing"
    );
    assert!(asks(&mut bench).is_empty());
}

#[test]
fn what_rests_is_asked_for_in_full_and_nothing_flickers() {
    let mut bench = Bench::new(make);
    bench.text("heart");
    bench.wait(399);
    bench.reply(Reply::Search(Box::new(samples::answer(0, 5, 1204))));
    bench.reply(Reply::Search(Box::new(samples::answer(0, 5, 1204))));
    assert!(asks(&mut bench).is_empty());
    let shown = bench.screen();
    bench.wait(1);
    let asked = asks(&mut bench);
    assert_eq!(
        (asked.len(), asked[0].request.limit, asked[0].beginning),
        (1, 50, false)
    );
    assert!(!asked[0].remember, "only what the user took is remembered");
    assert_eq!(bench.screen(), shown, "what is seen stays");
    bench.keys("Enter");
    assert!(asks(&mut bench).pop().is_some_and(|ask| ask.remember));
    bench.reply(Reply::Search(Box::new(samples::answer(0, 50, 1204))));
    assert!(bench.screen().contains("1/1,204 hits"));
    let mut bench = Bench::new(make);
    bench.text("heart");
    bench.wait(400);
    assert!(bench.screen().contains("searching"));
    assert_state("search_busy", &mut bench);
}

#[test]
fn a_key_does_not_wait_for_a_search_in_full() {
    let mut bench = Bench::new(make);
    bench.text("hea");
    asks(&mut bench);
    bench.reply(Reply::Search(Box::new(samples::answer(0, 5, 120))));
    bench.wait(400);
    assert!(!asks(&mut bench)[0].beginning, "asked for in full");
    bench.text("r");
    let asked = asks(&mut bench);
    assert!(asked.last().is_some_and(|ask| ask.beginning), "{asked:?}");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 3, 3))));
    assert!(bench.screen().contains("1/3 hits"), "{}", bench.screen());
}

#[test]
fn an_answer_that_was_overtaken_shows_while_nothing_newer_can_be_asked() {
    let mut bench = Bench::new(make);
    bench.text("heart");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 1, 1))));
    bench.text(" f");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 5, 120))));
    assert!(bench.screen().contains("for heart"), "{}", bench.screen());
    assert!(asks(&mut bench).is_empty(), "f is no word yet");
    bench.wait(400);
    assert_eq!(
        asks(&mut bench)[0].request.text.raw(),
        "heart f",
        "unless the keys rest"
    );
    bench.fail("The index cannot be read");
    bench.text("ai");
    assert_eq!(asks(&mut bench)[0].request.text.raw(), "heart fai*");
}

#[test]
fn a_slow_line_may_wait_between_keys() {
    let mut bench = Bench::new(make);
    bench.search_pause(120_000);
    bench.text("hear");
    bench.wait(60);
    bench.text("t");
    bench.wait(119);
    assert!(asks(&mut bench).is_empty(), "not while typing");
    bench.wait(1);
    assert_eq!(asks(&mut bench)[0].request.text.raw(), "heart*");
}

#[test]
fn a_blank_ends_the_last_word() {
    let mut bench = Bench::new(make);
    bench.text("fail");
    settle(&mut bench, samples::answer(0, 1, 1));
    assert!(bench.screen().contains("for fail*"));
    bench.text(" ");
    assert_eq!(asks(&mut bench)[0].request.text.raw(), "fail");
    bench.text("OR");
    bench.wait(400);
    assert_eq!(
        asks(&mut bench).len(),
        1,
        "an operator is no word: nothing new is asked"
    );
}

#[test]
fn what_cannot_be_searched_for_yet_is_not_said_to_be_nowhere() {
    let mut bench = Bench::new(make);
    bench.text("dat");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 0, 0))));
    assert!(bench.screen().contains("No document you may see"));
    bench.text("e:201");
    bench.wait(400);
    let screen = bench.screen();
    assert!(screen.contains("not a date"), "{screen}");
    assert!(!screen.contains("No document you may see"), "{screen}");
    assert!(
        screen.contains("date:T-90..T"),
        "how it is written: {screen}"
    );
}

#[test]
fn hits_with_a_preview_at_the_match() {
    let mut bench = chosen();
    bench.wait(700);
    bench.reply(Reply::Text(samples::text(ECHO)));
    assert_screen("search_full_80x24", &bench.screen());
    bench.keys("n");
    assert!(bench.screen().contains("match 2/3"), "{}", bench.screen());
    assert_screen("search_full_120x40", &bench.screen_at(120, 40));
    assert_screen("search_tiny", &bench.screen_at(30, 6));
}

#[test]
fn nothing_found_and_no_answer() {
    let mut bench = Bench::new(make);
    bench.text("zebra");
    bench.keys("Enter");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 0, 0))));
    assert_screen("search_nothing_80", &bench.screen());
    bench.keys("o");
    bench.fail("The index is being rebuilt: 40,000 of 90,000 documents");
    assert_state("search_error", &mut bench);
}

#[test]
fn a_mistake_with_many_words_is_read_whole_on_rows_of_its_own() {
    for line in [
        "author:smith service:medicine agee:70 heart failure",
        "agee:70",
        "heart failure after the operation and before the transfer agee:70",
    ] {
        let mut bench = Bench::new(make);
        bench.text(line);
        bench.wait(400);
        let screen = bench.screen();
        let words: Vec<&str> = screen.split_whitespace().collect();
        let told = words.join(" ");
        let needles =
            crate::tui::screens::needles::needles(line, now().day(&jiff::tz::TimeZone::UTC));
        let wrong = needles.err().unwrap().problem.to_string();
        assert!(told.contains(&wrong), "{wrong}\n{screen}");
        let rows: Vec<&str> = screen.lines().collect();
        let at = rows.iter().position(|r| r.starts_with("search: ")).unwrap();
        assert_eq!(rows[at + 1].find('^'), rows[at].find("agee"), "{screen}");
    }
}

#[test]
fn a_mistake_is_pointed_at_and_not_asked() {
    let mut bench = Bench::new(make);
    bench.text("heart (failure");
    bench.asked();
    bench.wait(399);
    assert!(
        !bench.screen().contains('^'),
        "it may be none with the next key"
    );
    bench.wait(1);
    assert!(asks(&mut bench).is_empty());
    assert_screen("search_mistake_80", &bench.screen());
    bench.keys("Enter");
    assert!(bench.facts().text, "the line keeps the keys");
    bench.text(")");
    bench.wait(400);
    assert_eq!(asks(&mut bench).len(), 1);
}

#[test]
fn order_history_and_paging() {
    let mut bench = chosen();
    bench.keys("o");
    let asked = asks(&mut bench);
    assert_eq!(asked[0].request.order, SearchOrder::Newest);
    bench.reply(Reply::Search(Box::new(samples::answer(0, 50, 120))));
    bench.keys("G");
    assert_eq!(asks(&mut bench)[0].request.offset, 50);
    bench.reply(Reply::Search(Box::new(samples::answer(50, 100, 120))));
    assert!(bench.screen().contains("50/120 hits"), "the cursor stays");
    bench.keys("/ C-u");
    bench.text("sepsis");
    bench.keys("Enter");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 1, 1))));
    bench.keys("/ Up Up");
    assert!(bench.screen().contains("search: heart failure"));
    bench.keys("Up");
    assert!(bench.message().unwrap().1.contains("no more"));
    bench.keys("Down");
    assert!(bench.screen().contains("search: sepsis"));
}

#[test]
fn enter_opens_the_chart_at_the_match_and_j_goes_on() {
    let mut bench = chosen();
    bench.keys("Enter");
    assert!(bench.waiting().contains(&&Request::Chart(VISIT)));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    assert!(bench.waiting().contains(&&Request::Text(ECHO, None)));
    bench.reply(Reply::Text(samples::text(ECHO)));
    assert!(bench.screen().contains("match 1/3"), "{}", bench.screen());
    bench.keys("Esc");
    assert!(bench.screen().contains("SEARCH"), "back leads to the hits");
}

#[test]
fn a_hit_can_be_cited_in_a_query() {
    let mut bench = chosen();
    bench.keys("Q");
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    let screen = bench.screen();
    assert!(
        screen.contains("1 Impression: heart failure with reduced"),
        "{screen}"
    );
}

#[test]
fn a_hit_without_a_visit_opens_in_the_visit_around_its_date() {
    let mut bench = Bench::new(make);
    bench.text("heart");
    bench.keys("Enter");
    let mut answer = samples::answer(0, 1, 1);
    answer.hits[0].encounter = None;
    bench.reply(Reply::Search(Box::new(answer)));
    bench.run(Command::Open);
    bench.reply(Reply::Encounters(vec![
        samples::visit(
            crate::domain::ids::EncounterId(9),
            "V9",
            "2026-03-01T14:00:00Z",
            None,
        ),
        samples::visit(
            VISIT,
            "V1001",
            "2026-02-03T14:00:00Z",
            Some("2026-02-09T17:00:00Z"),
        ),
    ]));
    let opened = bench.waiting();
    assert!(
        opened.contains(&&Request::Chart(crate::domain::ids::EncounterId(9)))
            || opened.contains(&&Request::Chart(VISIT))
    );
}

#[test]
fn the_preview_waits_longer_while_the_query_is_typed() {
    let mut bench = found();
    bench.wait(199);
    assert!(
        !bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Text(..)))
    );
    bench.wait(1);
    assert!(bench.waiting().contains(&&Request::Text(ECHO, None)));
    bench.keys("Enter j j");
    bench.wait(200);
    assert!(
        bench
            .waiting()
            .contains(&&Request::Text(DocumentId(202), None))
    );
}

#[test]
fn a_typed_key_costs_few_bytes() {
    let mut bench = found();
    bench.frame_bytes();
    bench.text("s");
    let bytes = bench.frame_bytes();
    assert!(bytes <= 100, "{bytes}");
}
