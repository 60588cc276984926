//! What is fed is found while more of it is coming, and nothing is lost on the way.

use super::super::testing::{Hospital, bare_stay, note};
use super::*;
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::time::Instant;
use crate::ops::SearchAsk;

/// More documents than are added at once, three times.
const FED: usize = 2 * DOCUMENTS_AT_ONCE + 20;

/// A hospital whose index is there, and a feed of short notes that it has not reached.
fn fed() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.office.index_now(&mut |_| true).unwrap();
    let one = |n| {
        let text = format!("Zebra {n}.");
        note(
            &format!("n{n}"),
            "p1",
            "v1",
            K::Progress,
            S::Authenticated,
            &text,
        )
    };
    let notes: Vec<_> = (0..FED).map(one).collect();
    for batch in notes.chunks(DOCUMENTS_AT_ONCE) {
        h.import(batch.to_vec());
    }
    h
}

/// How many of them another process finds, and how far it says the index has come.
fn found(h: &Hospital, office: &Office) -> (usize, i64) {
    let ask = SearchAsk {
        text: "zebra".into(),
        ..SearchAsk::default()
    };
    let answer = office.search(&h.me, &ask).unwrap();
    (answer.count, answer.position)
}

/// What another process finds after each time documents were added; between two of them so much
/// time goes by.
fn seen_on_the_way(pace: Pace, micros: i64) -> Vec<usize> {
    let h = fed();
    let other = h.second_process("other");
    let before = found(&h, &other).1;
    let mut writer = h.office.index_writer().unwrap().unwrap();
    let mut seen = Vec::new();
    let done = h.office.catch_up(&mut writer, pace, &mut |_| {
        let (count, position) = found(&h, &other);
        // Until all of it is in, a crash would have it followed again from where it began.
        assert!(position == before || count == FED, "{count} at {position}");
        seen.push(count);
        h.clock.set(Instant(h.office.now().0 + micros));
        true
    });
    assert_eq!(done.unwrap().documents, FED as i64);
    writer.close().unwrap();
    let (count, position) = found(&h, &other);
    assert_eq!(count, FED);
    assert!(position > before);
    seen.dedup();
    seen
}

#[test]
fn what_another_process_feeds_is_found_while_more_is_coming() {
    // After the first ones the commit was due, and came with the second.
    let twice = 2 * DOCUMENTS_AT_ONCE;
    assert_eq!(seen_on_the_way(Pace::Prompt, COMMIT_EVERY), [0, twice, FED]);
    // It is not made before its time, and where nobody waits for it not before all is in.
    assert_eq!(seen_on_the_way(Pace::Prompt, COMMIT_EVERY / 4), [0]);
    assert_eq!(seen_on_the_way(Pace::Thorough, COMMIT_EVERY), [0]);
}

#[test]
fn who_stops_on_the_way_loses_nothing() {
    let h = fed();
    let mut writer = h.office.index_writer().unwrap().unwrap();
    let done = h.office.catch_up(&mut writer, Pace::Prompt, &mut |_| false);
    assert_eq!(done.unwrap().documents, DOCUMENTS_AT_ONCE as i64);
    writer.close().unwrap();
    assert_eq!(found(&h, &h.office).0, DOCUMENTS_AT_ONCE);
    h.office.index_now(&mut |_| true).unwrap();
    assert_eq!(found(&h, &h.office).0, FED);
}
