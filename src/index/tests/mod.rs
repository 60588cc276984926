//! Tests of the index as a whole: what they share.
//!
//! `search` asks, `lifecycle` writes, crashes and rebuilds, `sealed` looks at the files,
//! `access` tries to get out, `oracle` compares with a scan.

use super::*;
use crate::domain::awaited::Awaited;
use crate::domain::document::{DocumentKind, Sensitivity, SignatureState};
use crate::domain::encounter::{EncounterClass, Service};
use crate::domain::ids::*;
use crate::domain::people::Sex;
use crate::domain::search::*;
use crate::domain::time::{Instant, Moment, Precision};
use crate::vault::{SealKey, Vault};
use jiff::civil::date;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

mod access;
mod bounded;
mod clinical;
mod forbidden;
mod lifecycle;
mod oracle;
mod sealed;
mod search;

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

    /// A reader, and what must live as long as it.
    fn reader_and_place(self) -> (Reader, Self) {
        (self.reader(), self)
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

pub(super) fn document(id: i64, text: &str) -> IndexedDocument {
    IndexedDocument {
        document: DocumentId(id),
        version: 1,
        patient: PatientId(id * 10),
        encounter: Some(EncounterId(id * 100)),
        facility: Some(FacilityId(1)),
        service: Some(ServiceId(1)),
        providers: vec![ProviderId(1)],
        sensitivity: Sensitivity::Normal,
        kind: DocumentKind::Progress,
        status: SignatureState::Authenticated,
        title: "Progress note".into(),
        author_id: Some(ProviderId(1)),
        author: "SMITH,ADAM".into(),
        patient_name: "ZZTEST,ANN".into(),
        birth: Some(Moment::at(instant("1950-06-01T12:00:00Z"))),
        sex: Sex::Female,
        mrn: "00-17".into(),
        visit: "V1".into(),
        class: EncounterClass::Inpatient,
        admitted: Some(Moment::at(instant("2026-03-18T12:00:00Z"))),
        discharged: None,
        codes: vec!["I21.4".into()],
        at: Some(Moment::at(instant("2026-03-20T12:00:00Z"))),
        taken: instant("2026-03-21T12:00:00Z"),
        annotation: None,
        text: text.into(),
        retracted: false,
    }
}

fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn request(text: &str) -> SearchRequest {
    SearchRequest::new(text.into(), 50)
}

/// Who sees everything.
fn everything() -> SearchAccess {
    SearchAccess {
        only_provider: None,
        owed: Vec::new(),
        sensitive: true,
    }
}

/// Who sees the charts of one provider only, with all that is sensitive in them.
fn only_of(provider: i64) -> SearchAccess {
    SearchAccess {
        only_provider: Some(ProviderId(provider)),
        ..everything()
    }
}

fn answer(reader: &Reader, request: &SearchRequest) -> Result<SearchAnswer, IndexError> {
    answer_to(&everything(), reader, request)
}

/// The answer to who may see this.
fn answer_to(
    access: &SearchAccess,
    reader: &Reader,
    request: &SearchRequest,
) -> Result<SearchAnswer, IndexError> {
    let zone = TimeZone::get("America/New_York").unwrap();
    let services = [Service {
        id: ServiceId(7),
        name: "Cardiology, Heart Center".into(),
    }];
    let context = SearchContext {
        today: date(2026, 3, 31),
        zone: &zone,
        services: &services,
        facilities: &[],
        lists: &[],
        language: None,
    };
    reader.search(request, access, &context)
}

/// The ids found, in order; the count must be exact.
fn found(reader: &Reader, request: &SearchRequest) -> Vec<i64> {
    found_by(&everything(), reader, request)
}

/// The ids found by who may see this, in order; the count must be exact.
fn found_by(access: &SearchAccess, reader: &Reader, request: &SearchRequest) -> Vec<i64> {
    let answer = answer_to(access, reader, request).unwrap();
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
