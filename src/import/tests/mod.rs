//! Tests of the room as a whole: bytes in, records and issues out.

mod fhir;
mod files;
mod hl7v2;
mod hostile;
mod payer;
mod real;

use super::{Limits, Options, Parsed};
use crate::domain::record::{Arrival, Extent, Key, Record, Severity};
use jiff::tz::TimeZone;

fn options() -> Options {
    Options {
        zone: TimeZone::get("America/New_York").unwrap(),
        limits: Limits::default(),
        mapping: None,
    }
}

fn parse(text: &str) -> Parsed {
    super::parse(text.as_bytes(), &options())
}

/// What `parse` makes of a text that must raise no issue.
fn clean(text: &str) -> Vec<Arrival> {
    let parsed = parse(text);
    assert_eq!(reasons(&parsed), Vec::<String>::new());
    parsed.arrivals
}

/// The arrivals that are no mentions.
fn stated(arrivals: &[Arrival]) -> Vec<&Arrival> {
    arrivals
        .iter()
        .filter(|a| a.extent != Extent::Mention)
        .collect()
}

/// A key, short: `Patient:1`, `Provider:http://npi|7`.
fn short(key: &Key) -> String {
    let authority = match key.authority.as_str() {
        "" => String::new(),
        authority => format!("{authority}|"),
    };
    format!("{}:{authority}{}", key.kind.name(), key.id.raw())
}

fn maybe(key: &Option<Key>) -> String {
    key.as_ref().map_or("-".to_owned(), short)
}

/// Issues, short: `reject 3 PV1-44: reason`.
fn reasons(parsed: &Parsed) -> Vec<String> {
    let issue = |i: &crate::domain::record::Issue| {
        let at = &i.provenance;
        format!(
            "{} {} {}: {}",
            i.severity.name(),
            at.line,
            at.place.raw(),
            i.reason
        )
    };
    parsed.issues.iter().map(issue).collect()
}

fn rejects(parsed: &Parsed) -> usize {
    parsed
        .issues
        .iter()
        .filter(|i| i.severity == Severity::Reject)
        .count()
}

macro_rules! only {
    ($arrivals:expr, $kind:ident) => {{
        let found: Vec<_> = $arrivals
            .iter()
            .filter(|a| a.extent != Extent::Mention)
            .filter_map(|a| match &a.record {
                Record::$kind(r) => Some((a, r)),
                _ => None,
            })
            .collect();
        assert_eq!(found.len(), 1, "expected one {}", stringify!($kind));
        found[0]
    }};
}
use only;
