//! The little language of the phrase tables.
//!
//! `[a|b|c]` is one of its parts at random (an empty part makes the phrase optional), parts may
//! nest; `{name}` and `{name:argument}` are facts of the chart, filled in by a [`Slots`];
//! `{^name}` begins with a capital, `{_name}` with a small letter. A template that begins with
//! `<24>` has two texts, parted by `||`: one for notes of the first 24 hours, one for later ones
//! ([`timed`]). Whether the same alternative is taken every time is a matter
//! of [`Mode`]. Owns no words: those are in `scenario` and `prose`.

use super::rng::Rng;

/// How alternatives are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Anew each time: they are wordings of one fact.
    Free,
    /// Whole sentences the same way in every note of the chart, since they are facts; phrases
    /// within a sentence anew.
    Steady,
    /// All the same way in every note.
    Fixed,
}

/// Where the facts come from.
pub(super) trait Slots {
    /// Which of `count` alternatives this chart always takes.
    fn steady(&self, alternatives: &str, count: usize) -> usize;

    /// Appends the fact; unknown names append nothing.
    fn slot(&self, name: &str, argument: &str, rng: &mut Rng, out: &mut String);
}

/// Expands a template onto `out`.
pub(super) fn expand(
    template: &str,
    mode: Mode,
    rng: &mut Rng,
    slots: &dyn Slots,
    out: &mut String,
) {
    let bytes = template.as_bytes();
    let mut plain = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'[' => {
                out.push_str(&template[plain..at]);
                let (parts, end) = alternatives(template, at + 1);
                let fixed = match mode {
                    Mode::Free => false,
                    Mode::Fixed => true,
                    Mode::Steady => parts
                        .iter()
                        .any(|(from, to)| template[*from..*to].ends_with('.')),
                };
                let chosen = if fixed {
                    slots.steady(&template[at..end], parts.len())
                } else {
                    rng.below(parts.len())
                };
                let (from, to) = parts[chosen];
                expand(&template[from..to], mode, rng, slots, out);
                at = end;
                plain = end;
            }
            b'{' => {
                out.push_str(&template[plain..at]);
                let end = closing(bytes, at);
                fill(&template[at + 1..end], rng, slots, out);
                at = (end + 1).min(bytes.len());
                plain = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&template[plain..]);
}

/// The text that fits a note written `hours` after admission.
pub(super) fn timed(template: &str, hours: i64) -> &str {
    let Some((limit, texts)) = template.strip_prefix('<').and_then(|t| t.split_once('>')) else {
        return template;
    };
    let (early, late) = texts.split_once("||").unwrap_or((texts, texts));
    if hours < limit.parse().unwrap_or(0) {
        early
    } else {
        late
    }
}

fn closing(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() && bytes[at] != b'}' {
        at += 1;
    }
    at
}

fn fill(inside: &str, rng: &mut Rng, slots: &dyn Slots, out: &mut String) {
    let (capital, inside) = match inside.strip_prefix(['^', '_']) {
        Some(rest) => (inside.chars().next(), rest),
        None => (None, inside),
    };
    let (name, argument) = inside.split_once(':').unwrap_or((inside, ""));
    let start = out.len();
    slots.slot(name, argument, rng, out);
    if let Some(mark) = capital
        && let Some(first) = out[start..].chars().next()
    {
        let turned = if mark == '^' {
            first.to_uppercase().to_string()
        } else {
            first.to_lowercase().to_string()
        };
        out.replace_range(start..start + first.len_utf8(), &turned);
    }
}

/// The parts of `[…]` that begins before `start`, and where the text goes on behind it.
fn alternatives(template: &str, start: usize) -> (Vec<(usize, usize)>, usize) {
    let bytes = template.as_bytes();
    let mut parts = Vec::new();
    let (mut depth, mut from, mut at) = (0usize, start, start);
    while at < bytes.len() {
        match bytes[at] {
            b'[' => depth += 1,
            b']' if depth == 0 => {
                parts.push((from, at));
                return (parts, at + 1);
            }
            b']' => depth -= 1,
            b'|' if depth == 0 => {
                parts.push((from, at));
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push((from, bytes.len()));
    (parts, bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Facts;
    impl Slots for Facts {
        fn steady(&self, _: &str, count: usize) -> usize {
            count - 1
        }

        fn slot(&self, name: &str, argument: &str, _: &mut Rng, out: &mut String) {
            match name {
                "hr" => out.push_str("112"),
                "hf" => out.push_str("heart failure"),
                "lab" => out.push_str(argument),
                _ => {}
            }
        }
    }

    fn check(template: &str, wanted: &[&str]) {
        check_in(Mode::Free, template, wanted);
    }

    fn check_in(mode: Mode, template: &str, wanted: &[&str]) {
        let mut seen: Vec<String> = Vec::new();
        for stream in 0..200 {
            let mut out = String::new();
            expand(template, mode, &mut Rng::new(1, stream), &Facts, &mut out);
            if !seen.contains(&out) {
                seen.push(out);
            }
        }
        seen.sort();
        assert_eq!(seen, wanted);
    }

    #[test]
    fn phrases_alternate_and_nest() {
        check(
            "HR {hr}[|, [fast|quick]].",
            &["HR 112, fast.", "HR 112, quick.", "HR 112."],
        );
        check("{^hf}: {lab:NA}", &["Heart failure: NA"]);
    }

    #[test]
    fn a_timed_template_knows_nothing_of_the_future() {
        assert_eq!(timed("<24>to be done||[done|finished]", 3), "to be done");
        assert_eq!(
            timed("<24>to be done||[done|finished]", 24),
            "[done|finished]"
        );
        assert_eq!(timed("same [a|b]", 3), "same [a|b]");
    }

    #[test]
    fn facts_stay_the_same_while_wordings_change() {
        check_in(
            Mode::Steady,
            "[He fell.|She [slipped|slid].]",
            &["She slid.", "She slipped."],
        );
        check_in(Mode::Fixed, "[a|b]", &["b"]);
    }
}
