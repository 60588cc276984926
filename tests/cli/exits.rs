//! Exit codes: one rule for every verb (`args::EXIT_CODES`).

use crate::support::Place;
use crate::support::fhir::{self, Stay};

/// Two stays with an item each; one of them is asked about no document.
fn place() -> (Place, Vec<String>) {
    let place = Place::new();
    let file = place.file("a.ndjson", fhir::ndjson(&[Stay::new(1), Stay::new(2)]));
    place.import(&[&file]);
    let ids = place.queue("all").into_iter().map(|r| r["id"].to_string());
    let ids: Vec<String> = ids.collect();
    assert_eq!(ids.len(), 2);
    (place, ids)
}

#[test]
fn where_nothing_was_done_with_what_was_named_the_code_is_3() {
    let (place, ids) = place();
    let id = ids[0].as_str();
    let verbs: &[&[&str]] = &[
        &["deficiency", "dismiss", id],
        &["deficiency", "dismiss", &ids[0], &ids[1]],
        &["deficiency", "complete", id, "--document"],
        &["deficiency", "uphold", id, "--reason", "it is theirs"],
        &["deficiency", "unhold", id],
        &["deficiency", "reopen", id, "--reason", "not seen"],
        &["deficiency", "unhold-chart", "V00001"],
        &["deficiency", "undo"],
        &["review", "discard", "V00001"],
        &["ladder", "confirm", "77"],
        &["letters", "print", "77"],
        &["letters", "preview", "77"],
        &["letters", "show", "77"],
        &["list", "delete", "none"],
        &["searches", "delete", "none"],
        &["query", "show", "77"],
        &["list", "note", "mine", "77", "words"],
        &["cover", "end", "77"],
        &["coded", "V00001", "--not", "wrong stay"],
        &["user", "off", "nobody"],
        &["chart", "nobody"],
        &["report", "delinquency", "--date", "2001-01-01", "--stored"],
    ];
    for verb in verbs {
        let run = place.run(verb);
        assert_eq!(run.code, 3, "{verb:?}: {}{}", run.out, run.err);
        assert!(!run.err.is_empty(), "{verb:?} says why");
    }
}

#[test]
fn where_some_of_it_was_left_as_it_is_the_code_is_1() {
    let (place, ids) = place();
    let (first, second) = (ids[0].as_str(), ids[1].as_str());
    place
        .run(&["deficiency", "hold", first, "--reason", "other"])
        .exits(0);
    let run = place.run(&["deficiency", "unhold", first, second]).exits(1);
    assert!(
        run.err.contains(&format!("{second} left as it is")),
        "{}",
        run.err
    );
    place.run(&["deficiency", "complete", first]).exits(0);
    place
        .run(&["deficiency", "complete", first, second])
        .exits(1);
    place
        .run(&["deficiency", "complete", first, second])
        .exits(3);
    place
        .run(&["list", "add", "mine", "--visit", "V00001"])
        .exits(0);
    place.run(&["coded", "V00001"]).exits(1);
}

#[test]
fn a_chart_that_cannot_be_taken_does_not_keep_the_next_from_being_taken() {
    let (place, ids) = place();
    place.user("ben", "analyst");
    let (first, second) = (ids[0].as_str(), ids[1].as_str());
    place
        .run(&["--as", "ben", "deficiency", "take", first])
        .exits(0);
    let run = place.run(&["deficiency", "take", first, second]).exits(1);
    assert!(run.err.contains("has this chart"), "{}", run.err);
    place
        .run(&["deficiency", "take", first])
        .fails(3, "has this chart");
}

#[test]
fn a_value_that_is_none_of_those_there_are_is_a_mistake_of_usage() {
    let (place, _) = place();
    for verb in [
        &["query", "templates", "--topic", "none-such"][..],
        &["opportunities", "--topic", "none-such"],
        &["queue", "--view", "none-such"],
        &["queue", "--sort", "none-such"],
        &["review", "list", "--view", "none-such"],
        &["ladder", "list", "--state", "none-such"],
    ] {
        place.run(verb).fails(2, "none-such");
    }
}

#[test]
fn a_search_and_a_filter_that_cannot_be_understood_are_the_same_mistake() {
    let (place, _) = place();
    for verb in [
        &["search", "(pain"][..],
        &["search", "pain", "--json", "age:old"],
        &["searches", "save", "mine", "(pain"],
        &["queue", "type:("],
        &["queue", "age:old"],
        &["review", "list", "age:old"],
    ] {
        let run = place.run(verb);
        assert_eq!(run.code, 2, "{verb:?}: {}{}", run.out, run.err);
        assert!(!run.err.is_empty(), "{verb:?} says what is wrong");
    }
}

#[test]
fn nothing_found_and_nothing_waiting_is_done() {
    let (place, ids) = place();
    let verbs: &[&[&str]] = &[
        &["queue", "--view", "hold"],
        &["search", "wordthatisnowhere"],
        &["searches", "list"],
        &["searches", "history"],
        &["searches", "clear-history"],
        &["list", "list"],
        &["cover", "list"],
        &["letters", "list"],
        &["letters", "print"],
        &["ladder", "list"],
        &["ladder", "propose"],
        &["ladder", "confirm", "--all"],
        &["query", "list"],
        &["query", "advance"],
        &["review", "list"],
        &["note", "V00001"],
        &["rules", "who", "NONE"],
        &["analyze"],
        &["index", "update"],
        &["deficiency", "release", &ids[0]],
        &["user", "on", "ann"],
    ];
    for verb in verbs {
        let run = place.run(verb);
        assert_eq!(run.code, 0, "{verb:?}: {}{}", run.out, run.err);
    }
}

#[test]
fn the_help_says_what_the_codes_mean() {
    let place = Place::empty();
    let help = place.run(&["help"]).exits(0).out;
    let manual = place.run(&["man"]).exits(0).out;
    for (code, _) in chartroom::cli::args::EXIT_CODES {
        assert!(help.contains(&format!("\n  {code}  ")), "{code}: {help}");
    }
    assert!(manual.contains("Exit codes:"), "{manual}");
}
