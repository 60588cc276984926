//! Whether anybody still waits for an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Told when nobody waits for an answer any more: whoever works on it looks now and then, and stops.
/// It is no part of what is asked: two questions are equal whoever waits for them.
#[derive(Clone, Debug, Default)]
pub struct Awaited(Option<Arc<AtomicBool>>);

impl Awaited {
    /// Somebody waits until they say otherwise. The default waits to the end.
    pub fn until_told() -> Self {
        Self(Some(Arc::default()))
    }

    /// Nobody waits any more.
    pub fn no_longer(&self) {
        if let Some(over) = &self.0 {
            over.store(true, Ordering::Relaxed);
        }
    }

    /// Whether it was said that nobody waits.
    pub fn is_over(&self) -> bool {
        let over = self.0.as_ref();
        over.is_some_and(|over| over.load(Ordering::Relaxed))
    }

    /// Whether it can be said at all.
    pub fn may_end(&self) -> bool {
        self.0.is_some()
    }
}

impl PartialEq for Awaited {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Awaited {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_who_hold_it_hear_that_nobody_waits() {
        let (asked, forever) = (Awaited::until_told(), Awaited::default());
        let working = asked.clone();
        assert!(!working.is_over() && working.may_end() && !forever.may_end());
        asked.no_longer();
        forever.no_longer();
        assert!(working.is_over() && !forever.is_over());
    }
}
