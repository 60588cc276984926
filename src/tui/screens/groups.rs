//! Open items in groups, by provider or by service: how many each, and the queue behind each.
//!
//! The numbers come from kept counts and cost nothing. Start reading at [`Groups`].

#[cfg(test)]
mod tests;

use super::figures::{bar, count};
use super::listing::{Listed, Listing, Look, Plan, Sort, Split, column};
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::{ProviderId, ServiceId};
use crate::domain::worklist::{Group, GroupBy, QueueFilter, QueueView, WorkOrder};
use crate::text::{Shown, counted, show};
use crate::tui::app::{Context, Outcome, Place, QueueStart, Screen, SharedList, Slot};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::{Align, Canvas, Column, RowView};
use ratatui::layout::Rect;

/// Columns of the bars.
const BAR: u16 = 24;

static PLAN: Plan<Line> = Plan {
    what: "groups",
    views: &[],
    sorts: &[
        Sort::as_read("open"),
        Sort::by("late", |a, b| b.group.late.cmp(&a.group.late)),
        Sort::by("name", |a, b| a.group.name.cmp(&b.group.name)),
    ],
    marks: false,
    split: Split::NONE,
};

/// A group and what it is called.
struct Line {
    group: Group,
    label: Shown,
}

impl Listed for Line {
    type Key = (i64, String);

    fn key(&self) -> Self::Key {
        (self.group.id, self.label.as_str().to_owned())
    }

    fn haystack(&self) -> String {
        self.label.as_str().to_owned()
    }
}

/// The screen of groups.
pub struct Groups {
    by: GroupBy,
    list: Listing<Line>,
}

impl Groups {
    /// Groups of this sort.
    pub fn new(by: GroupBy) -> Self {
        Self {
            by,
            list: Listing::new(&PLAN),
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Groups(self.by))
    }

    fn group(&self) -> Option<&Group> {
        self.list.row().map(|line| &line.group)
    }

    /// The queue behind the group under the cursor.
    fn queue(&self) -> Option<(Shown, QueueFilter)> {
        let line = self.list.row()?;
        let group = &line.group;
        let mut filter = QueueFilter::default();
        match self.by {
            GroupBy::Provider => filter.owner = Some(ProviderId(group.id)),
            GroupBy::Service => filter.service_id = Some(ServiceId(group.id)),
            GroupBy::Kind => filter.kinds = vec![group.name.raw().to_owned()],
        }
        Some((line.label.clone(), filter))
    }

    fn open(&self) -> Outcome {
        match self.queue() {
            Some((title, filter)) => Outcome::done().goto(Place::Queue(QueueStart::Narrowed {
                title,
                view: QueueView::All,
                filter: Box::new(filter),
            })),
            None => Outcome::done(),
        }
    }

    /// Takes the next free chart of the group.
    fn take_next(&self) -> Outcome {
        let Some((_, filter)) = self.queue() else {
            return Outcome::done();
        };
        Outcome::done().act(Action::TakeNext {
            from: WorkOrder {
                filter,
                ..WorkOrder::default()
            },
            leave: None,
        })
    }

    fn open_provider(&self) -> Outcome {
        match self.group() {
            Some(group) => Outcome::done().goto(Place::Provider(ProviderId(group.id))),
            None => Outcome::done(),
        }
    }
}

/// The name of a group.
fn label(group: &Group, by: GroupBy) -> Shown {
    if !group.name.is_blank() {
        return show(&group.name);
    }
    Shown::own(match by {
        GroupBy::Provider => "(nobody)",
        GroupBy::Service => "(no service)",
        GroupBy::Kind => "(no type)",
    })
}

impl Screen for Groups {
    fn scope(&self) -> Scope {
        Scope::Groups
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.provider = self.by == GroupBy::Provider && self.group().is_some_and(|g| g.id != 0);
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let items: i64 = self.list.rows().iter().map(|l| l.group.open).sum();
        Shown::own(format!(
            "OPEN ITEMS {} {} {}",
            self.by.title(),
            self.list.numbers(),
            counted(items, "item")
        ))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::OpenProvider,
                Command::TakeNext,
                Command::Filter,
                Command::Sort(None),
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

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.load()
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
        match command {
            Command::Open => self.open(),
            Command::TakeNext => self.take_next(),
            Command::OpenProvider => self.open_provider(),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Groups(groups) => {
                let line = |group: Group| Line {
                    label: label(&group, self.by),
                    group,
                };
                let lines = groups.into_iter().map(line).collect();
                self.list.arrived(lines, false, context.body);
                Outcome::done()
            }
            Reply::Acted(acted) => {
                let filter = self.queue().map(|(_, filter)| filter).unwrap_or_default();
                match acted.taken {
                    Some(taken) => self.load().goto(Place::Deficiency {
                        encounter: taken.encounter,
                        deficiency: taken.deficiency,
                        work: Box::new(WorkOrder {
                            filter,
                            ..WorkOrder::default()
                        }),
                    }),
                    None => self.load(),
                }
            }
            _ => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let most = self.list.rows().iter().map(|l| l.group.open).max();
        let look = Look {
            columns: &columns(self.by),
            identity: 1,
            empty: format!(
                "No item is open. {} goes back.",
                (context.keys)(&Command::Back)
            ),
        };
        self.list.render(canvas, area, context, &look, |line| {
            row(line, most.unwrap_or(1))
        });
    }
}

fn row(line: &Line, most: i64) -> RowView {
    let late = if line.group.late > 0 {
        "queue.overdue"
    } else {
        "dim"
    };
    RowView {
        cells: vec![
            (line.label.clone(), "text"),
            (Shown::own(count(line.group.open)), "text"),
            (Shown::own(count(line.group.late)), late),
            (bar(line.group.open, most, BAR), "bar"),
        ],
        marked: false,
    }
}

fn columns(by: GroupBy) -> Vec<Column> {
    let name = match by {
        GroupBy::Provider => "PROVIDER",
        GroupBy::Service => "SERVICE",
        GroupBy::Kind => "TYPE",
    };
    vec![
        column(name, 30, 1, Align::Left),
        column("OPEN", 8, 0, Align::Right),
        column("LATE", 8, 0, Align::Right),
        column("", BAR, 0, Align::Left),
    ]
}
