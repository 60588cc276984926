//! Pick lists: type to narrow, arrows to choose.

use super::canvas::{Canvas, width_u16};
use super::line::LineInput;
use super::list::List;
use crate::text::Shown;
use crate::tui::keys::Key;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

/// Something to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What stands there.
    pub label: Shown,
    /// What stands beside it.
    pub note: Shown,
    /// Why it cannot be chosen now.
    pub disabled: Option<Shown>,
}

impl Item {
    /// An item of two texts.
    pub fn new(label: Shown, note: Shown) -> Self {
        Self {
            label,
            note,
            disabled: None,
        }
    }
}

/// A pick list.
#[derive(Clone, Debug, Default)]
pub struct PickList {
    items: Vec<Item>,
    /// What is typed to narrow the list.
    pub input: LineInput,
    found: Vec<usize>,
    /// The cursor over what is found.
    pub list: List,
    /// Items come already narrowed from elsewhere.
    remote: bool,
}

impl PickList {
    /// A list that is narrowed here.
    pub fn new(items: Vec<Item>) -> Self {
        let mut pick = Self {
            items,
            ..Self::default()
        };
        pick.narrow();
        pick
    }

    /// A list whose items come from elsewhere for each text typed.
    pub fn remote() -> Self {
        Self {
            remote: true,
            ..Self::default()
        }
    }

    /// New items.
    pub fn set_items(&mut self, items: Vec<Item>) {
        self.items = items;
        self.narrow();
    }

    /// The items of another list; what was typed stays.
    pub fn renew(&mut self, fresh: Self) {
        self.set_items(fresh.items);
    }

    /// Moves the cursor to an item, if it is among what is found.
    pub fn choose(&mut self, index: usize) {
        if let Some(at) = self.found.iter().position(|i| *i == index) {
            self.list.cursor = at;
        }
    }

    /// Takes a key of the text field; `true` if the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        let before = self.input.text().to_owned();
        self.input.key(key);
        self.changed(&before)
    }

    /// Takes pasted text; `true` if the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let before = self.input.text().to_owned();
        self.input.paste(text);
        self.changed(&before)
    }

    fn changed(&mut self, before: &str) -> bool {
        let changed = self.input.text() != before;
        if changed {
            self.narrow();
        }
        changed
    }

    /// The index of the item under the cursor.
    pub fn chosen(&self) -> Option<usize> {
        self.found.get(self.list.cursor).copied()
    }

    /// The item under the cursor.
    pub fn item(&self) -> Option<&Item> {
        self.chosen().and_then(|i| self.items.get(i))
    }

    /// Number of items found.
    pub fn found(&self) -> usize {
        self.found.len()
    }

    /// Whether something stands beside the items.
    fn has_notes(&self) -> bool {
        let said = |item: &Item| !item.note.as_str().is_empty() || item.disabled.is_some();
        self.items.iter().any(said)
    }

    fn narrow(&mut self) {
        let text = self.input.text().trim();
        if self.remote || text.is_empty() {
            self.found = (0..self.items.len()).collect();
        } else {
            let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
            let mut matcher = Matcher::new(Config::DEFAULT);
            let mut buffer = Vec::new();
            let mut scored: Vec<(u32, usize)> = Vec::new();
            for (i, item) in self.items.iter().enumerate() {
                let text = format!("{} {}", item.label, item.note);
                let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher);
                scored.extend(score.map(|s| (s, i)));
            }
            scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
            self.found = scored.into_iter().map(|(_, i)| i).collect();
        }
        self.list = List::new(self.found.len());
    }

    /// Draws the items, without the text field; `points` shows the cursor.
    pub fn render_items(&self, canvas: &mut Canvas<'_>, area: Rect, points: bool) {
        if self.found.is_empty() {
            let text = if self.input.is_empty() {
                "nothing to choose from"
            } else {
                "nothing matches"
            };
            canvas.write(area, area.x + 2, area.y, text, "dim");
            return;
        }
        let widest = self
            .found
            .iter()
            .take(500)
            .map(|i| width_u16(self.items[*i].label.as_str()))
            .max()
            .unwrap_or(0)
            .min(if self.has_notes() {
                area.width / 2
            } else {
                area.width.saturating_sub(2)
            });
        for (line, at) in self.list.visible(area.height).enumerate() {
            let y = area.y + line as u16;
            let item = &self.items[self.found[at]];
            let meaning = if item.disabled.is_some() {
                "popup.disabled"
            } else {
                "text"
            };
            let left = Rect::new(area.x + 2, y, widest.min(area.width.saturating_sub(2)), 1);
            let end = canvas.write(left, left.x, y, &item.label, meaning);
            let x = left.right() + 2;
            let why = item
                .disabled
                .as_ref()
                .map(|why| Shown::own(format!("({why})")));
            canvas.write(area, x, y, why.as_ref().unwrap_or(&item.note), "dim");
            if points && at == self.list.cursor {
                canvas.write(area, area.x, y, ">", "text");
                let reach = end.saturating_sub(area.x);
                canvas.tint(Rect::new(area.x, y, reach, 1), "list.selection");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(labels: &[&'static str]) -> PickList {
        PickList::new(
            labels
                .iter()
                .map(|l| Item::new(Shown::own(*l), Shown::default()))
                .collect(),
        )
    }

    #[test]
    fn typing_narrows_and_ranks() {
        let mut list = pick(&["queue.void", "queue.take", "app.quit"]);
        assert_eq!(list.found(), 3);
        for c in "tak".chars() {
            list.key(Key::char(c));
        }
        assert_eq!(list.item().map(|i| i.label.as_str()), Some("queue.take"));
        list.key(Key::char('z'));
        assert_eq!(list.chosen(), None);
    }

    #[test]
    fn a_remote_list_is_never_narrowed_here() {
        let mut list = PickList::remote();
        list.key(Key::char('x'));
        list.set_items(vec![Item::new(Shown::own("SMITH,A"), Shown::default())]);
        assert_eq!(list.found(), 1);
    }
}
