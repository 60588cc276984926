//! `import`: records in, with progress, rejects and a summary; then analysis and index.

use super::args::{Import, Place};
use super::output::{Exit, Failure, Out, Result, note, stderr_is_terminal};
use super::session::{Session, new_request};
use crate::domain::action::{Action, ImportBatch};
use crate::domain::record::{Arrival, Extent, Issue, RecordKind, Severity};
use crate::import::{MAPPINGS, Mapping, MappingError, Options, Progress, Sink, Stop, read_paths};
use crate::ops::{Indexer, Intake, Which};
use crate::text::{noun, show};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// Runs `import`.
pub fn run(place: &Place, args: &Import) -> Result {
    let started = Instant::now();
    let session = place.open()?;
    let turn = match args.dry_run {
        true => None,
        false => session.office.take_in(),
    };
    let mut taker = Taker {
        session: &session,
        source: &args.source,
        dry_run: args.dry_run,
        total: Intake::default(),
        out: Out::new(args.json.json),
        rejected: 0,
        skipped: 0,
        failure: None,
        bar: bar(),
        indexing: Indexing {
            indexer: None,
            batches: 0,
            waits: true,
        },
    };
    let options = Options {
        zone: session.office.zone.clone(),
        limits: crate::import::Limits::default(),
        mapping: args
            .mapping
            .as_deref()
            .map(mapping)
            .transpose()?
            .map(Arc::new),
    };
    let mut stdin = std::io::stdin().lock();
    let read = read_paths(&args.paths, &mut stdin, &options, &mut taker);
    taker.bar.finish_and_clear();
    let stopped = match (read, taker.failure.take()) {
        (Err(Stop), Some(failure)) => Some(failure),
        _ if args.dry_run => None,
        _ => {
            let own = Which::ChangedOf(std::mem::take(&mut taker.total.visits));
            settle(&session, &own, taker.indexing.indexer.take())
                .and_then(|()| {
                    drop(turn);
                    analyse_rest(&session)
                })
                .err()
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    match stopped {
        None => taker.summary(seconds, true),
        Some(failure) => {
            if taker.total.took_something() {
                taker.summary(seconds, false)?;
            }
            Err(failure)
        }
    }
}

/// A mapping: one that comes with the program, by name, or a file.
pub(super) fn mapping(name: &str) -> Result<Mapping> {
    let usage = |e: MappingError| Failure::Usage(e.to_string());
    if let Some((name, text)) = MAPPINGS.iter().find(|m| m.0 == name) {
        return Mapping::parse(name, text).map_err(usage);
    }
    let text = std::fs::read_to_string(name).map_err(|e| {
        let ours: Vec<&str> = MAPPINGS.iter().map(|m| m.0).collect();
        let ours = ours.join(", ");
        Failure::Usage(format!(
            "the mapping {name} cannot be read ({e}); name a file, or one of ours: {ours}"
        ))
    })?;
    Mapping::parse(name, &text).map_err(usage)
}

/// Analysis of what changed, and the index; an indexer that is at work is let finish.
pub fn settle(session: &Session, which: &Which, indexer: Option<Indexer>) -> Result<()> {
    analyse(session, which)?;
    let bar = bar();
    if let Some(indexer) = indexer {
        bar.set_message("indexing");
        bar.tick();
        indexer.catch_up();
    }
    // What the indexer could not do is done, or told, here.
    session.office.index_now(&mut |p| {
        bar.set_message(format!(
            "indexed {} {}",
            p.documents,
            noun(p.documents, "document")
        ));
        bar.tick();
        true
    })?;
    bar.finish_and_clear();
    Ok(())
}

fn analyse(session: &Session, which: &Which) -> Result<()> {
    let bar = bar();
    session
        .office
        .analyze(&session.actor, which, &mut |visits| {
            bar.set_message(format!("analysed {visits} {}", noun(visits, "visit")));
            bar.tick();
            true
        })?;
    bar.finish_and_clear();
    Ok(())
}

/// Analysis of what others left, unless somebody takes records in and so is at it.
fn analyse_rest(session: &Session) -> Result<()> {
    match session.office.take_over() {
        Some(_turn) => analyse(session, &Which::Changed),
        None => Ok(()),
    }
}

pub fn bar() -> ProgressBar {
    if !stderr_is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}% {msg}") {
        bar.set_style(style);
    }
    bar
}

/// Whether a record is one of the things of its kind, as somebody would count them.
fn counts(arrival: &Arrival) -> bool {
    arrival.extent != Extent::Mention && !arrival.adds_only()
}

/// Takes what the readers find and hands it to `ops`, one batch an action.
struct Taker<'a> {
    session: &'a Session,
    source: &'a str,
    dry_run: bool,
    total: Intake,
    out: Out,
    rejected: i64,
    skipped: i64,
    failure: Option<Failure>,
    bar: ProgressBar,
    indexing: Indexing,
}

/// The index while records are taken in.
struct Indexing {
    /// From the second batch on there is one: less is indexed at the end.
    indexer: Option<Indexer>,
    batches: usize,
    /// Whether taking in waits for it: not for one that does not move.
    waits: bool,
}

impl Sink for Taker<'_> {
    fn arrivals(&mut self, batch: Vec<Arrival>) -> std::result::Result<(), Stop> {
        if self.dry_run {
            for arrival in batch.iter().filter(|a| counts(a)) {
                *self.total.new.entry(arrival.record.kind()).or_default() += 1;
            }
            return Ok(());
        }
        let action = Action::Import(ImportBatch {
            source: self.source.to_owned(),
            arrivals: batch,
            first: self.total.first,
        });
        match self
            .session
            .office
            .act(&self.session.actor, &new_request(), &action)
        {
            Ok(outcome) => {
                let mut intake = outcome.intake.unwrap_or_default();
                for issue in std::mem::take(&mut intake.issues) {
                    self.issue(issue);
                }
                self.total.add(intake);
                self.index_beside();
                Ok(())
            }
            Err(error) => {
                self.failure = Some(error.into());
                Err(Stop)
            }
        }
    }

    fn issue(&mut self, issue: Issue) {
        match issue.severity {
            Severity::Reject => self.rejected += 1,
            Severity::Skip => self.skipped += 1,
            Severity::Warning => {}
        }
        if let Err(failure) = self.tell(&issue) {
            self.failure = Some(failure);
        }
    }

    fn progress(&mut self, progress: &Progress) {
        self.bar.set_length(progress.bytes_total.max(1));
        self.bar.set_position(progress.bytes_done);
        self.bar.set_message(format!(
            "{} {}  {}",
            progress.records,
            noun(progress.records, "record"),
            progress.file
        ));
    }
}

impl Taker<'_> {
    /// Keeps the index near while a long import goes on: what anybody takes in meanwhile is to be
    /// found within a second, and both processors work.
    fn index_beside(&mut self) {
        let office = &self.session.office;
        let indexing = &mut self.indexing;
        indexing.batches += 1;
        if indexing.batches > 1 {
            indexing
                .indexer
                .get_or_insert_with(|| office.start_indexer());
            indexing.waits = indexing.waits && office.let_index_follow();
        }
    }

    fn tell(&mut self, issue: &Issue) -> Result<()> {
        let file = show(&issue.provenance.file).into_string();
        let place = show(&issue.provenance.place).into_string();
        if self.out.json {
            let value = match issue.severity {
                Severity::Skip => json!({ "kind": "skip", "file": file, "reason": issue.reason }),
                severity => json!({
                    "kind": severity.name(), "file": file, "line": issue.provenance.line,
                    "where": place, "reason": issue.reason
                }),
            };
            return self.out.object(&value);
        }
        let line = if issue.provenance.line > 0 {
            format!(":{}", issue.provenance.line)
        } else {
            String::new()
        };
        let place = if place.is_empty() {
            String::new()
        } else {
            format!(" {place}")
        };
        self.bar.suspend(|| {
            note(&format!(
                "{} {file}{line}{place}: {}",
                issue.severity.name(),
                issue.reason
            ))
        });
        Ok(())
    }

    /// Tells what was taken in; `complete` says whether that is all there was.
    fn summary(mut self, seconds: f64, complete: bool) -> Result {
        let found = if self.rejected > 0 {
            Exit::Found
        } else {
            Exit::Done
        };
        if self.out.json {
            let named =
                |map: &BTreeMap<RecordKind, i64>| -> serde_json::Map<String, serde_json::Value> {
                    RecordKind::ALL
                        .iter()
                        .map(|k| {
                            (
                                k.plural().to_owned(),
                                json!(map.get(k).copied().unwrap_or(0)),
                            )
                        })
                        .collect()
                };
            let summary = json!({
                "kind": "summary", "new": named(&self.total.new), "updated": named(&self.total.updated),
                "unchanged": named(&self.total.unchanged), "rejected": self.rejected,
                "skipped": self.skipped, "seconds": (seconds * 1000.0).round() / 1000.0,
                "complete": complete
            });
            self.out.object(&summary)?;
            return self.out.done(found);
        }
        let verb = if self.dry_run { "would take in" } else { "new" };
        self.out.line(format_args!(
            "{:<14}{:>10}{:>10}{:>11}",
            "", verb, "updated", "unchanged"
        ))?;
        for kind in RecordKind::ALL {
            let n = |map: &BTreeMap<RecordKind, i64>| map.get(kind).copied().unwrap_or(0);
            let (new, updated, unchanged) = (
                n(&self.total.new),
                n(&self.total.updated),
                n(&self.total.unchanged),
            );
            if new + updated + unchanged > 0 {
                self.out.line(format_args!(
                    "{:<14}{new:>10}{updated:>10}{unchanged:>11}",
                    kind.plural()
                ))?;
            }
        }
        self.out.line(format_args!(
            "{} rejected, {} {} skipped, {seconds:.1} s",
            self.rejected,
            self.skipped,
            noun(self.skipped, "file")
        ))?;
        if !complete {
            self.out.line(
                "stopped before the end: what is counted here is in; import the same again, it goes on from there",
            )?;
        }
        self.out.done(found)
    }
}
