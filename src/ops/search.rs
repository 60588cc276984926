//! Searching what the actor may see, and completing a query. Each search is one audit row, written
//! before the first hit is handed out.

use super::Office;
use super::error::{OpsError, Result};
use crate::domain::search::{SearchAnswer, SearchRequest};
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::grammar::ast::Field;
use crate::grammar::terms::is_named;
use crate::grammar::{self, Completions, Wanted};
use crate::index::SearchContext;
use std::time::Duration;

/// What a user asks of a search. The default asks for nothing of nobody: fill in what is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchAsk {
    /// What is searched for.
    pub request: SearchRequest,
    /// The saved search this is: it counts as looked at.
    pub saved: Option<String>,
    /// Whether the query goes into the searcher's history.
    pub remember: bool,
    /// Whether this is the beginning of a query that is being typed: told to the audit log as such,
    /// never remembered, no look at a saved search, and answered with what is found in a moment.
    pub beginning: bool,
}

impl From<SearchRequest> for SearchAsk {
    /// In full, and not to be remembered.
    fn from(request: SearchRequest) -> Self {
        Self {
            request,
            ..Self::default()
        }
    }
}

impl Office {
    /// Searches every word of the charts the actor may see. When nobody waits for the answer any
    /// more, there is none.
    ///
    /// # Errors
    /// Not permitted, a mistake in the query, [`OpsError::Overtaken`], or what the index says.
    pub fn search(&self, actor: &Actor, ask: &SearchAsk) -> Result<SearchAnswer> {
        let request = SearchRequest {
            within: self.patience(ask).or(ask.request.within),
            ..ask.request.clone()
        };
        let answer = self.searched(actor, &request)?;
        if request.awaited.is_over() {
            return Err(OpsError::Overtaken);
        }
        self.disclose_search(actor, ask, &answer)?;
        Ok(answer)
    }

    /// Searches without telling the audit log: whoever calls does, before anything is shown.
    pub(super) fn searched(&self, actor: &Actor, request: &SearchRequest) -> Result<SearchAnswer> {
        let access = self.search_access(actor)?;
        self.with_search_context(actor, request.text.raw(), |context| {
            self.index.search(request, &access, context)
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
}
