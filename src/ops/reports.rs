//! Statistics: of any day, computed from what was so at its end; daily snapshots; the dashboard,
//! which reads kept counts only.

use super::Office;
use super::access::allowed;
use super::error::{OpsError, Result};
use crate::domain::deficiency::{DeficiencyState, QueueRow};
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::ladder::LadderItem;
use crate::domain::past::PastItem;
use crate::domain::permission::Permission;
use crate::domain::report::{
    AnalystWork, Dashboard, Figures, GroupBy, LadderCounts, ProviderTotal, Quarter, QuarterlyTest,
    StageDays, Statistics, TotalSort, TrendDay,
};
use crate::domain::time::{Instant, Moment, days_between};
use crate::domain::user::Actor;
use crate::domain::worklist::{Reader, Scope};
use crate::report::figures::{self, Input};
use crate::report::stages;
use crate::store::AuditDraft;
use crate::text::counted;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Day 0 of stored days.
pub(super) const EPOCH: Date = Date::constant(1970, 1, 1);

/// An open item of today as the ladder looks at it.
pub(super) fn ladder_item(row: &QueueRow, discharged: Option<Moment>) -> LadderItem {
    LadderItem {
        deficiency: row.id,
        kind: row.kind.clone(),
        class: row.class,
        owner: row.owner.unwrap_or(ProviderId(0)),
        declined: row.state == DeficiencyState::Declined,
        start: row.start,
        due: row.due,
        excused_micros: row.excused_micros,
        held_since: row.held_since,
        discharged,
    }
}

/// An open item of the past as the ladder looks at it.
fn past_ladder_item(item: &PastItem) -> LadderItem {
    LadderItem {
        deficiency: DeficiencyId(item.deficiency.0),
        kind: item.kind.clone(),
        class: item.visit.class,
        owner: ProviderId(item.owner),
        declined: item.state == DeficiencyState::Declined,
        start: item.start,
        due: item.due,
        excused_micros: item.excused_micros,
        held_since: item.held_since,
        discharged: item.visit.discharged,
    }
}

impl Office {
    /// The hospital's date now.
    pub fn today(&self) -> Date {
        self.now().day(&self.zone)
    }

    /// Statistics of a day, computed from what was so at its end (today: now). Numbers only.
    ///
    /// # Errors
    /// Not permitted, a day to come, or what the store says.
    pub fn statistics(&self, actor: &Actor, day: Date, by: GroupBy) -> Result<Statistics> {
        self.statistics_known(actor, day, by, self.end_of(day)?)
    }

    /// Statistics of a day with what is known now of visits: discharges that were recorded later
    /// count on the day they happened. Never stored.
    ///
    /// # Errors
    /// As [`Self::statistics`].
    pub fn restated_statistics(&self, actor: &Actor, day: Date, by: GroupBy) -> Result<Statistics> {
        let mut restated = self.statistics_known(actor, day, by, self.now())?;
        restated.restated = true;
        Ok(restated)
    }

    fn statistics_known(
        &self,
        actor: &Actor,
        day: Date,
        by: GroupBy,
        known: Instant,
    ) -> Result<Statistics> {
        self.reads_reports(actor)?;
        let as_of = self.end_of(day)?;
        let total = self.figures(day, (as_of, known), GroupBy::Total)?;
        let groups = match by {
            GroupBy::Total => Vec::new(),
            _ => {
                let groups = self.figures(day, (as_of, known), by)?;
                self.store.name_groups(by, groups.into_iter().collect())?
            }
        };
        Ok(Statistics {
            day,
            as_of,
            restated: false,
            by,
            total: total.into_values().next().unwrap_or_default(),
            groups,
        })
    }

    /// Statistics of a day as they were stored; `None` if they were not.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn stored_statistics(
        &self,
        actor: &Actor,
        day: Date,
        by: GroupBy,
    ) -> Result<Option<Statistics>> {
        self.reads_reports(actor)?;
        let rows = self.store.snapshot_of(days_between(EPOCH, day))?;
        let Some(total) = rows.iter().find(|r| r.by == GroupBy::Total) else {
            return Ok(None);
        };
        let groups = rows
            .iter()
            .filter(|r| r.by == by && by != GroupBy::Total)
            .map(|r| (r.key.clone(), r.figures.clone()))
            .collect();
        Ok(Some(Statistics {
            day,
            as_of: total.as_of,
            restated: false,
            by,
            total: total.figures.clone(),
            groups: self.store.name_groups(by, groups)?,
        }))
    }

    /// The quarterly test: the last quarters' delinquency against the benchmark of the settings.
    ///
    /// # Errors
    /// Not permitted, a day to come, or what the store says.
    pub fn quarterly(&self, actor: &Actor, day: Date) -> Result<QuarterlyTest> {
        self.reads_reports(actor)?;
        let s = &self.settings;
        let quarters = figures::quarter_ends(day, s.benchmark_quarters)
            .into_iter()
            .map(|(day, name)| {
                let as_of = self.end_of(day)?;
                let figures = self.figures(day, (as_of, as_of), GroupBy::Total)?;
                Ok(Quarter {
                    day,
                    name,
                    figures: figures.into_values().next().unwrap_or_default(),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(figures::quarterly_test(quarters, s.benchmark_percent))
    }

    /// Days between the stages of completion, over the settings' period up to a day.
    ///
    /// # Errors
    /// Not permitted, a day to come, or what the store says.
    pub fn stage_days(&self, actor: &Actor, day: Date) -> Result<Vec<StageDays>> {
        self.reads_reports(actor)?;
        let as_of = self.end_of(day)?;
        let s = &self.settings;
        let lives = self
            .store
            .lives_of_completed(self.period_start(day), as_of)?;
        let items = self.store.past_items(as_of, as_of)?;
        let waiting = figures::waiting_charts(&items, &s.coding_waits_for);
        let from = self.period_start(day);
        let coded = self.store.past_coded(
            from.plus_hours(-48),
            as_of.plus_hours(48),
            as_of,
            &s.coding_waits_for,
        )?;
        Ok(stages::compute(&stages::Input {
            lives: &lives,
            waiting: &waiting,
            coded: &coded,
            kinds: &s.coding_waits_for,
            classes: &s.statistics_classes,
            from,
            to: as_of,
            zone: &self.zone,
        }))
    }

    /// Figures of the last days as they were stored, oldest first: of everything, or of one
    /// facility, service, provider or type.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn trend(&self, actor: &Actor, by: GroupBy, key: &str, days: i64) -> Result<Vec<TrendDay>> {
        self.reads_reports(actor)?;
        let first = days_between(EPOCH, self.today()) - days;
        let series = self.store.snapshot_series(by, key, first)?;
        Ok(series
            .into_iter()
            .map(|(day, figures)| TrendDay {
                day: EPOCH.saturating_add(jiff::Span::new().days(day)),
                figures,
            })
            .collect())
    }

    /// Everything the dashboard shows, without what is of the ladder for those who may not see it.
    /// Kept counts and stored snapshots only: it costs the same
    /// whatever the size of the hospital.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn dashboard(&self, actor: &Actor) -> Result<Dashboard> {
        self.sees_all(actor)?;
        let now = self.now();
        let reader = Reader {
            user: actor.user.id,
            scope: Scope::All,
            all_drafts: false,
        };
        let counts = self
            .store
            .worklist_counts(&reader, now, &self.settings.bands())?;
        let view = |view| {
            let found = counts.views.iter().find(|(v, _)| *v == view);
            found.map_or(0, |(_, n)| *n)
        };
        let days = self.settings.trend_days.max(1);
        let (trend, ladder) = match self.reads_reports(actor) {
            Ok(()) => (
                self.trend(actor, GroupBy::Total, "", days)?,
                self.store.step_counts().map(|(proposed, suspended)| {
                    Some(LadderCounts {
                        proposed,
                        suspended,
                    })
                })?,
            ),
            Err(_) => (Vec::new(), None),
        };
        let mut kinds = self.store.kind_bars(now)?;
        for bar in &mut kinds {
            bar.name = self.kind_title(&bar.key)?.into();
        }
        Ok(Dashboard {
            now,
            open: view(crate::domain::worklist::QueueView::All),
            late: view(crate::domain::worklist::QueueView::Late),
            charts: counts.charts,
            bands: counts.bands,
            services: self.store.service_bars(now)?,
            kinds,
            flow: self.flow(actor, days)?,
            trend,
            ladder,
        })
    }

    /// What came and went on each of the last days, today included, oldest first: (day, items
    /// opened, items closed the last time, those of them that were late). Kept counts: they equal
    /// the queue's `opened:` and `closed:` of that day.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn flow(&self, actor: &Actor, days: i64) -> Result<Vec<(Date, i64, i64, i64)>> {
        self.sees_all(actor)?;
        let first = self
            .today()
            .saturating_sub(jiff::Span::new().days(days - 1));
        let edges: Vec<Date> = (0..=days)
            .map(|n| first.saturating_add(jiff::Span::new().days(n)))
            .collect();
        let instants: Vec<Instant> = edges
            .iter()
            .map(|d| Instant::start_of(*d, &self.zone))
            .collect();
        let flow = self.store.flow(&instants)?.into_iter();
        let days = edges.into_iter().zip(flow);
        Ok(days.map(|(day, (o, c, l))| (day, o, c, l)).collect())
    }

    /// The providers who owe most.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn provider_totals(
        &self,
        actor: &Actor,
        sort: TotalSort,
        limit: usize,
    ) -> Result<Vec<ProviderTotal>> {
        self.reads_reports(actor)?;
        Ok(self.store.provider_totals(sort, self.now(), limit)?)
    }

    /// What each analyst did from one day to another, both included, by name and without ranking:
    /// a supervisor sees all, anybody else themselves.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn productivity(&self, actor: &Actor, from: Date, to: Date) -> Result<Vec<AnalystWork>> {
        allowed(actor, Permission::CreateDeficiency)?;
        let mut work = self.store.work_of(
            Instant::start_of(from, &self.zone),
            Instant(Instant::end_of(to, &self.zone).0.saturating_add(1)),
        )?;
        if allowed(actor, Permission::SuperviseDeficiency).is_err() {
            work.retain(|w| w.user == actor.user.id);
        }
        self.disclose(
            actor,
            AuditDraft {
                action: "report.productivity".to_owned(),
                object: counted(work.len(), "person"),
                ..AuditDraft::default()
            },
        )?;
        Ok(work)
    }

    /// Reports over all providers are for those who may see the suspension list of all.
    fn reads_reports(&self, actor: &Actor) -> Result<()> {
        match allowed(actor, Permission::ViewSuspension)? {
            Scope::All => Ok(()),
            Scope::Provider(_) => Err(super::access::denied(actor, Permission::ViewSuspension)),
        }
    }

    /// The end of a day, or now if it is today.
    pub(super) fn end_of(&self, day: Date) -> Result<Instant> {
        if day > self.today() {
            return Err(OpsError::Refused(format!("{day} has not come yet")));
        }
        Ok(Instant::end_of(day, &self.zone).min(self.now()))
    }

    fn period_start(&self, day: Date) -> Instant {
        let first =
            day.saturating_sub(jiff::Span::new().days(self.settings.period_days.max(1) - 1));
        Instant(Instant::start_of(first, &self.zone).0 - 1)
    }

    fn figures(
        &self,
        day: Date,
        at: (Instant, Instant),
        by: GroupBy,
    ) -> Result<BTreeMap<String, Figures>> {
        Ok(self.figures_of(day, at, &[by])?.pop().unwrap_or_default())
    }

    /// Figures in several groupings, from one look at the past: items as of one instant, visits as
    /// known at another.
    pub(super) fn figures_of(
        &self,
        day: Date,
        (as_of, known): (Instant, Instant),
        groupings: &[GroupBy],
    ) -> Result<Vec<BTreeMap<String, Figures>>> {
        let ladder = self.ladder()?;
        let choices = self.settings.choices();
        let items = self.store.past_items(as_of, known)?;
        let (year, _) = figures::period_starts(day);
        let discharges = self.store.past_discharges(
            known,
            Instant::start_of(year, &self.zone).plus_hours(-48),
            as_of.plus_hours(48),
        )?;
        let changes = self
            .store
            .past_changes(self.period_start(day), as_of, known)?;
        let delinquent =
            |item: &PastItem| ladder.is_delinquent(&past_ladder_item(item), as_of, &self.zone);
        let input = Input {
            day,
            as_of,
            zone: &self.zone,
            items: &items,
            discharges: &discharges,
            changes: &changes,
            delinquent: &delinquent,
            choices: &choices,
        };
        Ok(groupings
            .iter()
            .map(|by| figures::compute(&input, *by))
            .collect())
    }
}
