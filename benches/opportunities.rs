//! How many stays a second are looked through for query opportunities.
//!
//! `cargo bench --bench opportunities`. The stays are those of the synthetic hospital, made here and
//! evaluated with their notes, as the program does it once a chart has been read.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use chartroom::cdi::opportunity::{Engine, Note, Stay};
use chartroom::demo::{Hospital, Plan};
use chartroom::domain::chart::Chart;
use chartroom::domain::clinical::{Diagnosis, Medication, Observation, Procedure};
use chartroom::domain::document::Document;
use chartroom::domain::encounter::Encounter;
use chartroom::domain::ids::{
    DiagnosisId, DocumentId, EncounterId, MedicationId, ObservationId, PatientId, ProcedureId,
    ProviderId,
};
use chartroom::domain::people::Patient;
use chartroom::domain::record::{Arrival, Key, Record};
use chartroom::domain::time::Instant;
use chartroom::domain::untrusted::Untrusted;
use chartroom::language::Language;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Charts of the hospital that is made.
const CHARTS: u64 = 1_000;

/// Stays looked through: the charts again and again.
const STAYS: usize = 10_000;

fn main() {
    let zone = TimeZone::get("America/New_York").expect("a zone");
    let now = Instant::parse("2026-03-22T14:00:00Z").expect("an instant");
    let plan = Plan {
        seed: 1,
        charts: CHARTS,
        now,
        zone: zone.clone(),
        facility: "bench".into(),
    };
    let charts: Vec<(Chart, Vec<Untrusted>)> = Hospital::new(plan)
        .filter_map(|bundle| chart(&bundle.arrivals))
        .collect();
    let engine = Engine::embedded().expect("our rules load");
    let language = Language::embedded().expect("our lists load");
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(2);
    let look = |from: usize| -> (usize, f64) {
        let (mut found, mut slowest) = (0, 0f64);
        for n in (from..STAYS).step_by(threads) {
            let (chart, texts) = &charts[n % charts.len()];
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
            found += engine.evaluate(&language, &stay).opportunities.len();
            slowest = slowest.max(start.elapsed().as_secs_f64());
        }
        (found, slowest)
    };
    let start = std::time::Instant::now();
    let parts: Vec<(usize, f64)> = std::thread::scope(|scope| {
        let work: Vec<_> = (0..threads).map(|n| scope.spawn(move || look(n))).collect();
        work.into_iter()
            .map(|w| w.join().expect("a thread"))
            .collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    let found: usize = parts.iter().map(|p| p.0).sum();
    let slowest = parts.iter().map(|p| p.1).fold(0.0, f64::max);
    println!(
        "{STAYS} stays of {} charts on {threads} threads: {seconds:.1} s, {found} opportunities, slowest stay {:.1} ms",
        charts.len(),
        slowest * 1e3
    );
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
