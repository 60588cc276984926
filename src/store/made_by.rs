//! Which version of a rule made what.

use super::driver::v;
use super::error::Result;
use super::open::Store;
use crate::domain::time::Instant;

/// What one version of a rule made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// Version.
    pub version: i64,
    /// Items outstanding.
    pub open: i64,
    /// Items completed or voided.
    pub closed: i64,
    /// When its first item was opened.
    pub first: Instant,
    /// When its last item was opened.
    pub last: Instant,
}

impl Store {
    /// What each version of a rule made, newest version first. Reads every item once.
    ///
    /// # Errors
    /// As any read.
    pub fn made_by(&self, rule: &str) -> Result<Vec<MadeBy>> {
        self.read(|c| {
            c.all(
                "SELECT rule_version, sum(outstanding), sum(1 - outstanding), min(opened), max(opened)
                 FROM deficiency WHERE rule = $1 GROUP BY rule_version ORDER BY rule_version DESC",
                v![rule],
                |r| {
                    Ok(MadeBy {
                        version: r.int(0)?,
                        open: r.int(1)?,
                        closed: r.int(2)?,
                        first: Instant(r.int(3)?),
                        last: Instant(r.int(4)?),
                    })
                },
            )
        })
    }
}
