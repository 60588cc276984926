//! The worklist of documentation integrity: stays to review, and why each stands where it does.
//!
//! Rows of a view are read at once, highest priority first; the desk counts every view. The
//! opportunity rules look at stays that changed in the background, and the list follows.
//! Start reading at [`Reviews`].

mod draw;
mod filter;
#[cfg(test)]
mod tests;

pub(super) use draw::detail;

use super::listing::{Listed, Listing, OfPatient, OfService, Plan, Sort, Split, View};
use super::review::hand::{HAND, HandOver, STAGE};
use crate::command::{Command, Facts, Scope, Taken};
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::permission::{Grant, Permission};
use crate::domain::review_action::ReviewAction;
use crate::domain::review_list::{ReviewStay, ReviewView};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Did, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::Canvas;
use ratatui::layout::Rect;

/// Stays the rules look at before the list is read again.
const LOOK: usize = 100;

/// A view; its rows are read when it is opened.
const fn view(title: &'static str) -> View<ReviewStay> {
    View { title, holds: None }
}

/// The views, in the order of [`ReviewView::ALL`].
static PLAN: Plan<ReviewStay> = Plan {
    what: "stays",
    views: &[
        view("House"),
        view("Left"),
        view("New"),
        view("Due"),
        view("Mine"),
        view("Query"),
        view("Coder"),
        view("Final"),
    ],
    sorts: &[
        Sort::as_read("priority"),
        Sort::by("stay", |a, b| b.stay_days.cmp(&a.stay_days)),
        Sort::by("next", |a, b| {
            let key = |s: &ReviewStay| (s.next.is_none(), s.next);
            key(a).cmp(&key(b))
        }),
        Sort::by("reviewed", |a, b| {
            let at = |s: &ReviewStay| s.last.as_ref().map(|l| l.at);
            at(a).cmp(&at(b))
        }),
        Sort::by("payer", |a, b| a.payer.cmp(&b.payer)),
        Sort::SERVICE,
        Sort::PATIENT,
    ],
    marks: false,
    split: Split::of(44, 6),
};

impl OfPatient for ReviewStay {
    fn patient(&self) -> &Untrusted {
        &self.patient_name
    }
}

impl OfService for ReviewStay {
    fn service(&self) -> &Untrusted {
        &self.service_name
    }
}

impl Listed for ReviewStay {
    type Key = EncounterId;

    fn key(&self) -> EncounterId {
        self.encounter
    }

    fn haystack(&self) -> String {
        format!(
            "{} {} {} {} {}",
            show(&self.patient_name),
            show(&self.mrn),
            show(&self.visit),
            show(&self.service_name),
            show(&self.payer)
        )
    }
}

/// The worklist.
pub struct Reviews {
    list: Listing<ReviewStay>,
    /// What became of the filter's text.
    typing: filter::Typing,
    hand: HandOver,
    /// The user may see opportunities, so stays that changed are looked at.
    asks: bool,
    /// A chart to hand over, once its stage is known.
    handing: Option<EncounterId>,
}

impl Default for Reviews {
    fn default() -> Self {
        Self {
            list: Listing::new(&PLAN),
            typing: filter::Typing::default(),
            hand: HandOver::default(),
            asks: false,
            handing: None,
        }
    }
}

impl Reviews {
    /// The worklist at one of its views, else at the first.
    pub fn at(view: Option<ReviewView>) -> Self {
        let mut reviews = Self::default();
        let place = ReviewView::ALL.iter().position(|v| Some(*v) == view);
        reviews.list.open_view(place.unwrap_or(0));
        reviews
    }

    fn view(&self) -> ReviewView {
        let at = self.list.view();
        ReviewView::ALL
            .get(at)
            .copied()
            .unwrap_or(ReviewView::InHouse)
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Reviews(self.view()))
    }

    fn stay(&self) -> Option<&ReviewStay> {
        self.list.row()
    }

    /// Does something with the stay under the cursor.
    fn with_stay(&self, what: impl FnOnce(EncounterId) -> Outcome) -> Outcome {
        match self.stay() {
            Some(stay) => what(stay.encounter),
            None => Outcome::done(),
        }
    }

    fn act(&self, action: impl FnOnce(EncounterId) -> ReviewAction) -> Outcome {
        self.with_stay(|encounter| Outcome::done().act(Action::Review(action(encounter))))
    }
}

impl Screen for Reviews {
    fn scope(&self) -> Scope {
        Scope::Reviews
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.chart = self.stay().is_some();
        facts.stage = self.stay().map(|s| s.stage);
        facts.taken = match self.stay().and_then(|s| s.taken_by.as_ref()) {
            None => Taken::Nobody,
            Some((user, _)) if *user == self.hand.me => Taken::Me,
            Some(_) => Taken::Other,
        };
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let what = match self.view() {
            ReviewView::InHouse => "in house",
            ReviewView::Discharged => "discharged, codes not final",
            ReviewView::New => "never reviewed",
            ReviewView::Due => "due for review",
            ReviewView::Mine => "mine",
            ReviewView::Queries => "with a query",
            ReviewView::Coding => "with the coder",
            ReviewView::Final => "codes final",
        };
        Shown::own(format!("STAYS TO REVIEW {what} {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::NextPane,
                Command::Filter,
                Command::OpenChart,
                Command::TakeStay,
                Command::HandOver,
                Command::Back,
            ]
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn did(&mut self, did: Did, context: &Context<'_>) -> Outcome {
        self.understand(context);
        match did {
            Did::Turned => self.load(),
            did => did.plainly(),
        }
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.hand.me = context.session.user;
        self.asks = context.session.grants.of(Permission::WriteQuery) != Grant::No;
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.load()
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        if let Some(outcome) = self.tab(command, context) {
            return outcome;
        }
        match self.list.command(command, context.body) {
            Did::Ignored => {}
            did => return self.did(did, context),
        }
        match command {
            Command::Open => self.with_stay(|e| Outcome::done().goto(Place::Review(e))),
            Command::OpenChart => self.with_stay(|encounter| {
                Outcome::done().goto(Place::Chart {
                    encounter,
                    document: None,
                    words: Vec::new(),
                })
            }),
            Command::ComposeQuery => self.with_stay(|encounter| {
                Outcome::done().goto(Place::Composer {
                    encounter,
                    query: None,
                    indicator: None,
                })
            }),
            Command::TakeStay => self.act(|encounter| ReviewAction::Take { encounter }),
            Command::ReleaseStay => self.act(|encounter| ReviewAction::Release { encounter }),
            Command::HandOver => {
                // The version that was seen comes with the review of the stay.
                self.handing = self.stay().map(|s| s.encounter);
                self.with_stay(|encounter| {
                    Outcome::done().ask_in(Slot::Other(22), Request::StayReview(encounter))
                })
            }
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Reviews(page) => {
                let more = page.total > page.rows.len();
                self.list
                    .set_counts(page.counts.iter().map(|(_, n)| *n).collect());
                self.list.arrived(page.rows, more, context.body);
                if page.unlooked > 0 && self.asks {
                    return Outcome::done().ask(Request::SeeOpportunities(LOOK));
                }
                Outcome::done()
            }
            Reply::Seen(seen) if seen.done > 0 => self.load(),
            Reply::StayReview(review) if self.handing == Some(review.stay.encounter) => {
                self.handing = None;
                self.hand.ask(&review.stay, review.version, context)
            }
            Reply::Acted(_) => self.load(),
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        if let (filter::OFFERS, Answer::Chosen(index)) = (tag, &answer) {
            return self.take_offer(*index, context);
        }
        match tag {
            STAGE | HAND => self.hand.answered(tag, answer),
            _ => Outcome::done(),
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
