//! What the ladder looks at: open items and decided steps, and what changed since.

use super::{IN_FORCE, steps};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::ladder::{LadderItem, TakenStep};
use crate::domain::time::Instant;
use crate::store::columns::{instant_or_none, named, read_moment};
use crate::store::driver::{Conn, Value, v};
use crate::store::error::Result;
use crate::store::open::Store;
use crate::store::write::Tx;

/// Every open item somebody owes, as the ladder looks at it; of all, or of some that a condition names.
fn ladder_rows(c: &Conn, which: &str, values: &[Value<'_>]) -> Result<Vec<LadderItem>> {
    c.all(
        &format!(
            "SELECT d.id, d.kind, d.class, d.owner, d.state = 'declined', d.start, d.due, d.excused,
               d.held_since, e.discharged, e.discharged_precision
             FROM deficiency d JOIN encounter e ON e.id = d.encounter
               JOIN provider p ON p.id = d.owner
             WHERE d.outstanding = 1 AND d.owner <> 0 AND p.active = 1 {which}
             ORDER BY d.owner, d.id"
        ),
        values,
        |r| {
            Ok(LadderItem {
                deficiency: DeficiencyId(r.int(0)?),
                kind: r.text(1)?,
                class: named(&r.text(2)?, EncounterClass::from_name)?,
                owner: ProviderId(r.int(3)?),
                declined: r.flag(4)?,
                start: Instant(r.int(5)?),
                due: Instant(r.int(6)?),
                excused_micros: r.int(7)?,
                held_since: instant_or_none(r.int(8)?),
                discharged: read_moment(r, 9)?,
            })
        },
    )
}

fn taken_steps(c: &Conn) -> Result<Vec<TakenStep>> {
    c.all(
        "SELECT i.deficiency, s.provider, s.step, s.state = 'confirmed', s.decided
         FROM provider_step_item i JOIN provider_step s ON s.id = i.step
           JOIN deficiency d ON d.id = i.deficiency
         WHERE d.outstanding = 1 AND s.state IN ('confirmed', 'dismissed')
         ORDER BY i.deficiency, s.id",
        v![],
        |r| {
            Ok(TakenStep {
                deficiency: DeficiencyId(r.int(0)?),
                provider: ProviderId(r.int(1)?),
                step: r.text(2)?,
                confirmed: r.flag(3)?,
                decided: Instant(r.int(4)?),
            })
        },
    )
}

/// How far the past of items and visits goes: what changed since is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastMark {
    items: i64,
    visits: i64,
}

/// What the ladder looks at, as it was at one moment.
pub struct LadderView {
    /// The moment.
    pub mark: PastMark,
    /// Open items of active providers, by owner.
    pub items: Vec<LadderItem>,
    /// Steps decided for them.
    pub taken: Vec<TakenStep>,
    /// Who is on the suspension list.
    pub suspended: Vec<ProviderId>,
}

impl Store {
    /// What the ladder looks at, read without holding anybody up.
    ///
    /// # Errors
    /// As any read.
    pub fn ladder_view(&self) -> Result<LadderView> {
        self.read(|c| {
            let newest =
                |table: &str| c.number(&format!("SELECT coalesce(max(id), 0) FROM {table}"), v![]);
            // The marks come first: what changes while the rest is read is behind them.
            let mark = PastMark {
                items: newest("deficiency_span")?,
                visits: newest("encounter_span")?,
            };
            let suspended = steps(c, &format!("{IN_FORCE} ORDER BY s.provider"), v![])?;
            Ok(LadderView {
                mark,
                items: ladder_rows(c, "", v![])?,
                taken: taken_steps(c)?,
                suspended: suspended.into_iter().map(|s| s.provider).collect(),
            })
        })
    }
}

impl Tx<'_> {
    /// Items that changed, or whose visit did, since a moment: open or not.
    ///
    /// # Errors
    /// As any read.
    pub fn items_changed_since(&self, mark: PastMark) -> Result<Vec<DeficiencyId>> {
        self.conn.all(
            "SELECT deficiency FROM deficiency_span WHERE id > $1 UNION
             SELECT d.id FROM encounter_span e JOIN deficiency d ON d.encounter = e.encounter
               WHERE e.id > $2",
            v![mark.items, mark.visits],
            |r| Ok(DeficiencyId(r.int(0)?)),
        )
    }

    /// An item as the ladder looks at it, if it is open, somebody owes it, and they are active.
    ///
    /// # Errors
    /// As any read.
    pub fn ladder_row(&self, id: DeficiencyId) -> Result<Option<LadderItem>> {
        Ok(ladder_rows(self.conn, "AND d.id = $1", v![id])?.pop())
    }

    /// Decided steps of items that are still open.
    ///
    /// # Errors
    /// As any read.
    pub fn taken_steps(&self) -> Result<Vec<TakenStep>> {
        taken_steps(self.conn)
    }
}
