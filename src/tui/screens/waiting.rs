//! The coder's list: discharged stays that wait for documents, by what and whom, stays that became
//! ready to code, and stays coded lately.
//!
//! Start reading at [`Waiting`].

mod draw;
#[cfg(test)]
mod tests;

use super::moving::moved;
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::report::WaitingStay;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request};
use crate::tui::keys::Key;
use crate::tui::widgets::{Canvas, Field, Form, LineInput, List};
use ratatui::layout::Rect;

const NOTE: &str = "waiting note";
const NOT_CODED: &str = "waiting not coded";

/// Which stays are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// Waiting for documents, longest first.
    #[default]
    Waiting,
    /// Ready to code, newest first.
    Ready,
    /// Coded lately, newest first.
    Coded,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Waiting, Self::Ready, Self::Coded];

    /// The tab so many further on.
    fn turned(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|t| *t == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}

/// The coder's list.
#[derive(Default)]
pub struct Waiting {
    tab: Tab,
    stays: Option<Vec<WaitingStay>>,
    /// Indices of what is shown.
    shown: Vec<usize>,
    /// There are more than were read.
    more: bool,
    list: List,
    filter: LineInput,
    filtering: bool,
    failed: bool,
}

impl Waiting {
    fn load(&self) -> Outcome {
        Outcome::done().ask(match self.tab {
            Tab::Waiting => Request::Waiting,
            Tab::Ready => Request::Ready,
            Tab::Coded => Request::CodedStays,
        })
    }

    fn stay(&self) -> Option<&WaitingStay> {
        let at = self.shown.get(self.list.cursor)?;
        self.stays.as_ref()?.get(*at)
    }

    fn turn(&mut self, by: usize) -> Outcome {
        self.tab = self.tab.turned(by);
        self.stays = None;
        self.shown.clear();
        self.list = List::default();
        self.load()
    }

    fn rebuild(&mut self, height: u16) {
        let Some(stays) = &self.stays else {
            return;
        };
        let text = self.filter.text().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        self.shown = (0..stays.len())
            .filter(|i| {
                let text = haystack(&stays[*i]);
                words.iter().all(|w| text.contains(w))
            })
            .collect();
        self.list.set_len(self.shown.len());
        let cursor = self.list.cursor;
        self.list.go(cursor, height);
    }

    fn coded(&self) -> Outcome {
        match self.stay() {
            Some(stay) => Outcome::done().act(Action::MarkCoded {
                encounter: stay.encounter,
                at: None,
            }),
            None => Outcome::done(),
        }
    }

    fn not_coded(&self) -> Outcome {
        let Some(stay) = self.stay() else {
            return Outcome::done();
        };
        let title = format!(
            "Not coded after all: {} {}",
            show(&stay.mrn),
            show(&stay.patient_name)
        );
        let form = Form::new(vec![Field::text("Why", true)]);
        Outcome::done().open(Dialog::form(NOT_CODED, Shown::own(title), form))
    }

    fn note(&self) -> Outcome {
        let Some(stay) = self.stay() else {
            return Outcome::done();
        };
        let title = format!(
            "Note to the coder: {} {}",
            show(&stay.mrn),
            show(&stay.patient_name)
        );
        let form = Form::new(vec![Field::text("Note", true)]);
        Outcome::done().open(Dialog::form(NOTE, Shown::own(title), form))
    }
}

/// What a filter looks at: patient, numbers, service, and what and whom the stay waits for.
fn haystack(stay: &WaitingStay) -> String {
    let mut text = format!(
        "{} {} {} {}",
        show(&stay.mrn),
        show(&stay.visit),
        show(&stay.patient_name),
        show(&stay.service_name)
    );
    for awaited in &stay.waits_for {
        text.push_str(&format!(" {} {}", awaited.kind, show(&awaited.owner_name)));
    }
    text.to_lowercase()
}

impl Screen for Waiting {
    fn scope(&self) -> Scope {
        Scope::Waiting
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.filtering;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.filtering = !self.filter.is_empty();
        facts.chart = self.stay().is_some();
        facts.coded = self.tab == Tab::Coded;
        facts.busy = self.waits();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let what = match self.tab {
            Tab::Waiting => "WAITING TO BE CODED",
            Tab::Ready => "READY TO CODE",
            Tab::Coded => "CODED LATELY",
        };
        let all = self.stays.as_ref().map_or(0, Vec::len);
        let more = if self.more { "+" } else { "" };
        Shown::own(format!("{what} {}/{all}{more}", self.shown.len()))
    }

    fn hints(&self) -> Vec<Command> {
        if self.filtering {
            return vec![Command::Accept, Command::Back];
        }
        let turn = match self.tab {
            Tab::Coded => Command::MarkNotCoded,
            Tab::Waiting | Tab::Ready => Command::MarkCoded,
        };
        vec![
            Command::Open,
            Command::NextPane,
            turn,
            Command::Filter,
            Command::NoteToCoder,
            Command::ComposeQuery,
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
        if moved(&mut self.list, command, height) {
            return Outcome::done();
        }
        match command {
            Command::Accept if self.filtering => self.filtering = false,
            Command::Filter => self.filtering = true,
            Command::Back | Command::ClearFilter if self.filtering || !self.filter.is_empty() => {
                self.filtering = false;
                self.filter.set("");
                self.rebuild(height);
            }
            Command::NextPane => return self.turn(1),
            Command::PreviousPane => return self.turn(Tab::ALL.len() - 1),
            Command::NoteToCoder => return self.note(),
            Command::MarkCoded => return self.coded(),
            Command::MarkNotCoded => return self.not_coded(),
            Command::Open | Command::OpenChart => {
                return match self.stay() {
                    Some(stay) => Outcome::done().goto(Place::Chart {
                        encounter: stay.encounter,
                        document: None,
                        words: Vec::new(),
                    }),
                    None => Outcome::done(),
                };
            }
            Command::ComposeQuery => {
                return match self.stay() {
                    Some(stay) => Outcome::done().goto(Place::Composer {
                        encounter: stay.encounter,
                        query: None,
                        indicator: None,
                    }),
                    None => Outcome::done(),
                };
            }
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        if self.filtering && self.filter.key(key) {
            self.rebuild(draw::rows_shown(context.body));
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if !self.filtering {
            return Outcome::ignored();
        }
        self.filter.paste(text);
        self.rebuild(draw::rows_shown(context.body));
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Stays { stays, more } => {
                self.stays = Some(stays);
                self.more = more;
                self.failed = false;
                self.rebuild(draw::rows_shown(context.body));
                Outcome::done()
            }
            Reply::Acted(_) => self.load(),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows;
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        let (Answer::Fields(fields), Some(stay)) = (answer, self.stay()) else {
            return Outcome::done();
        };
        let words = fields.into_iter().next().unwrap_or_default().text;
        let words = Untrusted::new(words.trim());
        let encounter = stay.encounter;
        Outcome::done().act(match tag {
            NOTE => Action::NoteToCoder { encounter, words },
            NOT_CODED => Action::MarkNotCoded {
                encounter,
                reason: words,
            },
            _ => return Outcome::done(),
        })
    }

    fn waits(&self) -> bool {
        self.stays.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::rows_shown(context.body));
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
