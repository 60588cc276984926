//! How many sentences a second one core annotates, what loading the word lists costs, and how many
//! query drafts a second the compliance lint judges.
//!
//! `cargo bench --bench annotate`. The sentences are made here, the drafts are the labelled
//! collection of the lint, so that no figure depends on files beside the checkout.
#![allow(clippy::print_stdout, clippy::expect_used, missing_docs)]

use chartroom::cdi::lint::{LintInput, Linter};
use chartroom::language::Language;
use std::time::Instant;

/// Shapes of clinical sentences; `@` is the finding.
const SHAPES: [&str; 8] = [
    "HISTORY OF PRESENT ILLNESS: This is a 64-year-old woman with a past medical history of @, hypertension and gout who presents with two days of cough.",
    "In general, he denies any changes in vision, no neck pain, no palpitations, no @, no nausea, vomiting, or diarrhea.",
    "Extremities: No clubbing, cyanosis, or @.",
    "CT of the chest was negative for @ and showed mild atelectasis at the left base.",
    "She should return to the emergency department if she develops @ or fever.",
    "The patient was found to have @, which improved with diuretics over the hospital course.",
    "FAMILY HISTORY: Significant for @ in her mother and two brothers.",
    "@.",
];
const FINDINGS: [&str; 6] = [
    "CHEST PAIN",
    "PNEUMONIA",
    "DEEP VEIN THROMBOSIS",
    "SHORTNESS OF BREATH",
    "ACUTE KIDNEY INJURY",
    "EDEMA",
];

fn main() {
    let start = Instant::now();
    let language = Language::embedded().expect("our own lists load");
    println!(
        "lists loaded in {:.0} ms",
        start.elapsed().as_secs_f64() * 1e3
    );
    let sentences: Vec<(String, &str)> = SHAPES
        .iter()
        .flat_map(|shape| FINDINGS.iter().map(|f| (shape.replace('@', f), *f)))
        .collect();
    let bytes: usize = sentences.iter().map(|s| s.0.len()).sum();
    let mut rates = Vec::new();
    let mut denied = 0usize;
    for _ in 0..9 {
        let start = Instant::now();
        let rounds = 200;
        for _ in 0..rounds {
            for (text, finding) in &sentences {
                let reading = language.read(text);
                let place = reading.locate(finding).expect("it is there");
                denied += usize::from(reading.assert(place).polarity_by.is_some());
            }
        }
        rates.push(f64::from(rounds) * sentences.len() as f64 / start.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    println!(
        "{:.0} sentences a second (median of {}; {} bytes each on average; {denied} decided)",
        rates[rates.len() / 2],
        rates.len(),
        bytes / sentences.len()
    );
    let note = sentences
        .iter()
        .map(|s| s.0.as_str())
        .collect::<Vec<_>>()
        .join("\n");
    let start = Instant::now();
    let mut found = 0;
    for _ in 0..50 {
        let reading = language.read(&note);
        found += reading.findings().len() + reading.measurements().len();
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{:.1} MB a second of whole notes ({found} findings)",
        note.len() as f64 * 50.0 / seconds / 1e6
    );
    lint();
}

/// The drafts of the collection again and again, from a line of JSON to a line of JSON.
fn lint() {
    let linter = Linter::embedded().expect("our own rules load");
    let text = include_str!("../src/cdi/testdata/drafts.jsonl");
    let drafts: Vec<String> = text
        .lines()
        .map(|line| {
            let labelled: serde_json::Value = serde_json::from_str(line).expect("a labelled draft");
            labelled["draft"].to_string()
        })
        .collect();
    let mut rates = Vec::new();
    let mut found = 0;
    for _ in 0..9 {
        let start = Instant::now();
        let rounds = 20;
        for draft in (0..rounds).flat_map(|_| &drafts) {
            let input: LintInput = serde_json::from_str(draft).expect("a draft");
            let output = linter.lint(&input);
            found += output.findings.len();
            found += usize::from(serde_json::to_string(&output).expect("JSON").is_empty());
        }
        rates.push(f64::from(rounds) * drafts.len() as f64 / start.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    println!(
        "{:.0} drafts a second judged, one core, JSON to JSON (median of {}; {} drafts, {found} findings)",
        rates[rates.len() / 2],
        rates.len(),
        drafts.len()
    );
}
