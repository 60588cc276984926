//! What was done to items and charts.

use super::{Deed, past};
use crate::domain::action::{Action, DeficiencyChange};
use crate::domain::deficiency::DeficiencyState;
use crate::domain::ids::{DeficiencyId, EncounterId};
use crate::ops::Office;
use crate::ops::outcome::Outcome;
use crate::store::DeficiencyRow;
use crate::text::{counted, show};

impl Office {
    pub(super) fn deed_to_items(&self, action: &Action, outcome: &Outcome) -> Deed {
        let n = outcome.done.len();
        if let Action::ReassignAll { from, to, .. } = action {
            let to = match to {
                Some(to) => self.provider_called(Some(*to)),
                None => "the attending of each visit".to_owned(),
            };
            let from = self.provider_called(Some(*from));
            return Deed::whole(format!("{} of {from} given to {to}", counted(n, "item")));
        }
        let deed = Deed::each(n, "item", past(action));
        // Of many nothing more is read than their number.
        let [id] = outcome.done.as_slice() else {
            return deed;
        };
        let Some(row) = self.store.deficiency(DeficiencyId(*id)).ok().flatten() else {
            return deed;
        };
        let what = self.item_called(&row);
        match action {
            Action::ChangeDeficiencies { change, .. } => {
                let (said, follows) = self.change_told(change, &row);
                deed.one(format!("{what} {said}")).then(follows)
            }
            _ => deed
                .one(format!("{what} added"))
                .then(format!("due {}", self.by_day(row.mutable.due))),
        }
    }

    /// The same of one item, by its name.
    pub(super) fn named_item(&self, deed: Deed, outcome: &Outcome) -> Deed {
        let [id] = outcome.done.as_slice() else {
            return deed;
        };
        match self.store.deficiency(DeficiencyId(*id)).ok().flatten() {
            Some(row) => {
                let said = format!("{} {}", self.item_called(&row), deed.past);
                deed.one(said)
            }
            None => deed,
        }
    }

    /// An item by the title of its rule and who owes it.
    fn item_called(&self, row: &DeficiencyRow) -> String {
        let rules = self.rules().ok();
        let rule = rules.and_then(|r| r.rule(&row.row.rule.id));
        let title = rule.map_or(row.row.kind.as_str(), |r| r.title.as_str());
        let title = show(&title.into());
        match row.mutable.owner {
            Some(_) => format!("{title} ({})", self.provider_called(row.mutable.owner)),
            None => title.into_string(),
        }
    }

    /// What was done to one item, and what follows.
    fn change_told(&self, change: &DeficiencyChange, row: &DeficiencyRow) -> (String, String) {
        let due = || format!("due {}", self.by_day(row.mutable.due));
        let rest = || match self.owed_on(row.row.encounter) {
            Some(0) => "nothing is left on the chart".to_owned(),
            Some(n) => format!("{} left on the chart", crate::text::count(n)),
            None => String::new(),
        };
        let (said, follows) = match change {
            DeficiencyChange::Complete { .. } => ("completed", rest()),
            DeficiencyChange::Answer { .. } => ("answered by the document", rest()),
            DeficiencyChange::NotAnswer { .. } => (
                "not answered by the document",
                format!("still owed, {}", due()),
            ),
            DeficiencyChange::Void { .. } => ("voided", rest()),
            DeficiencyChange::Assign { .. } => match row.mutable.owner {
                Some(_) => ("given to its new owner", due()),
                None => ("taken from its owner", "nobody owes it now".to_owned()),
            },
            DeficiencyChange::Decline { .. } => ("declined", "HIM answers".to_owned()),
            DeficiencyChange::Uphold { .. } => ("upheld", format!("still owed, {}", due())),
            DeficiencyChange::PlaceHold { until, .. } => (
                "put on hold",
                match until {
                    Some(until) => format!("its clock runs on after {}", self.by_day(*until)),
                    None => "its clock stands until the hold ends".to_owned(),
                },
            ),
            DeficiencyChange::ReleaseHold { .. } => ("taken off hold", due()),
            DeficiencyChange::Reopen { .. } => ("opened again", due()),
            DeficiencyChange::Advance { to } => {
                let left = match to {
                    DeficiencyState::Reviewed => String::new(),
                    _ => due(),
                };
                return (format!("moved on to {}", to.name()), left);
            }
        };
        (said.to_owned(), follows)
    }

    pub(super) fn deed_to_chart(&self, action: &Action, outcome: &Outcome) -> Deed {
        let items = counted(outcome.done.len(), "item");
        match action {
            Action::HoldChart { until, .. } => {
                let until = match until {
                    Some(until) => format!(" until {}", self.by_day(*until)),
                    None => String::new(),
                };
                let said = format!("Chart put on hold{until}");
                Deed::each(1, "chart", "put on hold")
                    .one(said)
                    .then(format!("the clock of {items} stands"))
            }
            Action::EndChartHold { .. } => Deed::each(1, "chart", "taken off hold")
                .one("Chart taken off hold")
                .then(format!("the clock of {items} runs on")),
            Action::Take { encounter } => self.taken(*encounter),
            Action::TakeNext { .. } => match &outcome.taken {
                Some(taken) => self.taken(taken.encounter),
                None => Deed::each(0, "chart", "taken"),
            },
            _ => Deed::each(1, "chart", "given back").one("Chart given back"),
        }
    }

    /// A chart that was taken: until when, and what is owed on it.
    fn taken(&self, encounter: EncounterId) -> Deed {
        let lease = self.store.lease(encounter, self.now()).ok().flatten();
        let until = lease.map(|lease| {
            let at = lease.expires.timestamp().to_zoned(self.zone.clone());
            format!(" until {}", at.strftime("%H:%M"))
        });
        let owed = self.owed_on(encounter).unwrap_or(0);
        Deed::each(1, "chart", "taken")
            .one(format!("Chart taken{}", until.unwrap_or_default()))
            .then(format!("{} owed on it", counted(owed, "item")))
    }
}
