//! A line of the list: an absence, somebody who stands in, or a coverage group.

use crate::domain::absence::{Absence, Cover, CoverGroup};
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::text::show;
use crate::tui::screens::listing::{Listed, Plan, Split, View};

/// Who is away now: the first view.
pub const AWAY: usize = 0;
/// Who will be away: the second view.
pub const AHEAD: usize = 1;
/// Who stands in: the third view.
pub const STANDING_IN: usize = 2;
/// Who was away lately: the last view.
pub const OVER: usize = 4;

pub static PLAN: Plan<Line> = Plan {
    what: "absences",
    views: &[
        View {
            title: "Away now",
            holds: Some(|l| is(l, When::Now)),
        },
        View {
            title: "Ahead",
            holds: Some(|l| is(l, When::Ahead)),
        },
        View {
            title: "Standing in",
            holds: Some(|l| matches!(l, Line::Cover(_))),
        },
        View {
            title: "Groups",
            holds: Some(|l| matches!(l, Line::Group(_))),
        },
        View {
            title: "Over",
            holds: Some(|l| is(l, When::Over)),
        },
    ],
    sorts: &[],
    marks: false,
    split: Split::of(46, 6),
};

/// Whether an absence goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It has begun and is not over.
    Now,
    /// It has not begun yet.
    Ahead,
    /// It is over.
    Over,
}

impl When {
    /// Where an absence stands at an instant.
    pub fn of(absence: &Absence, now: Instant) -> Self {
        if absence.from > now {
            Self::Ahead
        } else if absence.until.is_some_and(|until| until < now) {
            Self::Over
        } else {
            Self::Now
        }
    }
}

fn is(line: &Line, wanted: When) -> bool {
    matches!(line, Line::Absence { when, .. } if *when == wanted)
}

/// A line.
pub enum Line {
    /// A provider is away.
    Absence {
        /// The absence.
        absence: Absence,
        /// Whether it goes on.
        when: When,
    },
    /// One provider stands in for another.
    Cover(Cover),
    /// Providers who stand in for each other.
    Group(CoverGroup),
}

impl Line {
    /// Whom the line is about, if that is one provider.
    pub fn provider(&self) -> Option<ProviderId> {
        match self {
            Self::Absence { absence, .. } => Some(absence.provider),
            Self::Cover(cover) => Some(cover.provider),
            Self::Group(_) => None,
        }
    }
}

impl Listed for Line {
    /// What it is, its row, and the name of a group.
    type Key = (u8, i64, String);

    fn key(&self) -> Self::Key {
        match self {
            Self::Absence { absence, .. } => (0, absence.id.0, String::new()),
            Self::Cover(cover) => (1, cover.id.0, String::new()),
            Self::Group(group) => (2, 0, group.name.clone()),
        }
    }

    fn haystack(&self) -> String {
        match self {
            Self::Absence { absence, .. } => format!(
                "{} {} {}",
                show(&absence.provider_name),
                absence.reason.title(),
                show(&absence.comment)
            ),
            Self::Cover(cover) => format!(
                "{} {} {}",
                show(&cover.provider_name),
                show(&cover.by_name),
                show(&cover.reason)
            ),
            Self::Group(group) => {
                let mut text = group.name.clone();
                for (_, name) in &group.members {
                    text.push(' ');
                    text.push_str(show(name).as_str());
                }
                text
            }
        }
    }
}
