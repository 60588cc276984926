//! Everything that can be seen. Each page, chart, document and search is one audit row, written
//! before the first of it is handed out; moving about in what was fetched is none.

use super::access::{allowed, may_open, may_read, reader};
use super::error::{OpsError, Result};
use super::{Office, denied_document};
use crate::domain::audit::AuditRow;
use crate::domain::chart::{Chart, DocumentText};
use crate::domain::deficiency::DeficiencyDetail;
use crate::domain::document::Document;
use crate::domain::encounter::Encounter;
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId, PatientId, RequestId};
use crate::domain::people::Patient;
use crate::domain::permission::Permission;
use crate::domain::search::{Grouping, SearchAnswer, SearchOrder, SearchRequest, Widening};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::{Choice, QueuePage, QueueRequest, SavedView, Scope, WorklistCounts};
use crate::grammar::ast::Field;
use crate::grammar::terms::is_named;
use crate::grammar::{self, Completions, Wanted};
use crate::index::SearchContext;
use crate::store::{AuditCheck, AuditDraft, DocumentVersion};
use std::time::Duration;

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
        Ok(self
            .store
            .worklist_counts(&reader, self.now(), &self.settings.bands())?)
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
    pub fn encounters_of(
        &self,
        actor: &Actor,
        patient: crate::domain::ids::PatientId,
    ) -> Result<Vec<Encounter>> {
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
                object: format!("{} visits", ids.len()),
                detail: serde_json::json!({ "text": text.raw(), "visits": ids }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(found
            .into_iter()
            .map(|(patient, encounter)| FoundChart { patient, encounter })
            .collect())
    }

    /// Searches every word of the charts the actor may see.
    ///
    /// # Errors
    /// Not permitted, a mistake in the query, or what the index says.
    pub fn search(&self, actor: &Actor, ask: &SearchAsk) -> Result<SearchAnswer> {
        let answer = self.searched(actor, ask)?;
        self.disclose_search(actor, ask, &answer)?;
        Ok(answer)
    }

    /// Searches without telling the audit log: whoever calls does, before anything is shown.
    pub(super) fn searched(&self, actor: &Actor, ask: &SearchAsk) -> Result<SearchAnswer> {
        let request = SearchRequest {
            text: ask.text.clone(),
            order: ask.order,
            offset: ask.offset,
            limit: ask.limit,
            encounter: ask.encounter,
            patient: ask.patient,
            taken_after: ask.taken_after,
            grouping: ask.grouping,
            widening: ask.widening,
            facets: ask.facets,
            lenient: ask.lenient,
            within: self.patience(ask),
            access: self.search_access(actor)?,
        };
        self.with_search_context(actor, ask.text.raw(), |context| {
            self.index.search(&request, context)
        })
    }

    /// How long a search may go on: the beginning of a query only so long that typing does not wait.
    fn patience(&self, ask: &SearchAsk) -> Option<Duration> {
        let millis = self.settings.search_typed_ms;
        (ask.beginning && millis > 0).then(|| Duration::from_millis(millis))
    }

    /// What could stand at byte `cursor` of a query being typed. Values come only from documents
    /// the actor may see.
    ///
    /// # Errors
    /// Not permitted, or what store and index say.
    pub fn complete_search(&self, actor: &Actor, text: &str, cursor: usize) -> Result<Completions> {
        let access = self.search_access(actor)?;
        let values = match grammar::wanted(text, cursor, Field::SEARCH) {
            Wanted::Value(Field::List, span) => {
                let typed = span.of(text).trim_start_matches('"');
                let names = self.list_names(actor)?.into_iter();
                let meant = names.filter(|name| is_named(name, typed));
                meant.map(Untrusted::new).collect()
            }
            Wanted::Value(field, span) => {
                let typed = span.of(text).trim_start_matches('"');
                self.with_search_context(actor, "", |context| {
                    self.index.values(field, typed, &access, context)
                })?
            }
            _ => Vec::new(),
        };
        let known = |_: Field, _: &str| values.clone();
        Ok(grammar::complete(text, cursor, Field::SEARCH, &known))
    }

    fn with_search_context<T>(
        &self,
        actor: &Actor,
        text: &str,
        body: impl FnOnce(&SearchContext<'_>) -> Result<T>,
    ) -> Result<T> {
        let services = self.store.services()?;
        let facilities = self.store.facilities()?;
        // Lists are read only where one is asked for.
        let lists = match text.to_ascii_lowercase().contains("list:") {
            true => self.listed_documents(actor)?,
            false => Vec::new(),
        };
        body(&SearchContext {
            today: self.now().day(&self.zone),
            zone: &self.zone,
            services: &services,
            facilities: &facilities,
            lists: &lists,
            language: Some(self.language()?),
        })
    }

    /// Providers to choose from.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn providers(&self, actor: &Actor, like: &str, limit: usize) -> Result<Vec<Choice>> {
        allowed(actor, Permission::OpenChart)?;
        Ok(self.store.provider_choices(like, limit)?)
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
                object: format!("{} rows", rows.len()),
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

/// What a user asks of a search. The default asks for nothing of nobody: fill in what is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAsk {
    /// The query as typed.
    pub text: Untrusted,
    /// Order.
    pub order: SearchOrder,
    /// Skip so many hits.
    pub offset: usize,
    /// At most so many hits.
    pub limit: usize,
    /// Only in this visit.
    pub encounter: Option<EncounterId>,
    /// Only of this patient.
    pub patient: Option<PatientId>,
    /// Only what was taken in after this instant: what is new since somebody looked.
    pub taken_after: Option<Instant>,
    /// What hits are gathered by; offset and limit then count groups.
    pub grouping: Grouping,
    /// How far the query is widened by other names of its terms.
    pub widening: Widening,
    /// Whether facets are counted.
    pub facets: bool,
    /// Whether documents with some of the words will do when none has all of them.
    pub lenient: bool,
    /// The saved search this is: it counts as looked at.
    pub saved: Option<String>,
    /// Whether the query goes into the searcher's history.
    pub remember: bool,
    /// Whether this is the beginning of a query that is being typed: told to the audit log as such,
    /// never remembered, no look at a saved search, and answered with what is found in a moment.
    pub beginning: bool,
}
