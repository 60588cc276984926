//! Instants, days and what records say of time.
//!
//! Instants are UTC microseconds. A date without a time stays a date ([`Moment`] keeps the
//! precision that was written); a clock in hours on a date-only event runs from the end of that
//! day. "Now" is always an argument: only [`Clock`] implementations ask the machine.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// Microseconds in a second.
const MICROS: i64 = 1_000_000;

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// From a jiff timestamp, cut to microseconds.
    pub fn from_timestamp(at: Timestamp) -> Self {
        Self(at.as_microsecond())
    }

    /// As a jiff timestamp; out-of-range values become the nearest end of the range.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        })
    }

    /// Parses RFC 3339 text such as `2026-03-22T14:02:07Z`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<Timestamp>().ok().map(Self::from_timestamp)
    }

    /// RFC 3339 in UTC, whole seconds unless there are fractions.
    pub fn rfc3339(self) -> String {
        self.timestamp().to_string()
    }

    /// RFC 3339 in UTC to the millisecond, always of the same length: for tables.
    pub fn rfc3339_column(self) -> String {
        format!("{:.3}", self.timestamp())
    }

    /// The calendar day in a time zone.
    pub fn day(self, zone: &TimeZone) -> Date {
        self.timestamp().to_zoned(zone.clone()).date()
    }

    /// Later by whole hours.
    pub fn plus_hours(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours.saturating_mul(3_600 * MICROS)))
    }

    /// Later by whole seconds.
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS)))
    }

    /// Later by calendar days at the same local time, whatever the clock does in between.
    pub fn plus_days(self, days: i64, zone: &TimeZone) -> Self {
        let local = self.timestamp().to_zoned(zone.clone());
        jiff::Span::new()
            .try_days(days)
            .and_then(|span| local.checked_add(span))
            .map_or(self, |z| Self::from_timestamp(z.timestamp()))
    }

    /// Whole hours from `earlier` to `self`; negative when `self` is before it.
    pub fn hours_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(3_600 * MICROS)
    }

    /// Seconds from `earlier` to `self`.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(MICROS)
    }

    /// Whole calendar days from the day of `earlier` to the day of `self`.
    pub fn days_since(self, earlier: Self, zone: &TimeZone) -> i64 {
        days_between(earlier.day(zone), self.day(zone))
    }

    /// The first instant of a day.
    pub fn start_of(day: Date, zone: &TimeZone) -> Self {
        day.to_zoned(zone.clone())
            .map_or(Self(0), |z| Self::from_timestamp(z.timestamp()))
    }

    /// The last microsecond of a day.
    pub fn end_of(day: Date, zone: &TimeZone) -> Self {
        day.tomorrow().map_or(Self(i64::MAX), |next| {
            Self(Self::start_of(next, zone).0 - 1)
        })
    }
}

/// Whole days from `from` to `to`; negative when `to` is before it.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// How exactly a record stated a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Only the year.
    Year,
    /// Year and month.
    Month,
    /// A calendar day.
    Day,
    /// A point in time.
    Instant,
}

impl Precision {
    /// The number kept in the store.
    pub fn code(self) -> i64 {
        self as i64
    }

    /// From the number kept in the store; anything unknown is an instant.
    pub fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Year,
            1 => Self::Month,
            2 => Self::Day,
            _ => Self::Instant,
        }
    }
}

/// When something happened, as exactly as the record said.
///
/// Dates are kept as midnight UTC of their first day, so that they order sensibly among
/// instants and come back exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// The instant, or midnight UTC of the first day meant.
    pub at: Instant,
    /// How much of `at` was really stated.
    pub precision: Precision,
}

impl Moment {
    /// A point in time.
    pub fn at(at: Instant) -> Self {
        Self {
            at,
            precision: Precision::Instant,
        }
    }

    /// A date as precise as `precision` says.
    pub fn date(day: Date, precision: Precision) -> Self {
        Self {
            at: Instant::start_of(day, &TimeZone::UTC),
            precision,
        }
    }

    /// A calendar day.
    pub fn day_only(day: Date) -> Self {
        Self::date(day, Precision::Day)
    }

    /// Whether a time of day was stated.
    pub fn is_exact(self) -> bool {
        self.precision == Precision::Instant
    }

    /// The calendar day in a time zone (the first one, if only a month or year was stated).
    pub fn day(self, zone: &TimeZone) -> Date {
        match self.precision {
            Precision::Instant => self.at.day(zone),
            _ => self.at.day(&TimeZone::UTC),
        }
    }

    /// The earliest instant this can mean.
    pub fn earliest(self, zone: &TimeZone) -> Instant {
        match self.precision {
            Precision::Instant => self.at,
            _ => Instant::start_of(self.day(zone), zone),
        }
    }

    /// The latest instant this can mean: from here a clock in hours runs.
    pub fn latest(self, zone: &TimeZone) -> Instant {
        let day = self.day(zone);
        match self.precision {
            Precision::Instant => self.at,
            Precision::Day => Instant::end_of(day, zone),
            Precision::Month => Instant::end_of(day.last_of_month(), zone),
            Precision::Year => Instant::end_of(day.last_of_year(), zone),
        }
    }

    /// ISO text with the stated precision, local to `zone`: `2026-03-22 14:02`, `2026-03-22`,
    /// `2026-03` or `2026`.
    pub fn iso(self, zone: &TimeZone) -> String {
        let day = self.day(zone);
        match self.precision {
            Precision::Instant => self
                .at
                .timestamp()
                .to_zoned(zone.clone())
                .strftime("%Y-%m-%d %H:%M")
                .to_string(),
            Precision::Day => day.to_string(),
            Precision::Month => day.strftime("%Y-%m").to_string(),
            Precision::Year => day.strftime("%Y").to_string(),
        }
    }
}

/// Where "now" comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_timestamp(Timestamp::now())
    }
}

/// A clock that stands still or runs from a chosen start; for the demo hospital and for tests.
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    /// A clock showing `at`.
    pub fn new(at: Instant) -> Self {
        Self(std::sync::atomic::AtomicI64::new(at.0))
    }

    /// Sets the time shown.
    pub fn set(&self, at: Instant) {
        self.0.store(at.0, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("America/New_York").unwrap()
    }

    #[test]
    fn instants_of_a_table_are_of_one_length() {
        let column = |text| Instant::parse(text).unwrap().rfc3339_column();
        assert_eq!(column("2026-03-07T15:00:00Z"), "2026-03-07T15:00:00.000Z");
        assert_eq!(column("2026-03-07T15:00:00.1Z"), "2026-03-07T15:00:00.100Z");
        assert_eq!(
            column("2026-03-07T15:00:00.987654Z"),
            "2026-03-07T15:00:00.987Z"
        );
    }

    #[test]
    fn a_day_of_local_time_is_not_always_24_hours() {
        let before = Instant::parse("2026-03-07T15:00:00Z").unwrap();
        assert_eq!(before.plus_days(1, &zone()).hours_since(before), 23);
    }

    #[test]
    fn a_date_only_event_runs_from_the_end_of_its_day() {
        let day = Moment::day_only(jiff::civil::date(2026, 3, 22));
        assert_eq!(day.iso(&zone()), "2026-03-22");
        assert_eq!(day.latest(&zone()).rfc3339(), "2026-03-23T03:59:59.999999Z");
    }
}
