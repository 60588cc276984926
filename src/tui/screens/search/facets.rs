//! Facets: the documents found counted by one property after another, and what was chosen.

use crate::command::Command;
use crate::domain::search::{Facet, FacetKind};
use crate::text::{Shown, show};
use crate::tui::screens::figures::count;
use crate::tui::widgets::{Canvas, List, width};
use ratatui::layout::Rect;

/// A value of a facet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    kind: FacetKind,
    label: Shown,
    /// What it adds to the query.
    query: String,
    /// How many documents have it; not known for values beside a chosen one.
    count: Option<usize>,
    chosen: bool,
}

/// A row of the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Head(FacetKind),
    Entry(usize),
    More(usize),
}

/// The facets of an answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Facets {
    entries: Vec<Entry>,
    rows: Vec<Row>,
    list: List,
}

impl Facets {
    /// Takes the facets of an answer. Beside a chosen value the others stay, without numbers:
    /// the answer no longer holds them.
    pub fn take(&mut self, facets: &[Facet]) {
        let old = std::mem::take(&mut self.entries);
        let mut rows = Vec::new();
        for kind in FacetKind::ALL.iter().copied() {
            let facet = facets.iter().find(|f| f.kind == kind);
            let values = facet.map_or(&[][..], |f| f.values.as_slice());
            let before: Vec<&Entry> = old.iter().filter(|e| e.kind == kind).collect();
            let narrowed = before.iter().any(|e| e.chosen);
            let first = self.entries.len();
            if narrowed {
                for entry in &before {
                    let value = values.iter().find(|v| v.query.raw() == entry.query);
                    self.entries.push(Entry {
                        count: value.map(|v| v.count),
                        ..(*entry).clone()
                    });
                }
            } else {
                self.entries.extend(values.iter().map(|v| Entry {
                    kind,
                    label: show(&v.label),
                    query: v.query.raw().to_owned(),
                    count: Some(v.count),
                    chosen: false,
                }));
            }
            if self.entries.len() > first {
                rows.push(Row::Head(kind));
                rows.extend((first..self.entries.len()).map(Row::Entry));
                let more = facet.map_or(0, |f| f.more);
                if more > 0 && !narrowed {
                    rows.push(Row::More(more));
                }
            }
        }
        let cursor = self.list.cursor;
        self.rows = rows;
        self.list = List::new(self.rows.len());
        self.list.go(cursor.max(1), u16::MAX);
    }

    /// The values stay, without numbers: those of what was found are not known yet.
    pub fn uncount(&mut self) {
        self.entries.iter_mut().for_each(|e| e.count = None);
        self.rows.retain(|row| !matches!(row, Row::More(_)));
        self.list.set_len(self.rows.len());
    }

    /// Whether there is nothing to choose.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether anything is chosen.
    pub fn any(&self) -> bool {
        self.entries.iter().any(|e| e.chosen)
    }

    /// Chooses nothing.
    pub fn clear(&mut self) {
        self.entries.iter_mut().for_each(|e| e.chosen = false);
    }

    /// The cursor.
    pub fn list(&self) -> &List {
        &self.list
    }

    /// Chooses the value under the cursor, or no longer; `false` if there is none.
    pub fn toggle(&mut self) -> bool {
        let Some(Row::Entry(at)) = self.rows.get(self.list.cursor) else {
            return false;
        };
        let entry = self.entries.get_mut(*at);
        entry.is_some_and(|entry| {
            entry.chosen = !entry.chosen;
            true
        })
    }

    /// What was chosen, to be added to a query: one of the values of a property, and all of the
    /// properties.
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        for kind in FacetKind::ALL.iter().copied() {
            let chosen = self.entries.iter().filter(|e| e.kind == kind && e.chosen);
            let chosen: Vec<&str> = chosen.map(|e| e.query.as_str()).collect();
            match chosen.as_slice() {
                [] => {}
                [one] => parts.push((*one).to_owned()),
                several => parts.push(format!("({})", several.join(" OR "))),
            }
        }
        parts.join(" ")
    }

    /// Moves the cursor; headings are passed over.
    pub fn moved(&mut self, command: &Command, height: u16) {
        let list = &mut self.list;
        match command {
            Command::Down => list.down(1, height),
            Command::Up => list.up(1, height),
            Command::PageDown => list.page_down(height),
            Command::PageUp => list.page_up(height),
            Command::Top => list.go(0, height),
            Command::End => list.go(usize::MAX, height),
            _ => {}
        }
        if matches!(self.rows.get(self.list.cursor), Some(Row::Head(_))) {
            let up = matches!(command, Command::Up | Command::PageUp) && self.list.cursor > 0;
            if up {
                self.list.up(1, height);
            } else {
                self.list.down(1, height);
            }
        }
    }

    /// Draws the pane; the cursor only while it has the keys.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, active: bool) {
        for (y, at) in (area.y..area.bottom()).zip(self.list.visible(area.height)) {
            match self.rows.get(at) {
                Some(Row::Head(kind)) => {
                    let head = Shown::own(kind.name().to_uppercase());
                    canvas.write(area, area.x, y, &head, "list.head");
                }
                Some(Row::Entry(entry)) => self.entry(canvas, area, y, *entry),
                Some(Row::More(n)) => {
                    let text = Shown::own(format!("    {n} more"));
                    canvas.write(area, area.x, y, &text, "dim");
                }
                None => {}
            }
            if active && at == self.list.cursor {
                canvas.set_cursor(area.x, y);
                canvas.tint(Rect::new(area.x, y, area.width, 1), "list.selection");
                canvas.write(area, area.x, y, ">", "text");
            }
        }
    }

    fn entry(&self, canvas: &mut Canvas<'_>, area: Rect, y: u16, entry: usize) {
        let Some(entry) = self.entries.get(entry) else {
            return;
        };
        let sign = if entry.chosen { " [x] " } else { " [ ] " };
        let number = Shown::own(entry.count.map_or(String::new(), |n| count(n as i64)));
        let room = area.width.saturating_sub(width(&number) as u16 + 1);
        let left = Rect::new(area.x, y, room, 1);
        let x = canvas.write(left, area.x, y, sign, "text");
        canvas.write(left, x, y, &entry.label, "text");
        canvas.write_right(area, y, &number, "dim");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::search::FacetValue;

    fn facet(kind: FacetKind, values: &[(&str, usize)]) -> Facet {
        let value = |(label, count): &(&str, usize)| FacetValue {
            label: (*label).into(),
            query: format!("{}:{label}", kind.name()).into(),
            count: *count,
        };
        Facet {
            kind,
            values: values.iter().map(value).collect(),
            more: 0,
        }
    }

    #[test]
    fn values_of_one_property_are_alternatives_and_properties_narrow() {
        let mut facets = Facets::default();
        let types = facet(FacetKind::Type, &[("progress", 8), ("consult", 3)]);
        let years = facet(FacetKind::Year, &[("2026", 9)]);
        facets.take(&[types, years]);
        assert_eq!(facets.query(), "");
        assert!(facets.toggle());
        facets.moved(&Command::Down, 9);
        assert!(facets.toggle());
        facets.moved(&Command::Down, 9);
        assert!(facets.toggle());
        assert_eq!(facets.query(), "(type:progress OR type:consult) year:2026");
        facets.clear();
        assert!(!facets.any() && facets.query().is_empty());
    }

    #[test]
    fn beside_a_chosen_value_the_others_can_still_be_chosen() {
        let mut facets = Facets::default();
        facets.take(&[facet(FacetKind::Type, &[("progress", 8), ("consult", 3)])]);
        facets.toggle();
        facets.take(&[facet(FacetKind::Type, &[("progress", 8)])]);
        facets.moved(&Command::Down, 9);
        assert!(facets.toggle());
        assert_eq!(facets.query(), "(type:progress OR type:consult)");
    }
}
