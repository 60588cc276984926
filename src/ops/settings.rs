//! What a department decides for itself, as data.

use super::error::{OpsError, Result};
use crate::domain::coding::CodedBy;
use crate::domain::encounter::EncounterClass;
use crate::domain::review::ReviewKind;
use crate::report::figures::Choices;
use serde::Deserialize;

const DEFAULTS: &str = include_str!("settings.toml");

/// Settings; each is explained in `settings.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    ageing_bands: Vec<(i64, i64)>,
    /// Minutes a chart stays taken.
    pub lease_minutes: i64,
    /// Days a provider has to answer a query.
    pub query_due_days: i64,
    /// Versions of a draft kept to go back to.
    pub draft_versions: usize,
    /// Minutes of typing after which a draft is kept as a version by itself.
    pub draft_version_minutes: i64,
    /// Rows of the worklist of opportunities that are read at once.
    pub opportunity_rows: usize,
    /// Days an item added by hand is given.
    pub manual_due_days: i64,
    /// Days the change feed is kept.
    pub outbox_days: i64,
    /// Milliseconds in which the beginning of a query is answered; 0: as many as it needs.
    pub search_typed_ms: u64,
    /// Rows fetched at once.
    pub page_rows: usize,
    /// Days after the end of a visit in which the nightly analysis still looks at it.
    pub nightly_days: i64,
    /// Classes of visits that statistics count.
    pub statistics_classes: Vec<EncounterClass>,
    /// Calendar days beyond which an open item counts for "% > 30".
    pub over_days: i64,
    /// Days of the period of the on-time rate and of the days between stages.
    pub period_days: i64,
    /// Percent of the quarterly test.
    pub benchmark_percent: i64,
    /// Quarters of that test.
    pub benchmark_quarters: usize,
    /// Days the dashboard's trends show.
    pub trend_days: i64,
    /// Classes of visits that are eligible for review in the figures of documentation integrity.
    pub cdi_classes: Vec<EncounterClass>,
    /// Months those figures are of when no period is asked for.
    pub cdi_months: i64,
    /// Types without which a discharged stay cannot be coded.
    pub coding_waits_for: Vec<String>,
    /// Days a stay stays on the lists of those that became ready to code and of those coded.
    pub ready_days: i64,
    /// What of the feeds says that a stay is coded.
    pub coded_by: Vec<CodedBy>,
    /// Classes of visits that documentation integrity reviews.
    pub review_classes: Vec<EncounterClass>,
    /// Days after the end of a stay in which it is on that worklist.
    pub review_days: i64,
    /// Occasions of reviews this hospital has.
    pub review_kinds: Vec<ReviewKind>,
    /// Days from a review to the next one, where its reviewer names no other day.
    pub review_next_days: i64,
}

impl Settings {
    /// The defaults with a site's own file on top.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming the line.
    pub fn load(site: Option<&str>) -> Result<Self> {
        let mut table: toml::Table = parse(DEFAULTS)?;
        if let Some(text) = site {
            table.extend(parse::<toml::Table>(text)?);
        }
        Self::deserialize(table).map_err(|e| OpsError::Settings(e.to_string()))
    }

    /// What statistics need to know of it.
    pub(super) fn choices(&self) -> Choices {
        Choices {
            bands: self.bands(),
            classes: self.statistics_classes.clone(),
            over_days: self.over_days,
            period_days: self.period_days,
        }
    }

    /// Ageing bands in days: first, last.
    pub fn bands(&self) -> Vec<(i64, Option<i64>)> {
        self.ageing_bands
            .iter()
            .map(|(first, last)| (*first, (*last >= 0).then_some(*last)))
            .collect()
    }
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| OpsError::Settings(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_load_and_a_site_overrides_one() {
        let settings = Settings::load(Some("lease_minutes = 3")).unwrap();
        assert_eq!(settings.lease_minutes, 3);
        assert_eq!(settings.bands().last(), Some(&(91, None)));
        assert!(Settings::load(Some("leese_minutes = 3")).is_err());
    }
}
