//! Exporting a list of hits: every hit of a search in a file or stream of its own form.
//!
//! What leaves is audited with the query and the count before the first line of it is handed out;
//! a file is made anew, never written over.

use super::Office;
use super::error::{OpsError, Result};
use crate::domain::ids::DocumentId;
use crate::domain::named::named_enum;
use crate::domain::search::{SearchAnswer, SearchHit, SearchRequest};
use crate::domain::user::Actor;
use crate::store::AuditDraft;
use crate::text::{Shown, counted, csv_line, show};
use crate::vault::files;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Hits read at once.
const PAGE: usize = 1_000;

/// Most hits in one export.
pub const MOST: usize = 100_000;

named_enum! {
    /// The form of an export.
    pub enum ExportForm {
        /// Comma-separated values with a head line.
        Csv = "csv",
        /// One JSON object a line.
        Json = "json",
    }
}

/// Which hits are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// All the search finds (at most [`MOST`]).
    All,
    /// Only those of these documents.
    These(Vec<DocumentId>),
}

impl Office {
    /// Writes the hits of a search to a file that must not exist yet; gives how many there are.
    ///
    /// # Errors
    /// Not permitted, a mistake in the query, the file exists or cannot be written, or what the
    /// index says.
    pub fn export_hits(
        &self,
        actor: &Actor,
        request: &SearchRequest,
        which: &Exported,
        form: ExportForm,
        path: &Path,
    ) -> Result<usize> {
        let hits = self.hits_to_export(actor, request, which, form)?;
        let failed = |source| OpsError::making(path, source);
        let mut file = files::create_private(path).map_err(failed)?;
        for line in self.lines(&hits, form) {
            writeln!(file, "{line}").map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        Ok(hits.len())
    }

    /// The hits of a search as lines of an export.
    ///
    /// # Errors
    /// As [`Office::export_hits`], apart from the file.
    pub fn export_lines(
        &self,
        actor: &Actor,
        request: &SearchRequest,
        form: ExportForm,
    ) -> Result<Vec<String>> {
        let hits = self.hits_to_export(actor, request, &Exported::All, form)?;
        Ok(self.lines(&hits, form))
    }

    fn hits_to_export(
        &self,
        actor: &Actor,
        request: &SearchRequest,
        which: &Exported,
        form: ExportForm,
    ) -> Result<Vec<SearchHit>> {
        let most = request.limit.min(MOST);
        let mut hits = Vec::new();
        let mut count = 0;
        loop {
            let page = SearchRequest {
                offset: request.offset + hits.len(),
                limit: PAGE.min(most - hits.len()),
                facets: false,
                ..request.clone()
            };
            let answer: SearchAnswer = self.searched(actor, &page)?;
            count = answer.count.max(count);
            let read = answer.hits.len();
            hits.extend(answer.hits);
            if read < page.limit || hits.len() >= most {
                break;
            }
        }
        if let Exported::These(documents) = which {
            hits.retain(|h| documents.contains(&h.document));
        }
        let ids: Vec<i64> = hits.iter().map(|h| h.document.0).collect();
        self.disclose(
            actor,
            AuditDraft {
                action: "search.export".to_owned(),
                object: format!("{} as {}", counted(hits.len(), "hit"), form.name()),
                encounter: request.encounter.map_or(0, |e| e.0),
                detail: json!({ "text": request.text.raw(), "hits": count, "shown": ids })
                    .to_string(),
                ..AuditDraft::default()
            },
        )?;
        Ok(hits)
    }

    fn lines(&self, hits: &[SearchHit], form: ExportForm) -> Vec<String> {
        let date = |hit: &SearchHit| hit.at.map(|m| m.iso(&self.zone)).unwrap_or_default();
        if form == ExportForm::Json {
            let object = |hit: &SearchHit| {
                json!({
                    "kind": "hit", "document": hit.document, "visit": show(&hit.visit).as_str(),
                    "mrn": show(&hit.mrn).as_str(), "patient": show(&hit.patient_name).as_str(),
                    "type": hit.kind.name(), "author": show(&hit.author).as_str(),
                    "date": date(hit), "score": hit.score, "snippet": passage(hit).as_str()
                })
                .to_string()
            };
            return hits.iter().map(object).collect();
        }
        let head = [
            "document", "visit", "mrn", "patient", "type", "author", "date", "snippet",
        ];
        let mut lines = vec![csv_line(&head.map(Shown::own))];
        lines.extend(hits.iter().map(|hit| {
            csv_line(&[
                Shown::own(hit.document.to_string()),
                show(&hit.visit),
                show(&hit.mrn),
                show(&hit.patient_name),
                Shown::own(hit.kind.title()),
                show(&hit.author),
                Shown::own(date(hit)),
                passage(hit),
            ])
        }));
        lines
    }
}

/// The passage that matched, as one text.
fn passage(hit: &SearchHit) -> Shown {
    let parts = hit.snippet.iter().map(|p| show(&p.text).into_string());
    Shown::own(parts.collect::<String>())
}
