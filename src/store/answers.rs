//! What people decided about documents: whether one answers an item.

use super::driver::v;
use super::error::Result;
use super::open::Store;
use super::write::Tx;
use crate::domain::ids::{DeficiencyId, DocumentId, EncounterId};

impl Store {
    /// What people decided about documents of a visit: (item, document, whether it answers).
    ///
    /// # Errors
    /// As any read.
    pub fn answers_of(&self, visit: EncounterId) -> Result<Vec<(DeficiencyId, DocumentId, bool)>> {
        self.read(|c| {
            c.all(
                "SELECT a.deficiency, a.document, a.answers FROM answer a
                   JOIN deficiency d ON d.id = a.deficiency WHERE d.encounter = $1
                 ORDER BY a.deficiency, a.document",
                v![visit],
                |r| Ok((DeficiencyId(r.int(0)?), DocumentId(r.int(1)?), r.flag(2)?)),
            )
        })
    }
}

impl Tx<'_> {
    /// Writes whether a document answers an item; `None` forgets what was said. Gives what was
    /// said before.
    ///
    /// # Errors
    /// As any write.
    pub fn set_answer(
        &mut self,
        item: DeficiencyId,
        document: DocumentId,
        answers: Option<bool>,
    ) -> Result<Option<bool>> {
        let before = self.conn.one(
            "SELECT answers FROM answer WHERE deficiency = $1 AND document = $2",
            v![item, document],
            |r| r.flag(0),
        )?;
        match answers {
            Some(answers) => self.conn.run(
                "INSERT INTO answer (deficiency, document, answers) VALUES ($1, $2, $3)
                 ON CONFLICT (deficiency, document) DO UPDATE SET answers = excluded.answers",
                v![item, document, answers],
            )?,
            None => self.conn.run(
                "DELETE FROM answer WHERE deficiency = $1 AND document = $2",
                v![item, document],
            )?,
        };
        Ok(before)
    }
}
