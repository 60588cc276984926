//! The worklist of opportunities as it is kept: rows found at the last look, and which stays
//! have changed since.

use super::columns::read_moment;
use super::driver::{Row, v};
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{Opportunity, OpportunityFilter, OpportunityPage, OpportunityRow};

/// The name under which `meta` keeps the digest of the rules that made the rows.
const RULES: &str = "opportunity_rules";

/// Open opportunities: those set aside are not among them. `$1` topic, `$2` service, `$3` rank.
const OPEN: &str = "FROM opportunity o JOIN encounter e ON e.id = o.encounter
      JOIN patient p ON p.id = e.patient LEFT JOIN service s ON s.id = e.service
    WHERE ($1 = '' OR o.topic = $1) AND ($2 = '' OR coalesce(s.name, '') = $2) AND o.rank >= $3
      AND NOT EXISTS (SELECT 1 FROM opportunity_dismissal d
                      WHERE d.encounter = o.encounter AND d.rule = o.rule)";

const UNSEEN: &str = "SELECT count(*) FROM encounter WHERE unseen > 0 AND stub = 0";

fn read_row(r: &Row<'_>) -> Result<OpportunityRow> {
    Ok(OpportunityRow {
        encounter: EncounterId(r.int(0)?),
        rule: r.text(1)?,
        topic: r.text(2)?,
        title: r.text(3)?,
        rank: r.int(4)?,
        facts: r.int(5)?,
        patient_name: r.untrusted(6)?,
        mrn: r.untrusted(7)?,
        visit: r.untrusted(8)?,
        service_name: r.untrusted(9)?,
        admitted: read_moment(r, 10)?,
        discharged: read_moment(r, 12)?,
        query: None,
    })
}

impl Store {
    /// The worklist: best first, of equal rank the newest stay first.
    ///
    /// # Errors
    /// As any read.
    pub fn opportunity_page(
        &self,
        filter: &OpportunityFilter,
        limit: usize,
    ) -> Result<OpportunityPage> {
        let topic = filter.topic.as_deref().unwrap_or_default();
        let service = filter.service.as_ref().map_or("", |s| s.raw());
        let rank = filter.min_rank;
        self.read(|c| {
            let rows = c.all(
                &format!(
                    "SELECT o.encounter, o.rule, o.topic, o.title, o.rank, o.facts, p.name, p.mrn,
                       e.visit, coalesce(s.name, ''), e.admitted, e.admitted_precision,
                       e.discharged, e.discharged_precision {OPEN}
                     ORDER BY o.rank DESC, e.admitted DESC, o.encounter DESC, o.rule LIMIT $4"
                ),
                v![topic, service, rank, limit as i64],
                read_row,
            )?;
            let total = c.number(&format!("SELECT count(*) {OPEN}"), v![topic, service, rank])?;
            let topics = c.all(
                &format!("SELECT o.topic, count(*) {OPEN} GROUP BY o.topic ORDER BY 2 DESC, 1"),
                v!["", service, rank],
                |r| Ok((r.text(0)?, r.int(1)?)),
            )?;
            let services = c.all(
                &format!(
                    "SELECT coalesce(s.name, ''), count(*) {OPEN} GROUP BY 1 ORDER BY 2 DESC, 1"
                ),
                v![topic, "", rank],
                |r| Ok((r.untrusted(0)?, r.int(1)?)),
            )?;
            let unseen = c.number(UNSEEN, v![])?;
            Ok(OpportunityPage {
                rows,
                total,
                topics,
                services,
                unseen,
            })
        })
    }

    /// How many stays changed since the opportunity rules looked at them.
    ///
    /// # Errors
    /// As any read.
    pub fn unseen_count(&self) -> Result<i64> {
        self.read(|c| c.number(UNSEEN, v![]))
    }

    /// Stays that changed since the opportunity rules looked at them: (visit, stamp).
    ///
    /// # Errors
    /// As any read.
    pub fn unseen_encounters(&self, limit: usize) -> Result<Vec<(EncounterId, i64)>> {
        self.read(|c| {
            c.all(
                "SELECT id, unseen FROM encounter WHERE unseen > 0 AND stub = 0
                 ORDER BY id DESC LIMIT $1",
                v![limit as i64],
                |r| Ok((EncounterId(r.int(0)?), r.int(1)?)),
            )
        })
    }

    /// The digest of the rules that made the rows; empty before the first look.
    ///
    /// # Errors
    /// As any read.
    pub fn opportunity_rules(&self) -> Result<String> {
        Ok(self.setting(RULES)?.unwrap_or_default())
    }
}

impl Tx<'_> {
    /// Keeps what the rules found in a stay in the state `stamp` says, in place of what was kept.
    ///
    /// # Errors
    /// As any write.
    pub fn keep_opportunities(
        &mut self,
        encounter: EncounterId,
        stamp: i64,
        found: &[Opportunity],
    ) -> Result<()> {
        self.conn.run(
            "DELETE FROM opportunity WHERE encounter = $1",
            v![encounter],
        )?;
        for o in found {
            self.conn.run(
                "INSERT INTO opportunity (encounter, rule, topic, title, rank, facts)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                v![
                    encounter,
                    &o.rule,
                    &o.topic,
                    &o.title,
                    o.rank,
                    o.evidence.len() as i64
                ],
            )?;
        }
        // What changed meanwhile stays to be looked at.
        self.conn.run(
            "UPDATE encounter SET unseen = 0 WHERE id = $1 AND unseen = $2",
            v![encounter, stamp],
        )?;
        Ok(())
    }

    /// Other rules are in force: every stay is to be looked at again.
    ///
    /// # Errors
    /// As any write.
    pub fn opportunities_begin_anew(&mut self, rules: &str) -> Result<()> {
        self.conn
            .run("UPDATE encounter SET unseen = unseen + 1", v![])?;
        self.conn.run(
            "INSERT INTO meta (key, value) VALUES ($1, $2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            v![RULES, rules],
        )?;
        Ok(())
    }
}
