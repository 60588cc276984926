//! Figures of documentation integrity: of any period, as known at its end; and what each figure
//! is made of.
//!
//! Those who answer queries never see them. Whoever is neither supervisor nor auditor sees of the
//! specialists only themselves. Groups come in the order of their names.

use super::Office;
use super::access::{allowed, denied};
use super::error::{OpsError, Result};
use crate::domain::cdi_figures::{
    CdiAsk, CdiBy, CdiFigures, CdiGroup, CdiMeasure, CdiPartRow, CdiReport, PastCoding, PastQuery,
    PastReview,
};
use crate::domain::diagnosis_lists::compare;
use crate::domain::ids::EncounterId;
use crate::domain::past::PastVisit;
use crate::domain::permission::{Grant, Permission, grant};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::report::cdi::{self, Input};
use crate::store::AuditDraft;
use crate::text::counted;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// Hours around a period in which discharges and codings are read: a date stands at midnight UTC.
const MARGIN_HOURS: i64 = 48;

/// What was so at an instant.
struct Past {
    as_of: Instant,
    discharges: Vec<(EncounterId, PastVisit)>,
    reviews: Vec<PastReview>,
    queries: Vec<PastQuery>,
    codings: Vec<PastCoding>,
    groups: HashMap<i64, String>,
}

impl Office {
    /// First day of the period that ends with `to` when none is asked for: as many months as the
    /// settings say, that of `to` included.
    pub fn cdi_from(&self, to: Date) -> Date {
        let months = self.settings.cdi_months.max(1) - 1;
        let first = to.first_of_month();
        first.saturating_sub(jiff::Span::new().months(months))
    }

    /// Figures of a period, as known at the end of its last day. Numbers and names of groups.
    ///
    /// # Errors
    /// Not permitted, a day to come, or what the store says.
    pub fn cdi_figures(&self, actor: &Actor, ask: &CdiAsk) -> Result<CdiReport> {
        allowed(actor, Permission::ViewCdiFigures)?;
        let past = self.past(ask)?;
        let input = self.input(ask, &past);
        let mut total = cdi::compute(&input, CdiBy::Total);
        let groups = match ask.by {
            CdiBy::Total => Vec::new(),
            by => self.named(actor, by, cdi::compute(&input, by))?,
        };
        let classes: Vec<&str> = self.settings.cdi_classes.iter().map(|c| c.name()).collect();
        let unclassified = cdi::unclassified(&input);
        self.disclose(
            actor,
            AuditDraft {
                action: "report.cdi".to_owned(),
                object: format!("{} to {} by {}", ask.from, ask.to, ask.by.name()),
                ..AuditDraft::default()
            },
        )?;
        Ok(CdiReport {
            ask: *ask,
            as_of: past.as_of,
            total: total.remove("").unwrap_or_default(),
            groups,
            classes: classes.join(", "),
            unclassified,
        })
    }

    /// What one figure of one group is made of, in the order of time. `key` is that of the group;
    /// empty for the whole.
    ///
    /// # Errors
    /// Not permitted, a day to come, or what the store says.
    pub fn cdi_behind(
        &self,
        actor: &Actor,
        ask: &CdiAsk,
        measure: CdiMeasure,
        key: &str,
    ) -> Result<Vec<CdiPartRow>> {
        allowed(actor, Permission::ViewCdiFigures)?;
        if allowed(actor, Permission::OpenChart)? != Scope::All {
            return Err(denied(actor, Permission::OpenChart));
        }
        if !measure.goes_by(ask.by) {
            return Err(OpsError::Refused(format!(
                "{} is not broken down by {}",
                measure.name(),
                ask.by.name()
            )));
        }
        if ask.by == CdiBy::Specialist && !sees_specialist(actor, key) {
            return Err(denied(actor, Permission::SuperviseDeficiency));
        }
        let past = self.past(ask)?;
        let parts = cdi::parts(&self.input(ask, &past), ask.by, key, measure);
        let rows = self.store.cdi_part_rows(parts)?;
        let stays: Vec<i64> = rows.iter().map(|r| r.part.encounter.0).collect();
        let queries: Vec<i64> = rows
            .iter()
            .filter_map(|r| r.part.query)
            .map(|q| q.0)
            .collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "report.cdi_list".to_owned(),
                object: format!("{} behind {}", counted(rows.len(), "row"), measure.name()),
                detail: serde_json::json!({
                    "from": ask.from.to_string(), "to": ask.to.to_string(), "by": ask.by.name(),
                    "key": key, "visits": stays, "queries": queries
                })
                .to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(rows)
    }

    fn past(&self, ask: &CdiAsk) -> Result<Past> {
        if ask.from > ask.to {
            return Err(OpsError::Refused(format!(
                "{} is after {}",
                ask.from, ask.to
            )));
        }
        let as_of = self.end_of(ask.to)?;
        let coded = self.store.past_codings(
            Instant::start_of(ask.from, &self.zone).plus_hours(-MARGIN_HOURS),
            as_of.plus_hours(MARGIN_HOURS),
            as_of,
        )?;
        let coding = |stay: crate::store::CodedStay| {
            let (matched, compared) = match (&stay.working, &stay.coded) {
                (Some(working), Some(coded)) => compare(working, coded).agreement(),
                _ => (0, 0),
            };
            PastCoding {
                encounter: stay.encounter,
                // What is known by its day only was so when the day was over.
                at: stay.at.latest(&self.zone),
                matched: matched as i64,
                compared: compared as i64,
                visit: stay.visit,
            }
        };
        let groups = self.store.provider_groups()?;
        Ok(Past {
            as_of,
            discharges: self.store.past_discharges(
                as_of,
                Instant::start_of(ask.from, &self.zone).plus_hours(-MARGIN_HOURS),
                as_of.plus_hours(MARGIN_HOURS),
            )?,
            reviews: self.store.past_reviews(as_of)?,
            queries: self.store.past_queries(as_of)?,
            codings: coded.into_iter().map(coding).collect(),
            groups: groups
                .into_iter()
                .map(|(id, name)| (id, name.raw().to_owned()))
                .collect(),
        })
    }

    fn input<'a>(&'a self, ask: &CdiAsk, past: &'a Past) -> Input<'a> {
        Input {
            from: ask.from,
            to: ask.to,
            zone: &self.zone,
            classes: &self.settings.cdi_classes,
            discharges: &past.discharges,
            reviews: &past.reviews,
            queries: &past.queries,
            codings: &past.codings,
            groups: &past.groups,
        }
    }

    /// Groups with their names, in the order of the names; what has none comes last.
    fn named(
        &self,
        actor: &Actor,
        by: CdiBy,
        groups: BTreeMap<String, CdiFigures>,
    ) -> Result<Vec<CdiGroup>> {
        let users = self.store.users()?;
        let services = self.store.services()?;
        let mut out = Vec::new();
        for (key, figures) in groups {
            if by == CdiBy::Specialist && !sees_specialist(actor, &key) {
                continue;
            }
            let id = key.parse::<i64>().unwrap_or(0);
            let name = match by {
                CdiBy::Total => Untrusted::default(),
                CdiBy::Month | CdiBy::Group | CdiBy::Topic => key.as_str().into(),
                CdiBy::Specialist => {
                    let found = users.iter().find(|u| u.id.0 == id);
                    found.map_or(Untrusted::default(), |u| u.name.clone())
                }
                CdiBy::Provider => self.store.provider_list_name(id)?,
                CdiBy::Service => {
                    let found = services.iter().find(|s| s.id.0 == id);
                    found.map_or(Untrusted::default(), |s| s.name.clone())
                }
            };
            out.push(CdiGroup { key, name, figures });
        }
        out.sort_by_cached_key(|g| {
            let name = g.name.raw().to_lowercase();
            (g.name.is_blank(), name, g.key.clone())
        });
        Ok(out)
    }
}

/// Whether the actor may see the figures of this specialist.
fn sees_specialist(actor: &Actor, key: &str) -> bool {
    let all = [Permission::SuperviseDeficiency, Permission::ReadAudit];
    all.iter().any(|p| grant(&actor.user, *p) == Grant::Yes) || key == actor.user.id.0.to_string()
}
