//! The worklist of query opportunities across stays: best first, by topic, service and rank, with
//! counts; from each to its chart, to a query, or aside.
//!
//! What is shown was found at the last look; while the screen is open, stays that changed since
//! are looked at in the background, a few at a time. Start reading at [`Opportunities`].

mod draw;
mod narrow;
#[cfg(test)]
mod tests;

use super::listing::{Listed, Listing, OfPatient, Plan, Sort, Split, View};
use super::opportunity::explained;
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{OpportunityFilter, OpportunityPage, OpportunityRow};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::ops::Seen;
use crate::text::{Shown, counted, show};
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{Reply, Request, StayOpportunities};
use crate::tui::widgets::{Canvas, Field, Form, Pager};
use ratatui::layout::Rect;

/// Stays looked at between two frames: well under a second of work.
const AT_ONCE: usize = 24;
/// After so many looks the list is read again, so that what was found is seen.
const LOOKS: usize = 8;
/// Microseconds the cursor must rest before what is under it is evaluated anew.
const REST: i64 = 150_000;

const DISMISS: &str = "opportunities dismiss";

static PLAN: Plan<OpportunityRow> = Plan {
    what: "opportunities",
    views: &[View {
        title: "Open",
        holds: None,
    }],
    sorts: &[
        Sort::as_read("best"),
        Sort::PATIENT,
        Sort::by("topic", |a, b| a.topic.cmp(&b.topic)),
    ],
    marks: false,
    split: Split::of(44, 8),
};

impl OfPatient for OpportunityRow {
    fn patient(&self) -> &Untrusted {
        &self.patient_name
    }
}

impl Listed for OpportunityRow {
    type Key = (EncounterId, String);

    fn key(&self) -> Self::Key {
        (self.encounter, self.rule.clone())
    }

    fn haystack(&self) -> String {
        format!(
            "{} {} {} {} {} {} {}",
            show(&self.mrn),
            show(&self.visit),
            show(&self.patient_name),
            show(&self.service_name),
            show(&self.title.as_str().into()),
            show(&self.topic.as_str().into()),
            show(&self.rule.as_str().into()),
        )
    }
}

/// The worklist.
pub struct Opportunities {
    list: Listing<OpportunityRow>,
    /// Counts beside the rows, which the list has.
    page: OpportunityPage,
    filter: OpportunityFilter,
    /// Looks since the list was read.
    looks: usize,
    /// Stays still to be looked at.
    left: i64,
    /// The stay evaluated last, or being evaluated, with what it holds.
    stay: Option<(EncounterId, Option<Box<StayOpportunities>>)>,
    rest_at: Option<Instant>,
    /// What topic and service lists offer, while one is open.
    offered: Vec<Option<Untrusted>>,
}

impl Default for Opportunities {
    fn default() -> Self {
        Self {
            list: Listing::new(&PLAN),
            page: OpportunityPage::default(),
            filter: OpportunityFilter::default(),
            looks: 0,
            left: 0,
            stay: None,
            rest_at: None,
            offered: Vec::new(),
        }
    }
}

impl Opportunities {
    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::OpportunityList(self.filter.clone()))
    }

    /// The list, and the next stays to be looked at.
    fn load_and_look(&self) -> Outcome {
        self.load().ask(Request::SeeOpportunities(AT_ONCE))
    }

    fn row(&self) -> Option<&OpportunityRow> {
        self.list.row()
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
        let opportunity = found.open.iter().find(|o| o.rule == row.rule)?;
        let facts = &opportunity.evidence;
        Some(explained(opportunity, None, facts, &context.session.zone))
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
            "{}  MRN {}: set aside {}",
            show(&row.patient_name),
            show(&row.mrn),
            show(&row.title.as_str().into())
        );
        let form = Form::new(vec![Field::text("Why", true)]);
        Outcome::done().open(Dialog::form(DISMISS, Shown::own(title), form))
    }

    /// Goes somewhere with the visit and the rule under the cursor.
    fn go(&self, place: impl Fn(EncounterId, String) -> Place) -> Outcome {
        match self.row() {
            Some(row) => Outcome::done().goto(place(row.encounter, row.rule.clone())),
            None => Outcome::done(),
        }
    }

    fn looked(&mut self, seen: Seen) -> Outcome {
        self.left = seen.left;
        self.looks += 1;
        let on = seen.left > 0 && seen.done > 0;
        let mut outcome = Outcome::done();
        if on {
            outcome = outcome.ask(Request::SeeOpportunities(AT_ONCE));
        }
        if seen.done > 0 && (!on || self.looks >= LOOKS) {
            self.looks = 0;
            outcome = outcome.and(self.load());
        }
        outcome
    }
}

impl Screen for Opportunities {
    fn scope(&self) -> Scope {
        Scope::Opportunities
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.filtering |= self.filter != OpportunityFilter::default();
        facts.chart = self.row().is_some();
        facts.opportunity = self.row().is_some();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let mut title = format!("OPPORTUNITIES {}", self.list.numbers());
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
            title.push_str(&format!("  {} to look at", counted(self.left, "stay")));
        }
        Shown::own(title)
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::ComposeQuery,
                Command::Open,
                Command::DismissOpportunity,
                Command::OpportunityTopic(None),
                Command::OpportunityService(None),
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

    fn moved(&mut self, context: &Context<'_>) -> Outcome {
        self.rest(context);
        Outcome::done()
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        self.load_and_look()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.stay = None;
        self.load_and_look()
    }

    fn own(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            // Esc takes back the narrowing, then leaves.
            Command::Back | Command::ClearFilter if self.filter != OpportunityFilter::default() => {
                self.filter = OpportunityFilter::default();
                self.load()
            }
            Command::Open | Command::OpenChart => {
                self.go(|encounter, rule| Place::Opportunity { encounter, rule })
            }
            Command::ComposeQuery => {
                self.go(|encounter, rule| Place::ComposerAbout { encounter, rule })
            }
            Command::DismissOpportunity => self.ask_dismiss(),
            Command::Why => match self.explanation(context) {
                Some(pager) => {
                    let title = Shown::own("Why it is worth asking");
                    Outcome::done().open(Dialog::read(title, pager))
                }
                None => Outcome::done(),
            },
            Command::OpportunityTopic(_)
            | Command::OpportunityService(_)
            | Command::OpportunityRank => self.narrow(command),
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::OpportunityList(mut page) => {
                let rows = std::mem::take(&mut page.rows);
                let more = page.total > rows.len() as i64;
                self.left = page.unseen;
                self.page = *page;
                self.list.arrived(rows, more, context.body);
                self.rest(context);
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

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
