//! For coders: what a discharged stay waits for before it can be coded, when it became ready, and
//! notes to the coder.

use super::Office;
use super::access::allowed;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::coding::Coded;
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::report::{CoderNote, StayCursor, StayList, StayPage, WaitingStay};
use crate::domain::time::{Instant, Moment, Precision};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::{AuditDraft, Event, KeptPage, Tx};
use crate::text::counted;

impl Office {
    /// Discharged stays that wait for a document before they can be coded, longest waiting first.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn waiting(
        &self,
        actor: &Actor,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<StayPage> {
        self.sees_all(actor)?;
        let now = self.now();
        let s = &self.settings;
        let classes = self.counted_classes();
        let kept = self
            .store
            .waiting_stays(&s.coding_waits_for, &classes, after, limit, now)?;
        self.finished(actor, "coding.waiting", kept, |_| now)
    }

    /// A page of one of the coder's lists.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn stay_page(
        &self,
        actor: &Actor,
        list: StayList,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<StayPage> {
        match list {
            StayList::Waiting => self.waiting(actor, after, limit),
            StayList::Ready => self.ready_to_code(actor, after, limit),
            StayList::Coded => self.coded_stays(actor, after, limit),
            StayList::HandedOver => self.handed_over(actor, after, limit),
        }
    }

    /// A page with ages up to the instant that counts for each stay, after it was recorded who
    /// sees it.
    fn finished(
        &self,
        actor: &Actor,
        action: &str,
        kept: KeptPage,
        until: impl Fn(&WaitingStay) -> Instant,
    ) -> Result<StayPage> {
        let mut stays = Vec::with_capacity(kept.stays.len());
        for (mut stay, precision) in kept.stays {
            let until = until(&stay);
            self.finish_stay(&mut stay, precision, until)?;
            stays.push(stay);
        }
        self.disclose_stays(actor, action, &stays)?;
        Ok(StayPage {
            stays,
            next: kept.next,
        })
    }

    /// Discharged stays that became ready to code within the settings' days and are not coded yet,
    /// newest first: nothing was missing, or the last missing document was completed.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn ready_to_code(
        &self,
        actor: &Actor,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<StayPage> {
        self.sees_all(actor)?;
        let s = &self.settings;
        let now = self.now();
        let since = now.plus_hours(-24 * s.ready_days);
        let classes = self.counted_classes();
        let kept = self
            .store
            .ready_stays(&s.coding_waits_for, &classes, since, after, limit)?;
        self.finished(actor, "coding.ready", kept, |_| now)
    }

    /// Stays that are known as coded within the settings' days, newest first, with what says so.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn coded_stays(
        &self,
        actor: &Actor,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<StayPage> {
        self.sees_all(actor)?;
        let now = self.now();
        let since = now.plus_hours(-24 * self.settings.ready_days);
        let kept = self
            .store
            .coded_stays(&self.counted_classes(), since, after, limit)?;
        self.finished(actor, "coding.coded_stays", kept, |stay| {
            let at = stay.coded.and_then(|c| c.at);
            at.map_or(now, |at| at.latest(&self.zone))
        })
    }

    /// That a stay is coded, if it is.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn coded(&self, actor: &Actor, encounter: EncounterId) -> Result<Option<Coded>> {
        self.sees_all(actor)?;
        let coded = self.store.coded(encounter)?;
        self.disclose_stay(actor, "coding.look", encounter)?;
        Ok(coded)
    }

    fn disclose_stay(&self, actor: &Actor, action: &str, encounter: EncounterId) -> Result<()> {
        self.disclose(
            actor,
            AuditDraft {
                action: action.to_owned(),
                object: format!("visit {encounter}"),
                encounter: encounter.0,
                ..AuditDraft::default()
            },
        )
    }

    /// Names of the classes of visits that statistics count.
    fn counted_classes(&self) -> Vec<String> {
        let classes = self.settings.statistics_classes.iter();
        classes.map(|c| c.name().to_owned()).collect()
    }

    /// Stays that specialists handed over to the coder, longest waiting first; the words of the
    /// hand-over are their note.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn handed_over(
        &self,
        actor: &Actor,
        after: Option<StayCursor>,
        limit: usize,
    ) -> Result<StayPage> {
        allowed(actor, Permission::ViewReview)?;
        let mut stays = Vec::new();
        let mut found = self.store.handed_over(after, limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found
            .last()
            .filter(|_| more)
            .map(|(encounter, at, ..)| StayCursor {
                at: at.0,
                encounter: *encounter,
            });
        for (encounter, at, user_name, words) in found {
            let Some(row) = self.store.stay_to_review(encounter, self.now())? else {
                continue;
            };
            let stay = row.stay;
            stays.push(WaitingStay {
                encounter,
                visit: stay.visit,
                mrn: stay.mrn,
                patient_name: stay.patient_name,
                class: stay.class,
                service_name: stay.service_name,
                discharged: stay.discharged.map_or(at, |m| m.earliest(&self.zone)),
                age_days: self.now().days_since(at, &self.zone).max(0),
                waits_for: Vec::new(),
                ready: Some(at),
                lifted_by: None,
                coded: None,
                note: Some(CoderNote {
                    at,
                    user_name,
                    words,
                }),
                stage: stay.stage,
            });
        }
        self.disclose_stays(actor, "coding.handed_over", &stays)?;
        Ok(StayPage { stays, next })
    }

    /// Notes to the coder of a stay, newest first.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn coder_notes(&self, actor: &Actor, encounter: EncounterId) -> Result<Vec<CoderNote>> {
        self.sees_all(actor)?;
        let notes = self.store.coder_notes(encounter)?;
        self.disclose_stay(actor, "coding.notes", encounter)?;
        Ok(notes)
    }

    /// Lists over all charts are for those who may open every chart.
    pub(super) fn sees_all(&self, actor: &Actor) -> Result<()> {
        match allowed(actor, Permission::OpenChart)? {
            Scope::All => Ok(()),
            Scope::Provider(_) => Err(super::access::denied(actor, Permission::OpenChart)),
        }
    }

    fn finish_stay(
        &self,
        stay: &mut WaitingStay,
        precision: Precision,
        until: Instant,
    ) -> Result<()> {
        let left = Moment {
            at: stay.discharged,
            precision,
        };
        stay.discharged = left.earliest(&self.zone);
        // What is ready waits for the coder from then on, not from the discharge.
        let since = stay.ready.unwrap_or(stay.discharged);
        stay.age_days = until.days_since(since, &self.zone).max(0);
        for awaited in &mut stay.waits_for {
            awaited.title = self.kind_title(&awaited.kind)?;
        }
        Ok(())
    }

    fn disclose_stays(&self, actor: &Actor, action: &str, stays: &[WaitingStay]) -> Result<()> {
        let ids: Vec<i64> = stays.iter().map(|s| s.encounter.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: action.to_owned(),
                object: counted(ids.len(), "visit"),
                detail: serde_json::json!({ "visits": ids }).to_string(),
                ..AuditDraft::default()
            },
        )
    }
}

/// Leaves a note to the coder of a stay.
pub(super) fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    words: &Untrusted,
) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if words.is_blank() {
        return Err(OpsError::Refused("a note needs words".into()));
    }
    if tx.encounter(encounter)?.is_none() {
        return Err(OpsError::NotFound {
            what: "visit",
            name: encounter.to_string(),
        });
    }
    let id = tx.add_coder_note(encounter, words)?;
    tx.event(&Event {
        action: "coder.note",
        kind: "encounter",
        object: encounter.0,
        encounter: encounter.0,
        from: "",
        to: "",
        reason: words,
        detail: String::new(),
        before: String::new(),
    })?;
    tx.audit(AuditDraft {
        action: "coder.note".to_owned(),
        object: format!("visit {encounter}"),
        encounter: encounter.0,
        reason: words.raw().to_owned(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome::one(id))
}
