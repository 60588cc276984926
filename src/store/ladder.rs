//! Rows of the delinquency ladder: steps of providers and the items they are about.

use super::columns::{instant_or_none, named};
use super::driver::{Conn, Row, Value, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::Tx;
use crate::domain::deficiency::RuleRef;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, EncounterId, LetterId, ProviderId, StepId, UserId};
use crate::domain::ladder::{
    ProviderStep, StepDetail, StepItem, StepKind, StepRequest, StepState, SuspensionKind,
};
use crate::domain::time::Instant;

mod view;

pub use view::{LadderView, PastMark};

const STEP: &str = "s.id, s.version, s.provider, coalesce(p.name, ''), s.step, s.kind, s.title,
    s.rule, s.rule_version, s.state, s.reached, s.proposed, s.decided, s.decided_by,
    coalesce(u.name, ''), s.ended, s.suspension, s.items, s.oldest, s.letter, s.reason";

const FROM: &str = "provider_step s LEFT JOIN provider p ON p.id = s.provider
    LEFT JOIN user u ON u.id = s.decided_by";

fn read_step(r: &Row<'_>) -> Result<ProviderStep> {
    let some = |id: i64| (id != 0).then_some(id);
    Ok(ProviderStep {
        id: StepId(r.int(0)?),
        version: r.int(1)?,
        provider: ProviderId(r.int(2)?),
        provider_name: r.untrusted(3)?,
        step: r.text(4)?,
        kind: named(&r.text(5)?, StepKind::from_name)?,
        title: r.text(6)?,
        rule: RuleRef {
            id: r.text(7)?,
            version: r.int(8)?,
        },
        state: named(&r.text(9)?, StepState::from_name)?,
        reached: Instant(r.int(10)?),
        proposed: Instant(r.int(11)?),
        decided: instant_or_none(r.int(12)?),
        decided_by: some(r.int(13)?).map(UserId),
        decided_by_name: r.untrusted(14)?,
        ended: instant_or_none(r.int(15)?),
        suspension: SuspensionKind::from_name(&r.text(16)?),
        items: r.int(17)?,
        oldest_days: r.int(18)?,
        letter: some(r.int(19)?).map(LetterId),
        reason: r.untrusted(20)?,
    })
}

fn steps(c: &Conn, clause: &str, values: &[Value<'_>]) -> Result<Vec<ProviderStep>> {
    c.all(
        &format!("SELECT {STEP} FROM {FROM} WHERE {clause}"),
        values,
        read_step,
    )
}

/// Suspensions in force; the words of the partial index.
const IN_FORCE: &str = "s.kind = 'suspension' AND s.state = 'confirmed' AND s.ended = 0";

/// A new proposal.
#[derive(Clone, Debug)]
pub struct NewStep<'a> {
    /// Whose.
    pub provider: ProviderId,
    /// The step's id in the ladder.
    pub step: &'a str,
    /// What it is.
    pub kind: StepKind,
    /// Its title.
    pub title: &'a str,
    /// The ladder and its version.
    pub rule: RuleRef,
    /// For suspensions: the kind the ladder says.
    pub suspension: Option<SuspensionKind>,
    /// Items with the instant each had reached it.
    pub items: &'a [(DeficiencyId, Instant)],
    /// Chargeable days of the oldest.
    pub oldest_days: i64,
}

impl NewStep<'_> {
    /// When the first of its items reached it; a step about no item is reached when it is proposed.
    fn reached(&self, now: Instant) -> Instant {
        self.items.iter().map(|(_, at)| *at).min().unwrap_or(now)
    }
}

fn item_rows(c: &Conn, step: StepId) -> Result<Vec<StepItem>> {
    c.all(
        "SELECT i.deficiency, d.kind, d.encounter, d.visit, d.mrn, d.patient_name, d.class, i.reached,
           d.outstanding = 1 AND d.owner = s.provider
         FROM provider_step_item i JOIN deficiency d ON d.id = i.deficiency
           JOIN provider_step s ON s.id = i.step
         WHERE i.step = $1 ORDER BY i.reached, i.deficiency",
        v![step],
        |r| {
            Ok(StepItem {
                deficiency: DeficiencyId(r.int(0)?),
                kind: r.text(1)?,
                encounter: EncounterId(r.int(2)?),
                visit: r.untrusted(3)?,
                mrn: r.untrusted(4)?,
                patient_name: r.untrusted(5)?,
                class: named(&r.text(6)?, EncounterClass::from_name)?,
                reached: Instant(r.int(7)?),
                open: r.flag(8)?,
            })
        },
    )
}

impl Store {
    /// Steps asked for, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn steps(&self, ask: &StepRequest) -> Result<Vec<ProviderStep>> {
        let mut parts = vec!["1 = 1".to_owned()];
        let mut values: Vec<Value<'_>> = Vec::new();
        let mut add = |column: &str, value: Value<'static>| {
            values.push(value);
            parts.push(format!("{column} ${}", values.len()));
        };
        if let Some(state) = ask.state {
            add("s.state =", state.name().into());
        }
        if let Some(kind) = ask.kind {
            add("s.kind =", kind.name().into());
        }
        if let Some(provider) = ask.provider {
            add("s.provider =", provider.into());
        }
        if let Some(before) = ask.before {
            add("s.id <", before.into());
        }
        if ask.in_force {
            parts.push(IN_FORCE.to_owned());
        }
        values.push((ask.limit as i64).into());
        let clause = format!(
            "{} ORDER BY s.id DESC LIMIT ${}",
            parts.join(" AND "),
            values.len()
        );
        self.read(|c| steps(c, &clause, &values))
    }

    /// A step with its items and its history.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none.
    pub fn step_detail(&self, id: StepId) -> Result<StepDetail> {
        self.read(|c| {
            let step = steps(c, "s.id = $1", v![id])?
                .pop()
                .ok_or(StoreError::NotFound {
                    what: "step",
                    id: id.0,
                })?;
            Ok(StepDetail {
                step,
                items: item_rows(c, id)?,
                history: super::history::of(c, "provider_step", id.0)?,
            })
        })
    }

    /// How many steps wait for a decision, and how many suspensions are in force.
    ///
    /// # Errors
    /// As any read.
    pub fn step_counts(&self) -> Result<(i64, i64)> {
        self.read(|c| {
            let proposed = c.number(
                "SELECT count(*) FROM provider_step WHERE state = 'proposed'",
                v![],
            )?;
            let suspended = c.number(
                &format!("SELECT count(*) FROM provider_step s WHERE {IN_FORCE}"),
                v![],
            )?;
            Ok((proposed, suspended))
        })
    }
}

impl Tx<'_> {
    /// Steps that wait for a decision.
    ///
    /// # Errors
    /// As any read.
    pub fn proposed_steps(&self) -> Result<Vec<ProviderStep>> {
        steps(self.conn, "s.state = 'proposed' ORDER BY s.id", v![])
    }

    /// Suspensions in force.
    ///
    /// # Errors
    /// As any read.
    pub fn suspensions(&self) -> Result<Vec<ProviderStep>> {
        steps(self.conn, &format!("{IN_FORCE} ORDER BY s.provider"), v![])
    }

    /// A step.
    ///
    /// # Errors
    /// As any read.
    pub fn step(&self, id: StepId) -> Result<Option<ProviderStep>> {
        Ok(steps(self.conn, "s.id = $1", v![id])?.pop())
    }

    /// The items of a step, longest at it first.
    ///
    /// # Errors
    /// As any read.
    pub fn step_items(&self, id: StepId) -> Result<Vec<StepItem>> {
        item_rows(self.conn, id)
    }

    /// Adds a proposal.
    ///
    /// # Errors
    /// As any write.
    pub fn add_step(&mut self, new: &NewStep<'_>) -> Result<StepId> {
        let id = StepId(self.conn.insert(
            "INSERT INTO provider_step (version, provider, step, kind, title, rule, rule_version, state,
               reached, proposed, decided, decided_by, ended, suspension, items, oldest, letter, reason)
             VALUES (1, $1, $2, $3, $4, $5, $6, 'proposed', $7, $8, 0, 0, 0, $9, $10, $11, 0, '')",
            v![
                new.provider,
                new.step,
                new.kind.name(),
                new.title,
                &new.rule.id,
                new.rule.version,
                new.reached(self.now),
                self.now,
                new.suspension.map_or("", SuspensionKind::name),
                new.items.len() as i64,
                new.oldest_days
            ],
        )?);
        self.set_step_items(id, new.items)?;
        Ok(id)
    }

    fn set_step_items(&mut self, id: StepId, items: &[(DeficiencyId, Instant)]) -> Result<()> {
        for (deficiency, reached) in items {
            self.conn.run(
                "INSERT INTO provider_step_item (step, deficiency, reached) VALUES ($1, $2, $3)",
                v![id, *deficiency, *reached],
            )?;
        }
        Ok(())
    }

    /// Brings a proposal's items up to date. Gives whether they changed.
    ///
    /// # Errors
    /// As any write.
    pub fn refresh_step(&mut self, old: &ProviderStep, new: &NewStep<'_>) -> Result<bool> {
        let mut kept = self.conn.all(
            "SELECT deficiency, reached FROM provider_step_item WHERE step = $1 ORDER BY deficiency",
            v![old.id],
            |r| Ok((DeficiencyId(r.int(0)?), Instant(r.int(1)?))),
        )?;
        let mut wanted = new.items.to_vec();
        wanted.sort_unstable();
        kept.sort_unstable();
        if kept == wanted {
            return Ok(false);
        }
        self.conn
            .run("DELETE FROM provider_step_item WHERE step = $1", v![old.id])?;
        self.set_step_items(old.id, new.items)?;
        self.conn.run(
            "UPDATE provider_step SET version = version + 1, reached = $2, items = $3, oldest = $4,
               rule_version = $5 WHERE id = $1",
            v![
                old.id,
                new.reached(self.now),
                new.items.len() as i64,
                new.oldest_days,
                new.rule.version
            ],
        )?;
        Ok(true)
    }

    /// Writes what was decided of a step: everything of the row but what it is about.
    ///
    /// # Errors
    /// [`StoreError::Stale`] if the row is no longer in version `version`.
    pub fn save_step(&mut self, row: &ProviderStep) -> Result<()> {
        let rows = self.conn.run(
            "UPDATE provider_step SET version = version + 1, state = $3, decided = $4, decided_by = $5,
               ended = $6, suspension = $7, letter = $8, reason = $9 WHERE id = $1 AND version = $2",
            v![
                row.id,
                row.version,
                row.state.name(),
                row.decided.map_or(0, |t| t.0),
                row.decided_by.map_or(0, |u| u.0),
                row.ended.map_or(0, |t| t.0),
                row.suspension.map_or("", SuspensionKind::name),
                row.letter.map_or(0, |l| l.0),
                &row.reason
            ],
        )?;
        if rows == 0 {
            return Err(StoreError::Stale);
        }
        Ok(())
    }
}
