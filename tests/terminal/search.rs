//! Search as work: saved searches with what is new, facets, and text that was copied forward.

use super::driver::Terminal;
use super::work::{run, workstation_at};
use crate::support::Place;
use crate::support::fhir::{self, PROGRESS, Stay};

const PASSAGE: &str = "Admitted with three days of worsening dyspnea on exertion; the chest film \
    showed large bilateral effusions and furosemide was started intravenously with good response.";

/// A hospital of two stays; the second note of the first repeats what its first says.
fn hospital() -> Place {
    let place = Place::new();
    let first = Stay::new(1)
        .note(
            PROGRESS,
            "Progress note",
            &format!("Day one. {PASSAGE}"),
            true,
        )
        .note(
            PROGRESS,
            "Progress note",
            &format!("Day two. {PASSAGE} He slept well."),
            true,
        );
    let file = place.file("two.ndjson", fhir::ndjson(&[first, Stay::new(2)]));
    place.run(&["import", &file]).exits(0);
    // The verb makes the index, so that no test waits for it.
    place.run(&["search", "pneumonia"]).exits(0);
    place
}

fn workstation(place: &Place) -> Terminal {
    workstation_at(place, 80, 24, &["--as", "ann"])
}

/// Types a query and goes to its hits.
fn search<'a>(t: &'a mut Terminal, query: &str, hits: &str) -> &'a mut Terminal {
    t.command("app.goto-search").see("SEARCH all charts");
    // The blank ends the last word.
    t.keys(query).keys(" ").see(hits);
    t.keys("\r").see("Enter=open")
}

#[test]
fn a_saved_search_stands_among_the_worklists_and_counts_what_is_new() {
    let place = hospital();
    let mut t = workstation(&place);
    search(&mut t, "furosemide", "1/2 hits");
    t.command("search.save Diuretics")
        .see("OK: Search Diuretics saved");
    t.command("app.goto-home").see("WORKLISTS").see("Diuretics");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);

    let third = Stay::new(3).note(PROGRESS, "Progress note", "Furosemide again.", true);
    let file = place.file("third.ndjson", fhir::ndjson(&[third]));
    place.run(&["import", &file]).exits(0);
    // The verb brings the index up to date before it counts.
    let listed = run(&place, &["--as", "ann", "searches", "list", "--json"]).stdout;
    let list: serde_json::Value = serde_json::from_slice(&listed).unwrap();
    assert_eq!(
        (&list["count"], &list["new"]),
        (&3.into(), &1.into()),
        "{list}"
    );

    let mut t = workstation(&place);
    t.see("Diuretics  1 new");
    t.command("search.open-saved Diuretics")
        .see("SEARCH Diuretics")
        .see("1/3 hits");
    t.command("search.only-new")
        .see("1/1 hit ")
        .see("only what is new");
    t.command("app.goto-home")
        .see("WORKLISTS")
        .until("nothing new any more", |s| {
            s.contains("Diuretics") && !s.contains("1 new")
        });
    t.command("search.delete Diuretics")
        .see("OK: Search Diuretics deleted");
    t.until("no list", |s| !s.contains("Diuretics  "));
    t.command("app.undo")
        .see("OK: Undone: Search Diuretics deleted");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}

#[test]
fn a_facet_narrows_and_the_hits_left_are_exported_after_a_question() {
    let place = hospital();
    let mut t = workstation(&place);
    search(&mut t, "pneumonia OR furosemide", "1/4 hits").see("TYPE");
    t.command("pane.next").see("Space=mark");
    t.command("list.mark").see("[x]").see("1/2 hits");
    t.command("search.export")
        .see("Export 2 hits")
        .keys("\r")
        .keys("\r");
    // Enter is no.
    t.see("Export patient data").keys("\r");
    t.until("no question", |s| !s.contains("Export patient data"));
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
    let csv = run(&place, &["--as", "ann", "search", "furosemide", "--csv"]).stdout;
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn a_copied_passage_leads_to_the_note_it_came_from_and_back() {
    let place = hospital();
    let mut t = workstation(&place);
    search(&mut t, "\"slept well\"", "1/1 hit");
    t.command("list.open").see("CHART").see("Day two");
    t.command("chart.copied")
        .see("% copied; from Progress note");
    t.command("chart.copied-source")
        .see("Day one")
        .see("match 1/1");
    t.command("app.back")
        .see("% copied; from Progress note")
        .see("Day two");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
    let lines = run(
        &place,
        &["--as", "ann", "chart", "V00001", "--copied", "--json"],
    )
    .stdout;
    let lines = String::from_utf8(lines).unwrap();
    let copied: Vec<i64> = lines
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap())
        .filter_map(|v| v["percent"].as_i64())
        .collect();
    assert_eq!(copied.len(), 3, "{lines}");
    assert!(copied.iter().filter(|p| **p > 50).count() == 1, "{lines}");
}

#[test]
fn hits_go_on_a_list_that_verbs_search_and_queue_ask_for() {
    let place = hospital();
    let mut t = workstation(&place);
    search(&mut t, "furosemide", "1/2 hits");
    t.command("list.mark-all").see("2-marked");
    t.command("lists.add Diuretics")
        .see("OK: 2 entries put on the list Diuretics");
    t.command("app.goto-lists").see("LISTS").see("Diuretics");
    t.command("list.open").see("LIST Diuretics 2/2");
    t.command("lists.done")
        .see("OK: The entry is done")
        .see("[Open 1]");
    t.command("app.undo")
        .see("OK: Undone: The entry is done")
        .see("[Open 2]");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);

    let shown = || {
        let out = run(
            &place,
            &["--as", "ann", "list", "show", "Diuretics", "--json"],
        )
        .stdout;
        let lines = String::from_utf8(out).unwrap();
        let entry = |l: &str| serde_json::from_str::<serde_json::Value>(l).unwrap();
        lines.lines().map(entry).collect::<Vec<_>>()
    };
    let on = shown();
    assert_eq!((on.len(), &on[0]["visit"]), (2, &"V00001".into()));
    let entry = on[0]["entry"].to_string();
    run(
        &place,
        &["--as", "ann", "list", "note", "Diuretics", &entry, "dose?"],
    );
    run(
        &place,
        &["--as", "ann", "list", "done", "Diuretics", &entry],
    );
    assert_eq!(shown().len(), 1, "what is done is shown with --all only");
    let count = |arguments: &[&str]| {
        let out = run(&place, &[&["--as", "ann"], arguments].concat()).stdout;
        String::from_utf8(out).unwrap().matches("V00001").count()
    };
    assert_eq!(count(&["search", "list:diuretics", "--json"]), 1);
    assert!(count(&["queue", "--filter", "list:diuretics", "--json"]) > 0);
    assert_eq!(count(&["queue", "--filter=-list:diuretics", "--json"]), 0);
}

/// Another process takes notes in while the workstation is open and a third process keeps it
/// busy: what was acknowledged is found.
#[test]
fn what_another_process_took_in_is_found_by_the_open_workstation() {
    let place = hospital();
    let mut t = workstation(&place);
    t.command("app.goto-search").see("SEARCH all charts");
    t.keys("zzfresh ").see("No document you may see").keys("\r");
    let load = place.file("load.ndjson", fhir::ndjson(&fhir::stays(150)));
    let mut busy = start(&place, &["import", &load]);
    for n in 1..=3 {
        let stay = Stay::new(900 + n).note(PROGRESS, "Progress note", "It is zzfresh now.", true);
        let file = place.file("one.ndjson", fhir::ndjson(&[stay]));
        place.run(&["import", &file]).exits(0);
        let hits = n as i64;
        until_found(&place, "zzfresh", hits);
        t.command("app.refresh").see(&format!("1/{hits} hit"));
    }
    assert!(busy.wait().unwrap().success());
    t.command("app.quit");
    let code = t.ended();
    assert_eq!(code, 0, "{}", t.text());
}

/// The same by the clock: from the acknowledgement to the answer of a process that searches.
#[test]
#[ignore = "measures; by hand, in a release build"]
#[allow(clippy::print_stdout)]
fn a_document_is_found_within_a_second_under_load() {
    use std::time::Instant;
    let place = hospital();
    let t = workstation(&place);
    let load = place.file("load.ndjson", fhir::ndjson(&fhir::stays(20_000)));
    let mut busy = start(&place, &["import", &load]);
    let mut times = Vec::new();
    while busy.try_wait().unwrap().is_none() {
        let word = format!("zzfresh{}", times.len());
        let stay = Stay::new(30_000 + times.len());
        let stay = stay.note(PROGRESS, "Progress note", &word, true);
        let file = place.file("one.ndjson", fhir::ndjson(&[stay]));
        place.run(&["import", &file]).exits(0);
        let acknowledged = Instant::now();
        until_found(&place, &word, 1);
        times.push(acknowledged.elapsed().as_millis());
    }
    let asked = Instant::now();
    until_found(&place, "pneumonia", 1);
    let floor = asked.elapsed().as_millis();
    t.kill();
    times.sort_unstable();
    println!(
        "{} documents under load: found after {} ms (median), {} ms at most; one verb alone takes {floor} ms",
        times.len(),
        times[times.len() / 2],
        times[times.len() - 1]
    );
    assert!(times[times.len() - 1] < 1_000);
}

fn start(place: &Place, arguments: &[&str]) -> std::process::Child {
    place.command(arguments).spawn().unwrap()
}

/// Asks until so many documents are found; every question is a process of its own.
fn until_found(place: &Place, query: &str, hits: i64) {
    while place.hits(query) < hits {}
}
