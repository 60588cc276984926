//! Drawing the suspension list, and what the step under the cursor is about.

use super::{IN_FORCE, PROPOSED, Suspension};
use crate::command::Command;
use crate::domain::ladder::{ProviderStep, StepKind, StepState};
use crate::domain::permission::{Grant, Permission};
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{age, moment, short_day};
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use ratatui::layout::Rect;

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
        let look = Look {
            columns: COLUMNS,
            identity: 1,
            empty: self.nothing(context),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |step| row(step, context));
        self.detail(canvas, area, context);
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

    fn nothing(&self, context: &Context<'_>) -> String {
        let key = |command: Command| (context.keys)(&command);
        match self.list.view() {
            PROPOSED => {
                let decides = context.session.grants.of(Permission::ManageSuspension) != Grant::No;
                let run = if decides {
                    format!("{} runs the ladder, ", key(Command::ProposeSteps))
                } else {
                    String::new()
                };
                format!(
                    "No step waits for a decision. {run}{} shows the suspended.",
                    key(Command::NextPane)
                )
            }
            IN_FORCE => "Nobody is suspended.".to_owned(),
            _ => "No step was ever proposed.".to_owned(),
        }
    }
}

const COLUMNS: &[Column] = &[
    column("PROVIDER", 22, 1, Align::Left),
    column("STEP", 13, 0, Align::Left),
    column("REACHED", 8, 0, Align::Left),
    column("ITEMS", 5, 0, Align::Right),
    column("OLDEST", 6, 0, Align::Right),
    column("STATE", 10, 0, Align::Left),
];

fn row(step: &ProviderStep, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let (state, meaning) = standing(step);
    RowView {
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
        marked: false,
    }
}
