//! Handing a stay over: to whom, and why. The worklist and the review of a stay ask alike.

use crate::domain::action::Action;
use crate::domain::ids::{EncounterId, UserId};
use crate::domain::permission::Grant;
use crate::domain::review::Stage;
use crate::domain::review_action::ReviewAction;
use crate::domain::review_list::ReviewStay;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome};
use crate::tui::widgets::{Field, Form, Item};

/// Tag of the question to whom.
pub const STAGE: &str = "review stage";
/// Tag of the question why.
pub const HAND: &str = "review hand over";

/// A hand-over being asked about.
pub struct HandOver {
    /// Who hands over.
    pub me: UserId,
    about: Option<(EncounterId, i64)>,
    offered: Vec<Stage>,
    to: Option<Stage>,
}

impl Default for HandOver {
    fn default() -> Self {
        Self {
            me: UserId(0),
            about: None,
            offered: Vec::new(),
            to: None,
        }
    }
}

impl HandOver {
    /// Asks to whom the stay goes. `version` is that of its stage as it was seen.
    pub fn ask(&mut self, stay: &ReviewStay, version: i64, context: &Context<'_>) -> Outcome {
        let grants = &context.session.grants;
        if let Some(why) = grants.refuse(&[stay.stage.permission()], Grant::Yes) {
            let text = format!("handing over a stay {}: {why}", stay.stage.title());
            return Outcome::done().say(Level::Warning, text);
        }
        self.about = Some((stay.encounter, version));
        self.offered = match stay.stage {
            Stage::Cdi => vec![Stage::Coder],
            Stage::Coder => vec![Stage::Final, Stage::Cdi],
            Stage::Final => vec![Stage::Coder, Stage::Cdi],
        };
        let title = format!(
            "{} {} is {}; hand over",
            show(&stay.mrn),
            show(&stay.patient_name),
            stay.stage.title()
        );
        let item = |stage: &Stage| {
            let label = match stage {
                Stage::Cdi => "back to CDI",
                Stage::Coder => "to the coder",
                Stage::Final => "codes are final",
            };
            Item::new(Shown::own(label), Shown::default())
        };
        let items = self.offered.iter().map(item).collect();
        Outcome::done().open(Dialog::pick(STAGE, Shown::own(title), items))
    }

    /// What was answered.
    pub fn answered(&mut self, tag: &'static str, answer: Answer) -> Outcome {
        match (tag, answer) {
            (STAGE, Answer::Chosen(at)) => {
                let Some(to) = self.offered.get(at).copied() else {
                    return Outcome::done();
                };
                self.to = Some(to);
                let (label, needed) = match to {
                    Stage::Cdi => ("Why", true),
                    Stage::Coder => ("For the coder", false),
                    Stage::Final => ("Remark", false),
                };
                let form = Form::new(vec![Field::text(label, needed)]);
                Outcome::done().open(Dialog::form(HAND, Shown::own(to.title()), form))
            }
            (HAND, Answer::Fields(fields)) => {
                let (Some((encounter, version)), Some(to)) = (self.about.take(), self.to.take())
                else {
                    return Outcome::done();
                };
                let reason = fields.into_iter().next().unwrap_or_default().text;
                Outcome::done().act(Action::Review(ReviewAction::HandOver {
                    encounter,
                    version,
                    to,
                    reason: Untrusted::new(reason.trim()),
                }))
            }
            _ => Outcome::done(),
        }
    }
}
