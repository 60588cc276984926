//! Tests of the index as a whole.

use super::*;
use crate::domain::document::{DocumentKind, Sensitivity};
use crate::domain::encounter::Service;
use crate::domain::ids::*;
use crate::domain::search::*;
use crate::domain::time::{Instant, Moment, Precision};
use crate::vault::{SealKey, Vault};
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

/// An index in a temporary folder.
struct Place {
    _root: tempfile::TempDir,
    dir: PathBuf,
    key: SealKey,
    store: StoreIdentity,
}

impl Place {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self {
            dir: root.path().join("index"),
            _root: root,
            key: Vault::in_memory().unwrap().index_key(),
            store: StoreIdentity {
                store_id: "store".to_owned(),
                epoch: 1,
            },
        }
    }

    /// A place with these documents, built to position 10.
    fn with(documents: Vec<IndexedDocument>) -> Self {
        let place = Self::new();
        let mut writer = place.writer();
        place.rebuild(&mut writer, documents, 10);
        place
    }

    fn writer(&self) -> Writer {
        Writer::try_open(&self.dir, &self.key, &self.store)
            .unwrap()
            .unwrap()
    }

    fn reader(&self) -> Reader {
        Reader::open(&self.dir, &self.key, &self.store).unwrap()
    }

    fn at(&self, number: i64) -> Position {
        Position::new(&self.store, number)
    }

    fn rebuild(&self, writer: &mut Writer, documents: Vec<IndexedDocument>, number: i64) {
        writer.wipe_and_create().unwrap();
        writer.add(puts(documents)).unwrap();
        writer.finish_rebuild(self.at(number)).unwrap();
    }

    /// The folder of the generation that answers: the newest one.
    fn generation(&self) -> PathBuf {
        let mut all: Vec<PathBuf> = files(&self.dir, |path| path.is_dir());
        all.sort();
        all.pop().unwrap()
    }
}

fn files(dir: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.filter(|path| wanted(path)).collect()
}

/// Every file below a folder.
fn tree(dir: &Path) -> Vec<PathBuf> {
    let mut out = files(dir, Path::is_file);
    for folder in files(dir, Path::is_dir) {
        out.extend(tree(&folder));
    }
    out
}

fn puts(documents: Vec<IndexedDocument>) -> Vec<Change> {
    let put = |document| Change::Put(Box::new(document));
    documents.into_iter().map(put).collect()
}

fn document(id: i64, text: &str) -> IndexedDocument {
    IndexedDocument {
        document: DocumentId(id),
        patient: PatientId(id * 10),
        encounter: Some(EncounterId(id * 100)),
        facility: Some(FacilityId(1)),
        service: Some(ServiceId(1)),
        providers: vec![ProviderId(1)],
        sensitivity: Sensitivity::Normal,
        kind: DocumentKind::Progress,
        title: "Progress note".into(),
        author: "SMITH,ADAM".into(),
        patient_name: "ZZTEST,ANN".into(),
        mrn: "00-17".into(),
        visit: "V1".into(),
        at: Some(Moment::at(instant("2026-03-20T12:00:00Z"))),
        text: text.into(),
        retracted: false,
    }
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn request(text: &str) -> SearchRequest {
    SearchRequest {
        text: text.into(),
        order: SearchOrder::Best,
        offset: 0,
        limit: 50,
        encounter: None,
        access: SearchAccess {
            only_provider: None,
            sensitive: true,
        },
    }
}

fn answer(reader: &Reader, request: &SearchRequest) -> Result<SearchAnswer, IndexError> {
    let zone = TimeZone::get("America/New_York").unwrap();
    let services = [Service {
        id: ServiceId(7),
        name: "Cardiology, Heart Center".into(),
    }];
    let context = SearchContext {
        today: date(2026, 3, 31),
        zone: &zone,
        services: &services,
    };
    reader.search(request, &context)
}

/// The ids found, in order; the count must be exact.
fn found(reader: &Reader, request: &SearchRequest) -> Vec<i64> {
    let answer = answer(reader, request).unwrap();
    let ids: Vec<i64> = answer.hits.iter().map(|hit| hit.document.0).collect();
    if request.offset == 0 && request.limit >= 50 {
        assert_eq!(answer.count, ids.len());
    }
    ids
}

/// The ids a query finds, in the order of ids.
fn ids(reader: &Reader, text: &str) -> Vec<i64> {
    let mut ids = found(reader, &request(text));
    ids.sort_unstable();
    ids
}

fn needs_rebuild<T>(result: Result<T, IndexError>) -> RebuildReason {
    match result {
        Err(IndexError::NeedsRebuild(reason)) => reason,
        Err(e) => panic!("{e:?}"),
        Ok(_) => panic!("no error"),
    }
}

fn library() -> Place {
    let mut echo = document(1, "Echo: EF 30%. Impression: heart failure, reduced EF.");
    echo.kind = DocumentKind::Imaging;
    echo.title = "Transthoracic echo report".into();
    echo.author = "JONES,BEA".into();
    echo.at = Some(Moment::at(instant("2026-03-01T03:30:00Z")));
    let mut summary = document(2, "Heart failure resolved. No x-ray needed; 38.5 at 10:30.");
    summary.kind = DocumentKind::DischargeSummary;
    summary.title = "Discharge Summary".into();
    summary.at = Some(Moment::day_only(date(2026, 2, 28)));
    summary.service = Some(ServiceId(7));
    let mut lab = document(3, "Potassium 4.1. Failure of the heart pump excluded.");
    lab.kind = DocumentKind::Laboratory;
    lab.title = "LAB".into();
    lab.mrn = "A-0042".into();
    lab.patient_name = "ZZPHI,BOB".into();
    lab.visit = "v9".into();
    lab.at = Some(Moment::date(date(2025, 1, 1), Precision::Month));
    let mut old = document(
        4,
        "Cardiology consult: cardiac catheterization. Müller's sign.",
    );
    old.kind = DocumentKind::Consult;
    old.title = "Consultation".into();
    old.at = None;
    Place::with(vec![echo, summary, lab, old])
}

#[test]
fn words_phrases_prefixes_and_signs() {
    let place = library();
    let reader = place.reader();
    for (query, wanted) in [
        ("heart", vec![1, 2, 3]),
        ("HEART failure", vec![1, 2, 3]),
        ("\"heart failure\"", vec![1, 2]),
        ("heart -pump", vec![1, 2]),
        ("heart NOT pump", vec![1, 2]),
        ("pump OR catheterization", vec![3, 4]),
        ("(pump OR echo) heart", vec![1, 3]),
        ("heart -(pump OR echo)", vec![2]),
        ("-heart", vec![4]),
        ("NOT NOT heart", vec![1, 2, 3]),
        ("card*", vec![4]),
        ("cath* OR imp*", vec![1, 4]),
        ("heart f*", vec![1, 2, 3]),
        ("x-ray", vec![2]),
        ("x-ra*", vec![2]),
        ("10:30", vec![2]),
        ("\"38.5 at\"", vec![2]),
        ("müller", vec![4]),
        ("nothing", vec![]),
        ("echo", vec![1]),
        ("zztest", vec![]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
}

#[test]
fn fields() {
    let place = library();
    let reader = place.reader();
    for (query, wanted) in [
        ("type:imaging", vec![1]),
        ("type:lab", vec![3]),
        ("type:\"discharge summary\"", vec![2]),
        ("type:dis", vec![2]),
        ("type:echo", vec![1]),
        ("type:trans*", vec![1]),
        ("heart -type:lab", vec![1, 2]),
        ("type:secret", vec![]),
        ("author:jones", vec![1]),
        ("author:JONES,BEA", vec![1]),
        ("author:\"jones bea\"", vec![1]),
        ("author:jones,b*", vec![1]),
        ("author:jon*", vec![1]),
        ("author:bea,jones", vec![]),
        ("name:zzphi", vec![3]),
        ("mrn:a-0042", vec![3]),
        ("mrn:A-00*", vec![3]),
        ("mrn:0042", vec![]),
        ("mrn:00-17", vec![1, 2, 4]),
        ("visit:V9", vec![3]),
        ("service:cardio", vec![2]),
        ("service:\"heart card\"", vec![2]),
        ("service:surgery", vec![]),
        ("heart name:zztest author:smith", vec![2]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
}

#[test]
fn dates_are_local_days_and_dates_without_a_time_stay_dates() {
    let place = library();
    let reader = place.reader();
    for (query, wanted) in [
        // 03:30 UTC on 1 March is the evening before in New York.
        ("date:2026-02-28", vec![1, 2]),
        ("date:2026-03-01", vec![]),
        ("date:2026-02", vec![1, 2]),
        ("date:2026", vec![1, 2]),
        ("date:2025", vec![3]),
        ("date:2025-01", vec![3]),
        ("date:2025..2026", vec![1, 2, 3]),
        ("date:T-31", vec![1, 2]),
        ("date:T-90..T", vec![1, 2]),
        ("date:..2025", vec![3]),
        ("date:2026-02-28..", vec![1, 2]),
        ("heart -date:2026", vec![3]),
    ] {
        assert_eq!(ids(&reader, query), wanted, "{query}");
    }
}

#[test]
fn orders_pages_and_limits() {
    let place = library();
    let reader = place.reader();
    let mut newest = request("-nothing");
    newest.order = SearchOrder::Newest;
    assert_eq!(found(&reader, &newest), [1, 2, 3, 4]);
    newest.limit = 2;
    newest.offset = 1;
    assert_eq!(found(&reader, &newest), [2, 3]);
    newest.offset = 3;
    assert_eq!(found(&reader, &newest), [4]);
    for (offset, limit) in [(4, 2), (usize::MAX, 2), (0, 0)] {
        (newest.offset, newest.limit) = (offset, limit);
        let answer = answer(&reader, &newest).unwrap();
        assert_eq!((answer.count, answer.hits.len()), (4, 0));
    }
    (newest.offset, newest.limit) = (0, usize::MAX);
    assert_eq!(found(&reader, &newest).len(), 4);
    let best = answer(&reader, &request("heart ef OR heart")).unwrap();
    assert_eq!(best.hits[0].document, DocumentId(1));
    assert!(best.hits[0].score >= best.hits[1].score && best.hits[1].score > 0.0);
    assert_eq!(best.position, 10);
    let mut visit = request("heart");
    visit.encounter = Some(EncounterId(300));
    assert_eq!(found(&reader, &visit), [3]);
}

#[test]
fn documents_of_one_instant_come_with_the_highest_id_first() {
    let place = Place::with((1..=5).map(|id| document(id, "same")).collect());
    let mut newest = request("same");
    newest.order = SearchOrder::Newest;
    assert_eq!(found(&place.reader(), &newest), [5, 4, 3, 2, 1]);
}

#[test]
fn hits_show_what_was_indexed_and_the_snippet_marks_it() {
    let place = library();
    let answer = answer(&place.reader(), &request("ef type:imaging")).unwrap();
    let hit = &answer.hits[0];
    assert_eq!(hit.document, DocumentId(1));
    assert_eq!(hit.encounter, Some(EncounterId(100)));
    assert_eq!(hit.patient, PatientId(10));
    assert_eq!(hit.kind, DocumentKind::Imaging);
    assert_eq!(hit.title.raw(), "Transthoracic echo report");
    assert_eq!(hit.author.raw(), "JONES,BEA");
    assert_eq!(hit.patient_name.raw(), "ZZTEST,ANN");
    assert_eq!((hit.mrn.raw(), hit.visit.raw()), ("00-17", "V1"));
    assert_eq!(hit.at, Some(Moment::at(instant("2026-03-01T03:30:00Z"))));
    let marked: Vec<&str> = hit
        .snippet
        .iter()
        .filter(|part| part.hit)
        .map(|part| part.text.raw())
        .collect();
    assert_eq!(marked, ["EF", "EF"]);
    assert_eq!(
        highlights("EF 30%, ef", "ef type:lab", date(2026, 3, 31)).unwrap(),
        [(0, 2), (8, 10)]
    );
}

#[test]
fn a_query_that_makes_no_sense_is_an_answer_with_a_place() {
    let place = library();
    match answer(&place.reader(), &request("heart OR")) {
        Err(IndexError::Query(e)) => assert_eq!((e.span.start, e.span.end), (6, 8)),
        other => panic!("{other:?}"),
    }
}

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
fn no_text_is_found_in_the_files_and_all_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let mut canary = document(1, "ZZPHICANARY heart ZZPHICANARY");
    canary.patient_name = "ZZPHINAME,ANN".into();
    canary.title = "ZZPHITITLE".into();
    canary.author = "ZZPHIAUTHOR,X".into();
    canary.mrn = "ZZPHIMRN".into();
    let place = Place::with(vec![canary]);
    assert_eq!(ids(&place.reader(), "zzphicanary"), [1]);
    let files = tree(&place.dir);
    assert!(files.len() > 8, "{files:?}");
    for path in files {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{path:?}");
        let bytes = std::fs::read(&path).unwrap();
        let lower = bytes.to_ascii_lowercase();
        for word in ["zzphi", "heart", "sensitivity", "segments", "gen-0"] {
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = word.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for needle in [word.as_bytes(), &wide, &big] {
                let hit = lower.windows(needle.len()).any(|part| part == needle);
                assert!(!hit, "{word} in {path:?}");
            }
        }
        let empty_lock = bytes.is_empty() && path.extension().is_some_and(|e| e == "lock");
        assert!(empty_lock || bytes.starts_with(b"CHRTSEAL"), "{path:?}");
    }
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.dir), 0o700);
    assert_eq!(mode(&place.generation()), 0o700);
}

/// Damages each file of a copy of an index in turn: either opening or searching must say so, or
/// the answer must be right (a byte that was not read).
fn check_damage(damage: impl Fn(&mut Vec<u8>)) {
    let place = library();
    let whole: Vec<(PathBuf, Vec<u8>)> = tree(&place.dir)
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    let mut noticed = 0;
    for (path, bytes) in &whole {
        let mut changed = bytes.clone();
        damage(&mut changed);
        // A new file in its place: the old one may still be mapped.
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, &changed).unwrap();
        let answered = Reader::open(&place.dir, &place.key, &place.store)
            .and_then(|reader| answer(&reader, &request("heart failure date:2026")));
        match answered {
            Ok(answer) => assert_eq!((answer.count, answer.hits.len()), (2, 2), "{path:?}"),
            Err(IndexError::NeedsRebuild(RebuildReason::Corrupt)) => noticed += 1,
            Err(e) => panic!("{path:?}: {e:?}"),
        }
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    // All but `.managed.json`-like files that a search does not need.
    assert!(noticed + 1 >= whole.len(), "{noticed} of {}", whole.len());
    assert_eq!(ids(&place.reader(), "heart"), [1, 2, 3]);
}

#[test]
fn a_flipped_byte_is_noticed() {
    check_damage(|bytes| {
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
    });
}

#[test]
fn a_truncated_file_is_noticed() {
    check_damage(|bytes| bytes.truncate(bytes.len() - 1));
    check_damage(|bytes| bytes.truncate(bytes.len() / 2));
    check_damage(|bytes| bytes.truncate(0));
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

#[test]
fn errors_show_no_text_of_queries_or_documents() {
    let place = library();
    let error = answer(&place.reader(), &request("ZZPHI: x")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("ZZPHI"));
}

/// Documents of two providers, some sensitive, all with the words that queries are made of.
fn guarded() -> Place {
    let mut documents = Vec::new();
    for id in 1..=24 {
        let mut one = document(
            id,
            ["heart failure", "heart", "failure a1"][id as usize % 3],
        );
        one.providers = vec![ProviderId(1 + id % 2), ProviderId(9)];
        one.sensitivity = Sensitivity::ALL[id as usize % Sensitivity::ALL.len()];
        one.kind = DocumentKind::ALL[id as usize % 5];
        documents.push(one);
    }
    Place::with(documents)
}

fn queryish() -> impl Strategy<Value = String> {
    let piece = proptest::sample::select(vec![
        "heart",
        "failure",
        "a1",
        "he*",
        "-",
        "NOT ",
        " OR ",
        "(",
        ")",
        " ",
        " ",
        "\"",
        "type:lab",
        "type:h&p",
        "author:smith",
        "name:zz*",
        "mrn:00-17",
        "visit:v1",
        "date:2026",
        "date:..T",
        "service:c",
        "sensitivity:part2",
        "providers:2",
        "*",
        "-heart",
        "-type:consult",
        "NOT -",
    ]);
    proptest::collection::vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

#[test]
fn no_query_reaches_what_the_searcher_may_not_see() {
    let place = guarded();
    let reader = place.reader();
    let sensitivity = |id: i64| Sensitivity::ALL[id as usize % Sensitivity::ALL.len()];
    let understood = std::cell::Cell::new(0);
    proptest!(ProptestConfig::with_cases(400), |(text in queryish(), provider in 1i64..4, sensitive: bool)| {
        let all = match answer(&reader, &request(&text)) {
            Ok(answer) => answer,
            Err(IndexError::Query(_)) => return Ok(()),
            Err(e) => panic!("{e:?}"),
        };
        understood.set(understood.get() + 1);
        for only_provider in [None, Some(ProviderId(provider))] {
            let mut narrow = request(&text);
            narrow.access = SearchAccess { only_provider, sensitive };
            let allowed = |id: i64| {
                (sensitive || sensitivity(id) == Sensitivity::Normal)
                    && only_provider.is_none_or(|p| p.0 == 1 + id % 2)
            };
            let mut wanted: Vec<i64> = all.hits.iter().map(|hit| hit.document.0).collect();
            wanted.retain(|&id| allowed(id));
            wanted.sort_unstable();
            for order in [SearchOrder::Best, SearchOrder::Newest] {
                narrow.order = order;
                let mut got = found(&reader, &narrow);
                got.sort_unstable();
                prop_assert_eq!(&got, &wanted, "{}", text);
            }
        }
    });
    assert!(understood.get() > 50, "{}", understood.get());
}
