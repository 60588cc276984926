//! The coder's list: discharged stays that wait for documents, by what and whom, stays that became
//! ready to code, and stays coded lately.
//!
//! Start reading at [`Waiting`].

mod draw;
#[cfg(test)]
mod tests;

use super::listing::{Listed, Listing, OfPatient, OfService, Plan, Sort, Split, View};
use super::review::hand::{HAND, HandOver, STAGE};
use crate::command::{Command, Facts, Scope};
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::report::{StayCursor, StayList, WaitingStay};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Outcome, Place, Screen, SharedList, Slot};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form};
use ratatui::layout::Rect;

const NOTE: &str = "waiting note";
const NOT_CODED: &str = "waiting not coded";

/// Stays that wait for documents, longest first: the first view.
const WAITING: usize = 0;

/// Stays that specialists handed over, longest first.
const HANDED: usize = 2;

/// Stays coded lately: the last view.
const CODED: usize = 3;

/// The slot of the question for the stays that follow.
const FOLLOWING: Slot = Slot::Ahead(1);

/// The slot of the question who has a stay.
const STAGES: Slot = Slot::Other(22);

static PLAN: Plan<WaitingStay> = Plan {
    what: "stays",
    views: &[
        View {
            title: "Waiting",
            holds: None,
        },
        View {
            title: "Ready to code",
            holds: None,
        },
        View {
            title: "Handed over",
            holds: None,
        },
        View {
            title: "Coded",
            holds: None,
        },
    ],
    sorts: &[Sort::as_read("longest"), Sort::PATIENT, Sort::SERVICE],
    marks: false,
    split: Split::of(44, 6),
};

impl OfPatient for WaitingStay {
    fn patient(&self) -> &Untrusted {
        &self.patient_name
    }
}

impl OfService for WaitingStay {
    fn service(&self) -> &Untrusted {
        &self.service_name
    }
}

impl Listed for WaitingStay {
    type Key = EncounterId;

    fn key(&self) -> EncounterId {
        self.encounter
    }

    /// Patient, numbers, service, and what and whom the stay waits for.
    fn haystack(&self) -> String {
        let mut text = format!(
            "{} {} {} {}",
            show(&self.mrn),
            show(&self.visit),
            show(&self.patient_name),
            show(&self.service_name)
        );
        for awaited in &self.waits_for {
            text.push_str(&format!(" {} {}", awaited.kind, show(&awaited.owner_name)));
        }
        text
    }
}

/// The coder's list.
pub struct Waiting {
    list: Listing<WaitingStay>,
    /// Where the next page begins, if there is one that was not asked for yet.
    next: Option<StayCursor>,
    hand: HandOver,
    /// A stay to hand over, once its stage is known.
    handing: Option<EncounterId>,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            list: Listing::new(&PLAN),
            next: None,
            hand: HandOver::default(),
            handing: None,
        }
    }
}

impl Waiting {
    fn load(&self) -> Outcome {
        Outcome::done().ask(self.page(None))
    }

    fn page(&self, after: Option<StayCursor>) -> Request {
        let list = match self.list.view() {
            WAITING => StayList::Waiting,
            CODED => StayList::Coded,
            HANDED => StayList::HandedOver,
            _ => StayList::Ready,
        };
        Request::Stays(list, after)
    }

    /// The cursor stands somewhere: what follows is read in time.
    fn arrived(&mut self) -> Outcome {
        if !self.list.near_end() {
            return Outcome::done();
        }
        match self.next.take() {
            Some(next) => Outcome::done().ask_in(FOLLOWING, self.page(Some(next))),
            None => Outcome::done(),
        }
    }

    fn stay(&self) -> Option<&WaitingStay> {
        self.list.row()
    }

    fn open(&self) -> Outcome {
        match self.stay() {
            Some(stay) => Outcome::done().goto(Place::Chart {
                encounter: stay.encounter,
                document: None,
                words: Vec::new(),
            }),
            None => Outcome::done(),
        }
    }

    fn compose(&self) -> Outcome {
        match self.stay() {
            Some(stay) => Outcome::done().goto(Place::Composer {
                encounter: stay.encounter,
                query: None,
                indicator: None,
            }),
            None => Outcome::done(),
        }
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

    /// Asks to whom the stay goes; the version that was seen comes with its review.
    fn hand_over(&mut self) -> Outcome {
        self.handing = self.stay().map(|stay| stay.encounter);
        match self.handing {
            Some(encounter) => Outcome::done().ask_in(STAGES, Request::StayReview(encounter)),
            None => Outcome::done(),
        }
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

impl Screen for Waiting {
    fn scope(&self) -> Scope {
        Scope::Waiting
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        facts.chart = self.stay().is_some();
        facts.coded = self.list.view() == CODED;
        facts.stage = self.stay().map(|stay| stay.stage);
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        let what = match self.list.view() {
            WAITING => "WAITING TO BE CODED",
            CODED => "CODED LATELY",
            HANDED => "HANDED OVER TO THE CODER",
            _ => "READY TO CODE",
        };
        Shown::own(format!("{what} {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        let (turn, also) = match self.list.view() {
            CODED => (Command::MarkNotCoded, Command::NoteToCoder),
            HANDED => (Command::MarkCoded, Command::HandOver),
            _ => (Command::MarkCoded, Command::NoteToCoder),
        };
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::Open,
                Command::NextPane,
                turn,
                Command::Filter,
                also,
                Command::ComposeQuery,
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

    fn moved(&mut self, _: &Context<'_>) -> Outcome {
        self.arrived()
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.next = None;
        // What was handed over is for those who see the reviews it was handed over from.
        if !context.may(&Command::GotoReviews) {
            self.list.hide(HANDED);
        }
        self.load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        self.load()
    }

    fn own(&mut self, command: &Command, _: &Context<'_>) -> Outcome {
        match command {
            Command::NoteToCoder => self.note(),
            Command::MarkCoded => self.coded(),
            Command::MarkNotCoded => self.not_coded(),
            Command::HandOver => self.hand_over(),
            Command::Open | Command::OpenChart => self.open(),
            Command::ComposeQuery => self.compose(),
            Command::OpenReview => match self.stay() {
                Some(stay) => Outcome::done().goto(Place::Review(stay.encounter)),
                None => Outcome::done(),
            },
            _ => Outcome::ignored(),
        }
    }

    fn reply(&mut self, slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Stays(page) => {
                let more = page.next.is_some();
                self.next = page.next;
                if slot == FOLLOWING {
                    self.list.arrived_more(page.stays, more, context.body);
                } else {
                    self.list.arrived(page.stays, more, context.body);
                }
                self.arrived()
            }
            Reply::StayReview(review) if self.handing == Some(review.stay.encounter) => {
                self.handing = None;
                self.hand.ask(&review.stay, review.version, context)
            }
            Reply::Acted(_) => self.load(),
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        if let STAGE | HAND = tag {
            return self.hand.answered(tag, answer);
        }
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

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
