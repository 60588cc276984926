//! Named lists: which there are, and which of them something is put on.
//!
//! Start reading at [`NamedLists`]; what stands on one list is `entries.rs`.

mod entries;
#[cfg(test)]
mod tests;

use super::figures::count;
use super::listing::{Listed, Listing, Look, Plan, Sort, Split, column};
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::ListId;
use crate::domain::named_list::{ListAction, ListThing, NamedList};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Role;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Screen, SharedList, Slot, Step};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::{Align, Canvas, Column, Field, Form, RowView};
use entries::Entries;
use ratatui::layout::Rect;

/// Tags of forms.
const NEW: &str = "lists new";
const SHARE: &str = "lists share";
const RENAME: &str = "lists rename";

/// What stands in the form for nobody else.
const NOBODY: &str = "nobody";

static PLAN: Plan<NamedList> = Plan {
    what: "lists",
    views: &[],
    sorts: &[
        Sort {
            name: "owner",
            compare: None,
        },
        Sort {
            name: "name",
            compare: Some(|a, b| a.name.cmp(&b.name)),
        },
        Sort {
            name: "open",
            compare: Some(|a, b| b.open.cmp(&a.open)),
        },
    ],
    marks: false,
    split: Split::NONE,
};

impl Listed for NamedList {
    type Key = ListId;

    fn key(&self) -> ListId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn haystack(&self) -> String {
        let name = show(&self.name.as_str().into()).into_string();
        format!("{name} {}", show(&self.owner_name))
    }
}

/// The user's named lists.
pub struct NamedLists {
    list: Listing<NamedList>,
    /// What is to be put on the list that is chosen; nothing when lists are only looked at.
    adding: Vec<ListThing>,
}

impl NamedLists {
    /// The lists, to put things on one of them or to look.
    pub fn new(adding: Vec<ListThing>) -> Self {
        Self {
            list: Listing::new(&PLAN),
            adding,
        }
    }

    fn load() -> Outcome {
        Outcome::done().ask(Request::NamedLists)
    }

    fn named(&self) -> Option<String> {
        self.list.row().map(|l| l.name.clone())
    }

    fn open(&self, context: &Context<'_>) -> Outcome {
        match self.list.row() {
            Some(list) if self.adding.is_empty() => {
                let own = list.owner == context.session.user;
                Outcome::done().push(Box::new(Entries::new(&list.name, own)))
            }
            Some(list) => self.add_to(&list.name, &Untrusted::default()),
            None if self.adding.is_empty() => Outcome::done(),
            None => self.ask_new(),
        }
    }

    /// Puts what was brought on a list, and goes back to where it came from.
    fn add_to(&self, name: &str, note: &Untrusted) -> Outcome {
        add(name, self.adding.clone(), note.clone())
    }

    fn ask_new(&self) -> Outcome {
        let title = match self.adding.len() {
            0 => "New list".to_owned(),
            1 => "Put it on a new list".to_owned(),
            n => format!("Put {n} on a new list"),
        };
        let mut fields = vec![Field::text("Name", true)];
        if !self.adding.is_empty() {
            fields.push(Field::text("Note", false));
        }
        Outcome::done().open(Dialog::form(NEW, Shown::own(title), Form::new(fields)))
    }

    fn ask_share(&self) -> Outcome {
        let Some(list) = self.list.row() else {
            return Outcome::done();
        };
        let roles = std::iter::once(NOBODY).chain(Role::ALL.iter().map(|r| r.name()));
        let title = format!("Share with a role: {}", show(&list.name.as_str().into()));
        let form = Form::new(vec![Field::choice("Role", roles)]);
        Outcome::done().open(Dialog::form(SHARE, Shown::own(title), form))
    }

    fn ask_rename(&self) -> Outcome {
        let Some(list) = self.list.row() else {
            return Outcome::done();
        };
        let form = Form::new(vec![Field::text("Name", true).with_text(&list.name)]);
        Outcome::done().open(Dialog::form(
            RENAME,
            Shown::own("New name of the list"),
            form,
        ))
    }

    fn share(&self, with: &str) -> Outcome {
        let Some(list) = self.named() else {
            return Outcome::done();
        };
        let role = Role::from_name(with.trim());
        if role.is_none() && with.trim() != NOBODY {
            let names: Vec<&str> = Role::ALL.iter().map(|r| r.name()).collect();
            let text = format!("share with {NOBODY} or one of {}", names.join(", "));
            return Outcome::done().say(Level::Warning, text);
        }
        change(ListAction::Share { list, with: role })
    }
}

/// Puts things on a list.
pub fn add(list: &str, things: Vec<ListThing>, note: Untrusted) -> Outcome {
    change(ListAction::Add {
        list: list.to_owned(),
        things,
        note,
    })
}

/// Puts things on the list of a name, or asks for the list.
pub fn add_or_ask(list: Option<&str>, things: Vec<ListThing>) -> Outcome {
    match list {
        _ if things.is_empty() => Outcome::done().say(Level::Info, "nothing under the cursor"),
        Some(list) => add(list, things, Untrusted::default()),
        None => Outcome::done().push(Box::new(NamedLists::new(things))),
    }
}

fn change(action: ListAction) -> Outcome {
    Outcome::done().act(Action::List(action))
}

impl Screen for NamedLists {
    fn scope(&self) -> Scope {
        Scope::Lists
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let numbers = self.list.numbers();
        Shown::own(match self.adding.len() {
            0 => format!("LISTS {numbers}"),
            1 => format!("ADD TO WHICH LIST {numbers}"),
            n => format!("ADD {n} TO WHICH LIST {numbers}"),
        })
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::NewList,
                Command::Filter,
                Command::ShareList(None),
                Command::RenameList(None),
                Command::DeleteList,
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
        Self::load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        Self::load()
    }

    fn own(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Open => self.open(context),
            Command::NewList => self.ask_new(),
            Command::ShareList(None) => self.ask_share(),
            Command::ShareList(Some(with)) => self.share(with),
            Command::RenameList(None) => self.ask_rename(),
            Command::RenameList(Some(to)) => match self.named() {
                Some(list) => change(ListAction::Rename {
                    list,
                    to: to.clone(),
                }),
                None => Outcome::done(),
            },
            Command::DeleteList => match self.named() {
                Some(list) => change(ListAction::Delete { list }),
                None => Outcome::done(),
            },
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::NamedLists(lists) => {
                self.list.arrived(lists, false, context.body);
                Outcome::done()
            }
            // What was brought is on its list: back to where it came from.
            Reply::Acted(_) if !self.adding.is_empty() => Outcome::done().step(Step::Pop),
            Reply::Acted(_) => Self::load(),
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        let Answer::Fields(fields) = answer else {
            return Outcome::done();
        };
        let mut texts = fields.into_iter().map(|f| f.text);
        let first = texts.next().unwrap_or_default();
        match tag {
            NEW => self.add_to(&first, &texts.next().unwrap_or_default().trim().into()),
            SHARE => self.share(&first),
            RENAME => match self.named() {
                Some(list) => change(ListAction::Rename { list, to: first }),
                None => Outcome::done(),
            },
            _ => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let key = |command: Command| (context.keys)(&command);
        let look = Look {
            columns: COLUMNS,
            identity: 0,
            empty: match self.adding.is_empty() {
                true => format!(
                    "No list yet. {} makes one; {} in a search, queue or chart adds to one.",
                    key(Command::NewList),
                    key(Command::AddToList(None))
                ),
                false => format!("No list yet. {} makes one.", key(Command::NewList)),
            },
        };
        let me = context.session.user;
        self.list
            .render(canvas, area, context, &look, |list| RowView {
                cells: vec![
                    (show(&list.name.as_str().into()), "text"),
                    (Shown::own(count(list.open)), "text"),
                    (Shown::own(count(list.entries)), "dim"),
                    match list.owner == me {
                        true => (Shown::own("you"), "dim"),
                        false => (show(&list.owner_name), "text"),
                    },
                    (
                        Shown::own(list.shared.map_or("", |role| role.name())),
                        "text",
                    ),
                ],
                marked: false,
            });
    }
}

const COLUMNS: &[Column] = &[
    column("LIST", 30, 1, Align::Left),
    column("OPEN", 6, 0, Align::Right),
    column("ALL", 6, 0, Align::Right),
    column("OWNER", 16, 1, Align::Left),
    column("SHARED", 10, 0, Align::Left),
];
