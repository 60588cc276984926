//! Drawing the page of figures, and the formula of the one under the cursor.

use super::{CdiFigures, Line};
use crate::command::Command;
use crate::domain::cdi_figures::{CdiBy, CdiGroup, CdiMeasure, CdiReport};
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use ratatui::layout::Rect;

/// Figures a line shows for a group; the detail has all.
const SHOWN: &[(CdiMeasure, &str)] = &[
    (CdiMeasure::ReviewRate, "REVIEWED"),
    (CdiMeasure::QueryRate, "QUERIED"),
    (CdiMeasure::ResponseRate, "ANSWERED"),
    (CdiMeasure::AgreeRate, "AGREED"),
    (CdiMeasure::ResponseHours, "HOURS"),
];

/// A group's name, with what stands for none.
pub(super) fn name_of(by: CdiBy, group: &CdiGroup) -> Shown {
    if !group.name.is_blank() {
        return show(&group.name);
    }
    Shown::own(match by {
        CdiBy::Topic => "(no topic)",
        CdiBy::Provider | CdiBy::Specialist => "(nobody)",
        _ => "(not known)",
    })
}

impl CdiFigures {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let by = self.by();
        let look = Look {
            columns: &columns(by),
            identity: 1,
            empty: format!(
                "No {} has figures in this period. {} chooses another one.",
                by.title().to_lowercase(),
                (context.keys)(&Command::CdiPeriod)
            ),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |line| row(line, by));
        if let (Some(line), Some(report)) = (self.list.row(), &self.report) {
            detail(canvas, area, line, report);
        }
    }
}

fn columns(by: CdiBy) -> Vec<Column> {
    if by == CdiBy::Total {
        return vec![
            column("FIGURE", 20, 1, Align::Left),
            column("VALUE", 9, 0, Align::Right),
            column("OF", 13, 0, Align::Right),
        ];
    }
    let mut all = vec![column(head(by), 16, 1, Align::Left)];
    let shown = SHOWN.iter().filter(|(m, _)| m.goes_by(by));
    all.extend(shown.map(|(_, title)| column(title, 8, 0, Align::Right)));
    all
}

fn head(by: CdiBy) -> &'static str {
    match by {
        CdiBy::Total => "FIGURE",
        CdiBy::Month => "MONTH",
        CdiBy::Specialist => "SPECIALIST",
        CdiBy::Provider => "PROVIDER",
        CdiBy::Group => "GROUP",
        CdiBy::Service => "SERVICE",
        CdiBy::Topic => "TOPIC",
    }
}

fn row(line: &Line, by: CdiBy) -> RowView {
    let cells = match line {
        Line::Figure(measure, rate) => vec![
            (Shown::own(measure.title()), "text"),
            (Shown::own(rate.told(*measure)), "text"),
            (Shown::own(rate.fraction(*measure)), "dim"),
        ],
        Line::Group(group, name) => {
            let mut cells = vec![(name.clone(), "text")];
            let shown = SHOWN.iter().filter(|(m, _)| m.goes_by(by));
            cells.extend(shown.map(|(measure, _)| {
                let told = group.figures.rate(*measure).told(*measure);
                (Shown::own(told), "text")
            }));
            cells
        }
    };
    RowView {
        cells,
        marked: false,
    }
}

/// Formula and denominators of a figure; every figure of a group with both numbers.
fn detail(canvas: &mut Canvas<'_>, area: Rect, line: &Line, report: &CdiReport) {
    let mut lines: Vec<(String, &'static str)> = Vec::new();
    match line {
        Line::Figure(measure, rate) => {
            let told = format!(
                "{}: {} ({})",
                measure.title(),
                rate.told(*measure),
                rate.fraction(*measure)
            );
            lines.push((told, "chart.title"));
            lines.push((measure.formula().to_owned(), "text"));
            let known = format!(
                "As known at the end of {}; eligible classes: {}.",
                report.ask.to, report.classes
            );
            lines.push((known, "text"));
        }
        Line::Group(group, name) => {
            let told = |measure: CdiMeasure| {
                let rate = group.figures.rate(measure);
                let of = rate.fraction(measure);
                format!("{:<19} {:>8} {of:>8}", measure.title(), rate.told(measure))
            };
            let all: Vec<String> = group.figures.rates.iter().map(|(m, _)| told(*m)).collect();
            // Two beside each other where the detail is low and wide.
            let per_line = if area.height < 12 && area.width >= 78 {
                2
            } else {
                1
            };
            if per_line == 1 {
                lines.push((name.as_str().to_owned(), "chart.title"));
            }
            lines.extend(all.chunks(per_line).map(|c| (c.join("  "), "text")));
        }
    }
    let spans = lines.into_iter().map(|(text, meaning)| {
        vec![Span {
            text: Shown::own(text),
            meaning,
        }]
    });
    Pager::of_spans(spans).render(canvas, area);
}
