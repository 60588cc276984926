//! Search: working with hits: facets, groups, marks, saving, completing, exporting.

use super::{Search, Within};
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::ids::{DocumentId, EncounterId};
use crate::domain::saved_search::{SavedSearch, SearchCount, SearchList};
use crate::domain::search::{
    ExpansionKind, Facet, FacetKind, FacetValue, Grouping, Mark, QueryExpansion, SearchAnswer,
    SearchOrder, Suggestion, Widening,
};
use crate::domain::user::Role;
use crate::ops::{ExportForm, Exported};
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Reply, Request, SearchAsk};
use crate::tui::screens::samples::{self, ECHO, VISIT};
use ratatui::layout::Size;

fn make(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(Search::new(Within::All, ""))),
        other => crate::tui::screens::make(other),
    }
}

fn list() -> SearchList {
    SearchList {
        search: SavedSearch {
            name: "Heart \u{1b}[31mwatch".into(),
            text: "heart failure".into(),
            order: SearchOrder::Newest,
            grouping: Grouping::Document,
            widening: Widening::Sure,
        },
        looked: now(),
        count: Some(SearchCount { all: 120, new: 3 }),
    }
}

fn saved(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(Search::saved(list()))),
        other => crate::tui::screens::make(other),
    }
}

fn facet(kind: FacetKind, values: &[(&str, usize)], more: usize) -> Facet {
    let value = |(label, count): &(&str, usize)| FacetValue {
        label: (*label).into(),
        query: format!("{}:{label}", kind.name()).into(),
        count: *count,
    };
    Facet {
        kind,
        values: values.iter().map(value).collect(),
        more,
    }
}

/// An answer with everything an answer can have.
fn rich() -> SearchAnswer {
    SearchAnswer {
        facets: vec![
            facet(
                FacetKind::Type,
                &[("Progress note", 812), ("Consultation", 301)],
                2,
            ),
            facet(
                FacetKind::Author,
                &[("SMITH,A", 97), ("GARCIA LOPEZ,MARIA", 4)],
                0,
            ),
            facet(FacetKind::Year, &[("2026", 1100), ("2025", 104)], 0),
        ],
        expansions: vec![QueryExpansion {
            typed: "heart failure".into(),
            other: "cardiac failure".into(),
            kind: ExpansionKind::Synonym,
            why: "the same thing".into(),
            applied: true,
        }],
        marks: vec![Mark {
            text: "heart failure".into(),
            open: false,
        }],
        ..samples::answer(0, 50, 1204)
    }
}

fn searched() -> Bench {
    let mut bench = Bench::new(make);
    bench.text("heart failure ");
    bench.keys("Enter");
    bench.reply(Reply::Search(Box::new(rich())));
    bench
}

fn last_ask(bench: &Bench) -> SearchAsk {
    let asks = bench.waiting().into_iter().rev();
    asks.filter_map(|r| match r {
        Request::Search(ask) => Some(ask.clone()),
        _ => None,
    })
    .next()
    .expect("nothing was searched")
}

fn acts(bench: &mut Bench) -> Vec<Action> {
    bench
        .asked()
        .into_iter()
        .filter_map(|r| match r {
            Request::Act(_, action) => Some(*action),
            _ => None,
        })
        .collect()
}

#[test]
fn facets_hits_and_preview_stand_beside_each_other() {
    let mut bench = searched();
    bench.wait(200);
    bench.reply(Reply::Text(samples::text(ECHO)));
    assert_state("search_facets_full", &mut bench);
    assert_screen("search_facets_tiny", &bench.screen_at(30, 6));
}

#[test]
fn choosing_a_facet_narrows_and_back_widens() {
    let mut bench = searched();
    bench.keys("Tab Space");
    assert_eq!(
        last_ask(&bench).request.text.raw(),
        "heart failure type:Progress note"
    );
    assert_state("search_facets_busy", &mut bench);
    bench.reply(Reply::Search(Box::new(SearchAnswer {
        facets: vec![facet(FacetKind::Type, &[("Progress note", 812)], 0)],
        ..samples::answer(0, 50, 812)
    })));
    assert!(
        bench.screen().contains("[x] Progress n"),
        "{}",
        bench.screen()
    );
    assert!(
        bench.screen().contains("[ ] Consultation"),
        "{}",
        bench.screen()
    );
    bench.keys("Down Space");
    assert_eq!(
        last_ask(&bench).request.text.raw(),
        "heart failure (type:Progress note OR type:Consultation)"
    );
    bench.reply(Reply::Search(Box::new(samples::answer(0, 0, 0))));
    assert_state("search_facets_empty", &mut bench);
    bench.keys("Esc Esc");
    assert_eq!(last_ask(&bench).request.text.raw(), "heart failure");
    bench.fail("The index cannot be read");
    assert_state("search_facets_error", &mut bench);
}

#[test]
fn n_goes_through_matches_and_on_to_the_next_hit() {
    let mut bench = searched();
    bench.wait(200);
    bench.reply(Reply::Text(samples::text(ECHO)));
    let matches = bench.screen();
    assert!(matches.contains("match 1/1"), "{matches}");
    bench.keys("n");
    bench.wait(200);
    assert!(
        bench
            .waiting()
            .contains(&&Request::Text(DocumentId(201), None))
    );
    bench.reply(Reply::Text(samples::text(DocumentId(201))));
    bench.keys("N");
    bench.wait(200);
    assert!(bench.screen().contains("1/1,204"), "back at the first hit");
}

#[test]
fn hits_are_gathered_by_patient_and_a_group_opens() {
    let mut bench = searched();
    bench.keys("p");
    assert_eq!(last_ask(&bench).request.grouping, Grouping::Patient);
    let mut answer = samples::answer(0, 3, 1204);
    answer.groups = 3;
    answer.hits[0].in_group = 400;
    bench.reply(Reply::Search(Box::new(answer)));
    let screen = bench.screen();
    assert!(
        screen.contains("1/3 of 1,204 hits") && screen.contains("400 hits"),
        "{screen}"
    );
    bench.keys("x");
    let ask = last_ask(&bench);
    assert_eq!(
        (ask.request.patient.map(|p| p.0), ask.request.text.raw()),
        (Some(1), "heart failure")
    );
    assert!(bench.screen().contains("SEARCH this patient"));
}

#[test]
fn other_names_are_shown_and_switched_and_a_spelling_is_taken() {
    let mut bench = searched();
    assert!(
        bench.screen().contains("also: cardiac failure"),
        "{}",
        bench.screen()
    );
    bench.keys("W");
    assert_eq!(last_ask(&bench).request.widening, Widening::Every);
    bench.reply(Reply::Search(Box::new(SearchAnswer {
        suggestion: Some(Suggestion {
            query: "heart failure".into(),
            typed: "hart".into(),
            meant: "heart".into(),
        }),
        ..samples::answer(0, 0, 0)
    })));
    assert!(
        bench.screen().contains("did you mean: heart failure"),
        "{}",
        bench.screen()
    );
    bench.keys("D");
    assert_eq!(last_ask(&bench).request.text.raw(), "heart failure");
}

#[test]
fn marks_survive_another_search_and_actions_take_them() {
    let mut bench = searched();
    bench.keys("Space Space");
    assert!(bench.screen().contains("2-marked"), "{}", bench.screen());
    bench.keys("o");
    bench.reply(Reply::Search(Box::new(samples::answer(5, 10, 5))));
    assert!(bench.screen().contains("2-marked"));
    bench.keys("A");
    assert!(
        bench.screen().contains("2 marked hits, one item each"),
        "{}",
        bench.screen()
    );
    bench.reply(Reply::Choices(vec![crate::domain::worklist::Choice {
        id: 0,
        name: "SIG".into(),
        note: "Unsigned document".into(),
    }]));
    bench.text("SIG");
    bench.reply(Reply::Choices(vec![crate::domain::worklist::Choice {
        id: 0,
        name: "SIG".into(),
        note: "Unsigned document".into(),
    }]));
    bench.keys("Enter Tab Tab");
    bench.text("as seen in the search");
    bench.keys("Enter");
    let added = acts(&mut bench);
    let [
        Action::AddForDocuments {
            documents, kind, ..
        },
    ] = added.as_slice()
    else {
        panic!("one change for all: {added:?}");
    };
    assert_eq!(kind, "SIG");
    assert_eq!(documents[..], [(VISIT, ECHO), (VISIT, DocumentId(201))]);
}

#[test]
fn a_query_cites_marked_hits_of_one_chart_only() {
    let mut bench = Bench::new(make);
    bench.text("heart ");
    bench.keys("Enter");
    let mut answer = samples::answer(0, 3, 3);
    answer.hits[2].encounter = Some(EncounterId(99));
    bench.reply(Reply::Search(Box::new(answer)));
    bench.keys("Space Space Space Q");
    assert!(bench.message().unwrap().1.contains("about one chart"));
    bench.keys("G Space Q");
    assert!(
        bench.screen().contains("Opening the chart"),
        "{}",
        bench.screen()
    );
}

#[test]
fn a_saved_search_counts_as_looked_at_and_shows_what_is_new() {
    let mut bench = Bench::new(saved);
    let ask = last_ask(&bench);
    assert_eq!(ask.saved.as_deref(), Some("Heart \u{1b}[31mwatch"));
    assert_eq!(
        (ask.request.order, ask.request.text.raw()),
        (SearchOrder::Newest, "heart failure")
    );
    bench.reply(Reply::Search(Box::new(samples::answer(0, 50, 120))));
    assert!(
        bench.screen().contains("SEARCH Heart <ESC>[31mwatch"),
        "{}",
        bench.screen()
    );
    bench.keys("*");
    assert_eq!(last_ask(&bench).request.taken_after, Some(now()));
    bench.reply(Reply::Search(Box::new(samples::answer(0, 0, 0))));
    assert!(bench.screen().contains("Nothing new since you looked."));
    assert_screen("search_saved_nothing_new_80", &bench.screen());
    bench.run(Command::DeleteSearch(None));
    let deleted = |r: &&Request| match r {
        Request::Act(_, action) => {
            **action
                == Action::DeleteSearch {
                    name: list().search.name,
                }
        }
        _ => false,
    };
    assert_eq!(bench.waiting().into_iter().filter(deleted).count(), 1);
    acted(&mut bench);
    bench.reply(Reply::SearchLists(Vec::new()));
    // It is a search like others now, and nowhere offered.
    assert!(
        !bench.screen().contains("SEARCH Heart"),
        "{}",
        bench.screen()
    );
    bench.run(Command::DeleteSearch(None));
    bench.reply(Reply::SearchLists(Vec::new()));
    assert_eq!(bench.dialogs(), 0, "{}", bench.screen());
    assert!(bench.message().unwrap().1.contains("no search is saved"));
}

/// The newest change was made.
fn acted(bench: &mut Bench) {
    let request = bench.waiting().into_iter().rev().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    bench.reply(Reply::Acted(crate::tui::desk::Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "search", "deleted")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    }));
}

#[test]
fn a_saved_search_that_somebody_deleted_meanwhile_is_offered_nowhere() {
    let mut bench = Bench::new(make);
    let named = |name: &str| SearchList {
        search: SavedSearch {
            name: name.into(),
            ..list().search
        },
        ..list()
    };
    bench.reply(Reply::SearchLists(vec![named("Chest"), named("Stroke")]));
    bench.keys("Esc");
    bench.run(Command::Palette);
    bench.text("open-saved chest");
    assert!(
        bench.screen().contains("search.open-saved Chest"),
        "{}",
        bench.screen()
    );
    // The command line asked again; what is typed stays.
    bench.reply(Reply::SearchLists(vec![named("Stroke")]));
    let screen = bench.screen();
    assert!(!screen.contains("search.open-saved Chest"), "{screen}");
    assert!(screen.contains("open-saved chest"), "{screen}");
    bench.keys("Esc");
    bench.run(Command::OpenSearch(None));
    assert_eq!(bench.dialogs(), 0, "it is read first which there are");
    bench.reply(Reply::SearchLists(vec![named("Stroke")]));
    let screen = bench.screen();
    assert!(
        screen.contains("Stroke") && !screen.contains("Chest"),
        "{screen}"
    );
    bench.keys("Esc");
    bench.run(Command::OpenSearch(Some("Chest".into())));
    bench.reply(Reply::SearchLists(vec![named("Stroke")]));
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("no saved search \"Chest\"")
    );
}

#[test]
fn a_search_is_saved_as_it_is_meant() {
    let mut bench = Bench::new(make);
    bench.text("heart fail");
    bench.keys("Enter");
    bench.reply(Reply::Search(Box::new(rich())));
    bench.keys("Tab Space");
    bench.reply(Reply::Search(Box::new(rich())));
    bench.keys("Tab Tab w");
    bench.text("Watch");
    bench.keys("Enter");
    let Some(Action::SaveSearch(search)) = acts(&mut bench).pop() else {
        panic!("nothing was saved");
    };
    assert_eq!(search.name, "Watch");
    assert_eq!(search.text.raw(), "heart fail* type:Progress note");
}

#[test]
fn history_of_earlier_sessions_comes_back_and_is_cleared_by_a_word() {
    let mut bench = Bench::new(make);
    bench.reply(Reply::SearchHistory(vec!["newer".into(), "older".into()]));
    bench.keys("Up Up");
    assert!(
        bench.screen().contains("search: older"),
        "{}",
        bench.screen()
    );
    bench.text(" ");
    bench.keys("Enter");
    assert!(
        last_ask(&bench).remember,
        "accepted searches are remembered"
    );
    bench.reply(Reply::Search(Box::new(samples::answer(0, 1, 1))));
    bench.run(Command::ClearHistory);
    bench.text("clear");
    bench.keys("Enter");
    assert_eq!(acts(&mut bench), [Action::ClearSearchHistory]);
}

#[test]
fn fields_and_values_are_completed_while_typing() {
    let mut bench = Bench::new(make);
    bench.text("sepsis au");
    assert!(bench.screen().contains("author:"), "{}", bench.screen());
    bench.keys("Tab");
    assert!(
        bench.screen().contains("search: sepsis author:"),
        "{}",
        bench.screen()
    );
    bench.text("smi");
    let line = "sepsis author:smi";
    let wanted = Request::CompleteSearch(line.into(), line.len());
    assert!(bench.waiting().contains(&&wanted));
    let offer = |name: &str| crate::grammar::Completion {
        insert: format!("{name} ").into(),
        label: name.into(),
        note: "",
    };
    bench.reply(Reply::Completions(crate::grammar::Completions {
        span: crate::grammar::Span::new(14, 17),
        items: vec![offer("SMITH,ADAM"), offer("SMITH,BETH")],
    }));
    assert_screen("search_offers_80", &bench.screen());
    bench.keys("F4 Down Enter");
    assert!(
        bench.screen().contains("author:SMITH,BETH"),
        "{}",
        bench.screen()
    );
}

#[test]
fn an_export_is_confirmed_and_enter_means_no() {
    let mut bench = searched();
    bench.keys("E Enter Enter");
    assert!(
        bench.screen().contains("1,204 hits as csv"),
        "{}",
        bench.screen()
    );
    assert_screen("search_export_80", &bench.screen());
    bench.keys("Enter");
    let export = |bench: &mut Bench| {
        bench.asked().into_iter().find_map(|r| match r {
            Request::Export {
                which, form, name, ..
            } => Some((which, form, name)),
            _ => None,
        })
    };
    assert_eq!(export(&mut bench), None, "Enter is no");
    bench.keys("Space E Enter Enter y");
    assert_eq!(
        export(&mut bench),
        Some((
            Exported::These(vec![ECHO]),
            ExportForm::Csv,
            "search-2026-03-22.csv".to_owned()
        ))
    );
}

#[test]
fn every_keymap_reaches_the_commands_of_search() {
    for keymap in ["vim", "emacs", "function"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(make, size, keymap, &[Role::Analyst, Role::Cdi]);
        bench.text("heart ");
        bench.keys("Enter");
        bench.reply(Reply::Search(Box::new(rich())));
        bench.keys("Space");
        assert_eq!(bench.facts().marks, 1, "{keymap}");
        bench.keys("p");
        assert_eq!(
            last_ask(&bench).request.grouping,
            Grouping::Patient,
            "{keymap}"
        );
        bench.reply(Reply::Search(Box::new(rich())));
        bench.keys("E");
        assert!(bench.screen().contains("Export 1 marked hit"), "{keymap}");
    }
}

#[test]
fn documents_with_most_of_the_words_are_shown_said_and_switched_off() {
    let mut bench = Bench::new(make);
    bench.text("zebra heart failure ");
    bench.keys("Enter");
    assert!(last_ask(&bench).request.lenient);
    bench.reply(Reply::Search(Box::new(SearchAnswer {
        partial: true,
        suggestion: Some(Suggestion {
            query: "zebras heart failure".into(),
            typed: "zebra".into(),
            meant: "zebras".into(),
        }),
        ..samples::answer(0, 50, 1204)
    })));
    assert_screen("search_partial_80", &bench.screen());
    bench.keys("L");
    assert!(!last_ask(&bench).request.lenient);
    bench.reply(Reply::Search(Box::new(samples::answer(0, 0, 0))));
    let screen = bench.screen();
    assert!(
        screen.contains("L shows those with most of the words."),
        "{screen}"
    );
}

#[test]
fn a_search_that_the_index_cannot_answer_yet_is_asked_again() {
    let mut bench = Bench::new(make);
    bench.text("heart ");
    bench.keys("Enter");
    bench.fail_for_now("the index is being built");
    assert!(
        bench.screen().contains("the search runs when it is there"),
        "{}",
        bench.screen()
    );
    bench.wait(600);
    assert_eq!(last_ask(&bench).request.text.raw(), "heart");
    bench.reply(Reply::Search(Box::new(SearchAnswer {
        building: true,
        ..samples::answer(0, 3, 3)
    })));
    assert!(
        bench.screen().contains("more will come"),
        "{}",
        bench.screen()
    );
    bench.asked();
    bench.wait(600);
    bench.reply(Reply::Search(Box::new(samples::answer(0, 4, 4))));
    assert!(!bench.screen().contains("being built"));
    bench.asked();
    bench.wait(5_000);
    let again = bench.waiting();
    assert!(!again.iter().any(|r| matches!(r, Request::Search(_))));
}

#[test]
fn a_search_just_saved_is_the_saved_search() {
    let mut bench = searched();
    bench.keys("w");
    bench.text("Heart watch");
    bench.keys("Enter");
    let asked = bench.waiting().into_iter().rev().find_map(|r| match r {
        Request::Act(id, action) => Some((id.clone(), (**action).clone())),
        _ => None,
    });
    let (request, Action::SaveSearch(search)) = asked.unwrap() else {
        panic!("nothing was saved");
    };
    bench.reply(Reply::Acted(crate::tui::desk::Acted {
        request,
        deed: Box::new(crate::tui::desk::Deed::each(1, "search", "saved")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    }));
    let list = SearchList {
        search,
        looked: now(),
        count: None,
    };
    bench.reply(Reply::SearchLists(vec![list]));
    assert_eq!(last_ask(&bench).saved.as_deref(), Some("Heart watch"));
    bench.reply(Reply::Search(Box::new(rich())));
    assert!(
        bench.screen().contains("SEARCH Heart watch"),
        "{}",
        bench.screen()
    );
    bench.keys("*");
    assert_eq!(last_ask(&bench).request.taken_after, Some(now()));
}

#[test]
fn a_beginning_that_was_cut_says_so_and_its_facets_wait_for_the_rest() {
    let mut bench = searched();
    bench.asked();
    assert!(bench.screen().contains("812"), "{}", bench.screen());
    bench.keys("e");
    bench.text("acute");
    bench.reply(Reply::Search(Box::new(samples::answer(0, 1, 1))));
    bench.reply(Reply::Search(Box::new(SearchAnswer {
        cut: true,
        ..samples::answer(0, 5, 61)
    })));
    let screen = bench.screen();
    assert!(screen.contains("1/61+ hits"), "{screen}");
    assert!(
        screen.contains("Progress note") && !screen.contains("812"),
        "the values stay, their numbers are those of another query: {screen}"
    );
    bench.text("x");
    bench.reply(Reply::Search(Box::new(SearchAnswer {
        cut: true,
        ..samples::answer(0, 0, 0)
    })));
    assert!(
        !bench.screen().contains("No document"),
        "not all was looked at: {}",
        bench.screen()
    );
    bench.wait(400);
    bench.reply(Reply::Search(Box::new(rich())));
    let screen = bench.screen();
    assert!(
        screen.contains("1/1,204 hits") && screen.contains("812"),
        "{screen}"
    );
}
