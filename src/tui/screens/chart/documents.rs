//! The list of a chart's documents: order, filter, and the place where one is missing.

use crate::domain::chart::Chart;
use crate::domain::deficiency::DeficiencyDetail;
use crate::domain::document::Document;
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::screens::banner::{day, document_state, document_title, provider_name, when};
use crate::tui::widgets::{Align, Column, RowView};
use jiff::tz::TimeZone;

/// Order of the documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    #[default]
    Newest,
    /// By kind, newest first within each.
    Kind,
}

impl Order {
    /// Its name as an argument of the sort command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Kind => "kind",
        }
    }
}

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentRow {
    /// A document, by its index in the chart.
    Document(usize),
    /// Here a document is missing.
    Gap,
}

/// What is missing and where it would stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// When what owes it took place.
    pub at: Moment,
    /// What stands in the row.
    pub label: Shown,
}

/// Where a missing document would stand: at the procedure, the order, or the start of the clock.
pub fn gap(chart: &Chart, detail: &DeficiencyDetail) -> Gap {
    let subject = detail.row.subject;
    let procedure = subject
        .procedure
        .and_then(|id| chart.procedures.iter().find(|p| p.id == id))
        .and_then(|p| p.facts.end.or(p.facts.start));
    let order = subject
        .order
        .and_then(|id| chart.orders.iter().find(|o| o.id == id))
        .and_then(|o| o.facts.at);
    let title = show(&Untrusted::new(detail.rule_title.as_str()));
    let label = match title.as_str() {
        "" => format!("-- {} missing here --", detail.row.kind),
        title => format!("-- {title}"),
    };
    Gap {
        at: procedure.or(order).unwrap_or(Moment::at(detail.row.start)),
        label: Shown::own(label),
    }
}

/// The rows shown: ordered, filtered by words that must all occur, with the gap where it belongs.
pub fn rows(chart: &Chart, order: Order, words: &[String], gap: Option<&Gap>) -> Vec<DocumentRow> {
    let mut all: Vec<usize> = (0..chart.documents.len())
        .filter(|i| {
            let text = haystack(chart, &chart.documents[*i]);
            words.iter().all(|w| text.contains(w.as_str()))
        })
        .collect();
    // The chart's lists are oldest first; what has no date stands last.
    all.sort_by_key(|i| {
        let facts = &chart.documents[*i].facts;
        let kind = match order {
            Order::Newest => "",
            Order::Kind => facts.kind.title(),
        };
        (kind, std::cmp::Reverse(facts.at), std::cmp::Reverse(*i))
    });
    let mut rows: Vec<DocumentRow> = all.into_iter().map(DocumentRow::Document).collect();
    if let Some(gap) = gap.filter(|_| words.is_empty()) {
        let older = |row: &DocumentRow| match row {
            DocumentRow::Document(i) => chart.documents[*i].facts.at.is_none_or(|at| at <= gap.at),
            DocumentRow::Gap => false,
        };
        let at = match order {
            Order::Newest => rows.iter().position(older).unwrap_or(rows.len()),
            Order::Kind => 0,
        };
        rows.insert(at, DocumentRow::Gap);
    }
    rows
}

fn haystack(chart: &Chart, document: &Document) -> String {
    let author = document.author.and_then(|id| chart.provider(id));
    let author = author.map(provider_name).unwrap_or_default();
    let title = document_title(document);
    let kind = document.facts.kind.title();
    let state = document_state(document).0;
    format!("{title} {kind} {author} {state}").to_lowercase()
}

/// The columns in so much room.
pub fn columns(room: u16) -> Vec<Column> {
    let date = if room < 70 { 10 } else { 16 };
    let column = |title, width, grow| Column {
        title,
        width,
        grow,
        align: Align::Left,
    };
    vec![
        column("DATE", date, 0),
        column("DOCUMENT", 16, 2),
        column("AUTHOR", 10, 1),
        column("STATE", 10, 0),
        column("V", 2, 0),
    ]
}

/// A document as a row.
pub fn view(chart: &Chart, document: &Document, room: u16, zone: &TimeZone) -> RowView {
    let date = if room < 70 {
        day(document.facts.at, zone)
    } else {
        when(document.facts.at, zone)
    };
    let author = document.author.and_then(|id| chart.provider(id));
    let author = author.map(provider_name).unwrap_or_default();
    let (state, meaning) = document_state(document);
    let title = document_title(document);
    let version = match document.version {
        1 => Shown::default(),
        version => Shown::own(version.to_string()),
    };
    let look = if meaning == "chart.retracted" {
        meaning
    } else {
        "text"
    };
    RowView {
        cells: vec![
            (date, look),
            (title, look),
            (author, look),
            (Shown::own(state), meaning),
            (version, "dim"),
        ],
        marked: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::screens::samples;

    fn titles(chart: &Chart, rows: &[DocumentRow]) -> Vec<String> {
        rows.iter()
            .map(|row| match row {
                DocumentRow::Gap => "gap".to_owned(),
                DocumentRow::Document(i) => document_title(&chart.documents[*i]).into_string(),
            })
            .collect()
    }

    #[test]
    fn newest_first_and_the_gap_where_the_document_would_stand() {
        let chart = samples::chart();
        let detail = samples::missing_operative_report();
        let gap = gap(&chart, &detail);
        let rows = rows(&chart, Order::Newest, &[], Some(&gap));
        let titles = titles(&chart, &rows);
        let at = titles.iter().position(|t| t == "gap").unwrap();
        let older = |row: &DocumentRow| match row {
            DocumentRow::Document(i) => chart.documents[*i].facts.at <= Some(gap.at),
            DocumentRow::Gap => false,
        };
        assert!(rows[at + 1..].iter().all(older));
        assert!(!rows[..at].iter().any(older));
        assert!(at > 0 && at + 1 < rows.len(), "{titles:?}");
    }

    #[test]
    fn the_filter_takes_title_author_and_state() {
        let chart = samples::chart();
        let found = |word: &str| rows(&chart, Order::Newest, &[word.to_owned()], None).len();
        assert!(found("progress") >= 2);
        assert_eq!(found("unsigned"), 1);
        assert!(found("smith") >= 1);
        assert_eq!(found("zebra"), 0);
    }

    #[test]
    fn by_kind_keeps_kinds_together() {
        let chart = samples::chart();
        let rows = rows(&chart, Order::Kind, &[], None);
        let kinds: Vec<_> = rows
            .iter()
            .filter_map(|r| match r {
                DocumentRow::Document(i) => Some(chart.documents[*i].facts.kind.title()),
                DocumentRow::Gap => None,
            })
            .collect();
        assert!(kinds.windows(2).all(|w| w[0] <= w[1]));
    }
}
