//! Additions to reviews and notes while they are typed: kept by small writes of their own, gone when
//! they are on record.

use super::super::driver::{Conn, v};
use super::super::error::Result;
use super::super::open::Store;
use super::super::write::Tx;
use crate::domain::ids::{EncounterId, ReviewId, UserId};
use crate::domain::review::{Jotting, JottingKind};
use crate::domain::time::Instant;

impl Store {
    /// Keeps an addition or a note while it is typed, by a small write of its own; without words it
    /// is thrown away.
    ///
    /// # Errors
    /// As any write.
    pub fn keep_jotting(&self, user: UserId, jotting: &Jotting, now: Instant) -> Result<()> {
        let writer = self.writer();
        let review = jotting.review.map_or(0, |r| r.0);
        let (encounter, kind) = (jotting.encounter, jotting.kind.name());
        writer.conn.immediate(|c| {
            if jotting.words.is_blank() {
                return forget_jotting(c, user, encounter, jotting.kind, jotting.review);
            }
            c.run(
                "INSERT INTO jotting (user, encounter, kind, review, at, words) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (user, encounter, kind, review) DO UPDATE SET at = $5, words = $6",
                v![user, encounter, kind, review, now, &jotting.words],
            )?;
            Ok(())
        })
    }
}

impl Tx<'_> {
    /// Throws away what the acting user was typing: it is on record now.
    ///
    /// # Errors
    /// As any write.
    pub fn forget_jotting(
        &mut self,
        encounter: EncounterId,
        kind: JottingKind,
        review: Option<ReviewId>,
    ) -> Result<()> {
        forget_jotting(self.conn, self.user, encounter, kind, review)
    }
}

fn forget_jotting(
    c: &Conn,
    user: UserId,
    encounter: EncounterId,
    kind: JottingKind,
    review: Option<ReviewId>,
) -> Result<()> {
    c.run(
        "DELETE FROM jotting WHERE user = $1 AND encounter = $2 AND kind = $3 AND review = $4",
        v![user, encounter, kind.name(), review.map_or(0, |r| r.0)],
    )?;
    Ok(())
}
