//! Writing, crashing, rebuilding, swapping.

use super::*;

#[test]
fn changes_replace_and_remove() {
    let place = Place::with(vec![document(1, "one"), document(2, "two")]);
    let reader = place.reader();
    let mut writer = place.writer();
    let mut gone = document(2, "two");
    gone.retracted = true;
    let changes = vec![
        Change::Put(Box::new(document(1, "uno"))),
        Change::Put(Box::new(gone)),
        Change::Put(Box::new(document(3, "three"))),
        Change::Put(Box::new(document(3, "tres"))),
        Change::Put(Box::new(document(4, "four"))),
        Change::Remove(DocumentId(4)),
        Change::Remove(DocumentId(99)),
    ];
    writer.apply(changes, place.at(11)).unwrap();
    assert_eq!(ids(&reader, "one"), [1], "no reload yet");
    assert!(reader.reload().unwrap());
    assert!(!reader.reload().unwrap());
    for (query, wanted) in [
        ("one", vec![]),
        ("two", vec![]),
        ("three", vec![]),
        ("four", vec![]),
        ("uno OR tres", vec![1, 3]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
    assert_eq!(reader.documents().unwrap(), 2);
    assert_eq!(reader.position(), Some(place.at(11)));
    // Opened anew, the writer still knows which documents may be there.
    drop(writer);
    let mut writer = place.writer();
    writer
        .apply(puts(vec![document(3, "trois")]), place.at(12))
        .unwrap();
    reader.reload().unwrap();
    assert_eq!(ids(&reader, "tres"), [] as [i64; 0]);
    assert_eq!(ids(&reader, "trois"), [3]);
}

#[test]
fn one_writer_at_a_time() {
    let place = Place::new();
    let writer = place.writer();
    assert!(
        Writer::try_open(&place.dir, &place.key, &place.store)
            .unwrap()
            .is_none()
    );
    drop(writer);
    assert!(place.writer().position().is_none());
}

#[test]
fn what_was_not_committed_is_forgotten_and_the_position_says_so() {
    let place = Place::with(vec![document(1, "one")]);
    let mut writer = place.writer();
    assert_eq!(writer.needs(), Needs::Nothing);
    assert_eq!(writer.position(), Some(&place.at(10)));
    writer.add(puts(vec![document(2, "two")])).unwrap();
    drop(writer);
    let mut writer = place.writer();
    assert_eq!(writer.position(), Some(&place.at(10)));
    writer
        .apply(puts(vec![document(3, "three")]), place.at(12))
        .unwrap();
    writer.close().unwrap();
    let writer = place.writer();
    assert_eq!(writer.position(), Some(&place.at(12)));
    let reader = place.reader();
    assert_eq!(ids(&reader, "two OR three"), [3]);
}

#[test]
fn missing_foreign_other_key_and_unfinished_are_told_apart() {
    let place = Place::new();
    let mut writer = place.writer();
    assert_eq!(writer.needs(), Needs::Rebuild(RebuildReason::Missing));
    let refused = writer.apply(Vec::new(), place.at(1));
    assert_eq!(needs_rebuild(refused), RebuildReason::Missing);
    let reader = place.reader();
    assert_eq!(
        needs_rebuild(answer(&reader, &request("x"))),
        RebuildReason::Missing
    );
    // A rebuild from nothing answers at once with what it has.
    writer.wipe_and_create().unwrap();
    writer
        .apply(puts(vec![document(1, "one")]), place.at(5))
        .unwrap();
    assert!(writer.is_building() && writer.position().is_none());
    reader.reload().unwrap();
    assert!(reader.is_building() && reader.position().is_none());
    let partial = answer(&reader, &request("one")).unwrap();
    assert_eq!((partial.count, partial.position), (1, 0));
    drop(writer);
    let mut writer = place.writer();
    assert_eq!(writer.needs(), Needs::Rebuild(RebuildReason::Unfinished));
    place.rebuild(&mut writer, vec![document(1, "one")], 6);
    drop(writer);
    for (store_id, epoch) in [("other", 1), ("store", 2)] {
        let store = StoreIdentity {
            store_id: store_id.to_owned(),
            epoch,
        };
        let writer = Writer::try_open(&place.dir, &place.key, &store).unwrap();
        assert_eq!(
            writer.unwrap().needs(),
            Needs::Rebuild(RebuildReason::Foreign)
        );
        let reader = Reader::open(&place.dir, &place.key, &store).unwrap();
        assert_eq!(
            needs_rebuild(answer(&reader, &request("one"))),
            RebuildReason::Foreign
        );
    }
    let key = Vault::in_memory().unwrap().index_key();
    let writer = Writer::try_open(&place.dir, &key, &place.store)
        .unwrap()
        .unwrap();
    assert_eq!(writer.needs(), Needs::Rebuild(RebuildReason::Corrupt));
}

#[test]
fn another_schema_is_rebuilt() {
    let place = Place::with(vec![document(1, "one")]);
    let mut writer = place.writer();
    let mut position = place.at(11);
    position.schema += 1;
    writer.apply(Vec::new(), position).unwrap();
    drop(writer);
    let mut writer = place.writer();
    assert_eq!(writer.needs(), Needs::Rebuild(RebuildReason::OtherSchema));
    let reader = place.reader();
    assert_eq!(
        needs_rebuild(answer(&reader, &request("one"))),
        RebuildReason::OtherSchema
    );
    place.rebuild(&mut writer, vec![document(1, "uno")], 12);
    assert!(reader.reload().unwrap());
    assert_eq!(ids(&reader, "uno"), [1]);
}

#[test]
fn a_sound_index_answers_until_the_new_one_is_ready() {
    let place = Place::with(vec![document(1, "old")]);
    let reader = place.reader();
    let mut writer = place.writer();
    writer.wipe_and_create().unwrap();
    writer
        .apply(puts(vec![document(1, "new")]), place.at(20))
        .unwrap();
    assert!(!reader.reload().unwrap());
    assert_eq!(ids(&reader, "old"), [1]);
    assert_eq!(ids(&place.reader(), "old"), [1]);
    assert_eq!(reader.position(), Some(place.at(10)));
    // Starting over keeps it too, and so does a crash.
    writer.wipe_and_create().unwrap();
    assert_eq!(ids(&place.reader(), "old"), [1]);
    drop(writer);
    let mut writer = place.writer();
    assert_eq!(writer.position(), Some(&place.at(10)));
    assert_eq!(files(&place.dir, Path::is_dir).len(), 1);
    place.rebuild(&mut writer, vec![document(1, "new")], 20);
    // A reader that has not looked yet still has its snapshot, though the files are gone.
    assert_eq!(ids(&reader, "old"), [1]);
    assert_eq!(answer(&reader, &request("old")).unwrap().hits.len(), 1);
    assert!(reader.reload().unwrap());
    assert_eq!(ids(&reader, "old"), [] as [i64; 0]);
    assert_eq!(ids(&reader, "new"), [1]);
    assert_eq!(reader.position(), Some(place.at(20)));
    assert_eq!(files(&place.dir, Path::is_dir).len(), 1);
    writer
        .apply(puts(vec![document(2, "newer")]), place.at(21))
        .unwrap();
    assert!(reader.reload().unwrap());
    assert_eq!(ids(&reader, "newer"), [2]);
}

#[test]
fn a_damaged_index_is_rebuilt() {
    let place = Place::with(vec![document(1, "one")]);
    let meta = place.generation().join("meta.json");
    std::fs::write(&meta, b"{}").unwrap();
    let mut writer = place.writer();
    assert_eq!(writer.needs(), Needs::Rebuild(RebuildReason::Corrupt));
    let reader = place.reader();
    assert_eq!(
        needs_rebuild(answer(&reader, &request("one"))),
        RebuildReason::Corrupt
    );
    place.rebuild(&mut writer, vec![document(1, "one")], 11);
    reader.reload().unwrap();
    assert_eq!(ids(&reader, "one"), [1]);
}

#[test]
fn shared_between_threads() {
    fn both<T: Send + Sync>() {}
    both::<Reader>();
    both::<Writer>();
    both::<Highlighter>();
    both::<IndexError>();
}
