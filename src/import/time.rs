//! Times as FHIR and HL7 v2 write them, with the precision that was written.
//!
//! A time without an offset is read in the facility's zone. A text that is no time is `None`;
//! nothing is guessed. Start at [`fhir`] and [`hl7`].

use crate::domain::time::{Instant, Moment, Precision};
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

/// Reads digits from the front of a text.
struct Digits<'a> {
    rest: &'a [u8],
}

impl Digits<'_> {
    fn take(&mut self, count: usize) -> Option<i32> {
        let part = self.rest.get(..count)?;
        let mut value = 0i32;
        for digit in part {
            if !digit.is_ascii_digit() {
                return None;
            }
            value = value * 10 + i32::from(digit - b'0');
        }
        self.rest = self.rest.get(count..)?;
        Some(value)
    }

    fn skip(&mut self, byte: u8) -> bool {
        if self.rest.first() == Some(&byte) {
            self.rest = &self.rest[1..];
            return true;
        }
        false
    }

    /// A fraction of a second after its point, in nanoseconds.
    fn fraction(&mut self) -> i32 {
        let mut value = 0i32;
        let mut scale = 100_000_000i32;
        while let Some(digit) = self.rest.first().filter(|d| d.is_ascii_digit()) {
            value += i32::from(digit - b'0') * scale;
            scale /= 10;
            self.rest = &self.rest[1..];
        }
        value
    }

    /// `Z`, `+hh:mm`, `+hhmm` or `-hh`, in seconds; `None` if there is none.
    fn offset(&mut self) -> Option<i32> {
        if self.skip(b'Z') || self.skip(b'z') {
            return Some(0);
        }
        let sign = if self.skip(b'-') {
            -1
        } else if self.skip(b'+') {
            1
        } else {
            return None;
        };
        let hours = self.take(2)?;
        self.skip(b':');
        let minutes = self.take(2).unwrap_or(0);
        Some(sign * (hours * 3_600 + minutes * 60))
    }
}

/// A FHIR `date`, `dateTime` or `instant`: `2026`, `2026-03`, `2026-03-22`,
/// `2026-03-22T14:02:07.5-05:00`.
pub(crate) fn fhir(text: &str, zone: &TimeZone) -> Option<Moment> {
    let mut digits = Digits {
        rest: text.trim().as_bytes(),
    };
    let year = digits.take(4)?;
    if digits.rest.is_empty() {
        return partial(year, 1, 1, Precision::Year);
    }
    if !digits.skip(b'-') {
        return None;
    }
    let month = digits.take(2)?;
    if digits.rest.is_empty() {
        return partial(year, month, 1, Precision::Month);
    }
    if !digits.skip(b'-') {
        return None;
    }
    let day = digits.take(2)?;
    if digits.rest.is_empty() {
        return partial(year, month, day, Precision::Day);
    }
    if !(digits.skip(b'T') || digits.skip(b't') || digits.skip(b' ')) {
        return None;
    }
    let hour = digits.take(2)?;
    let (mut minute, mut second, mut nanos) = (0, 0, 0);
    if digits.skip(b':') {
        minute = digits.take(2)?;
        if digits.skip(b':') {
            second = digits.take(2)?;
            if digits.skip(b'.') {
                nanos = digits.fraction();
            }
        }
    }
    let offset = digits.offset();
    let day = date(year, month, day)?;
    exact(day, [hour, minute, second, nanos], offset, zone)
}

/// An HL7 v2 TS, DT or DTM: `YYYY[MM[DD[HH[MM[SS[.S]]]]]][+/-ZZZZ]`.
pub(crate) fn hl7(text: &str, zone: &TimeZone) -> Option<Moment> {
    let mut digits = Digits {
        rest: text.trim().as_bytes(),
    };
    let year = digits.take(4)?;
    let Some(month) = digits.take(2).filter(|m| *m > 0) else {
        return partial(year, 1, 1, Precision::Year);
    };
    let Some(day) = digits.take(2).filter(|d| *d > 0) else {
        return partial(year, month, 1, Precision::Month);
    };
    let Some(hour) = digits.take(2) else {
        return partial(year, month, day, Precision::Day);
    };
    let minute = digits.take(2).unwrap_or(0);
    let second = digits.take(2).unwrap_or(0);
    let nanos = if digits.skip(b'.') {
        digits.fraction()
    } else {
        0
    };
    let offset = digits.offset();
    let day = date(year, month, day)?;
    exact(day, [hour, minute, second, nanos], offset, zone)
}

/// The calendar day of an HL7 v2 time: a birth date sent as midnight is a date.
pub(crate) fn hl7_day(text: &str) -> Option<Moment> {
    let text = text.trim();
    hl7(text.get(..8).unwrap_or(text), &TimeZone::UTC)
}

fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

fn partial(year: i32, month: i32, day: i32, precision: Precision) -> Option<Moment> {
    date(year, month, day).map(|d| Moment::date(d, precision))
}

fn exact(
    day: Date,
    [hour, minute, second, nanos]: [i32; 4],
    offset: Option<i32>,
    zone: &TimeZone,
) -> Option<Moment> {
    // 24:00 is the end of the day, and a leap second is the second before it.
    let (day, hour) = if hour == 24 && minute == 0 && second == 0 {
        (day.tomorrow().ok()?, 0)
    } else {
        (day, hour)
    };
    let time = Time::new(
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second.min(59)).ok()?,
        nanos,
    )
    .ok()?;
    let local = day.to_datetime(time);
    let at = match offset {
        Some(seconds) => Offset::from_seconds(seconds)
            .ok()?
            .to_timestamp(local)
            .ok()?,
        None => local.to_zoned(zone.clone()).ok()?.timestamp(),
    };
    Some(Moment::at(Instant::from_timestamp(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("America/New_York").unwrap()
    }

    fn check(got: Option<Moment>, want: &str) {
        let text = got.map_or("none".to_owned(), |m| match m.precision {
            Precision::Instant => m.at.rfc3339(),
            _ => m.iso(&TimeZone::UTC),
        });
        assert_eq!(text, want);
    }

    #[test]
    fn fhir_times_keep_their_precision() {
        check(fhir("2026", &zone()), "2026");
        check(fhir("2026-03", &zone()), "2026-03");
        check(fhir("2026-03-22", &zone()), "2026-03-22");
        check(
            fhir("2026-03-22T14:02:07-04:00", &zone()),
            "2026-03-22T18:02:07Z",
        );
        check(
            fhir("2026-03-22T14:02:07.25Z", &zone()),
            "2026-03-22T14:02:07.25Z",
        );
        check(fhir("2026-03-22T14:02", &zone()), "2026-03-22T18:02:00Z");
        check(fhir("2026-13-22", &zone()), "none");
        check(fhir("yesterday", &zone()), "none");
        check(fhir("", &zone()), "none");
    }

    #[test]
    fn hl7_times_keep_their_precision() {
        check(hl7("2012", &zone()), "2012");
        check(hl7("201208", &zone()), "2012-08");
        check(hl7("20120806", &zone()), "2012-08-06");
        check(hl7("201308061045-0500", &zone()), "2013-08-06T15:45:00Z");
        check(hl7("20130806104512.5", &zone()), "2013-08-06T14:45:12.5Z");
        check(hl7("2013080624", &zone()), "2013-08-07T04:00:00Z");
        check(hl7("20131345", &zone()), "none");
        check(hl7_day("19890118000000"), "1989-01-18");
        check(hl7_day("1989"), "1989");
    }
}
