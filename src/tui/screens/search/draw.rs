//! Drawing the search: line, counts or what is wrong, facets, hits, preview.

use super::layout::Areas;
use super::{Asked, Found, Pane, Search, Within};
use crate::command::Command;
use crate::domain::search::{Grouping, SearchHit, SearchOrder, Widening};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, noun, show};
use crate::tui::app::Context;
use crate::tui::screens::banner::day;
use crate::tui::screens::figures::count;
use crate::tui::screens::reader::Reader;
use crate::tui::screens::typing::{Line, mistake, mistake_rows};
use crate::tui::widgets::{Canvas, width};
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands before the query line.
const PROMPT: &str = "search: ";

impl Search {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let areas = self.areas(area);
        if let Within::Visit(_, who) | Within::Patient(_, who) = &self.within {
            canvas.write(area, area.x, area.y, who, "chart.title");
        }
        let line = areas.line;
        let x = canvas.write(line, line.x, line.y, PROMPT, "field.label");
        let room = Rect::new(x, line.y, line.right().saturating_sub(x), 1);
        self.input.render(canvas, room, self.editing());
        self.status(canvas, &areas, x);
        if areas.widened.height > 0 {
            self.widened(canvas, areas.widened, context);
        }
        let rule = areas.status.bottom() + areas.widened.height;
        canvas.rule(area, rule);
        let key = (context.keys)(&Command::NextField);
        if let Some(offers) = self.offers_line(&key) {
            canvas.write(area, area.x + 2, rule, &offers, "dim");
        }
        let found = self.found.as_ref().is_some_and(|f| !f.hits.is_empty());
        if areas.facets.width > 0 {
            self.facets
                .render(canvas, areas.facets, self.pane == Pane::Facets);
            let (x, y) = (areas.hits.x.saturating_sub(1), areas.facets.y);
            canvas.divider(Rect::new(x, y, 1, areas.facets.height));
        }
        if !found {
            return self.empty(canvas, areas.hits, context);
        }
        self.hits(canvas, areas.hits, context);
        self.preview(canvas, &areas, context);
    }

    fn status(&self, canvas: &mut Canvas<'_>, areas: &Areas, x: u16) {
        let area = areas.status;
        if let Some(wrong) = &self.wrong {
            // The caret stands under the character that is wrong.
            let line = (self.input.text(), Line::Above);
            return mistake(canvas, area, x, line, wrong);
        }
        if let Some(failed) = &self.failed {
            canvas.write(area, area.x, area.y, failed, "message.error");
            return;
        }
        let text = match (&self.found, self.asked) {
            (None, _) if self.building => {
                "the index is being built: the search runs when it is there".to_owned()
            }
            // What a beginning found stays while the same is asked for in full.
            (Some(found), Asked::Hits) if !found.settled && found.line == self.asked_line => {
                self.counts(found, Asked::Nothing)
            }
            (_, Asked::Hits) => format!("searching…  {}", self.how()),
            (None, _) => self.how(),
            (Some(found), asked) => self.counts(found, asked),
        };
        canvas.write(area, area.x, area.y, Shown::own(text), "dim");
    }

    /// Rows of what is wrong with the line, or of counts.
    pub(super) fn status_rows(&self, columns: u16) -> u16 {
        let x = PROMPT.len() as u16;
        let rows = |wrong| mistake_rows(columns, x, self.input.text(), wrong);
        self.wrong.as_ref().map_or(1, rows)
    }

    /// Order and grouping, in words.
    fn how(&self) -> String {
        let order = match self.order {
            SearchOrder::Best => "best first",
            SearchOrder::Newest => "newest first",
        };
        let grouping = match self.grouping {
            Grouping::Document => "",
            Grouping::Patient => ", by patient",
            Grouping::Stay => ", by stay",
        };
        format!("{order}{grouping}")
    }

    fn counts(&self, found: &Found, asked: Asked) -> String {
        let known = found.hits.len();
        let at = (self.list.cursor + 1).min(known);
        let since = self.saved_as_it_is().filter(|_| self.only_new);
        let more = match asked {
            Asked::More => "  reading more…".to_owned(),
            _ if self.building => "  the index is being built: more will come".to_owned(),
            _ if since.is_some() => "  only what is new".to_owned(),
            _ if found.query != self.input.text().trim() => {
                format!("  for {}", show(&Untrusted::new(found.query.as_str())))
            }
            _ if known < found.groups => format!("  {known} read"),
            _ => String::new(),
        };
        let millis = found.micros as f64 / 1000.0;
        let how = self.how();
        let word = noun(found.count, "hit");
        let so_far = if found.cut { "+" } else { "" };
        let hits = format!("{}{so_far}", count(found.count as i64));
        match self.grouping {
            Grouping::Document => format!("{at}/{hits} {word}  {millis:.0} ms  {how}{more}"),
            _ => {
                let groups = count(found.groups as i64);
                format!("{at}/{groups}{so_far} of {hits} {word}  {millis:.0} ms  {how}{more}")
            }
        }
    }

    /// How many lines there are to say of words that are missing, spellings or other names.
    pub(super) fn lines_widened(&self) -> u16 {
        self.found.as_ref().map_or(0, |f| {
            let told = u16::from(f.partial) + u16::from(f.suggestion.is_some());
            told.max(u16::from(!f.expansions.is_empty()))
        })
    }

    /// That no document has all the words, a better spelling, or what the query was widened by.
    fn widened(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let Some(found) = &self.found else {
            return;
        };
        let mut told = Vec::new();
        if found.partial {
            let key = (context.keys)(&Command::Lenient);
            told.push(format!(
                "no document has all; showing those with most  ({key} shows none of them)"
            ));
        }
        if let Some(suggestion) = &found.suggestion {
            let key = (context.keys)(&Command::TakeSuggestion);
            let query = show(&suggestion.query);
            told.push(format!("did you mean: {query}  ({key} takes it)"));
        }
        if !told.is_empty() {
            for (y, line) in (area.y..area.bottom()).zip(told) {
                canvas.write(area, area.x, y, Shown::own(line), "queue.soon");
            }
            return;
        }
        let applied = found.expansions.iter().any(|e| e.applied);
        let names: Vec<String> = found
            .expansions
            .iter()
            .filter(|e| e.applied == applied)
            .map(|e| show(&e.other).into_string())
            .collect();
        let key = (context.keys)(&Command::Widen);
        let state = match self.widening {
            Widening::Off => "off",
            Widening::Sure => "sure ones",
            Widening::Every => "every meaning",
        };
        let verb = if applied { "also" } else { "not searched" };
        let right = Shown::own(format!(" {key}=other names: {state}"));
        let x = canvas.write_right(area, area.y, &right, "dim");
        let room = Rect::new(area.x, area.y, x.saturating_sub(area.x), 1);
        let text = Shown::own(format!("{verb}: {}", names.join(", ")));
        canvas.write(room, area.x, area.y, &text, "dim");
    }

    fn empty(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let within = !matches!(self.within, Within::All);
        let lines: Vec<String> = match &self.found {
            _ if self.failed.is_some() => Vec::new(),
            None | Some(Found { settled: true, .. }) if self.asked == Asked::Hits => Vec::new(),
            None if self.building => Vec::new(),
            // Not all was looked at yet.
            Some(found) if found.cut && found.count == 0 => Vec::new(),
            // What was found is not about what stands in the line: how a query is written helps.
            Some(_) if self.wrong.is_some() => Self::how_to(within, context),
            Some(found) if found.count == 0 && self.only_new => vec![
                "Nothing new since you looked.".to_owned(),
                format!("{} shows everything it finds.", key(Command::OnlyNew)),
            ],
            Some(found) if found.count == 0 => vec![
                format!(
                    "No document {} has all of this.",
                    if within {
                        "of this chart"
                    } else {
                        "you may see"
                    }
                ),
                match self.lenient {
                    true => "Fewer words find more; a star finds beginnings: cardio*.".to_owned(),
                    false => format!(
                        "{} shows those with most of the words.",
                        key(Command::Lenient)
                    ),
                },
                if self.editing() {
                    "Type on, or go up to an earlier search.".to_owned()
                } else {
                    format!("{} edits the search.", key(Command::EditSearch))
                },
            ],
            _ => Self::how_to(within, context),
        };
        for (y, line) in (area.y + 1..area.bottom()).zip(lines) {
            canvas.write(area, area.x, y, Shown::own(line), "dim");
        }
    }

    /// How a query is written.
    fn how_to(within: bool, context: &Context<'_>) -> Vec<String> {
        vec![
            if within {
                "Type words: the documents of this chart are searched while you type."
            } else {
                "Type words: every chart you may open is searched while you type."
            }
            .to_owned(),
            "\"exact phrase\"   -without   this OR that   cardio*   fuzzy~   \"near words\"~5"
                .to_owned(),
            "type:consult  author:smith  date:T-90..T  in:assessment  negated:sepsis".to_owned(),
            format!("{} lists every field.", (context.keys)(&Command::Pick)),
            "The last word may go on: a blank behind it ends it.".to_owned(),
            "Up and down bring back earlier searches.".to_owned(),
        ]
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
            let end = self.head(canvas, area, y, hit, context);
            snippet(canvas, area, y + 1, hit);
            if self.is_marked(hit.document) {
                canvas.write(area, area.x + 1, y, "*", "list.mark");
            }
            if index == self.list.cursor {
                canvas.write(area, area.x, y, ">", "text");
                if self.pane == Pane::Hits {
                    canvas.set_cursor(area.x, y);
                }
                let reach = Rect::new(area.x, y, end.saturating_sub(area.x), 1);
                canvas.tint(reach, "list.selection");
            }
        }
    }

    /// Date, patient and MRN name the hit; what it is stands behind. Returns where the naming
    /// ends.
    fn head(
        &self,
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
        let mut room = area;
        if self.grouping != Grouping::Document {
            let text = Shown::own(format!(" {}", counted(hit.in_group.max(1), "hit")));
            let x = canvas.write_right(area, y, &text, "dim");
            room.width = x.saturating_sub(area.x);
        }
        let end = canvas.write(room, area.x + 2, y, &name, "text");
        let what = Shown::own(format!("  {}  {}", kind(hit), show(&hit.author)));
        canvas.write(room, end, y, &what, "dim");
        end
    }

    fn preview(&self, canvas: &mut Canvas<'_>, areas: &Areas, context: &Context<'_>) {
        let area = areas.preview;
        if area.height == 0 {
            return;
        }
        if areas.wide {
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

/// The passage that matched; where it is longer than its line, the first match is in view.
fn snippet(canvas: &mut Canvas<'_>, area: Rect, y: u16, hit: &SearchHit) {
    let mut x = area.x + 4;
    let room = usize::from(area.right().saturating_sub(x));
    let parts: Vec<(Shown, bool)> = hit.snippet.iter().map(|p| (show(&p.text), p.hit)).collect();
    let first = parts.iter().position(|p| p.1).unwrap_or(0);
    let until: usize = parts.iter().take(first + 1).map(|p| width(&p.0)).sum();
    let mut skip = 0;
    if until > room {
        skip = until - room * 2 / 3;
        x = canvas.write(area, x, y, "…", "dim");
    }
    for (text, is_match) in &parts {
        let meaning = if *is_match { "match" } else { "dim" };
        let rest = Shown::own(without(text.as_str(), &mut skip));
        x = canvas.write(area, x, y, &rest, meaning);
    }
}

/// What is left of a text behind so many columns.
fn without<'a>(text: &'a str, skip: &mut usize) -> &'a str {
    for (at, grapheme) in text.grapheme_indices(true) {
        if *skip == 0 {
            return &text[at..];
        }
        *skip = skip.saturating_sub(grapheme.width().max(1));
    }
    ""
}
