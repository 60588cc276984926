//! What a letter says: to whom, which items, which numbers, and how an item is laid out as text.

use crate::domain::ladder::SuspensionKind;
use crate::domain::untrusted::Untrusted;
use crate::text::{column, show};
use serde::Serialize;

/// To whom a letter goes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Addressee {
    name: String,
    credential: String,
    service: String,
}

impl Addressee {
    /// From what is known of a provider.
    pub fn new(name: &Untrusted, credential: &Untrusted, service: &Untrusted) -> Self {
        let words = |text: &Untrusted| show(text).into_string();
        Self {
            name: words(name),
            credential: words(credential),
            service: words(service),
        }
    }
}

/// An item as a letter lists it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Visit number.
    pub visit: String,
    /// Medical record number.
    pub mrn: String,
    /// Patient.
    pub patient: String,
    /// Type code.
    #[serde(rename = "type")]
    pub kind: String,
    /// Title of the type.
    pub title: String,
    /// Date of discharge, or `in house`.
    pub discharged: String,
    /// Days counted.
    pub days: i64,
    /// Date it is due.
    pub due: String,
    /// Whether it is late.
    pub late: bool,
    /// Whether it is on hold.
    pub held: bool,
    /// All of it as an item of a text table: two lines.
    pub line: String,
}

/// Widths of the columns of a text table's first line: visit, MRN, patient, discharged. The days
/// and what is to be said of them stand behind.
const WIDTHS: [usize; 4] = [12, 10, 31, 10];

/// What is missing stands on the second line of an item, below the MRN: so many columns of it.
const MISSING: usize = 63;

impl Line {
    /// Lays the item out for text, on two lines.
    pub fn laid_out(mut self) -> Self {
        let what = format!("{} {}", self.kind, self.title);
        let late = match (self.held, self.late) {
            (true, _) => " hold",
            (_, true) => " LATE",
            _ => "",
        };
        let cells = [&self.visit, &self.mrn, &self.patient, &self.discharged];
        let first = format!("{} {:>4}{late}", laid(&cells), self.days);
        self.line = with_missing(&first, &what);
        self
    }
}

/// The head of a text table.
fn columns() -> String {
    let heads = ["VISIT", "MRN", "PATIENT", "DISCHARGED"].map(str::to_owned);
    let cells: Vec<&String> = heads.iter().collect();
    with_missing(&format!("{} DAYS", laid(&cells)), "MISSING")
}

/// The first line of an item with what is missing on a second one.
fn with_missing(first: &str, what: &str) -> String {
    let indent = " ".repeat(WIDTHS[0] + 1);
    format!("{first}\n{indent}{}", column(what, MISSING).trim_end())
}

fn laid(cells: &[&String]) -> String {
    let parts: Vec<String> = cells
        .iter()
        .zip(WIDTHS)
        .map(|(text, width)| column(text, width))
        .collect();
    parts.join(" ")
}

/// What a letter says.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// The hospital.
    pub facility: String,
    /// The letter's date.
    pub date: String,
    /// To whom.
    pub provider: Addressee,
    /// Items, oldest first.
    pub items: Vec<Line>,
    /// How many items in all.
    pub count: i64,
    /// How many of them are late.
    pub late: i64,
    /// How many are not listed.
    pub more: i64,
    /// Days counted for the oldest.
    pub oldest_days: i64,
    /// Days after which a chart is delinquent.
    pub limit_days: i64,
    /// Days between this letter and the next step of the ladder.
    pub wait_days: i64,
    /// The kind of suspension in words; empty if it is none.
    pub suspension: String,
    /// The head of a text table.
    columns: String,
}

impl Facts {
    /// The facts of a letter without items.
    pub fn new(facility: &Untrusted, date: String, provider: Addressee) -> Self {
        Self {
            facility: show(facility).into_string(),
            date,
            provider,
            items: Vec::new(),
            count: 0,
            late: 0,
            more: 0,
            oldest_days: 0,
            limit_days: 0,
            wait_days: 0,
            suspension: String::new(),
            columns: columns(),
        }
    }

    /// Facts to try a template with.
    pub(super) fn sample() -> Self {
        let provider = Addressee::new(&"Jordan Doe".into(), &"MD".into(), &"Surgery".into());
        let line = Line {
            visit: "V00001".into(),
            mrn: "M00001".into(),
            patient: "Testperson,Ann".into(),
            kind: "DS-M".into(),
            title: "Discharge summary missing".into(),
            discharged: "2026-01-31".into(),
            days: 31,
            due: "2026-03-02".into(),
            late: true,
            held: false,
            line: String::new(),
        };
        Self {
            items: vec![line.laid_out()],
            count: 1,
            late: 1,
            oldest_days: 31,
            limit_days: 30,
            wait_days: 7,
            suspension: SuspensionKind::Administrative.title().to_owned(),
            ..Self::new(&"General Hospital".into(), "2026-03-03".into(), provider)
        }
    }
}
