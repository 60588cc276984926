//! Numbers with what they count: `1 chart`, `4,180 charts`.

/// A number with thousands separated: `4,180`.
pub fn count(n: impl TryInto<i64>) -> String {
    let n = whole(n);
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

/// So many of a thing, named in the singular: `1 open item`, `0 open items`, `2 queries`.
pub fn counted(n: impl TryInto<i64>, one: &str) -> String {
    let n = whole(n);
    format!("{} {}", count(n), noun(n, one))
}

/// What so many are called, named in the singular: the number stands elsewhere.
pub fn noun(n: impl TryInto<i64>, one: &str) -> String {
    if whole(n) == 1 {
        return one.to_owned();
    }
    if let Some(stem) = one.strip_suffix("person") {
        return format!("{stem}people");
    }
    let mut ends = one.chars().rev();
    let (last, before) = (ends.next(), ends.next());
    let vowel = before.is_some_and(|c| "aeiou".contains(c));
    match last {
        Some('y') if !vowel => format!("{}ies", &one[..one.len() - 1]),
        Some('s' | 'x') => format!("{one}es"),
        Some('h') if matches!(before, Some('c' | 's')) => format!("{one}es"),
        _ => format!("{one}s"),
    }
}

/// A number that is too large to be told apart from others of its size is the largest.
fn whole(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
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

    #[test]
    fn one_is_one_and_nothing_and_more_are_many() {
        for (one, many) in [
            ("chart", "charts"),
            ("open item", "open items"),
            ("query", "queries"),
            ("stay", "stays"),
            ("opportunity", "opportunities"),
            ("search", "searches"),
            ("diagnosis code", "diagnosis codes"),
            ("box", "boxes"),
            ("person", "people"),
        ] {
            assert_eq!(counted(0, one), format!("0 {many}"));
            assert_eq!(counted(1_usize, one), format!("1 {one}"));
            assert_eq!(counted(2_u64, one), format!("2 {many}"));
            assert_eq!(counted(4_180_i64, one), format!("4,180 {many}"));
        }
    }
}
