//! The fields of the composer and the way from one to the next.

use super::Composer;
use crate::domain::query::{Indicator, QueryFormat};
use crate::tui::app::Outcome;
use crate::tui::widgets::LineInput;

/// Where the keys go. The last indicator and the last option are the empty rows that add one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Format,
    Template,
    To,
    Due,
    Title,
    Indicator(usize),
    Body,
    Choice(usize),
}

impl Field {
    /// Fields of one group are one step of Tab.
    fn group(self) -> u8 {
        match self {
            Self::Format => 0,
            Self::Template => 1,
            Self::To => 2,
            Self::Due => 3,
            Self::Title => 4,
            Self::Indicator(_) => 5,
            Self::Body => 6,
            Self::Choice(_) => 7,
        }
    }
}

/// A line that was removed and can come back.
#[derive(Clone, Debug)]
pub(super) enum Removed {
    Indicator(usize, Indicator),
    Choice(usize, LineInput),
}

impl Composer {
    /// Every field in order.
    pub(super) fn fields(&self) -> Vec<Field> {
        let mut all = vec![
            Field::Format,
            Field::Template,
            Field::To,
            Field::Due,
            Field::Title,
        ];
        all.extend((0..=self.indicators.len()).map(Field::Indicator));
        all.push(Field::Body);
        if self.format != QueryFormat::Open {
            all.extend((0..=self.options.len()).map(Field::Choice));
        }
        all
    }

    fn at(&self, fields: &[Field]) -> usize {
        fields.iter().position(|f| *f == self.focus).unwrap_or(0)
    }

    /// The next field, from the last to the first.
    pub(super) fn go_row(&mut self, forward: bool) -> Outcome {
        let fields = self.fields();
        let step = if forward { 1 } else { fields.len() - 1 };
        let next = (self.at(&fields) + step) % fields.len();
        self.focus = fields.get(next).copied().unwrap_or(Field::Format);
        Outcome::done()
    }

    /// The next group of fields: Tab does not stop at every indicator.
    pub(super) fn go_group(&mut self, forward: bool) -> Outcome {
        let fields = self.fields();
        let here = self.focus.group();
        let mut groups: Vec<u8> = fields.iter().map(|f| f.group()).collect();
        groups.dedup();
        let at = groups.iter().position(|g| *g == here).unwrap_or(0);
        let step = if forward { 1 } else { groups.len() - 1 };
        let wanted = groups.get((at + step) % groups.len()).copied();
        let first = fields.iter().find(|f| Some(f.group()) == wanted);
        self.focus = first.copied().unwrap_or(Field::Format);
        Outcome::done()
    }
}
