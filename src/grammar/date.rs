//! Days as they are typed: `T`, `T-7`, `T+2W`, `NOW`, `3/14`, `3/14/2026`, `2026-03-14`, and
//! spans of days: a month `2026-03`, a year `2026`, `a..b`, `a..`, `..b`, `>a`, `>=a`, `<b`, `<=b`.
//!
//! The forms with T are VistA FileMan's. No century is guessed: a year has four digits.

use jiff::Span as JiffSpan;
use jiff::civil::Date;

/// Days from one to another, both included; an open end is `None`. Never both open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

/// Why a date was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateProblem {
    /// None of the forms.
    #[error("not a date: write T, T-7, T+2W, 3/14, 2026-03-14, 2026-03, 2026 or a..b")]
    NotADate,
    /// There is no such day.
    #[error("there is no such day in the calendar")]
    NoSuchDay,
    /// A year of two digits.
    #[error("write the year with four digits")]
    TwoDigitYear,
    /// A span where a day is wanted.
    #[error("one day is wanted here, not a month, a year or a span")]
    NotOneDay,
    /// A span that ends before it starts.
    #[error("the span ends before it starts: swap its ends")]
    Backwards,
}

/// One day as typed.
///
/// # Errors
/// A [`DateProblem`] that says what to write.
pub fn parse_day(text: &str, today: Date) -> Result<Date, DateProblem> {
    let days = parse_days(text, today)?;
    match (days.from, days.to) {
        (Some(from), Some(to)) if from == to && !text.contains("..") => Ok(from),
        _ => Err(DateProblem::NotOneDay),
    }
}

/// A day, month, year or span as typed.
///
/// # Errors
/// A [`DateProblem`] that says what to write.
pub fn parse_days(text: &str, today: Date) -> Result<Days, DateProblem> {
    let text = text.trim();
    if text.starts_with(['<', '>']) {
        return compared(text, today);
    }
    let Some((from, to)) = text.split_once("..") else {
        let (from, to) = period(text, today)?;
        return Ok(Days {
            from: Some(from),
            to: Some(to),
        });
    };
    let end = |text: &str| match text.trim() {
        "" => Ok(None),
        text => period(text, today).map(Some),
    };
    let days = Days {
        from: end(from)?.map(|(first, _)| first),
        to: end(to)?.map(|(_, last)| last),
    };
    match (days.from, days.to) {
        (None, None) => Err(DateProblem::NotADate),
        (Some(from), Some(to)) if from > to => Err(DateProblem::Backwards),
        _ => Ok(days),
    }
}

/// Days before or after a day, month or year: `>2025` begins with 2026.
fn compared(text: &str, today: Date) -> Result<Days, DateProblem> {
    let after = text.starts_with('>');
    let rest = text.trim_start_matches(['<', '>']);
    let (rest, included) = match rest.strip_prefix('=') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let signs = text.len() - rest.len();
    if signs > 1 + usize::from(included) {
        return Err(DateProblem::NotADate);
    }
    let (first, last) = period(rest.trim(), today)?;
    let day = match (after, included) {
        (true, true) => Ok(first),
        (true, false) => last.tomorrow(),
        (false, true) => Ok(last),
        (false, false) => first.yesterday(),
    };
    let day = day.map_err(|_| DateProblem::NoSuchDay)?;
    Ok(Days {
        from: after.then_some(day),
        to: (!after).then_some(day),
    })
}

/// First and last day of a day, month or year.
fn period(text: &str, today: Date) -> Result<(Date, Date), DateProblem> {
    if let Some(day) = relative(text, today)? {
        return Ok((day, day));
    }
    if text.contains('/') {
        let day = with_slashes(text, today)?;
        return Ok((day, day));
    }
    let mut parts = [0i16; 3];
    let mut count = 0;
    for part in text.split('-') {
        let wanted = if count == 0 { 4 } else { 2 };
        let slot = parts.get_mut(count).ok_or(DateProblem::NotADate)?;
        if count == 0 && part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()) {
            return Err(DateProblem::TwoDigitYear);
        }
        *slot = digits(part)
            .filter(|_| part.len() == wanted)
            .ok_or(DateProblem::NotADate)?;
        count += 1;
    }
    let [year, month, day] = parts;
    match count {
        1 => Ok((date(year, 1, 1)?, date(year, 12, 31)?)),
        2 => date(year, month, 1).map(|first| (first, first.last_of_month())),
        _ => date(year, month, day).map(|day| (day, day)),
    }
}

/// `T`, `T-7`, `T+2W`, `T-1M`, `T-1Y`, `TODAY`, `N`, `NOW`; `None` for anything else.
fn relative(text: &str, today: Date) -> Result<Option<Date>, DateProblem> {
    let upper = text.to_ascii_uppercase();
    if matches!(upper.as_str(), "N" | "NOW") {
        return Ok(Some(today));
    }
    let rest = match upper.strip_prefix("TODAY").or(upper.strip_prefix('T')) {
        Some(rest) => rest.trim(),
        None => return Ok(None),
    };
    if rest.is_empty() {
        return Ok(Some(today));
    }
    let (sign, rest) = match rest.as_bytes()[0] {
        b'+' => (1, &rest[1..]),
        b'-' => (-1, &rest[1..]),
        _ => return Err(DateProblem::NotADate),
    };
    let unit = rest.bytes().last().filter(u8::is_ascii_alphabetic);
    let number = match unit {
        Some(_) => &rest[..rest.len() - 1],
        None => rest,
    };
    let number = i64::from(digits(number.trim()).ok_or(DateProblem::NotADate)?) * sign;
    let span = JiffSpan::new();
    let span = match unit {
        None | Some(b'D') => span.try_days(number),
        Some(b'W') => span.try_weeks(number),
        Some(b'M') => span.try_months(number),
        Some(b'Y') => span.try_years(number),
        Some(_) => return Err(DateProblem::NotADate),
    };
    span.and_then(|span| today.checked_add(span))
        .map(Some)
        .map_err(|_| DateProblem::NoSuchDay)
}

/// `3/14` of this year, `3/14/2026`: month first, as in the United States.
fn with_slashes(text: &str, today: Date) -> Result<Date, DateProblem> {
    let parts: Vec<&str> = text.splitn(4, '/').collect();
    let number = |part: &str| {
        digits(part)
            .filter(|_| part.len() <= 2)
            .ok_or(DateProblem::NotADate)
    };
    match parts.as_slice() {
        [month, day] => date(today.year(), number(month)?, number(day)?),
        [month, day, year] => match (year.len(), digits(year)) {
            (4, Some(year)) => date(year, number(month)?, number(day)?),
            (2, Some(_)) => Err(DateProblem::TwoDigitYear),
            _ => Err(DateProblem::NotADate),
        },
        _ => Err(DateProblem::NotADate),
    }
}

/// One to four digits as a number.
fn digits(text: &str) -> Option<i16> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn date(year: i16, month: i16, day: i16) -> Result<Date, DateProblem> {
    let small = |n: i16| i8::try_from(n).map_err(|_| DateProblem::NoSuchDay);
    Date::new(year, small(month)?, small(day)?).map_err(|_| DateProblem::NoSuchDay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date as day;

    const TODAY: Date = day(2026, 3, 31);

    #[test]
    fn days_as_they_are_typed() {
        for (text, wanted) in [
            ("T", day(2026, 3, 31)),
            ("t", day(2026, 3, 31)),
            ("TODAY", day(2026, 3, 31)),
            ("now", day(2026, 3, 31)),
            ("T-7", day(2026, 3, 24)),
            ("T+2W", day(2026, 4, 14)),
            ("t-1m", day(2026, 2, 28)),
            ("T-1Y", day(2025, 3, 31)),
            ("T - 90d", day(2025, 12, 31)),
            ("3/14", day(2026, 3, 14)),
            ("03/14/1961", day(1961, 3, 14)),
            (" 2026-03-14 ", day(2026, 3, 14)),
        ] {
            assert_eq!(parse_day(text, TODAY), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_says_why() {
        use DateProblem::*;
        for (text, wanted) in [
            ("", NotADate),
            ("T7", NotADate),
            ("T-", NotADate),
            ("T-7X", NotADate),
            ("T--7", NotADate),
            ("T-99999", NotADate),
            ("T+9999Y", NoSuchDay),
            ("2/30", NoSuchDay),
            ("2026-02-30", NoSuchDay),
            ("2026-13", NoSuchDay),
            ("3/14/26", TwoDigitYear),
            ("26-03-14", TwoDigitYear),
            ("2026-3-14", NotADate),
            ("2026-03-14-01", NotADate),
            ("1/2/3/4", NotADate),
            ("tomorrow", NotADate),
            ("2026", NotOneDay),
            ("2026-03", NotOneDay),
            ("T..T", NotOneDay),
            ("T-7..T", NotOneDay),
            ("é", NotADate),
            ("T-é", NotADate),
        ] {
            assert_eq!(parse_day(text, TODAY), Err(wanted), "{text}");
        }
    }

    #[test]
    fn spans_of_days() {
        let days = |text: &str| {
            let days = parse_days(text, TODAY).unwrap();
            let show = |d: Option<Date>| d.map_or("-".to_owned(), |d| d.to_string());
            format!("{} {}", show(days.from), show(days.to))
        };
        assert_eq!(days("2026-02"), "2026-02-01 2026-02-28");
        assert_eq!(days("2024"), "2024-01-01 2024-12-31");
        assert_eq!(days("T-90..T"), "2025-12-31 2026-03-31");
        assert_eq!(days("2024..2025-02"), "2024-01-01 2025-02-28");
        assert_eq!(days("..3/14"), "- 2026-03-14");
        assert_eq!(days("2026-01-02.."), "2026-01-02 -");
        assert_eq!(days(">=2026-01-02"), "2026-01-02 -");
        assert_eq!(days(">2025"), "2026-01-01 -");
        assert_eq!(days("<=2025-02"), "- 2025-02-28");
        assert_eq!(days("< T-1"), "- 2026-03-29");
        for wrong in [">", ">>T", ">=", "<>T", ">T..T", ">= =T"] {
            assert_eq!(
                parse_days(wrong, TODAY),
                Err(DateProblem::NotADate),
                "{wrong}"
            );
        }
        assert_eq!(parse_days("..", TODAY), Err(DateProblem::NotADate));
        assert_eq!(parse_days("T..T-1", TODAY), Err(DateProblem::Backwards));
        assert_eq!(parse_days("a..b..c", TODAY), Err(DateProblem::NotADate));
    }
}
