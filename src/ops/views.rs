//! Everything that can be seen but what a search finds (`search.rs`). Each page, chart and document
//! is one audit row, written before the first of it is handed out; moving about in what was fetched
//! is none.

use super::access::{allowed, may_open, may_read, reader};
use super::error::{OpsError, Result};
use super::{Office, denied_document};
use crate::domain::audit::AuditRow;
use crate::domain::chart::{Chart, DocumentText};
use crate::domain::deficiency::DeficiencyDetail;
use crate::domain::document::Document;
use crate::domain::encounter::{Encounter, Service};
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, PatientId, RequestId};
use crate::domain::people::Patient;
use crate::domain::permission::Permission;
use crate::domain::record::RecordKind;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::{Choice, QueuePage, QueueRequest, SavedView, Scope, WorklistCounts};
use crate::store::{AuditCheck, AuditDraft, DocumentVersion};
use crate::text::counted;

/// A document with its text, as the reader shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentView {
    /// The document.
    pub document: Document,
    /// Its text in the version asked for.
    pub text: DocumentText,
}

/// A chart found by name or number.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundChart {
    /// Whose.
    pub patient: Patient,
    /// Which visit.
    pub encounter: Encounter,
}

impl Office {
    /// Counts for the home screen. Numbers only: no disclosure.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn counts(&self, actor: &Actor) -> Result<WorklistCounts> {
        let reader = reader(actor)?;
        let now = self.now();
        let bands = self.settings.bands();
        let mut counts = self.store.worklist_counts(&reader, now, &bands)?;
        if allowed(actor, Permission::WriteReview).is_ok() {
            counts.cdi = Some(self.cdi_counts()?);
        }
        Ok(counts)
    }

    /// A page of the deficiency queue.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn queue(&self, actor: &Actor, request: &QueueRequest) -> Result<QueuePage> {
        let reader = reader(actor)?;
        let page = self.store.queue_page(request, &reader, self.now())?;
        let ids: Vec<i64> = page.rows.iter().map(|r| r.id.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "queue.page".to_owned(),
                object: format!("queue {}", request.view.name()),
                detail: serde_json::json!({ "deficiencies": ids, "total": page.total }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(page)
    }

    /// Everything the detail pane shows of a row of a page that was fetched.
    ///
    /// # Errors
    /// Not permitted, no such item, or what the store says.
    pub fn detail(&self, actor: &Actor, id: DeficiencyId) -> Result<DeficiencyDetail> {
        let scope = allowed(actor, Permission::OpenChart)?;
        let mut detail = self.store.deficiency_detail(id, self.now())?;
        if let Some(rule) = self.rules()?.rule(&detail.row.rule.id) {
            detail.rule_title.clone_from(&rule.title);
            detail.rule_source.clone_from(&rule.source);
            detail.rule_text.clone_from(&rule.text);
        }
        let theirs = match (scope, detail.row.owner) {
            (Scope::All, _) => true,
            (Scope::Provider(me), Some(owner)) => {
                owner == me || self.store.covered(me, self.now())?.contains(&owner)
            }
            (Scope::Provider(_), None) => false,
        };
        if !theirs {
            return Err(super::access::denied(actor, Permission::OpenChart));
        }
        detail.explained = self.explain(&detail)?;
        Ok(detail)
    }

    /// A chart: everything but texts. `values` asks for observations and medications too.
    ///
    /// # Errors
    /// Not permitted, no such visit, or what the store says.
    pub fn chart(&self, actor: &Actor, id: EncounterId, values: bool) -> Result<Chart> {
        let mut chart = self.store.chart(id, values)?;
        if let Err(error) = self.may_open(actor, &chart) {
            self.refused(actor, "chart.open", &error);
            return Err(error);
        }
        chart.documents.retain(|d| may_read(actor, d));
        self.disclose(
            actor,
            AuditDraft {
                action: "chart.open".to_owned(),
                object: format!("visit {id}"),
                patient: chart.patient.id.0,
                encounter: id.0,
                ..AuditDraft::default()
            },
        )?;
        Ok(chart)
    }

    /// A document's text; `version` `None` is the newest.
    ///
    /// # Errors
    /// Not permitted, no such document, or what the store says.
    pub fn document(
        &self,
        actor: &Actor,
        id: DocumentId,
        version: Option<i64>,
    ) -> Result<DocumentView> {
        let document = self.store.document(id)?.ok_or_else(|| OpsError::NotFound {
            what: "document",
            name: id.to_string(),
        })?;
        if let Err(error) = self.check_document(actor, &document) {
            self.refused(actor, "document.open", &error);
            return Err(error);
        }
        let text = self.store.document_text(id, version)?;
        self.disclose(
            actor,
            AuditDraft {
                action: "document.open".to_owned(),
                object: format!("document {id} version {}", text.version),
                patient: document.patient.0,
                encounter: document.encounter.map_or(0, |e| e.0),
                ..AuditDraft::default()
            },
        )?;
        Ok(DocumentView { document, text })
    }

    /// Whether the actor may open this chart: their own, one of somebody they stand in for, or one
    /// in which either owes an item or the answer to a query.
    pub(super) fn may_open(&self, actor: &Actor, chart: &Chart) -> Result<()> {
        let Scope::Provider(me) = allowed(actor, Permission::OpenChart)? else {
            return Ok(());
        };
        let mut who = self.store.covered(me, self.now())?;
        let denied = match may_open(actor, chart, &who) {
            Ok(()) => return Ok(()),
            Err(denied) => denied,
        };
        who.push(me);
        match self.store.owes(chart.encounter.id, &who)? {
            true => Ok(()),
            false => Err(denied),
        }
    }

    pub(super) fn check_document(&self, actor: &Actor, document: &Document) -> Result<()> {
        let scope = allowed(actor, Permission::OpenChart)?;
        if !may_read(actor, document) {
            return Err(denied_document(actor));
        }
        if let Scope::Provider(me) = scope
            && document.author != Some(me)
        {
            let encounter = document.encounter.ok_or_else(|| denied_document(actor))?;
            self.may_open(actor, &self.store.chart(encounter, false)?)?;
        }
        Ok(())
    }

    /// The versions of a document the actor may read, newest first.
    ///
    /// # Errors
    /// Not permitted, no such document, or what the store says.
    pub fn document_versions(&self, actor: &Actor, id: DocumentId) -> Result<Vec<DocumentVersion>> {
        let document = self.store.document(id)?.ok_or_else(|| OpsError::NotFound {
            what: "document",
            name: id.to_string(),
        })?;
        self.check_document(actor, &document)?;
        Ok(self.store.document_versions(id)?)
    }

    /// The visits of a patient, newest first.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn encounters_of(&self, actor: &Actor, patient: PatientId) -> Result<Vec<Encounter>> {
        let scope = allowed(actor, Permission::OpenChart)?;
        self.keep_theirs(scope, self.store.encounters_of(patient)?, |visit| visit)
    }

    /// Charts whose patient name, MRN or visit number begins with `text`.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn find_charts(
        &self,
        actor: &Actor,
        text: &Untrusted,
        limit: usize,
    ) -> Result<Vec<FoundChart>> {
        let scope = allowed(actor, Permission::OpenChart)?;
        let found = self.store.find_charts(text.raw(), limit)?;
        let found = self.keep_theirs(scope, found, |(_, visit)| visit)?;
        let ids: Vec<i64> = found.iter().map(|(_, e)| e.id.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "chart.find".to_owned(),
                object: counted(ids.len(), "visit"),
                detail: serde_json::json!({ "text": text.raw(), "visits": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(found
            .into_iter()
            .map(|(patient, encounter)| FoundChart { patient, encounter })
            .collect())
    }

    /// Providers to choose from.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn providers(&self, actor: &Actor, like: &str, limit: usize) -> Result<Vec<Choice>> {
        allowed(actor, Permission::OpenChart)?;
        Ok(self.store.provider_choices(like, limit)?)
    }

    /// Clinical services meant by a text: that of this name, else that known by this code, else
    /// those with it in their name. Capitals do not matter; services of one name are one.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn services_like(&self, actor: &Actor, text: &str) -> Result<Vec<Service>> {
        allowed(actor, Permission::OpenChart)?;
        let wanted = text.trim().to_lowercase();
        let services = self.store.services()?;
        let of = |fits: &dyn Fn(&Service) -> bool| -> Vec<Service> {
            let mut found: Vec<Service> = services.iter().filter(|s| fits(s)).cloned().collect();
            found.dedup_by(|a, b| a.name == b.name);
            found
        };
        let named = of(&|s| s.name.raw().to_lowercase() == wanted);
        if !named.is_empty() {
            return Ok(named);
        }
        let coded = self.store.object_named(RecordKind::Service, text.trim())?;
        match coded.and_then(|id| services.iter().find(|s| s.id.0 == id)) {
            Some(service) => Ok(vec![service.clone()]),
            None => Ok(of(&|s| s.name.raw().to_lowercase().contains(&wanted))),
        }
    }

    /// The actor's saved views.
    ///
    /// # Errors
    /// What the store says.
    pub fn saved_views(&self, actor: &Actor) -> Result<Vec<SavedView>> {
        Ok(self.store.saved_views(actor.user.id)?)
    }

    /// A preference of the actor (`theme`, `keymap`).
    ///
    /// # Errors
    /// What the store says.
    pub fn preference(&self, actor: &Actor, key: &str) -> Result<Option<String>> {
        Ok(self.store.preference(actor.user.id, key)?)
    }

    /// The actor's newest request that undo can take back.
    ///
    /// # Errors
    /// What the store says.
    pub fn last_undoable(&self, actor: &Actor) -> Result<Option<RequestId>> {
        Ok(self.store.last_undoable(actor.user.id)?)
    }

    /// The newest audit rows. Reading the log is itself logged.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn audit_rows(&self, actor: &Actor, limit: usize) -> Result<Vec<AuditRow>> {
        allowed(actor, Permission::ReadAudit)?;
        let rows = self.store.audit_rows(limit)?;
        self.disclose(
            actor,
            AuditDraft {
                action: "audit.read".to_owned(),
                object: counted(rows.len(), "row"),
                ..AuditDraft::default()
            },
        )?;
        Ok(rows)
    }

    /// Recomputes the audit chains. Says nothing of what they hold, so anyone may.
    ///
    /// # Errors
    /// What the store says.
    pub fn audit_verify(&self) -> Result<AuditCheck> {
        Ok(self.store.audit_verify()?)
    }
}
