//! Search beside raw tantivy, in one run: building, size, queries, one new document.
//!
//! `cargo bench --bench search -- DIR [DOCUMENTS] [ROUNDS]`, where `DIR` (or the variable
//! `CHARTROOM_BENCH`) holds `corpus.ndjson` (`doc_id, mrn, patient, type, author, date, text`) and
//! `queries.jsonl` (`class` with `must`, `phrase`, `prefix`, `fuzzy` and `distance`, `not`, `mrn`,
//! `type`, `author`, `date_from`, `date_to`). Ours is encrypted and has all its fields; tantivy is
//! as it comes out of the box, not encrypted. Both index with one thread and are merged to one
//! segment. A query is answered with its exact count, the best 50 and a snippet for each; counts
//! must be equal, or the run fails. Both are asked in turn, round by round.
//!
//! `cargo bench --bench search -- known FILE.csv.gz` does known-item search: see `search/known.rs`;
//! `owed DIR` asks as providers who owe something: see `search/owed.rs`;
//! `fuzz DIR` asks at random: see `search/fuzz.rs`; `ours DIR` builds and asks ours alone, to be
//! looked at with a profiler. A million documents in the running program: `search/million.py`.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs
)]

#[path = "search/fuzz.rs"]
mod fuzz;
#[path = "search/known.rs"]
mod known;
#[path = "search/owed.rs"]
mod owed;
#[path = "search/peer.rs"]
mod peer;

use chartroom::domain::document::{DocumentKind, Sensitivity, SignatureState};
use chartroom::domain::encounter::EncounterClass;
use chartroom::domain::ids::{DocumentId, EncounterId, PatientId, ProviderId};
use chartroom::domain::people::Sex;
use chartroom::domain::search::{IndexedDocument, SearchAccess, SearchAnswer, SearchRequest};
use chartroom::domain::time::{Instant as Moments, Moment};
use chartroom::index::{Change, Position, Reader, SearchContext, StoreIdentity, Writer};
use chartroom::language::Language;
use chartroom::vault::Vault;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Hits asked for.
pub const TOP: usize = 50;
/// Documents handed to the writer at once.
const BATCH: usize = 1_000;
/// Documents read to find out what reading costs.
const READ: usize = 2_000;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    if let [mode, file] = arguments.as_slice()
        && mode == "known"
    {
        return known::run(Path::new(file));
    }
    let number = |at: usize, usual: usize| {
        let given = arguments.get(at).map(|a| a.parse().expect("a number"));
        given.unwrap_or(usual)
    };
    if let [mode, dir, ..] = arguments.as_slice() {
        match mode.as_str() {
            "fuzz" => {
                let seed = number(4, 1) as u64;
                return fuzz::run(Path::new(dir), number(2, 100_000), number(3, 5_000), seed);
            }
            "owed" => return owed::run(Path::new(dir), number(2, 100_000), number(3, 5)),
            "ours" => return alone(Path::new(dir), number(2, 100_000), number(3, 20)),
            _ => {}
        }
    }
    let dir = arguments.first().cloned();
    let Some(dir) = dir.or_else(|| std::env::var("CHARTROOM_BENCH").ok()) else {
        println!("skipped: give a folder with corpus.ndjson and queries.jsonl");
        return;
    };
    let dir = PathBuf::from(dir);
    let (documents, rounds) = (number(1, 100_000), number(2, 5));
    let corpus = dir.join("corpus.ndjson");
    let place = tempfile::tempdir().expect("a folder");
    let text: u64 = lines(&corpus, documents)
        .map(|v| v["text"].as_str().expect("text").len() as u64)
        .sum();
    println!("{documents} documents, {text} bytes of text");

    let (raw, ours) = builds(&corpus, place.path(), documents);
    let share = |bytes: u64| bytes as f64 / text as f64;
    println!(
        "index with text, share of the text: ours {:.3}, tantivy {:.3}, ratio {:.2}",
        share(tree(&place.path().join("ours"))),
        share(tree(&place.path().join("raw"))),
        share(tree(&place.path().join("ours"))) / share(tree(&place.path().join("raw")))
    );
    for (ext, bytes) in by_extension(&place.path().join("ours")) {
        println!("  {ext:8} {:.3}", share(bytes));
    }
    reading(&corpus);
    compare(&dir.join("queries.jsonl"), &raw, &ours, rounds);
    freshness(&raw, &ours);
    println!("peak memory of the run: {} MiB", peak_mib());
}

/// How often both are built, in turn: one building beside another varies by a tenth either way.
const BUILDS: usize = 5;

/// Builds both in turn, tells how long each took, and gives the last ones.
fn builds(corpus: &Path, place: &Path, documents: usize) -> (peer::Peer, Ours) {
    let mut ratios = Vec::new();
    loop {
        for folder in ["raw", "ours"] {
            let _ = std::fs::remove_dir_all(place.join(folder));
        }
        let raw = peer::build(corpus, &place.join("raw"), documents);
        let ours = Ours::build(corpus, &place.join("ours"), documents);
        let rate = |seconds: f64| documents as f64 / seconds;
        let ratio = raw.seconds / ours.seconds;
        println!(
            "build, documents/s: ours {:.0}, tantivy {:.0}, ratio {ratio:.2}; processor seconds {:.2}, {:.2}",
            rate(ours.seconds),
            rate(raw.seconds),
            ours.cpu,
            raw.cpu
        );
        ratios.push(ratio);
        if ratios.len() == BUILDS {
            ratios.sort_by(f64::total_cmp);
            println!("ratio, median of {BUILDS}: {:.2}", ratios[BUILDS / 2]);
            return (raw, ours);
        }
    }
}

/// Ours alone: building, then the queries round by round.
fn alone(dir: &Path, documents: usize, rounds: usize) {
    let place = tempfile::tempdir().expect("a folder");
    let ours = Ours::build(&dir.join("corpus.ndjson"), place.path(), documents);
    println!(
        "built in {:.1} s, {:.1} s of processor time",
        ours.seconds, ours.cpu
    );
    for (ext, bytes) in by_extension(place.path()) {
        println!("  {ext:8} {bytes}");
    }
    let queries: Vec<Value> = lines(&dir.join("queries.jsonl"), usize::MAX).collect();
    let texts: Vec<String> = queries.iter().map(typed).collect();
    let mut times: Vec<Times<'_>> = queries
        .iter()
        .zip(&texts)
        .map(|(q, text)| Times {
            class: q["class"].as_str().expect("a class"),
            text,
            theirs: vec![1.0],
            mine: Vec::new(),
        })
        .collect();
    for _ in 0..rounds {
        for times in &mut times {
            let start = Instant::now();
            ours.search(times.text);
            times.mine.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    table("best of each query's rounds (ours alone)", &times, |list| {
        vec![best(list)]
    });
}

pub fn lines(corpus: &Path, documents: usize) -> impl Iterator<Item = Value> {
    let file = std::fs::File::open(corpus).expect("the corpus");
    let lines = BufReader::with_capacity(1 << 20, file)
        .lines()
        .take(documents);
    lines.map(|line| serde_json::from_str(&line.expect("a line")).expect("JSON"))
}

fn tree(dir: &Path) -> u64 {
    by_extension(dir).values().sum()
}

fn by_extension(dir: &Path) -> BTreeMap<String, u64> {
    let mut out = BTreeMap::new();
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            for (ext, bytes) in by_extension(&path) {
                *out.entry(ext).or_insert(0) += bytes;
            }
        } else {
            let ext = path.extension().unwrap_or_default().to_string_lossy();
            *out.entry(ext.into_owned()).or_insert(0) += path.metadata().expect("its size").len();
        }
    }
    out
}

fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Processor time of this process, all its threads.
pub fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields = after.split_whitespace().skip(11).take(2);
    fields
        .map(|ticks| ticks.parse().unwrap_or(0.0))
        .sum::<f64>()
        / 100.0
}

/// The kind that stands for a type of the corpus.
fn kind_of(name: &str) -> DocumentKind {
    match name {
        "Operative Report" => DocumentKind::OperativeReport,
        "Progress Note" => DocumentKind::Progress,
        "Consultation" => DocumentKind::Consult,
        "H&P" => DocumentKind::HistoryAndPhysical,
        "Discharge Summary" => DocumentKind::DischargeSummary,
        "Radiology Report" => DocumentKind::Imaging,
        "ED Report" => DocumentKind::EmergencyRecord,
        "Pathology Report" => DocumentKind::Pathology,
        _ => DocumentKind::Other,
    }
}

/// A document of the corpus as the store would hand it over; what its text says aside.
fn document(id: i64, v: &Value) -> IndexedDocument {
    let text = |name: &str| v[name].as_str().unwrap_or_default().into();
    let number = |name: &str| {
        let digits = v[name].as_str().unwrap_or_default();
        digits.trim_start_matches('E').parse::<i64>().unwrap_or(0)
    };
    let day = v["date"].as_str().and_then(|day| day.parse().ok());
    let author = v["author"].as_str().unwrap_or_default();
    let author = author
        .bytes()
        .fold(7i64, |sum, b| (sum * 31 + i64::from(b)) % 1_000_003);
    IndexedDocument {
        document: DocumentId(id),
        version: 1,
        patient: PatientId(number("mrn")),
        encounter: Some(EncounterId(number("encounter"))),
        facility: None,
        service: None,
        providers: vec![ProviderId(author)],
        sensitivity: Sensitivity::Normal,
        kind: kind_of(v["type"].as_str().unwrap_or_default()),
        status: SignatureState::Authenticated,
        title: text("type"),
        author_id: Some(ProviderId(author)),
        author: text("author"),
        patient_name: text("patient"),
        birth: None,
        sex: Sex::Unknown,
        mrn: text("mrn"),
        visit: text("encounter"),
        class: EncounterClass::Inpatient,
        admitted: None,
        discharged: None,
        codes: Vec::new(),
        at: day.map(Moment::day_only),
        taken: Moments(0),
        annotation: None,
        text: text("text"),
        retracted: false,
    }
}

struct Ours {
    writer: std::cell::RefCell<Writer>,
    reader: Reader,
    store: StoreIdentity,
    zone: TimeZone,
    seconds: f64,
    cpu: f64,
    documents: usize,
}

impl Ours {
    fn build(corpus: &Path, dir: &Path, documents: usize) -> Self {
        let all = (1..).zip(lines(corpus, documents));
        Self::over(dir, all.map(|(id, v)| document(id, &v)))
    }

    fn over(dir: &Path, documents: impl Iterator<Item = IndexedDocument>) -> Self {
        let key = Vault::in_memory().expect("keys").index_key();
        let store = StoreIdentity {
            store_id: "bench".to_owned(),
            epoch: 1,
        };
        let (start, cpu) = (Instant::now(), cpu_seconds());
        let mut writer = Writer::try_open(dir, &key, &store)
            .expect("an index")
            .expect("nobody else writes");
        writer.wipe_and_create().expect("a generation");
        let mut batch = Vec::with_capacity(BATCH);
        let mut count = 0;
        for document in documents {
            count += 1;
            batch.push(Change::Put(Box::new(document)));
            if batch.len() == BATCH {
                writer.add(std::mem::take(&mut batch)).expect("to add");
            }
        }
        writer.add(batch).expect("to add");
        writer
            .finish_rebuild(Position::new(&store, 1))
            .expect("to finish");
        let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        let reader = Reader::open(dir, &key, &store).expect("a reader");
        Self {
            writer: writer.into(),
            reader,
            store,
            zone: TimeZone::UTC,
            seconds,
            cpu,
            documents: count,
        }
    }

    fn access() -> SearchAccess {
        SearchAccess {
            only_provider: None,
            owed: Vec::new(),
            sensitive: true,
        }
    }

    fn ask(&self, request: &SearchRequest, access: &SearchAccess) -> SearchAnswer {
        let context = SearchContext {
            today: jiff::civil::date(2026, 1, 1),
            zone: &self.zone,
            services: &[],
            facilities: &[],
            lists: &[],
            language: None,
        };
        self.reader
            .search(request, access, &context)
            .expect("every query of the log is understood")
    }

    /// Count and hits; the hits are given up to the caller's black box.
    fn search(&self, text: &str) -> usize {
        let answer = self.ask(&SearchRequest::new(text.into(), TOP), &Self::access());
        assert_eq!(answer.hits.len(), answer.count.min(TOP), "{text}");
        std::hint::black_box(&answer.hits);
        answer.count
    }
}

/// What reading texts (sections, assertion, values) costs: done once a version and kept.
fn reading(corpus: &Path) {
    let language = Language::embedded().expect("our own lists");
    let texts: Vec<Value> = lines(corpus, READ).collect();
    let start = Instant::now();
    let mut said = 0;
    for v in &texts {
        said += language
            .annotate(v["text"].as_str().expect("text"))
            .said
            .len();
    }
    let each = start.elapsed().as_secs_f64() * 1e3 / texts.len() as f64;
    println!("reading a text once (kept in the store): {each:.2} ms ({said} stretches)");
}

/// A query of the log in our language.
fn typed(q: &Value) -> String {
    let words = |name: &str| -> Vec<&str> {
        let list = q[name].as_array().into_iter().flatten();
        list.filter_map(Value::as_str).collect()
    };
    let mut parts: Vec<String> = words("must").iter().map(|w| (*w).to_owned()).collect();
    if !words("phrase").is_empty() {
        parts.push(format!("\"{}\"", words("phrase").join(" ")));
    }
    if let Some(prefix) = q["prefix"].as_str() {
        parts.push(format!("{prefix}*"));
    }
    if let Some(word) = q["fuzzy"].as_str() {
        parts.push(format!("{word}~{}", q["distance"]));
    }
    parts.extend(words("not").iter().map(|w| format!("-{w}")));
    if let Some(mrn) = q["mrn"].as_str() {
        parts.push(format!("mrn:{mrn}"));
    }
    if let Some(name) = q["type"].as_str() {
        parts.push(format!("type:={}", kind_of(name).name()));
    }
    if let Some(author) = q["author"].as_str() {
        parts.push(format!("author:\"{author}\""));
    }
    if let (Some(from), Some(to)) = (q["date_from"].as_str(), q["date_to"].as_str()) {
        parts.push(format!("date:{from}..{to}"));
    }
    parts.join(" ")
}

pub fn percentile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((share * times.len() as f64) as usize).min(times.len() - 1)]
}

/// Milliseconds of one query, of both: the best of the rounds, and all of them.
struct Times<'a> {
    class: &'a str,
    text: &'a str,
    theirs: Vec<f64>,
    mine: Vec<f64>,
}

fn best(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

fn compare(queries: &Path, raw: &peer::Peer, ours: &Ours, rounds: usize) {
    let queries: Vec<Value> = lines(queries, usize::MAX).collect();
    let texts: Vec<String> = queries.iter().map(typed).collect();
    let mut times = Vec::new();
    for (q, text) in queries.iter().zip(&texts) {
        let class = q["class"].as_str().expect("a class");
        let (theirs, mine) = (raw.search(q), ours.search(text));
        // A misspelling is what each takes it for.
        assert!(
            class == "fuzzy" || theirs == mine,
            "{text}: {theirs}, ours {mine}"
        );
        times.push(Times {
            class,
            text,
            theirs: Vec::new(),
            mine: Vec::new(),
        });
    }
    println!("counts are equal; {} queries, {rounds} rounds", times.len());
    for _ in 0..rounds {
        for (q, times) in queries.iter().zip(&mut times) {
            let start = Instant::now();
            raw.search(q);
            times.theirs.push(start.elapsed().as_secs_f64() * 1e3);
        }
        for times in &mut times {
            let start = Instant::now();
            ours.search(times.text);
            times.mine.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    // Other programs of the machine take slices of 4 ms and more: the best of the rounds of each
    // query is what its work costs; all of them stand below.
    table("best of each query's rounds", &times, |list| {
        vec![best(list)]
    });
    table("all rounds", &times, <[f64]>::to_vec);
    times.sort_by(|a, b| best(&b.mine).total_cmp(&best(&a.mine)));
    for slow in times.iter().take(12) {
        println!("  slowest: {:.2} ms  {}", best(&slow.mine), slow.text);
    }
}

fn table(title: &str, times: &[Times<'_>], of: impl Fn(&[f64]) -> Vec<f64>) {
    println!("{title}: ms p50 / p99");
    let mut classes: Vec<&str> = times.iter().map(|t| t.class).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.push("all");
    for class in classes {
        let these = times.iter().filter(|t| class == "all" || t.class == class);
        let (mut theirs, mut mine) = (Vec::new(), Vec::new());
        let mut count = 0;
        for times in these {
            count += 1;
            theirs.extend(of(&times.theirs));
            mine.extend(of(&times.mine));
        }
        let at = |times: &mut Vec<f64>| (percentile(times, 0.5), percentile(times, 0.99));
        let ((p50, p99), (their50, their99)) = (at(&mut mine), at(&mut theirs));
        println!(
            "  {class:7} {count:3}  ours {p50:.3} / {p99:.3}  tantivy {their50:.3} / {their99:.3}  \
             1/{:.1} 1/{:.1}",
            their50 / p50,
            their99 / p99
        );
    }
}

/// One new document: from the call to durable and found.
fn freshness(raw: &peer::Peer, ours: &Ours) {
    let (mut mine, mut theirs) = (Vec::new(), Vec::new());
    for i in 0..20 {
        let word = format!("zzvisible{i}x");
        let text = format!("PLAN: found {word}. {}", "Stable overnight. ".repeat(120));
        let v = serde_json::json!({
            "doc_id": format!("N{i}"), "mrn": "99999999", "patient": "T", "encounter": "E0",
            "type": "Progress Note", "author": "T", "date": "2026-01-01", "text": text
        });
        let start = Instant::now();
        raw.add(&v);
        assert_eq!(raw.search(&serde_json::json!({ "must": [word] })), 1);
        theirs.push(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        let one = document((ours.documents + 1 + i) as i64, &v);
        let position = Position::new(&ours.store, 2 + i as i64);
        let mut writer = ours.writer.borrow_mut();
        writer
            .apply(vec![Change::Put(Box::new(one))], position)
            .expect("to apply");
        ours.reader.reload().expect("to reload");
        assert_eq!(ours.search(&word), 1);
        mine.push(start.elapsed().as_secs_f64() * 1e3);
    }
    println!(
        "a new document durable and found, ms p50 / max: ours {:.2} / {:.2}, tantivy {:.2} / {:.2}",
        percentile(&mut mine, 0.5),
        percentile(&mut mine, 1.0),
        percentile(&mut theirs, 0.5),
        percentile(&mut theirs, 1.0)
    );
}
