//! Moving about: rows, panes, charts, and the way back.

use super::{Pane, Queue, draw};
use crate::command::Command;
use crate::domain::deficiency::QueueRow;
use crate::domain::worklist::WorkOrder;
use crate::tui::app::{Context, Level, Outcome, Place};
use crate::tui::widgets::List;

impl Queue {
    /// The list as somebody who works through it takes charts from it.
    pub(super) fn work(&self) -> WorkOrder {
        let typed = self.filtered().1.clone();
        let set = self.narrowed.as_ref().map(|(_, filter)| filter.clone());
        WorkOrder {
            view: self.view,
            filter: set.unwrap_or_default().and(typed),
            sort: self.sort,
            reverse: self.reverse,
        }
    }

    /// The chart of the row under the cursor, at its place.
    pub(super) fn place(&self) -> Option<Place> {
        self.row().map(|row| Place::Deficiency {
            encounter: row.encounter,
            deficiency: row.id,
            work: Box::new(self.work()),
        })
    }

    /// Moves and fetches what the new place needs.
    pub(super) fn moved(
        &mut self,
        context: &Context<'_>,
        go: impl FnOnce(&mut List, u16),
    ) -> Outcome {
        let height = draw::rows_shown(context.body, self.split());
        go(&mut self.list, height);
        self.arrived(context)
    }

    /// A command while the detail or the document has the keys.
    pub(super) fn in_pager(&mut self, command: &Command, context: &Context<'_>) -> bool {
        let (pager, height) = match self.pane {
            Pane::List => return false,
            Pane::Detail => (
                Some(&mut self.pager),
                draw::detail_area(context.body).height,
            ),
            Pane::Document => {
                let wanted = self.subject_document();
                let height = self.document_area(context.body).height;
                (self.documents.pager(wanted), height)
            }
        };
        let Some(pager) = pager else {
            return false;
        };
        match command {
            Command::Down => pager.down(1, height),
            Command::Up => pager.up(1),
            Command::PageDown => pager.down(usize::from(height), height),
            Command::PageUp => pager.up(usize::from(height)),
            Command::Top => pager.to_start(),
            Command::End => pager.down(usize::MAX / 2, height),
            _ => return false,
        }
        true
    }

    /// Esc: the innermost thing that is open closes.
    pub(super) fn back(&mut self, context: &Context<'_>) -> Outcome {
        if self.editing || !self.filter.is_empty() {
            self.stop_typing();
            if self.filter.is_empty() {
                return Outcome::done();
            }
            self.filter.set("");
            return self.load(context);
        }
        if self.pane != Pane::List {
            self.pane = Pane::List;
            return Outcome::done();
        }
        Outcome::ignored()
    }

    pub(super) fn movement(&mut self, command: &Command, context: &Context<'_>) -> Option<Outcome> {
        if self.in_pager(command, context) {
            return Some(Outcome::done());
        }
        Some(match command {
            Command::Down | Command::Next => self.moved(context, |l, h| l.down(1, h)),
            Command::Up | Command::Previous => self.moved(context, |l, h| l.up(1, h)),
            Command::PageDown => self.moved(context, List::page_down),
            Command::PageUp => self.moved(context, List::page_up),
            Command::Top => self.moved(context, |l, h| l.go(0, h)),
            Command::End => self.moved(context, |l, h| l.go(usize::MAX, h)),
            Command::NextChart => self.next_chart(context, true),
            Command::PreviousChart => self.next_chart(context, false),
            Command::NextPane => self.turn(true, context),
            Command::PreviousPane => self.turn(false, context),
            Command::Split if !draw::has_room_for_document(context.body) => {
                // Without room beside the list the document stands in its place.
                self.pane = match self.pane {
                    Pane::Document => Pane::List,
                    _ => Pane::Document,
                };
                self.rest(context)
            }
            Command::Split => {
                self.documents.split = !self.documents.split;
                self.arrived(context)
            }
            _ => return None,
        })
    }

    /// Goes to the nearest fetched row of another chart.
    pub(super) fn next_chart(&mut self, context: &Context<'_>, forward: bool) -> Outcome {
        let Some(here) = self.row().map(|r| r.encounter) else {
            return Outcome::done();
        };
        let at = self.list.cursor;
        let other = |(_, row): &(usize, &QueueRow)| row.encounter != here;
        let target = if forward {
            self.window.iter().filter(|(i, _)| *i > at).find(other)
        } else {
            let before: Vec<_> = self.window.iter().filter(|(i, _)| *i < at).collect();
            before.into_iter().rev().find(other)
        };
        match target.map(|(i, _)| i) {
            Some(row) => self.moved(context, |l, h| l.go(row, h)),
            None => Outcome::done().say(Level::Info, "no other chart that way"),
        }
    }
}
