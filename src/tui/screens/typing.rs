//! A line of the search language while it is typed: what is wrong with it, pointed at, and what
//! could come next. For the search and for the filters of lists.

use crate::domain::untrusted::Untrusted;
use crate::grammar::ast::Field;
use crate::grammar::{
    Completion, Completions, GrammarError, Wanted, complete, every_field, wanted,
};
use crate::text::{Shown, show};
use crate::tui::app::Dialog;
use crate::tui::widgets::{Canvas, Item, width, wrap};
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// Offers named in the line.
const NAMED: usize = 8;
/// Letters from which a word may be the beginning of a field's name.
const SHORTEST: usize = 2;

/// Where the line stands that a mistake is in: the sign at the character points to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// In the row above.
    Above,
    /// In the row below.
    Below,
}

/// Rows it takes to say what is wrong with a line that starts at column `x` of a screen so wide:
/// one where the words fit beside the sign, else one for the sign and as many as the words take.
pub fn mistake_rows(columns: u16, x: u16, line: &str, wrong: &GrammarError) -> u16 {
    let at = place_of(x, line, wrong);
    match beside(columns, at, words_of(wrong).width()) {
        Some(_) => 1,
        None => 1 + rows_of(columns, wrong).len() as u16,
    }
}

/// What is wrong with a line, with a sign (`^` or `v`) at the character; the line itself starts
/// at column `x` of the row next to `area`, which has the rows it takes ([`mistake_rows`]).
pub fn mistake(
    canvas: &mut Canvas<'_>,
    area: Rect,
    x: u16,
    (line, stands): (&str, Line),
    wrong: &GrammarError,
) {
    let words = words_of(wrong);
    let last = area.right().saturating_sub(1);
    let at = place_of(x, line, wrong).min(last);
    let (sign, row, first) = match stands {
        Line::Above => ("^", area.y, area.y + 1),
        Line::Below => ("v", area.bottom().saturating_sub(1), area.y),
    };
    canvas.write(area, at, row, Shown::own(sign), "field.error");
    if let Some(start) = beside(area.width, at.saturating_sub(area.x), words.width()) {
        canvas.write(area, area.x + start, row, Shown::own(words), "field.error");
        return;
    }
    let rows = rows_of(area.width, wrong);
    for (y, text) in (first..).zip(rows) {
        if y != row && y < area.bottom() {
            canvas.write(area, area.x, y, Shown::own(text), "field.error");
        }
    }
}

fn words_of(wrong: &GrammarError) -> String {
    wrong.problem.to_string()
}

/// The column of the character that is wrong.
fn place_of(x: u16, line: &str, wrong: &GrammarError) -> u16 {
    let before = line.get(..wrong.span.start).unwrap_or_default();
    x.saturating_add(width(show(&Untrusted::new(before))) as u16)
}

/// The column where the words begin beside a sign: behind it, else before it; `None` where they
/// have room on neither side.
fn beside(columns: u16, at: u16, need: usize) -> Option<u16> {
    let need = u16::try_from(need).ok()?;
    if at.checked_add(2)?.checked_add(need)? <= columns {
        return Some(at + 2);
    }
    at.checked_sub(need.checked_add(1)?)
}

/// The words in rows of their own.
fn rows_of(columns: u16, wrong: &GrammarError) -> Vec<String> {
    let words = [words_of(wrong)];
    let rows = wrap(&words, columns, 0).into_iter();
    rows.map(|r| words[0][r.from..r.to].trim_end().to_owned())
        .collect()
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

/// What is wrong, or what could come next, in the row (or rows) above the line, which starts at column `x`.
pub fn help(
    canvas: &mut Canvas<'_>,
    above: Rect,
    x: u16,
    line: &str,
    (wrong, offers): (Option<&GrammarError>, &Completions),
    key: &str,
) {
    if let Some(wrong) = wrong {
        let rows = mistake_rows(above.width, x.saturating_sub(above.x), line, wrong);
        let y = above.bottom().saturating_sub(rows);
        let above = Rect::new(above.x, y, above.width, above.bottom() - y);
        canvas.blank(above);
        mistake(canvas, above, x, (line, Line::Below), wrong);
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
