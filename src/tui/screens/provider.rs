//! One provider: what they owe, where they stand on the ladder, their letters and trend.
//!
//! A provider sees only themselves; that is decided by the desk. Start reading at [`Provider`].

mod draw;
#[cfg(test)]
mod tests;

use super::moving::moved;
use crate::command::{Command, Facts, Scope};
use crate::domain::ids::ProviderId;
use crate::domain::ladder::ProviderStanding;
use crate::domain::report::TrendDay;
use crate::domain::worklist::{QueueFilter, QueueView};
use crate::text::{Shown, show, show_lines};
use crate::tui::app::{Context, Dialog, Outcome, Place, QueueStart, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::widgets::{Canvas, List, Pager};
use ratatui::layout::Rect;

/// The parts of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// Open items by type.
    #[default]
    Items,
    /// Steps of the ladder.
    Steps,
    /// Letters.
    Letters,
    /// Figures by day.
    Trend,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Items, Self::Steps, Self::Letters, Self::Trend];

    fn title(self) -> &'static str {
        match self {
            Self::Items => "Open items",
            Self::Steps => "Steps",
            Self::Letters => "Letters",
            Self::Trend => "Trend",
        }
    }
}

/// The screen of one provider.
pub struct Provider {
    id: ProviderId,
    standing: Option<Box<ProviderStanding>>,
    trend: Vec<TrendDay>,
    tab: Tab,
    lists: [List; 4],
    failed: bool,
}

impl Provider {
    /// The screen of this provider.
    pub fn new(id: ProviderId) -> Self {
        Self {
            id,
            standing: None,
            trend: Vec::new(),
            tab: Tab::Items,
            lists: [List::default(); 4],
            failed: false,
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Standing(self.id))
    }

    fn list(&self) -> &List {
        &self.lists[self.tab as usize]
    }

    fn turn(&mut self, forward: bool) {
        let step = if forward { 1 } else { Tab::ALL.len() - 1 };
        self.tab = Tab::ALL[(self.tab as usize + step) % Tab::ALL.len()];
    }

    fn arrived(&mut self, standing: Box<ProviderStanding>, trend: Vec<TrendDay>) {
        let lengths = [
            standing.kinds.len(),
            standing.steps.len(),
            standing.letters.len(),
            trend.len(),
        ];
        for (list, len) in self.lists.iter_mut().zip(lengths) {
            list.set_len(len);
        }
        self.standing = Some(standing);
        self.trend = trend;
        self.failed = false;
    }

    /// The queue of what the provider owes, of one type or all.
    fn queue(&self, kind: Option<&str>) -> Outcome {
        let Some(standing) = &self.standing else {
            return Outcome::done();
        };
        let name = show(&standing.name);
        let title = match kind {
            Some(kind) => Shown::own(format!("{name} {}", show(&kind.into()))),
            None => name,
        };
        let filter = QueueFilter {
            owner: Some(self.id),
            kinds: kind.map(str::to_owned).into_iter().collect(),
            ..QueueFilter::default()
        };
        Outcome::done().goto(Place::Queue(QueueStart::Narrowed {
            title,
            view: QueueView::All,
            filter: Box::new(filter),
        }))
    }

    fn open(&self) -> Outcome {
        let Some(standing) = &self.standing else {
            return Outcome::done();
        };
        let at = self.list().cursor;
        match self.tab {
            Tab::Items => match standing.kinds.get(at) {
                Some((kind, _)) => self.queue(Some(kind)),
                None => Outcome::done(),
            },
            Tab::Steps => match standing.steps.get(at) {
                Some(step) => Outcome::done().ask(Request::Step(step.id)),
                None => Outcome::done(),
            },
            Tab::Letters => match standing.letters.get(at) {
                Some(letter) => Outcome::done().ask(Request::Letter(letter.id)),
                None => Outcome::done(),
            },
            Tab::Trend => Outcome::done(),
        }
    }
}

impl Screen for Provider {
    fn scope(&self) -> Scope {
        Scope::Provider
    }

    fn facts(&self, facts: &mut Facts) {
        let list = self.list();
        facts.rows = list.len > 0;
        facts.at_start = list.at_start();
        facts.at_end = list.at_end();
        facts.provider = true;
        facts.busy = self.waits();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        match &self.standing {
            Some(standing) => Shown::own(format!("PROVIDER {}", show(&standing.name))),
            None => Shown::own("PROVIDER"),
        }
    }

    fn hints(&self) -> Vec<Command> {
        vec![
            Command::Open,
            Command::OpenProviderQueue,
            Command::Statement,
            Command::NextPane,
            Command::Back,
        ]
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::rows_shown(context.body);
        if moved(&mut self.lists[self.tab as usize], command, height) {
            return Outcome::done();
        }
        match command {
            Command::NextPane => self.turn(true),
            Command::PreviousPane => self.turn(false),
            Command::Open => return self.open(),
            Command::OpenProviderQueue => return self.queue(None),
            Command::Statement => return Outcome::done().ask(Request::Statement(self.id)),
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Standing(standing, trend) => {
                self.arrived(standing, trend);
                Outcome::done()
            }
            Reply::Statement(text) => {
                let pager = Pager::new(show_lines(&text));
                Outcome::done().open(Dialog::read(Shown::own("Statement"), pager))
            }
            Reply::Letter(letter) => {
                let pager = Pager::new(show_lines(&letter.text));
                Outcome::done().open(Dialog::read(show(&letter.row.subject), pager))
            }
            Reply::Step(detail) => {
                let title = Shown::own(detail.step.kind.title());
                let pager = draw::step_pager(&detail, context);
                Outcome::done().open(Dialog::read(title, pager))
            }
            Reply::Acted(_) => self.load(),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows && self.standing.is_none();
        Outcome::done()
    }

    fn waits(&self) -> bool {
        self.standing.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let height = draw::rows_shown(context.body);
        for list in &mut self.lists {
            let cursor = list.cursor;
            list.go(cursor, height);
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
