//! Rows of documents, their versions and their texts.
//!
//! Texts are compressed and live in their own table, so that lists never touch them. Every
//! version stays.

use super::charts::upsert_sql;
use super::columns::{moment, named, read_coding, read_moment};
use super::driver::{Conn, Row, v};
use super::error::{Result, StoreError};
use super::open::Store;
use super::write::Tx;
use crate::domain::chart::DocumentText;
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::ids::{DocumentId, EncounterId, OrderId, PatientId, ProcedureId, ProviderId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use std::sync::LazyLock;

/// Compression level of texts: beyond 3 the gain on notes is small and the cost is not.
const ZSTD_LEVEL: i32 = 3;

/// A text may not unpack to more than this (safety limits: one message is at most 64 MiB).
const TEXT_LIMIT: usize = 64 << 20;

pub(super) const DOCUMENT: &str =
    "id, version, patient, encounter, kind, system, code, title, at, at_precision,
    signature, signed_at, signed_precision, status, preliminary, sensitivity, content_type, url,
    author, assigned, authenticator, cosigner, procedure, ord, parent, text_bytes";

static SAVE_DOCUMENT: LazyLock<String> =
    LazyLock::new(|| upsert_sql("document", &format!("{DOCUMENT}, text_digest")));

pub(super) fn read_document(r: &Row<'_>) -> Result<Document> {
    Ok(Document {
        id: DocumentId(r.int(0)?),
        version: r.int(1)?,
        patient: PatientId(r.int(2)?),
        encounter: r.opt_int(3)?.map(EncounterId),
        facts: DocumentFacts {
            kind: named(&r.text(4)?, DocumentKind::from_name)?,
            what: read_coding(r, 5)?,
            at: read_moment(r, 8)?,
            signature: named(&r.text(10)?, SignatureState::from_name)?,
            signed_at: read_moment(r, 11)?,
            status: named(&r.text(13)?, DocumentStatus::from_name)?,
            preliminary: r.flag(14)?,
            sensitivity: named(&r.text(15)?, Sensitivity::from_name)?,
            content_type: r.untrusted(16)?,
            url: r.untrusted(17)?,
        },
        author: r.opt_int(18)?.map(ProviderId),
        assigned: r.opt_int(19)?.map(ProviderId),
        authenticator: r.opt_int(20)?.map(ProviderId),
        cosigner: r.opt_int(21)?.map(ProviderId),
        procedure: r.opt_int(22)?.map(ProcedureId),
        order: r.opt_int(23)?.map(OrderId),
        parent: r.opt_int(24)?.map(DocumentId),
        text_bytes: r.int(25)?,
    })
}

pub(super) fn document(c: &Conn, id: DocumentId) -> Result<Option<Document>> {
    c.one(
        &format!("SELECT {DOCUMENT} FROM document WHERE id = $1"),
        v![id],
        read_document,
    )
}

/// Documents of a visit, and those of its patient that name no visit and were written between
/// `from` and `to`.
pub(super) fn of_chart(
    c: &Conn,
    encounter: EncounterId,
    patient: PatientId,
    from: Instant,
    to: Instant,
) -> Result<Vec<Document>> {
    let mut rows = c.all(
        &format!(
            "SELECT {DOCUMENT} FROM document WHERE encounter = $1 AND stub = 0 ORDER BY at, id"
        ),
        v![encounter],
        read_document,
    )?;
    rows.extend(c.all(
        &format!(
            "SELECT {DOCUMENT} FROM document WHERE patient = $1 AND encounter IS NULL AND stub = 0
               AND at >= $2 AND at <= $3 ORDER BY at, id"
        ),
        v![patient, from, to],
        read_document,
    )?);
    rows.sort_by_key(|d| (d.facts.at, d.id));
    Ok(rows)
}

pub(super) fn unpack(bytes: &[u8]) -> Result<Untrusted> {
    if bytes.is_empty() {
        return Ok(Untrusted::default());
    }
    let raw = zstd::bulk::decompress(bytes, TEXT_LIMIT)
        .map_err(|e| StoreError::Sql(format!("a stored text does not unpack: {e}")))?;
    Ok(String::from_utf8_lossy(&raw).into_owned().into())
}

pub(super) fn text(c: &Conn, id: DocumentId, version: i64) -> Result<Option<DocumentText>> {
    c.one(
        "SELECT text FROM document_version WHERE document = $1 AND version = $2",
        v![id, version],
        |r| {
            Ok(DocumentText {
                document: id,
                version,
                text: unpack(&r.blob(0)?)?,
            })
        },
    )
}

/// One version of a document, for the list of versions.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentVersion {
    /// Version, from 1.
    pub version: i64,
    /// When it was taken in.
    pub at: Instant,
    /// What the record said.
    pub facts: DocumentFacts,
    /// Length of the text in bytes.
    pub text_bytes: i64,
}

impl Tx<'_> {
    /// A document's row.
    ///
    /// # Errors
    /// As any read.
    pub fn document(&self, id: DocumentId) -> Result<Option<Document>> {
        document(self.conn, id)
    }

    /// The newest text of a document.
    ///
    /// # Errors
    /// As any read.
    pub fn document_text(&self, row: &Document) -> Result<Untrusted> {
        Ok(text(self.conn, row.id, row.version)?
            .map(|t| t.text)
            .unwrap_or_default())
    }

    /// Digest of the newest text.
    ///
    /// # Errors
    /// As any read.
    pub fn text_digest(&self, id: DocumentId) -> Result<Vec<u8>> {
        Ok(self
            .conn
            .one(
                "SELECT text_digest FROM document WHERE id = $1",
                v![id],
                |r| r.blob(0),
            )?
            .unwrap_or_default())
    }

    /// Documents of a patient with this very text.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_with_text(&self, patient: PatientId, digest: &[u8]) -> Result<Vec<Document>> {
        self.conn.all(
            &format!("SELECT {DOCUMENT} FROM document WHERE patient = $1 AND text_digest = $2 AND stub = 0 ORDER BY id"),
            v![patient, digest],
            read_document,
        )
    }

    /// Writes a document; id 0 makes a new row. `text` adds a version with `row.version`;
    /// without it only the row changes.
    ///
    /// # Errors
    /// As any write.
    pub fn save_document(
        &mut self,
        row: &Document,
        digest: &[u8],
        text: Option<(&Untrusted, i64)>,
        stub: bool,
    ) -> Result<DocumentId> {
        let f = &row.facts;
        let [at, at_precision] = moment(f.at);
        let [signed, signed_precision] = moment(f.signed_at);
        let id = self.upsert(
            &SAVE_DOCUMENT,
            vec![
                (row.id.0 != 0).then_some(row.id).into(),
                row.version.into(),
                row.patient.into(),
                row.encounter.into(),
                f.kind.name().into(),
                f.what.system.name().into(),
                (&f.what.code).into(),
                (&f.what.text).into(),
                at,
                at_precision,
                f.signature.name().into(),
                signed,
                signed_precision,
                f.status.name().into(),
                f.preliminary.into(),
                f.sensitivity.name().into(),
                (&f.content_type).into(),
                (&f.url).into(),
                row.author.into(),
                row.assigned.into(),
                row.authenticator.into(),
                row.cosigner.into(),
                row.procedure.into(),
                row.order.into(),
                row.parent.into(),
                row.text_bytes.into(),
                digest.into(),
            ],
            stub,
        )?;
        if let Some((text, batch)) = text {
            let packed = if text.raw().is_empty() {
                Vec::new()
            } else {
                zstd::bulk::compress(text.raw().as_bytes(), ZSTD_LEVEL)
                    .map_err(|e| StoreError::Sql(format!("a text does not pack: {e}")))?
            };
            self.conn.run(
                "INSERT INTO document_version (document, version, at, batch, facts, text_bytes, text)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                v![
                    id,
                    row.version,
                    self.now,
                    batch,
                    serde_json::to_string(f)?,
                    row.text_bytes,
                    packed.as_slice()
                ],
            )?;
        }
        Ok(DocumentId(id))
    }
}

impl Store {
    /// A document's row.
    ///
    /// # Errors
    /// As any read.
    pub fn document(&self, id: DocumentId) -> Result<Option<Document>> {
        self.read(|c| document(c, id))
    }

    /// One version of a document's text; `None` for the newest.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none.
    pub fn document_text(&self, id: DocumentId, version: Option<i64>) -> Result<DocumentText> {
        self.read(|c| {
            let version = match version {
                Some(version) => version,
                None => document(c, id)?.map_or(1, |d| d.version),
            };
            text(c, id, version)?.ok_or(StoreError::NotFound {
                what: "document",
                id: id.0,
            })
        })
    }

    /// The versions of a document, newest first.
    ///
    /// # Errors
    /// As any read.
    pub fn document_versions(&self, id: DocumentId) -> Result<Vec<DocumentVersion>> {
        self.read(|c| {
            c.all(
                "SELECT version, at, facts, text_bytes FROM document_version WHERE document = $1 ORDER BY version DESC",
                v![id],
                |r| {
                    Ok(DocumentVersion {
                        version: r.int(0)?,
                        at: Instant(r.int(1)?),
                        facts: serde_json::from_str(&r.text(2)?)?,
                        text_bytes: r.int(3)?,
                    })
                },
            )
        })
    }
}
