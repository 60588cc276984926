//! Drawing the suspension list, and what the step under the cursor is about.

use super::{Suspension, View};
use crate::command::Command;
use crate::domain::ladder::{ProviderStep, StepKind, StepState};
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{age, moment, short_day};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span, table};
use ratatui::layout::Rect;

/// From this width on the detail stands beside the list.
const BESIDE: u16 = 110;

/// Columns of the detail beside the list.
const ASIDE: u16 = 46;

/// Lines of the detail below the list.
const BELOW: u16 = 7;

fn list_area(body: Rect) -> Rect {
    let top = body.y + 1.min(body.height);
    let height = body.height.saturating_sub(1);
    if body.width >= BESIDE {
        Rect::new(body.x, top, body.width - ASIDE - 2, height)
    } else {
        let rest = if body.height >= 18 { BELOW } else { 2 };
        Rect::new(body.x, top, body.width, height.saturating_sub(rest + 1))
    }
}

fn detail_area(body: Rect) -> Rect {
    let list = list_area(body);
    if body.width >= BESIDE {
        Rect::new(list.right() + 2, list.y, ASIDE, list.height)
    } else {
        let y = list.bottom() + 1;
        Rect::new(body.x, y, body.width, body.bottom().saturating_sub(y))
    }
}

/// Rows of the list that are shown.
pub(super) fn rows_shown(body: Rect) -> u16 {
    list_area(body).height.saturating_sub(1)
}

/// Where a step stands, in one word.
pub(in crate::tui::screens) fn standing(step: &ProviderStep) -> (&'static str, &'static str) {
    match step.state {
        StepState::Proposed => ("proposed", "queue.soon"),
        StepState::Confirmed if step.kind == StepKind::Suspension => match step.ended {
            Some(_) => ("lifted", "queue.closed"),
            None => ("IN FORCE", "queue.overdue"),
        },
        StepState::Confirmed => ("confirmed", "text"),
        StepState::Dismissed => ("dismissed", "queue.closed"),
        StepState::Withdrawn => ("withdrawn", "queue.closed"),
    }
}

impl Suspension {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        self.views(canvas, body);
        let list = list_area(body);
        if self.list.len == 0 {
            self.nothing(canvas, list, context);
        } else {
            table(
                canvas,
                list,
                &columns(),
                &self.list,
                1,
                context.numbering,
                |i| self.row(i, context),
            );
        }
        let detail = detail_area(body);
        if body.width >= BESIDE {
            canvas.divider(Rect::new(list.right(), list.y, 1, list.height));
        } else {
            canvas.rule(body, list.bottom());
        }
        self.detail(canvas, detail, context);
    }

    fn views(&self, canvas: &mut Canvas<'_>, area: Rect) {
        let mut x = area.x;
        for view in View::ALL {
            let (text, meaning) = if view == self.view {
                let count = self.steps.as_ref().map(|s| format!(" {}", s.len()));
                (
                    format!("[{}{}]", view.title(), count.unwrap_or_default()),
                    "list.head",
                )
            } else {
                (format!(" {} ", view.title()), "dim")
            };
            x = canvas.write(area, x, area.y, Shown::own(text), meaning) + 1;
        }
    }

    fn row(&self, index: usize, context: &Context<'_>) -> Option<RowView> {
        let step = self.steps.as_ref()?.get(index)?;
        let zone = &context.session.zone;
        let (state, meaning) = standing(step);
        Some(RowView {
            cells: vec![
                (show(&step.provider_name), "text"),
                (Shown::own(step.kind.title()), meaning),
                (
                    Shown::own(short_day(step.reached, context.today(), zone)),
                    "text",
                ),
                (Shown::own(step.items.to_string()), "text"),
                (age(step.oldest_days), "text"),
                (Shown::own(state), meaning),
            ],
            marked: self.marks.contains_key(&step.id),
        })
    }

    fn detail(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let Some(step) = self.step() else {
            return;
        };
        let zone = &context.session.zone;
        let mut lines = vec![
            (show(&step.provider_name), "chart.title"),
            (
                Shown::own(format!(
                    "{} ({} version {}), reached {}",
                    show(&step.title.as_str().into()),
                    show(&step.rule.id.as_str().into()),
                    step.rule.version,
                    moment(step.reached, zone)
                )),
                "text",
            ),
        ];
        if let Some(kind) = step.suspension {
            let text = format!("Kind: {}", kind.title());
            lines.push((Shown::own(text), "text"));
        }
        if let Some(at) = step.decided {
            let by = show(&step.decided_by_name);
            let text = format!("Decided {} {by} {}", moment(at, zone), show(&step.reason));
            lines.push((Shown::own(text.trim_end()), "text"));
        }
        for item in self.details.get(&step.id).iter().flat_map(|d| &d.items) {
            let done = if item.open { "" } else { " (done)" };
            let text = format!(
                "{} {} {} {}{done}",
                show(&item.kind.as_str().into()),
                show(&item.mrn),
                show(&item.patient_name),
                short_day(item.reached, context.today(), zone)
            );
            lines.push((Shown::own(text), if item.open { "text" } else { "dim" }));
        }
        let spans = lines
            .into_iter()
            .map(|(text, meaning)| vec![Span { text, meaning }]);
        Pager::of_spans(spans).render(canvas, area);
    }

    fn nothing(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let text = if self.failed {
            format!(
                "The steps could not be read. {} reads them again.",
                key(Command::Refresh)
            )
        } else if self.steps.is_none() {
            "Reading the steps…".to_owned()
        } else {
            match self.view {
                View::Proposed => format!(
                    "No step waits for a decision. {} runs the ladder, {} shows the suspended.",
                    key(Command::ProposeSteps),
                    key(Command::NextPane)
                ),
                View::InForce => "Nobody is suspended.".to_owned(),
                View::All => "No step was ever proposed.".to_owned(),
            }
        };
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(text), "text");
    }
}

fn columns() -> Vec<Column> {
    let column = |title, width, grow, align| Column {
        title,
        width,
        grow,
        align,
    };
    vec![
        column("PROVIDER", 22, 1, Align::Left),
        column("STEP", 13, 0, Align::Left),
        column("REACHED", 8, 0, Align::Left),
        column("ITEMS", 5, 0, Align::Right),
        column("OLDEST", 6, 0, Align::Right),
        column("STATE", 10, 0, Align::Left),
    ]
}
