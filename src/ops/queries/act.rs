//! Which action on queries is whose to decide.

use super::issue::Sending;
use crate::domain::action::Action;
use crate::domain::user::Actor;
use crate::ops::Office;
use crate::ops::error::{OpsError, Result};
use crate::ops::outcome::Outcome;
use crate::store::Tx;

impl Office {
    /// Decides an action on queries.
    pub(in crate::ops) fn act_on_query(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        action: &Action,
    ) -> Result<Outcome> {
        match action {
            Action::IssueQuery {
                query,
                version,
                provider,
                due,
                again,
                overrule,
            } => {
                let sending = Sending {
                    query: *query,
                    version: *version,
                    again: *again,
                    overrule: overrule.as_ref(),
                };
                self.issue_query(tx, actor, &sending, *provider, *due)
            }
            Action::RecordVerbal {
                query,
                version,
                verbal,
                again,
                overrule,
            } => {
                let sending = Sending {
                    query: *query,
                    version: *version,
                    again: *again,
                    overrule: overrule.as_ref(),
                };
                self.record_verbal(tx, actor, &sending, verbal)
            }
            Action::ChangeQuery {
                query,
                version,
                change,
            } => self.change_query(tx, actor, (*query, *version), change),
            Action::AdvanceQueries => self.advance_queries(tx, actor),
            Action::WithdrawQuery {
                query,
                version,
                reason,
            } => super::change::withdraw(tx, actor, *query, *version, reason),
            Action::AnswerQuery {
                query,
                version,
                answer,
            } => self.answer_query(tx, actor, *query, *version, answer),
            Action::DiscardDraft { query } => super::discard(tx, actor, *query),
            _ => Err(OpsError::Refused("that is no action on queries".to_owned())),
        }
    }
}
