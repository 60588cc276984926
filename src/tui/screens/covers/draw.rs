//! Drawing absences, stand-ins and groups, and what belongs to the line under the cursor.

use super::Covers;
use super::line::{AHEAD, AWAY, Line, OVER, STANDING_IN};
use crate::command::Command;
use crate::domain::ids::ProviderId;
use crate::domain::permission::{Grant, Permission};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

impl Covers {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let view = self.list.view();
        let look = Look {
            columns: columns(view),
            identity: 1,
            empty: nothing(view, context),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |line| self.row(line, context));
        if let Some(line) = self.list.row() {
            self.detail(canvas, area, line, context);
        }
    }

    fn row(&self, line: &Line, context: &Context<'_>) -> RowView {
        let zone = &context.session.zone;
        let cells = match line {
            Line::Absence { absence, .. } => {
                let by = self.stands_in(absence.provider);
                let (by, meaning) = if by.is_empty() {
                    (Shown::own("nobody"), "queue.soon")
                } else {
                    (Shown::own(by.join("; ")), "text")
                };
                vec![
                    (show(&absence.provider_name), "text"),
                    (Shown::own(absence.reason.title()), "text"),
                    (Shown::own(absence.from.day(zone).to_string()), "text"),
                    (until(absence.until, zone), "text"),
                    (by, meaning),
                ]
            }
            Line::Cover(cover) => {
                let meaning = if cover.from > context.now {
                    "dim"
                } else {
                    "text"
                };
                vec![
                    (show(&cover.provider_name), "text"),
                    (show(&cover.by_name), "text"),
                    (Shown::own(cover.from.day(zone).to_string()), meaning),
                    (until(cover.until, zone), "text"),
                    (show(&cover.reason), "dim"),
                ]
            }
            Line::Group(group) => {
                let names: Vec<&Untrusted> = group.members.iter().map(|m| &m.1).collect();
                vec![
                    (show(&group.name.as_str().into()), "text"),
                    (Shown::own(names.len().to_string()), "text"),
                    (Shown::own(joined(&names)), "text"),
                ]
            }
        };
        RowView {
            cells,
            marked: false,
        }
    }

    /// Who stands in for a provider: by name, or the group they share.
    fn stands_in(&self, provider: ProviderId) -> Vec<String> {
        let line = |line: &Line| match line {
            Line::Cover(cover) if cover.provider == provider => {
                Some(show(&cover.by_name).into_string())
            }
            Line::Group(group) if group.members.iter().any(|m| m.0 == provider) => {
                Some(format!("group {}", show(&group.name.as_str().into())))
            }
            _ => None,
        };
        self.list.rows().iter().filter_map(line).collect()
    }

    fn detail(&self, canvas: &mut Canvas<'_>, area: Rect, line: &Line, context: &Context<'_>) {
        let zone = &context.session.zone;
        let mut lines = Vec::new();
        match line {
            Line::Absence { absence, .. } => {
                lines.push((show(&absence.provider_name), "chart.title"));
                lines.push((
                    Shown::own(format!(
                        "{}, {} to {}",
                        absence.reason.title(),
                        absence.from.day(zone),
                        until(absence.until, zone)
                    )),
                    "text",
                ));
                let comment = absence.reason.beside(&absence.comment);
                if !comment.is_blank() {
                    lines.push((show(&comment), "dim"));
                }
                let by = self.stands_in(absence.provider);
                let text = if by.is_empty() {
                    "Nobody stands in.".to_owned()
                } else {
                    format!("Stands in: {}", by.join("; "))
                };
                lines.push((Shown::own(text), "text"));
            }
            Line::Cover(cover) => {
                let text = format!(
                    "{} may complete what {} owes",
                    show(&cover.by_name),
                    show(&cover.provider_name)
                );
                lines.push((Shown::own(text), "chart.title"));
                let text = format!("{} to {}", cover.from.day(zone), until(cover.until, zone));
                lines.push((Shown::own(text), "text"));
                lines.push((show(&cover.reason), "dim"));
            }
            Line::Group(group) => {
                let text = format!(
                    "Group {}: each may complete for the others",
                    show(&group.name.as_str().into())
                );
                lines.push((Shown::own(text), "chart.title"));
                let names: Vec<&Untrusted> = group.members.iter().map(|m| &m.1).collect();
                lines.push((Shown::own(joined(&names)), "text"));
            }
        }
        let spans = lines
            .into_iter()
            .map(|(text, meaning)| vec![Span { text, meaning }]);
        Pager::of_spans(spans).render(canvas, area);
    }
}

fn until(at: Option<Instant>, zone: &TimeZone) -> Shown {
    Shown::own(at.map_or("open end".to_owned(), |at| at.day(zone).to_string()))
}

fn joined(names: &[&Untrusted]) -> String {
    let names: Vec<String> = names.iter().map(|n| show(n).into_string()).collect();
    names.join("; ")
}

/// Why there is nothing, and the key that helps.
fn nothing(view: usize, context: &Context<'_>) -> String {
    let (none, what) = match view {
        AWAY => ("Nobody is away.", "records an absence"),
        AHEAD => ("No absence lies ahead.", "records one"),
        OVER => ("No absence was over lately.", "records one"),
        STANDING_IN => ("Nobody stands in for anybody.", "names somebody"),
        _ => ("There is no coverage group.", "makes one"),
    };
    if context.session.grants.of(Permission::SuperviseDeficiency) == Grant::No {
        return none.to_owned();
    }
    format!("{none} {} {what}.", (context.keys)(&Command::AddCover))
}

fn columns(view: usize) -> &'static [Column] {
    use Align::{Left, Right};
    match view {
        AWAY | AHEAD | OVER => {
            const COLUMNS: &[Column] = &[
                column("PROVIDER", 17, 1, Left),
                column("ABSENCE", 20, 0, Left),
                column("FROM", 10, 0, Left),
                column("UNTIL", 10, 0, Left),
                column("STANDS IN", 15, 1, Left),
            ];
            COLUMNS
        }
        STANDING_IN => {
            const COLUMNS: &[Column] = &[
                column("FOR", 18, 1, Left),
                column("STANDS IN", 18, 1, Left),
                column("FROM", 10, 0, Left),
                column("UNTIL", 10, 0, Left),
                column("WHY", 12, 1, Left),
            ];
            COLUMNS
        }
        _ => {
            const COLUMNS: &[Column] = &[
                column("GROUP", 16, 0, Left),
                column("N", 3, 0, Right),
                column("MEMBERS", 40, 1, Left),
            ];
            COLUMNS
        }
    }
}
