//! The tables of each report: which columns, which figures, which notes below.

use super::figures::{self, permille};
use super::stages::READY_TO_CODE;
use super::table::{Cell, Table};
use crate::domain::happened::worked;
use crate::domain::report::{
    AnalystWork, Figures, Group, GroupBy, ProviderTotal, QuarterlyTest, StageDays, Statistics,
    TrendDay,
};
use crate::domain::untrusted::Untrusted;
use jiff::civil::Date;
use jiff::tz::TimeZone;

mod stays;

pub use stays::waiting;

/// The name of a group, with what stands for none.
fn name_of(by: GroupBy, group: &Group) -> Untrusted {
    if group.name.is_blank() {
        let none = match by {
            GroupBy::Provider => "(nobody)",
            _ => "(not known)",
        };
        return none.into();
    }
    group.name.clone()
}

/// The groups of a day with the whole as the last row.
fn rows(s: &Statistics) -> Vec<(Cell, Cell, &Figures)> {
    let mut out: Vec<(Cell, Cell, &Figures)> = s
        .groups
        .iter()
        .map(|g| (g.key.as_str().into(), name_of(s.by, g).into(), &g.figures))
        .collect();
    out.push(("".into(), "Total".into(), &s.total));
    out
}

fn headline(what: &str, s: &Statistics) -> String {
    let restated = if s.restated { ", restated" } else { "" };
    match s.by {
        GroupBy::Total => format!("{what}, {}{restated}", s.day),
        by => format!("{what} by {}, {}{restated}", by.name(), s.day),
    }
}

/// Delinquency rates with both denominators.
pub fn delinquency(s: &Statistics, limit_days: i64, over_days: i64, classes: &str) -> Table {
    let mut t = Table::new(
        headline("Delinquency", s),
        &[
            ("key", "KEY"),
            ("name", "NAME"),
            ("open", "OPEN"),
            ("incomplete_charts", "INCOMPL"),
            ("delinquent_charts", "DELINQ"),
            ("monthly_discharges", "AMD"),
            ("rate_of_month", "% OF AMD"),
            ("discharges_quarter", "QUARTER"),
            ("rate_of_quarter", "% OF QTR"),
            ("over_limit", "OLD"),
            ("over_limit_percent", "% OLD"),
        ],
    );
    for (key, name, f) in rows(s) {
        t.row([
            key,
            name,
            f.open.into(),
            f.incomplete_charts.into(),
            f.delinquent_charts.into(),
            Cell::Thousandths(figures::monthly_tenths(f) * 100, 1),
            Cell::percent(figures::rate_of_month(f)),
            f.discharges_quarter.into(),
            Cell::percent(figures::rate_of_quarter(f)),
            f.over_limit.into(),
            Cell::percent(permille(f.over_limit, f.open)),
        ]);
    }
    t.notes = vec![
        format!(
            "Delinquent: discharged charts ({classes}) with an open item counted for {limit_days} days or more, holds left out."
        ),
        "AMD: discharges of the twelve months up to the day, by 12. QUARTER: discharges of the quarter so far.".to_owned(),
        format!("OLD: open items older than {over_days} days by the calendar."),
    ];
    if s.by == GroupBy::Kind {
        t.notes.push(
            "A type has no discharges of its own: the denominators are the hospital's.".to_owned(),
        );
    }
    t
}

/// Ageing bands.
pub fn ageing(s: &Statistics, bands: &[(i64, Option<i64>)]) -> Table {
    let heads: Vec<(String, String)> = bands
        .iter()
        .map(|(first, last)| match last {
            Some(last) => (format!("days_{first}_{last}"), format!("{first}-{last}")),
            None => (format!("days_{first}_on"), format!(">{}", first - 1)),
        })
        .collect();
    let mut columns: Vec<(&str, &str)> = vec![("key", "KEY"), ("name", "NAME")];
    columns.extend(
        heads
            .iter()
            .map(|(field, head)| (field.as_str(), head.as_str())),
    );
    columns.extend([("open", "OPEN"), ("late", "LATE"), ("held", "HELD")]);
    let mut t = Table::new(headline("Age of open items", s), &columns);
    for (key, name, f) in rows(s) {
        let mut cells = vec![key, name];
        cells.extend((0..bands.len()).map(|n| Cell::Number(f.bands.get(n).copied().unwrap_or(0))));
        cells.extend([f.open.into(), f.late.into(), f.held.into()]);
        t.row(cells);
    }
    t.notes = vec!["Days since the start of each item's clock, by the calendar. LATE: past due, holds left out.".to_owned()];
    t
}

/// On-time rates.
pub fn on_time(s: &Statistics, period_days: i64) -> Table {
    let mut t = Table::new(
        headline("Completed on time", s),
        &[
            ("key", "KEY"),
            ("name", "NAME"),
            ("completed", "COMPLETED"),
            ("on_time", "ON TIME"),
            ("on_time_percent", "%"),
            ("opened", "OPENED"),
            ("closed", "CLOSED"),
        ],
    );
    for (key, name, f) in rows(s) {
        t.row([
            key,
            name,
            f.completed.into(),
            f.on_time.into(),
            Cell::percent(permille(f.on_time, f.completed)),
            f.opened.into(),
            f.closed.into(),
        ]);
    }
    t.notes = vec![
        format!(
            "COMPLETED, ON TIME: items completed in the {period_days} days up to the day; on time is by the due time, moved by the time on hold."
        ),
        "OPENED, CLOSED: on the day itself.".to_owned(),
    ];
    t
}

/// The quarterly test.
pub fn quarterly(test: &QuarterlyTest) -> Table {
    let mut t = Table::new(
        "Quarterly test of delinquency",
        &[
            ("quarter", "QUARTER"),
            ("day", "AS OF"),
            ("delinquent_charts", "DELINQ"),
            ("monthly_discharges", "AMD"),
            ("rate_of_month", "% OF AMD"),
            ("discharges_quarter", "DISCHARGES"),
            ("rate_of_quarter", "% OF QTR"),
        ],
    );
    for (q, rate) in test.quarters.iter().zip(&test.rates_permille) {
        t.row([
            q.name.as_str().into(),
            q.day.to_string().into(),
            q.figures.delinquent_charts.into(),
            Cell::Thousandths(figures::monthly_tenths(&q.figures) * 100, 1),
            Cell::percent(*rate),
            q.figures.discharges_quarter.into(),
            Cell::percent(figures::rate_of_quarter(&q.figures)),
        ]);
    }
    let mean = test.mean_permille.map_or("not known".to_owned(), |m| {
        format!("{}.{} %", m / 10, m % 10)
    });
    let word = match test.met {
        Some(true) => "met",
        Some(false) => "NOT met",
        None => "not known: a quarter has no discharges",
    };
    t.notes = vec![
        format!(
            "Mean {mean}; benchmark {} % for the mean and for each quarter: {word}.",
            test.benchmark_percent
        ),
        "An internal benchmark: the standard that asked for it (RC.01.04.01) was deleted in 2016."
            .to_owned(),
    ];
    t
}

/// Days between stages.
pub fn stages(days: &[StageDays], period_days: i64) -> Table {
    let mut t = Table::new(
        "Days between stages",
        &[
            ("from", "FROM"),
            ("to", "TO"),
            ("n", "N"),
            ("mean_days", "MEAN"),
            ("median_days", "MEDIAN"),
        ],
    );
    for s in days {
        let days = |millidays| {
            if s.n == 0 {
                Cell::None
            } else {
                Cell::Thousandths(millidays, 1)
            }
        };
        t.row([
            Cell::named(&s.from, stage(&s.from)),
            Cell::named(&s.to, stage(&s.to)),
            s.n.into(),
            days(s.mean_millidays),
            days(s.median_millidays),
        ]);
    }
    t.notes = vec![
        format!(
            "Items of discharged stays completed in the {period_days} days up to the day; the last three rows count charts."
        ),
        "N 0: nothing is known of it.".to_owned(),
    ];
    t
}

/// The words for a stage between which days are counted.
fn stage(name: &str) -> &str {
    match name {
        READY_TO_CODE => "ready to code",
        name => name,
    }
}

/// Items opened and closed day by day.
pub fn flow(days: &[(Date, i64, i64, i64)]) -> Table {
    let mut t = Table::new(
        "Opened and closed",
        &[
            ("day", "DAY"),
            ("opened", "OPENED"),
            ("closed", "CLOSED"),
            ("closed_late", "CLOSED LATE"),
        ],
    );
    for (day, opened, closed, late) in days {
        t.row([
            day.to_string().into(),
            (*opened).into(),
            (*closed).into(),
            (*late).into(),
        ]);
    }
    t
}

/// Stored figures day by day.
pub fn trend(days: &[TrendDay]) -> Table {
    let mut t = Table::new(
        "Trend",
        &[
            ("day", "DAY"),
            ("open", "OPEN"),
            ("late", "LATE"),
            ("opened", "OPENED"),
            ("closed", "CLOSED"),
            ("delinquent_charts", "DELINQ"),
            ("rate_of_month", "% OF AMD"),
            ("over_limit_percent", "% OLD"),
            ("on_time_percent", "% ON TIME"),
        ],
    );
    for d in days {
        let f = &d.figures;
        t.row([
            d.day.to_string().into(),
            f.open.into(),
            f.late.into(),
            f.opened.into(),
            f.closed.into(),
            f.delinquent_charts.into(),
            Cell::percent(figures::rate_of_month(f)),
            Cell::percent(permille(f.over_limit, f.open)),
            Cell::percent(permille(f.on_time, f.completed)),
        ]);
    }
    if days.is_empty() {
        t.notes =
            vec!["No day is stored yet: `report snapshot` (or `daily`) stores them.".to_owned()];
    }
    t
}

/// Who owes most.
pub fn providers(totals: &[ProviderTotal], zone: &TimeZone) -> Table {
    let mut t = Table::new(
        "Open items by provider",
        &[
            ("provider", "ID"),
            ("name", "PROVIDER"),
            ("open", "OPEN"),
            ("late", "LATE"),
            ("first_due", "FIRST DUE"),
        ],
    );
    for p in totals {
        let name = if p.provider.is_none() {
            "(nobody)".into()
        } else {
            p.name.clone()
        };
        t.row([
            p.provider.map_or(Cell::None, |id| id.0.into()),
            name.into(),
            p.open.into(),
            p.late.into(),
            p.first_due
                .map_or(Cell::None, |at| at.day(zone).to_string().into()),
        ]);
    }
    t
}

/// What each analyst did: by name, without ranking.
pub fn productivity(work: &[AnalystWork]) -> Table {
    let mut t = Table::new(
        "Work by person, in the order of names",
        &[
            ("name", "NAME"),
            ("action", "WHAT"),
            ("count", "HOW OFTEN"),
            ("charts", "CHARTS"),
            ("days", "DAYS"),
        ],
    );
    for w in work {
        for (action, n) in &w.actions {
            t.row([
                w.name.clone().into(),
                Cell::named(action, worked(action)),
                (*n).into(),
                w.charts.into(),
                w.days.into(),
            ]);
        }
    }
    t.notes = vec!["CHARTS, DAYS: of the person, all actions together. Charts differ; numbers do not rank people.".to_owned()];
    t
}
