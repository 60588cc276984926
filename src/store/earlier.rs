//! Notes to compare a note with: earlier ones of its patient, and ones of other patients.

use super::documents::{DOCUMENT, read_document, text};
use super::driver::v;
use super::error::Result;
use super::open::Store;
use crate::domain::document::Document;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;

/// Rows on either side of a document among which notes of other patients are looked for, so that
/// the time does not grow with the store.
const NEIGHBOURS: i64 = 2_000;

impl Store {
    /// Documents of a document's patient that have a text and an earlier date, the newest first;
    /// of two that are equally old the one with the lower number is the earlier. Retracted ones
    /// are left out.
    ///
    /// # Errors
    /// As any read.
    pub fn earlier_documents(
        &self,
        document: &Document,
        at: Instant,
        limit: usize,
    ) -> Result<Vec<Document>> {
        self.read(|c| {
            c.all(
                &format!(
                    "SELECT {DOCUMENT} FROM document WHERE patient = $1 AND stub = 0 AND text_bytes > 0
                       AND status <> 'retracted' AND (at < $2 OR (at = $2 AND id < $3))
                     ORDER BY at DESC, id DESC LIMIT $4"
                ),
                v![document.patient, at, document.id, limit as i64],
                read_document,
            )
        })
    }

    /// Texts of the same kind about other patients, one for each patient, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub fn texts_of_others(&self, document: &Document, limit: usize) -> Result<Vec<Untrusted>> {
        let id = document.id.0;
        self.read(|c| {
            let rows = c.all(
                "SELECT max(id) FROM document WHERE id BETWEEN $1 AND $2 AND kind = $3 AND patient <> $4
                   AND stub = 0 AND text_bytes > 0 AND sensitivity = 'normal' AND status <> 'retracted'
                 GROUP BY patient ORDER BY 1 DESC LIMIT $5",
                v![
                    id - NEIGHBOURS,
                    id + NEIGHBOURS,
                    document.facts.kind.name(),
                    document.patient,
                    limit as i64
                ],
                |r| r.int(0),
            )?;
            let mut texts = Vec::with_capacity(rows.len());
            for row in rows {
                let id = crate::domain::ids::DocumentId(row);
                let version = super::documents::document(c, id)?.map_or(1, |d| d.version);
                texts.extend(text(c, id, version)?.map(|t| t.text));
            }
            Ok(texts)
        })
    }
}
