//! What of a chart becomes an indicator of a query.

use super::timeline::Entry;
use crate::domain::document::Document;
use crate::domain::ids::EncounterId;
use crate::domain::query::{Indicator, IndicatorKind};
use crate::domain::untrusted::Untrusted;
use crate::tui::screens::banner::{day, document_title};
use jiff::tz::TimeZone;

/// Words of a document at a line. `about` is the visit the query is about.
pub fn of_passage(
    (line, text): (i64, String),
    document: &Document,
    about: EncounterId,
    zone: &TimeZone,
) -> Indicator {
    let title = document_title(document);
    let date = day(document.facts.at, zone);
    Indicator {
        kind: IndicatorKind::Document,
        text: Untrusted::new(text),
        date: document.facts.at,
        document: Some(document.id),
        source: Untrusted::new(format!("{title} {date}")),
        prior: document.encounter.is_some_and(|e| e != about),
        line,
        ..Indicator::default()
    }
}

/// A value, act or diagnosis of the timeline; a document must be opened and its words chosen.
pub fn of_entry(entry: &Entry, prior: bool) -> Option<Indicator> {
    if entry.document.is_some() {
        return None;
    }
    let source = match entry.kind {
        IndicatorKind::Laboratory => "Laboratory",
        IndicatorKind::VitalSign => "Vital signs",
        IndicatorKind::Medication => "Medications",
        IndicatorKind::Procedure => "Procedures",
        IndicatorKind::Diagnosis => "Diagnoses",
        IndicatorKind::Document | IndicatorKind::Other => "Chart",
    };
    // Braces of a unit are a comment of UCUM (`{score}`), not a place to fill in.
    let text = format!("{} {}", entry.text, entry.note).replace(['{', '}'], "");
    Some(Indicator {
        kind: entry.kind,
        text: Untrusted::new(text.trim()),
        date: entry.at,
        source: source.into(),
        prior,
        value: Untrusted::new(entry.value.as_str()),
        unit: Untrusted::new(entry.unit.as_str().replace(['{', '}'], "")),
        ..Indicator::default()
    })
}
