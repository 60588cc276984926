//! The catalogue of deficiency types, and adding from it with the department's defaults.

use super::error::Result;
use super::outcome::Outcome;
use super::{Office, by_hand};
use crate::domain::deficiency::Subject;
use crate::domain::ids::EncounterId;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::{CatalogueEntry, GroupBy};
use crate::store::Tx;

impl Office {
    /// Adds a deficiency with the department's defaults: owed by the author of the document it is
    /// about, else by the attending; due after the days the settings give to an item added by hand.
    pub(super) fn add_from_catalogue(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        encounter: EncounterId,
        kind: &str,
        subject: Subject,
    ) -> Result<Outcome> {
        let chart = self.store.chart(encounter, false)?;
        let document = subject.document.and_then(|id| chart.document(id));
        let visit = &chart.encounter;
        let rules = self.rules()?;
        let class = visit.facts.class;
        let new = by_hand::ByHand {
            encounter,
            kind,
            subject,
            owner: document
                .and_then(|d| d.author)
                .or(visit.attending)
                .or(visit.admitting),
            due: match rules.requested(kind) {
                Some(rule) => rules.due_of_request(rule, class, tx.now, &self.zone),
                None => tx.now.plus_days(self.settings.manual_due_days, &self.zone),
            },
            comment: &Untrusted::default(),
        };
        by_hand::add(tx, actor, rules, &new)
    }

    /// The deficiency types that can be added by hand, those added or found most first.
    ///
    /// # Errors
    /// Not permitted, or a mistake in the site's rules.
    pub fn catalogue(&self, actor: &Actor) -> Result<Vec<CatalogueEntry>> {
        let groups = self.groups(actor, GroupBy::Kind)?;
        let place = |kind: &str| groups.iter().position(|g| g.name.raw() == kind);
        let mut entries: Vec<CatalogueEntry> = self
            .deficiency_types()?
            .into_iter()
            .map(|(kind, title)| CatalogueEntry { kind, title })
            .collect();
        entries.sort_by_key(|e| place(&e.kind).unwrap_or(usize::MAX));
        Ok(entries)
    }

    /// The deficiency types that can be added by hand, with their titles: those of the rules,
    /// switched on or not.
    ///
    /// # Errors
    /// A mistake in the site's rules.
    pub fn deficiency_types(&self) -> Result<Vec<(String, String)>> {
        let mut types: Vec<(String, String)> = self
            .rules()?
            .rules()
            .map(|r| (r.kind.clone(), r.title.clone()))
            .collect();
        types.sort();
        types.dedup_by(|a, b| a.0 == b.0);
        Ok(types)
    }
}
