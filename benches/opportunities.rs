//! How many stays a second are looked through for query opportunities.
//!
//! `cargo bench --bench opportunities`. The stays are those of the synthetic hospital: made here and
//! evaluated with their notes, as the program does it once a chart has been read; then asked of a
//! store on disk. Where the MIMIC-IV demo tables lie beside the checkout (or where
//! `CHARTROOM_TEST_DATA` says), their stays are timed, too.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use chartroom::cdi::opportunity::{Engine, Note, Stay};
use chartroom::demo::{Hospital, Plan};
use chartroom::domain::action::{Action, ImportBatch};
use chartroom::domain::chart::Chart;
use chartroom::domain::clinical::{Diagnosis, Medication, Observation, Procedure};
use chartroom::domain::document::Document;
use chartroom::domain::encounter::Encounter;
use chartroom::domain::ids::{
    DiagnosisId, DocumentId, EncounterId, MedicationId, ObservationId, PatientId, ProcedureId,
    ProviderId, RequestId,
};
use chartroom::domain::people::Patient;
use chartroom::domain::record::{Arrival, Issue, Key, Record};
use chartroom::domain::time::{FixedClock, Instant};
use chartroom::domain::untrusted::Untrusted;
use chartroom::import::{Limits, MAPPINGS, Mapping, Options, Progress, Sink, Stop, read_paths};
use chartroom::language::Language;
use chartroom::ops::{Office, Opening, SiteFiles, Which};
use chartroom::vault::Vault;
use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Charts of the hospital that is made.
const CHARTS: u64 = 1_000;

/// Stays looked through: the charts again and again.
const STAYS: usize = 10_000;

/// Charts of the store on disk.
const STORED: u64 = 200;

/// Where the hospital stands.
const ZONE: &str = "America/New_York";

/// Times each chart is looked through by itself.
const TIMES: usize = 7;

fn main() {
    let zone = TimeZone::get(ZONE).expect("a zone");
    let now = Instant::parse("2026-03-22T14:00:00Z").expect("an instant");
    let plan = Plan {
        seed: 1,
        charts: CHARTS,
        now,
        zone: zone.clone(),
        facility: "bench".into(),
    };
    let charts: Vec<(Chart, Vec<Untrusted>)> = Hospital::new(plan.clone())
        .filter_map(|bundle| chart(&bundle.arrivals))
        .collect();
    let engine = Engine::embedded().expect("our rules load");
    let language = Language::embedded().expect("our lists load");
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(2);
    let evaluate = |(chart, texts): &(Chart, Vec<Untrusted>)| -> (usize, f64) {
        let notes: Vec<Note<'_>> = chart
            .documents
            .iter()
            .zip(texts)
            .map(|(document, text)| Note { document, text })
            .collect();
        let stay = Stay {
            chart,
            notes: &notes,
            prior: &[],
            now,
            zone: &zone,
        };
        let start = std::time::Instant::now();
        let found = engine.evaluate(&language, &stay).opportunities.len();
        (found, start.elapsed().as_secs_f64())
    };
    let look = |from: usize| -> usize {
        let mine = (from..STAYS).step_by(threads);
        mine.map(|n| evaluate(&charts[n % charts.len()]).0).sum()
    };
    let start = std::time::Instant::now();
    let found: usize = std::thread::scope(|scope| {
        let work: Vec<_> = (0..threads).map(|n| scope.spawn(move || look(n))).collect();
        work.into_iter().map(|w| w.join().expect("a thread")).sum()
    });
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{STAYS} stays of {} charts on {threads} threads: {seconds:.1} s, {found} opportunities",
        charts.len()
    );
    each(&charts, &evaluate);
    let few = Plan {
        charts: STORED,
        ..plan
    };
    let bundles: Vec<_> = Hospital::new(few).map(|b| b.arrivals).collect();
    from_store(&bundles, now);
    match mimic(&zone) {
        Some(tables) => {
            println!("MIMIC-IV demo:");
            let charts: Vec<Read> = from_store(&tables, now)
                .into_iter()
                .map(|chart| (chart, Vec::new()))
                .collect();
            each(&charts, &evaluate);
        }
        None => println!("skipped: no mimic-demo beside the checkout"),
    }
}

/// What a reader found.
#[derive(Default)]
struct Found(Vec<Vec<Arrival>>);

impl Sink for Found {
    fn arrivals(&mut self, batch: Vec<Arrival>) -> Result<(), Stop> {
        self.0.push(batch);
        Ok(())
    }
    fn issue(&mut self, _: Issue) {}
    fn progress(&mut self, _: &Progress) {}
}

/// The records of the MIMIC-IV demo tables, if they are there.
fn mimic(zone: &TimeZone) -> Option<Vec<Vec<Arrival>>> {
    let root = std::env::var_os("CHARTROOM_TEST_DATA")
        .map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let folder = root.join("mimic-demo");
    if !folder.join("labs.csv.gz").exists() {
        return None;
    }
    let (name, text) = MAPPINGS.first()?;
    let options = Options {
        zone: zone.clone(),
        limits: Limits::default(),
        mapping: Some(Mapping::parse(name, text).expect("our mapping").into()),
    };
    let mut found = Found::default();
    read_paths(&[folder], &mut std::io::empty(), &options, &mut found).expect("it is read");
    Some(found.0)
}

/// A chart and the texts of its documents.
type Read = (Chart, Vec<Untrusted>);

/// Each chart by itself: the median of several times is its own, the longest is the machine's too.
fn each(charts: &[Read], evaluate: &dyn Fn(&Read) -> (usize, f64)) {
    let mut all: Vec<(f64, f64, usize)> = charts
        .iter()
        .enumerate()
        .map(|(n, chart)| {
            let times = sorted((0..TIMES).map(|_| evaluate(chart).1));
            (times[TIMES / 2], times[TIMES - 1], n)
        })
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let longest = all.iter().map(|e| e.1).fold(0.0, f64::max);
    let (slowest, _, n) = all[all.len() - 1];
    let (chart, texts) = &charts[n];
    println!(
        "one stay: median {:.2} ms, slowest {:.1} ms ({} notes of {} kB, {} measurements, {} drugs), longest single run {:.1} ms",
        all[all.len() / 2].0 * 1e3,
        slowest * 1e3,
        texts.len(),
        texts.iter().map(|t| t.raw().len()).sum::<usize>() / 1000,
        chart.observations.len(),
        chart.medications.len(),
        longest * 1e3
    );
}

/// The same asked of a store on disk, as an open chart asks: reading, deciphering, the rules, and the
/// audit row that is written before anything is shown.
fn from_store(batches: &[Vec<Arrival>], now: Instant) -> Vec<Chart> {
    let dir = tempfile::tempdir().expect("a folder");
    let vault = Vault::in_memory().expect("keys");
    let opening = Opening {
        dir: dir.path(),
        vault: &vault,
        session: "bench",
        clock: Arc::new(FixedClock::new(now)),
        site: &SiteFiles::default(),
    };
    let first = ("ann", &"Ann".into());
    let office = Office::create(&opening, &"Bench".into(), ZONE, first, "os").expect("a store");
    let actor = office.sign_in("ann", "os", "tty", "bench").expect("a user");
    for (n, arrivals) in batches.iter().enumerate() {
        let batch = Action::Import(ImportBatch {
            source: "bench".into(),
            arrivals: arrivals.clone(),
            first: None,
        });
        office
            .act(&actor, &RequestId(format!("bench-{n}")), &batch)
            .expect("it goes in");
    }
    let (mut visits, mut charts) = (Vec::new(), Vec::new());
    office
        .opportunities(&actor, &Which::All, None, &mut |v| {
            visits.push(v.chart.encounter.id);
            charts.push(v.chart.clone());
            Ok(true)
        })
        .expect("they are read");
    let ask = |visit: EncounterId| {
        let start = std::time::Instant::now();
        let one = Which::These(vec![visit]);
        office
            .opportunities(&actor, &one, None, &mut |_| Ok(true))
            .expect("it is read");
        start.elapsed().as_secs_f64()
    };
    let times = visits
        .iter()
        .map(|v| sorted((0..TIMES).map(|_| ask(*v)))[TIMES / 2]);
    let times = sorted(times);
    println!(
        "from the store, with its audit row, {} visits: median {:.1} ms, slowest {:.1} ms",
        times.len(),
        times[times.len() / 2] * 1e3,
        times[times.len() - 1] * 1e3
    );
    charts
}

fn sorted(times: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times
}

/// The chart of a bundle, without a store between.
fn chart(arrivals: &[Arrival]) -> Option<(Chart, Vec<Untrusted>)> {
    let mut people: HashMap<&Key, i64> = HashMap::new();
    let mut patient = None;
    let mut encounter = None;
    let mut texts = Vec::new();
    let mut made = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, arrival) in arrivals.iter().enumerate() {
        let n = n as i64 + 1;
        match &arrival.record {
            Record::Patient(p) => {
                patient = Some(Patient {
                    id: PatientId(1),
                    mrn: "1".into(),
                    facts: p.facts.clone(),
                });
            }
            Record::Encounter(e) => {
                encounter = Some(Encounter {
                    id: EncounterId(1),
                    patient: PatientId(1),
                    facts: e.facts.clone(),
                    facility: None,
                    service: None,
                    attending: None,
                    admitting: None,
                });
            }
            Record::Diagnosis(d) => made.0.push(Diagnosis {
                id: DiagnosisId(n),
                facts: d.facts.clone(),
            }),
            Record::Procedure(p) => made.1.push(Procedure {
                id: ProcedureId(n),
                facts: p.facts.clone(),
                performer: None,
                anesthetist: None,
            }),
            Record::Observation(o) => made.2.push(Observation {
                id: ObservationId(n),
                facts: o.facts.clone(),
            }),
            Record::Medication(m) => made.3.push(Medication {
                id: MedicationId(n),
                facts: m.facts.clone(),
            }),
            Record::Document(d) => {
                let next = people.len() as i64 + 1;
                let author = d.author.as_ref().map(|a| *people.entry(a).or_insert(next));
                texts.push(d.text.clone());
                made.4.push(Document {
                    id: DocumentId(n),
                    patient: PatientId(1),
                    encounter: Some(EncounterId(1)),
                    facts: d.facts.clone(),
                    author: author.map(ProviderId),
                    assigned: None,
                    authenticator: None,
                    cosigner: None,
                    procedure: None,
                    order: None,
                    parent: None,
                    version: 1,
                    text_bytes: d.text.raw().len() as i64,
                });
            }
            _ => {}
        }
    }
    let chart = Chart {
        patient: patient?,
        encounter: encounter?,
        facility: None,
        service: None,
        providers: Vec::new(),
        documents: made.4,
        orders: Vec::new(),
        procedures: made.1,
        diagnoses: made.0,
        observations: made.2,
        medications: made.3,
    };
    Some((chart, texts))
}
