//! Daily snapshots: the figures of every day that is over, stored once and never changed.

use super::Office;
use super::access::allowed;
use super::error::Result;
use super::reports::EPOCH;
use crate::domain::permission::Permission;
use crate::domain::report::GroupBy;
use crate::domain::time::days_between;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, SnapshotRow};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What storing snapshots did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRun {
    /// Days stored, oldest first, as ISO dates.
    pub days: Vec<String>,
}

impl Office {
    /// Stores the figures of every day that is over and has none yet, from the newest stored one
    /// on; the first time, of yesterday. The same again changes nothing.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn take_snapshots(&self, actor: &Actor) -> Result<SnapshotRun> {
        allowed(actor, Permission::CreateDeficiency)?;
        let yesterday = self.today().saturating_sub(jiff::Span::new().days(1));
        let mut day = match self.store.last_snapshot()? {
            Some(last) => EPOCH.saturating_add(jiff::Span::new().days(last + 1)),
            None => yesterday,
        };
        let mut run = SnapshotRun::default();
        while day <= yesterday {
            self.store_day(actor, day)?;
            run.days.push(day.to_string());
            day = day.saturating_add(jiff::Span::new().days(1));
        }
        Ok(run)
    }

    fn store_day(&self, actor: &Actor, day: Date) -> Result<()> {
        let as_of = self.end_of(day)?;
        let number = days_between(EPOCH, day);
        let mut rows = Vec::new();
        let all = self.figures_of(day, (as_of, as_of), GroupBy::ALL)?;
        for (by, groups) in GroupBy::ALL.iter().zip(all) {
            for (key, figures) in groups {
                rows.push(SnapshotRow {
                    by: *by,
                    key,
                    day: number,
                    as_of,
                    figures,
                });
            }
        }
        self.write(actor, None, |tx| {
            let mut new = 0;
            for row in &rows {
                new += i64::from(tx.add_snapshot(row)?);
            }
            tx.audit(AuditDraft {
                action: "report.snapshot".to_owned(),
                object: format!("day {day}"),
                detail: serde_json::json!({ "rows": new }).to_string(),
                outcome: "ok".to_owned(),
                ..AuditDraft::default()
            });
            Ok(new)
        })?;
        Ok(())
    }
}
