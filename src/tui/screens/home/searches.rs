//! Saved searches on the first screen: opening, renaming, deleting.

use super::{Home, Row, draw};
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::saved_search::SearchList;
use crate::text::Shown;
use crate::tui::app::{Answer, Dialog, Level, Outcome, Place};
use crate::tui::screens::figures::count;
use crate::tui::widgets::{Field, Form, Item};

const OPEN: &str = "home open search";
const DELETE: &str = "home delete search";
const RENAME: &str = "home rename search";

/// A saved search in a list to choose from.
pub(in crate::tui::screens) fn search_item(list: &SearchList) -> Item {
    let note = match list.count {
        None => Shown::default(),
        Some(c) if c.new > 0 => Shown::own(format!("{}, {} new", count(c.all as i64), c.new)),
        Some(c) => Shown::own(count(c.all as i64)),
    };
    Item::new(draw::shown(&list.search.name), note)
}

impl Home {
    /// The name of the saved search under the cursor.
    fn search_under_cursor(&self) -> Option<String> {
        match self.row(self.list.cursor)? {
            Row::SavedSearch(list) => Some(list.search.name.clone()),
            _ => None,
        }
    }

    fn pick_search(&self, tag: &'static str, title: &'static str) -> Outcome {
        if self.searches.is_empty() {
            return Outcome::done().say(Level::Info, "no search is saved yet");
        }
        let items = self.searches.iter().map(search_item).collect();
        Outcome::done().open(Dialog::pick(tag, Shown::own(title), items))
    }

    pub(super) fn search_command(&self, command: &Command) -> Outcome {
        let done = Outcome::done;
        match command {
            Command::OpenSearch(None) => self.pick_search(OPEN, "Open saved search"),
            Command::OpenSearch(Some(name)) => {
                match self.searches.iter().find(|l| l.search.name == *name) {
                    Some(list) => done().goto(Place::SavedSearch(Box::new(list.clone()))),
                    None => done().say(
                        Level::Warning,
                        format!("there is no saved search \"{}\"", draw::shown(name)),
                    ),
                }
            }
            Command::DeleteSearch(Some(name)) => {
                done().act(Action::DeleteSearch { name: name.clone() })
            }
            Command::DeleteSearch(None) => match self.search_under_cursor() {
                Some(name) => done().act(Action::DeleteSearch { name }),
                None => self.pick_search(DELETE, "Delete saved search"),
            },
            Command::RenameSearch(to) => match (self.search_under_cursor(), to) {
                (None, _) => done().say(Level::Info, "no saved search under the cursor"),
                (Some(name), Some(to)) => done().act(Action::RenameSearch {
                    name,
                    to: to.clone(),
                }),
                (Some(name), None) => {
                    let form = Form::new(vec![Field::text("Name", true).with_text(&name)]);
                    let title = Shown::own("New name of the search");
                    done().open(Dialog::form(RENAME, title, form))
                }
            },
            _ => Outcome::ignored(),
        }
    }

    /// `None` if the dialog was not about saved searches.
    pub(super) fn search_answer(&self, tag: &'static str, answer: &Answer) -> Option<Outcome> {
        let done = Outcome::done;
        let outcome = match (tag, answer) {
            (RENAME, Answer::Fields(fields)) => {
                let to = fields.first().map_or("", |f| f.text.trim()).to_owned();
                match self.search_under_cursor() {
                    Some(name) => done().act(Action::RenameSearch { name, to }),
                    None => done(),
                }
            }
            (OPEN, Answer::Chosen(index)) => match self.searches.get(*index) {
                Some(list) => done().goto(Place::SavedSearch(Box::new(list.clone()))),
                None => done(),
            },
            (DELETE, Answer::Chosen(index)) => match self.searches.get(*index) {
                Some(list) => done().act(Action::DeleteSearch {
                    name: list.search.name.clone(),
                }),
                None => done(),
            },
            _ => return None,
        };
        Some(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::saved_search::{SavedSearch, SearchCount};
    use crate::domain::search::{Grouping, SearchOrder, Widening};
    use crate::tui::app::testing::{Bench, assert_state, now};
    use crate::tui::desk::{Reply, Request};

    fn list(name: &str, count: Option<SearchCount>) -> SearchList {
        SearchList {
            search: SavedSearch {
                name: name.into(),
                text: "sepsis".into(),
                order: SearchOrder::Best,
                grouping: Grouping::Document,
                widening: Widening::Off,
            },
            looked: now(),
            count,
        }
    }

    fn bench() -> Bench {
        let mut bench = Bench::new(crate::tui::screens::make);
        let counts = Some(SearchCount { all: 1_204, new: 3 });
        bench.reply(Reply::SearchLists(vec![
            list("Sepsis\u{1b}[31m", counts),
            list("Unread echo", None),
        ]));
        bench
    }

    fn acts(bench: &mut Bench) -> Vec<Action> {
        let acts = bench.asked().into_iter().filter_map(|r| match r {
            Request::Act(_, action) => Some(*action),
            _ => None,
        });
        acts.collect()
    }

    #[test]
    fn saved_searches_stand_among_the_worklists_with_what_is_new() {
        let mut bench = bench();
        let screen = bench.screen();
        assert!(screen.contains("Sepsis<ESC>[31m  3 new"), "{screen}");
        assert!(screen.contains("1,204"), "{screen}");
        assert_state("home_searches", &mut bench);
        bench.keys("1 0 Enter");
        assert!(
            bench.screen().contains("SEARCH Sepsis"),
            "{}",
            bench.screen()
        );
    }

    #[test]
    fn one_is_deleted_and_renamed_under_the_cursor_or_from_a_list() {
        let mut bench = bench();
        bench.run(Command::DeleteSearch(None));
        bench.text("echo");
        bench.keys("Enter");
        let delete = |name: &str| Action::DeleteSearch { name: name.into() };
        assert_eq!(acts(&mut bench), [delete("Unread echo")]);
        for _ in 0..10 {
            bench.keys("j");
        }
        bench.keys("D");
        assert_eq!(acts(&mut bench), [delete("Unread echo")]);
        bench.run(Command::RenameSearch(Some("Echo".into())));
        let name = "Unread echo".to_owned();
        let to = "Echo".to_owned();
        assert_eq!(acts(&mut bench), [Action::RenameSearch { name, to }]);
    }
}
