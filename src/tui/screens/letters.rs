//! Letters: what waits to be printed, what went out, to whom and when; printing and printing
//! again.
//!
//! Letters are made when a step of the ladder is confirmed. Printing records the copy first and
//! hands the words out afterwards. Start reading at [`Letters`].

mod draw;
#[cfg(test)]
mod tests;

use super::listing::{Listed, Listing, OfProvider, Plan, Sort, Split, View};
use crate::command::{Command, Facts, Scope};
use crate::domain::ids::{LetterId, ProviderId, RequestId};
use crate::domain::ladder::{Letter, LetterFiles, LetterFormat, LetterRequest, LetterRow};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show, show_lines};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, Pager};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Letters read at a time; more are read when the cursor comes near the last.
const PAGE: usize = 500;

/// The slot of the question for the letters that follow.
const FOLLOWING: Slot = Slot::Ahead(1);

const FORMAT: &str = "letters format";
/// How letters can be printed: one choice, so that printing all takes six keys. A single letter has
/// the first two, which say no more than their format.
const WAYS: [(LetterFormat, LetterFiles, &str); 4] = [
    (
        LetterFormat::Text,
        LetterFiles::Each,
        "text, a file for each",
    ),
    (
        LetterFormat::Html,
        LetterFiles::Each,
        "html, a file for each",
    ),
    (
        LetterFormat::Text,
        LetterFiles::Together,
        "text, one file for all",
    ),
    (
        LetterFormat::Html,
        LetterFiles::Together,
        "html, one file for all",
    ),
];

const CONFIRM: &str = "letters confirm";

/// Letters that wait to be printed: the first view.
const TO_PRINT: usize = 0;

static PLAN: Plan<LetterRow> = Plan {
    what: "letters",
    views: &[
        View {
            title: "To print",
            holds: None,
        },
        View {
            title: "All letters",
            holds: None,
        },
    ],
    sorts: &[
        Sort::as_read("newest"),
        Sort::PROVIDER,
        Sort::by("letter", |a, b| a.subject.cmp(&b.subject)),
    ],
    marks: true,
    split: Split::of(50, 8),
};

impl OfProvider for LetterRow {
    fn provider(&self) -> &Untrusted {
        &self.provider_name
    }
}

impl Listed for LetterRow {
    type Key = LetterId;

    fn key(&self) -> LetterId {
        self.id
    }

    /// A letter that was printed meanwhile is not the one that was marked.
    fn version(&self) -> i64 {
        self.copies
    }

    fn haystack(&self) -> String {
        format!(
            "{} {} {}",
            show(&self.provider_name),
            show(&self.subject),
            draw::standing(self).0
        )
    }
}

/// The screen of letters.
pub struct Letters {
    /// Only letters to this provider.
    provider: Option<ProviderId>,
    list: Listing<LetterRow>,
    /// Whether more can be read.
    more: bool,
    details: BTreeMap<LetterId, Letter>,
    /// The format chosen, while the question about it is open.
    format: LetterFormat,
    /// Into how many files, likewise.
    files: LetterFiles,
}

impl Letters {
    /// Letters to everybody, or to one provider.
    pub fn new(provider: Option<ProviderId>) -> Self {
        let mut list = Listing::new(&PLAN);
        if provider.is_some() {
            // Whoever looks at one provider wants to know what they got.
            list.open_view(TO_PRINT + 1);
        }
        Self {
            provider,
            list,
            more: false,
            details: BTreeMap::new(),
            format: LetterFormat::Text,
            files: LetterFiles::Each,
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(self.page(None))
    }

    fn page(&self, before: Option<LetterId>) -> Request {
        Request::Letters(LetterRequest {
            provider: self.provider,
            unprinted: self.list.view() == TO_PRINT,
            before,
            limit: PAGE,
        })
    }

    /// The cursor stands somewhere: its letter is read, and what follows in time.
    fn arrived(&mut self) -> Outcome {
        let mut outcome = Outcome::done();
        if let Some(id) = self.list.row().map(|r| r.id)
            && !self.details.contains_key(&id)
        {
            outcome = outcome.ask_in(Slot::Detail, Request::Letter(id));
        }
        if self.more && self.list.near_end() {
            self.more = false;
            let last = self.list.rows().last().map(|r| r.id);
            outcome = outcome.ask_in(FOLLOWING, self.page(last));
        }
        outcome
    }

    fn read(&self) -> Outcome {
        let letter = self.list.row().and_then(|r| self.details.get(&r.id));
        match letter {
            Some(letter) => {
                let pager = Pager::new(show_lines(&letter.text));
                Outcome::done().open(Dialog::read(show(&letter.row.subject), pager))
            }
            None => Outcome::done(),
        }
    }

    fn ask_format(&self) -> Outcome {
        let several = self.list.targets().len() > 1;
        let ways = WAYS
            .iter()
            .filter(|(_, files, _)| several || *files == LetterFiles::Each)
            .map(|(format, _, way)| match several {
                true => *way,
                false => format.name(),
            });
        let form = Form::new(vec![Field::choice("As", ways)]);
        let title = format!("Print {}", self.meant());
        Outcome::done().open(Dialog::form(FORMAT, Shown::own(title), form))
    }

    /// Which letters are meant, in words.
    fn meant(&self) -> String {
        match self.list.targets().as_slice() {
            [one] => format!("\"{}\" to {}", show(&one.subject), show(&one.provider_name)),
            several => counted(several.len(), "letter"),
        }
    }

    fn ask_confirm(&self) -> Outcome {
        let again = self.list.targets().iter().filter(|l| l.copies > 0).count();
        let mut lines = vec![
            Shown::own(format!("{} as {},", self.meant(), self.format.name())),
            Shown::own(match self.files {
                LetterFiles::Each => {
                    "with names and numbers of patients, one file for each letter,"
                }
                LetterFiles::Together => {
                    "with names and numbers of patients, in one file, each on its own page,"
                }
            }),
            Shown::own("readable by whoever can read the files. Each copy is recorded."),
        ];
        if again > 0 {
            lines.push(Shown::own(format!(
                "{again} printed before: printed again."
            )));
        }
        let title = Shown::own("Print letters out of Chartroom?");
        Outcome::done().open(Dialog::confirm(CONFIRM, title, lines))
    }

    fn print(&self, context: &Context<'_>) -> Outcome {
        // Oldest first, as they go out.
        let mut letters: Vec<LetterId> = self.list.targets().iter().map(|l| l.id).collect();
        letters.sort_unstable();
        let name = &context.session.name;
        Outcome::done().ask(Request::PrintLetters {
            request: RequestId(format!("{name}-print-{}", context.now.0)),
            letters,
            format: self.format,
            files: self.files,
        })
    }

    fn printed(&mut self, letters: usize, to: &str, refused: &[(i64, String)]) -> Outcome {
        self.list.dealt();
        self.list
            .unmark(|id| refused.iter().any(|(other, _)| *other == id.0));
        self.details.clear();
        let outcome = self.load();
        let written = format!("{} written to {to}", counted(letters, "letter"));
        match refused.first() {
            Some((id, why)) => {
                outcome.say(Level::Warning, format!("{written}; letter {id} not: {why}"))
            }
            None => outcome.say(Level::Done, written),
        }
    }
}

impl Screen for Letters {
    fn scope(&self) -> Scope {
        Scope::Letters
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.provider = self.list.row().is_some();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let whose = match (self.provider, self.list.row()) {
            (Some(_), Some(row)) => format!(" to {}", show(&row.provider_name)),
            _ => String::new(),
        };
        Shown::own(format!("LETTERS{whose} {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::PrintLetters,
                Command::Mark,
                Command::MarkAll,
                Command::NextPane,
                Command::Filter,
            ]
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn moved(&mut self, _: &Context<'_>) -> Outcome {
        self.arrived()
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.details.clear();
        self.load()
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
        match command {
            Command::Open => self.read(),
            Command::OpenProvider => match self.list.row() {
                Some(row) => Outcome::done().goto(Place::Provider(row.provider)),
                None => Outcome::done(),
            },
            Command::PrintLetters => self.ask_format(),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Letters(rows) => {
                self.more = rows.len() == PAGE;
                if slot == FOLLOWING {
                    self.list.arrived_more(rows, self.more, context.body);
                } else {
                    self.list.arrived(rows, self.more, context.body);
                }
                self.arrived()
            }
            Reply::Letter(letter) => {
                self.details.insert(letter.row.id, *letter);
                Outcome::done()
            }
            Reply::Printed {
                letters,
                to,
                refused,
                ..
            } => self.printed(letters, &to, &refused),
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        match (tag, answer) {
            (FORMAT, Answer::Fields(fields)) => {
                let chosen = fields.first().and_then(|f| f.number);
                let way = chosen.and_then(|at| WAYS.get(usize::try_from(at).ok()?));
                (self.format, self.files) = match way {
                    Some((format, files, _)) => (*format, *files),
                    None => (LetterFormat::Text, LetterFiles::Each),
                };
                self.ask_confirm()
            }
            (CONFIRM, Answer::Yes) => self.print(context),
            _ => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
