//! What is fed is found while more of it is coming, and nothing is lost on the way.

use super::super::testing::{Hospital, bare_stay, note};
use super::*;
use crate::domain::document::{DocumentKind as K, SignatureState as S};
use crate::domain::search::IndexedDocument;
use crate::domain::time::Instant;

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
    let ask = SearchRequest::new("zebra".into(), 0).into();
    let answer = office.search(&h.me, &ask).unwrap();
    (answer.count, answer.position)
}

/// What another process finds after each time documents were added; between two of them so much
/// time goes by.
fn seen_on_the_way(pace: Pace, micros: i64) -> Vec<usize> {
    let h = fed();
    let other = h.second_process("other");
    let before = found(&h, &other).1;
    let end = h.office.store.position().unwrap().number;
    let mut writer = h.office.index_writer().unwrap().unwrap();
    let mut seen = Vec::new();
    let done = h.office.catch_up(&mut writer, pace, &mut |_| {
        let (count, position) = found(&h, &other);
        // A crash would have it followed again from there: what lies before is in.
        assert!(position < end || count == FED, "{count} at {position}");
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
    // After each some the commit was due.
    let (once, twice) = (DOCUMENTS_AT_ONCE, 2 * DOCUMENTS_AT_ONCE);
    let seen = seen_on_the_way(Pace::Prompt, COMMIT_EVERY);
    assert_eq!(seen, [0, once, twice, FED]);
    // It is not made before its time, and where nobody waits for it not before all is in.
    assert_eq!(seen_on_the_way(Pace::Prompt, COMMIT_EVERY / 20), [0]);
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

/// What `doctor` finds of every document: problems, and notes.
fn checkup(h: &Hospital) -> (Vec<String>, Vec<String>) {
    let mut told = Vec::new();
    let found = h.office.doctor(&h.me, Depth::Every, &mut |p| told.push(p));
    let found = found.unwrap();
    assert!(told.iter().all(|p| p.done <= p.all), "{told:?}");
    (found.problems, found.notes)
}

/// Brings the index into another state than its store, behind its back.
fn meddle(h: &Hospital, change: Change) {
    let mut writer = h.office.index_writer().unwrap().unwrap();
    let position = writer.position().unwrap().clone();
    writer.add(vec![change]).unwrap();
    writer.commit(position).unwrap();
    writer.close().unwrap();
}

fn indexed(h: &Hospital, id: i64) -> IndexedDocument {
    let edition = h.office.language().unwrap().edition();
    let found = h.office.store.document_to_index(DocumentId(id), edition);
    found.unwrap().unwrap()
}

#[test]
fn doctor_tells_what_the_index_lacks_has_too_much_or_says_otherwise() {
    let h = fed();
    assert_eq!(checkup(&h).0, [""; 0], "what waits is not wrong");
    assert!(checkup(&h).1[0].contains("to be indexed: 1,020 documents"));
    h.office.index_now(&mut |_| true).unwrap();
    let (problems, notes) = checkup(&h);
    assert_eq!(problems, [""; 0]);
    assert!(
        notes[0].contains("the words of 1,020 compared"),
        "{notes:?}"
    );

    meddle(&h, Change::Remove(DocumentId(7)));
    let (problems, _) = checkup(&h);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("lacks 1 of 1,020 documents: 7;"));
    assert!(problems[0].contains("`chartroom index rebuild`"));
    // Bringing it up to date does not help; making it anew does.
    h.office.index_now(&mut |_| true).unwrap();
    assert_eq!(checkup(&h).0, problems);
    h.office.index_rebuild(&h.me, &mut |_| true).unwrap();
    assert_eq!(checkup(&h).0, [""; 0]);

    let mut other = indexed(&h, 8);
    other.text = "Quagga.".into();
    meddle(&h, Change::Put(Box::new(other)));
    let mut more = indexed(&h, 9);
    more.document = DocumentId(1 << 40);
    meddle(&h, Change::Put(Box::new(more)));
    let (problems, _) = checkup(&h);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("has 1 document that the store has not"));
    assert!(problems[1].contains("something else than the store of 1 of"));
    assert!(problems[1].contains("compared: 8;"), "{problems:?}");
}

#[test]
fn doctor_leaves_the_writer_alone_and_knows_what_is_not_there_yet() {
    let h = Hospital::new();
    let (problems, notes) = checkup(&h);
    assert_eq!((problems, notes), (vec![], vec![]), "no document, no index");
    let h = fed();
    let writer = h.office.index_writer().unwrap().unwrap();
    assert_eq!(checkup(&h).0, [""; 0]);
    writer.close().unwrap();
    let mut writer = h.office.index_writer().unwrap().unwrap();
    writer.wipe_and_create().unwrap();
    assert_eq!(checkup(&h).0, [""; 0], "the old one answers meanwhile");
    drop(writer);
    std::fs::remove_dir_all(h.dir.path().join(FOLDER)).unwrap();
    let (problems, notes) = checkup(&h);
    assert_eq!(problems, [""; 0]);
    assert!(notes[0].contains("there is no index yet"), "{notes:?}");
    assert!(notes[0].contains("index update"), "{notes:?}");
}

#[test]
fn doctor_names_the_damaged_file_of_the_index() {
    let h = fed();
    h.office.index_now(&mut |_| true).unwrap();
    let generation = h.dir.path().join(FOLDER).join("gen-000001");
    let mut damaged = 0;
    for entry in std::fs::read_dir(generation).unwrap() {
        let path = entry.unwrap().path();
        let whole = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        if whole.is_empty() || name.starts_with('.') {
            continue;
        }
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        // A new file in its place: the old one may still be mapped.
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &bytes).unwrap();
        let (problems, _) = checkup(&h);
        assert_eq!(problems.len(), 1, "{name}: {problems:?}");
        assert!(problems[0].contains("damaged"), "{name}: {problems:?}");
        assert!(problems[0].contains("`chartroom index rebuild`"));
        damaged += usize::from(problems[0].contains(name));
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &whole).unwrap();
    }
    assert!(damaged > 0, "no file was named");
    assert_eq!(checkup(&h).0, [""; 0]);
}

/// An import that goes on for long indexes beside taking in, and waits for the index.
#[test]
fn an_indexer_lets_nothing_lie_when_it_is_told_to_catch_up() {
    let h = fed();
    let behind = |h: &Hospital| {
        let reached = h.office.index.reader().unwrap().position().unwrap();
        h.office.store.position().unwrap().number - reached.number
    };
    assert!(behind(&h) >= FED as i64);
    let indexer = h.office.start_indexer();
    assert!(h.office.let_index_follow(), "it moves");
    indexer.catch_up();
    assert_eq!(behind(&h), 0);
    let other = h.second_process("other");
    assert_eq!(found(&h, &other).0, FED);
    assert!(h.office.let_index_follow(), "nothing to wait for");
}
