//! What one run of the reader remembers from earlier resources for later ones.
//!
//! Everything here is bounded: when a memory is full, later names are not learned, and a record
//! that refers to them keeps the words it has itself. Nothing is written anywhere.

use super::super::limits::Limits;
use super::payers::Payers;
use crate::domain::clinical::DiagnosisKind;
use crate::domain::code::Coding;
use crate::domain::record::{Arrival, Key, Record};
use crate::domain::untrusted::Untrusted;
use std::collections::{HashMap, VecDeque};

/// A bounded map from resource id to what is known of it.
pub(super) struct Memory<T> {
    map: HashMap<String, T>,
    limit: usize,
}

impl<T> Memory<T> {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            map: HashMap::new(),
            limit,
        }
    }

    pub(super) fn put(&mut self, id: &str, value: T) {
        if self.map.len() < self.limit || self.map.contains_key(id) {
            self.map.insert(id.to_owned(), value);
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.map.get(id)
    }

    /// Takes out what is remembered, to be put in again.
    pub(super) fn take(&mut self, id: &str) -> Option<T> {
        self.map.remove(id)
    }
}

/// A location, for the text of a visit's location.
pub(super) struct Place {
    pub name: Untrusted,
    /// The organization that runs it.
    pub managed_by: Option<Key>,
}

/// What one run remembers.
pub(crate) struct Session {
    pub(super) medications: Memory<Coding>,
    pub(super) places: Memory<Place>,
    /// Use and rank of a condition, from the visit that lists it.
    pub(super) diagnoses: Memory<(DiagnosisKind, i64)>,
    pub(super) payers: Payers,
    pub(super) waiting: Waiting,
}

impl Session {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            medications: Memory::new(limits.remembered),
            places: Memory::new(limits.remembered),
            diagnoses: Memory::new(limits.remembered),
            payers: Payers::new(limits.remembered),
            waiting: Waiting {
                texts: HashMap::new(),
                text_order: VecDeque::new(),
                text_bytes: 0,
                documents: HashMap::new(),
                order: VecDeque::new(),
                count: 0,
                limits: limits.clone(),
            },
        }
    }

    /// Documents whose content never came; they go in with its address alone.
    pub(crate) fn finish(&mut self) -> Vec<Arrival> {
        std::iter::from_fn(|| self.waiting.oldest()).collect()
    }
}

/// Documents waiting for a `Binary`, and `Binary` texts waiting for a document.
pub(super) struct Waiting {
    texts: HashMap<String, (String, String)>,
    text_order: VecDeque<String>,
    text_bytes: u64,
    documents: HashMap<String, VecDeque<Arrival>>,
    /// Ids the documents wait for, oldest first; those that have been served are stale.
    order: VecDeque<String>,
    count: usize,
    limits: Limits,
}

impl Waiting {
    /// Text and MIME type of a `Binary` that came before.
    pub(super) fn text(&self, id: &str) -> Option<&(String, String)> {
        self.texts.get(id)
    }

    /// Lets a document wait; returns the oldest one when too many wait.
    pub(super) fn wait(&mut self, id: &str, arrival: Arrival) -> Option<Arrival> {
        self.documents
            .entry(id.to_owned())
            .or_default()
            .push_back(arrival);
        self.order.push_back(id.to_owned());
        self.count += 1;
        if self.order.len() > 2 * self.limits.pending_documents {
            let documents = &self.documents;
            self.order.retain(|id| documents.contains_key(id));
        }
        if self.count > self.limits.pending_documents {
            return self.oldest();
        }
        None
    }

    /// The document that has waited longest.
    fn oldest(&mut self) -> Option<Arrival> {
        while let Some(id) = self.order.pop_front() {
            let Some(waiting) = self.documents.get_mut(&id) else {
                continue;
            };
            let arrival = waiting.pop_front();
            if waiting.is_empty() {
                self.documents.remove(&id);
            }
            if arrival.is_some() {
                self.count -= 1;
                return arrival;
            }
        }
        None
    }

    /// Learns the text of a `Binary`; returns the documents that waited for it, filled.
    pub(super) fn learn(&mut self, id: &str, text: String, content_type: String) -> Vec<Arrival> {
        let waiting = self.documents.remove(id).unwrap_or_default();
        self.count -= waiting.len();
        let ready = waiting
            .into_iter()
            .map(|arrival| filled(arrival, &text, &content_type))
            .collect();
        self.text_bytes += text.len() as u64;
        match self.texts.insert(id.to_owned(), (text, content_type)) {
            Some((before, _)) => self.text_bytes -= before.len() as u64,
            None => self.text_order.push_back(id.to_owned()),
        }
        while self.text_bytes > self.limits.pending_bytes {
            let Some(oldest) = self.text_order.pop_front() else {
                break;
            };
            if let Some((text, _)) = self.texts.remove(&oldest) {
                self.text_bytes -= text.len() as u64;
            }
        }
        ready
    }
}

fn filled(mut arrival: Arrival, text: &str, content_type: &str) -> Arrival {
    if let Record::Document(document) = &mut arrival.record {
        document.text = Untrusted::new(text);
        if document.facts.content_type.is_blank() {
            document.facts.content_type = Untrusted::new(content_type);
        }
    }
    arrival
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{Extent, MergeRecord, Provenance, RecordKind};

    fn arrival(id: &str) -> Arrival {
        let key = Key::local(RecordKind::Document, id);
        Arrival {
            key: key.clone(),
            also: Vec::new(),
            provenance: Provenance {
                file: Untrusted::default(),
                line: 0,
                place: Untrusted::default(),
            },
            extent: Extent::Whole,
            cleared: Vec::new(),
            record: Record::Merge(MergeRecord {
                survivor: key.clone(),
                retired: key,
            }),
        }
    }

    #[test]
    fn documents_wait_in_turn_and_within_bounds() {
        let mut session = Session::new(&Limits {
            pending_documents: 3,
            pending_bytes: 10,
            ..Limits::default()
        });
        let waiting = &mut session.waiting;
        let ids = |arrivals: Vec<Arrival>| -> Vec<String> {
            arrivals.iter().map(|a| a.key.id.raw().to_owned()).collect()
        };
        for (binary, document) in [("x", "1"), ("y", "2"), ("x", "3")] {
            assert_eq!(waiting.wait(binary, arrival(document)), None);
        }
        assert_eq!(
            ids(waiting.wait("z", arrival("4")).into_iter().collect()),
            ["1"]
        );
        assert_eq!(
            ids(waiting.learn("x", "12345678".to_owned(), String::new())),
            ["3"]
        );
        assert!(waiting.text("x").is_some());
        assert_eq!(
            ids(waiting.learn("w", "12345678".to_owned(), String::new())),
            [""; 0]
        );
        assert!(waiting.text("x").is_none());
        assert_eq!(ids(session.finish()), ["2", "4"]);
    }
}
