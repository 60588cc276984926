//! The change feed: what changed, in commit order, read by any number of followers.
//!
//! A follower keeps its own [`Position`]; nobody but age removes rows. One that fell behind what
//! is still kept, or that followed another store or an earlier life of this one, must start over.

use super::driver::v;
use super::error::Result;
use super::open::Store;
use crate::domain::ids::{DocumentId, EncounterId, FacilityId, PatientId, ProviderId, ServiceId};
use crate::domain::search::IndexedDocument;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// How far a follower has come. Opaque: only this room compares positions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The store followed.
    pub store: String,
    /// Its restore epoch.
    pub epoch: i64,
    /// The last row seen.
    pub number: i64,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Kind of the object (`document`, `encounter`, `patient`, `provider`, `deficiency`, …).
    pub kind: String,
    /// Its row.
    pub object: i64,
}

/// A stretch of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// What came after the position, and the position behind it.
    Some(Vec<Change>, Position),
    /// The feed no longer reaches back that far, or it is another store's: start over from here.
    StartOver(Position),
}

impl Store {
    /// The end of the feed.
    ///
    /// # Errors
    /// As any read.
    pub fn position(&self) -> Result<Position> {
        let number = self.read(|c| {
            c.number(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'",
                v![],
            )
        })?;
        Ok(self.at(number))
    }

    fn at(&self, number: i64) -> Position {
        Position {
            store: self.id.clone(),
            epoch: self.epoch,
            number,
        }
    }

    /// Changes after a position, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub fn changes_since(&self, position: &Position, limit: usize) -> Result<Changes> {
        if position.store != self.id || position.epoch != self.epoch {
            return Ok(Changes::StartOver(self.position()?));
        }
        let (rows, oldest, newest) = self.read(|c| {
            let rows = c.all(
                "SELECT number, kind, object FROM outbox WHERE number > $1 ORDER BY number LIMIT $2",
                v![position.number, limit as i64],
                |r| Ok((r.int(0)?, Change { kind: r.text(1)?, object: r.int(2)? })),
            )?;
            let oldest = c.one("SELECT min(number) FROM outbox", v![], |r| r.opt_int(0))?.flatten();
            let newest = c.number("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'outbox'", v![])?;
            Ok((rows, oldest, newest))
        })?;
        let trimmed_past = match oldest {
            Some(oldest) => position.number + 1 < oldest,
            None => position.number < newest,
        };
        if trimmed_past || position.number > newest {
            return Ok(Changes::StartOver(self.at(newest)));
        }
        let last = rows.last().map_or(position.number, |(n, _)| *n);
        Ok(Changes::Some(
            rows.into_iter().map(|(_, change)| change).collect(),
            self.at(last),
        ))
    }

    /// Removes feed rows older than `before`.
    ///
    /// # Errors
    /// As any write.
    pub fn trim_outbox(&self, before: Instant) -> Result<()> {
        self.writer().conn.immediate(|c| {
            c.run("DELETE FROM outbox WHERE at < $1", v![before])?;
            Ok(())
        })
    }

    /// Documents as the index takes them in, with row identity above `after`, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_to_index(
        &self,
        after: DocumentId,
        limit: usize,
    ) -> Result<Vec<IndexedDocument>> {
        self.indexed("d.id > $1 ORDER BY d.id LIMIT $2", after.0, limit as i64)
    }

    /// The documents a change concerns, as the index takes them in.
    ///
    /// # Errors
    /// As any read.
    pub fn documents_of_change(&self, change: &Change) -> Result<Vec<IndexedDocument>> {
        let clause = match change.kind.as_str() {
            "document" => "d.id = $1 LIMIT $2",
            "encounter" => "d.encounter = $1 ORDER BY d.id LIMIT $2",
            "patient" => "d.patient = $1 ORDER BY d.id LIMIT $2",
            "provider" => "d.author = $1 ORDER BY d.id LIMIT $2",
            _ => return Ok(Vec::new()),
        };
        self.indexed(clause, change.object, i64::MAX)
    }

    fn indexed(&self, clause: &str, value: i64, limit: i64) -> Result<Vec<IndexedDocument>> {
        self.read(|c| {
            let rows = c.all(
                &format!(
                    "SELECT d.id, p.mrn, p.name, coalesce(e.visit, ''), coalesce(a.name, ''),
                       e.facility, e.service, e.attending, e.admitting
                     FROM document d JOIN patient p ON p.id = d.patient
                       LEFT JOIN encounter e ON e.id = d.encounter LEFT JOIN provider a ON a.id = d.author
                     WHERE d.stub = 0 AND {clause}"
                ),
                v![value, limit],
                |r| {
                    Ok((
                        DocumentId(r.int(0)?), r.untrusted(1)?, r.untrusted(2)?, r.untrusted(3)?,
                        r.untrusted(4)?, r.opt_int(5)?, r.opt_int(6)?, r.opt_int(7)?, r.opt_int(8)?,
                    ))
                },
            )?;
            let mut out = Vec::with_capacity(rows.len());
            for (id, mrn, patient_name, visit, author, facility, service, attending, admitting) in rows {
                let Some(d) = super::documents::document(c, id)? else { continue };
                let text = super::documents::text(c, id, d.version)?.map(|t| t.text).unwrap_or_default();
                let mut providers: Vec<ProviderId> =
                    [attending, admitting].into_iter().flatten().map(ProviderId).collect();
                providers.extend(d.author);
                out.push(IndexedDocument {
                    document: id,
                    patient: PatientId(d.patient.0),
                    encounter: d.encounter.map(|e| EncounterId(e.0)),
                    facility: facility.map(FacilityId),
                    service: service.map(ServiceId),
                    providers,
                    sensitivity: d.facts.sensitivity,
                    kind: d.facts.kind,
                    title: d.facts.what.text.clone(),
                    author,
                    patient_name,
                    mrn,
                    visit,
                    at: d.facts.at,
                    text,
                    retracted: d.facts.status == crate::domain::document::DocumentStatus::Retracted,
                });
            }
            Ok(out)
        })
    }
}
