//! The way out of a parser: batches of arrivals, issues, progress.
//!
//! Owns the batch that is being filled and the name of the file that is being read. Parsers
//! never see the sink itself. Start at [`Emitter::push`].

use super::limits::Limits;
use crate::domain::record::{Arrival, Extent, Issue, Key, Provenance, Record, Severity};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Warnings of one wording reported for one file; the rest are counted in one line.
const SAME_WARNINGS: u64 = 20;

/// Providers named in passing that are remembered for one file, so that each comes once.
const MENTIONS: usize = 100_000;

/// Where the reading stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The file being read.
    pub file: Shown,
    /// Bytes of all files read so far, as they lie on disk.
    pub bytes_done: u64,
    /// Bytes of all files, as far as known; 0 for standard input.
    pub bytes_total: u64,
    /// Records found so far, mentions not counted.
    pub records: u64,
}

/// What takes the records.
pub trait Sink {
    /// At most 1,000 arrivals at a time, in order of arrival.
    fn arrivals(&mut self, batch: Vec<Arrival>) -> Result<(), Stop>;
    /// Something that could not be used, or only with a reservation.
    fn issue(&mut self, issue: Issue);
    /// How far the reading is; called at least once for each file and each batch.
    fn progress(&mut self, progress: &Progress);
}

/// The sink wants no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reader was told to stop")]
pub struct Stop;

/// Gathers what parsers find and hands it on.
pub(crate) struct Emitter<'a> {
    sink: &'a mut dyn Sink,
    batch: Vec<Arrival>,
    batch_text: u64,
    limits: Limits,
    file: String,
    progress: Progress,
    /// Bytes read from disk, counted by the readers.
    pub(crate) read: Rc<Cell<u64>>,
    mentions: HashSet<Key>,
    warned: HashMap<String, (u64, Provenance)>,
}

impl<'a> Emitter<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink, limits: &Limits, bytes_total: u64) -> Self {
        Self {
            sink,
            batch: Vec::new(),
            batch_text: 0,
            limits: limits.clone(),
            file: String::new(),
            progress: Progress {
                file: Shown::default(),
                bytes_done: 0,
                bytes_total,
                records: 0,
            },
            read: Rc::new(Cell::new(0)),
            mentions: HashSet::new(),
            warned: HashMap::new(),
        }
    }

    /// A new file (or entry of an archive) begins.
    pub(crate) fn begin(&mut self, file: &str) {
        self.summarise_warnings();
        self.file = file.to_owned();
        self.progress.file = show(&Untrusted::new(file));
        self.mentions.clear();
        self.report();
    }

    /// The name of the file being read.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// A place in the file being read.
    pub(crate) fn provenance(&self, line: u64, place: &str) -> Provenance {
        Provenance {
            file: Untrusted::new(self.file.as_str()),
            line,
            place: Untrusted::new(place),
        }
    }

    /// Takes a record. A mention of a provider that this file has mentioned before is dropped.
    pub(crate) fn push(&mut self, arrival: Arrival) -> Result<(), Stop> {
        if arrival.extent == Extent::Mention {
            if self.mentions.len() >= MENTIONS {
                self.mentions.clear();
            }
            if !self.mentions.insert(arrival.key.clone()) {
                return Ok(());
            }
        } else {
            self.progress.records += 1;
        }
        if let Record::Document(document) = &arrival.record {
            self.batch_text += document.text.raw().len() as u64;
        }
        self.batch.push(arrival);
        if self.batch.len() >= self.limits.batch_records.max(1)
            || self.batch_text >= self.limits.batch_bytes
        {
            self.flush()?;
        }
        Ok(())
    }

    /// Whether this file has already mentioned the thing.
    pub(crate) fn mentioned(&self, key: &Key) -> bool {
        self.mentions.contains(key)
    }

    /// Hands the batch to the sink.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        if !self.batch.is_empty() {
            self.batch_text = 0;
            self.sink.arrivals(std::mem::take(&mut self.batch))?;
        }
        self.report();
        Ok(())
    }

    /// Ends the reading: the last batch and the counts of repeated warnings.
    pub(crate) fn finish(&mut self) -> Result<(), Stop> {
        self.summarise_warnings();
        self.flush()
    }

    /// Reports an issue at a place of the file being read.
    pub(crate) fn issue(&mut self, severity: Severity, line: u64, place: &str, reason: &str) {
        let provenance = self.provenance(line, place);
        self.issue_at(severity, provenance, reason);
    }

    /// Reports an issue with its own provenance.
    pub(crate) fn issue_at(&mut self, severity: Severity, provenance: Provenance, reason: &str) {
        if severity == Severity::Warning {
            let seen = self
                .warned
                .entry(reason.to_owned())
                .or_insert_with(|| (0, provenance.clone()));
            seen.0 += 1;
            if seen.0 > SAME_WARNINGS {
                seen.1 = provenance;
                return;
            }
        }
        self.sink.issue(Issue {
            provenance,
            severity,
            reason: reason.to_owned(),
        });
    }

    fn summarise_warnings(&mut self) {
        let mut many: Vec<_> = self
            .warned
            .drain()
            .filter(|(_, (count, _))| *count > SAME_WARNINGS)
            .collect();
        many.sort_by(|a, b| a.0.cmp(&b.0));
        for (reason, (count, provenance)) in many {
            self.sink.issue(Issue {
                provenance,
                severity: Severity::Warning,
                reason: format!("{} more times: {reason}", count - SAME_WARNINGS),
            });
        }
    }

    fn report(&mut self) {
        self.progress.bytes_done = self.read.get();
        self.sink.progress(&self.progress);
    }
}

/// Everything found, for callers that hold all of it in memory (tests, one pasted message).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Records, in order of arrival.
    pub arrivals: Vec<Arrival>,
    /// What could not be used, or only with a reservation.
    pub issues: Vec<Issue>,
}

impl Sink for Parsed {
    fn arrivals(&mut self, mut batch: Vec<Arrival>) -> Result<(), Stop> {
        self.arrivals.append(&mut batch);
        Ok(())
    }

    fn issue(&mut self, issue: Issue) {
        self.issues.push(issue);
    }

    fn progress(&mut self, _: &Progress) {}
}
