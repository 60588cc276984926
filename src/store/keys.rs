//! What things are called where they come from: sources, authorities, keys to row identities.

use super::driver::v;
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::record::{Key, Provenance, RecordKind};
use crate::domain::untrusted::Untrusted;

/// A key as found in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The row it names.
    pub object: i64,
    /// Digest of the whole record last taken in under it; empty if none was.
    pub digest: Vec<u8>,
    /// The batch in which a record last said so.
    pub batch: i64,
}

impl Store {
    /// The row a record of this kind is known by under this name, whatever source gave it.
    ///
    /// # Errors
    /// As any read.
    pub fn object_named(&self, kind: RecordKind, external: &str) -> Result<Option<i64>> {
        self.read(|c| {
            c.one(
                "SELECT object FROM record_key WHERE kind = $1 AND external = $2 ORDER BY object LIMIT 1",
                v![kind.name(), external],
                |r| r.int(0),
            )
        })
    }
}

impl Store {
    /// Every name a row goes by outside, with the authority it is of (empty for a name that only
    /// its source gives): those with an authority first, in a fixed order.
    ///
    /// # Errors
    /// As any read.
    pub fn names_of(&self, kind: RecordKind, object: i64) -> Result<Vec<(String, Untrusted)>> {
        self.read(|c| {
            c.all(
                "SELECT coalesce(a.name, ''), k.external FROM record_key k
                   LEFT JOIN authority a ON a.id = k.authority
                 WHERE k.kind = $1 AND k.object = $2
                 ORDER BY k.authority = 0, a.name, k.external, k.source",
                v![kind.name(), object],
                |r| Ok((r.text(0)?, r.untrusted(1)?)),
            )
        })
    }
}

impl Tx<'_> {
    /// The row of a source, made if absent.
    ///
    /// # Errors
    /// As any write.
    pub fn source(&mut self, name: &str) -> Result<i64> {
        self.named_row("source", name)
    }

    /// Starts a batch; its number goes into every key it touches.
    ///
    /// # Errors
    /// As any write.
    pub fn batch(&mut self, source: i64, records: usize) -> Result<i64> {
        self.conn.insert(
            "INSERT INTO batch (source, records, at) VALUES ($1, $2, $3)",
            v![source, records as i64, self.now],
        )
    }

    /// What a key names, if it is known.
    ///
    /// # Errors
    /// As any read.
    pub fn known(&mut self, source: i64, key: &Key) -> Result<Option<KnownKey>> {
        let (authority, source) = self.space(source, key)?;
        self.conn.one(
            "SELECT object, digest, batch FROM record_key
             WHERE kind = $1 AND external = $2 AND authority = $3 AND source = $4",
            v![key.kind.name(), &key.id, authority, source],
            |r| {
                Ok(KnownKey {
                    object: r.int(0)?,
                    digest: r.blob(1)?,
                    batch: r.int(2)?,
                })
            },
        )
    }

    /// Lets a key name a row. What is `taken` is the digest of the last whole record and where the
    /// record of now stands; `None` leaves what is there.
    ///
    /// # Errors
    /// As any write.
    pub fn name(
        &mut self,
        source: i64,
        key: &Key,
        object: i64,
        batch: i64,
        taken: Option<(&[u8], &Provenance)>,
    ) -> Result<()> {
        let (authority, source) = self.space(source, key)?;
        match taken {
            None => self.conn.run(
                "INSERT INTO record_key (kind, external, authority, source, object, digest, batch, file, line, place)
                 VALUES ($1, $2, $3, $4, $5, x'', $6, 0, 0, '') ON CONFLICT DO NOTHING",
                v![key.kind.name(), &key.id, authority, source, object, batch],
            )?,
            Some((digest, provenance)) => {
                let file = self.named_row("source_file", provenance.file.raw())?;
                self.conn.run(
                    "INSERT INTO record_key (kind, external, authority, source, object, digest, batch, file, line, place)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                     ON CONFLICT (kind, external, authority, source) DO UPDATE SET object = excluded.object,
                       digest = excluded.digest, batch = excluded.batch, file = excluded.file,
                       line = excluded.line, place = excluded.place",
                    v![
                        key.kind.name(), &key.id, authority, source, object, digest, batch, file,
                        provenance.line as i64, &provenance.place
                    ],
                )?
            }
        };
        Ok(())
    }

    /// Points every key of one row to another (two rows turned out to be one thing).
    ///
    /// # Errors
    /// As any write.
    pub fn repoint(&mut self, kind: RecordKind, from: i64, to: i64) -> Result<()> {
        self.conn.run(
            "UPDATE record_key SET object = $3 WHERE kind = $1 AND object = $2",
            v![kind.name(), from, to],
        )?;
        let columns: &[(&str, &[&str])] = match kind {
            RecordKind::Provider => &[
                ("encounter", &["attending", "admitting"]),
                ("ord", &["ordered_by", "performer"]),
                ("procedure", &["performer", "anesthetist"]),
                (
                    "document",
                    &["author", "assigned", "authenticator", "cosigner"],
                ),
                ("deficiency", &["owner"]),
                ("query", &["provider"]),
                ("user", &["provider"]),
            ],
            RecordKind::Patient => &[
                ("encounter", &["patient"]),
                ("ord", &["patient"]),
                ("procedure", &["patient"]),
                ("diagnosis", &["patient"]),
                ("observation", &["patient"]),
                ("medication", &["patient"]),
                ("document", &["patient"]),
                ("coding", &["patient"]),
                ("deficiency", &["patient"]),
            ],
            RecordKind::Encounter => &[
                ("ord", &["encounter"]),
                ("procedure", &["encounter"]),
                ("diagnosis", &["encounter"]),
                ("observation", &["encounter"]),
                ("medication", &["encounter"]),
                ("document", &["encounter"]),
                ("coding", &["encounter"]),
                ("query", &["encounter"]),
            ],
            RecordKind::Facility => &[("encounter", &["facility"]), ("deficiency", &["facility"])],
            RecordKind::Service => &[
                ("encounter", &["service"]),
                ("provider", &["service"]),
                ("ord", &["to_service"]),
                ("deficiency", &["service"]),
            ],
            RecordKind::Procedure => &[("document", &["procedure"])],
            RecordKind::Order => &[("document", &["ord"])],
            RecordKind::Document => &[("document", &["parent"])],
            RecordKind::Diagnosis
            | RecordKind::Observation
            | RecordKind::Medication
            | RecordKind::Coding => &[],
        };
        for (table, names) in columns {
            for column in *names {
                self.conn.run(
                    &format!("UPDATE {table} SET {column} = $2 WHERE {column} = $1"),
                    v![from, to],
                )?;
            }
        }
        Ok(())
    }

    /// Deletes a row that was only a placeholder for another.
    ///
    /// # Errors
    /// As any write.
    pub fn drop_stub(&mut self, kind: RecordKind, object: i64) -> Result<()> {
        let table = table_of(kind);
        self.conn.run(
            &format!("DELETE FROM {table} WHERE id = $1 AND stub = 1"),
            v![object],
        )?;
        Ok(())
    }

    /// Whether a row is a placeholder for something that was named but has not arrived.
    ///
    /// # Errors
    /// As any read.
    pub fn is_stub(&self, kind: RecordKind, object: i64) -> Result<bool> {
        let table = table_of(kind);
        Ok(self.conn.number(
            &format!("SELECT stub FROM {table} WHERE id = $1"),
            v![object],
        )? == 1)
    }

    /// Remembers that a partial record was taken in; false if it was before.
    ///
    /// # Errors
    /// As any write.
    pub fn first_time(&mut self, digest: &[u8]) -> Result<bool> {
        let rows = self.conn.run(
            "INSERT INTO applied (digest) VALUES ($1) ON CONFLICT DO NOTHING",
            v![digest],
        )?;
        Ok(rows == 1)
    }

    /// Authority row and source number a key lives under. Things that are shared between sources
    /// (an identifier with an authority) live under source 0.
    fn space(&mut self, source: i64, key: &Key) -> Result<(i64, i64)> {
        if key.authority.is_empty() {
            return Ok((0, source));
        }
        let authority = self.named_row("authority", &key.authority)?;
        Ok((authority, 0))
    }

    fn named_row(&mut self, table: &str, name: &str) -> Result<i64> {
        let find = format!("SELECT id FROM {table} WHERE name = $1");
        if let Some(id) = self.conn.one(&find, v![name], |r| r.int(0))? {
            return Ok(id);
        }
        self.conn
            .insert(&format!("INSERT INTO {table} (name) VALUES ($1)"), v![name])
    }
}

/// The table a kind of record lives in.
pub(super) fn table_of(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Patient => "patient",
        RecordKind::Provider => "provider",
        RecordKind::Facility => "facility",
        RecordKind::Service => "service",
        RecordKind::Encounter => "encounter",
        RecordKind::Order => "ord",
        RecordKind::Procedure => "procedure",
        RecordKind::Diagnosis => "diagnosis",
        RecordKind::Observation => "observation",
        RecordKind::Medication => "medication",
        RecordKind::Document => "document",
        RecordKind::Coding => "coding",
    }
}
