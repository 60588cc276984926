//! Drafts: begun from an opportunity or a template, kept in versions, checked against what the
//! record documents.

use super::Office;
use super::access::{allowed, denied};
use super::error::{OpsError, Result};
use super::opportunities::Readers;
use crate::cdi::documented::documented;
use crate::cdi::draft::{self, Begun};
use crate::cdi::opportunity::Note;
use crate::cdi::template::{Template, Templates};
use crate::domain::action::DraftToSave;
use crate::domain::chart::Chart;
use crate::domain::clinical::Status;
use crate::domain::document::Sensitivity;
use crate::domain::ids::{DocumentId, EncounterId, ProviderId, QueryId};
use crate::domain::people::Provider;
use crate::domain::permission::Permission;
use crate::domain::query::{QueryState, QueryVersion};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::store::{AuditDraft, VersionsKept};
use std::sync::{Arc, Mutex, PoisonError};

/// A document in a version.
type Read = (DocumentId, i64);

/// What the notes of the stay looked at last document: a draft is checked at every pause in
/// typing, and the notes do not change meanwhile.
#[derive(Debug, Default)]
pub(super) struct Documented(Mutex<Option<Known>>);

/// The notes and what they document.
#[derive(Debug)]
struct Known {
    notes: Vec<Read>,
    names: Arc<Vec<String>>,
}

impl Office {
    /// The query templates in force: those of the program, and the site's own.
    ///
    /// # Errors
    /// [`OpsError::Settings`] naming the mistake in a site's template.
    pub fn query_templates(&self) -> Result<&Templates> {
        super::once(&self.templates, || {
            let mut files = Templates::embedded_files();
            files.extend(self.site_templates.iter().cloned());
            Templates::from_files(&files).map_err(|e| e.to_string())
        })
    }

    /// A template by its id.
    ///
    /// # Errors
    /// There is none, or a mistake in a site's template.
    pub fn query_template(&self, id: &str) -> Result<&Template> {
        let found = self.query_templates()?.get(id);
        found.ok_or_else(|| OpsError::NotFound {
            what: "template",
            name: id.to_owned(),
        })
    }

    /// What is wrong with each template in force that is not as it should be: (id, sentences).
    ///
    /// # Errors
    /// A mistake in a file that makes it no template.
    pub fn check_templates(&self) -> Result<Vec<(String, Vec<String>)>> {
        let linter = self.linter()?;
        let all = self.query_templates()?.all();
        let checked = all.map(|t| (t.id.clone(), t.check(linter)));
        Ok(checked.filter(|(_, wrong)| !wrong.is_empty()).collect())
    }

    /// Begins a query about an opportunity of a visit, with all its evidence cited and the words
    /// of its template, or of the one named. Nothing is saved yet.
    ///
    /// # Errors
    /// Not permitted, the rule finds nothing in this visit, no such template.
    pub fn begin_query(
        &self,
        actor: &Actor,
        encounter: EncounterId,
        rule: &str,
        template: Option<&str>,
    ) -> Result<Begun> {
        allowed(actor, Permission::WriteQuery)?;
        let found = self.opportunities_of(actor, encounter)?;
        let aside = found.dismissed.iter().map(|(o, _)| o);
        let mut all = found.found.opportunities.iter().chain(aside);
        let opportunity = all.find(|o| o.rule == rule);
        let opportunity = opportunity.ok_or_else(|| OpsError::NotFound {
            what: "opportunity in this visit by the rule",
            name: rule.to_owned(),
        })?;
        let template = self.query_template(template.unwrap_or(&opportunity.template))?;
        let documented = self.documented(&found.chart)?;
        let stay = found.chart.encounter.facts.admitted;
        let linter = self.linter()?;
        let begun = draft::begin(template, opportunity, stay, &documented, linter);
        Ok(Begun {
            attending: found.chart.encounter.attending,
            ..begun
        })
    }

    /// Saves a draft; one that `matters` is kept as a version to go back to.
    ///
    /// # Errors
    /// Not permitted, or the draft is gone.
    pub fn keep_draft(
        &self,
        actor: &Actor,
        draft: &DraftToSave,
        matters: bool,
    ) -> Result<(QueryId, i64)> {
        allowed(actor, Permission::WriteQuery)?;
        let kept = self.versions_kept(matters);
        let now = self.now();
        Ok(self.store.save_draft(actor.user.id, draft, now, kept)?)
    }

    /// Who is asked, if somebody is.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn query_asked(
        &self,
        actor: &Actor,
        provider: Option<ProviderId>,
    ) -> Result<Option<Provider>> {
        allowed(actor, Permission::WriteQuery)?;
        let found = provider.map(|id| self.store.provider(id)).transpose()?;
        Ok(found.flatten())
    }

    /// How versions of a draft are kept.
    pub(super) fn versions_kept(&self, matters: bool) -> VersionsKept {
        VersionsKept {
            most: self.settings.draft_versions,
            minutes: self.settings.draft_version_minutes,
            matters,
        }
    }

    /// The versions of a query, newest first. Those of a draft are its author's alone.
    ///
    /// # Errors
    /// Not permitted, or there is no such query.
    pub fn query_versions(&self, actor: &Actor, id: QueryId) -> Result<Vec<QueryVersion>> {
        allowed(actor, Permission::WriteQuery)?;
        let query = self.store.query(id)?.ok_or_else(|| OpsError::NotFound {
            what: "query",
            name: id.to_string(),
        })?;
        if query.state == QueryState::Draft && query.author != actor.user.id {
            return Err(denied(actor, Permission::WriteQuery));
        }
        let versions = self.store.query_versions(id)?;
        self.disclose(
            actor,
            AuditDraft {
                action: "query.versions".to_owned(),
                object: format!("query {id}"),
                encounter: query.encounter.0,
                detail: serde_json::json!({ "versions": versions.len() }).to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(versions)
    }

    /// Goes back to a version of a draft: its words become the draft's; those it had are kept as
    /// a version. Gives the draft's new row version.
    ///
    /// # Errors
    /// Not permitted, no such version, or the draft is gone.
    pub fn revert_draft(&self, actor: &Actor, id: QueryId, number: i64) -> Result<i64> {
        let versions = self.query_versions(actor, id)?;
        let wanted = versions.into_iter().find(|v| v.number == number);
        let wanted = wanted.ok_or_else(|| OpsError::NotFound {
            what: "version",
            name: number.to_string(),
        })?;
        let query = self.store.query(id)?.ok_or_else(|| OpsError::NotFound {
            what: "query",
            name: id.to_string(),
        })?;
        let draft = |text, provider| DraftToSave {
            query: Some(id),
            encounter: query.encounter,
            provider,
            text,
        };
        self.keep_draft(actor, &draft(query.text.clone(), query.provider), true)?;
        let (_, version) = self.keep_draft(actor, &draft(wanted.text, wanted.provider), true)?;
        Ok(version)
    }

    /// The diagnoses documented in a visit, in words: coded, or affirmed in a note that everybody
    /// who may open the chart may read.
    pub(super) fn documented(&self, chart: &Chart) -> Result<Vec<String>> {
        let coded = chart
            .diagnoses
            .iter()
            .filter(|d| d.facts.status != Status::Retracted)
            .map(|d| d.facts.what.text.raw().to_owned());
        let mut all: Vec<String> = coded.collect();
        all.extend(self.documented_in_notes(chart)?.iter().cloned());
        Ok(all)
    }

    fn documented_in_notes(&self, chart: &Chart) -> Result<Arc<Vec<String>>> {
        let open: Vec<_> = chart
            .documents
            .iter()
            .filter(|d| d.facts.sensitivity == Sensitivity::Normal && d.text_bytes > 0)
            .collect();
        let notes: Vec<Read> = open.iter().map(|d| (d.id, d.version)).collect();
        let known = |d: &Documented| {
            let kept = d.0.lock().unwrap_or_else(PoisonError::into_inner);
            let same = kept.as_ref().filter(|k| k.notes == notes);
            same.map(|k| Arc::clone(&k.names))
        };
        if let Some(names) = known(&self.documented) {
            return Ok(names);
        }
        let mut texts: Vec<Untrusted> = Vec::with_capacity(open.len());
        for document in &open {
            texts.push(self.store.document_text(document.id, None)?.text);
        }
        let read: Vec<Note<'_>> = open
            .iter()
            .zip(&texts)
            .map(|(document, text)| Note { document, text })
            .collect();
        let names = Arc::new(documented(self.linter()?, self.language()?, &read));
        let mut kept = self
            .documented
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Some(Known {
            notes,
            names: Arc::clone(&names),
        });
        Ok(names)
    }

    /// What is worth asking about in one visit, audited as shown.
    ///
    /// # Errors
    /// Not permitted, or what the store says.
    pub fn opportunities_of(
        &self,
        actor: &Actor,
        encounter: EncounterId,
    ) -> Result<super::VisitOpportunities> {
        if let Err(error) = allowed(actor, Permission::WriteQuery) {
            self.refused(actor, "opportunities.show", &error);
            return Err(error);
        }
        let found = self.look(Readers::Actor(actor), encounter, None)?;
        self.disclose_opportunities(actor, std::slice::from_ref(&found), None)?;
        Ok(found)
    }
}
