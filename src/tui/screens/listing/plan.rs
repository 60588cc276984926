//! What a list is made of: its rows, its views and orders.

use super::Split;
use crate::domain::untrusted::Untrusted;
use std::cmp::Ordering;

/// A row of a list.
pub trait Listed {
    /// Names the row, also after it was read again.
    type Key: Ord + Clone;

    /// Its key.
    fn key(&self) -> Self::Key;

    /// The row version a change of it is sent with.
    fn version(&self) -> i64 {
        0
    }

    /// What a filter looks in; capitals do not matter.
    fn haystack(&self) -> String;

    /// Whether a filter as typed lets the row through: every word stands in the haystack, unless
    /// the row understands more.
    fn matches(&self, typed: &str) -> bool {
        let text = self.haystack().to_lowercase();
        let typed = typed.to_lowercase();
        typed.split_whitespace().all(|word| text.contains(word))
    }
}

/// Whether a row is let through.
pub type Sieve<R> = Box<dyn Fn(&R) -> bool + Send>;

/// A view: some of the rows, under a title.
pub struct View<R: 'static> {
    /// What it is called.
    pub title: &'static str,
    /// Which of the rows read it holds; `None` if rows are read anew when the view is opened.
    pub holds: Option<fn(&R) -> bool>,
}

/// An order of the rows.
pub struct Sort<R: 'static> {
    /// What it is called.
    pub name: &'static str,
    /// Which row comes first; `None` is the order in which they were read.
    pub compare: Option<fn(&R, &R) -> Ordering>,
}

impl<R> Sort<R> {
    /// The order in which the rows were read, under its own name.
    pub const fn as_read(name: &'static str) -> Self {
        Self {
            name,
            compare: None,
        }
    }

    /// By something that is compared row by row.
    pub const fn by(name: &'static str, compare: fn(&R, &R) -> Ordering) -> Self {
        Self {
            name,
            compare: Some(compare),
        }
    }
}

/// A row about a patient.
pub trait OfPatient {
    /// The patient's name.
    fn patient(&self) -> &Untrusted;
}

/// A row about a provider.
pub trait OfProvider {
    /// The provider's name.
    fn provider(&self) -> &Untrusted;
}

/// A row about a visit of a service.
pub trait OfService {
    /// The service's name.
    fn service(&self) -> &Untrusted;
}

impl<R: OfPatient> Sort<R> {
    /// By the patient's name.
    pub const PATIENT: Self = Self::by("patient", |a, b| a.patient().cmp(b.patient()));
}

impl<R: OfProvider> Sort<R> {
    /// By the provider's name.
    pub const PROVIDER: Self = Self::by("provider", |a, b| a.provider().cmp(b.provider()));
}

impl<R: OfService> Sort<R> {
    /// By the service's name.
    pub const SERVICE: Self = Self::by("service", |a, b| a.service().cmp(b.service()));
}

/// What a list is: the same as long as the program runs.
pub struct Plan<R: 'static> {
    /// What is listed, for sentences: `steps`.
    pub what: &'static str,
    /// Its views; none if there is only one.
    pub views: &'static [View<R>],
    /// Its orders, the usual one first; none if there is only one.
    pub sorts: &'static [Sort<R>],
    /// Whether rows are marked, to be dealt with together.
    pub marks: bool,
    /// How list and detail share the room.
    pub split: Split,
}
