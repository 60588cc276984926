//! The chart viewer: opening, reading, finding, citing.

use super::ChartScreen;
use crate::command::{Command, Taken};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::ids::{DeficiencyId, DocumentId};
use crate::domain::user::Role;
use crate::domain::worklist::WorkOrder;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Acted, Reply, Request, VersionRow};
use crate::tui::screens::samples::{self, ECHO, UNSIGNED, VISIT};
use ratatui::layout::Size;

fn plain(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(ChartScreen::new(VISIT))),
        other => crate::tui::screens::make(other),
    }
}

fn missing(place: Place) -> Option<Box<dyn Screen>> {
    let id = DeficiencyId(501);
    matches!(place, Place::Home)
        .then(|| Box::new(ChartScreen::at_deficiency(VISIT, id, WorkOrder::default())) as _)
}

/// The same, where other screens can be opened.
fn working(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => missing(place),
        other => crate::tui::screens::make(other),
    }
}

fn from_search(place: Place) -> Option<Box<dyn Screen>> {
    let words = vec!["heart failure".to_owned()];
    matches!(place, Place::Home)
        .then(|| Box::new(ChartScreen::at_document(VISIT, ECHO, words)) as _)
}

fn loaded(make: crate::tui::app::Maker) -> Bench {
    let mut bench = Bench::new(make);
    bench.reply(Reply::Chart(Box::new(samples::chart_with_values())));
    bench.reply_oldest(Reply::Queue(samples::queue_page()));
    bench.reply(Reply::Queue(samples::no_rows()));
    bench
}

#[test]
fn the_documents_of_a_chart() {
    let mut bench = loaded(plain);
    assert_screen("chart_full_80x24", &bench.screen());
    bench.keys("j j");
    bench.screen_at(120, 40);
    bench.keys("j");
    bench.wait(200);
    bench.reply(Reply::Text(samples::text(DocumentId(105))));
    assert_screen("chart_full_120x40", &bench.screen());
    assert_screen("chart_tiny", &bench.screen_at(20, 5));
}

#[test]
fn nothing_there_yet_nothing_at_all_and_no_answer() {
    let mut bench = Bench::new(plain);
    assert_state("chart_busy", &mut bench);
    bench.fail("The chart could not be read");
    bench.fail("The chart could not be read");
    bench.fail("The chart could not be read");
    assert_state("chart_error", &mut bench);
    let mut bench = Bench::new(plain);
    let mut chart = samples::chart();
    chart.documents.clear();
    bench.reply(Reply::Chart(Box::new(chart)));
    assert_state("chart_empty", &mut bench);
}

#[test]
fn keys_typed_before_the_chart_is_there_act_on_it() {
    let mut bench = Bench::new(plain);
    bench.keys("j Enter");
    assert!(
        !bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Text(..)))
    );
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    // The second newest: the retracted nursing note.
    assert!(
        bench
            .waiting()
            .contains(&&Request::Text(DocumentId(107), None))
    );
}

#[test]
fn reading_finding_and_going_on_to_the_next_document() {
    let mut bench = loaded(plain);
    bench.keys("j j Enter");
    bench.reply(Reply::Text(samples::text(DocumentId(106))));
    assert!(bench.facts().reading);
    bench.keys("/");
    bench.text("heart fail");
    assert_screen("chart_find_80", &bench.screen());
    bench.keys("Enter n");
    assert!(bench.screen().contains("match 2/2"));
    // Back from there, the place is kept.
    bench.keys("J");
    bench.reply(Reply::Text(samples::text(DocumentId(105))));
    assert!(bench.screen().contains("match 1/2"), "the words go along");
    bench.keys("K");
    assert!(bench.screen().contains("match 2/2"));
    assert!(
        !bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Text(..))),
        "read once"
    );
    bench.keys("Esc");
    assert!(!bench.facts().reading);
}

#[test]
fn j_in_the_reader_stops_at_the_last_document() {
    let mut bench = loaded(plain);
    bench.keys("G Enter");
    bench.reply(Reply::Text(samples::text(DocumentId(101))));
    bench.keys("J");
    assert!(bench.message().unwrap().1.contains("last document"));
}

#[test]
fn a_missing_document_shows_where_it_would_stand() {
    let mut bench = Bench::new(missing);
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Detail(Box::new(samples::missing_operative_report())));
    let screen = bench.screen();
    assert!(screen.contains("-- Operative report missing"), "{screen}");
    assert!(
        screen.contains("Operative report missing: Coronary artery bypass"),
        "{screen}"
    );
    assert_screen("chart_missing_80", &screen);
    assert_screen("chart_missing_120", &bench.screen_at(120, 40));
    bench.keys("Enter");
    assert!(bench.message().unwrap().1.contains("missing"));
}

#[test]
fn an_unsigned_document_is_opened_and_back_leaves_the_chart() {
    let mut bench = Bench::new(missing);
    // Detail before chart: the order of answers does not matter.
    bench.reply(Reply::Detail(Box::new(samples::unsigned_note())));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Text(samples::text(UNSIGNED)));
    assert_screen("chart_unsigned_80", &bench.screen());
    bench.keys("Esc");
    assert!(bench.message().unwrap().1.contains("first screen"));
}

#[test]
fn a_document_the_user_may_not_see_is_not_opened() {
    let mut bench = Bench::new(missing);
    let mut chart = samples::chart();
    chart.documents.retain(|d| d.id != UNSIGNED);
    bench.reply(Reply::Chart(Box::new(chart)));
    bench.reply(Reply::Detail(Box::new(samples::unsigned_note())));
    assert!(
        !bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Text(..)))
    );
    assert!(!bench.facts().reading);
    assert!(!bench.screen().contains("-- "));
}

#[test]
fn from_search_it_opens_at_the_match() {
    let mut bench = Bench::new(from_search);
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Text(samples::text(ECHO)));
    let screen = bench.screen();
    assert!(
        screen.contains("match 1/1") && screen.contains("> Impression"),
        "{screen}"
    );
}

#[test]
fn tabs_show_visits_timeline_and_deficiencies() {
    let mut bench = loaded(plain);
    bench.keys("g i");
    assert_screen("chart_timeline_80", &bench.screen());
    bench.keys("S");
    assert!(bench.screen().contains("newest first"));
    bench.keys("g e");
    bench.reply(Reply::Encounters(vec![
        samples::visit(
            VISIT,
            "V1001",
            "2026-02-03T14:00:00Z",
            Some("2026-02-09T17:00:00Z"),
        ),
        samples::visit(
            crate::domain::ids::EncounterId(9),
            "V0900",
            "2025-01-03T14:00:00Z",
            None,
        ),
    ]));
    assert_screen("chart_visits_80", &bench.screen());
    bench.keys("j Enter");
    assert!(
        matches!(bench.waiting().iter().rev().find(|r| matches!(r, Request::Chart(_))), Some(Request::Chart(id)) if id.0 == 9)
    );
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.keys("Esc g f");
    assert_screen("chart_deficiencies_80", &bench.screen());
    bench.screen_at(120, 40);
    bench.keys("g i");
    assert_screen("chart_timeline_120", &bench.screen());
}

#[test]
fn the_filter_narrows_while_typing_and_back_shows_all() {
    let mut bench = loaded(plain);
    bench.keys("/");
    bench.text("prog uns");
    let screen = bench.screen();
    assert!(
        screen.contains("unsigned") && !screen.contains("ED record"),
        "{screen}"
    );
    bench.keys("Enter Esc");
    assert!(bench.screen().contains("ED record"));
    bench.run(Command::Sort(Some("kind".into())));
    assert!(bench.screen().contains("by kind"));
}

#[test]
fn a_search_within_the_chart_names_the_patient_and_asks_only_there() {
    let mut bench = loaded(plain);
    bench.keys("g /");
    bench.text("heart");
    bench.wait(130);
    assert!(bench.screen().contains("ZZTEST,ANN  MRN 4410123"));
    let within =
        |r: &&Request| matches!(r, Request::Search(ask) if ask.request.encounter == Some(VISIT));
    assert!(bench.waiting().iter().any(within));
}

#[test]
fn versions_are_offered_and_an_older_one_says_so() {
    let mut bench = loaded(plain);
    bench.keys("Enter");
    bench.reply(Reply::Text(samples::text(DocumentId(108))));
    bench.keys("g v");
    let row = |version| VersionRow {
        version,
        received: samples::at("2026-02-09T17:00:00Z"),
        bytes: 400,
    };
    bench.reply(Reply::Versions(vec![row(3), row(2), row(1)]));
    bench.keys("Down Down Enter");
    assert!(
        bench
            .waiting()
            .contains(&&Request::Text(DocumentId(108), Some(1)))
    );
    bench.reply(Reply::Text(samples::text(DocumentId(108))));
    assert!(bench.screen().contains("version 1 of 3: OLDER VERSION"));
}

#[test]
fn taking_completing_and_adding_are_actions() {
    let mut bench = loaded(plain);
    bench.keys("t");
    let taken =
        |r: &Request| matches!(r, Request::Act(_, a) if **a == Action::Take { encounter: VISIT });
    assert!(bench.asked().iter().any(taken));
    bench.keys("g f g c");
    assert!(
        bench.screen().contains("ZZTEST,ANN  MRN 4410123"),
        "{}",
        bench.screen()
    );
    bench.text("seen");
    bench.keys("Enter");
    let complete = bench.asked().into_iter().find_map(|r| match r {
        Request::Act(_, action) => Some(*action),
        _ => None,
    });
    let Some(Action::ChangeDeficiencies { items, change }) = complete else {
        panic!("nothing was completed");
    };
    assert_eq!(items, [(DeficiencyId(501), 1)]);
    assert_eq!(
        change,
        DeficiencyChange::Complete {
            comment: "seen".into()
        }
    );
    assert_eq!(bench.facts().taken, Taken::Nobody);
}

#[test]
fn marked_lines_become_citations_of_a_new_query() {
    let mut bench = loaded(plain);
    bench.keys("j j Enter");
    bench.reply(Reply::Text(samples::text(DocumentId(106))));
    bench.keys("/");
    bench.text("furosemide");
    bench.keys("Enter Space");
    assert_eq!(bench.facts().marks, 1);
    bench.keys("Q");
    let screen = bench.screen();
    assert!(screen.contains("Opening the chart"), "{screen}");
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    let screen = bench.screen();
    assert!(
        screen.contains("1 Treated for acute on chronic heart failure"),
        "{screen}"
    );
}

#[test]
fn after_an_action_the_chart_is_read_again() {
    let mut bench = loaded(plain);
    bench.asked();
    bench.keys("t");
    let Some(Request::Act(id, _)) = bench.waiting().first().map(|r| (*r).clone()) else {
        panic!("nothing was asked");
    };
    bench.reply(Reply::Acted(Acted {
        request: id,
        deed: Box::new(crate::tui::desk::Deed::each(1, "chart", "taken")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    }));
    assert!(bench.waiting().contains(&&Request::Chart(VISIT)));
}

#[test]
fn every_keymap_reaches_the_chart_commands() {
    for keymap in ["vim", "emacs", "function"] {
        let mut bench = Bench::with(
            plain,
            Size::new(80, 24),
            keymap,
            &[Role::Analyst, Role::Cdi],
        );
        bench.reply(Reply::Chart(Box::new(samples::chart())));
        bench.keys("g i");
        assert!(bench.screen().contains("[Timeline]"), "{keymap}");
        bench.keys("g d Enter");
        bench.reply(Reply::Text(samples::text(DocumentId(108))));
        bench.keys("/");
        bench.text("heart");
        bench.keys("Enter n ] C");
    }
}

#[test]
fn moving_in_the_list_costs_few_bytes() {
    let mut bench = loaded(plain);
    bench.frame_bytes();
    bench.keys("j");
    let bytes = bench.frame_bytes();
    assert!(bytes <= 160, "{bytes}");
    bench.keys("Enter");
    bench.reply(Reply::Text(samples::text(DocumentId(107))));
    bench.frame_bytes();
    bench.keys("j");
    let bytes = bench.frame_bytes();
    assert!(bytes <= 160, "{bytes} in the reader");
}

/// Answers the change under way as done.
fn done(bench: &mut Bench, taken: Option<crate::domain::worklist::Taken>) {
    let id = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    let id = id.unwrap_or_else(|| panic!("no change: {:?}\n{}", bench.message(), bench.screen()));
    bench.reply(Reply::Acted(Acted {
        request: id,
        deed: Box::new(crate::tui::desk::Deed::each(1, "item", "completed")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken,
    }));
}

#[test]
fn completing_an_item_goes_on_to_the_next_of_the_chart() {
    let mut bench = loaded(missing);
    bench.reply(Reply::Detail(Box::new(samples::missing_operative_report())));
    bench.asked();
    bench.keys("r");
    done(&mut bench, None);
    let mut left = samples::queue_page();
    left.rows.remove(0);
    bench.reply_oldest(Reply::Queue(left));
    let wanted = Request::Detail(DeficiencyId(502));
    assert!(bench.waiting().contains(&&wanted), "{:?}", bench.waiting());
    bench.reply(Reply::Detail(Box::new(samples::unsigned_note())));
    bench.reply(Reply::Text(samples::text(UNSIGNED)));
    bench.asked();
    bench.keys("r");
    done(&mut bench, None);
    bench.reply_oldest(Reply::Queue(samples::no_rows()));
    let message = bench.message().unwrap().1;
    assert_eq!(
        message,
        "Completed; nothing is left on the chart. x takes the next (u=undo)"
    );
}

#[test]
fn one_key_leaves_the_chart_for_the_next_free_one() {
    let mut bench = loaded(working);
    bench.reply(Reply::Detail(Box::new(samples::missing_operative_report())));
    bench.asked();
    bench.keys("x");
    let asked = bench.waiting().into_iter().any(|r| {
        matches!(r, Request::Act(_, action)
            if matches!(**action, Action::TakeNext { leave: Some(VISIT), .. }))
    });
    assert!(asked);
    let next = crate::domain::ids::EncounterId(77);
    done(
        &mut bench,
        Some(crate::domain::worklist::Taken {
            encounter: next,
            deficiency: DeficiencyId(900),
        }),
    );
    assert!(bench.waiting().contains(&&Request::Chart(next)));
    bench.keys("Esc");
}

/// What of the third document of the sample chart was copied from its second.
fn copied() -> crate::domain::copied::CopiedText {
    use crate::domain::copied::{CopiedPassage, CopiedSource, CopiedText};
    let text = samples::text(DocumentId(106)).text;
    let place = |part: &str| text.raw().find(part).unwrap();
    let passage = |from: &str, to: &str, source, first| CopiedPassage {
        start: place(from),
        end: place(to) + to.len(),
        words: 20,
        source,
        source_start: 24,
        source_end: 90,
        first,
    };
    let source = |id, visit| CopiedSource {
        document: DocumentId(id),
        encounter: Some(visit),
        kind: crate::domain::document::DocumentKind::Progress,
        title: "Progress note".into(),
        author: "SMITH,ALAN".into(),
        at: samples::chart().document(DocumentId(105)).unwrap().facts.at,
    };
    CopiedText {
        document: DocumentId(106),
        words: 60,
        template: 4,
        compared: 7,
        passages: vec![
            passage("Patient remains", "pitting edema", 0, 1),
            passage("Net negative", "saturation 94%", 1, 1),
        ],
        sources: vec![
            source(105, VISIT),
            source(900, crate::domain::ids::EncounterId(9)),
        ],
        text,
    }
}

fn reading_a_copy() -> Bench {
    let mut bench = loaded(plain);
    bench.keys("j j Enter");
    bench.reply(Reply::Text(samples::text(DocumentId(106))));
    bench.keys("=");
    assert!(bench.waiting().contains(&&Request::Copied(DocumentId(106))));
    bench
}

#[test]
fn copied_passages_are_signed_and_named() {
    let mut bench = reading_a_copy();
    assert_state("chart_copied_busy", &mut bench);
    bench.reply(Reply::Copied(Box::new(copied())));
    let screen = bench.screen();
    assert!(screen.contains("= 66 % copied; from"), "{screen}");
    assert!(screen.contains("match 1/2"), "{screen}");
    assert_state("chart_copied_full", &mut bench);
    assert_screen("chart_copied_tiny", &bench.screen_at(20, 5));
    bench.screen_at(80, 24);
    bench.keys("=");
    assert!(
        !bench.screen().contains("% copied"),
        "the same key takes the marks away"
    );
    bench.keys("=");
    bench.fail("The notes could not be compared");
    assert_state("chart_copied_error", &mut bench);
    bench.keys("=");
    let mut none = copied();
    none.passages.clear();
    bench.reply(Reply::Copied(Box::new(none)));
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("nothing of this note stands in the 7")
    );
    assert_state("chart_copied_empty", &mut bench);
}

#[test]
fn from_a_copied_passage_to_its_source_and_back() {
    let mut bench = reading_a_copy();
    bench.reply(Reply::Copied(Box::new(copied())));
    bench.keys("Enter");
    assert!(
        bench
            .waiting()
            .contains(&&Request::Text(DocumentId(105), None))
    );
    bench.reply(Reply::Text(samples::text(DocumentId(105))));
    let screen = bench.screen();
    assert!(screen.contains("match 1/1"), "at the passage: {screen}");
    bench.keys("Esc");
    assert!(bench.screen().contains("= 66 % copied"), "back at the copy");
    bench.keys("n Enter");
    let chart = Request::Chart(crate::domain::ids::EncounterId(9));
    assert!(
        bench.waiting().contains(&&chart),
        "a note of another visit opens its chart"
    );
}

#[test]
fn similar_notes_are_searched_by_words_that_can_be_edited() {
    use crate::domain::copied::SimilarSearch;
    let mut bench = loaded(plain);
    bench.keys("j j g l");
    bench.reply(Reply::Similar(Box::new(SimilarSearch {
        document: DocumentId(106),
        query: "furosemide OR diuresis".into(),
        words: Vec::new(),
    })));
    let screen = bench.screen();
    assert!(
        screen.contains("search: furosemide OR diuresis"),
        "{screen}"
    );
    let asked = bench.waiting();
    let search = |r: &&&Request| matches!(r, Request::Search(ask) if ask.request.text.raw() == "furosemide OR diuresis");
    assert!(asked.iter().any(|r| search(&r)), "{asked:?}");
}
