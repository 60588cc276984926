//! Drawing letters, and of the one under the cursor who got what when, and its words.

use super::{Letters, TO_PRINT};
use crate::command::Command;
use crate::domain::ladder::{Letter, LetterRow};
use crate::text::{Shown, show, show_lines};
use crate::tui::app::Context;
use crate::tui::screens::figures::{moment, short_day};
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use ratatui::layout::Rect;

const COLUMNS: &[Column] = &[
    column("PROVIDER", 18, 1, Align::Left),
    column("LETTER", 20, 1, Align::Left),
    column("MADE", 8, 0, Align::Left),
    column("PRINTED", 9, 0, Align::Left),
    column("COPIES", 6, 0, Align::Right),
];

/// Where a letter stands, in a word, and its meaning.
pub(super) fn standing(letter: &LetterRow) -> (&'static str, &'static str) {
    match (letter.withdrawn, letter.copies) {
        (true, _) => ("withdrawn", "queue.closed"),
        (false, 0) => ("not yet", "queue.soon"),
        (false, _) => ("printed", "text"),
    }
}

impl Letters {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let look = Look {
            columns: COLUMNS,
            identity: 2,
            empty: self.nothing(context),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |letter| row(letter, context));
        let letter = self.list.row().and_then(|r| self.details.get(&r.id));
        if let Some(letter) = letter {
            Pager::of_spans(detail(letter, context)).render(canvas, area);
        }
    }

    fn nothing(&self, context: &Context<'_>) -> String {
        let other = (context.keys)(&Command::NextPane);
        if self.list.view() == TO_PRINT {
            return format!("No letter waits to be printed. {other} shows all letters.");
        }
        "No letter was ever written: they come with confirmed steps.".to_owned()
    }
}

fn row(letter: &LetterRow, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let day = |at| short_day(at, context.today(), zone);
    let (word, meaning) = standing(letter);
    let printed = match (letter.withdrawn, letter.first_printed) {
        (false, Some(at)) => Shown::own(day(at)),
        _ => Shown::own(word),
    };
    RowView {
        cells: vec![
            (show(&letter.provider_name), "text"),
            (show(&letter.subject), "text"),
            (Shown::own(day(letter.made)), "text"),
            (printed, meaning),
            (Shown::own(letter.copies.to_string()), "text"),
        ],
        marked: false,
    }
}

/// Every copy with its time, who printed it and as what; then the words.
fn detail(letter: &Letter, context: &Context<'_>) -> Vec<Vec<Span>> {
    let zone = &context.session.zone;
    let line = |text: Shown, meaning| vec![Span { text, meaning }];
    let mut lines: Vec<Vec<Span>> = letter
        .copies
        .iter()
        .map(|copy| {
            let text = format!(
                "Copy {} {} by {} as {}",
                copy.number,
                moment(copy.at, zone),
                show(&copy.user_name),
                copy.format.name()
            );
            line(Shown::own(text), "field.label")
        })
        .collect();
    if lines.is_empty() {
        lines.push(line(Shown::own("Never printed."), "field.label"));
    }
    lines.push(line(show(&letter.row.subject), "chart.title"));
    let words = show_lines(&letter.text).into_iter();
    lines.extend(words.map(|text| line(text, "text")));
    lines
}
