//! Who takes records in at the moment, over all processes of a data directory.
//!
//! Each import analyses the visits it changed itself. What an import left that was cut off is
//! analysed by whoever finds that no other is under way: else a small import would do the work
//! of the large one beside it before it may say that its own is done.

use crate::ops::Office;
use crate::vault::files;
use std::fs::File;

/// The lock file beside the store; empty.
const LOCK: &str = "intake.lock";

/// Held while records are taken in and analysed, or while that must not be.
#[derive(Debug)]
pub struct Turn {
    _lock: File,
}

impl Office {
    /// Says that records are being taken in, until what is given back is dropped. `None` when that
    /// cannot be said: somebody analyses all that is left just now, or the file cannot be had. It goes
    /// without, and at worst something is looked at twice.
    pub fn take_in(&self) -> Option<Turn> {
        let lock = self.intake_lock()?;
        lock.try_lock_shared().ok()?;
        Some(Turn { _lock: lock })
    }

    /// The turn of who analyses what others left; `None` while an import is under way, or another
    /// does it already.
    pub fn take_over(&self) -> Option<Turn> {
        let lock = self.intake_lock()?;
        lock.try_lock().ok()?;
        Some(Turn { _lock: lock })
    }

    fn intake_lock(&self) -> Option<File> {
        let dir = self.store.path().parent()?;
        files::open_private(&dir.join(LOCK)).ok()
    }
}
