//! Documents as the index takes them in, and what their texts were read to say.
//!
//! An annotation is derived: it is written beside the one write path, because nothing anyone did
//! is recorded by it, and it can be made again from the text at any time.

use super::columns::{named, read_moment};
use super::documents::{document, unpack};
use super::driver::{Conn, Row, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::outbox::Change;
use crate::domain::annotation::Annotation;
use crate::domain::document::{Document, DocumentStatus};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DocumentId, EncounterId, FacilityId, ProviderId, ServiceId};
use crate::domain::people::Sex;
use crate::domain::search::IndexedDocument;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use std::collections::HashMap;

/// Compression level of annotations: they are small and repeat themselves.
const LEVEL: i32 = 3;
/// An annotation may not unpack to more than this.
const LIMIT: usize = 64 << 20;

/// What a document has beside its own row.
struct Around {
    id: DocumentId,
    mrn: Untrusted,
    patient_name: Untrusted,
    birth: Option<Moment>,
    sex: Sex,
    visit: Untrusted,
    class: EncounterClass,
    admitted: Option<Moment>,
    discharged: Option<Moment>,
    author: Untrusted,
    facility: Option<i64>,
    service: Option<i64>,
    attending: Option<i64>,
    admitting: Option<i64>,
    taken: Instant,
    text: Vec<u8>,
    annotation: Option<Vec<u8>>,
}

const AROUND: &str = "SELECT d.id, p.mrn, p.name, p.birth, p.birth_precision, p.sex,
    coalesce(e.visit, ''), coalesce(e.class, 'UNK'), e.admitted, e.admitted_precision,
    e.discharged, e.discharged_precision, coalesce(a.name, ''),
    e.facility, e.service, e.attending, e.admitting, coalesce(t.at, 0), coalesce(t.text, x''),
    n.data
  FROM document d JOIN patient p ON p.id = d.patient
    LEFT JOIN encounter e ON e.id = d.encounter LEFT JOIN provider a ON a.id = d.author
    LEFT JOIN document_version t ON t.document = d.id AND t.version = d.version
    LEFT JOIN document_annotation n ON n.document = d.id AND n.version = d.version AND n.reader = $3
  WHERE d.stub = 0 AND ";

fn read_around(r: &Row<'_>) -> Result<Around> {
    Ok(Around {
        id: DocumentId(r.int(0)?),
        mrn: r.untrusted(1)?,
        patient_name: r.untrusted(2)?,
        birth: read_moment(r, 3)?,
        sex: named(&r.text(5)?, Sex::from_name)?,
        visit: r.untrusted(6)?,
        class: named(&r.text(7)?, EncounterClass::from_name)?,
        admitted: read_moment(r, 8)?,
        discharged: read_moment(r, 10)?,
        author: r.untrusted(12)?,
        facility: r.opt_int(13)?,
        service: r.opt_int(14)?,
        attending: r.opt_int(15)?,
        admitting: r.opt_int(16)?,
        taken: Instant(r.int(17)?),
        text: r.blob(18)?,
        annotation: r.opt_blob(19)?,
    })
}

impl Around {
    fn with(self, row: Document, codes: Vec<Untrusted>) -> Result<IndexedDocument> {
        let mut providers: Vec<ProviderId> = [self.attending, self.admitting]
            .into_iter()
            .flatten()
            .map(ProviderId)
            .collect();
        providers.extend(row.author);
        let annotation = self.annotation.as_deref().map(unpack_annotation);
        Ok(IndexedDocument {
            document: self.id,
            version: row.version,
            patient: row.patient,
            encounter: row.encounter,
            facility: self.facility.map(FacilityId),
            service: self.service.map(ServiceId),
            providers,
            sensitivity: row.facts.sensitivity,
            kind: row.facts.kind,
            status: row.facts.signature,
            title: row.facts.what.text,
            author_id: row.author,
            author: self.author,
            patient_name: self.patient_name,
            birth: self.birth,
            sex: self.sex,
            mrn: self.mrn,
            visit: self.visit,
            class: self.class,
            admitted: self.admitted,
            discharged: self.discharged,
            codes,
            at: row.facts.at,
            taken: self.taken,
            annotation: annotation.transpose()?,
            text: unpack(&self.text)?,
            retracted: row.facts.status == DocumentStatus::Retracted,
        })
    }
}

fn unpack_annotation(bytes: &[u8]) -> Result<Annotation> {
    let raw = zstd::bulk::decompress(bytes, LIMIT)
        .map_err(|e| StoreError::Sql(format!("a stored annotation does not unpack: {e}")))?;
    Ok(serde_json::from_slice(&raw)?)
}

/// Codes of a visit's diagnoses and procedures.
fn codes(c: &Conn, visit: EncounterId) -> Result<Vec<Untrusted>> {
    c.all(
        "SELECT code FROM diagnosis WHERE encounter = $1 AND stub = 0 AND code <> ''
         UNION SELECT code FROM procedure WHERE encounter = $1 AND stub = 0 AND code <> ''",
        v![visit],
        |r| r.untrusted(0),
    )
}

impl Store {
    /// Documents as the index takes them in, with row identity above `after`, at most `limit`;
    /// with what their texts say, as far as `reader` has read them.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_to_index(
        &self,
        after: DocumentId,
        limit: usize,
        reader: &str,
    ) -> Result<Vec<IndexedDocument>> {
        self.indexed(
            "d.id > $1 ORDER BY d.id LIMIT $2",
            after.0,
            limit as i64,
            reader,
        )
    }

    /// The documents a change concerns.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_of_change(&self, change: &Change) -> Result<Vec<DocumentId>> {
        let column = match change.kind.as_str() {
            "document" => "id",
            "encounter" => "encounter",
            "patient" => "patient",
            "provider" => "author",
            _ => return Ok(Vec::new()),
        };
        self.read(|c| {
            c.all(
                &format!("SELECT id FROM document WHERE {column} = $1 AND stub = 0 ORDER BY id"),
                v![change.object],
                |r| Ok(DocumentId(r.int(0)?)),
            )
        })
    }

    /// The documents an index holds when it holds all: those that are there and were not retracted.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_for_index(&self) -> Result<Vec<DocumentId>> {
        self.read(|c| {
            c.all(
                "SELECT id FROM document WHERE stub = 0 AND status <> $1 ORDER BY id",
                v![DocumentStatus::Retracted.name()],
                |r| Ok(DocumentId(r.int(0)?)),
            )
        })
    }

    /// One document as the index takes it in; `None` if it is gone.
    ///
    /// # Errors
    /// As any read.
    pub fn document_to_index(
        &self,
        id: DocumentId,
        reader: &str,
    ) -> Result<Option<IndexedDocument>> {
        Ok(self.indexed("d.id = $1 LIMIT $2", id.0, 1, reader)?.pop())
    }

    fn indexed(
        &self,
        clause: &str,
        value: i64,
        limit: i64,
        reader: &str,
    ) -> Result<Vec<IndexedDocument>> {
        self.read(|c| {
            let rows = c.all(
                &format!("{AROUND}{clause}"),
                v![value, limit, reader],
                read_around,
            )?;
            let mut of_visit: HashMap<EncounterId, Vec<Untrusted>> = HashMap::new();
            let mut out = Vec::with_capacity(rows.len());
            for around in rows {
                let Some(row) = document(c, around.id)? else {
                    continue;
                };
                let codes = match row.encounter {
                    None => Vec::new(),
                    Some(visit) => match of_visit.get(&visit) {
                        Some(codes) => codes.clone(),
                        None => of_visit.entry(visit).or_insert(codes(c, visit)?).clone(),
                    },
                };
                out.push(around.with(row, codes)?);
            }
            Ok(out)
        })
    }

    /// Keeps what `reader` found the texts of documents to say. What was read of a version that
    /// is no longer the newest is dropped.
    ///
    /// # Errors
    /// As any write; then none is kept.
    pub fn save_annotations(
        &self,
        reader: &str,
        read: &[(DocumentId, i64, Annotation)],
    ) -> Result<()> {
        let mut packed = Vec::with_capacity(read.len());
        for (document, version, annotation) in read {
            let raw = serde_json::to_vec(annotation)?;
            let data = zstd::bulk::compress(&raw, LEVEL)
                .map_err(|e| StoreError::Sql(format!("an annotation does not pack: {e}")))?;
            packed.push((*document, *version, data));
        }
        self.writer().conn.immediate(|c| {
            for (document, version, data) in &packed {
                c.run(
                    "INSERT INTO document_annotation (document, version, reader, data)
                     SELECT id, version, $2, $3 FROM document WHERE id = $1 AND version = $4
                     ON CONFLICT (document) DO UPDATE SET version = excluded.version,
                       reader = excluded.reader, data = excluded.data",
                    v![*document, reader, data.as_slice(), *version],
                )?;
            }
            Ok(())
        })
    }
}
