//! The worklist of opportunities across stays: kept rows, brought up to date a few stays at a time.
//!
//! What the rules find is kept for everybody who may write queries, so that restricted documents
//! never speak in it; in the chart itself each user sees what their own eyes may see.

use super::access::allowed;
use super::error::Result;
use super::opportunities::Readers;
use super::{Office, VisitOpportunities};
use crate::cdi::opportunity::Engine;
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{OpportunityFilter, OpportunityPage, OpportunityRow};
use crate::domain::permission::Permission;
use crate::domain::query::{Query, QueryState};
use crate::domain::user::Actor;
use crate::store::AuditDraft;
use crate::text::counted;

/// What a look at changed stays did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Stays looked at.
    pub done: usize,
    /// Stays still to be looked at.
    pub left: i64,
}

impl Office {
    /// The worklist of opportunities as it was found at the last look, best first; what is asked
    /// about already stands behind the rest.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn opportunity_page(
        &self,
        actor: &Actor,
        filter: &OpportunityFilter,
        limit: usize,
    ) -> Result<OpportunityPage> {
        if let Err(error) = allowed(actor, Permission::WriteQuery) {
            self.refused(actor, "opportunities.list", &error);
            return Err(error);
        }
        let mut page = self.store.opportunity_page(filter, limit)?;
        let mut of: Option<(EncounterId, Vec<Query>)> = None;
        for row in &mut page.rows {
            let known = of.as_ref().is_some_and(|o| o.0 == row.encounter);
            if !known {
                of = Some((row.encounter, self.store.queries_of(row.encounter)?));
            }
            let queries = of.as_ref().map(|o| o.1.as_slice()).unwrap_or_default();
            row.query = asked(actor, row, queries);
        }
        page.rows.sort_by_key(|r| r.query.is_some());
        let shown: Vec<_> = page
            .rows
            .iter()
            .map(|r| serde_json::json!([r.encounter, r.rule]))
            .collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "opportunities.list".to_owned(),
                object: counted(page.rows.len(), "opportunity"),
                detail: serde_json::json!({
                    "shown": shown, "topic": filter.topic, "min_rank": filter.min_rank
                })
                .to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(page)
    }

    /// Looks at stays that changed since the rules looked at them, newest first, at most so many.
    /// Other rules than before make every stay changed.
    ///
    /// # Errors
    /// Not permitted, a mistake in the site's rules, or what the store says.
    pub fn see_opportunities(&self, actor: &Actor, at_most: usize) -> Result<Seen> {
        allowed(actor, Permission::WriteQuery)?;
        self.begin_anew_with_other_rules(actor)?;
        let stays = self.store.unseen_encounters(at_most)?;
        let ids: Vec<EncounterId> = stays.iter().map(|s| s.0).collect();
        let found = self.look_at(Readers::All, &ids, None)?;
        if !stays.is_empty() {
            self.keep_seen(actor, &stays, &found)?;
        }
        Ok(Seen {
            done: stays.len(),
            left: self.store.unseen_count()?,
        })
    }

    fn keep_seen(
        &self,
        actor: &Actor,
        stays: &[(EncounterId, i64)],
        found: &[VisitOpportunities],
    ) -> Result<()> {
        self.write(actor, None, |tx| {
            for ((encounter, stamp), visit) in stays.iter().zip(found) {
                // Those set aside are kept, too: they come back when that is taken back.
                let aside = visit.dismissed.iter().map(|(o, _)| o.clone());
                let mut all = visit.found.opportunities.clone();
                all.extend(aside);
                tx.keep_opportunities(*encounter, *stamp, &all)?;
            }
            tx.audit(AuditDraft {
                action: "opportunities.look".to_owned(),
                object: counted(stays.len(), "visit"),
                outcome: "ok".to_owned(),
                ..AuditDraft::default()
            });
            Ok(())
        })?;
        Ok(())
    }

    fn begin_anew_with_other_rules(&self, actor: &Actor) -> Result<()> {
        let mut files = Engine::embedded_files();
        files.extend(self.site_opportunities.iter().cloned());
        let text = serde_json::to_string(&files).map_err(crate::store::StoreError::from)?;
        let digest = crate::store::hex(&crate::store::hex_digest::short(text.as_bytes()));
        if self.store.opportunity_rules()? == digest {
            return Ok(());
        }
        self.write(actor, None, |tx| {
            tx.opportunities_begin_anew(&digest)?;
            tx.audit(AuditDraft {
                action: "opportunities.rules".to_owned(),
                object: format!("rules {digest}"),
                outcome: "ok".to_owned(),
                ..AuditDraft::default()
            });
            Ok(())
        })?;
        Ok(())
    }
}

/// State of the newest query about an opportunity: somebody else's draft is not told.
fn asked(actor: &Actor, row: &OpportunityRow, queries: &[Query]) -> Option<QueryState> {
    queries
        .iter()
        .rev()
        .filter(|q| q.state != QueryState::Draft || q.author == actor.user.id)
        .find(|q| q.text.rule == row.rule)
        .map(|q| q.state)
}
