//! Named lists on the bench.

use super::*;
use crate::domain::ids::{ListEntryId, UserId};
use crate::domain::named_list::ListEntry;
use crate::domain::time::Moment;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state, now};
use crate::tui::desk::Acted;
use crate::tui::screens::samples::{self, ECHO, VISIT};
use ratatui::layout::Size;

fn lists() -> Reply {
    let list = |id, name: &str, owner, shared, entries, open| NamedList {
        id: ListId(id),
        version: 1,
        name: name.into(),
        owner: UserId(owner),
        owner_name: "LEE".into(),
        shared,
        entries,
        open,
    };
    Reply::NamedLists(vec![
        list(1, "Sepsis to check", 7, None, 12, 9),
        list(2, "EVIL\u{1b}[31m", 7, Some(Role::Coder), 1_204, 0),
        list(3, "Amputations", 8, Some(Role::Analyst), 2, 2),
    ])
}

fn entries() -> Reply {
    let entry = |id, thing, what: &str, note: &str, done| ListEntry {
        id: ListEntryId(id),
        version: 3,
        thing,
        encounter: Some(VISIT),
        patient: crate::domain::ids::PatientId(1),
        patient_name: "ZZTEST,ANN".into(),
        mrn: "4410123".into(),
        visit: "V1001".into(),
        what: what.into(),
        at: Some(Moment::at(now())),
        note: note.into(),
        done,
        added: now(),
        added_by: "LEE".into(),
    };
    Reply::ListEntries(vec![
        entry(1, ListThing::Document(ECHO), "Echo", "EF low", false),
        entry(
            2,
            ListThing::Stay(VISIT),
            "Stay",
            "\u{1b}]52;c;x\u{7}",
            false,
        ),
        entry(3, ListThing::Document(ECHO), "Progress note", "", true),
    ])
}

fn open() -> Bench {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.asked();
    bench.keys("g L");
    bench
}

fn on_list() -> Bench {
    let mut bench = open();
    bench.reply(lists());
    bench.keys("Enter");
    bench
}

fn acts(bench: &mut Bench) -> Vec<ListAction> {
    let asked = bench.waiting().into_iter();
    let list = |r: &Request| match r {
        Request::Act(_, action) => match &**action {
            Action::List(action) => Some(action.clone()),
            _ => None,
        },
        _ => None,
    };
    asked.filter_map(list).collect()
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = open();
    assert_state("lists_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("lists_error", &mut bench);
    let mut bench = open();
    bench.reply(Reply::NamedLists(Vec::new()));
    assert_state("lists_empty", &mut bench);
    let mut bench = open();
    bench.reply(lists());
    assert_state("lists_full", &mut bench);
    assert_screen("lists_tiny_10x4", &bench.screen_at(10, 4));
}

#[test]
fn every_state_of_a_list_looks_as_it_should() {
    let mut bench = on_list();
    assert_state("list_busy", &mut bench);
    bench.fail("The store is busy");
    assert_state("list_error", &mut bench);
    let mut bench = on_list();
    bench.reply(Reply::ListEntries(Vec::new()));
    assert_state("list_empty", &mut bench);
    let mut bench = on_list();
    bench.reply(entries());
    assert_state("list_full", &mut bench);
    assert_screen("list_tiny_10x4", &bench.screen_at(10, 4));
    bench.keys("Tab");
    let done = bench.screen_at(80, 24);
    assert!(done.contains("Progress note"), "{done}");
}

#[test]
fn entries_are_ticked_off_noted_and_taken_off() {
    let mut bench = on_list();
    bench.reply(entries());
    bench.keys("Space Space d");
    let both = vec![(ListEntryId(1), 3), (ListEntryId(2), 3)];
    let tick = ListAction::Done {
        entries: both,
        done: true,
    };
    assert_eq!(acts(&mut bench), [tick]);
    bench.asked();
    bench.keys("Del g g e");
    bench.text(", ask");
    bench.keys("Enter");
    let note = ListAction::Note {
        entry: ListEntryId(1),
        version: 3,
        note: "EF low, ask".into(),
    };
    assert_eq!(acts(&mut bench), [note]);
    bench.asked();
    bench.keys("x");
    let remove = ListAction::Remove {
        entries: vec![(ListEntryId(1), 3)],
    };
    assert_eq!(acts(&mut bench), [remove]);
    bench.asked();
    bench.keys("Enter");
    assert!(bench.waiting().contains(&&Request::Chart(VISIT)));
}

#[test]
fn lists_are_shared_renamed_deleted_and_made() {
    let mut bench = open();
    bench.reply(lists());
    bench.keys("h");
    bench.text("coder");
    bench.keys("Enter");
    let list = || "Sepsis to check".to_owned();
    let with = Some(Role::Coder);
    assert_eq!(acts(&mut bench), [ListAction::Share { list: list(), with }]);
    bench.asked();
    bench.run(Command::RenameList(Some("Sepsis".into())));
    let to = "Sepsis".to_owned();
    assert_eq!(acts(&mut bench), [ListAction::Rename { list: list(), to }]);
    bench.asked();
    bench.keys("D");
    assert_eq!(acts(&mut bench), [ListAction::Delete { list: list() }]);
    bench.asked();
    bench.keys("n");
    bench.text("New");
    bench.keys("Enter");
    assert!(matches!(&acts(&mut bench)[..],
        [ListAction::Add { list, things, .. }] if list == "New" && things.is_empty()));
}

#[test]
fn hits_go_on_a_list_and_the_search_is_there_again() {
    for keymap in ["vim", "function", "emacs"] {
        let size = Size::new(80, 24);
        let mut bench = Bench::with(crate::tui::screens::make, size, keymap, &[Role::Coder]);
        bench.keys("g s");
        bench.text("heart ");
        bench.keys("Enter");
        bench.reply(Reply::Search(Box::new(samples::answer(0, 50, 120))));
        bench.asked();
        bench.keys("&");
        bench.reply(lists());
        assert!(bench.screen().contains("ADD TO WHICH LIST"), "{keymap}");
        bench.keys("Enter");
        let add = ListAction::Add {
            list: "Sepsis to check".into(),
            things: vec![ListThing::Document(ECHO)],
            note: Untrusted::default(),
        };
        assert_eq!(acts(&mut bench), [add], "{keymap}");
        bench.reply(Reply::Acted(Acted {
            request: crate::domain::ids::RequestId("t-1".into()),
            deed: Box::new(crate::tui::desk::Deed::each(1, "entry", "put on the list")),
            done: 1,
            refused: Vec::new(),
            undoable: true,
            taken: None,
        }));
        assert!(bench.screen().contains("SEARCH all charts"), "{keymap}");
    }
}
