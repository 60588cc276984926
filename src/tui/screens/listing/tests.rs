//! A list of letters of the alphabet: cursor, filter, orders, views, marks.

use super::*;
use crate::command::RowRange;

struct Row {
    id: i64,
    version: i64,
    name: &'static str,
}

impl Listed for Row {
    type Key = i64;

    fn key(&self) -> i64 {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn haystack(&self) -> String {
        self.name.to_owned()
    }
}

static PLAN: Plan<Row> = Plan {
    what: "letters",
    views: &[
        View {
            title: "All",
            holds: Some(|_| true),
        },
        View {
            title: "Even",
            holds: Some(|r| r.id % 2 == 0),
        },
        View {
            title: "Old",
            holds: None,
        },
    ],
    sorts: &[
        Sort {
            name: "id",
            compare: None,
        },
        Sort {
            name: "name",
            compare: Some(|a, b| a.name.cmp(b.name)),
        },
    ],
    marks: true,
    split: Split::of(40, 6),
};

/// The same rows in another order.
fn ordered(ids: &[i64]) -> Vec<Row> {
    let place = |row: &Row| ids.iter().position(|id| *id == row.id).unwrap();
    let mut all = rows();
    all.sort_by_key(place);
    all
}

#[test]
fn the_cursor_goes_on_to_the_next_row_when_what_was_done_sends_its_row_away() {
    let mut list = list();
    run(&mut list, Command::Down);
    list.arrived(ordered(&[1, 3, 4, 2]), false, BODY);
    assert_eq!(list.row().unwrap().id, 2, "others moved it: it is followed");
    list.arrived(rows(), false, BODY);
    list.dealt();
    list.arrived(ordered(&[1, 3, 4, 2]), false, BODY);
    assert_eq!(list.row().unwrap().id, 3, "the next one");
    // It holds for one reading of the rows only.
    list.arrived(ordered(&[3, 1, 4, 2]), false, BODY);
    assert_eq!(list.row().unwrap().id, 3);
    // The user went on meanwhile.
    list.dealt();
    run(&mut list, Command::Down);
    list.arrived(ordered(&[1, 4, 2, 3]), false, BODY);
    assert_eq!(list.row().unwrap().id, 1);
    // What was done with others only, or refused, leaves the cursor where it is.
    run(&mut list, Command::Mark);
    run(&mut list, Command::Down);
    let here = list.row().unwrap().id;
    list.dealt();
    list.arrived(ordered(&[2, 3, 4, 1]), false, BODY);
    assert_eq!(list.row().unwrap().id, here);
}

const BODY: Rect = Rect::new(0, 1, 80, 21);

fn rows() -> Vec<Row> {
    let names = ["delta", "alpha", "charlie", "bravo"];
    let row = |(id, name)| Row {
        id,
        version: 1,
        name,
    };
    (1..).zip(names).map(row).collect()
}

fn list() -> Listing<Row> {
    let mut list = Listing::new(&PLAN);
    list.arrived(rows(), false, BODY);
    list
}

fn run(list: &mut Listing<Row>, command: Command) -> Did {
    list.command(&command, BODY)
}

fn names(list: &Listing<Row>) -> Vec<&'static str> {
    (0..list.list.len)
        .filter_map(|i| list.at(i))
        .map(|r| r.name)
        .collect()
}

fn under(list: &Listing<Row>) -> &'static str {
    list.row().map_or("", |r| r.name)
}

#[test]
fn the_cursor_stays_on_its_row_whatever_happens_around_it() {
    let mut list = list();
    run(&mut list, Command::End);
    assert_eq!(under(&list), "bravo");
    run(&mut list, Command::Sort(Some("name".into())));
    assert_eq!(names(&list), ["alpha", "bravo", "charlie", "delta"]);
    assert_eq!(under(&list), "bravo");
    run(&mut list, Command::Reverse);
    assert_eq!(under(&list), "bravo");
    let mut later = rows();
    later.insert(
        0,
        Row {
            id: 9,
            version: 1,
            name: "echo",
        },
    );
    list.arrived(later, false, BODY);
    assert_eq!(names(&list)[0], "echo");
    assert_eq!(under(&list), "bravo");
    list.arrived(rows().into_iter().take(3).collect(), false, BODY);
    assert_eq!(under(&list), "alpha", "the row is gone, the line is kept");
}

#[test]
fn a_filter_takes_every_word_and_going_back_takes_it_off() {
    let mut list = list();
    run(&mut list, Command::Filter);
    for c in "L A".chars() {
        list.text_key(Key::char(c), BODY);
    }
    assert_eq!(names(&list), ["delta", "alpha", "charlie"]);
    assert_eq!(list.numbers(), "3/4");
    assert!(list.hints().is_some());
    assert!(matches!(run(&mut list, Command::Accept), Did::Done(_)));
    assert!(list.hints().is_none());
    assert!(matches!(run(&mut list, Command::Back), Did::Moved));
    assert_eq!(list.numbers(), "4/4");
    assert!(matches!(run(&mut list, Command::Back), Did::Ignored));
}

#[test]
fn views_narrow_what_is_there_or_are_read_anew() {
    let mut list = list();
    assert!(matches!(run(&mut list, Command::NextPane), Did::Moved));
    assert_eq!(names(&list), ["alpha", "bravo"]);
    assert!(matches!(run(&mut list, Command::NextPane), Did::Turned));
    assert!(list.waits() && list.rows().is_empty());
    list.fail();
    assert!(!list.waits(), "a list that failed keeps no keys waiting");
    assert!(matches!(run(&mut list, Command::NextPane), Did::Moved));
}

#[test]
fn marks_survive_a_filter_and_go_where_a_row_changed_or_was_dealt_with() {
    let mut list = list();
    run(
        &mut list,
        Command::SelectRows(RowRange::parse("1-2,4").unwrap()),
    );
    run(&mut list, Command::Filter);
    list.paste("alpha", BODY);
    assert_eq!(list.numbers(), "1/4 3-marked (2 hidden)");
    assert_eq!(list.targets().len(), 3);
    let mut later = rows();
    later[1].version = 2;
    list.arrived(later, false, BODY);
    assert_eq!(list.targets().len(), 2, "alpha changed since it was marked");
    list.unmark(|id| *id == 1);
    assert_eq!(list.targets()[0].name, "delta");
    run(&mut list, Command::ClearMarks);
    assert_eq!(
        list.targets()[0].name,
        "alpha",
        "else the one under the cursor"
    );
}

#[test]
fn an_order_that_is_not_there_says_which_there_are() {
    let mut list = list();
    let Did::Done(outcome) = run(&mut list, Command::Sort(Some("x".into()))) else {
        panic!("not refused");
    };
    assert_eq!(outcome.steps.len(), 1);
    assert_eq!(names(&list)[0], "delta");
}
