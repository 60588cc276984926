//! What one run of the reader remembers from earlier resources for later ones.
//!
//! Everything here is bounded: when a memory is full, later names are not learned, and a record
//! that refers to them keeps the words it has itself. Nothing is written anywhere.

use super::super::limits::Limits;
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
    fn new(limit: usize) -> Self {
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
    pub(super) waiting: Waiting,
}

impl Session {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            medications: Memory::new(limits.remembered),
            places: Memory::new(limits.remembered),
            diagnoses: Memory::new(limits.remembered),
            waiting: Waiting {
                texts: HashMap::new(),
                text_order: VecDeque::new(),
                text_bytes: 0,
                documents: VecDeque::new(),
                limits: limits.clone(),
            },
        }
    }

    /// Documents whose content never came; they go in with its address alone.
    pub(crate) fn finish(&mut self) -> Vec<Arrival> {
        self.waiting.documents.drain(..).map(|(_, a)| a).collect()
    }
}

/// Documents waiting for a `Binary`, and `Binary` texts waiting for a document.
pub(super) struct Waiting {
    texts: HashMap<String, (String, String)>,
    text_order: VecDeque<String>,
    text_bytes: u64,
    documents: VecDeque<(String, Arrival)>,
    limits: Limits,
}

impl Waiting {
    /// Text and MIME type of a `Binary` that came before.
    pub(super) fn text(&self, id: &str) -> Option<&(String, String)> {
        self.texts.get(id)
    }

    /// Lets a document wait; returns the oldest one when too many wait.
    pub(super) fn wait(&mut self, id: &str, arrival: Arrival) -> Option<Arrival> {
        self.documents.push_back((id.to_owned(), arrival));
        if self.documents.len() > self.limits.pending_documents {
            return self.documents.pop_front().map(|(_, a)| a);
        }
        None
    }

    /// Learns the text of a `Binary`; returns the documents that waited for it, filled.
    pub(super) fn learn(&mut self, id: &str, text: String, content_type: String) -> Vec<Arrival> {
        let mut ready = Vec::new();
        if self.documents.iter().any(|(wanted, _)| wanted == id) {
            for (wanted, arrival) in std::mem::take(&mut self.documents) {
                if wanted == id {
                    ready.push(filled(arrival, &text, &content_type));
                } else {
                    self.documents.push_back((wanted, arrival));
                }
            }
        }
        self.text_bytes += text.len() as u64;
        if self
            .texts
            .insert(id.to_owned(), (text, content_type))
            .is_none()
        {
            self.text_order.push_back(id.to_owned());
        }
        while self.text_bytes > self.limits.pending_bytes {
            let Some(oldest) = self.text_order.pop_front() else {
                break;
            };
            if let Some((text, _)) = self.texts.remove(&oldest) {
                self.text_bytes = self.text_bytes.saturating_sub(text.len() as u64);
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
