//! The dashboard: ageing, services, types, what came and went, late and on time by day; and the
//! queue behind every bar.
//!
//! Everything comes from kept counts and stored snapshots. Start reading at [`Dashboard`].

mod draw;
#[cfg(test)]
mod tests;

use super::bars::{Behind, of_day, owed_at_end};
use super::figures::count;
use super::moving::moved;
use crate::command::{Command, Facts, Scope};
use crate::domain::happened::worked;
use crate::domain::ids::ServiceId;
use crate::domain::report::{AnalystWork, Bar, Dashboard as Figures};
use crate::domain::worklist::{AgeBand, QueueFilter, QueueView};
use crate::text::{Shown, counted, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::widgets::{Canvas, Item, List, Pager};
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

/// The panels, in the order Tab goes through them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Panel {
    /// Open items by age.
    #[default]
    Ageing,
    /// Open items by service.
    Services,
    /// Open items by type.
    Kinds,
    /// Opened and closed by day.
    Flow,
    /// Open, late and on time by day.
    Trend,
}

impl Panel {
    const ALL: [Self; 5] = [
        Self::Ageing,
        Self::Services,
        Self::Kinds,
        Self::Flow,
        Self::Trend,
    ];
}

/// Asks which of a day's bars is meant.
const OF_DAY: &str = "dashboard bars of a day";

/// The dashboard.
#[derive(Default)]
pub struct Dashboard {
    figures: Option<Box<Figures>>,
    panel: Panel,
    lists: [List; 5],
    failed: bool,
}

impl Dashboard {
    fn list(&self, panel: Panel) -> &List {
        &self.lists[panel as usize]
    }

    fn load() -> Outcome {
        Outcome::done().ask(Request::Dashboard)
    }

    fn turn(&mut self, forward: bool) {
        // Without the ladder there is no trend, which is the last panel.
        let trend = self.figures.as_ref().is_none_or(|f| f.ladder.is_some());
        let panels = Panel::ALL.len() - usize::from(!trend);
        let step = if forward { 1 } else { panels - 1 };
        self.panel = Panel::ALL[(self.panel as usize + step) % panels];
    }

    fn arrived(&mut self, figures: Box<Figures>) {
        let lengths = [
            figures.bands.len(),
            figures.services.len(),
            figures.kinds.len(),
            figures.flow.len(),
            figures.trend.len(),
        ];
        for (list, len) in self.lists.iter_mut().zip(lengths) {
            list.set_len(len);
        }
        self.figures = Some(figures);
        self.failed = false;
    }

    /// The queue behind the bar under the cursor; of a day's flow there are several.
    fn behind(&self, zone: &TimeZone) -> Vec<Behind> {
        let Some(figures) = &self.figures else {
            return Vec::new();
        };
        let at = self.list(self.panel).cursor;
        match self.panel {
            Panel::Flow => {
                let day = figures.flow.iter().rev().nth(at);
                day.map_or_else(Vec::new, |day| of_day(*day, zone))
            }
            Panel::Trend => {
                let day = figures.trend.iter().rev().nth(at);
                day.map(|day| owed_at_end(day, None, zone))
                    .into_iter()
                    .collect()
            }
            _ => self.group(figures, at).into_iter().collect(),
        }
    }

    /// The queue behind a band of ages, a service or a type.
    fn group(&self, figures: &Figures, at: usize) -> Option<Behind> {
        let mut filter = QueueFilter::default();
        let (title, count) = match self.panel {
            Panel::Ageing => {
                let (first, last, count) = *figures.bands.get(at)?;
                let band = AgeBand { first, last };
                filter.age = Some(band);
                (Shown::own(band.title()), count)
            }
            Panel::Services => {
                let bar = figures.services.get(at)?;
                filter.service_id = Some(ServiceId(bar.key.parse().unwrap_or(0)));
                (service(bar), bar.open)
            }
            Panel::Kinds => {
                let bar = figures.kinds.get(at)?;
                filter.kinds = vec![bar.key.clone()];
                (show(&bar.key.as_str().into()), bar.open)
            }
            Panel::Flow | Panel::Trend => return None,
        };
        Some(Behind {
            name: "open",
            title,
            view: QueueView::All,
            filter,
            count,
        })
    }

    /// Opens the queue behind the bar; asks which, where a line has several bars.
    fn open(&self, zone: &TimeZone) -> Outcome {
        let mut behind = self.behind(zone);
        if behind.len() < 2 {
            let nothing =
                || Outcome::done().say(Level::Info, "nothing was opened or closed on that day");
            return behind.pop().map_or_else(nothing, Behind::go);
        }
        let item = |b: &Behind| Item::new(Shown::own(b.name), Shown::own(count(b.count)));
        let items = behind.iter().map(item).collect();
        Outcome::done().open(Dialog::pick(OF_DAY, Shown::own("Which of them?"), items))
    }
}

/// The name of a service's bar.
fn service(bar: &Bar) -> Shown {
    if bar.name.is_blank() {
        Shown::own("(no service)")
    } else {
        show(&bar.name)
    }
}

/// Who did what, by name; nobody is ranked.
fn productivity(work: &[AnalystWork]) -> Pager {
    let mut lines = Vec::new();
    for analyst in work {
        lines.push(Shown::own(format!(
            "{}: {} on {}",
            show(&analyst.name),
            counted(analyst.charts, "chart"),
            counted(analyst.days, "day")
        )));
        for (action, n) in &analyst.actions {
            let what = show(&worked(action).into());
            lines.push(Shown::own(format!("  {n:>6}  {what}")));
        }
        lines.push(Shown::default());
    }
    if lines.is_empty() {
        lines.push(Shown::own("Nothing was worked in the last weeks."));
    }
    Pager::new(lines)
}

impl Screen for Dashboard {
    fn scope(&self) -> Scope {
        Scope::Dashboard
    }

    fn facts(&self, facts: &mut Facts) {
        let list = self.list(self.panel);
        facts.rows = list.len > 0;
        facts.at_start = list.at_start();
        facts.at_end = list.at_end();
        facts.busy = self.waits();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        Shown::own("DASHBOARD")
    }

    fn hints(&self) -> Vec<Command> {
        vec![
            Command::Open,
            Command::NextPane,
            Command::Productivity,
            Command::GotoProviders,
            Command::GotoSuspension,
            Command::Back,
        ]
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        Self::load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        Self::load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        let height = draw::rows(context.body, self.panel);
        let list = &mut self.lists[self.panel as usize];
        if moved(list, command, height) {
            return Outcome::done();
        }
        match command {
            Command::Open => return self.open(&context.session.zone),
            Command::NextPane => self.turn(true),
            Command::PreviousPane => self.turn(false),
            Command::Productivity => return Outcome::done().ask(Request::Productivity),
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, _: &Context<'_>) -> Outcome {
        match reply {
            Reply::Dashboard(figures) => self.arrived(figures),
            Reply::Productivity(work) => {
                let title = Shown::own("Work of the last weeks, by name");
                return Outcome::done().open(Dialog::read(title, productivity(&work)));
            }
            _ => {}
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        let (OF_DAY, Answer::Chosen(index)) = (tag, answer) else {
            return Outcome::done();
        };
        let chosen = self.behind(&context.session.zone).into_iter().nth(index);
        chosen.map_or_else(Outcome::done, Behind::go)
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Counts;
        Outcome::done()
    }

    fn waits(&self) -> bool {
        self.figures.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        for panel in Panel::ALL {
            let cursor = self.list(panel).cursor;
            self.lists[panel as usize].go(cursor, draw::rows(context.body, panel));
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
