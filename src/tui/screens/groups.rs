//! Open items in groups, by provider or by service: how many each, and the queue behind each.
//!
//! The numbers come from kept counts and cost nothing. Start reading at [`Groups`].

#[cfg(test)]
mod tests;

use super::figures::{bar, count};
use super::moving::moved;
use crate::command::{Command, Facts, Scope, Shape};
use crate::domain::action::Action;
use crate::domain::ids::{ProviderId, ServiceId};
use crate::domain::worklist::{Group, GroupBy, QueueFilter, QueueView, WorkOrder};
use crate::text::{Shown, show};
use crate::tui::app::{Context, Level, Outcome, Place, QueueStart, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::widgets::{Align, Canvas, Column, LineInput, List, RowView, table};
use ratatui::layout::Rect;

/// Columns of the bars.
const BAR: u16 = 24;

/// What groups are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Order {
    /// Most open items first.
    #[default]
    Open,
    /// Most late items first.
    Late,
    /// By name.
    Name,
}

/// The screen of groups.
pub struct Groups {
    by: GroupBy,
    all: Option<Vec<Group>>,
    /// Indices of what is shown.
    shown: Vec<usize>,
    list: List,
    order: Order,
    reverse: bool,
    filter: LineInput,
    filtering: bool,
    failed: bool,
}

impl Groups {
    /// Groups of this sort.
    pub fn new(by: GroupBy) -> Self {
        Self {
            by,
            all: None,
            shown: Vec::new(),
            list: List::default(),
            order: Order::Open,
            reverse: false,
            filter: LineInput::default(),
            filtering: false,
            failed: false,
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Groups(self.by))
    }

    fn group(&self) -> Option<&Group> {
        let at = self.shown.get(self.list.cursor)?;
        self.all.as_ref()?.get(*at)
    }

    fn rebuild(&mut self, height: u16) {
        let Some(all) = &self.all else {
            return;
        };
        let under = self.group().map(|g| (g.id, g.name.clone()));
        let text = self.filter.text().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut shown: Vec<usize> = (0..all.len())
            .filter(|i| {
                let name = label(&all[*i], self.by).as_str().to_lowercase();
                words.iter().all(|w| name.contains(w))
            })
            .collect();
        match self.order {
            Order::Open => {}
            Order::Late => shown.sort_by_key(|i| -all[*i].late),
            Order::Name => shown.sort_by(|a, b| all[*a].name.cmp(&all[*b].name)),
        }
        if self.reverse {
            shown.reverse();
        }
        let same = |i: &usize| Some((all[*i].id, all[*i].name.clone())) == under;
        let at = shown.iter().position(same).unwrap_or(self.list.cursor);
        self.shown = shown;
        self.list.set_len(self.shown.len());
        self.list.go(at, height);
    }

    /// The queue behind the group under the cursor.
    fn queue(&self) -> Option<(Shown, QueueFilter)> {
        let group = self.group()?;
        let mut filter = QueueFilter::default();
        match self.by {
            GroupBy::Provider => filter.owner = Some(ProviderId(group.id)),
            GroupBy::Service => filter.service_id = Some(ServiceId(group.id)),
            GroupBy::Kind => filter.kinds = vec![group.name.raw().to_owned()],
        }
        Some((label(group, self.by), filter))
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

fn list_rows(body: Rect) -> u16 {
    body.height.saturating_sub(2)
}

impl Screen for Groups {
    fn scope(&self) -> Scope {
        Scope::Groups
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.filtering;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.filtering = !self.filter.is_empty();
        facts.provider = self.by == GroupBy::Provider && self.group().is_some_and(|g| g.id != 0);
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let all = self.all.as_deref().unwrap_or_default();
        let items: i64 = all.iter().map(|g| g.open).sum();
        Shown::own(format!(
            "OPEN ITEMS {} {}/{} {} items",
            self.by.title(),
            self.shown.len(),
            all.len(),
            count(items)
        ))
    }

    fn hints(&self) -> Vec<Command> {
        if self.filtering {
            return vec![Command::Accept, Command::Back];
        }
        vec![
            Command::Open,
            Command::OpenProvider,
            Command::TakeNext,
            Command::Filter,
            Command::Sort(None),
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
        let height = list_rows(context.body);
        if moved(&mut self.list, command, height) {
            return Outcome::done();
        }
        match command {
            Command::Accept if self.filtering => self.filtering = false,
            Command::Open => return self.open(),
            Command::TakeNext => return self.take_next(),
            Command::OpenProvider => {
                return match self.group() {
                    Some(group) => Outcome::done().goto(Place::Provider(ProviderId(group.id))),
                    None => Outcome::done(),
                };
            }
            Command::Filter => self.filtering = true,
            Command::Back | Command::ClearFilter if self.filtering || !self.filter.is_empty() => {
                self.filtering = false;
                self.filter.set("");
                self.rebuild(height);
            }
            Command::Sort(name) => {
                self.order = match (name.as_deref(), self.order) {
                    (Some("late"), _) | (None, Order::Open) => Order::Late,
                    (Some("name"), _) | (None, Order::Late) => Order::Name,
                    (Some("open"), _) | (None, Order::Name) => Order::Open,
                    (Some(_), _) => {
                        return Outcome::done().say(Level::Warning, "sort by open, late or name");
                    }
                };
                self.rebuild(height);
            }
            Command::Reverse => {
                self.reverse = !self.reverse;
                self.rebuild(height);
            }
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        if self.filtering && self.filter.key(key) {
            self.rebuild(list_rows(context.body));
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if !self.filtering {
            return Outcome::ignored();
        }
        self.filter.paste(text);
        self.rebuild(list_rows(context.body));
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Groups(groups) => {
                self.all = Some(groups);
                self.failed = false;
                self.rebuild(list_rows(context.body));
            }
            Reply::Acted(acted) => {
                let filter = self.queue().map(|(_, filter)| filter).unwrap_or_default();
                return match acted.taken {
                    Some(taken) => self.load().goto(Place::Deficiency {
                        encounter: taken.encounter,
                        deficiency: taken.deficiency,
                        work: Box::new(WorkOrder {
                            filter,
                            ..WorkOrder::default()
                        }),
                    }),
                    None => self.load(),
                };
            }
            _ => {}
        }
        Outcome::done()
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows;
        Outcome::done()
    }

    fn waits(&self) -> bool {
        self.all.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, list_rows(context.body));
    }

    fn completions(&self, shape: Shape) -> Vec<String> {
        match shape {
            Shape::Sort => ["open", "late", "name"].map(str::to_owned).to_vec(),
            _ => Vec::new(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let list = Rect::new(area.x, area.y, area.width, area.height.saturating_sub(1));
        if self.list.len == 0 {
            self.nothing(canvas, list, context);
        } else {
            let most = self.all.iter().flatten().map(|g| g.open).max().unwrap_or(1);
            let columns = columns(self.by);
            table(
                canvas,
                list,
                &columns,
                &self.list,
                1,
                context.numbering,
                |i| {
                    let group = self.all.as_ref()?.get(*self.shown.get(i)?)?;
                    Some(RowView {
                        cells: vec![
                            (label(group, self.by), "text"),
                            (Shown::own(count(group.open)), "text"),
                            (
                                Shown::own(count(group.late)),
                                if group.late > 0 {
                                    "queue.overdue"
                                } else {
                                    "dim"
                                },
                            ),
                            (bar(group.open, most, BAR), "bar"),
                        ],
                        marked: false,
                    })
                },
            );
        }
        let y = area.bottom().saturating_sub(1);
        if self.filtering || !self.filter.is_empty() {
            let x = canvas.write(area, area.x, y, "Filter: ", "field.label");
            let room = Rect::new(x, y, area.right().saturating_sub(x), 1);
            self.filter.render(canvas, room, self.filtering);
        } else {
            canvas.rule(area, y);
        }
    }
}

impl Groups {
    fn nothing(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let text = match &self.all {
            _ if self.failed => format!(
                "The groups could not be read. {} reads them again.",
                key(Command::Refresh)
            ),
            None => "Counting…".to_owned(),
            Some(_) if !self.filter.is_empty() => {
                format!("Nothing matches. {} shows all.", key(Command::Back))
            }
            Some(_) => format!("No item is open. {} goes back.", key(Command::Back)),
        };
        canvas.write(area, area.x + 2, area.y + 1, Shown::own(text), "text");
    }
}

fn columns(by: GroupBy) -> Vec<Column> {
    let column = |title, width, grow, align| Column {
        title,
        width,
        grow,
        align,
    };
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
