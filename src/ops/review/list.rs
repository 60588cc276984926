//! The worklist of stays to review, and the coder's list of stays handed over.

use super::super::Office;
use super::super::access::allowed;
use super::super::error::Result;
use crate::cdi::worklist::{Measure, Measures};
use crate::domain::permission::Permission;
use crate::domain::review_list::{ReviewAsk, ReviewPage, ReviewSort, ReviewStay, ReviewView};
use crate::domain::time::Instant;
use crate::domain::user::Actor;
use crate::domain::worklist::CdiCounts;
use crate::store::{AuditDraft, StayRow};
use crate::text::counted;
use std::cmp::Reverse;

impl Office {
    /// A part of the worklist, with the counts of every view. All of it is read at once: the
    /// stays in house, those that ended within the settings' days, and those with the coder.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn review_list(&self, actor: &Actor, ask: &ReviewAsk) -> Result<ReviewPage> {
        allowed(actor, Permission::ViewReview)?;
        let rows = self.stays_to_review()?;
        let unlooked = rows.iter().filter(|r| r.unlooked).count();
        let mut stays: Vec<ReviewStay> = rows.into_iter().map(|r| r.stay).collect();
        for stay in &mut stays {
            self.finish_stay_row(stay)?;
        }
        let me = actor.user.id;
        let today_ends = Instant::end_of(self.now().day(&self.zone), &self.zone);
        let holds = |view: ReviewView, s: &ReviewStay| view.holds(s, me, today_ends);
        let counts = ReviewView::ALL
            .iter()
            .map(|view| {
                let n = stays.iter().filter(|s| holds(*view, s)).count();
                (*view, i64::try_from(n).unwrap_or(i64::MAX))
            })
            .collect();
        stays.retain(|s| holds(ask.view, s) && ask.filter.holds(s));
        sort(&mut stays, ask.sort);
        if ask.reverse {
            stays.reverse();
        }
        let total = stays.len();
        let rows: Vec<ReviewStay> = stays.into_iter().skip(ask.offset).take(ask.limit).collect();
        let ids: Vec<i64> = rows.iter().map(|s| s.encounter.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "review.list".to_owned(),
                object: counted(ids.len(), "visit"),
                detail: serde_json::json!({ "view": ask.view.name(), "visits": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(ReviewPage {
            counts,
            total,
            rows,
            unlooked,
        })
    }

    /// Every stay of the worklist, as the store has it.
    pub(super) fn stays_to_review(&self) -> Result<Vec<StayRow>> {
        let now = self.now();
        let (classes, ended_after) = self.reviewed_stays(now);
        Ok(self.store.stays_to_review(&classes, ended_after, now)?)
    }

    /// Numbers of the work of documentation integrity, for the first screen.
    pub(in crate::ops) fn cdi_counts(&self) -> Result<CdiCounts> {
        let now = self.now();
        let (classes, ended_after) = self.reviewed_stays(now);
        let today_ends = Instant::end_of(now.day(&self.zone), &self.zone);
        let counts = self
            .store
            .cdi_counts(&classes, ended_after, now, today_ends);
        Ok(counts?)
    }

    /// Classes of the stays of the worklist, and since when a stay may have ended.
    fn reviewed_stays(&self, now: Instant) -> (Vec<String>, Instant) {
        let classes = self.settings.review_classes.iter();
        let names = classes.map(|c| c.name().to_owned()).collect();
        (names, now.plus_hours(-24 * self.settings.review_days))
    }

    /// Fills in days and priority.
    pub(super) fn finish_stay_row(&self, stay: &mut ReviewStay) -> Result<()> {
        let zone = &self.zone;
        let today = self.now().day(zone);
        let days = |from, to| crate::domain::time::days_between(from, to).max(0);
        let left = stay.discharged.map(|m| m.day(zone));
        stay.days_left = left.map_or(0, |left| days(left, today));
        stay.stay_days = stay
            .admitted
            .map_or(0, |m| days(m.day(zone), left.unwrap_or(today)));
        let (priority, why) = self.review_priority()?.of(&self.measures(stay));
        stay.priority = priority;
        stay.why = why;
        Ok(())
    }

    fn measures(&self, stay: &ReviewStay) -> Measures {
        let now = self.now();
        let today_ends = Instant::end_of(now.day(&self.zone), &self.zone);
        let best = stay.best.as_ref();
        let last = stay.last.as_ref();
        Measures::from([
            (Measure::BestRank, best.map_or(0, |b| b.rank)),
            (Measure::MoreOpportunities, best.map_or(0, |b| b.found - 1)),
            (Measure::LateQueries, stay.queries_late),
            (Measure::AnsweredQueries, stay.queries_answered),
            (Measure::OpenQueries, stay.queries_open),
            (Measure::NeverReviewed, i64::from(last.is_none())),
            (
                Measure::ReviewDue,
                i64::from(stay.next.is_some_and(|at| at <= today_ends)),
            ),
            (
                Measure::DaysSinceReview,
                last.map_or(0, |l| now.days_since(l.at, &self.zone).max(0)),
            ),
            (Measure::DaysSinceDischarge, stay.days_left),
            (Measure::StayDays, stay.stay_days),
        ])
    }
}

/// Puts stays in order; among equals the one begun first stands first.
fn sort(stays: &mut [ReviewStay], by: ReviewSort) {
    let name = |text: &crate::domain::untrusted::Untrusted| text.raw().to_lowercase();
    match by {
        ReviewSort::Priority => stays.sort_by_key(|s| Reverse(s.priority)),
        ReviewSort::Stay => stays.sort_by_key(|s| Reverse(s.stay_days)),
        ReviewSort::Discharged => {
            stays.sort_by_key(|s| s.discharged.map_or(i64::MAX, |m| m.at.0));
        }
        ReviewSort::Reviewed => {
            stays.sort_by_key(|s| s.last.as_ref().map_or(0, |l| l.at.0));
        }
        ReviewSort::Next => stays.sort_by_key(|s| s.next.map_or(i64::MAX, |t| t.0)),
        ReviewSort::Payer => stays.sort_by_key(|s| (s.payer.is_blank(), name(&s.payer))),
        ReviewSort::Service => {
            stays.sort_by_key(|s| (s.service_name.is_blank(), name(&s.service_name)));
        }
        ReviewSort::Patient => stays.sort_by_key(|s| name(&s.patient_name)),
    }
}
