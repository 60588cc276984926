//! The worklist of query opportunities across stays: best first, by topic, service and rank, with
//! counts; from each to its chart, to a query, or aside.
//!
//! What is shown was found at the last look; while the screen is open, stays that changed since
//! are looked at in the background, a few at a time. Start reading at [`Opportunities`].

mod draw;
mod narrow;
#[cfg(test)]
mod tests;

use super::moving::moved;
use super::opportunity::explained;
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{OpportunityFilter, OpportunityPage, OpportunityRow};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, Slot};
use crate::tui::desk::{Notice, Reply, Request, StayOpportunities};
use crate::tui::keys::Key;
use crate::tui::screens::figures::count;
use crate::tui::widgets::{Canvas, Field, Form, LineInput, List, Pager};
use ratatui::layout::Rect;

/// Stays looked at between two frames: well under a second of work.
const AT_ONCE: usize = 24;
/// After so many looks the list is read again, so that what was found is seen.
const LOOKS: usize = 8;
/// Microseconds the cursor must rest before what is under it is evaluated anew.
const REST: i64 = 150_000;

const DISMISS: &str = "opportunities dismiss";

/// The worklist.
#[derive(Default)]
pub struct Opportunities {
    page: Option<Box<OpportunityPage>>,
    filter: OpportunityFilter,
    /// Indices of the rows that the typed filter shows.
    shown: Vec<usize>,
    list: List,
    typed: LineInput,
    typing: bool,
    failed: bool,
    /// Looks since the list was read.
    looks: usize,
    /// Stays still to be looked at.
    left: i64,
    /// The stay evaluated last, or being evaluated, with what it holds.
    stay: Option<(EncounterId, Option<Box<StayOpportunities>>)>,
    rest_at: Option<Instant>,
    /// What topic and service lists offer, while one is open.
    offered: Vec<Untrusted>,
}

impl Opportunities {
    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::OpportunityList(self.filter.clone()))
    }

    /// Another condition: the list from its beginning.
    fn narrowed(&mut self) -> Outcome {
        self.list = List::default();
        self.load()
    }

    fn row(&self) -> Option<&OpportunityRow> {
        let at = self.shown.get(self.list.cursor)?;
        self.page.as_ref()?.rows.get(*at)
    }

    fn rebuild(&mut self, context: &Context<'_>) {
        let Some(page) = &self.page else {
            return;
        };
        let text = self.typed.text().to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let fits = |row: &OpportunityRow| {
            let text = haystack(row);
            words.iter().all(|w| text.contains(w))
        };
        let rows = page.rows.iter().enumerate();
        self.shown = rows.filter(|(_, r)| fits(r)).map(|(i, _)| i).collect();
        self.list.set_len(self.shown.len());
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::rows_shown(context.body));
        self.rest(context);
    }

    /// The cursor stands somewhere: soon its stay is evaluated, to show evidence and reasons.
    fn rest(&mut self, context: &Context<'_>) {
        let here = self.row().map(|r| r.encounter);
        let known = self.stay.as_ref().map(|s| s.0);
        if here.is_some() && here != known {
            self.rest_at = Some(Instant(context.now.0 + REST));
        }
    }

    /// What there is to say of the row under the cursor, once its stay is evaluated.
    fn explanation(&self, context: &Context<'_>) -> Option<Pager> {
        let row = self.row()?;
        let (stay, found) = self.stay.as_ref()?;
        let found = found.as_ref().filter(|_| *stay == row.encounter)?;
        let zone = &context.session.zone;
        let opportunity = found.open.iter().find(|o| o.rule == row.rule)?;
        Some(explained(opportunity, None, true, zone))
    }

    /// Whether the stay under the cursor was evaluated and no longer holds the row.
    fn is_gone(&self) -> bool {
        let Some((row, (stay, Some(found)))) = self.row().zip(self.stay.as_ref()) else {
            return false;
        };
        *stay == row.encounter && !found.open.iter().any(|o| o.rule == row.rule)
    }

    fn ask_dismiss(&self) -> Outcome {
        let Some(row) = self.row() else {
            return Outcome::done();
        };
        let title = format!(
            "Set aside: {}  {}  MRN {}",
            show(&row.title.as_str().into()),
            show(&row.patient_name),
            show(&row.mrn)
        );
        let form = Form::new(vec![Field::text("Why", true)]);
        Outcome::done().open(Dialog::form(DISMISS, Shown::own(title), form))
    }

    fn open(&self) -> Outcome {
        match self.row() {
            Some(row) => Outcome::done().goto(Place::Opportunity {
                encounter: row.encounter,
                rule: row.rule.clone(),
            }),
            None => Outcome::done(),
        }
    }

    fn compose(&self) -> Outcome {
        match self.row() {
            Some(row) => Outcome::done().goto(Place::ComposerAbout {
                encounter: row.encounter,
                rule: row.rule.clone(),
            }),
            None => Outcome::done(),
        }
    }

    /// Esc takes back the last narrowing, then leaves.
    fn back(&mut self, context: &Context<'_>) -> Outcome {
        if self.typing || !self.typed.is_empty() {
            self.typing = false;
            self.typed.set("");
            self.rebuild(context);
            return Outcome::done();
        }
        if self.filter == OpportunityFilter::default() {
            return Outcome::ignored();
        }
        self.filter = OpportunityFilter::default();
        self.narrowed()
    }

    fn looked(&mut self, seen: crate::ops::Seen) -> Outcome {
        self.left = seen.left;
        self.looks += 1;
        let on = seen.left > 0 && seen.done > 0;
        let mut outcome = Outcome::done();
        if on {
            outcome = outcome.ask(Request::SeeOpportunities(AT_ONCE));
        }
        let news = seen.done > 0 && (!on || self.looks >= LOOKS);
        if news {
            self.looks = 0;
            outcome = outcome.and(self.load());
        }
        outcome
    }
}

/// What the typed filter looks at.
fn haystack(row: &OpportunityRow) -> String {
    format!(
        "{} {} {} {} {} {} {}",
        show(&row.mrn),
        show(&row.visit),
        show(&row.patient_name),
        show(&row.service_name),
        show(&row.title.as_str().into()),
        show(&row.topic.as_str().into()),
        show(&row.rule.as_str().into()),
    )
    .to_lowercase()
}

impl Screen for Opportunities {
    fn scope(&self) -> Scope {
        Scope::Opportunities
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = self.typing;
        facts.rows = self.list.len > 0;
        facts.at_start = self.list.at_start();
        facts.at_end = self.list.at_end();
        facts.filtering = !self.typed.is_empty() || self.filter != OpportunityFilter::default();
        facts.chart = self.row().is_some();
        facts.opportunity = self.row().is_some();
        facts.busy = self.waits();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let Some(page) = &self.page else {
            return Shown::own("OPPORTUNITIES …");
        };
        let mut title = format!("OPPORTUNITIES {}/{}", self.shown.len(), count(page.total));
        if let Some(topic) = &self.filter.topic {
            title.push_str(&format!("  topic {}", show(&topic.as_str().into())));
        }
        if let Some(service) = &self.filter.service {
            title.push_str(&format!("  {}", show(service)));
        }
        if self.filter.min_rank > 0 {
            title.push_str(&format!("  rank {}+", self.filter.min_rank));
        }
        if self.left > 0 {
            title.push_str(&format!("  {} stays to look at", count(self.left)));
        }
        Shown::own(title)
    }

    fn hints(&self) -> Vec<Command> {
        if self.typing {
            return vec![Command::Accept, Command::Back];
        }
        vec![
            Command::ComposeQuery,
            Command::Open,
            Command::DismissOpportunity,
            Command::OpportunityTopic(None),
            Command::OpportunityService(None),
            Command::Filter,
        ]
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load().ask(Request::SeeOpportunities(AT_ONCE))
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.stay = None;
        self.load().ask(Request::SeeOpportunities(AT_ONCE))
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        if moved(&mut self.list, command, draw::rows_shown(context.body)) {
            self.rest(context);
            return Outcome::done();
        }
        match command {
            Command::Accept if self.typing => self.typing = false,
            Command::Filter => self.typing = true,
            Command::Back | Command::ClearFilter => return self.back(context),
            Command::Open | Command::OpenChart => return self.open(),
            Command::ComposeQuery => return self.compose(),
            Command::DismissOpportunity => return self.ask_dismiss(),
            Command::Why => {
                return match self.explanation(context) {
                    Some(pager) => {
                        let title = Shown::own("Why it is worth asking");
                        Outcome::done().open(Dialog::read(title, pager))
                    }
                    None => Outcome::done(),
                };
            }
            Command::OpportunityTopic(_)
            | Command::OpportunityService(_)
            | Command::OpportunityRank => return self.narrow(command),
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        if self.typing && self.typed.key(key) {
            self.rebuild(context);
            return Outcome::done();
        }
        Outcome::ignored()
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if !self.typing {
            return Outcome::ignored();
        }
        self.typed.paste(text);
        self.rebuild(context);
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::OpportunityList(page) => {
                self.left = page.unseen;
                self.page = Some(page);
                self.failed = false;
                self.rebuild(context);
                Outcome::done()
            }
            Reply::Seen(seen) => self.looked(seen),
            Reply::Opportunities(found) => {
                if let Some(stay) = &mut self.stay {
                    stay.1 = Some(found);
                }
                Outcome::done()
            }
            Reply::Acted(_) => {
                self.stay = None;
                self.load()
            }
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows;
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        match (tag, answer) {
            (DISMISS, Answer::Fields(fields)) => {
                let Some(row) = self.row() else {
                    return Outcome::done();
                };
                let reason = fields.into_iter().next().unwrap_or_default().text;
                Outcome::done().act(Action::DismissOpportunity {
                    encounter: row.encounter,
                    rule: row.rule.clone(),
                    reason: Untrusted::new(reason.trim()),
                })
            }
            (_, Answer::Chosen(at)) => self.chosen(tag, at),
            _ => Outcome::done(),
        }
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        if self.rest_at.is_none_or(|at| at > context.now) {
            return Outcome::done();
        }
        self.rest_at = None;
        match self.row().map(|r| r.encounter) {
            Some(encounter) => {
                self.stay = Some((encounter, None));
                Outcome::done().ask(Request::Opportunities(encounter))
            }
            None => Outcome::done(),
        }
    }

    fn wake_at(&self) -> Option<Instant> {
        self.rest_at
    }

    fn waits(&self) -> bool {
        self.page.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let cursor = self.list.cursor;
        self.list.go(cursor, draw::rows_shown(context.body));
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
