//! Statistics of chart completion: figures, trends, stages, what coders wait for.
//!
//! Formulas and sources stand in `docs/reference/reports.md`; the computing is in `report`.

use super::coding::Coded;
use super::encounter::EncounterClass;
use super::ids::{DeficiencyId, EncounterId, ProviderId, UserId};
use super::named::named_enum;
use super::review::Stage;
use super::time::Instant;
use super::untrusted::Untrusted;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What figures are broken down by.
    pub enum GroupBy {
        /// Not at all: the whole hospital.
        Total = "total",
        /// By facility.
        Facility = "facility",
        /// By clinical service.
        Service = "service",
        /// By provider: items by owner, discharges by attending.
        Provider = "provider",
        /// By deficiency type.
        Kind = "type",
    }
}

/// The figures of one group on one day. Every rate is kept as its two numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Open items.
    pub open: i64,
    /// Open items past due, holds considered.
    pub late: i64,
    /// Open items on hold.
    pub held: i64,
    /// Open items older than the limit by the calendar (the numerator of "% > 30").
    pub over_limit: i64,
    /// Open items in each ageing band of the settings, by calendar days.
    pub bands: Vec<i64>,
    /// Discharged charts with at least one open item.
    pub incomplete_charts: i64,
    /// Discharged charts with at least one chargeable open item past the limit.
    pub delinquent_charts: i64,
    /// Discharges of the twelve months up to the day.
    pub discharges_year: i64,
    /// Discharges of the quarter up to the day.
    pub discharges_quarter: i64,
    /// Items that came to be owed on the day, new or again.
    pub opened: i64,
    /// Items that ceased to be owed on the day: completed or voided.
    pub closed: i64,
    /// Items completed in the period of the on-time rate.
    pub completed: i64,
    /// Those of them completed by their due time, holds considered.
    pub on_time: i64,
}

/// Figures of a group with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its key: a row number or a type code; empty for the whole.
    pub key: String,
    /// Its name.
    pub name: Untrusted,
    /// Figures.
    pub figures: Figures,
}

/// Statistics of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    /// The day, in the hospital's time.
    pub day: Date,
    /// The instant the figures are of: the end of the day, or "now" on the day itself.
    pub as_of: Instant,
    /// Whether what is known of visits is that of today, not that of the day.
    pub restated: bool,
    /// How the groups were made.
    pub by: GroupBy,
    /// The whole hospital.
    pub total: Figures,
    /// Groups by name; empty for [`GroupBy::Total`].
    pub groups: Vec<Group>,
}

/// One quarter of the benchmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarter {
    /// Its last day (or the day asked for, if the quarter is not over).
    pub day: Date,
    /// Its name, `2026-Q1`.
    pub name: String,
    /// Figures at its end.
    pub figures: Figures,
}

/// The quarterly test: an internal benchmark, not law (it was deleted from the standards in 2016).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarterlyTest {
    /// Quarters, oldest first.
    pub quarters: Vec<Quarter>,
    /// No quarter, and not their mean, may be above so many percent.
    pub benchmark_percent: i64,
    /// Delinquent charts of each quarter in thousandths of its average monthly discharges; `None`
    /// where there were no discharges.
    pub rates_permille: Vec<Option<i64>>,
    /// Mean of the rates, in thousandths.
    pub mean_permille: Option<i64>,
    /// Whether the test is met; `None` if a quarter has no rate.
    pub met: Option<bool>,
}

/// Days between two stages, over the items or charts that reached the second one in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageDays {
    /// The stage it starts at (`discharge`).
    pub from: String,
    /// The stage it ends at (`dictated`).
    pub to: String,
    /// How many it is about; 0 says that nothing is known of it.
    pub n: i64,
    /// Mean, in thousandths of a day.
    pub mean_millidays: i64,
    /// Median, in thousandths of a day.
    pub median_millidays: i64,
}

/// One day of a trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendDay {
    /// The day.
    pub day: Date,
    /// Its figures, as the snapshot of that day has them.
    pub figures: Figures,
}

/// A bar of the dashboard, with the queue filter behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Key: a row number or a type code.
    pub key: String,
    /// Name shown.
    pub name: Untrusted,
    /// Open items.
    pub open: i64,
    /// Late ones among them.
    pub late: i64,
}

/// Everything the dashboard shows, from kept counts and snapshots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dashboard {
    /// As of.
    pub now: Instant,
    /// Open and late items in all.
    pub open: i64,
    /// Late items.
    pub late: i64,
    /// Charts with something open.
    pub charts: i64,
    /// Ageing: first day, last day or none, items.
    pub bands: Vec<(i64, Option<i64>, i64)>,
    /// By service, most first.
    pub services: Vec<Bar>,
    /// By type, most first.
    pub kinds: Vec<Bar>,
    /// Per day, oldest first, today last: day, items opened, items closed, of those late.
    pub flow: Vec<(Date, i64, i64, i64)>,
    /// The stored snapshots, oldest first; none for those who may not read statistics.
    pub trend: Vec<TrendDay>,
    /// The ladder, for those who may see it.
    pub ladder: Option<LadderCounts>,
}

/// Where the delinquency ladder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderCounts {
    /// Steps proposed and not decided.
    pub proposed: i64,
    /// Suspensions in force.
    pub suspended: i64,
}

/// What one provider owes, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderTotal {
    /// Who; `None` for items nobody owes.
    pub provider: Option<ProviderId>,
    /// Name, `FAMILY,GIVEN`; empty for nobody.
    pub name: Untrusted,
    /// Open items.
    pub open: i64,
    /// Late ones among them.
    pub late: i64,
    /// Due time of the item due first.
    pub first_due: Option<Instant>,
}

named_enum! {
    /// What provider totals are sorted by, most first.
    pub enum TotalSort {
        /// Open items.
        Open = "open",
        /// Late items.
        Late = "late",
    }
}

/// What one analyst did, for productivity: alphabetical, without ranking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnalystWork {
    /// Who.
    pub user: UserId,
    /// Name.
    pub name: Untrusted,
    /// Action name and how often, by action name.
    pub actions: Vec<(String, i64)>,
    /// Charts they touched.
    pub charts: i64,
    /// Days on which they did.
    pub days: i64,
}

/// A discharged stay that waits for documents before it can be coded, or that just became ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingStay {
    /// The visit.
    pub encounter: EncounterId,
    /// Visit number.
    pub visit: Untrusted,
    /// Medical record number.
    pub mrn: Untrusted,
    /// Patient name.
    pub patient_name: Untrusted,
    /// Class.
    pub class: EncounterClass,
    /// Service name; empty if not known.
    pub service_name: Untrusted,
    /// Discharge.
    pub discharged: Instant,
    /// Days since discharge (until it became ready or was coded, if it is).
    pub age_days: i64,
    /// What it waits for, due first; empty once ready.
    pub waits_for: Vec<Awaited>,
    /// When it became ready to code, if it is: its discharge, or when the last item was closed.
    pub ready: Option<Instant>,
    /// Type of the item closed last, for ready ones that waited for something.
    pub lifted_by: Option<String>,
    /// That it is coded, for those on the list of coded stays.
    pub coded: Option<Coded>,
    /// Newest note to the coder, if there is one: who, when, words.
    pub note: Option<CoderNote>,
    /// Whose turn it is.
    pub stage: Stage,
}

named_enum! {
    /// A list of the coder's.
    pub enum StayList {
        /// Stays that wait for documents.
        Waiting = "waiting",
        /// Stays that became ready to code.
        Ready = "ready",
        /// Stays coded lately.
        Coded = "coded",
        /// Stays that specialists handed over.
        HandedOver = "handed-over",
    }
}

/// A document or signature a coder waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// The item.
    pub deficiency: DeficiencyId,
    /// Type code.
    pub kind: String,
    /// Title of the type.
    pub title: String,
    /// Who owes it; empty if nobody.
    pub owner_name: Untrusted,
    /// Due.
    pub due: Instant,
    /// Whether it is late.
    pub late: bool,
    /// Whether it is on hold.
    pub held: bool,
}

/// A note to the coder of a stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoderNote {
    /// When.
    pub at: Instant,
    /// By whom.
    pub user_name: Untrusted,
    /// What.
    pub words: Untrusted,
}

/// Where a page of stays ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayCursor {
    /// What the list is ordered by, as kept: discharge, becoming ready, being coded, handed over.
    pub at: i64,
    /// The visit.
    pub encounter: EncounterId,
}

/// A page of a coder's list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StayPage {
    /// Stays.
    pub stays: Vec<WaitingStay>,
    /// Where the next page starts, if there is one.
    pub next: Option<StayCursor>,
}
