//! Drawing a chart: banner, tabs, notice, list, reader.

use super::documents::{self, DocumentRow};
use super::{ChartScreen, Tab, WIDE};
use crate::command::Command;
use crate::domain::chart::Chart;
use crate::domain::deficiency::DeficiencyState;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::banner::{banner, day, when};
use crate::tui::screens::figures::age;
use crate::tui::widgets::{Align, Canvas, Column, RowView, table};
use ratatui::layout::Rect;

/// Columns of the list when the reader stands beside it.
const LIST_WIDTH: u16 = 58;

/// Where things stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Areas {
    pub list: Rect,
    pub reader: Rect,
    /// The text in the reader.
    pub text: Rect,
}

impl Areas {
    /// Rows of the list, below its heading.
    pub fn rows(&self) -> u16 {
        self.list.height.saturating_sub(1)
    }
}

impl ChartScreen {
    pub(super) fn wide(&self, body: Rect) -> bool {
        body.width >= WIDE
    }

    pub(super) fn areas(&self, body: Rect) -> Areas {
        let above = if self.notice.is_some() { 3 } else { 2 };
        let rest = Rect::new(
            body.x,
            body.y + above.min(body.height),
            body.width,
            body.height.saturating_sub(above),
        );
        let (list, reader) = if self.wide(body) {
            let left = Rect::new(rest.x, rest.y, LIST_WIDTH, rest.height);
            let x = rest.x + LIST_WIDTH + 2;
            let right = Rect::new(x, rest.y, rest.right().saturating_sub(x), rest.height);
            (left, right)
        } else {
            let below = self.rows_below(rest.height);
            let list = Rect::new(rest.x, rest.y, rest.width, rest.height - below);
            (list, rest)
        };
        // Two lines of head, and one below for find, which is kept free so that opening it
        // moves nothing.
        let text = Rect::new(
            reader.x,
            reader.y + 2.min(reader.height),
            reader.width,
            reader.height.saturating_sub(3),
        );
        Areas { list, reader, text }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let Some(chart) = &self.chart else {
            return self.draw_without(canvas, area, context);
        };
        let zone = &context.session.zone;
        let today = context.today();
        let line = banner(&chart.patient, &chart.encounter, today, zone, area.width);
        canvas.write(area, area.x, area.y, &line, "chart.title");
        self.tabs(canvas, area, chart);
        if let Some(notice) = &self.notice {
            canvas.write(area, area.x, area.y + 2, notice, "queue.overdue");
        }
        let areas = self.areas(area);
        let wide = self.wide(area);
        if wide {
            let x = areas.reader.x.saturating_sub(1);
            canvas.divider(Rect::new(x, areas.reader.y, 1, areas.reader.height));
        }
        if wide || !self.reading {
            self.draw_list(canvas, areas.list, chart, context);
        }
        if self.tab == Tab::Opportunities && !self.reading {
            let below = areas.list.bottom() + 1;
            let rest = area.bottom().saturating_sub(below);
            let room = if wide {
                areas.reader
            } else {
                Rect::new(area.x, below, area.width, rest)
            };
            if !wide && rest > 0 {
                canvas.rule(area, below - 1);
            }
            self.draw_explanation(canvas, room, context);
        } else if wide || self.reading {
            self.draw_reader(canvas, &areas, chart, context);
        }
    }

    fn draw_without(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let y = area.y + 1;
        match &self.failed {
            None => {
                canvas.write(area, area.x, y, "Opening the chart…", "dim");
            }
            Some(what) => {
                canvas.write(area, area.x, y, "The chart could not be opened:", "text");
                canvas.write(area, area.x, y + 1, what, "message.error");
                let again = (context.keys)(&Command::Refresh);
                let back = (context.keys)(&Command::Back);
                let help = Shown::own(format!("{again} tries again, {back} goes back."));
                canvas.write(area, area.x, y + 2, &help, "dim");
            }
        }
    }

    fn tabs(&self, canvas: &mut Canvas<'_>, area: Rect, chart: &Chart) {
        let y = area.y + 1;
        let mut x = area.x;
        for tab in self.tabs_shown() {
            let count = match tab {
                Tab::Documents => Some(chart.documents.len()),
                Tab::Visits => self.visits.as_ref().map(Vec::len),
                Tab::Timeline => None,
                Tab::Deficiencies => self.outstanding.as_ref().map(Vec::len),
                Tab::Opportunities => self.found.count(),
            };
            let count = count.map(|n| format!(" {n}")).unwrap_or_default();
            let (text, meaning) = if tab == self.tab {
                (format!("[{}{count}]", tab.title()), "list.head")
            } else {
                (format!(" {}{count} ", tab.title()), "dim")
            };
            x = canvas.write(area, x, y, Shown::own(text), meaning) + 1;
        }
        if self.filtering || !self.filter.is_empty() {
            let end = canvas.write(area, x, y, "filter: ", "field.label");
            let room = Rect::new(end, y, area.right().saturating_sub(end), 1);
            self.filter.render(canvas, room, self.filtering);
        } else {
            let order = match self.tab {
                Tab::Documents => Some(match self.order {
                    documents::Order::Newest => "newest first",
                    documents::Order::Kind => "by kind",
                }),
                Tab::Timeline if self.newest_first => Some("newest first"),
                Tab::Timeline => Some("oldest first"),
                Tab::Visits | Tab::Deficiencies | Tab::Opportunities => None,
            };
            let room = usize::from(area.right().saturating_sub(x));
            if let Some(order) = order.filter(|order| order.len() <= room) {
                canvas.write(area, x, y, order, "dim");
            }
        }
    }

    fn draw_list(&self, canvas: &mut Canvas<'_>, area: Rect, chart: &Chart, context: &Context<'_>) {
        if self.list().len == 0 {
            return self.draw_empty(canvas, area, context);
        }
        let zone = &context.session.zone;
        match self.tab {
            Tab::Documents => {
                let columns = documents::columns(area.width);
                table(canvas, area, &columns, self.list(), 2, false, |i| {
                    self.document_row(i, chart, area.width, context)
                });
            }
            Tab::Visits => {
                let visits = self.visits.as_deref().unwrap_or_default();
                let columns = columns(&[
                    ("VISIT", 10, 0),
                    ("CLASS", 5, 0),
                    ("FROM", 10, 0),
                    ("TO", 10, 0),
                    ("REASON", 12, 1),
                ]);
                table(canvas, area, &columns, self.list(), 2, false, |i| {
                    let facts = &visits.get(i)?.facts;
                    let here = visits[i].id == self.encounter;
                    let look = if here { "list.head" } else { "text" };
                    Some(RowView {
                        cells: vec![
                            (show(&facts.visit), look),
                            (Shown::own(facts.class.name()), look),
                            (day(facts.admitted, zone), look),
                            (
                                facts.discharged.map_or(Shown::own("in house"), |_| {
                                    day(facts.discharged, zone)
                                }),
                                look,
                            ),
                            (show(&facts.reason), look),
                        ],
                        marked: false,
                    })
                });
            }
            Tab::Timeline => {
                let columns = columns(&[("WHEN", 16, 0), ("WHAT", 9, 0), ("", 16, 2), ("", 16, 1)]);
                table(canvas, area, &columns, self.list(), 2, false, |i| {
                    let entry = self.entries.get(i)?;
                    Some(RowView {
                        cells: vec![
                            (when(entry.at, zone), "text"),
                            (Shown::own(entry.what), "dim"),
                            (entry.text.clone(), "text"),
                            (entry.note.clone(), entry.meaning),
                        ],
                        marked: false,
                    })
                });
            }
            Tab::Deficiencies => {
                let columns = columns(&[
                    ("!", 2, 0),
                    ("TYPE", 8, 0),
                    ("STATE", 11, 0),
                    ("DUE", 10, 0),
                    ("AGE", 5, 0),
                    ("OWNER", 10, 1),
                ]);
                table(canvas, area, &columns, self.list(), 2, false, |i| {
                    self.deficiency_view(i, context)
                });
            }
            Tab::Opportunities => self.draw_opportunities(canvas, area, context),
        }
    }

    fn document_row(
        &self,
        index: usize,
        chart: &Chart,
        room: u16,
        context: &Context<'_>,
    ) -> Option<RowView> {
        let zone = &context.session.zone;
        match self.rows.get(index)? {
            DocumentRow::Document(i) => {
                let document = chart.documents.get(*i)?;
                let mut view = documents::view(chart, document, room, zone);
                view.marked = self
                    .readers
                    .iter()
                    .any(|((id, _), r)| *id == document.id && r.marked() > 0);
                Some(view)
            }
            DocumentRow::Gap => {
                let gap = self.gap.as_ref()?;
                Some(RowView {
                    cells: vec![
                        (day(Some(gap.at), zone), "queue.overdue"),
                        (gap.label.clone(), "queue.overdue"),
                    ],
                    marked: false,
                })
            }
        }
    }

    fn deficiency_view(&self, index: usize, context: &Context<'_>) -> Option<RowView> {
        let row = self.deficiency_at(index)?;
        let ages = row.ages(context.now);
        let closed = !row.state.is_outstanding();
        let (sign, meaning) = match (closed, ages.late, row.held_since.is_some()) {
            (true, _, _) => ("", "queue.closed"),
            (_, _, true) => ("H", "queue.held"),
            (_, true, _) => ("!!", "queue.overdue"),
            _ if row.state == DeficiencyState::Declined => ("?", "queue.declined"),
            _ => ("", "queue"),
        };
        let due = row.due.day(&context.session.zone);
        let due = if ages.late && !closed {
            Shown::own("LATE")
        } else {
            Shown::own(due.to_string())
        };
        let owner = if row.owner_name.is_blank() {
            Shown::own("(nobody)")
        } else {
            show(&row.owner_name)
        };
        Some(RowView {
            cells: vec![
                (Shown::own(sign), meaning),
                (Shown::own(row.kind.clone()), meaning),
                (Shown::own(row.state.name()), meaning),
                (due, meaning),
                (age(ages.calendar_days), meaning),
                (owner, "text"),
            ],
            marked: false,
        })
    }

    fn draw_empty(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let text = match self.tab {
            _ if !self.filter.is_empty() => {
                format!(
                    "Nothing matches the filter. {} shows all.",
                    key(Command::Back)
                )
            }
            Tab::Documents => format!(
                "This visit has no documents you may see. {} shows the timeline, {} other visits.",
                key(Command::Timeline),
                key(Command::Encounters)
            ),
            Tab::Visits if self.visits.is_none() => "Reading the visits…".to_owned(),
            Tab::Visits => "No visits.".to_owned(),
            Tab::Timeline => format!(
                "Nothing has a date here. {} shows documents.",
                key(Command::Documents)
            ),
            Tab::Opportunities => self.no_opportunities(context),
            Tab::Deficiencies if self.outstanding.is_none() => {
                "Reading the deficiencies…".to_owned()
            }
            Tab::Deficiencies => format!(
                "Nothing is owed on this chart. {}{} shows documents.",
                context.offer(&Command::Add, "adds an item, "),
                key(Command::Documents)
            ),
        };
        canvas.write(area, area.x, area.y + 1, Shown::own(text), "dim");
    }
}

fn columns(of: &[(&'static str, u16, u16)]) -> Vec<Column> {
    of.iter()
        .map(|(title, width, grow)| Column {
            title,
            width: *width,
            grow: *grow,
            align: Align::Left,
        })
        .collect()
}
