//! A progress line: count and rate in words, no spinner, nothing for what is quick.

use super::canvas::Canvas;
use crate::domain::time::Instant;
use crate::text::Shown;
use ratatui::layout::Rect;

/// Microseconds before anything is shown (ux: 300 ms).
const QUIET: i64 = 300_000;

/// Something that takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is counted: "documents".
    pub what: &'static str,
    /// When it began.
    pub since: Instant,
    /// How many are done.
    pub done: u64,
    /// How many there are, if that is known.
    pub total: Option<u64>,
}

impl Progress {
    /// The line at `now`; `None` while it is not worth a word. `cancel` is the key that ends it.
    pub fn text(&self, now: Instant, cancel: &str) -> Option<Shown> {
        let elapsed = now.0.saturating_sub(self.since.0);
        if elapsed < QUIET {
            return None;
        }
        let count = match self.total {
            Some(total) => format!("{} of {total} {}", self.done, self.what),
            None => format!("{} {}", self.done, self.what),
        };
        let micros = u128::try_from(elapsed).unwrap_or(1).max(1);
        let rate = u128::from(self.done) * 1_000_000 / micros;
        Some(Shown::own(format!("{count}, {rate}/s ({cancel}=cancel)")))
    }

    /// Draws the line.
    pub fn render(&self, canvas: &mut Canvas<'_>, area: Rect, now: Instant, cancel: &str) {
        if let Some(text) = self.text(now, cancel) {
            canvas.write(area, area.x, area.y, &text, "message");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_for_300_ms_then_count_and_rate() {
        let mut progress = Progress {
            what: "documents",
            since: Instant(0),
            done: 500,
            total: Some(2000),
        };
        assert_eq!(progress.text(Instant(299_999), "Esc"), None);
        let text = progress.text(Instant(1_000_000), "Esc").unwrap();
        assert_eq!(text.as_str(), "500 of 2000 documents, 500/s (Esc=cancel)");
        progress.total = None;
        let text = progress.text(Instant(2_000_000), "Esc").unwrap();
        assert_eq!(text.as_str(), "500 documents, 250/s (Esc=cancel)");
    }
}
