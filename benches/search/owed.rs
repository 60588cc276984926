//! A provider who owes something in charts that are not theirs: the same queries by somebody who sees
//! everything, by the provider without such charts, and with ever more of them.
//!
//! `cargo bench --bench search -- owed DIR [DOCUMENTS] [ROUNDS]`
//!
//! A chart is ten documents in a row; a hundred charts are the provider's own. The first search of a
//! snapshot finds out what is seen; the queries of the log are then asked round by round.

use super::{Ours, TOP, best, document, lines, percentile, typed};
use chartroom::domain::ids::{DocumentId, ProviderId};
use chartroom::domain::search::{SearchAccess, SearchRequest};
use serde_json::Value;
use std::path::Path;
use std::time::Instant;

/// Documents of a chart.
const CHART: usize = 10;
/// Charts in which something is owed.
const OWED: [usize; 4] = [0, 1, 100, 5_000];
/// The provider who asks.
const WHO: ProviderId = ProviderId(1_000_004);
/// Charts that are theirs.
const OWN: usize = 100;

/// Every so many-th chart, so that they are spread; `shift` keeps owed ones apart from own ones.
fn charts(documents: usize, wanted: usize, shift: usize) -> Vec<usize> {
    let all = documents / CHART;
    let step = (all / wanted.max(1)).max(2);
    let chosen = (shift..all).step_by(step).take(wanted);
    chosen.collect()
}

pub fn run(dir: &Path, documents: usize, rounds: usize) {
    let place = tempfile::tempdir().expect("a folder");
    let own: std::collections::BTreeSet<usize> = charts(documents, OWN, 0).into_iter().collect();
    let corpus = dir.join("corpus.ndjson");
    let all = (1..).zip(lines(&corpus, documents)).map(|(id, v)| {
        let mut one = document(id, &v);
        if own.contains(&((id as usize - 1) / CHART)) {
            one.providers.push(WHO);
        }
        one
    });
    let ours = Ours::over(place.path(), all);
    println!(
        "{documents} documents, {} charts of the provider's own",
        own.len()
    );
    let queries: Vec<Value> = lines(&dir.join("queries.jsonl"), usize::MAX).collect();
    let texts: Vec<String> = queries.iter().map(typed).collect();
    told("sees everything", &ours, &Ours::access(), &texts, rounds);
    for wanted in OWED {
        let owed: Vec<DocumentId> = charts(documents, wanted, 1)
            .into_iter()
            .flat_map(|chart| chart * CHART..(chart + 1) * CHART)
            .map(|at| DocumentId(at as i64 + 1))
            .collect();
        let name = format!("owes in {} charts", owed.len() / CHART);
        let access = SearchAccess {
            only_provider: Some(WHO),
            owed,
            sensitive: true,
        };
        told(&name, &ours, &access, &texts, rounds);
    }
}

/// Asks every query round by round and tells the times: of the first search of all, and the best of
/// each query's rounds.
fn told(name: &str, ours: &Ours, access: &SearchAccess, texts: &[String], rounds: usize) {
    let ask = |text: &str| {
        let request = SearchRequest::new(text.into(), TOP);
        let start = Instant::now();
        let answer = ours.ask(&request, access);
        let took = start.elapsed().as_secs_f64() * 1e3;
        (took, answer.count)
    };
    let (first, _) = ask("patient");
    let mut times = vec![Vec::new(); texts.len()];
    let mut hits = 0;
    for _ in 0..rounds.max(1) {
        for (text, times) in texts.iter().zip(&mut times) {
            let (took, count) = ask(text);
            times.push(took);
            hits += count;
        }
    }
    let mut each: Vec<f64> = times.iter().map(|list| best(list)).collect();
    println!(
        "{name:24} first {first:8.2} ms, then p50 {:7.3}, p90 {:7.3}, p99 {:7.3}, max {:7.3}; {} hits",
        percentile(&mut each, 0.5),
        percentile(&mut each, 0.9),
        percentile(&mut each, 0.99),
        percentile(&mut each, 1.0),
        hits / rounds.max(1)
    );
}
