//! One provider: what they owe, where they stand on the ladder, their letters and trend.
//!
//! A provider sees only themselves; that is decided by the desk. Start reading at [`Provider`].

mod draw;
mod items;
#[cfg(test)]
mod tests;

use super::away;
use super::bars::owed_at_end;
use super::moving::moved;
use crate::command::{Command, Facts, Scope};
use crate::domain::absence::Absence;
use crate::domain::action::Action;
use crate::domain::ids::ProviderId;
use crate::domain::ladder::ProviderStanding;
use crate::domain::permission::{Grant, Permission};
use crate::domain::report::TrendDay;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show, show_lines};
use crate::tui::app::{Answer, Context, Dialog, FieldValue, Outcome, Place, Screen, Slot};
use crate::tui::desk::{ChoiceKind, Notice, Reply, Request};
use crate::tui::widgets::{Canvas, Field, Form, List, Pager};
use jiff::tz::TimeZone;
use ratatui::layout::Rect;

const REASSIGN: &str = "provider reassign";
const TO_ATTENDING: &str = "provider reassign to attending";
const ABSENCE: &str = "provider absence";
const CHANGE: &str = "provider change absence";
const STAND_IN: &str = "provider stand-in";
const END: &str = "provider end absence";

/// The parts of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    /// Open items by type.
    #[default]
    Items,
    /// Steps of the ladder.
    Steps,
    /// Letters.
    Letters,
    /// Absences.
    Absences,
    /// Figures by day.
    Trend,
}

impl Tab {
    const ALL: [Self; 5] = [
        Self::Items,
        Self::Steps,
        Self::Letters,
        Self::Absences,
        Self::Trend,
    ];

    fn title(self) -> &'static str {
        match self {
            Self::Items => "Open items",
            Self::Steps => "Steps",
            Self::Letters => "Letters",
            Self::Absences => "Absences",
            Self::Trend => "Trend",
        }
    }
}

/// The screen of one provider.
pub struct Provider {
    id: ProviderId,
    standing: Option<Box<ProviderStanding>>,
    trend: Vec<TrendDay>,
    tab: Tab,
    absences: Vec<Absence>,
    lists: [List; 5],
    /// Why everything goes to the attendings, while that is asked about.
    reason: Untrusted,
    failed: bool,
}

impl Provider {
    /// The screen of this provider.
    pub fn new(id: ProviderId) -> Self {
        Self {
            id,
            standing: None,
            trend: Vec::new(),
            tab: Tab::Items,
            absences: Vec::new(),
            lists: [List::default(); 5],
            reason: Untrusted::default(),
            failed: false,
        }
    }

    fn load(&self) -> Outcome {
        Outcome::done().ask(Request::Standing(self.id))
    }

    fn list(&self) -> &List {
        &self.lists[self.tab as usize]
    }

    fn turn(&mut self, forward: bool) {
        let step = if forward { 1 } else { Tab::ALL.len() - 1 };
        self.tab = Tab::ALL[(self.tab as usize + step) % Tab::ALL.len()];
    }

    fn arrived(
        &mut self,
        standing: Box<ProviderStanding>,
        trend: Vec<TrendDay>,
        absences: Vec<Absence>,
    ) {
        let lengths = [
            items::lines(&standing).len(),
            standing.steps.len(),
            standing.letters.len(),
            absences.len(),
            trend.len(),
        ];
        for (list, len) in self.lists.iter_mut().zip(lengths) {
            list.set_len(len);
        }
        self.standing = Some(standing);
        self.trend = trend;
        self.absences = absences;
        self.failed = false;
    }

    fn open(&self, context: &Context<'_>) -> Outcome {
        let Some(standing) = &self.standing else {
            return Outcome::done();
        };
        let at = self.list().cursor;
        match self.tab {
            Tab::Items => match items::lines(standing).get(at) {
                Some((line, _)) => self.queue(Some(line)),
                None => Outcome::done(),
            },
            Tab::Steps => match standing.steps.get(at) {
                Some(step) => Outcome::done().ask(Request::Step(step.id)),
                None => Outcome::done(),
            },
            Tab::Letters => match standing.letters.get(at) {
                Some(letter) => Outcome::done().ask(Request::Letter(letter.id)),
                None => Outcome::done(),
            },
            Tab::Trend => match self.trend.iter().rev().nth(at) {
                Some(day) => owed_at_end(day, Some(self.id), &context.session.zone).go(),
                None => Outcome::done(),
            },
            Tab::Absences => self.ask_change(context),
        }
    }
}

impl Provider {
    fn name(&self) -> Shown {
        let standing = self.standing.as_ref();
        standing.map_or_else(Shown::default, |s| show(&s.name))
    }

    /// Everything this provider owes goes to somebody else, as when they leave.
    fn ask_reassign(&self) -> Outcome {
        let open = self.standing.as_ref().map_or(0, |s| s.open);
        let title = Shown::own(format!(
            "Reassign what {} owes: {}",
            self.name(),
            counted(open, "item")
        ));
        let form = Form::new(vec![
            Field::remote("To", ChoiceKind::Providers, false),
            Field::text("Reason", true),
        ]);
        Outcome::done().open(Dialog::form(REASSIGN, title, form))
    }

    /// Nobody was named: that means something, which is said before it is done.
    fn ask_attending(&mut self, reason: Untrusted) -> Outcome {
        let open = self.standing.as_ref().map_or(0, |s| s.open);
        let lines = vec![
            Shown::own(format!(
                "Nobody was named. What {} owes ({})",
                self.name(),
                counted(open, "item")
            )),
            Shown::own("goes to the attending of its visit."),
        ];
        self.reason = reason;
        let title = Shown::own("Reassign to the attendings?");
        Outcome::done().open(Dialog::confirm(TO_ATTENDING, title, lines))
    }

    fn reassign(&self, to: Option<ProviderId>, reason: Untrusted) -> Outcome {
        Outcome::done().act(Action::ReassignAll {
            from: self.id,
            to,
            reason,
        })
    }

    fn ask_absence(&self) -> Outcome {
        let title = Shown::own(format!("Absence of {}", self.name()));
        let form = Form::new(away::absence_fields());
        Outcome::done().open(Dialog::form(ABSENCE, title, form))
    }

    /// What is told of the absence under the cursor, for who may change it.
    fn ask_change(&self, context: &Context<'_>) -> Outcome {
        let may = context.session.grants.of(Permission::SuperviseDeficiency) == Grant::Yes;
        let Some(absence) = self.absence_here().filter(|_| may) else {
            return Outcome::done();
        };
        let title = Shown::own(format!("Absence of {}", self.name()));
        let form = Form::new(away::absence_as_it_is(absence, &context.session.zone));
        Outcome::done().open(Dialog::form(CHANGE, title, form))
    }

    fn ask_stand_in(&self) -> Outcome {
        let title = Shown::own(format!("Stand-in for {}", self.name()));
        let form = Form::new(away::cover_fields());
        Outcome::done().open(Dialog::form(STAND_IN, title, form))
    }

    fn ask_end(&self) -> Outcome {
        let title = Shown::own(format!("End of the absence of {}", self.name()));
        let form = Form::new(vec![Field::date("Last day", true).with_text("T")]);
        Outcome::done().open(Dialog::form(END, title, form))
    }

    /// The absence under the cursor, if absences are shown.
    fn absence_here(&self) -> Option<&Absence> {
        let here = self.tab == Tab::Absences;
        self.absences.get(self.list().cursor).filter(|_| here)
    }

    fn filled_in(&mut self, tag: &'static str, fields: &[FieldValue], zone: &TimeZone) -> Outcome {
        let words = |i: usize| {
            let text = fields.get(i).map(|f| f.text.clone()).unwrap_or_default();
            Untrusted::new(text.trim())
        };
        let act = |action: Option<Action>| match action {
            Some(action) => Outcome::done().act(action),
            None => Outcome::done(),
        };
        let day = |i: usize| fields.get(i).and_then(|f| f.day);
        match tag {
            REASSIGN => match fields.first().and_then(|f| f.number) {
                Some(to) => self.reassign(Some(ProviderId(to)), words(1)),
                None => self.ask_attending(words(1)),
            },
            ABSENCE => act(away::absence(self.id, fields, zone)),
            CHANGE => act(self
                .absence_here()
                .and_then(|absence| away::change(absence, fields, zone))),
            STAND_IN => act(away::cover(self.id, fields, zone)),
            END => match (self.absence_here(), day(0)) {
                (Some(absence), Some(day)) => Outcome::done().act(Action::EndAbsence {
                    absence: absence.id,
                    until: Instant::end_of(day, zone),
                }),
                _ => Outcome::done(),
            },
            _ => Outcome::done(),
        }
    }
}

impl Screen for Provider {
    fn scope(&self) -> Scope {
        Scope::Provider
    }

    fn facts(&self, facts: &mut Facts) {
        let list = self.list();
        facts.rows = list.len > 0;
        facts.at_start = list.at_start();
        facts.at_end = list.at_end();
        facts.provider = true;
        facts.absence = self.absence_here().is_some();
        facts.busy = self.waits();
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        match &self.standing {
            Some(standing) => Shown::own(format!("PROVIDER {}", show(&standing.name))),
            None => Shown::own("PROVIDER"),
        }
    }

    fn hints(&self) -> Vec<Command> {
        vec![
            Command::Open,
            Command::OpenProviderQueue,
            Command::Statement,
            Command::NextPane,
            Command::ReassignAll,
            Command::AddAbsence,
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
        if moved(&mut self.lists[self.tab as usize], command, height) {
            return Outcome::done();
        }
        match command {
            Command::NextPane => self.turn(true),
            Command::PreviousPane => self.turn(false),
            Command::Open => return self.open(context),
            Command::OpenProviderQueue => return self.queue(None),
            Command::ReassignAll => return self.ask_reassign(),
            Command::AddAbsence => return self.ask_absence(),
            Command::EndAbsence => return self.ask_end(),
            Command::AddStandIn => return self.ask_stand_in(),
            Command::ListLetters => {
                return Outcome::done().goto(Place::Letters(Some(self.id)));
            }
            Command::Statement => return Outcome::done().ask(Request::Statement(self.id)),
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Standing {
                standing,
                trend,
                absences,
            } => {
                self.arrived(standing, trend, absences);
                Outcome::done()
            }
            Reply::Statement(text) => {
                let pager = Pager::new(show_lines(&text));
                Outcome::done().open(Dialog::read(Shown::own("Statement"), pager))
            }
            Reply::Letter(letter) => {
                let pager = Pager::new(show_lines(&letter.text));
                Outcome::done().open(Dialog::read(show(&letter.row.subject), pager))
            }
            Reply::Step(detail) => {
                let title = Shown::own(detail.step.kind.title());
                let pager = draw::step_pager(&detail, context);
                Outcome::done().open(Dialog::read(title, pager))
            }
            Reply::Acted(_) => self.load(),
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, _: &Notice, _: &Context<'_>) -> Outcome {
        self.failed |= slot == Slot::Rows && self.standing.is_none();
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        match answer {
            Answer::Fields(fields) => self.filled_in(tag, &fields, &context.session.zone),
            Answer::Yes if tag == TO_ATTENDING => {
                let reason = std::mem::take(&mut self.reason);
                self.reassign(None, reason)
            }
            Answer::Yes | Answer::Chosen(_) => Outcome::done(),
        }
    }

    fn waits(&self) -> bool {
        self.standing.is_none() && !self.failed
    }

    fn resized(&mut self, context: &Context<'_>) {
        let height = draw::rows_shown(context.body);
        for list in &mut self.lists {
            let cursor = list.cursor;
            list.go(cursor, height);
        }
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
