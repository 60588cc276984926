//! What a provider owes, line by line: by type, then what is late and what is on hold; and the
//! queue behind each line.

use super::Provider;
use crate::domain::ladder::ProviderStanding;
use crate::domain::worklist::{QueueFilter, QueueView};
use crate::text::{Shown, show};
use crate::tui::app::{Outcome, Place, QueueStart};

/// A line.
pub(super) enum Owed<'a> {
    /// Open items of a type.
    Kind(&'a str),
    /// Items that are late.
    Late,
    /// Items on hold.
    Held,
}

impl Owed<'_> {
    /// What it is called.
    pub(super) fn title(&self) -> Shown {
        match self {
            Self::Kind(kind) => show(&(*kind).into()),
            Self::Late => Shown::own("late"),
            Self::Held => Shown::own("on hold"),
        }
    }

    fn view(&self) -> QueueView {
        match self {
            Self::Kind(_) => QueueView::All,
            Self::Late => QueueView::Late,
            Self::Held => QueueView::OnHold,
        }
    }
}

/// The lines with their numbers.
pub(super) fn lines(standing: &ProviderStanding) -> Vec<(Owed<'_>, i64)> {
    let kinds = standing.kinds.iter();
    let mut lines: Vec<(Owed<'_>, i64)> = kinds.map(|(k, n)| (Owed::Kind(k), *n)).collect();
    lines.push((Owed::Late, standing.late));
    lines.push((Owed::Held, standing.held));
    lines.retain(|(_, n)| *n > 0);
    lines
}

impl Provider {
    /// The queue of everything the provider owes, or of what stands behind a line.
    pub(super) fn queue(&self, line: Option<&Owed<'_>>) -> Outcome {
        let Some(standing) = &self.standing else {
            return Outcome::done();
        };
        let name = show(&standing.name);
        let title = match line {
            Some(line) => Shown::own(format!("{name} {}", line.title())),
            None => name,
        };
        let kinds = match line {
            Some(Owed::Kind(kind)) => vec![(*kind).to_owned()],
            _ => Vec::new(),
        };
        let filter = QueueFilter {
            owner: Some(self.id),
            kinds,
            ..QueueFilter::default()
        };
        Outcome::done().goto(Place::Queue(QueueStart::Narrowed {
            title,
            view: line.map_or(QueueView::All, Owed::view),
            filter: Box::new(filter),
        }))
    }
}
