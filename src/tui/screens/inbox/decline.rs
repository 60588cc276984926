//! Declining an item: a reason, and words where the reason needs them.

use super::{COMMENT, Inbox, REASON};
use crate::domain::action::DeficiencyChange;
use crate::domain::deficiency::DeclineReason;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::{Dialog, Outcome};
use crate::tui::widgets::{Field, Form, Item};

impl Inbox {
    /// Why not: most reasons need no further words.
    pub(super) fn decline(&self) -> Outcome {
        let Some(row) = self.item() else {
            return Outcome::done();
        };
        let title = format!("Decline: {} {}", show(&row.mrn), show(&row.patient_name));
        let item = |(i, reason): (usize, &DeclineReason)| {
            let label = format!("{} {}", i + 1, reason.title());
            Item::new(Shown::own(label), Shown::default())
        };
        let items = DeclineReason::ALL.iter().enumerate().map(item).collect();
        Outcome::done().open(Dialog::pick(REASON, Shown::own(title), items))
    }

    pub(super) fn declined(&mut self, index: usize) -> Outcome {
        let Some(reason) = DeclineReason::ALL.get(index).copied() else {
            return Outcome::done();
        };
        let label = match reason {
            DeclineReason::AlreadyDocumented => "Where",
            DeclineReason::Other => "Why",
            DeclineReason::OtherProvider => "Who",
            _ => {
                return self.change(DeficiencyChange::Decline {
                    reason,
                    comment: Untrusted::default(),
                });
            }
        };
        self.reason = Some(reason);
        let form = Form::new(vec![Field::text(label, true)]);
        Outcome::done().open(Dialog::form(COMMENT, Shown::own(reason.title()), form))
    }
}
