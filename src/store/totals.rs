//! Totals by provider, service and type, and what flows in and out each day: from kept counts.

use super::driver::{Conn, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::tally;
use crate::domain::ids::ProviderId;
use crate::domain::ladder::{LetterRequest, ProviderStanding, StepRequest};
use crate::domain::report::{Bar, ProviderTotal, TotalSort};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;

impl Store {
    /// The providers who owe most, and what nobody owes among them.
    ///
    /// # Errors
    /// As any read.
    pub fn provider_totals(
        &self,
        sort: TotalSort,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<ProviderTotal>> {
        self.read(|c| {
            let open = c.all(
                "SELECT num, n FROM tally WHERE dim = 'owner' AND key = '' AND n > 0",
                v![],
                |r| Ok((r.int(0)?, r.int(1)?)),
            )?;
            let late = tally::late_by(c, "owner", "owner", now)?;
            let mut all: Vec<(i64, i64, i64)> = open
                .into_iter()
                .map(|(owner, n)| (owner, n, late.get(&owner.to_string()).copied().unwrap_or(0)))
                .collect();
            all.sort_by_key(|(owner, open, late)| match sort {
                TotalSort::Open => (-open, -late, *owner),
                TotalSort::Late => (-late, -open, *owner),
            });
            all.truncate(limit);
            all.into_iter()
                .map(|(owner, open, late)| provider_total(c, owner, open, late))
                .collect()
        })
    }

    /// Open and late items by service, most first.
    ///
    /// # Errors
    /// As any read.
    pub fn service_bars(&self, now: Instant) -> Result<Vec<Bar>> {
        self.read(|c| {
            let late = tally::late_by(c, "service", "service", now)?;
            c.all(
                "SELECT t.num, t.n, coalesce(s.name, '') FROM tally t LEFT JOIN service s ON s.id = t.num
                 WHERE t.dim = 'service' AND t.key = '' AND t.n > 0 ORDER BY t.n DESC, t.num",
                v![],
                |r| {
                    let key = r.int(0)?.to_string();
                    Ok(Bar {
                        late: late.get(&key).copied().unwrap_or(0),
                        key,
                        name: r.untrusted(2)?,
                        open: r.int(1)?,
                    })
                },
            )
        })
    }

    /// Open and late items by type, most first.
    ///
    /// # Errors
    /// As any read.
    pub fn kind_bars(&self, now: Instant) -> Result<Vec<Bar>> {
        self.read(|c| {
            let late = tally::late_by(c, "kind", "kind", now)?;
            c.all(
                "SELECT key, n FROM tally WHERE dim = 'kind' AND n > 0 ORDER BY n DESC, key",
                v![],
                |r| {
                    let key = r.text(0)?;
                    Ok(Bar {
                        late: late.get(&key).copied().unwrap_or(0),
                        name: Untrusted::new(key.clone()),
                        key,
                        open: r.int(1)?,
                    })
                },
            )
        })
    }

    /// Items opened, closed and closed late in each stretch between neighbouring instants (whole
    /// quarters of an hour).
    ///
    /// # Errors
    /// As any read.
    pub fn flow(&self, edges: &[Instant]) -> Result<Vec<(i64, i64, i64)>> {
        self.read(|c| {
            edges
                .windows(2)
                .map(|pair| match pair {
                    [from, to] => tally::flowed(c, *from, *to),
                    _ => Ok((0, 0, 0)),
                })
                .collect()
        })
    }
}

fn provider_total(c: &Conn, owner: i64, open: i64, late: i64) -> Result<ProviderTotal> {
    Ok(ProviderTotal {
        provider: (owner != 0).then_some(ProviderId(owner)),
        name: c
            .one(
                "SELECT name FROM provider WHERE id = $1",
                v![owner],
                |r| r.untrusted(0),
            )?
            .unwrap_or_default(),
        open,
        late,
        first_due: c.one(
            "SELECT due FROM deficiency WHERE owner = $1 AND outstanding = 1 ORDER BY due, id LIMIT 1",
            v![owner],
            |r| Ok(Instant(r.int(0)?)),
        )?,
    })
}

impl Store {
    /// Late items of a provider.
    ///
    /// # Errors
    /// As any read.
    pub fn late_of(&self, provider: ProviderId, now: Instant) -> Result<i64> {
        self.read(|c| late_of(c, provider, now))
    }

    /// Name, credential and service of a provider, for a letter's head.
    ///
    /// # Errors
    /// As any read.
    pub fn addressee(&self, provider: ProviderId) -> Result<(Untrusted, Untrusted, Untrusted)> {
        self.read(|c| {
            let found = c.one(
                "SELECT trim(p.given || ' ' || p.family), p.credential, coalesce(s.name, p.specialty) FROM provider p
                   LEFT JOIN service s ON s.id = p.service WHERE p.id = $1",
                v![provider],
                |r| Ok((r.untrusted(0)?, r.untrusted(1)?, r.untrusted(2)?)),
            )?;
            found.ok_or(StoreError::NotFound {
                what: "provider",
                id: provider.0,
            })
        })
    }

    /// What a provider owes in numbers, and their steps and letters.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such provider.
    pub fn provider_standing(
        &self,
        provider: ProviderId,
        now: Instant,
    ) -> Result<ProviderStanding> {
        let (name, _, service_name) = self.addressee(provider)?;
        let steps = self.steps(&StepRequest {
            provider: Some(provider),
            limit: STANDING_ROWS,
            ..StepRequest::default()
        })?;
        let letters = self.letters(&LetterRequest {
            provider: Some(provider),
            limit: STANDING_ROWS,
            ..LetterRequest::default()
        })?;
        let suspended = self.steps(&StepRequest {
            provider: Some(provider),
            in_force: true,
            limit: 1,
            ..StepRequest::default()
        })?;
        self.read(|c| {
            let count = |what: &str| {
                c.number(
                    &format!("SELECT {what} FROM deficiency WHERE owner = $1 AND outstanding = 1"),
                    v![provider],
                )
            };
            Ok(ProviderStanding {
                provider,
                name,
                service_name,
                open: tally::count(c, "owner", "", provider.0)?,
                late: late_of(c, provider, now)?,
                held: count("coalesce(sum(held_since > 0), 0)")?,
                charts: count("count(DISTINCT encounter)")?,
                oldest: Some(count("coalesce(min(start), 0)")?)
                    .filter(|at| *at != 0)
                    .map(Instant),
                kinds: c.all(
                    "SELECT kind, count(*) FROM deficiency WHERE owner = $1 AND outstanding = 1
                     GROUP BY kind ORDER BY 2 DESC, kind",
                    v![provider],
                    |r| Ok((r.text(0)?, r.int(1)?)),
                )?,
                suspended: suspended.into_iter().next(),
                steps,
                letters,
            })
        })
    }
}

/// Steps and letters a provider's screen shows.
const STANDING_ROWS: usize = 100;

fn late_of(c: &Conn, provider: ProviderId, now: Instant) -> Result<i64> {
    c.number(
        "SELECT count(*) FROM deficiency WHERE owner = $1 AND outstanding = 1 AND late_at < $2",
        v![provider, now],
    )
}
