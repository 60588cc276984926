//! The one door for changes: an action, decided and written in one transaction.

use super::error::{OpsError, Result};
use super::holds::Reckoner;
use super::ladder::Looked;
use super::outcome::Outcome;
use super::{
    Office, absence, access, by_hand, chart_hold, coding, cover, deficiency, intake, opportunities,
    saved_views, searches, taking, undo, users,
};
use crate::domain::absence::Cover;
use crate::domain::action::Action;
use crate::domain::deficiency::Subject;
use crate::domain::ids::{DocumentId, EncounterId, RequestId};
use crate::domain::permission::Permission;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, Tx};
use crate::text::counted;

mod name;

pub(super) use name::name;

/// Records in one batch at the most: one batch is one transaction.
pub const BATCH_RECORDS: usize = 1_000;

impl Office {
    /// Does what an action asks. The same request id again changes nothing and gives the same
    /// outcome.
    ///
    /// # Errors
    /// Not permitted, refused, or what the store says; nothing was changed then.
    pub fn act(&self, actor: &Actor, request: &RequestId, action: &Action) -> Result<Outcome> {
        // Read before the transaction, which then only looks at what changed since.
        let looked = match action {
            Action::ProposeSteps => self.look_at_ladder(actor).map(Some),
            _ => Ok(None),
        };
        let done = looked.and_then(|looked| {
            self.write(actor, Some(request), |tx| {
                self.decide(tx, actor, action, looked)
            })
        });
        match done {
            Ok(written) => {
                let outcome = written.into_inner();
                if calls_for_analysis(action) {
                    self.follow_up(actor)?;
                }
                self.index.wake();
                Ok(outcome)
            }
            Err(error) => {
                let told = matches!(
                    error,
                    OpsError::NotPermitted { .. }
                        | OpsError::Refused(_)
                        | OpsError::Mistaken(_)
                        | OpsError::SwitchedOff(_)
                        | OpsError::RolesChanged(_)
                );
                if told {
                    self.refused(actor, name(action), &error);
                }
                Err(error)
            }
        }
    }

    fn decide(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        action: &Action,
        looked: Option<Looked>,
    ) -> Result<Outcome> {
        match action {
            Action::Import(batch) => import(tx, actor, batch, self.coders()),
            // Findings come from the rules alone; see `Office::analyze`.
            Action::ApplyFindings { .. } => Err(OpsError::Refused(
                "findings are written by the analysis".into(),
            )),
            Action::AddDeficiency {
                encounter,
                kind,
                subject,
                owner,
                due,
                comment,
            } => {
                let new = by_hand::ByHand {
                    encounter: *encounter,
                    kind,
                    subject: *subject,
                    owner: *owner,
                    due: *due,
                    comment,
                };
                by_hand::add(tx, actor, self.rules()?, &new)
            }
            Action::AddForDocuments {
                documents,
                kind,
                owner,
                due,
                comment,
            } => {
                let new = |&(encounter, document): &(EncounterId, DocumentId)| by_hand::ByHand {
                    encounter,
                    kind,
                    subject: Subject {
                        document: Some(document),
                        ..Subject::default()
                    },
                    owner: *owner,
                    due: *due,
                    comment,
                };
                let new: Vec<by_hand::ByHand<'_>> = documents.iter().map(new).collect();
                by_hand::add_each(tx, actor, self.rules()?, &new)
            }
            Action::AddFromCatalogue {
                encounter,
                kind,
                subject,
            } => self.add_from_catalogue(tx, actor, *encounter, kind, *subject),
            Action::ChangeDeficiencies { items, change } => {
                let minutes = self.settings.lease_minutes;
                deficiency::change(tx, actor, items, change, self.reckoner()?, minutes)
            }
            Action::ReassignAll { from, to, reason } => {
                absence::reassign_all(tx, actor, self.reckoner()?, *from, *to, reason)
            }
            Action::HoldChart {
                encounter,
                reason,
                until,
                comment,
            } => {
                let new = chart_hold::NewChartHold {
                    encounter: *encounter,
                    reason: *reason,
                    until: *until,
                    comment,
                };
                chart_hold::place(tx, actor, self.reckoner()?, &new)
            }
            Action::EndChartHold { encounter, comment } => {
                chart_hold::end(tx, actor, self.reckoner()?, *encounter, comment)
            }
            Action::AddAbsence {
                provider,
                reason,
                from,
                until,
                comment,
            } => {
                let new = absence::Told {
                    reason: *reason,
                    from: *from,
                    until: *until,
                    comment,
                };
                absence::add(tx, actor, self.reckoner()?, *provider, &new)
            }
            Action::EndAbsence { absence, until } => {
                absence::end(tx, actor, self.reckoner()?, *absence, *until)
            }
            Action::ChangeAbsence {
                absence,
                version,
                reason,
                from,
                until,
                comment,
            } => {
                let new = absence::Told {
                    reason: *reason,
                    from: *from,
                    until: *until,
                    comment,
                };
                absence::change(tx, actor, self.reckoner()?, (*absence, *version), &new)
            }
            Action::AddCover {
                provider,
                by,
                from,
                until,
                reason,
            } => {
                let new = Cover {
                    id: crate::domain::ids::CoverId(0),
                    provider: *provider,
                    provider_name: "".into(),
                    by: *by,
                    by_name: "".into(),
                    from: *from,
                    until: *until,
                    reason: reason.clone(),
                };
                cover::add(tx, actor, &new)
            }
            Action::EndCover { cover, until } => cover::end(tx, actor, *cover, *until),
            Action::RenameCoverGroup { name, to } => cover::rename(tx, actor, name, to),
            Action::SetCoverGroup { name, members } => cover::group(tx, actor, name, members),
            Action::Take { encounter } => {
                taking::take(tx, actor, *encounter, self.settings.lease_minutes)
            }
            Action::TakeNext { from, leave } => {
                taking::take_next(tx, actor, from, *leave, self.settings.lease_minutes)
            }
            Action::Release { encounter } => taking::release(tx, actor, *encounter),
            Action::IssueQuery { .. }
            | Action::RecordVerbal { .. }
            | Action::ChangeQuery { .. }
            | Action::AdvanceQueries
            | Action::WithdrawQuery { .. }
            | Action::AnswerQuery { .. }
            | Action::DiscardDraft { .. } => self.act_on_query(tx, actor, action),
            Action::DismissOpportunity {
                encounter,
                rule,
                reason,
            } => opportunities::dismiss(tx, self, actor, *encounter, rule, reason),
            Action::AddUser {
                login,
                name,
                roles,
                provider,
            } => users::add(tx, actor, login, name, roles, *provider),
            Action::ChangeUser {
                user,
                version,
                roles,
                provider,
                active,
            } => {
                let to = users::Change {
                    roles,
                    provider: *provider,
                    active: *active,
                };
                users::change(tx, self, actor, (*user, *version), &to)
            }
            Action::SaveView(view) => saved_views::save(tx, actor, view),
            Action::DeleteView { name } => saved_views::delete(tx, actor, name),
            Action::SaveSearch(search) => searches::save(tx, actor, search),
            Action::RenameSearch { name, to } => searches::rename(tx, actor, name, to),
            Action::DeleteSearch { name } => searches::delete(tx, actor, name),
            Action::ClearSearchHistory => searches::forget(tx),
            Action::Prefer { key, value } => {
                tx.prefer(key, value)?;
                tx.audit(AuditDraft {
                    action: "preference.set".to_owned(),
                    object: format!("{key} {value}"),
                    outcome: "ok".to_owned(),
                    ..AuditDraft::default()
                });
                Ok(Outcome::default())
            }
            Action::ProposeSteps => {
                let looked = match looked {
                    Some(looked) => looked,
                    None => self.look_at_ladder(actor)?,
                };
                self.propose_steps(tx, actor, looked)
            }
            Action::DecideSteps { steps, decision } => {
                self.decide_steps(tx, actor, steps, decision)
            }
            Action::LiftSuspension {
                step,
                version,
                reason,
            } => self.lift_suspension(tx, actor, *step, *version, reason),
            Action::PrintLetters { letters, format } => {
                super::letters::print(tx, actor, letters, *format)
            }
            Action::NoteToCoder { encounter, words } => {
                super::waiting::note(tx, actor, *encounter, words)
            }
            Action::MarkCoded { encounter, at } => {
                let none = crate::domain::untrusted::Untrusted::default();
                coding::mark(tx, actor, self.coders(), *encounter, *at, &none)
            }
            Action::MarkNotCoded { encounter, reason } => {
                coding::unmark(tx, actor, self.coders(), *encounter, reason, None)
            }
            Action::Review(action) => super::review::act(tx, self, actor, action),
            Action::List(action) => self.act_on_list(tx, actor, action),
            Action::Undo { request } => {
                let minutes = self.settings.lease_minutes;
                undo::undo(tx, actor, self.reckoner()?, self.coders(), request, minutes)
            }
        }
    }

    /// What reckoning excused time needs.
    pub(super) fn reckoner(&self) -> Result<Reckoner<'_>> {
        Ok(Reckoner {
            rules: self.rules()?,
            zone: &self.zone,
        })
    }

    /// What deciding whether a stay is coded needs.
    pub(super) fn coders(&self) -> coding::Coders<'_> {
        coding::Coders {
            accepted: &self.settings.coded_by,
            zone: &self.zone,
        }
    }
}

/// Whether an action changes what the rules see, so that they look again at once.
fn calls_for_analysis(action: &Action) -> bool {
    use crate::domain::action::DeficiencyChange as C;
    match action {
        Action::ChangeDeficiencies { change, .. } => matches!(
            change,
            C::Answer { .. } | C::NotAnswer { .. } | C::Advance { .. }
        ),
        Action::AnswerQuery { .. }
        | Action::WithdrawQuery { .. }
        | Action::ChangeQuery { .. }
        | Action::Undo { .. } => true,
        _ => false,
    }
}

fn import(
    tx: &mut Tx<'_>,
    actor: &Actor,
    batch: &crate::domain::action::ImportBatch,
    coders: coding::Coders<'_>,
) -> Result<Outcome> {
    access::allowed(actor, Permission::Import)?;
    if batch.arrivals.len() > BATCH_RECORDS {
        return Err(OpsError::Refused(format!(
            "a batch has at most {BATCH_RECORDS} records"
        )));
    }
    let taken = intake::take_batch(tx, batch, coders)?;
    tx.audit(AuditDraft {
        action: "import.batch".to_owned(),
        object: counted(batch.arrivals.len(), "record"),
        detail: serde_json::json!({
            "source": batch.source, "new": taken.new, "updated": taken.updated, "rejected": taken.issues.len()
        })
        .to_string(),
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
    Ok(Outcome {
        intake: Some(taken),
        ..Outcome::default()
    })
}
