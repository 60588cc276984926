//! Dialogs: what lies over a screen and takes its keys until it is answered or closed.
//!
//! A screen opens one with a tag and gets the answer with the same tag. Closing without an
//! answer tells nobody: nothing was decided.

mod draw;

use self::draw::reading_width;
use super::outcome::Level;
use super::palette::Palette;
use super::screen::{Answer, Context, FieldValue};
use crate::command::{Command, Facts, Scope};
use crate::domain::worklist::Choice;
use crate::text::{Shown, show};
use crate::tui::desk::ChoiceKind;
use crate::tui::keys::Key;
use crate::tui::widgets::{Form, FormEvent, Item, LineInput, Pager, PickList};

/// A dialog and what it was opened for.
pub struct Dialog {
    /// Given back with the answer.
    pub tag: &'static str,
    /// Stands in its upper line.
    pub title: Shown,
    kind: Kind,
}

enum Kind {
    Pick(PickList),
    Confirm {
        lines: Vec<Shown>,
        word: Option<&'static str>,
        input: LineInput,
    },
    Form(Form),
    Read(Pager),
    Palette(Box<Palette>),
}

/// What a dialog made of something.
pub enum Reaction {
    /// Not its business.
    Ignored,
    /// It stays open.
    Stay,
    /// It closes without an answer.
    Close,
    /// It closes with an answer.
    Answer(Answer),
    /// It wants choices for a text.
    Ask(ChoiceKind, String),
    /// It closes and a command runs.
    Run(Command),
    /// It stays and says something.
    Say(Level, Shown),
}

impl From<FormEvent> for Reaction {
    fn from(event: FormEvent) -> Self {
        match event {
            FormEvent::Stay | FormEvent::Submit => Self::Stay,
            FormEvent::Ask(kind, text) => Self::Ask(kind, text),
        }
    }
}

impl Dialog {
    /// A list to choose one of.
    pub fn pick(tag: &'static str, title: Shown, items: Vec<Item>) -> Self {
        Self {
            tag,
            title,
            kind: Kind::Pick(PickList::new(items)),
        }
    }

    /// A question; Enter and Esc mean no.
    pub fn confirm(tag: &'static str, title: Shown, lines: Vec<Shown>) -> Self {
        Self {
            tag,
            title,
            kind: Kind::Confirm {
                lines,
                word: None,
                input: LineInput::default(),
            },
        }
    }

    /// A question about something that cannot be undone: only the typed word means yes. Keys
    /// typed before it was seen are dropped.
    pub fn confirm_word(
        tag: &'static str,
        title: Shown,
        lines: Vec<Shown>,
        word: &'static str,
    ) -> Self {
        let mut dialog = Self::confirm(tag, title, lines);
        if let Kind::Confirm { word: wanted, .. } = &mut dialog.kind {
            *wanted = Some(word);
        }
        dialog
    }

    /// Fields to fill in.
    pub fn form(tag: &'static str, title: Shown, form: Form) -> Self {
        Self {
            tag,
            title,
            kind: Kind::Form(form),
        }
    }

    /// Text to read.
    pub fn read(title: Shown, pager: Pager) -> Self {
        Self {
            tag: "",
            title,
            kind: Kind::Read(pager),
        }
    }

    /// A text to read after which Enter goes on: it is answered with yes.
    pub fn read_then(tag: &'static str, title: Shown, pager: Pager) -> Self {
        Self {
            tag,
            ..Self::read(title, pager)
        }
    }

    pub(super) fn palette(palette: Palette) -> Self {
        Self {
            tag: "",
            title: Shown::own("Command"),
            kind: Kind::Palette(Box::new(palette)),
        }
    }

    /// The command line, if it is that.
    pub(super) fn as_palette(&mut self) -> Option<&mut Palette> {
        match &mut self.kind {
            Kind::Palette(palette) => Some(palette),
            _ => None,
        }
    }

    /// Whether it is a text to read.
    pub fn is_text(&self) -> bool {
        matches!(self.kind, Kind::Read(_))
    }

    /// Whether it decides something that cannot be taken back.
    pub fn is_irreversible(&self) -> bool {
        matches!(self.kind, Kind::Confirm { word: Some(_), .. })
    }

    /// What to ask the desk at once.
    pub fn opened(&self) -> Reaction {
        match &self.kind {
            Kind::Form(form) => form.entered().into(),
            _ => Reaction::Stay,
        }
    }

    /// Where the user stands while it is open.
    pub fn facts(&self, facts: &mut Facts) {
        facts.scope = Scope::Dialog;
        facts.multiline = false;
        facts.rows = true;
        facts.text = match &self.kind {
            Kind::Pick(_) | Kind::Form(_) | Kind::Palette(_) => true,
            Kind::Confirm { word, .. } => word.is_some(),
            Kind::Read(_) => false,
        };
    }

    /// A command.
    pub fn command(&mut self, command: &Command, context: &Context<'_>) -> Reaction {
        if matches!(command, Command::Back | Command::No) {
            return Reaction::Close;
        }
        match &mut self.kind {
            Kind::Pick(list) => {
                if *command == Command::Accept {
                    return accept_pick(list);
                }
                moved(list, command)
            }
            Kind::Palette(palette) => palette.command(command),
            Kind::Form(form) => form_command(form, command, context),
            Kind::Read(_)
                if !self.tag.is_empty() && matches!(command, Command::Open | Command::Accept) =>
            {
                Reaction::Answer(Answer::Yes)
            }
            Kind::Read(pager) => {
                pager.set_width(reading_width(context.body));
                let rows = pager.rows_at(reading_width(context.body));
                let shown = context.body.height.saturating_sub(2);
                read_command(pager, command, shown.min(rows).max(1))
            }
            Kind::Confirm { word, input, .. } => match command {
                // Where a word is asked for only the word is a yes, from the command line too.
                Command::Yes if word.is_none() => Reaction::Answer(Answer::Yes),
                Command::Accept => match word {
                    Some(word) if input.text().trim() == *word => Reaction::Answer(Answer::Yes),
                    Some(word) if !input.is_empty() => Reaction::Say(
                        Level::Warning,
                        Shown::own(format!("type \"{word}\" to go on, Esc to leave it")),
                    ),
                    _ => Reaction::Close,
                },
                // Enter outside a text field is the default, and the default is no.
                Command::Open => Reaction::Close,
                _ => Reaction::Ignored,
            },
        }
    }

    /// A key for its text field.
    pub fn text_key(&mut self, key: Key) -> Reaction {
        match &mut self.kind {
            Kind::Pick(list) => {
                list.key(key);
                Reaction::Stay
            }
            Kind::Palette(palette) => {
                palette.key(key);
                Reaction::Stay
            }
            Kind::Form(form) => form.key(key).into(),
            Kind::Confirm { input, .. } => {
                input.key(key);
                Reaction::Stay
            }
            Kind::Read(_) => Reaction::Ignored,
        }
    }

    /// Pasted text. It never answers an irreversible question.
    pub fn paste(&mut self, text: &str) -> Reaction {
        match &mut self.kind {
            Kind::Pick(list) => {
                list.paste(text);
                Reaction::Stay
            }
            Kind::Palette(palette) => {
                palette.paste(text);
                Reaction::Stay
            }
            Kind::Form(form) => form.paste(text).into(),
            Kind::Confirm { .. } | Kind::Read(_) => Reaction::Stay,
        }
    }

    /// Choices from the desk.
    pub fn offer(&mut self, choices: Vec<Choice>) {
        if let Kind::Form(form) = &mut self.kind {
            let items = choices
                .into_iter()
                .map(|c| (c.id, Item::new(show(&c.name), show(&c.note))))
                .collect();
            form.offer(items);
        }
    }
}

fn accept_pick(list: &PickList) -> Reaction {
    match (list.chosen(), list.item()) {
        (Some(_), Some(item)) if item.disabled.is_some() => {
            Reaction::Say(Level::Warning, item.disabled.clone().unwrap_or_default())
        }
        (Some(index), _) => Reaction::Answer(Answer::Chosen(index)),
        (None, _) => Reaction::Stay,
    }
}

/// Moves in a pick list.
pub(super) fn moved(list: &mut PickList, command: &Command) -> Reaction {
    const PAGE: u16 = 10;
    match command {
        Command::Down | Command::NextField => list.list.down(1, PAGE),
        Command::Up | Command::PreviousField => list.list.up(1, PAGE),
        Command::PageDown => list.list.page_down(PAGE),
        Command::PageUp => list.list.page_up(PAGE),
        _ => return Reaction::Ignored,
    }
    Reaction::Stay
}

fn form_command(form: &mut Form, command: &Command, context: &Context<'_>) -> Reaction {
    match command {
        Command::Accept => match form.accept(context.today()) {
            FormEvent::Submit => {
                let today = context.today();
                let values = form.fields.iter().map(|f| FieldValue {
                    text: f.value(),
                    number: f.number(),
                    day: f.day(today),
                });
                Reaction::Answer(Answer::Fields(values.collect()))
            }
            event => event.into(),
        },
        Command::NextField => form.go(true).into(),
        Command::PreviousField => form.go(false).into(),
        Command::Down => form.step(true).into(),
        Command::Up => form.step(false).into(),
        Command::Pick => form.entered().into(),
        _ => Reaction::Ignored,
    }
}

fn read_command(pager: &mut Pager, command: &Command, page: u16) -> Reaction {
    match command {
        Command::Down => pager.down(1, page),
        Command::Up => pager.up(1),
        Command::PageDown => pager.down(usize::from(page.max(2)) - 1, page),
        Command::PageUp => pager.up(usize::from(page.max(2)) - 1),
        Command::Top => pager.to_start(),
        Command::End => pager.down(usize::MAX / 2, page),
        Command::Open => return Reaction::Close,
        _ => return Reaction::Ignored,
    }
    Reaction::Stay
}
