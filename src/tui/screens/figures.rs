//! Numbers and dates as screens write them.

use crate::domain::deficiency::DeficiencyState;
use crate::domain::time::Instant;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A count with thousands separated: `4,180`.
pub fn count(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if n < 0 { format!("-{out}") } else { out }
}

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

/// A state in a narrow column.
pub fn state(state: DeficiencyState) -> &'static str {
    match state {
        DeficiencyState::Completed => "done",
        DeficiencyState::Transcribed => "transcr.",
        other => other.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (4180, "4,180"),
            (-1_234_567, "-1,234,567"),
        ] {
            assert_eq!(count(n), text);
        }
    }
}
