//! What the daily run looks at: read and thought through before its transaction, brought up to date
//! within it.
//!
//! A hospital has many open items and one writer. Reading them all is done while others write; inside
//! the transaction only the providers are looked at again whose items or steps have changed since.
//! What a provider is proposed depends on their own items and steps alone, so that the outcome is the
//! same as if everything had been read inside.

use super::super::error::Result;
use super::super::{Office, access};
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::ladder::{LadderItem, TakenStep};
use crate::domain::permission::Permission;
use crate::domain::time::Instant;
use crate::domain::user::Actor;
use crate::rules::ladder::{Ladder, Proposals};
use crate::store::{LadderView, Tx};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// What was seen before the transaction, and what follows from it.
pub(in crate::ops) struct Looked {
    view: LadderView,
    found: Proposals,
    at: Instant,
}

impl Office {
    /// Looks at everything the ladder looks at.
    pub(in crate::ops) fn look_at_ladder(&self, actor: &Actor) -> Result<Looked> {
        access::allowed(actor, Permission::ManageSuspension)?;
        let view = self.store.ladder_view()?;
        let at = self.now();
        let suspended: BTreeSet<ProviderId> = view.suspended.iter().copied().collect();
        let found = self
            .ladder()?
            .propose(&view.items, &view.taken, &suspended, at, &self.zone);
        Ok(Looked { view, found, at })
    }
}

impl Looked {
    /// What is to be proposed now.
    pub(super) fn brought_up_to_date(
        self,
        tx: &Tx<'_>,
        ladder: &Ladder,
        zone: &TimeZone,
    ) -> Result<Proposals> {
        let changed: BTreeSet<DeficiencyId> = tx
            .items_changed_since(self.view.mark)?
            .into_iter()
            .collect();
        let mut fresh: Vec<LadderItem> = Vec::new();
        for id in &changed {
            fresh.extend(tx.ladder_row(*id)?);
        }
        let taken = tx.taken_steps()?;
        let suspended: BTreeSet<ProviderId> =
            tx.suspensions()?.iter().map(|s| s.provider).collect();
        let again = self.providers_to_look_at(&changed, &fresh, &taken, &suspended);
        let is_again = |p: &ProviderId| again.contains(p);
        let mut items = self.view.items;
        items.retain(|i| is_again(&i.owner) && !changed.contains(&i.deficiency));
        items.extend(fresh.into_iter().filter(|i| is_again(&i.owner)));
        items.sort_by_key(|i| (i.owner, i.deficiency));
        let theirs: BTreeSet<ProviderId> = suspended.into_iter().filter(is_again).collect();
        // As of the same moment as the rest.
        let new = ladder.propose(&items, &taken, &theirs, self.at, zone);
        let mut found = self.found;
        found.steps.retain(|s| !is_again(&s.provider));
        found.lift.retain(|p| !is_again(p));
        found.steps.extend(new.steps);
        found.steps.sort_by_key(|s| s.provider);
        found.lift.extend(new.lift);
        found.lift.sort_unstable();
        Ok(found)
    }

    /// Providers with an item or a step that is not as it was seen.
    fn providers_to_look_at(
        &self,
        changed: &BTreeSet<DeficiencyId>,
        fresh: &[LadderItem],
        taken: &[TakenStep],
        suspended: &BTreeSet<ProviderId>,
    ) -> BTreeSet<ProviderId> {
        let mut again: BTreeSet<ProviderId> = fresh.iter().map(|i| i.owner).collect();
        let seen = self.view.items.iter();
        again.extend(
            seen.filter(|i| changed.contains(&i.deficiency))
                .map(|i| i.owner),
        );
        if *taken != self.view.taken {
            let key = |t: &TakenStep| {
                (
                    t.deficiency,
                    t.provider,
                    t.step.clone(),
                    t.confirmed,
                    t.decided,
                )
            };
            let was: BTreeSet<_> = self.view.taken.iter().map(key).collect();
            let is: BTreeSet<_> = taken.iter().map(key).collect();
            again.extend(was.symmetric_difference(&is).map(|t| t.1));
        }
        let before: BTreeSet<ProviderId> = self.view.suspended.iter().copied().collect();
        again.extend(before.symmetric_difference(suspended));
        again
    }
}
