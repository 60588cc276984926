//! Keeping what is typed: on disk within a second of a key, tried again where that fails.
//!
//! One save is under way at a time, so that an older text can never come after a newer one.
//! "Saved" is shown only after the answer. What is saved, and by which request, is the screen's.

use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::screens::banner::time_of_day;
use jiff::tz::TimeZone;

/// Microseconds after the first unsaved key (ux: on disk within one second).
const SAVE_AFTER: i64 = 500_000;
/// Microseconds before a save that failed is tried again.
const RETRY_AFTER: i64 = 2_000_000;

/// How much of what was typed is saved.
#[derive(Clone, Debug, Default)]
pub struct Keeping {
    /// Counts changes; what is saved is named by it.
    revision: u64,
    saved: u64,
    /// The revision under way.
    saving: Option<u64>,
    save_at: Option<Instant>,
    at: Option<Instant>,
    failed: bool,
}

impl Keeping {
    /// Of a text just read, saved at `at`.
    pub fn of(at: Instant) -> Self {
        Self {
            at: Some(at),
            ..Self::default()
        }
    }

    /// Something was changed.
    pub fn edited(&mut self, now: Instant) {
        self.revision += 1;
        self.save_at = self.save_at.or(Some(Instant(now.0 + SAVE_AFTER)));
    }

    /// The number of the text as it stands.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether something is not saved.
    pub fn is_dirty(&self) -> bool {
        self.revision != self.saved
    }

    /// Whether a save is under way.
    pub fn is_saving(&self) -> bool {
        self.saving.is_some()
    }

    /// Whether the text as it stands is under way.
    pub fn saves_newest(&self) -> bool {
        self.saving == Some(self.revision)
    }

    /// Whether the last save failed.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// When to save next.
    pub fn wake_at(&self) -> Option<Instant> {
        self.save_at.filter(|_| self.saving.is_none())
    }

    /// Whether it is time to save.
    pub fn is_due(&self, now: Instant) -> bool {
        self.wake_at().is_some_and(|at| at <= now)
    }

    /// The text as it stands is sent to be saved.
    pub fn sent(&mut self) {
        self.save_at = None;
        self.saving = Some(self.revision);
    }

    /// What was sent is on disk since `at`.
    pub fn arrived(&mut self, at: Instant) {
        self.saved = self.saving.take().unwrap_or(self.saved);
        self.at = Some(at);
        self.failed = false;
    }

    /// What was sent was not saved: it is tried again.
    pub fn lost(&mut self, now: Instant) {
        self.saving = None;
        self.failed = true;
        self.save_at = Some(Instant(now.0 + RETRY_AFTER));
    }

    /// Nothing is saved until something is typed again.
    pub fn hold(&mut self) {
        self.save_at = None;
    }

    /// Nothing is saved again: the text went elsewhere, or is thrown away.
    pub fn forget(&mut self) {
        self.saved = self.revision;
        self.save_at = None;
    }

    /// "saved 14:02:07" only after the answer.
    pub fn state(&self, zone: &TimeZone) -> Shown {
        match self.at {
            _ if self.failed => Shown::own("NOT SAVED, trying again"),
            _ if self.is_dirty() && self.saving.is_some() => Shown::own("saving…"),
            _ if self.is_dirty() => Shown::own("not saved yet"),
            Some(at) => Shown::own(format!("saved {}", time_of_day(at, zone))),
            None => Shown::default(),
        }
    }
}
