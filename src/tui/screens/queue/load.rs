//! Fetching rows and details.

use super::{KEPT_DETAILS, Phase, Queue, draw};
use crate::domain::deficiency::{DeficiencyDetail, DeficiencyState, QueueRow};
use crate::domain::ids::DeficiencyId;
use crate::domain::worklist::{QueueCursor, QueuePage, QueueRequest};
use crate::text::{Shown, show};
use crate::tui::app::{Context, Dialog, Outcome, Place, Slot};
use crate::tui::desk::{Acted, How, Request};
use crate::tui::screens::listing::Stand;
use crate::tui::widgets::{Pager, Wanted};

/// Rows of a page. A screen holds at most 200; two of them make scrolling smooth.
const PAGE: usize = 200;

/// Most rows asked for at once when a list is read again.
const MOST: usize = 2_000;

/// Rows before the edge of what is known at which the next page is fetched.
const AHEAD: usize = 60;

/// The next page forward, the next page backward.
const FORWARD: Slot = Slot::Ahead(0);
const BACKWARD: Slot = Slot::Ahead(1);

/// The details of the row below, of the row above.
const BELOW: Slot = Slot::Ahead(2);
const ABOVE: Slot = Slot::Ahead(3);

impl Queue {
    /// Reads the list from the beginning; the cursor follows its item.
    pub(super) fn load(&mut self, context: &Context<'_>) -> Outcome {
        if !self.editing && !self.understand(context) {
            // The desk says what is wrong with it.
            self.ask_as_it_is();
        }
        if self.phase == Phase::Failed {
            self.phase = Phase::Loading;
        }
        let stood = self.stood.take();
        let here = || self.row().and_then(|r| Stand::new(&[r.id], 0, |_| false));
        self.follow = stood.or_else(here);
        // Pages of the old order that are still under way are ignored when they come.
        self.fetching.clear();
        let known = self.window.iter().count();
        let limit = known.clamp(PAGE, MOST).next_multiple_of(PAGE);
        Outcome::done().ask(self.request(self.reverse, None, limit))
    }

    fn request(&self, reverse: bool, after: Option<QueueCursor>, limit: usize) -> Request {
        Request::Queue {
            request: Box::new(QueueRequest {
                view: self.view,
                filter: self
                    .narrowed
                    .as_ref()
                    .map(|(_, f)| f.clone())
                    .unwrap_or_default(),
                sort: self.sort,
                reverse,
                after,
                limit,
            }),
            typed: self.filtered().0.to_owned(),
        }
    }

    /// A page has come.
    pub(super) fn page(&mut self, slot: Slot, page: QueuePage, context: &Context<'_>) -> Outcome {
        let total = usize::try_from(page.total).unwrap_or(0);
        let further = matches!(slot, FORWARD | BACKWARD);
        if further && !self.fetching.contains(&slot) {
            return Outcome::done();
        }
        self.fetching.retain(|s| *s != slot);
        self.phase = Phase::Ready;
        if !further {
            self.holders.clear();
            self.declines.clear();
        }
        self.declines.extend(page.declines);
        let holders = page.holders.into_iter().map(|l| (l.encounter, l));
        self.holders.extend(holders);
        match slot {
            FORWARD => self.window.forward(page.rows, page.next, total, true),
            BACKWARD => {
                let after = self.window.get(total.saturating_sub(1)).is_some();
                self.window.backward(page.rows, page.next, total, after);
            }
            _ => {
                self.window.forward(page.rows, page.next, total, false);
                if self.filtered().0.is_empty() {
                    self.unfiltered = Some(total);
                }
            }
        }
        self.list.set_len(self.window.total());
        if let Some(stand) = self.follow.take() {
            let (lines, ids): (Vec<_>, Vec<_>) =
                self.window.iter().map(|(i, row)| (i, row.id)).unzip();
            if let Some(found) = stand.find(&ids) {
                let height = draw::rows_shown(context.body, self.split());
                self.list.go(lines[found], height);
            }
        }
        self.arrived(context)
    }

    /// The cursor stands somewhere: asks for the rows around it and the detail of its row.
    pub(super) fn arrived(&mut self, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::done();
        if self.wanted != self.row().map(|row| row.id) {
            self.wanted = None;
        }
        match self.window.wanted(self.list.cursor, AHEAD) {
            Some(Wanted::Forward(_)) if self.fetching.contains(&FORWARD) => {}
            Some(Wanted::Backward(_)) if self.fetching.contains(&BACKWARD) => {}
            Some(Wanted::Forward(after)) => {
                self.fetching.push(FORWARD);
                let request = self.request(self.reverse, after, PAGE);
                outcome = outcome.ask_in(FORWARD, request);
            }
            Some(Wanted::Backward(after)) => {
                self.fetching.push(BACKWARD);
                let request = self.request(!self.reverse, after, PAGE);
                outcome = outcome.ask_in(BACKWARD, request);
            }
            None => {}
        }
        if let Some(row) = self.row()
            && !self.details.contains_key(&row.id)
        {
            outcome = outcome.ask(Request::Detail(row.id));
        }
        self.show_detail(context);
        outcome.and(self.rest(context)).and(self.neighbours())
    }

    /// Once the row under the cursor is explained, asks for the details beside it, so that the
    /// next key finds them there.
    fn neighbours(&self) -> Outcome {
        let mut outcome = Outcome::done();
        if self.detail().is_none() {
            return outcome;
        }
        let cursor = self.list.cursor;
        for (slot, at) in [
            (BELOW, cursor.checked_add(1)),
            (ABOVE, cursor.checked_sub(1)),
        ] {
            if let Some(row) = at.and_then(|at| self.window.get(at))
                && !self.details.contains_key(&row.id)
            {
                outcome = outcome.ask_in(slot, Request::Detail(row.id));
            }
        }
        outcome
    }

    /// A detail has come: of the row under the cursor, or of one beside it.
    pub(super) fn detailed(
        &mut self,
        slot: Slot,
        detail: DeficiencyDetail,
        context: &Context<'_>,
    ) -> Outcome {
        if self.details.len() >= KEPT_DETAILS {
            let here = self.row().map(|row| row.id);
            self.details.retain(|id, _| Some(*id) == here);
        }
        let of = detail.row.id;
        self.details.insert(of, detail);
        if matches!(slot, BELOW | ABOVE) && self.row().is_none_or(|row| row.id != of) {
            return Outcome::done();
        }
        self.show_detail(context);
        self.rest(context)
            .and(self.explain_wanted(context))
            .and(self.neighbours())
    }

    /// What the list says of a row in place of its state: who has its chart, why it was declined.
    pub(super) fn standing(&self, row: &QueueRow) -> Option<(Shown, &'static str)> {
        let declined = self.declines.get(&row.id).filter(|why| !why.is_blank());
        match declined.filter(|_| row.state == DeficiencyState::Declined) {
            Some(why) => Some((show(why), "queue.declined")),
            None => self.holder(row).map(|holder| (holder, "queue.taken")),
        }
    }

    /// Who has the chart of a row.
    fn holder(&self, row: &QueueRow) -> Option<Shown> {
        let lease = self.holders.get(&row.encounter)?;
        let told = row.state.is_outstanding() && row.state != DeficiencyState::Declined;
        told.then(|| {
            if Some(lease.user) == self.me {
                Shown::own("@me")
            } else {
                Shown::own(format!("@{}", show(&lease.user_name)))
            }
        })
    }

    /// Where the cursor belongs once what was done with its row has sent that elsewhere.
    pub(super) fn stand(&self) -> Option<Stand<DeficiencyId>> {
        let here = self.row()?.id;
        if !self.marks.is_empty() && !self.marks.contains_key(&here) {
            return None;
        }
        let ids: Vec<DeficiencyId> = self.window.iter().map(|(_, row)| row.id).collect();
        let at = ids.iter().position(|id| *id == here)?;
        Stand::new(&ids, at, |id| self.marks.contains_key(id))
    }

    /// Something was done: the list is read again; what was not refused is no longer marked.
    pub(super) fn acted(&mut self, acted: &Acted, context: &Context<'_>) -> Outcome {
        let refused = |id: i64| acted.refused.iter().any(|(r, _)| *r == id);
        self.marks.retain(|id, _| refused(id.0));
        self.details.clear();
        let mut outcome = Outcome::done().ask(Request::Views);
        if let Some(taken) = acted.taken {
            outcome = outcome.goto(Place::Deficiency {
                encounter: taken.encounter,
                deficiency: taken.deficiency,
                work: Box::new(self.work()),
            });
        }
        if acted.refused.len() > 1 {
            outcome = outcome.open(self.refusals(acted));
        }
        outcome.and(self.load(context))
    }

    /// What was refused of a change of many, row by row.
    fn refusals(&self, acted: &Acted) -> Dialog {
        let line = |(id, why): &(i64, String)| {
            let row = self.window.iter().find(|(_, row)| row.id.0 == *id);
            let what = row.map_or(format!("item {id}"), |(index, row)| {
                format!(
                    "{} {} {} {}",
                    index + 1,
                    show(&row.mrn),
                    show(&row.patient_name),
                    show(&row.kind.as_str().into())
                )
            });
            Shown::own(format!("{what}: {}", show(&why.as_str().into())))
        };
        let done = acted.deed.told(How::Done, acted.done, &[]);
        let title = format!("{done}; {} left as they are", acted.refused.len());
        let pager = Pager::new(acted.refused.iter().map(line));
        Dialog::read(Shown::own(title), pager)
    }
}
