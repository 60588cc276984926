//! What can be seen of the ladder: steps, the suspension list, where a provider stands.

use super::super::Office;
use super::super::access::{allowed, denied};
use super::super::error::Result;
use crate::domain::ids::{ProviderId, StepId};
use crate::domain::ladder::{ProviderStanding, ProviderStep, StepDetail, StepRequest};
use crate::domain::permission::Permission;
use crate::domain::user::Actor;
use crate::domain::worklist::Scope;
use crate::store::AuditDraft;
use crate::text::counted;

impl Office {
    /// Steps, newest first. A provider sees their own.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn steps(&self, actor: &Actor, ask: &StepRequest) -> Result<Vec<ProviderStep>> {
        let mut ask = ask.clone();
        if let Scope::Provider(me) = allowed(actor, Permission::ViewSuspension)? {
            ask.provider = Some(me);
        }
        let rows = self.store.steps(&ask)?;
        let ids: Vec<i64> = rows.iter().map(|r| r.id.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "ladder.page".to_owned(),
                object: counted(ids.len(), "step"),
                detail: serde_json::json!({ "steps": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(rows)
    }

    /// The suspension list: suspensions in force.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn suspensions(&self, actor: &Actor) -> Result<Vec<ProviderStep>> {
        let ask = StepRequest {
            in_force: true,
            limit: usize::from(u16::MAX),
            ..StepRequest::default()
        };
        self.steps(actor, &ask)
    }

    /// A step with its items and its history.
    ///
    /// # Errors
    /// Not permitted, no such step, or what the store says.
    pub fn step(&self, actor: &Actor, id: StepId) -> Result<StepDetail> {
        let scope = allowed(actor, Permission::ViewSuspension)?;
        let detail = self.store.step_detail(id)?;
        if let Scope::Provider(me) = scope
            && detail.step.provider != me
        {
            return Err(denied(actor, Permission::ViewSuspension));
        }
        self.disclose(
            actor,
            AuditDraft {
                action: "ladder.show".to_owned(),
                object: format!("step {id}"),
                ..AuditDraft::default()
            },
        )?;
        Ok(detail)
    }

    /// What a provider owes in numbers, and where they stand on the ladder.
    ///
    /// # Errors
    /// Not permitted, no such provider, or what the store says.
    pub fn provider_standing(
        &self,
        actor: &Actor,
        provider: ProviderId,
    ) -> Result<ProviderStanding> {
        match allowed(actor, Permission::ViewSuspension)? {
            Scope::Provider(me) if me != provider => {
                return Err(denied(actor, Permission::ViewSuspension));
            }
            _ => {}
        }
        let standing = self.store.provider_standing(provider, self.now())?;
        self.disclose(
            actor,
            AuditDraft {
                action: "provider.show".to_owned(),
                object: format!("provider {provider}"),
                ..AuditDraft::default()
            },
        )?;
        Ok(standing)
    }
}
