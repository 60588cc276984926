//! What stands on one list: opened, noted, ticked off, taken off.

use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::ListEntryId;
use crate::domain::named_list::{ListAction, ListEntry, ListThing};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{
    Answer, Context, Dialog, Handed, Level, Outcome, Place, Screen, SharedList, Slot,
};
use crate::tui::desk::{Reply, Request};
use crate::tui::screens::banner::day;
use crate::tui::screens::listing::{Listed, Listing, Look, Plan, Sort, Split, View, column};
use crate::tui::widgets::{Align, Canvas, Column, Field, Form, Pager, RowView, Span};
use ratatui::layout::Rect;

/// Tag of the form for a note.
const NOTE: &str = "list note";

static PLAN: Plan<ListEntry> = Plan {
    what: "entries",
    views: &[
        View {
            title: "Open",
            holds: Some(|e| !e.done),
        },
        View {
            title: "Done",
            holds: Some(|e| e.done),
        },
        View {
            title: "All",
            holds: Some(|_| true),
        },
    ],
    sorts: &[
        Sort {
            name: "added",
            compare: None,
        },
        Sort {
            name: "patient",
            compare: Some(|a, b| a.patient_name.cmp(&b.patient_name)),
        },
        Sort {
            name: "date",
            compare: Some(|a, b| b.at.map(|m| m.at).cmp(&a.at.map(|m| m.at))),
        },
    ],
    marks: true,
    split: Split::of(44, 6),
};

impl Listed for ListEntry {
    type Key = ListEntryId;

    fn key(&self) -> ListEntryId {
        self.id
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn haystack(&self) -> String {
        let texts = [
            &self.patient_name,
            &self.mrn,
            &self.visit,
            &self.what,
            &self.note,
        ];
        texts.map(|t| show(t).into_string()).join(" ")
    }
}

/// One list.
pub(super) struct Entries {
    name: String,
    own: bool,
    list: Listing<ListEntry>,
}

impl Entries {
    pub(super) fn new(name: &str, own: bool) -> Self {
        Self {
            name: name.to_owned(),
            own,
            list: Listing::new(&PLAN),
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::ListEntries(self.name.clone()))
    }

    fn open(&self) -> Outcome {
        let Some(entry) = self.list.row() else {
            return Outcome::done();
        };
        let document = match entry.thing {
            ListThing::Document(id) => Some(id),
            ListThing::Stay(_) => None,
        };
        match entry.encounter {
            Some(encounter) => Outcome::done().goto(Place::Chart {
                encounter,
                document,
                words: Vec::new(),
            }),
            None => Outcome::done().say(
                Level::Warning,
                "this document belongs to no visit: find it by search to read it",
            ),
        }
    }

    fn targets(&self) -> Vec<(ListEntryId, i64)> {
        let targets = self.list.targets().into_iter();
        targets.map(|e| (e.id, e.version)).collect()
    }

    fn change(&self, action: ListAction) -> Outcome {
        Outcome::done().act(Action::List(action))
    }

    /// Done, or open again where all of them are done.
    fn tick_off(&self) -> Outcome {
        let done = self.list.targets().iter().any(|e| !e.done);
        let entries = self.targets();
        match entries.is_empty() {
            true => Outcome::done(),
            false => self.change(ListAction::Done { entries, done }),
        }
    }

    fn ask_note(&self) -> Outcome {
        let Some(entry) = self.list.row() else {
            return Outcome::done();
        };
        let title = format!("Note: {} {}", show(&entry.mrn), show(&entry.patient_name));
        let field = Field::text("Note", false).with_text(entry.note.raw());
        Outcome::done().open(Dialog::form(
            NOTE,
            Shown::own(title),
            Form::new(vec![field]),
        ))
    }

    fn detail(
        &self,
        canvas: &mut Canvas<'_>,
        area: Rect,
        entry: &ListEntry,
        context: &Context<'_>,
    ) {
        let zone = &context.session.zone;
        let visit = match entry.visit.is_blank() {
            true => "no visit".to_owned(),
            false => format!("visit {}", show(&entry.visit)),
        };
        let head = format!(
            "{} {}  {visit}",
            show(&entry.mrn),
            show(&entry.patient_name)
        );
        let what = format!("{} {}", show(&entry.what), day(entry.at, zone));
        let added = format!(
            "put here {} by {}",
            entry.added.day(zone),
            show(&entry.added_by)
        );
        let lines = [
            (Shown::own(head), "chart.title"),
            (Shown::own(what), "text"),
            (show(&entry.note), "text"),
            (Shown::own(added), "dim"),
        ];
        let spans = lines.map(|(text, meaning)| vec![Span { text, meaning }]);
        Pager::of_spans(spans).render(canvas, area);
    }
}

impl Screen for Entries {
    fn scope(&self) -> Scope {
        Scope::Lists
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        let row = self.list.row();
        facts.entry = row.is_some();
        facts.chart = row.is_some_and(|e| e.encounter.is_some());
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let name = show(&Untrusted::new(self.name.as_str()));
        Shown::own(format!("LIST {name} {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::EntryDone,
                Command::EntryNote,
                Command::RemoveEntry,
                Command::NextPane,
                Command::Filter,
                Command::Undo,
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
        match changed {
            true => self.load(),
            false => Outcome::done(),
        }
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
        match command {
            Command::Open | Command::OpenChart => self.open(),
            Command::EntryDone => self.tick_off(),
            Command::EntryNote => self.ask_note(),
            Command::RemoveEntry => match self.targets() {
                entries if entries.is_empty() => Outcome::done(),
                entries => self.change(ListAction::Remove { entries }),
            },
            Command::Refresh => self.load(),
            Command::ShareList(_) | Command::RenameList(_) | Command::DeleteList => {
                let text = match self.own {
                    true => "go back to the lists for that",
                    false => "a list is changed by its owner",
                };
                Outcome::done().say(Level::Info, text)
            }
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::ListEntries(entries) => {
                self.list.arrived(entries, false, context.body);
                Outcome::done()
            }
            Reply::Acted(acted) => {
                let refused = |id: &ListEntryId| acted.refused.iter().any(|r| r.0 == id.0);
                self.list.unmark(refused);
                self.load()
            }
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        let (NOTE, Answer::Fields(fields), Some(entry)) = (tag, answer, self.list.row()) else {
            return Outcome::done();
        };
        let note = fields.into_iter().next().unwrap_or_default().text;
        self.change(ListAction::Note {
            entry: entry.id,
            version: entry.version,
            note: note.trim().into(),
        })
    }

    fn handed(&mut self, handed: Handed, context: &Context<'_>) -> Outcome {
        let Handed::Neighbour { forward } = handed else {
            return Outcome::ignored();
        };
        let before = self.list.row().map(|e| e.id);
        let by = if forward { Command::Down } else { Command::Up };
        let _ = self.list.command(&by, context.body);
        match self.list.row().map(|e| e.id) == before {
            true => Outcome::done().say(Level::Info, "no further entry"),
            false => self.open(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        let zone = &context.session.zone;
        let turn = (context.keys)(&Command::NextPane);
        let look = Look {
            columns: COLUMNS,
            identity: 2,
            empty: match self.list.rows().is_empty() {
                true => "Nothing you may see stands on this list.".to_owned(),
                false => format!("Nothing here. {turn} shows what is open, done, everything."),
            },
        };
        let area = self.list.render(canvas, area, context, &look, |entry| {
            let meaning = if entry.done { "dim" } else { "text" };
            RowView {
                cells: vec![
                    (Shown::own(if entry.done { "x" } else { "" }), "text"),
                    (show(&entry.mrn), meaning),
                    (show(&entry.patient_name), meaning),
                    (day(entry.at, zone), meaning),
                    (show(&entry.what), meaning),
                    (show(&entry.note), "dim"),
                ],
                marked: false,
            }
        });
        if let Some(entry) = self.list.row() {
            self.detail(canvas, area, entry, context);
        }
    }
}

const COLUMNS: &[Column] = &[
    column("", 1, 0, Align::Left),
    column("MRN", 10, 0, Align::Left),
    column("PATIENT", 16, 1, Align::Left),
    column("DATE", 10, 0, Align::Left),
    column("WHAT", 16, 1, Align::Left),
    column("NOTE", 12, 1, Align::Left),
];
