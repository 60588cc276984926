//! Numbers and dates as screens write them.

use crate::domain::deficiency::DeficiencyState;
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::CatalogueEntry;
pub use crate::text::count;
use crate::text::{Shown, show};
use crate::tui::widgets::Item;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day in a narrow column: `04-09`, with the year if it is not this one: `24-04-09`.
pub fn short_day(at: Instant, today: Date, zone: &TimeZone) -> String {
    let day = at.day(zone);
    let form = if day.year() == today.year() {
        "%m-%d"
    } else {
        "%y-%m-%d"
    };
    day.strftime(form).to_string()
}

/// Day and time: `2026-03-22 14:02`.
pub fn moment(at: Instant, zone: &TimeZone) -> String {
    at.timestamp()
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M")
        .to_string()
}

/// A bar of `n` in so many columns, of which `most` would fill all. Whatever is not nothing shows.
pub fn bar(n: i64, most: i64, columns: u16) -> Shown {
    let (n, most) = (n.max(0), most.max(1));
    let columns = i64::from(columns);
    let filled = (n.min(most) * columns / most).max(i64::from(n > 0));
    Shown::own("█".repeat(usize::try_from(filled).unwrap_or(0)))
}

/// The types that can be added, numbered so that a digit and Enter choose one.
pub fn catalogue_items(catalogue: &[CatalogueEntry]) -> Vec<Item> {
    let item = |(i, entry): (usize, &CatalogueEntry)| {
        let kind = show(&Untrusted::new(entry.kind.as_str()));
        let title = show(&Untrusted::new(entry.title.as_str()));
        Item::new(Shown::own(format!("{} {kind}", i + 1)), title)
    };
    catalogue.iter().enumerate().map(item).collect()
}

/// A state in a narrow column.
pub fn state(state: DeficiencyState) -> &'static str {
    match state {
        DeficiencyState::Completed => "done",
        DeficiencyState::Transcribed => "transcr.",
        other => other.name(),
    }
}

/// Days up to which an age is told in days: what four columns of a list hold.
const TOLD_IN_DAYS: i64 = 999;

/// An age for a column of four: `41d`, from a thousand days on whole years (`2y`), since a number
/// that is cut says something else.
pub fn age(days: i64) -> Shown {
    if days > TOLD_IN_DAYS {
        Shown::own(format!("{}y", days / 365))
    } else {
        Shown::own(format!("{days}d"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_whatever_is_not_nothing_and_never_overflows() {
        let columns = |n, most| bar(n, most, 10).as_str().chars().count();
        assert_eq!(columns(0, 100), 0);
        assert_eq!(columns(1, 1_000_000), 1);
        assert_eq!(columns(50, 100), 5);
        assert_eq!(columns(100, 100), 10);
        assert_eq!(columns(500, 100), 10);
        assert_eq!(columns(3, 0), 10);
    }

    #[test]
    fn an_age_is_never_cut() {
        for (days, told) in [(0, "0d"), (999, "999d"), (1_000, "2y"), (41_102, "112y")] {
            assert_eq!(age(days).as_str(), told);
        }
    }
}
