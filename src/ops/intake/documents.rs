//! Documents: versions, signatures, and one note that came twice.

use super::Desk;
use super::overlay::{self, Laying};
use super::rows::{Lay, Result, Taken};
use crate::domain::document::Document;
use crate::domain::ids::{DocumentId, OrderId, ProcedureId};
use crate::domain::record::DocumentRecord;
use crate::store::{Belongs, hex_digest};

impl Desk<'_, '_> {
    pub(super) fn document(
        &mut self,
        r: &DocumentRecord,
        id: i64,
        lay: &Lay<'_>,
        stub: bool,
    ) -> Result<Taken> {
        let of = self.belongs(&r.patient, r.encounter.as_ref())?;
        let mut new = self.document_row(r, of)?;
        let digest = if r.text.raw().is_empty() {
            Vec::new()
        } else {
            hex_digest::short(r.text.raw().as_bytes())
        };
        if (id == 0 || stub)
            && let Some(same) = self.same_note(&new, &digest)?
        {
            return self.second_origin(r, same, new, &digest);
        }
        let old = self.tx.document(DocumentId(id))?;
        let known = old.as_ref().filter(|_| !stub);
        let mut text_digest = digest;
        let mut text = r.text.clone();
        if let Some(old) = known {
            if !lay.whole {
                new = overlaid(lay.laying, old, new);
            }
            let old_digest = self.tx.text_digest(old.id)?;
            if !lay.whole && text.raw().is_empty() {
                text = self.tx.document_text(old)?;
                text_digest.clone_from(&old_digest);
            }
            new.id = old.id;
            new.version = old.version;
            new.text_bytes = text.raw().len() as i64;
            if *old == new && old_digest == text_digest {
                return Ok(Taken::row(id, false));
            }
            new.version += 1;
        } else {
            new.id = DocumentId(id);
        }
        let saved = self
            .tx
            .save_document(&new, &text_digest, Some((&text, self.batch)), false)?;
        if let Some(old) = known {
            self.updated("document", saved.0, old.encounter, old)?;
            if old.encounter != new.encounter
                && let Some(left) = old.encounter
            {
                self.tx.needs_analysis(left)?;
            }
        }
        self.document_changed(saved, &new)?;
        Ok(Taken::row(saved.0, known.is_some()))
    }

    fn document_changed(&mut self, id: DocumentId, row: &Document) -> Result<()> {
        self.tx.changed("document", id.0)?;
        match row.encounter {
            Some(visit) => self.tx.needs_analysis(visit),
            None => self.tx.patient_needs_analysis(row.patient),
        }
    }

    fn document_row(&mut self, r: &DocumentRecord, of: Belongs) -> Result<Document> {
        let patient = Some(of.patient);
        Ok(Document {
            id: DocumentId(0),
            patient: of.patient,
            encounter: of.encounter,
            facts: r.facts.clone(),
            author: self.provider_ref(r.author.as_ref())?,
            assigned: self.provider_ref(r.assigned.as_ref())?,
            authenticator: self.provider_ref(r.authenticator.as_ref())?,
            cosigner: self.provider_ref(r.cosigner.as_ref())?,
            procedure: r
                .procedure
                .as_ref()
                .map(|k| self.refer(k, patient).map(ProcedureId))
                .transpose()?,
            order: r
                .order
                .as_ref()
                .map(|k| self.refer(k, patient).map(OrderId))
                .transpose()?,
            parent: r
                .parent
                .as_ref()
                .map(|k| self.refer(k, patient).map(DocumentId))
                .transpose()?,
            version: 1,
            text_bytes: r.text.raw().len() as i64,
        })
    }

    /// The note this one is word for word: same stay, date, author and text (what one of the two
    /// does not say counts as the same).
    fn same_note(&mut self, new: &Document, digest: &[u8]) -> Result<Option<Document>> {
        if digest.is_empty() {
            return Ok(None);
        }
        let rows = self.tx.documents_with_text(new.patient, digest)?;
        Ok(rows.into_iter().find(|old| {
            agree(old.encounter, new.encounter)
                && agree(old.author, new.author)
                && agree(
                    old.facts.at.map(|m| m.day(&jiff::tz::TimeZone::UTC)),
                    new.facts.at.map(|m| m.day(&jiff::tz::TimeZone::UTC)),
                )
        }))
    }

    /// A second origin of a note adds what the first did not say.
    fn second_origin(
        &mut self,
        r: &DocumentRecord,
        old: Document,
        new: Document,
        digest: &[u8],
    ) -> Result<Taken> {
        let fill = Laying {
            fill_only: true,
            cleared: &[],
        };
        let mut joined = overlaid(fill, &old, new);
        joined.id = old.id;
        joined.version = old.version;
        joined.text_bytes = old.text_bytes;
        if joined != old {
            joined.version += 1;
            let id = self
                .tx
                .save_document(&joined, digest, Some((&r.text, self.batch)), false)?;
            self.updated("document", id.0, old.encounter, &old)?;
            self.document_changed(id, &joined)?;
        }
        Ok(Taken {
            object: old.id.0,
            changed: false,
            joined: true,
        })
    }
}

fn agree<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// A document with a partial one laid over it.
fn overlaid(l: Laying<'_>, old: &Document, new: Document) -> Document {
    Document {
        id: old.id,
        patient: new.patient,
        encounter: l.option("encounter", &old.encounter, new.encounter),
        facts: overlay::document(l, &old.facts, new.facts),
        author: l.option("author", &old.author, new.author),
        assigned: l.option("assigned", &old.assigned, new.assigned),
        authenticator: l.option("authenticator", &old.authenticator, new.authenticator),
        cosigner: l.option("cosigner", &old.cosigner, new.cosigner),
        procedure: l.option("procedure", &old.procedure, new.procedure),
        order: l.option("order", &old.order, new.order),
        parent: l.option("parent", &old.parent, new.parent),
        version: old.version,
        text_bytes: new.text_bytes,
    }
}
