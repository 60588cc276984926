//! Dates as people type them: `T`, `T-7`, `T+2W`, `NOW`, `3/14`, `3/14/2026`, ISO.

use jiff::civil::Date;

/// Reads a date as typed; `today` is the local day.
///
/// # Errors
/// A reason to show beside the field. No century is guessed: a year has four digits.
pub fn parse_date(text: &str, today: Date) -> Result<Date, &'static str> {
    let text = text.trim().to_ascii_uppercase();
    if text == "NOW" || text == "T" {
        return Ok(today);
    }
    if let Some(rest) = text.strip_prefix('T') {
        return relative(rest, today);
    }
    if text.contains('/') {
        return american(&text, today);
    }
    text.parse().map_err(|_| WRONG)
}

const WRONG: &str = "a date: T, T+7, T-2W, 3/14, 3/14/2026 or 2026-03-14";

fn relative(rest: &str, today: Date) -> Result<Date, &'static str> {
    let (sign, digits) = match rest.as_bytes().first() {
        Some(b'+') => (1, &rest[1..]),
        Some(b'-') => (-1, &rest[1..]),
        _ => return Err(WRONG),
    };
    let unit = digits.chars().last().filter(char::is_ascii_alphabetic);
    let number: i64 = digits
        .trim_end_matches(|c: char| c.is_ascii_alphabetic())
        .parse()
        .map_err(|_| WRONG)?;
    if number > 36_500 {
        return Err("too far away");
    }
    let number = sign * number;
    let span = jiff::Span::new();
    let span = match unit {
        None | Some('D') => span.try_days(number),
        Some('W') => span.try_weeks(number),
        Some('M') => span.try_months(number),
        Some('Y') => span.try_years(number),
        Some(_) => return Err("days, W weeks, M months or Y years"),
    };
    span.and_then(|s| today.checked_add(s))
        .map_err(|_| "too far away")
}

fn american(text: &str, today: Date) -> Result<Date, &'static str> {
    let parts: Vec<&str> = text.split('/').collect();
    let number = |text: &str| text.parse::<i16>().map_err(|_| WRONG);
    let (month, day, year) = match parts.as_slice() {
        [month, day] => (number(month)?, number(day)?, today.year()),
        [month, day, year] if year.len() == 4 => (number(month)?, number(day)?, number(year)?),
        [_, _, _] => return Err("a year needs four digits"),
        _ => return Err(WRONG),
    };
    let month = i8::try_from(month).map_err(|_| WRONG)?;
    let day = i8::try_from(day).map_err(|_| WRONG)?;
    Date::new(year, month, day).map_err(|_| "there is no such day")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 22);

    #[test]
    fn dates_are_read_as_people_type_them() {
        for (text, wanted) in [
            ("T", "2026-03-22"),
            ("now", "2026-03-22"),
            ("t-7", "2026-03-15"),
            ("T+2W", "2026-04-05"),
            ("T+1M", "2026-04-22"),
            ("3/14", "2026-03-14"),
            ("3/14/2025", "2025-03-14"),
            ("2026-02-28", "2026-02-28"),
        ] {
            assert_eq!(
                parse_date(text, TODAY).unwrap().to_string(),
                wanted,
                "{text}"
            );
        }
        for bad in [
            "",
            "x",
            "T7",
            "T+",
            "13/1",
            "2/30",
            "3/14/26",
            "T+99999999",
            "T+2Q",
            "1/2/3/4",
        ] {
            assert!(parse_date(bad, TODAY).is_err(), "{bad}");
        }
    }
}
