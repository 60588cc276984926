//! A line of the search language while it is typed: what is wrong with it, pointed at, and what
//! could come next. For the search and for the filters of lists.

use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::Field;
use crate::grammar::{
    Completion, Completions, GrammarError, Wanted, complete, every_field, wanted,
};
use crate::text::{Shown, show};
use crate::tui::app::Dialog;
use crate::tui::widgets::{Canvas, Item, width};
use ratatui::layout::Rect;

/// Offers named in the line.
const NAMED: usize = 8;
/// Letters from which a word may be the beginning of a field's name.
const SHORTEST: usize = 2;

/// What is wrong with a line, with a sign (`^` or `v`) at the character; the line itself starts
/// at column `x` of the row below or above.
pub fn mistake(
    canvas: &mut Canvas<'_>,
    row: Rect,
    x: u16,
    line: &str,
    wrong: &GrammarError,
    sign: &str,
) {
    let before = line.get(..wrong.span.start).unwrap_or_default();
    let column = width(show(&Untrusted::new(before))) as u16;
    let at = x.saturating_add(column);
    let text = Shown::own(wrong.problem.to_string());
    let need = width(&text) as u16 + 1;
    let sign = Shown::own(sign.to_owned());
    let fits_left = at >= row.x.saturating_add(need);
    if at + 1 + need <= row.right() || (!fits_left && at < row.x + row.width / 2) {
        canvas.write(row, at, row.y, &sign, "field.error");
        canvas.write(row, at.saturating_add(2), row.y, &text, "field.error");
    } else {
        let at = at.min(row.right().saturating_sub(1));
        let start = at.saturating_sub(need).max(row.x);
        let room = Rect::new(row.x, row.y, at.saturating_sub(row.x), 1);
        canvas.write(room, start, row.y, &text, "field.error");
        canvas.write(row, at, row.y, &sign, "field.error");
    }
}

/// What could stand at the cursor, of what is known without asking; `None` if nothing could.
pub fn offers_at(
    text: &str,
    cursor: usize,
    fields: &[Field],
    values: &dyn Fn(Field, &str) -> Vec<Untrusted>,
) -> Option<(Wanted, Completions)> {
    let place = wanted(text, cursor, fields);
    match place {
        Wanted::Nothing => None,
        Wanted::FieldName(span) if span.end - span.start < SHORTEST => None,
        Wanted::FieldName(_) | Wanted::Value(..) => {
            Some((place, complete(text, cursor, fields, values)))
        }
    }
}

/// The offers as a list; at an empty place every field. `None` if there is nothing to offer.
pub fn all_offers(
    offers: &mut Completions,
    text: &str,
    cursor: usize,
    fields: &[Field],
    tag: &'static str,
) -> Option<Dialog> {
    let before = text.get(..cursor).unwrap_or_default();
    let empty = before.is_empty() || before.ends_with(char::is_whitespace);
    if offers.items.is_empty() && empty {
        *offers = every_field(cursor, fields);
    }
    (!offers.items.is_empty()).then(|| to_pick(offers, tag))
}

/// What is wrong, or what could come next, in the row above the line, which starts at column `x`.
pub fn help(
    canvas: &mut Canvas<'_>,
    above: Rect,
    x: u16,
    line: &str,
    (wrong, offers): (Option<&GrammarError>, &Completions),
    key: &str,
) {
    if let Some(wrong) = wrong {
        canvas.blank(above);
        mistake(canvas, above, x, line, wrong, "v");
    } else if let Some(offers) = in_one_line(offers, key) {
        canvas.blank(above);
        canvas.write(above, above.x + 2, above.y, &offers, "dim");
    }
}

/// Whether offers that come late are still about what stands at the cursor.
pub fn still_fit(offers: &Completions, text: &str, cursor: usize, fields: &[Field]) -> bool {
    matches!(wanted(text, cursor, fields), Wanted::Value(_, span) if span == offers.span)
}

/// The offers in one line, and the key that takes the first.
pub fn in_one_line(offers: &Completions, key: &str) -> Option<Shown> {
    if offers.items.is_empty() {
        return None;
    }
    let label = |c: &Completion| show(&c.label).into_string();
    let labels: Vec<String> = offers.items.iter().take(NAMED).map(label).collect();
    Some(Shown::own(format!(" {key}: {} ", labels.join("  "))))
}

/// All offers as a list to pick from.
pub fn to_pick(offers: &Completions, tag: &'static str) -> Dialog {
    let item = |c: &Completion| Item::new(show(&c.label), Shown::own(c.note));
    let items = offers.items.iter().map(item).collect();
    Dialog::pick(tag, Shown::own("Complete"), items)
}
