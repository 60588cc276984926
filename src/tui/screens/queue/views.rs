//! Views, sorting, columns and marks: what is shown, and which rows are meant.

use super::columns::Extra;
use super::{Phase, Queue};
use crate::command::{Command, RowRange};
use crate::domain::action::Action;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{QueueSort, QueueView, SavedView};
use crate::text::{Shown, counted, show};
use crate::tui::app::{Context, Dialog, Level, Outcome, QueueStart};
use crate::tui::screens::figures::count;
use crate::tui::screens::saved_views;
use crate::tui::widgets::{Field, Form, Item, List, Window};

pub(super) const PICK_VIEW: &str = "queue view";
pub(super) const DELETE_VIEW: &str = "queue delete view";
pub(super) const SAVE_VIEW: &str = "queue save view";
pub(super) const PICK_SORT: &str = "queue sort";
pub(super) const PICK_COLUMNS: &str = "queue columns";

impl Queue {
    pub(super) fn set_view(&mut self, start: QueueStart) {
        match start {
            QueueStart::View(view) => {
                self.view = view;
                self.saved = None;
                self.filter.set("");
                self.sort = if view == QueueView::Closed {
                    QueueSort::Closed
                } else {
                    QueueSort::Due
                };
                self.reverse = false;
                self.narrowed = None;
            }
            QueueStart::Narrowed {
                title,
                view,
                filter,
            } => {
                self.set_view(QueueStart::View(view));
                self.narrowed = Some((title, *filter));
            }
            QueueStart::Saved(saved) => {
                self.view = saved.view;
                self.filter.set(saved.filter.as_str());
                self.sort = saved.sort;
                self.reverse = saved.reverse;
                self.saved = Some(saved);
                self.narrowed = None;
            }
        }
        self.unfiltered = None;
        self.stop_typing();
    }

    /// The header: view, counts, order, filter, marks and how many of them are hidden.
    pub(super) fn heading(&self) -> Shown {
        let view = match (&self.saved, &self.narrowed) {
            (Some(saved), _) if self.is_as_saved(saved) => show(&Untrusted::new(&*saved.name)),
            (Some(saved), _) => {
                let name = show(&Untrusted::new(&*saved.name));
                Shown::own(format!("{name} (changed)"))
            }
            (None, Some((title, _))) => title.clone(),
            (None, None) => Shown::own(self.view.title()),
        };
        let total = self.window.total() as i64;
        let counts = if !self.window.loaded() {
            "…".to_owned()
        } else if let Some(all) = self.unfiltered.filter(|_| !self.filter.is_empty()) {
            format!("{}/{}", count(total), count(all as i64))
        } else {
            count(total)
        };
        let order = if self.reverse { " reversed" } else { "" };
        let mut text = format!(
            "DEFICIENCIES {view} {counts} by {}{order}",
            self.sort.name()
        );
        if !self.marks.is_empty() {
            let hidden = self.hidden_marks();
            text = format!("{text} {}-marked", self.marks.len());
            if hidden > 0 {
                text = format!("{text} ({hidden} hidden)");
            }
        }
        Shown::own(text)
    }

    /// Whether filter and order are still those of the saved view.
    fn is_as_saved(&self, saved: &SavedView) -> bool {
        self.filter.text().trim() == saved.filter.trim()
            && self.sort == saved.sort
            && self.reverse == saved.reverse
    }

    /// Marked items that are not among the rows fetched.
    fn hidden_marks(&self) -> usize {
        let seen = self.window.iter();
        let seen = seen.filter(|(_, r)| self.marks.contains_key(&r.id)).count();
        self.marks.len().saturating_sub(seen)
    }

    pub(super) fn view_names(&self) -> Vec<String> {
        let own = QueueView::ALL.iter().map(|v| v.name().to_owned());
        own.chain(self.views.iter().map(|v| v.name.clone()))
            .collect()
    }

    pub(super) fn view_command(
        &mut self,
        command: &Command,
        context: &Context<'_>,
    ) -> Option<Outcome> {
        Some(match command {
            Command::Mark => self.mark(context),
            Command::MarkRange => self.mark_range(),
            Command::MarkAll => self.mark_all(),
            Command::ClearMarks => {
                self.marks.clear();
                Outcome::done()
            }
            Command::SelectRows(rows) => self.select(rows, context),
            Command::ClearFilter => {
                self.filter.set("");
                self.load(context)
            }
            Command::Reverse => {
                self.reverse = !self.reverse;
                self.load(context)
            }
            Command::Sort(None) => {
                let items = QueueSort::ALL.iter().map(|s| sort_item(*s)).collect();
                Outcome::done().open(Dialog::pick(PICK_SORT, Shown::own("Sort by"), items))
            }
            Command::Sort(Some(name)) => match QueueSort::from_name(name) {
                Some(sort) => self.sort_by(sort, context),
                None => unknown("column", name),
            },
            Command::Columns(None) => {
                let items = Extra::ALL.iter().map(|e| self.column_item(*e)).collect();
                Outcome::done().open(Dialog::pick(PICK_COLUMNS, Shown::own("Columns"), items))
            }
            Command::Columns(Some(name)) => match Extra::from_name(name) {
                Some(extra) => self.toggle(extra),
                None => unknown("column", name),
            },
            Command::OpenView(None) => {
                let items = self.view_items();
                Outcome::done().open(Dialog::pick(PICK_VIEW, Shown::own("Open view"), items))
            }
            Command::OpenView(Some(name)) => self.open_named(name, context),
            Command::SaveView(_) if self.narrowed.is_some() => Outcome::done().say(
                Level::Info,
                "a group is always there; type a filter such as owner:NAME to save a view",
            ),
            Command::SaveView(None) => {
                let name = self.saved.as_ref().map_or("", |saved| &saved.name);
                let field = Field::text("Name", true).with_text(name);
                let form = Form::new(vec![field]);
                Outcome::done().open(Dialog::form(SAVE_VIEW, Shown::own("Save view"), form))
            }
            Command::SaveView(Some(name)) => self.save(name),
            Command::DeleteView(name) => {
                saved_views::delete(&self.views, name.as_deref(), DELETE_VIEW)
            }
            _ => return None,
        })
    }

    /// An item of one of the pick lists above was chosen.
    pub(super) fn chosen(
        &mut self,
        tag: &'static str,
        index: usize,
        context: &Context<'_>,
    ) -> Option<Outcome> {
        match tag {
            PICK_SORT => {
                let sort = QueueSort::ALL.get(index)?;
                Some(self.sort_by(*sort, context))
            }
            PICK_COLUMNS => {
                let extra = Extra::ALL.get(index)?;
                Some(self.toggle(*extra))
            }
            PICK_VIEW => {
                let name = self.view_names().get(index)?.clone();
                Some(self.open_named(&name, context))
            }
            DELETE_VIEW => Some(saved_views::chosen(&self.views, index)),
            _ => None,
        }
    }

    pub(super) fn save(&mut self, name: &str) -> Outcome {
        let saved = SavedView {
            name: name.to_owned(),
            view: self.view,
            filter: self.filter.text().trim().to_owned(),
            sort: self.sort,
            reverse: self.reverse,
        };
        self.saved = Some(saved.clone());
        Outcome::done().act(Action::SaveView(saved))
    }

    fn open_named(&mut self, name: &str, context: &Context<'_>) -> Outcome {
        let saved = self.views.iter().find(|v| v.name == name).cloned();
        let own = QueueView::ALL
            .iter()
            .find(|v| v.name() == name || v.title().eq_ignore_ascii_case(name));
        let start = match (saved, own) {
            (Some(saved), _) => QueueStart::Saved(saved),
            (None, Some(view)) => QueueStart::View(*view),
            (None, None) => return unknown("view", name),
        };
        self.set_view(start);
        // Rows of another view must not stand under this one's name while it is read.
        self.window = Window::default();
        self.list = List::default();
        self.phase = Phase::Loading;
        self.show_detail(context);
        self.load(context)
    }

    fn sort_by(&mut self, sort: QueueSort, context: &Context<'_>) -> Outcome {
        self.sort = sort;
        self.load(context)
    }

    fn toggle(&mut self, extra: Extra) -> Outcome {
        match self.extras.iter().position(|e| *e == extra) {
            Some(at) => {
                self.extras.remove(at);
            }
            None => self.extras.push(extra),
        }
        Outcome::done()
    }

    fn column_item(&self, extra: Extra) -> Item {
        let on = if self.extras.contains(&extra) {
            "[x]"
        } else {
            "[ ]"
        };
        let label = format!("{on} {}", extra.name());
        Item::new(Shown::own(label), Shown::own(extra.title()))
    }

    fn view_items(&self) -> Vec<Item> {
        let own = QueueView::ALL
            .iter()
            .map(|v| Item::new(Shown::own(v.title()), Shown::own(v.name())));
        own.chain(self.views.iter().map(|v| item(&v.name)))
            .collect()
    }

    // Marks.

    fn mark(&mut self, context: &Context<'_>) -> Outcome {
        if let Some(row) = self.row() {
            let (id, version) = (row.id, row.version);
            if self.marks.remove(&id).is_none() {
                self.marks.insert(id, version);
                self.anchor = Some(self.list.cursor);
            }
        }
        self.moved(context, |l, h| l.down(1, h))
    }

    fn mark_range(&mut self) -> Outcome {
        let from = self.anchor.unwrap_or(self.list.cursor);
        let (low, high) = (from.min(self.list.cursor), from.max(self.list.cursor));
        self.mark_rows(low..=high);
        self.anchor = Some(self.list.cursor);
        Outcome::done()
    }

    fn mark_all(&mut self) -> Outcome {
        let marked = self.mark_rows(0..=usize::MAX);
        let total = self.window.total();
        if marked < total {
            let text = format!(
                "{} of {} marked: rows that were not read yet are not",
                count(marked as i64),
                count(total as i64)
            );
            return Outcome::done().say(Level::Warning, text);
        }
        Outcome::done()
    }

    fn mark_rows(&mut self, range: std::ops::RangeInclusive<usize>) -> usize {
        let rows = self.window.iter().filter(|(i, _)| range.contains(i));
        let rows: Vec<_> = rows.map(|(_, r)| (r.id, r.version)).collect();
        let count = rows.len();
        self.marks.extend(rows);
        count
    }

    /// One row typed moves there, several are marked.
    fn select(&mut self, rows: &RowRange, context: &Context<'_>) -> Outcome {
        if let Some(row) = rows.single() {
            return self.moved(context, |l, h| l.go(row, h));
        }
        let rows = rows.rows(self.window.total());
        let mut missing = 0;
        for index in &rows {
            match self.window.get(*index) {
                Some(row) => {
                    self.marks.insert(row.id, row.version);
                }
                None => missing += 1,
            }
        }
        if missing > 0 {
            let rows = counted(missing, "row");
            let text = format!("{rows} not marked: not read yet");
            return Outcome::done().say(Level::Warning, text);
        }
        Outcome::done()
    }
}

fn item(name: &str) -> Item {
    Item::new(show(&Untrusted::new(name)), Shown::own("saved"))
}

fn sort_item(sort: QueueSort) -> Item {
    let note = match sort {
        QueueSort::Due => "earliest first",
        QueueSort::Age => "oldest first",
        QueueSort::Patient => "by name",
        QueueSort::Owner => "by name",
        QueueSort::Kind => "by type code",
        QueueSort::Closed => "last closed first",
    };
    Item::new(Shown::own(sort.name()), Shown::own(note))
}

fn unknown(what: &str, name: &str) -> Outcome {
    let name = show(&Untrusted::new(name));
    Outcome::done().say(Level::Warning, format!("there is no {what} \"{name}\""))
}
