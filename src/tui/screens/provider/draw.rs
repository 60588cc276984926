//! Drawing a provider: two lines of totals, then the part that was chosen.

use super::items::{Owed, lines};
use super::{Provider, Tab};
use crate::command::Command;
use crate::domain::ladder::{ProviderStanding, StepDetail};
use crate::text::{Shown, counted, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{age, bar, count, moment, short_day};
use crate::tui::screens::suspension::standing as step_standing;
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, table};
use ratatui::layout::Rect;

/// Lines above the list: totals, standing, parts.
const ABOVE: u16 = 4;

/// Columns of the bars.
const BAR: u16 = 24;

fn list_area(body: Rect) -> Rect {
    Rect::new(
        body.x,
        body.y + ABOVE.min(body.height),
        body.width,
        body.height.saturating_sub(ABOVE),
    )
}

/// Rows of the list that are shown.
pub(super) fn rows_shown(body: Rect) -> u16 {
    list_area(body).height.saturating_sub(1)
}

/// A step and everything it is about.
pub(super) fn step_pager(detail: &StepDetail, context: &Context<'_>) -> Pager {
    let zone = &context.session.zone;
    let step = &detail.step;
    let mut lines = vec![
        Shown::own(format!(
            "{}: {}, reached {}",
            show(&step.title.as_str().into()),
            step_standing(step).0,
            moment(step.reached, zone)
        )),
        Shown::own(format!(
            "{} version {}, proposed {}",
            show(&step.rule.id.as_str().into()),
            step.rule.version,
            moment(step.proposed, zone)
        )),
        Shown::default(),
    ];
    for item in &detail.items {
        let done = if item.open { "" } else { " (done)" };
        lines.push(Shown::own(format!(
            "{} {} {} visit {}{done}",
            show(&item.kind.as_str().into()),
            show(&item.mrn),
            show(&item.patient_name),
            show(&item.visit)
        )));
    }
    for entry in &detail.history {
        lines.push(Shown::own(format!(
            "{} {} {}",
            moment(entry.at, zone),
            show(&entry.user_name),
            show(&entry.line())
        )));
    }
    Pager::new(lines)
}

impl Provider {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let Some(standing) = &self.standing else {
            let text = if self.failed {
                let again = (context.keys)(&Command::Refresh);
                format!("The provider could not be read. {again} tries again.")
            } else {
                "Reading…".to_owned()
            };
            canvas.write(body, body.x + 2, body.y + 1, Shown::own(text), "text");
            return;
        };
        totals(canvas, body, standing, context);
        let mut x = body.x;
        for tab in Tab::ALL {
            // Lines of items stand for several each.
            let count = match tab {
                Tab::Items => count(standing.open),
                _ => self.lists[tab as usize].len.to_string(),
            };
            let (text, meaning) = if tab == self.tab {
                (format!("[{} {count}]", tab.title()), "list.head")
            } else {
                (format!(" {} {count} ", tab.title()), "dim")
            };
            x = canvas.write(body, x, body.y + 2, Shown::own(text), meaning) + 1;
        }
        canvas.rule(body, body.y + 3);
        let list = list_area(body);
        if self.list().len == 0 {
            let text = match self.tab {
                Tab::Items => "Nothing is owed.",
                Tab::Steps => "No step of the ladder was ever proposed.",
                Tab::Letters => "No letter was ever written.",
                Tab::Absences => "No absence is recorded.",
                Tab::Trend => "Figures are stored once a day: none yet.",
            };
            canvas.write(list, list.x + 2, list.y + 1, text, "text");
            return;
        }
        let numbers = context.numbering;
        table(
            canvas,
            list,
            &columns(self.tab),
            self.list(),
            1,
            numbers,
            |i| match self.tab {
                Tab::Items => item(standing, i),
                Tab::Steps => step(standing, i, context),
                Tab::Letters => letter(standing, i, context),
                Tab::Absences => self.absence(i, context),
                Tab::Trend => self.day(i),
            },
        );
    }

    fn absence(&self, index: usize, context: &Context<'_>) -> Option<RowView> {
        let absence = self.absences.get(index)?;
        let zone = &context.session.zone;
        let until = match (absence.removed, absence.until) {
            (true, _) => Shown::own("taken back"),
            (false, Some(at)) => Shown::own(at.day(zone).to_string()),
            (false, None) => Shown::own("open end"),
        };
        let meaning = if absence.removed { "dim" } else { "text" };
        Some(RowView {
            cells: vec![
                (Shown::own(absence.reason.title()), meaning),
                (Shown::own(absence.from.day(zone).to_string()), meaning),
                (until, meaning),
                (show(&absence.reason.beside(&absence.comment)), "dim"),
            ],
            marked: false,
        })
    }

    /// A day of the trend, newest first.
    fn day(&self, index: usize) -> Option<RowView> {
        let day = self.trend.iter().rev().nth(index)?;
        let most = self.trend.iter().map(|d| d.figures.open).max()?;
        let f = &day.figures;
        let on_time = match f.completed {
            0 => "-".to_owned(),
            all => format!("{}%", f.on_time * 100 / all),
        };
        Some(RowView {
            cells: vec![
                (Shown::own(day.day.to_string()), "text"),
                (Shown::own(count(f.open)), "text"),
                (Shown::own(count(f.late)), "text"),
                (Shown::own(on_time), "text"),
                (bar(f.open, most, BAR), "bar"),
            ],
            marked: false,
        })
    }
}

fn totals(canvas: &mut Canvas<'_>, area: Rect, s: &ProviderStanding, context: &Context<'_>) {
    let zone = &context.session.zone;
    let oldest = s
        .oldest
        .map_or(String::new(), |at| format!(", oldest {}", at.day(zone)));
    let first = format!(
        "{}  {} open, {} late, {} on hold, on {}{oldest}",
        show(&s.service_name),
        count(s.open),
        count(s.late),
        count(s.held),
        counted(s.charts, "chart")
    );
    canvas.write(area, area.x, area.y, Shown::own(first.trim_start()), "text");
    let (second, meaning) = match (&s.suspended, s.steps.first()) {
        (Some(step), _) => {
            let since = step.decided.unwrap_or(step.reached);
            let kind = step.suspension.map_or("", |k| k.title());
            (
                format!("SUSPENDED since {} ({kind})", moment(since, zone)),
                "queue.overdue",
            )
        }
        (None, Some(step)) => {
            let (state, meaning) = step_standing(step);
            let text = format!(
                "Last step: {} {state}, reached {}",
                step.kind.title(),
                moment(step.reached, zone)
            );
            (text, meaning)
        }
        (None, None) => ("Not on the ladder.".to_owned(), "dim"),
    };
    canvas.write(area, area.x, area.y + 1, Shown::own(second), meaning);
}

fn item(standing: &ProviderStanding, index: usize) -> Option<RowView> {
    let lines = lines(standing);
    let (line, n) = lines.get(index)?;
    let most = lines.iter().map(|(_, n)| *n).max()?;
    let meaning = match line {
        Owed::Kind(_) => "text",
        Owed::Late => "queue.overdue",
        Owed::Held => "queue.held",
    };
    Some(RowView {
        cells: vec![
            (line.title(), meaning),
            (Shown::own(count(*n)), "text"),
            (bar(*n, most, BAR), "bar"),
        ],
        marked: false,
    })
}

fn step(standing: &ProviderStanding, index: usize, context: &Context<'_>) -> Option<RowView> {
    let step = standing.steps.get(index)?;
    let zone = &context.session.zone;
    let (state, meaning) = step_standing(step);
    Some(RowView {
        cells: vec![
            (Shown::own(step.kind.title()), meaning),
            (
                Shown::own(short_day(step.reached, context.today(), zone)),
                "text",
            ),
            (Shown::own(step.items.to_string()), "text"),
            (age(step.oldest_days), "text"),
            (Shown::own(state), meaning),
            (show(&step.reason), "dim"),
        ],
        marked: false,
    })
}

fn letter(standing: &ProviderStanding, index: usize, context: &Context<'_>) -> Option<RowView> {
    let letter = standing.letters.get(index)?;
    let zone = &context.session.zone;
    let printed = match (letter.withdrawn, letter.first_printed) {
        (true, _) => Shown::own("withdrawn"),
        (false, Some(at)) => Shown::own(short_day(at, context.today(), zone)),
        (false, None) => Shown::own("not yet"),
    };
    Some(RowView {
        cells: vec![
            (show(&letter.subject), "text"),
            (
                Shown::own(short_day(letter.made, context.today(), zone)),
                "text",
            ),
            (printed, "text"),
            (Shown::own(letter.copies.to_string()), "text"),
        ],
        marked: false,
    })
}

fn columns(tab: Tab) -> Vec<Column> {
    let column = |title, width, grow, align| Column {
        title,
        width,
        grow,
        align,
    };
    use Align::{Left, Right};
    match tab {
        Tab::Items => vec![
            column("TYPE", 20, 1, Left),
            column("OPEN", 8, 0, Right),
            column("", BAR, 0, Left),
        ],
        Tab::Steps => vec![
            column("STEP", 14, 0, Left),
            column("REACHED", 8, 0, Left),
            column("ITEMS", 5, 0, Right),
            column("OLDEST", 6, 0, Right),
            column("STATE", 10, 0, Left),
            column("WHY", 20, 1, Left),
        ],
        Tab::Letters => vec![
            column("LETTER", 34, 1, Left),
            column("MADE", 8, 0, Left),
            column("PRINTED", 9, 0, Left),
            column("COPIES", 6, 0, Right),
        ],
        Tab::Absences => vec![
            column("ABSENCE", 22, 0, Left),
            column("FROM", 10, 0, Left),
            column("UNTIL", 10, 0, Left),
            column("COMMENT", 20, 1, Left),
        ],
        Tab::Trend => vec![
            column("DAY", 12, 0, Left),
            column("OPEN", 7, 0, Right),
            column("LATE", 7, 0, Right),
            column("ON TIME", 7, 0, Right),
            column("", BAR, 1, Left),
        ],
    }
}
