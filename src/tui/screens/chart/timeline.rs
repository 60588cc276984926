//! The timeline: everything of a visit in time order, as rows.

use crate::domain::chart::Chart;
use crate::domain::clinical::{MedicationKind, ObservationCategory, Status};
use crate::domain::ids::DocumentId;
use crate::domain::query::IndicatorKind;
use crate::domain::time::Moment;
use crate::text::{Shown, show};
use crate::tui::screens::banner::{document_state, document_title, provider_name};

/// A row of the timeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When, if it is known.
    pub at: Option<Moment>,
    /// What it is, in a word.
    pub what: &'static str,
    /// What was written, done, ordered, measured.
    pub text: Shown,
    /// What stands beside it: state, value, author.
    pub note: Shown,
    /// How the note is meant.
    pub meaning: &'static str,
    /// The document, if it is one.
    pub document: Option<DocumentId>,
    /// What it would be as an indicator.
    pub kind: IndicatorKind,
    /// The value, if it is one, and its unit.
    pub value: Shown,
    /// The unit of the value.
    pub unit: Shown,
}

/// Every entry of a chart, oldest first; what has no date stands last.
pub fn entries(chart: &Chart) -> Vec<Entry> {
    let mut all = Vec::new();
    documents(chart, &mut all);
    acts(chart, &mut all);
    values(chart, &mut all);
    // Stable, so that what happened at the same time keeps its kind's order.
    all.sort_by_key(|e| (e.at.is_none(), e.at));
    all
}

fn entry(at: Option<Moment>, what: &'static str, text: Shown, kind: IndicatorKind) -> Entry {
    Entry {
        at,
        what,
        text,
        note: Shown::default(),
        meaning: "dim",
        document: None,
        kind,
        value: Shown::default(),
        unit: Shown::default(),
    }
}

fn documents(chart: &Chart, all: &mut Vec<Entry>) {
    for document in &chart.documents {
        let author = document.author.and_then(|id| chart.provider(id));
        let (state, meaning) = document_state(document);
        let author = author.map(provider_name).unwrap_or_default();
        let title = document_title(document);
        all.push(Entry {
            note: Shown::own(format!("{state}  {author}")),
            meaning,
            document: Some(document.id),
            ..entry(
                document.facts.at,
                "document",
                title,
                IndicatorKind::Document,
            )
        });
    }
}

fn acts(chart: &Chart, all: &mut Vec<Entry>) {
    for order in &chart.orders {
        let facts = &order.facts;
        let verbal = match (facts.verbal, facts.signed) {
            (true, None) => "verbal, signature not known",
            (true, Some(_)) => "verbal, signed",
            (false, _) => status(facts.status),
        };
        all.push(Entry {
            note: Shown::own(verbal),
            ..entry(
                facts.at,
                "order",
                show(&facts.what.text),
                IndicatorKind::Other,
            )
        });
    }
    for procedure in &chart.procedures {
        let facts = &procedure.facts;
        let surgeon = procedure.performer.and_then(|id| chart.provider(id));
        let surgeon = surgeon.map(provider_name).unwrap_or_default();
        all.push(Entry {
            note: Shown::own(format!("{}  {surgeon}", status(facts.status))),
            ..entry(
                facts.start.or(facts.end),
                "procedure",
                show(&facts.what.text),
                IndicatorKind::Procedure,
            )
        });
    }
    for diagnosis in &chart.diagnoses {
        let facts = &diagnosis.facts;
        let poa = facts
            .poa
            .map(|p| format!("  POA {}", p.name()))
            .unwrap_or_default();
        let rank = if facts.rank == 1 { " principal" } else { "" };
        let code = show(&facts.what.code);
        let kind = facts.kind.name();
        all.push(Entry {
            note: Shown::own(format!("{code} {kind}{rank}{poa}")),
            ..entry(
                facts.at,
                "diagnosis",
                show(&facts.what.text),
                IndicatorKind::Diagnosis,
            )
        });
    }
}

fn values(chart: &Chart, all: &mut Vec<Entry>) {
    for observation in &chart.observations {
        let facts = &observation.facts;
        let (what, kind) = match facts.category {
            ObservationCategory::Laboratory => ("lab", IndicatorKind::Laboratory),
            ObservationCategory::VitalSign => ("vital", IndicatorKind::VitalSign),
            ObservationCategory::Measurement => ("measure", IndicatorKind::Other),
            ObservationCategory::Other => ("other", IndicatorKind::Other),
        };
        let value = match (facts.text.is_blank(), facts.value) {
            (true, Some(value)) => value.to_string(),
            _ => show(&facts.text).into_string(),
        };
        let flag = show(&facts.flag);
        let meaning = match flag.as_str() {
            "" | "N" => "text",
            _ => "queue.soon",
        };
        let text = format!("{value} {} {flag}", show(&facts.unit));
        all.push(Entry {
            note: Shown::own(text.trim_end()),
            meaning,
            value: Shown::own(value),
            unit: show(&facts.unit),
            ..entry(facts.at, what, show(&facts.what.text), kind)
        });
    }
    for medication in &chart.medications {
        let facts = &medication.facts;
        let what = match facts.kind {
            MedicationKind::Order => "med order",
            MedicationKind::Administration => "med given",
        };
        let text = format!("{} {}", show(&facts.dose), show(&facts.route));
        all.push(Entry {
            note: Shown::own(text.trim()),
            ..entry(
                facts.start,
                what,
                show(&facts.what.text),
                IndicatorKind::Medication,
            )
        });
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Completed => "done",
        Status::Cancelled => "cancelled",
        Status::Retracted => "RETRACTED",
        Status::Unknown => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::screens::samples;

    #[test]
    fn everything_stands_in_time_order_and_undated_last() {
        let mut chart = samples::chart_with_values();
        chart.orders[0].facts.at = None;
        let entries = entries(&chart);
        let dated: Vec<_> = entries.iter().filter_map(|e| e.at).collect();
        assert!(dated.windows(2).all(|w| w[0] <= w[1]));
        assert_eq!(entries.last().map(|e| e.what), Some("order"));
        let kinds: std::collections::BTreeSet<_> = entries.iter().map(|e| e.what).collect();
        for what in [
            "document",
            "order",
            "procedure",
            "diagnosis",
            "lab",
            "vital",
            "med given",
        ] {
            assert!(kinds.contains(what), "{what}");
        }
    }
}
