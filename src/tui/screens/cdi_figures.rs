//! Figures of documentation integrity: a page of all of them, and the same broken down by month,
//! specialist, provider, group, service and topic; the list behind each.
//!
//! Groups stand in the order of their names and cannot be ordered by a figure. Start reading at
//! [`CdiFigures`].

mod behind;
mod draw;
#[cfg(test)]
mod tests;

use super::listing::{Listed, Listing, Plan, Split, View};
use crate::command::{Command, Facts, Scope};
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiGroup, CdiMeasure, CdiRate, CdiReport};
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Screen, SharedList, Slot};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, Item};
use behind::Behind;
use jiff::civil::Date;
use ratatui::layout::Rect;

const PERIOD: &str = "cdi period";
const FIGURE: &str = "cdi figure";

/// A view whose rows are read when it is opened.
const fn read_anew(title: &'static str) -> View<Line> {
    View { title, holds: None }
}

/// One view for each value of [`CdiBy`], in its order. There are no orders: nobody is ranked.
static PLAN: Plan<Line> = Plan {
    what: "figures",
    views: &[
        read_anew("All"),
        read_anew("Month"),
        read_anew("Specialist"),
        read_anew("Provider"),
        read_anew("Group"),
        read_anew("Service"),
        read_anew("Topic"),
    ],
    sorts: &[],
    marks: false,
    split: Split::of(46, 6),
};

/// A line of the page.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// A figure of the whole.
    Figure(CdiMeasure, CdiRate),
    /// A group, with the name that is shown.
    Group(CdiGroup, Shown),
}

impl Listed for Line {
    type Key = String;

    fn key(&self) -> String {
        match self {
            Self::Figure(measure, _) => measure.name().to_owned(),
            Self::Group(group, _) => group.key.clone(),
        }
    }

    fn haystack(&self) -> String {
        match self {
            Self::Figure(measure, _) => measure.title().to_owned(),
            Self::Group(_, name) => name.as_str().to_owned(),
        }
    }
}

/// The page of figures.
pub struct CdiFigures {
    list: Listing<Line>,
    /// What was read last.
    report: Option<Box<CdiReport>>,
    /// First and last day, once the user chose them.
    period: Option<(Date, Date)>,
}

impl Default for CdiFigures {
    fn default() -> Self {
        Self {
            list: Listing::new(&PLAN),
            report: None,
            period: None,
        }
    }
}

impl CdiFigures {
    fn by(&self) -> CdiBy {
        let by = CdiBy::ALL.get(self.list.view()).copied();
        by.unwrap_or(CdiBy::Total)
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::CdiFigures {
            period: self.period,
            by: self.by(),
        })
    }

    fn arrived(&mut self, report: Box<CdiReport>, body: Rect) {
        let by = report.ask.by;
        if by != self.by() {
            return;
        }
        let lines = match by {
            CdiBy::Total => {
                let rates = report.total.rates.iter();
                rates.map(|(m, r)| Line::Figure(*m, *r)).collect()
            }
            _ => {
                let groups = report.groups.iter();
                groups
                    .map(|g| Line::Group(g.clone(), draw::name_of(by, g)))
                    .collect()
            }
        };
        self.list.arrived(lines, false, body);
        self.report = Some(report);
    }

    /// The list behind a figure, or the choice among the figures of a group.
    fn open(&self) -> Outcome {
        match self.list.row() {
            None => Outcome::done(),
            Some(Line::Figure(measure, rate)) => {
                self.behind(*measure, *rate, "", &Shown::default())
            }
            Some(Line::Group(group, name)) => {
                let items = self.choices(group);
                let item = |(measure, rate): &(CdiMeasure, CdiRate)| {
                    let told = format!("{}  {}", rate.told(*measure), rate.fraction(*measure));
                    Item::new(Shown::own(measure.title()), Shown::own(told))
                };
                let title = Shown::own(format!("{name}: which figure?"));
                let items = items.iter().map(item).collect();
                Outcome::done().open(Dialog::pick(FIGURE, title, items))
            }
        }
    }

    /// Figures of a group that there is something behind.
    fn choices(&self, group: &CdiGroup) -> Vec<(CdiMeasure, CdiRate)> {
        let rates = group.figures.rates.iter().copied();
        rates.filter(|(_, r)| r.denominator > 0).collect()
    }

    fn behind(&self, measure: CdiMeasure, rate: CdiRate, key: &str, name: &Shown) -> Outcome {
        let Some(report) = &self.report else {
            return Outcome::done();
        };
        if rate.denominator == 0 {
            return Outcome::done().say(Level::Info, "there is nothing behind this figure");
        }
        let ask = CdiAsk {
            by: self.by(),
            ..report.ask
        };
        Outcome::done().push(Box::new(Behind::new(ask, measure, key, name)))
    }

    fn ask_period(&self, context: &Context<'_>) -> Outcome {
        let today = context.today();
        let (from, to) = self
            .report
            .as_ref()
            .map_or((today, today), |r| (r.ask.from, r.ask.to));
        let form = Form::new(vec![
            Field::date("From", true).with_text(&from.to_string()),
            Field::date("To", true).with_text(&to.to_string()),
        ]);
        let title = Shown::own("Period of the figures, both days included");
        Outcome::done().open(Dialog::form(PERIOD, title, form))
    }
}

impl Screen for CdiFigures {
    fn scope(&self) -> Scope {
        Scope::CdiFigures
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        match &self.report {
            Some(report) => Shown::own(format!(
                "CDI FIGURES {} to {}",
                report.ask.from, report.ask.to
            )),
            None => Shown::own("CDI FIGURES"),
        }
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::NextPane,
                Command::CdiPeriod,
                Command::Filter,
                Command::Back,
            ]
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, changed: bool) -> Outcome {
        if changed {
            self.load()
        } else {
            Outcome::done()
        }
    }

    fn own(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Open => self.open(),
            Command::CdiPeriod => self.ask_period(context),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        if let Reply::CdiFigures(report) = reply {
            self.arrived(report, context.body);
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        match (tag, answer) {
            (PERIOD, Answer::Fields(fields)) => {
                let today = context.today();
                let days: Vec<Date> = fields
                    .iter()
                    .filter_map(|f| f.day.or(Some(today)))
                    .collect();
                let [from, to] = days.as_slice() else {
                    return Outcome::done();
                };
                if from > to {
                    return Outcome::done().say(Level::Warning, "the first day is after the last");
                }
                self.period = Some((*from, *to));
                self.load()
            }
            (FIGURE, Answer::Chosen(index)) => match self.list.row() {
                Some(Line::Group(group, name)) => match self.choices(group).get(index) {
                    Some((measure, rate)) => self.behind(*measure, *rate, &group.key, name),
                    None => Outcome::done(),
                },
                _ => Outcome::done(),
            },
            _ => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
