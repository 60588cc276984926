//! Whole charts: taking the next free one, and a provider's own inbox.

use super::driver::Terminal;
use super::work::{first_login, kept_demo, run, workstation_at};
use crate::support::Place;

/// The banner of an open chart: the line below the header, once it names the patient.
fn banner(screen: &str) -> Option<String> {
    let mut lines = screen.lines();
    let header = lines.next()?;
    let line = lines.next()?.trim();
    (header.starts_with("CHART") && line.contains("MRN ")).then(|| line.to_owned())
}

/// Waits for the banner of a chart other than `before`.
fn chart(t: &mut Terminal, before: &str) -> String {
    t.until("another chart", |s| banner(s).is_some_and(|b| b != before));
    banner(&t.text()).unwrap()
}

/// A hospital with two analysts.
fn staffed() -> Place {
    let place = kept_demo();
    run(&place, &["user", "add", "kim", "--roles", "analyst"]);
    let first = first_login(&place);
    run(
        &place,
        &["--as", &first, "user", "add", "lee", "--roles", "analyst"],
    );
    place
}

#[test]
fn two_analysts_who_ask_for_the_next_chart_never_get_the_same() {
    let place = staffed();
    let mut kim = workstation_at(&place, 80, 24, &["--as", "kim"]);
    let mut lee = workstation_at(&place, 120, 40, &["--as", "lee"]);
    kim.command("queue.take-next");
    lee.command("queue.take-next");
    let mut seen = vec![chart(&mut kim, ""), chart(&mut lee, "")];
    for t in [&mut kim, &mut lee] {
        let before = banner(&t.text()).unwrap();
        t.command("queue.take-next");
        seen.push(chart(t, &before));
    }
    seen.sort();
    let all = seen.len();
    seen.dedup();
    assert_eq!(seen.len(), all, "{seen:#?}");
    lee.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("who has the first chart", |s| s.contains("@kim"));
    for t in [&mut kim, &mut lee] {
        t.command("app.quit");
        assert_eq!(t.ended(), 0);
    }
}

/// Somebody who owes something: the owner of most open items.
fn owner(place: &Place) -> String {
    let out = run(place, &["queue", "--by", "provider", "--json"]).stdout;
    let names = String::from_utf8(out).unwrap();
    let groups = names
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap());
    groups
        .filter_map(|g| g["name"].as_str().map(str::to_owned))
        .find(|name| !name.is_empty())
        .unwrap()
}

/// How many items the inbox says there are.
fn owed(screen: &str) -> Option<u32> {
    let header = screen.lines().next()?;
    let rest = header.strip_prefix("MY INBOX ")?;
    rest.split_whitespace().next()?.parse().ok()
}

#[test]
fn a_provider_completes_an_item_of_their_inbox_and_takes_it_back() {
    let place = kept_demo();
    let name = owner(&place);
    run(
        &place,
        &[
            "user",
            "add",
            "doc",
            "--roles",
            "provider",
            "--provider",
            &name,
        ],
    );
    let mut t = workstation_at(&place, 80, 24, &["--as", "doc"]);
    t.command("app.goto-inbox")
        .until("the inbox", |s| owed(s).is_some_and(|n| n > 0));
    let before = owed(&t.text()).unwrap();
    t.command("queue.complete")
        .until("one item less", |s| owed(s) == Some(before - 1));
    t.command("app.undo")
        .until("the item again", |s| owed(s) == Some(before));
    t.command("queue.decline")
        .see("Decline: ")
        .keys("1")
        .until("one reason left", |s| {
            s.contains("not my patient") && !s.contains("wrong patient")
        })
        .keys("\r")
        .until("it is told", |s| {
            super::work::told(s, "declined; HIM answers")
        });
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}
