//! A field of a form: what it takes, what was typed or chosen, and what is wrong with it.

use crate::text::Shown;
use crate::tui::desk::ChoiceKind;
use crate::tui::widgets::fields::parse_date;
use crate::tui::widgets::line::LineInput;
use crate::tui::widgets::pick::{Item, PickList};
use jiff::civil::Date;

/// What a field takes.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// Free text.
    Text,
    /// A date as people type it.
    Date,
    /// One of these, by index.
    Choice(PickList),
    /// One of what the desk offers for the text typed; the number is its row identity.
    Remote {
        /// What is offered.
        kind: ChoiceKind,
        /// The list.
        list: PickList,
        /// Row identities of the items.
        ids: Vec<i64>,
    },
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// What stands before it.
    pub label: &'static str,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it may not stay empty.
    pub required: bool,
    /// What is typed, for text and dates.
    pub input: LineInput,
    /// What is chosen: number and text.
    pub chosen: Option<(i64, Shown)>,
    /// What is wrong with it.
    pub error: Option<&'static str>,
    /// The cursor of its list was moved.
    pub(super) touched: bool,
}

impl Field {
    fn new(label: &'static str, kind: FieldKind, required: bool) -> Self {
        Self {
            label,
            kind,
            required,
            input: LineInput::default(),
            chosen: None,
            error: None,
            touched: false,
        }
    }

    /// A text field.
    pub fn text(label: &'static str, required: bool) -> Self {
        Self::new(label, FieldKind::Text, required)
    }

    /// A date field.
    pub fn date(label: &'static str, required: bool) -> Self {
        Self::new(label, FieldKind::Date, required)
    }

    /// A choice among fixed words, in their order.
    pub fn choice(label: &'static str, words: impl IntoIterator<Item = &'static str>) -> Self {
        let item = |w| Item::new(Shown::own(w), Shown::default());
        let list = PickList::new(words.into_iter().map(item).collect());
        Self::new(label, FieldKind::Choice(list), true)
    }

    /// A choice among items that are known.
    pub fn items(label: &'static str, items: Vec<Item>, required: bool) -> Self {
        Self::new(label, FieldKind::Choice(PickList::new(items)), required)
    }

    /// A choice among what the desk offers.
    pub fn remote(label: &'static str, kind: ChoiceKind, required: bool) -> Self {
        let list = PickList::remote();
        let ids = Vec::new();
        Self::new(label, FieldKind::Remote { kind, list, ids }, required)
    }

    /// Fills the field beforehand.
    pub fn with_text(mut self, text: &str) -> Self {
        self.input.set(text);
        self
    }

    /// The same, with an item of its list chosen.
    #[must_use]
    pub fn with_chosen(mut self, index: usize) -> Self {
        if let Some(list) = self.picker() {
            list.list.down(index, u16::MAX);
        }
        self.choose();
        self
    }

    /// The text typed or chosen.
    pub fn value(&self) -> String {
        match &self.chosen {
            Some((_, text)) => text.as_str().to_owned(),
            None => self.input.text().to_owned(),
        }
    }

    /// The number chosen: an index, or a row identity.
    pub fn number(&self) -> Option<i64> {
        self.chosen.as_ref().map(|(number, _)| *number)
    }

    /// The date typed, if it is one.
    pub fn day(&self, today: Date) -> Option<Date> {
        parse_date(self.input.text(), today).ok()
    }

    pub(super) fn picker(&mut self) -> Option<&mut PickList> {
        match &mut self.kind {
            FieldKind::Choice(list) | FieldKind::Remote { list, .. } => Some(list),
            FieldKind::Text | FieldKind::Date => None,
        }
    }

    pub(super) fn picker_ref(&self) -> Option<&PickList> {
        match &self.kind {
            FieldKind::Choice(list) | FieldKind::Remote { list, .. } => Some(list),
            FieldKind::Text | FieldKind::Date => None,
        }
    }

    /// Whether Enter takes what its pick list points to. Among people the first of the list is
    /// nobody's wish until something was typed or the cursor was moved.
    pub(super) fn points(&self) -> bool {
        match &self.kind {
            FieldKind::Remote {
                kind: ChoiceKind::Providers | ChoiceKind::Users,
                list,
                ..
            } => self.touched || !list.input.is_empty(),
            _ => true,
        }
    }

    /// Takes the item under the cursor of its pick list.
    pub(super) fn choose(&mut self) {
        if !self.points() {
            return;
        }
        let Some(index) = self.picker_ref().and_then(PickList::chosen) else {
            return;
        };
        let label = self.picker_ref().and_then(PickList::item);
        let label = label.map(|i| i.label.clone()).unwrap_or_default();
        let number = match &self.kind {
            FieldKind::Remote { ids, .. } => ids.get(index).copied(),
            _ => i64::try_from(index).ok(),
        };
        self.chosen = number.map(|n| (n, label));
    }

    pub(super) fn check(&mut self, today: Date) {
        self.error = match self.kind {
            FieldKind::Text => {
                (self.required && self.input.text().trim().is_empty()).then_some("required")
            }
            FieldKind::Date if self.input.text().trim().is_empty() => {
                self.required.then_some("required")
            }
            FieldKind::Date => parse_date(self.input.text(), today).err(),
            FieldKind::Choice(_) | FieldKind::Remote { .. } => {
                (self.required && self.chosen.is_none()).then_some("choose one")
            }
        };
    }
}
