//! The tables of `report cdi`: figures with both numbers and their formulas; groups in the order
//! of their names, never by a rate.

use super::table::{Cell, Table};
use crate::domain::cdi_figures::{
    CdiBy, CdiGroup, CdiMeasure, CdiPartRow, CdiRate, CdiReport, CdiUnit,
};
use crate::domain::untrusted::Untrusted;
use crate::text::counted;
use jiff::tz::TimeZone;

/// Figures a table for a person shows for each group; CSV and JSON have all.
const SHORT: &[(CdiMeasure, &str)] = &[
    (CdiMeasure::ReviewRate, "REVIEWED"),
    (CdiMeasure::QueryRate, "QUERIED"),
    (CdiMeasure::ResponseRate, "ANSWERED"),
    (CdiMeasure::AgreeRate, "AGREED"),
    (CdiMeasure::ResponseHours, "HOURS"),
    (CdiMeasure::UnansweredAtFinal, "OPEN AT FINAL"),
    (CdiMeasure::DiagnosisMatch, "MATCH"),
];

fn value(rate: CdiRate, measure: CdiMeasure) -> Cell {
    let decimals = match measure.unit() {
        CdiUnit::Each => 2,
        CdiUnit::Percent | CdiUnit::Hours => 1,
    };
    match rate.thousandths(measure) {
        Some(value) => Cell::Thousandths(value, decimals),
        None => Cell::None,
    }
}

/// Above the line; a median has nothing there.
fn numerator(rate: CdiRate, measure: CdiMeasure) -> Cell {
    match measure.unit() {
        CdiUnit::Hours => Cell::None,
        _ => rate.numerator.into(),
    }
}

fn headline(report: &CdiReport) -> String {
    let ask = &report.ask;
    let by = match ask.by {
        CdiBy::Total => String::new(),
        by => format!(" by {}", by.title().to_lowercase()),
    };
    format!("Documentation integrity{by}, {} to {}", ask.from, ask.to)
}

fn notes(report: &CdiReport, measures: &[CdiMeasure]) -> Vec<String> {
    let mut notes: Vec<String> = measures
        .iter()
        .map(|m| format!("{}: {}.", m.title(), m.formula()))
        .collect();
    notes.push(format!(
        "As known at the end of {}. Eligible: discharges of the classes {}.",
        report.ask.to, report.classes
    ));
    if report.unclassified > 0 {
        notes.push(format!(
            "From before it was kept what an answer amounts to: {}, counted as answers only.",
            counted(report.unclassified, "answer")
        ));
    }
    notes
}

/// The whole: one row for each figure.
pub fn total(report: &CdiReport) -> Table {
    let mut t = Table::new(
        headline(report),
        &[
            ("figure", "FIGURE"),
            ("title", ""),
            ("numerator", "NUMERATOR"),
            ("denominator", "DENOMINATOR"),
            ("value", "VALUE"),
            ("unit", "UNIT"),
        ],
    );
    for (measure, rate) in &report.total.rates {
        t.row([
            measure.name().into(),
            measure.title().into(),
            numerator(*rate, *measure),
            rate.denominator.into(),
            value(*rate, *measure),
            measure.unit().name().into(),
        ]);
    }
    t.notes = notes(report, CdiMeasure::ALL);
    t
}

/// The same for programs: with the formula in each row.
pub fn total_rows(report: &CdiReport) -> Table {
    let mut t = total(report);
    t.columns.push(("formula".to_owned(), "FORMULA".to_owned()));
    for (row, (measure, _)) in t.rows.iter_mut().zip(&report.total.rates) {
        row.push(measure.formula().into());
    }
    t
}

/// A group's name, with what stands for none.
pub fn name_of(by: CdiBy, group: &CdiGroup) -> Untrusted {
    if !group.name.is_blank() {
        return group.name.clone();
    }
    match by {
        CdiBy::Topic => "(no topic)",
        CdiBy::Provider | CdiBy::Specialist => "(nobody)",
        _ => "(not known)",
    }
    .into()
}

/// Groups for a person: the main figures as `numerator/denominator value`.
pub fn groups(report: &CdiReport) -> Table {
    let by = report.ask.by;
    let shown: Vec<&(CdiMeasure, &str)> = SHORT.iter().filter(|(m, _)| m.goes_by(by)).collect();
    let head = by.title().to_uppercase();
    let mut columns = vec![("key", "KEY"), ("name", head.as_str())];
    columns.extend(shown.iter().map(|(m, head)| (m.name(), *head)));
    let mut t = Table::new(headline(report), &columns);
    for group in &report.groups {
        let mut cells: Vec<Cell> = vec![group.key.as_str().into(), name_of(by, group).into()];
        cells.extend(shown.iter().map(|(measure, _)| {
            let rate = group.figures.rate(*measure);
            if rate.denominator == 0 {
                return Cell::None;
            }
            format!("{} {}", rate.fraction(*measure), rate.told(*measure)).into()
        }));
        t.row(cells);
    }
    let measures: Vec<CdiMeasure> = shown.iter().map(|(m, _)| *m).collect();
    t.notes = notes(report, &measures);
    t.notes.push(order(by).to_owned());
    t
}

fn order(by: CdiBy) -> &'static str {
    match by {
        CdiBy::Month => "In the order of time.",
        _ => "In the order of names: the figures rank nobody.",
    }
}

/// Groups for programs: every figure with both numbers.
pub fn group_rows(report: &CdiReport) -> Table {
    let by = report.ask.by;
    let measures: Vec<CdiMeasure> = CdiMeasure::ALL
        .iter()
        .copied()
        .filter(|m| m.goes_by(by))
        .collect();
    let mut columns = vec![
        ("key".to_owned(), String::new()),
        ("name".to_owned(), String::new()),
    ];
    for measure in &measures {
        let name = measure.name();
        columns.push((format!("{name}_numerator"), String::new()));
        columns.push((format!("{name}_denominator"), String::new()));
        columns.push((name.to_owned(), String::new()));
    }
    let mut t = Table {
        title: headline(report),
        columns,
        ..Table::default()
    };
    for group in &report.groups {
        let mut cells: Vec<Cell> = vec![group.key.as_str().into(), group.name.clone().into()];
        for measure in &measures {
            let rate = group.figures.rate(*measure);
            cells.push(numerator(rate, *measure));
            cells.push(rate.denominator.into());
            cells.push(value(rate, *measure));
        }
        t.row(cells);
    }
    t
}

/// What a figure is made of.
pub fn behind(measure: CdiMeasure, rows: &[CdiPartRow], zone: &TimeZone) -> Table {
    let mut t = Table::new(
        format!("Behind \"{}\"", measure.title()),
        &[
            ("query", "QUERY"),
            ("visit", "VISIT"),
            ("mrn", "MRN"),
            ("patient", "PATIENT"),
            ("provider", "PROVIDER"),
            ("issued", "ISSUED"),
            ("title", "TITLE"),
            ("numerator", "ABOVE"),
            ("denominator", "BELOW"),
            ("hours", "HOURS"),
        ],
    );
    for row in rows {
        t.row([
            row.part.query.map_or(Cell::None, |q| q.0.into()),
            row.visit.clone().into(),
            row.mrn.clone().into(),
            row.patient_name.clone().into(),
            row.provider_name.clone().into(),
            row.issued
                .map_or(Cell::None, |at| at.day(zone).to_string().into()),
            row.title.clone().into(),
            numerator(
                CdiRate {
                    numerator: row.part.numerator,
                    ..CdiRate::default()
                },
                measure,
            ),
            row.part.denominator.into(),
            row.part
                .minutes
                .map_or(Cell::None, |m| Cell::Thousandths((m * 1_000 + 30) / 60, 1)),
        ]);
    }
    t.notes = vec![format!("{}: {}.", measure.title(), measure.formula())];
    t
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::cdi_figures::{CdiAsk, CdiFigures};
    use crate::domain::time::Instant;
    use jiff::civil::date;

    fn report(by: CdiBy) -> CdiReport {
        let rates = |n: i64| CdiFigures {
            rates: CdiMeasure::ALL
                .iter()
                .map(|m| {
                    let rate = CdiRate {
                        numerator: n,
                        denominator: 4,
                        median_minutes: Some(n * 60),
                    };
                    (*m, rate)
                })
                .collect(),
        };
        let group = |key: &str, name: &str, n| CdiGroup {
            key: key.into(),
            name: name.into(),
            figures: rates(n),
        };
        CdiReport {
            ask: CdiAsk {
                from: date(2026, 1, 1),
                to: date(2026, 3, 31),
                by,
            },
            as_of: Instant(0),
            total: rates(3),
            groups: vec![
                group("3", "Adams", 1),
                group("2", "=Baker", 3),
                group("0", "", 2),
            ],
            classes: "IP".into(),
            unclassified: 2,
        }
    }

    #[test]
    fn both_numbers_and_the_formula_of_every_figure_are_printed() {
        let t = total(&report(CdiBy::Total));
        assert_eq!(t.rows.len(), CdiMeasure::ALL.len());
        let text = t.text().join("\n");
        for measure in CdiMeasure::ALL {
            assert!(text.contains(measure.name()) && text.contains(measure.formula()));
        }
        assert!(text.contains("amounts to: 2 answers, counted"));
        for row in total_rows(&report(CdiBy::Total)).json() {
            let (n, d) = (&row["numerator"], &row["denominator"]);
            assert!(n == 3 || (n.is_null() && row["unit"] == "hours"), "{row}");
            assert_eq!(*d, 4);
            assert!(!row["formula"].as_str().unwrap().is_empty());
        }
    }

    #[test]
    fn groups_keep_the_order_they_come_in_and_a_cell_is_no_formula() {
        for by in CdiBy::ALL.iter().filter(|b| **b != CdiBy::Total) {
            let names = |t: &Table| -> Vec<String> {
                t.csv()
                    .iter()
                    .skip(1)
                    .map(|l| l.split(',').next().unwrap().to_owned())
                    .collect()
            };
            assert_eq!(names(&groups(&report(*by))), ["3", "2", "0"]);
            let rows = group_rows(&report(*by));
            assert_eq!(names(&rows), ["3", "2", "0"]);
            assert!(rows.csv()[2].contains("'=Baker"));
            let json = rows.json();
            assert_eq!(json[0]["response_rate_numerator"], 1);
            assert_eq!(json[0]["response_rate_denominator"], 4);
            assert_eq!(json[0]["response_rate"], 25.0);
        }
        let text = groups(&report(CdiBy::Provider)).text().join("\n");
        assert!(
            text.contains("1/4 25.0 %") && text.contains("(nobody)"),
            "{text}"
        );
        assert!(text.contains("rank nobody"));
    }
}
