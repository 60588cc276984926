//! What is kept of searches: saved ones, and what was searched for before.

use super::{Pane, Search, Within};
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::saved_search::{SavedSearch, SearchList};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome, Slot};
use crate::tui::desk::Request;
use crate::tui::screens::home::searches::search_item;
use crate::tui::widgets::{Field, Form};

/// Tags of dialogs.
const SAVE: &str = "search save";
const OPEN: &str = "search open";
const RENAME: &str = "search rename";
const DELETE: &str = "search delete";
const CLEAR: &str = "search clear history";

/// What is done with a saved search once it is known which there are: others may have changed them.
pub(super) enum Meant {
    /// One is chosen from a list with this tag and title.
    Chosen(&'static str, &'static str),
    /// The one of this name is opened.
    Opened(String),
}

/// Queries kept on the screen.
const HISTORY: usize = 200;

impl Search {
    pub(super) fn keep_command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::SaveSearch(Some(name)) => self.save(name, context),
            Command::SaveSearch(None) => self.ask_name(SAVE, "Save search as"),
            Command::OpenSearch(Some(name)) => self.read_first(Meant::Opened(name.clone())),
            Command::OpenSearch(None) => self.read_first(Meant::Chosen(OPEN, "Open saved search")),
            Command::RenameSearch(Some(to)) => self.rename(to),
            Command::RenameSearch(None) if self.saved.is_some() => {
                self.ask_name(RENAME, "New name of the search")
            }
            Command::RenameSearch(None) => not_saved(),
            Command::DeleteSearch(Some(name)) => delete(name.clone()),
            Command::DeleteSearch(None) => match &self.saved {
                Some(saved) => delete(saved.search.name.clone()),
                None => self.read_first(Meant::Chosen(DELETE, "Delete saved search")),
            },
            Command::OnlyNew => self.toggle_new(context),
            Command::ClearHistory => ask_clear(),
            _ => Outcome::ignored(),
        }
    }

    pub(super) fn kept(
        &mut self,
        tag: &'static str,
        answer: Answer,
        context: &Context<'_>,
    ) -> Outcome {
        match (tag, answer) {
            (SAVE, Answer::Fields(fields)) => {
                let name = fields.into_iter().next().unwrap_or_default().text;
                self.save(&name, context)
            }
            (RENAME, Answer::Fields(fields)) => {
                let name = fields.into_iter().next().unwrap_or_default().text;
                self.rename(&name)
            }
            (OPEN, Answer::Chosen(index)) => match self.offered.get(index).cloned() {
                Some(list) => Outcome::done().push(Box::new(Self::saved(list))),
                None => Outcome::done(),
            },
            (DELETE, Answer::Chosen(index)) => match self.offered.get(index) {
                Some(list) => delete(list.search.name.clone()),
                None => Outcome::done(),
            },
            (CLEAR, Answer::Yes) => {
                self.history.clear();
                self.at = 0;
                Outcome::done().act(Action::ClearSearchHistory)
            }
            _ => Outcome::done(),
        }
    }

    /// Saves what is searched for, chosen facets included.
    fn save(&mut self, name: &str, context: &Context<'_>) -> Outcome {
        if self.input.text().trim().is_empty() {
            return Outcome::done().say(Level::Info, "type a word to search for");
        }
        if self.within != Within::All {
            return Outcome::done().say(
                Level::Warning,
                "a search within one chart is not a worklist: search all charts to save it",
            );
        }
        let search = SavedSearch {
            name: name.trim().to_owned(),
            text: Untrusted::new(self.meant(context)),
            order: self.order,
            grouping: self.grouping,
            widening: self.widening,
        };
        self.saving = Some(search.clone());
        Outcome::done().act(Action::SaveSearch(search))
    }

    /// Once a search is saved, this screen is it: saving it was looking at it.
    fn adopt(&mut self, context: &Context<'_>) -> Outcome {
        let saved = |list: &&SearchList| self.saving.as_ref() == Some(&list.search);
        let Some(list) = self.lists.iter().find(saved).cloned() else {
            return Outcome::done();
        };
        // The blank ends the last word: what was meant stands in the line from now on, chosen
        // facets included.
        self.input.set(format!("{} ", list.search.text.raw()));
        self.saved = Some(list);
        self.saving = None;
        self.facets.clear();
        self.search(false, context)
    }

    fn rename(&mut self, to: &str) -> Outcome {
        let Some(saved) = &mut self.saved else {
            return not_saved();
        };
        let name = std::mem::replace(&mut saved.search.name, to.trim().to_owned());
        self.renamed_from = Some(name.clone());
        Outcome::done().act(Action::RenameSearch {
            name,
            to: to.trim().to_owned(),
        })
    }

    fn ask_name(&self, tag: &'static str, title: &'static str) -> Outcome {
        let name = self.saved.as_ref().map(|s| s.search.name.as_str());
        let field = Field::text("Name", true).with_text(name.unwrap_or_default());
        Outcome::done().open(Dialog::form(tag, Shown::own(title), Form::new(vec![field])))
    }

    fn open_named(&self, name: &str) -> Outcome {
        let found = self.lists.iter().find(|l| l.search.name == name);
        match found.cloned() {
            Some(list) => Outcome::done().push(Box::new(Self::saved(list))),
            None => Outcome::done().say(
                Level::Warning,
                format!(
                    "there is no saved search \"{}\"",
                    show(&Untrusted::new(name))
                ),
            ),
        }
    }

    /// Reads which saved searches there are, and goes on when they are known.
    fn read_first(&mut self, meant: Meant) -> Outcome {
        self.meant = Some(meant);
        Outcome::done().ask(Request::SearchLists)
    }

    /// The saved searches there are now. What is gone is no more offered, and a screen that was it
    /// is a search like others.
    pub(super) fn listed(&mut self, lists: Vec<SearchList>, context: &Context<'_>) -> Outcome {
        self.lists = lists;
        let kept = |saved: &SearchList| {
            let same = |l: &SearchList| l.search.name == saved.search.name;
            self.renamed_from.is_some() || self.lists.iter().any(same)
        };
        if !self.saved.as_ref().is_none_or(kept) {
            self.saved = None;
            self.only_new = false;
        }
        let adopted = self.adopt(context);
        match self.meant.take() {
            Some(Meant::Chosen(tag, title)) => adopted.and(self.pick(tag, title)),
            Some(Meant::Opened(name)) => adopted.and(self.open_named(&name)),
            None => adopted,
        }
    }

    /// The saved searches could not be read, or a change of them was refused.
    pub(super) fn not_kept(&mut self, slot: Slot) {
        self.meant = None;
        if slot == Slot::Act
            && let (Some(name), Some(saved)) = (self.renamed_from.take(), &mut self.saved)
        {
            saved.search.name = name;
        }
    }

    fn pick(&mut self, tag: &'static str, title: &'static str) -> Outcome {
        if self.lists.is_empty() {
            return Outcome::done().say(Level::Info, "no search is saved yet");
        }
        self.offered.clone_from(&self.lists);
        let items = self.lists.iter().map(search_item).collect();
        Outcome::done().open(Dialog::pick(tag, Shown::own(title), items))
    }

    /// Only what is new since the saved search was looked at, or everything again.
    fn toggle_new(&mut self, context: &Context<'_>) -> Outcome {
        if self.saved_as_it_is().is_none() {
            return not_saved();
        }
        self.only_new = !self.only_new;
        self.search(false, context)
    }

    pub(super) fn remember(&mut self, text: String) {
        self.history.retain(|h| *h != text);
        self.history.push(text);
        if self.history.len() > HISTORY {
            self.history.remove(0);
        }
        self.at = self.history.len();
    }

    /// What was searched for in earlier sessions has come, the newest first.
    pub(super) fn recalled(&mut self, earlier: &[Untrusted]) {
        let mut all: Vec<String> = earlier.iter().rev().map(|t| t.raw().to_owned()).collect();
        all.retain(|text| !self.history.contains(text));
        let new = self.at == self.history.len();
        all.append(&mut self.history);
        self.history = all;
        if new {
            self.at = self.history.len();
        }
    }

    /// Up and down in the line: what was searched before.
    pub(super) fn recall(&mut self, older: bool, context: &Context<'_>) -> Outcome {
        let at = if older {
            self.at.checked_sub(1)
        } else {
            (self.at < self.history.len()).then_some(self.at + 1)
        };
        let Some(at) = at else {
            let text = if self.history.is_empty() {
                "no earlier search yet"
            } else {
                "no more in the history"
            };
            return Outcome::done().say(Level::Info, text);
        };
        let text = self.history.get(at).cloned().unwrap_or_default();
        self.input.set(text);
        let outcome = self.typed(context);
        self.offers = crate::grammar::Completions::default();
        self.at = at;
        outcome
    }

    /// The hits have the keys again, or the line.
    pub(super) fn focus(&mut self, pane: Pane) -> Outcome {
        self.pane = pane;
        self.offers = crate::grammar::Completions::default();
        Outcome::done()
    }
}

fn delete(name: String) -> Outcome {
    Outcome::done().act(Action::DeleteSearch { name })
}

fn not_saved() -> Outcome {
    Outcome::done().say(Level::Info, "this is no saved search")
}

fn ask_clear() -> Outcome {
    let lines = vec![
        Shown::own("Everything you searched for before is forgotten, on this"),
        Shown::own("screen and in the store. The audit log keeps its rows."),
    ];
    let title = Shown::own("Clear the history of searches");
    Outcome::done().open(Dialog::confirm_word(CLEAR, title, lines, "clear"))
}
