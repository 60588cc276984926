//! Open items in groups, from kept counts.

use super::Office;
use super::access::reader;
use super::error::Result;
use crate::domain::report::{Bar, ProviderTotal, TotalSort};
use crate::domain::user::Actor;
use crate::domain::worklist::{Group, GroupBy, Scope};

impl Office {
    /// Open items by provider, service or type. Numbers only: no disclosure.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn groups(&self, actor: &Actor, by: GroupBy) -> Result<Vec<Group>> {
        let reader = reader(actor)?;
        let now = self.now();
        if let Scope::Provider(me) = reader.scope {
            return Ok(self.store.groups_of(me, by, now)?);
        }
        let bars = match by {
            GroupBy::Provider => {
                let totals = self
                    .store
                    .provider_totals(TotalSort::Open, now, usize::MAX)?;
                let group = |t: ProviderTotal| Group {
                    id: t.provider.map_or(0, |p| p.0),
                    name: t.name,
                    open: t.open,
                    late: t.late,
                };
                return Ok(totals.into_iter().map(group).collect());
            }
            GroupBy::Service => self.store.service_bars(now)?,
            GroupBy::Kind => self.store.kind_bars(now)?,
        };
        let group = |bar: Bar| Group {
            id: bar.key.parse().unwrap_or(0),
            name: bar.name,
            open: bar.open,
            late: bar.late,
        };
        Ok(bars.into_iter().map(group).collect())
    }
}
