//! Drawing the search: line, counts or what is wrong, hits, preview.

use super::{Asked, Search};
use crate::command::Command;
use crate::domain::search::{SearchHit, SearchOrder};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::banner::day;
use crate::tui::screens::figures::count;
use crate::tui::screens::reader::Reader;
use crate::tui::widgets::{Canvas, width};
use ratatui::layout::Rect;

/// Columns from which the preview stands beside the hits.
const WIDE: u16 = 110;
/// What stands before the query line.
const PROMPT: &str = "search: ";

/// Where things stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Areas {
    /// The query line.
    pub line: Rect,
    /// Counts, or what is wrong.
    pub status: Rect,
    pub hits: Rect,
    /// The preview with its head.
    pub preview: Rect,
    /// The text in the preview.
    pub text: Rect,
}

impl Areas {
    /// Hits that fit.
    pub fn hit_rows(&self) -> u16 {
        (self.hits.height / 2).max(1)
    }
}

pub(super) fn areas(body: Rect, within: bool) -> Areas {
    let row = |n: u16| Rect::new(body.x, body.y + n.min(body.height), body.width, 1);
    let first = u16::from(within);
    let above = first + 3;
    let rest = Rect::new(
        body.x,
        body.y + above.min(body.height),
        body.width,
        body.height.saturating_sub(above),
    );
    let (hits, preview) = if body.width >= WIDE {
        let left = Rect::new(rest.x, rest.y, rest.width / 2, rest.height);
        let x = left.right() + 2;
        let right = Rect::new(x, rest.y, rest.right().saturating_sub(x), rest.height);
        (left, right)
    } else {
        // An even number of rows, because a hit takes two.
        let height = (rest.height * 3 / 5) & !1;
        let y = rest.y + height;
        let below = Rect::new(rest.x, y, rest.width, rest.bottom().saturating_sub(y));
        (Rect::new(rest.x, rest.y, rest.width, height), below)
    };
    let text = Rect::new(
        preview.x,
        preview.y + 1.min(preview.height),
        preview.width,
        preview.height.saturating_sub(1),
    );
    Areas {
        line: row(first),
        status: row(first + 1),
        hits,
        preview,
        text,
    }
}

impl Search {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let areas = areas(area, self.within.is_some());
        if let Some((_, who)) = &self.within {
            canvas.write(area, area.x, area.y, who, "chart.title");
        }
        let line = areas.line;
        let x = canvas.write(line, line.x, line.y, PROMPT, "field.label");
        let room = Rect::new(x, line.y, line.right().saturating_sub(x), 1);
        self.input.render(canvas, room, self.editing);
        self.status(canvas, &areas, x);
        canvas.rule(area, areas.status.y + 1);
        let found = self.found.as_ref().is_some_and(|f| !f.hits.is_empty());
        if !found {
            return self.empty(canvas, areas.hits, context);
        }
        self.hits(canvas, areas.hits, context);
        self.preview(canvas, &areas, area.width >= WIDE, context);
    }

    fn status(&self, canvas: &mut Canvas<'_>, areas: &Areas, x: u16) {
        let area = areas.status;
        if let Some(wrong) = &self.wrong {
            // The caret stands under the character that is wrong.
            let before = self
                .input
                .text()
                .get(..wrong.span.start)
                .unwrap_or_default();
            let column = width(show(&Untrusted::new(before))) as u16;
            let caret = x.saturating_add(column);
            let text = Shown::own(wrong.problem.to_string());
            let need = width(&text) as u16 + 1;
            if caret + 1 + need <= area.right() {
                let end = canvas.write(area, caret, area.y, "^ ", "field.error");
                canvas.write(area, end, area.y, &text, "field.error");
            } else {
                let at = caret.min(area.right().saturating_sub(1));
                let start = at.saturating_sub(need).max(area.x);
                let room = Rect::new(area.x, area.y, at.saturating_sub(area.x), 1);
                canvas.write(room, start, area.y, &text, "field.error");
                canvas.write(area, at, area.y, "^", "field.error");
            }
            return;
        }
        if let Some(failed) = &self.failed {
            canvas.write(area, area.x, area.y, failed, "message.error");
            return;
        }
        let order = match self.order {
            SearchOrder::Best => "best first",
            SearchOrder::Newest => "newest first",
        };
        let text = match (&self.found, self.asked) {
            (_, Asked::Hits) => format!("searching…  {order}"),
            (None, _) => order.to_owned(),
            (Some(found), asked) => {
                let known = found.hits.len();
                let at = (self.list.cursor + 1).min(known);
                let more = match asked {
                    Asked::More => "  reading more…".to_owned(),
                    _ if found.query != self.input.text().trim() => {
                        format!("  for {}", show(&Untrusted::new(found.query.as_str())))
                    }
                    _ if known < found.count => format!("  {known} read"),
                    _ => String::new(),
                };
                let millis = found.micros as f64 / 1000.0;
                format!(
                    "{at}/{} {}  {millis:.0} ms  {order}{more}",
                    count(found.count as i64),
                    if found.count == 1 { "hit" } else { "hits" },
                )
            }
        };
        canvas.write(area, area.x, area.y, Shown::own(text), "dim");
    }

    fn empty(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let within = self.within.is_some();
        let lines: Vec<String> = match &self.found {
            _ if self.asked == Asked::Hits || self.failed.is_some() => Vec::new(),
            Some(found) if found.count == 0 => vec![
                format!(
                    "No document {} has all of this.",
                    if within {
                        "of this chart"
                    } else {
                        "you may see"
                    }
                ),
                "Fewer words find more; a star finds beginnings: cardio*.".to_owned(),
                if self.editing {
                    "Type on, or go up to an earlier search.".to_owned()
                } else {
                    format!("{} edits the search.", key(Command::EditSearch))
                },
            ],
            _ => vec![
                if within {
                    "Type words: the documents of this chart are searched while you type."
                } else {
                    "Type words: every chart you may open is searched while you type."
                }
                .to_owned(),
                "\"exact phrase\"   -without   this OR that   cardio*".to_owned(),
                "type:consult   author:smith   date:T-90..T   mrn:   visit:   name:   service:"
                    .to_owned(),
                "The last word may go on: a blank behind it ends it.".to_owned(),
                "Up and down bring back earlier searches.".to_owned(),
            ],
        };
        for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
            canvas.write(area, area.x, y, Shown::own(line), "dim");
        }
    }

    fn hits(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let Some(found) = &self.found else {
            return;
        };
        for (line, index) in self.list.visible(area.height / 2).enumerate() {
            let y = area.y + line as u16 * 2;
            let Some(hit) = found.hits.get(index) else {
                continue;
            };
            let end = head(canvas, area, y, hit, context);
            snippet(canvas, area, y + 1, hit);
            if index == self.list.cursor {
                canvas.write(area, area.x, y, ">", "text");
                if !self.editing {
                    canvas.set_cursor(area.x, y);
                }
                let reach = Rect::new(area.x, y, end.saturating_sub(area.x), 1);
                canvas.tint(reach, "list.selection");
            }
        }
    }

    fn preview(&self, canvas: &mut Canvas<'_>, areas: &Areas, wide: bool, context: &Context<'_>) {
        let area = areas.preview;
        if area.height == 0 {
            return;
        }
        if wide {
            canvas.divider(Rect::new(area.x.saturating_sub(1), area.y, 1, area.height));
        } else {
            canvas.rule(area, area.y);
        }
        let Some(hit) = self.hit() else {
            return;
        };
        let read = self
            .reader
            .as_ref()
            .filter(|_| self.preview == Some(hit.document));
        let matched = read.and_then(Reader::matched);
        let title = Shown::own(format!(
            "{} {} {}",
            kind(hit),
            day(hit.at, &context.session.zone),
            show(&hit.author)
        ));
        let mut room = area;
        if let Some((at, of)) = matched {
            let text = Shown::own(format!(" match {at}/{of}"));
            let x = canvas.write_right(area, area.y, &text, "dim");
            room.width = x.saturating_sub(area.x);
        }
        canvas.write(room, area.x, area.y, &title, "chart.title");
        match read {
            Some(reader) if reader.is_empty() => {
                canvas.write(areas.text, areas.text.x, areas.text.y, "No text.", "dim");
            }
            Some(reader) => reader.render(canvas, areas.text, false),
            None => {
                canvas.write(areas.text, areas.text.x, areas.text.y, "…", "dim");
            }
        }
    }
}

fn kind(hit: &SearchHit) -> Shown {
    if hit.title.is_blank() {
        Shown::own(hit.kind.title())
    } else {
        show(&hit.title)
    }
}

/// Date, patient and MRN name the hit; what it is stands behind. Returns where the naming ends.
fn head(
    canvas: &mut Canvas<'_>,
    area: Rect,
    y: u16,
    hit: &SearchHit,
    context: &Context<'_>,
) -> u16 {
    let name = Shown::own(format!(
        "{:<10} {}  {}",
        day(hit.at, &context.session.zone),
        show(&hit.patient_name),
        show(&hit.mrn)
    ));
    let end = canvas.write(area, area.x + 2, y, &name, "text");
    let what = Shown::own(format!("  {}  {}", kind(hit), show(&hit.author)));
    canvas.write(area, end, y, &what, "dim");
    end
}

fn snippet(canvas: &mut Canvas<'_>, area: Rect, y: u16, hit: &SearchHit) {
    let mut x = area.x + 4;
    for part in &hit.snippet {
        let meaning = if part.hit { "match" } else { "dim" };
        x = canvas.write(area, x, y, show(&part.text), meaning);
    }
}
