//! The review of a stay: seen as a whole, written, handed over; the worklist of stays to review.
//!
//! Start reading at [`Office::stay_review`] for what is shown and at [`act`] for what changes.

mod list;
mod stay;
mod undo;
mod write;

pub(super) use undo::{KINDS, STAGE, undo};

use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use super::{Office, once};
use crate::cdi::worklist::Priority;
use crate::domain::diagnosis_lists::{Comparison, compare};
use crate::domain::ids::{EncounterId, ReviewId};
use crate::domain::permission::Permission;
use crate::domain::review::{
    AskedOfStay, DiagnosisList, Jotting, ListKind, ReviewKind, ReviewOutcome, ReviewWords,
    SignedReview, StayReview,
};
use crate::domain::review_action::{ReviewAction, ReviewToSave};
use crate::domain::review_list::ReviewStay;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, Tx};

/// Queries of one stay read at the most.
const QUERIES: usize = 200;

/// Codes offered for what was typed.
const CODES: usize = 20;

impl Office {
    /// The formula of the worklist's priority in force.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming the mistake in the site's file.
    pub fn review_priority(&self) -> Result<&Priority> {
        once(&self.review_priority, || {
            Priority::load(self.site_priority.as_deref()).map_err(|e| e.to_string())
        })
    }

    /// Everything about the review of one stay. Private notes come to their author only.
    ///
    /// # Errors
    /// Not permitted, no such stay, or what the store says.
    pub fn stay_review(&self, actor: &Actor, encounter: EncounterId) -> Result<StayReview> {
        allowed(actor, Permission::ViewReview)?;
        let now = self.now();
        let row = self.store.stay_to_review(encounter, now)?;
        let mut stay = row.ok_or_else(|| no_visit(encounter))?.stay;
        self.finish_stay_row(&mut stay)?;
        let chart = self.store.chart(encounter, false)?;
        self.may_open(actor, &chart)?;
        let (version, _) = self.store.stage(encounter)?;
        let opportunities = if allowed(actor, Permission::WriteQuery).is_ok() {
            let mut found = self
                .look(super::opportunities::Readers::Actor(actor), encounter, None)?
                .found
                .opportunities;
            found.sort_by_key(|o| -o.rank);
            found
        } else {
            Vec::new()
        };
        let me = actor.user.id;
        let queries = self
            .store
            .queries(Some(me), Scope::All, Some(encounter), QUERIES)?;
        let review = StayReview {
            recorded: chart.diagnoses,
            reviews: self.reviews_for(actor, encounter)?,
            lists: self.store.diagnosis_lists(encounter)?,
            notes: self.store.stay_notes(encounter, me)?,
            steps: self.store.stage_steps(encounter)?,
            opportunities,
            queries: queries
                .into_iter()
                .map(|q| AskedOfStay {
                    query: q.query,
                    provider_name: q.provider_name,
                })
                .collect(),
            version,
            fresh: self.fresh_review(&stay),
            kinds: self.settings.review_kinds.clone(),
            jottings: self.store.jottings(me, encounter)?,
            stay,
        };
        let ids = |all: Vec<i64>| serde_json::Value::from(all);
        let rules: Vec<&str> = review
            .opportunities
            .iter()
            .map(|o| o.rule.as_str())
            .collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "review.show".to_owned(),
                object: format!("visit {encounter}"),
                patient: chart.patient.id.0,
                encounter: encounter.0,
                detail: serde_json::json!({
                    "reviews": ids(review.reviews.iter().map(|r| r.id.0).collect()),
                    "queries": ids(review.queries.iter().map(|q| q.query.id.0).collect()),
                    "notes": ids(review.notes.iter().map(|n| n.id.0).collect()),
                    "opportunities": rules,
                })
                .to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(review)
    }

    /// What a new review of a stay begins with: the occasion that fits, and the usual next day for
    /// a patient in house.
    fn fresh_review(&self, stay: &ReviewStay) -> ReviewWords {
        let in_house = stay.discharged.is_none();
        let kind = match (in_house, stay.reviews) {
            (true, 0) => ReviewKind::Initial,
            (true, _) => ReviewKind::FollowUp,
            (false, _) => ReviewKind::Retrospective,
        };
        let next = self
            .now()
            .plus_days(self.settings.review_next_days, &self.zone);
        ReviewWords {
            kind,
            findings: Untrusted::default(),
            outcome: ReviewOutcome::NoQuery,
            next: in_house.then(|| Instant::start_of(next.day(&self.zone), &self.zone)),
        }
    }

    /// Reviews of a stay: signed ones for everybody who may see reviews, unfinished ones for
    /// their reviewer.
    fn reviews_for(
        &self,
        actor: &Actor,
        encounter: EncounterId,
    ) -> Result<Vec<crate::domain::review::Review>> {
        let mut all = self.store.reviews_of(encounter)?;
        all.retain(|r| r.signed.is_some() || r.reviewer == actor.user.id);
        Ok(all)
    }

    /// Keeps a review that is being typed: the writer's own unfinished one, which nobody else sees.
    /// Like a draft of a query it is written without history and audit until it is signed.
    ///
    /// # Errors
    /// Not permitted; signed, discarded or begun elsewhere meanwhile.
    pub fn keep_review(&self, actor: &Actor, review: &ReviewToSave) -> Result<(ReviewId, i64)> {
        allowed(actor, Permission::WriteReview)?;
        Ok(self.store.keep_review(actor.user.id, review, self.now())?)
    }

    /// Keeps an addition or a note that is being typed; gives when it was on disk. Nobody else sees
    /// it, and like a draft it is written without history and audit until it is put on record.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn keep_jotting(&self, actor: &Actor, jotting: &Jotting) -> Result<Instant> {
        if allowed(actor, Permission::WriteReview).is_err() {
            allowed(actor, Permission::CodeStay)?;
        }
        let now = self.now();
        self.store.keep_jotting(actor.user.id, jotting, now)?;
        Ok(now)
    }

    /// Reviews signed in a period, for figures.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn signed_reviews(
        &self,
        actor: &Actor,
        from: Instant,
        until: Instant,
    ) -> Result<Vec<SignedReview>> {
        allowed(actor, Permission::ViewReview)?;
        Ok(self.store.signed_reviews(from, until)?)
    }

    /// How the specialist's diagnoses of a stay agree with the coder's; `None` while one of the
    /// lists was never begun.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn agreement(&self, actor: &Actor, encounter: EncounterId) -> Result<Option<Comparison>> {
        allowed(actor, Permission::ViewReview)?;
        let lists = self.store.diagnosis_lists(encounter)?;
        let newest = |kind: ListKind| -> Option<&DiagnosisList> {
            lists
                .iter()
                .find(|l| l.kind == kind && !l.entries.is_empty())
        };
        Ok(match (newest(ListKind::Working), newest(ListKind::Final)) {
            (Some(working), Some(coded)) => Some(compare(&working.entries, &coded.entries)),
            _ => None,
        })
    }

    /// Codes this hospital has used before that begin with what was typed, with their words.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn codes_like(&self, actor: &Actor, code: &str) -> Result<Vec<(Untrusted, Untrusted)>> {
        allowed(actor, Permission::ViewReview)?;
        Ok(self.store.codes_like(code, CODES)?)
    }
}

/// Does what a review action asks.
pub(super) fn act(
    tx: &mut Tx<'_>,
    office: &Office,
    actor: &Actor,
    action: &ReviewAction,
) -> Result<Outcome> {
    match action {
        ReviewAction::Save {
            encounter,
            draft,
            words,
            sign,
        } => write::save(tx, office, actor, *encounter, *draft, words, *sign),
        ReviewAction::Discard { review } => write::discard(tx, actor, *review),
        ReviewAction::Add { review, words } => write::add(tx, actor, *review, words),
        ReviewAction::SetDiagnoses {
            encounter,
            list,
            version,
            entries,
        } => stay::set_diagnoses(tx, office, actor, *encounter, (*list, *version), entries),
        ReviewAction::HandOver {
            encounter,
            version,
            to,
            reason,
        } => stay::hand_over(tx, office, actor, *encounter, *version, *to, reason),
        ReviewAction::Note {
            encounter,
            words,
            private,
        } => stay::note(tx, actor, *encounter, words, *private),
        ReviewAction::Take { encounter } => stay::take(tx, office, actor, *encounter),
        ReviewAction::Release { encounter } => stay::release(tx, actor, *encounter),
    }
}

fn no_visit(encounter: EncounterId) -> OpsError {
    OpsError::NotFound {
        what: "visit",
        name: encounter.to_string(),
    }
}
