//! One note's view of a story: what was known at that hour, in the writer's style.
//!
//! Owns the slots of the phrase tables. Every number in a note comes from here, so notes never
//! contradict the data beside them. Start at [`Scene`].

use super::measure::{TESTS, test};
use super::rng::Rng;
use super::story::Story;
use super::template::{Mode, Slots, expand, timed};
use crate::domain::people::Sex;
use crate::domain::time::Instant;
use std::fmt::Write;

/// The manner of a writer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Short headings, abbreviations.
    Terse,
    /// Headings in title case, full sentences.
    Full,
    /// Headings in capitals.
    Capitals,
    /// Lists wherever possible.
    List,
}

/// One note's view of a story.
pub(super) struct Scene<'a> {
    pub story: &'a Story<'a>,
    pub at: Instant,
    pub author: usize,
    pub style: Style,
}

impl<'a> Scene<'a> {
    /// What `author` knows at `at`.
    pub fn new(story: &'a Story<'a>, at: Instant, author: usize) -> Self {
        let style = match (author * 7 + author / 5) % 5 {
            0 => Style::Terse,
            1 => Style::Capitals,
            2 => Style::List,
            _ => Style::Full,
        };
        Self {
            story,
            at,
            author,
            style,
        }
    }

    /// The words of a template.
    pub fn say(&self, template: &str, mode: Mode, rng: &mut Rng) -> String {
        let mut out = String::with_capacity(template.len() * 2);
        expand(timed(template, self.hours()), mode, rng, self, &mut out);
        out
    }

    /// A day as this writer puts it.
    pub fn day(&self, at: Instant) -> String {
        let day = at.day(self.story.zone);
        match self.author % 3 {
            0 => format!("{:02}/{:02}/{}", day.month(), day.day(), day.year()),
            1 => format!(
                "{} {} {}",
                day.day(),
                MONTHS[usize::from(day.month().unsigned_abs()) - 1],
                day.year()
            ),
            _ => format!("{}-{:02}-{:02}", day.year(), day.month(), day.day()),
        }
    }

    /// Day and hour.
    pub fn stamp(&self, at: Instant) -> String {
        format!("{} {}", self.day(at), self.clock(at))
    }

    /// Hour and minute.
    pub fn clock(&self, at: Instant) -> String {
        let local = at.timestamp().to_zoned(self.story.zone.clone());
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// Hours since admission; negative before it.
    pub fn hours(&self) -> i64 {
        self.at.hours_since(self.story.stay.admitted)
    }

    /// Day of the stay, from 1.
    pub fn hospital_day(&self) -> i64 {
        self.at
            .days_since(self.story.stay.admitted, self.story.zone)
            + 1
    }

    fn value(&self, id: &str, value: f64, out: &mut String) {
        let digits = TESTS[test(id)].digits;
        let _ = write!(out, "{value:.digits$}");
    }

    fn measured(&self, name: &str, id: &str, out: &mut String) {
        let known = self.story.readings.until(id, self.at);
        let values = known.iter().map(|(_, value)| *value);
        let chosen = match name {
            "lab0" => values.clone().next(),
            "peak" => values.clone().reduce(f64::max),
            "low" => values.clone().reduce(f64::min),
            "was" => values.clone().rev().nth(1),
            _ => values.clone().next_back(),
        };
        if let Some(value) = chosen.or_else(|| known.first().map(|(_, v)| *v)) {
            self.value(id, value, out);
        }
    }

    fn trend(&self, id: &str, out: &mut String) {
        let known = self.story.readings.until(id, self.at);
        let skip = known.len().saturating_sub(3);
        for (position, (_, value)) in known.iter().skip(skip).enumerate() {
            if position > 0 {
                out.push_str(" → ");
            }
            self.value(id, *value, out);
        }
    }

    fn pressure(&self, name: &str, out: &mut String) {
        self.measured(name, "SBP", out);
        out.push('/');
        self.measured(name, "DBP", out);
    }

    fn oxygen(&self, out: &mut String) {
        let flow = self
            .story
            .readings
            .until("FLOW", self.at)
            .last()
            .map_or(0.0, |(_, v)| *v);
        if flow < 0.5 {
            out.push_str("on room air");
        } else if flow > 8.0 {
            let _ = write!(out, "on {flow:.0} L high flow");
        } else {
            let _ = write!(out, "on {flow:.0} L nasal cannula");
        }
    }

    fn signs(&self, out: &mut String) {
        let parts = [("T ", "TEMP", " °C, HR "), ("", "HR", ", BP ")];
        for (before, id, after) in parts {
            out.push_str(before);
            self.measured("lab", id, out);
            out.push_str(after);
        }
        self.pressure("lab", out);
        out.push_str(", RR ");
        self.measured("lab", "RR", out);
        out.push_str(", SpO2 ");
        self.measured("lab", "SPO2", out);
        out.push_str("% ");
        self.oxygen(out);
    }

    fn pronoun(&self, name: &str) -> Option<&'static str> {
        let woman = self.story.person.sex == Sex::Female;
        Some(match (name, woman) {
            ("he", true) => "she",
            ("he", false) => "he",
            ("He", true) => "She",
            ("He", false) => "He",
            ("his", true) => "her",
            ("his", false) => "his",
            ("His", true) => "Her",
            ("His", false) => "His",
            ("him", true) => "her",
            ("him", false) => "him",
            ("man", _) => match (
                self.story.person.age < 13,
                self.story.person.age < 18,
                woman,
            ) {
                (true, _, true) => "girl",
                (true, _, false) => "boy",
                (_, true, true) => "young woman",
                (_, true, false) => "young man",
                (_, _, true) => "woman",
                _ => "man",
            },
            _ => return None,
        })
    }

    fn personal(&self, name: &str, out: &mut String) -> bool {
        let person = &self.story.person;
        if let Some(word) = self.pronoun(name) {
            out.push_str(word);
            return true;
        }
        let _ = match name {
            "name" if person.age < 16 => write!(out, "{}", person.given),
            "name" => {
                let title = if person.sex == Sex::Female {
                    "Ms."
                } else {
                    "Mr."
                };
                write!(out, "{title} {}", person.family)
            }
            "full" => write!(out, "{} {}. {}", person.given, person.middle, person.family),
            "age" => write!(out, "{}", person.age),
            "agey" => write!(out, "{}-year-old", person.age),
            "Aage" | "aage" => {
                let an = matches!(person.age, 8 | 11 | 18 | 80..=89);
                let article = match (name == "Aage", an) {
                    (true, true) => "An",
                    (true, false) => "A",
                    (false, true) => "an",
                    (false, false) => "a",
                };
                write!(out, "{article} {}-year-old", person.age)
            }
            "pcp" => write!(out, "Dr. {}", person.outside),
            "mrn" => write!(out, "{}", self.story.mrn),
            "visit" => write!(out, "{}", self.story.visit),
            "birth" => write!(out, "{}", person.birth),
            "attending" => write!(
                out,
                "Dr. {}",
                self.story.staff(self.story.cast.attending).family
            ),
            "surgeon" => write!(
                out,
                "Dr. {}",
                self.story.staff(self.story.cast.surgeon).family
            ),
            "me" => write!(out, "{}", self.story.staff(self.author).signature()),
            _ => return false,
        };
        true
    }

    fn temporal(&self, name: &str, argument: &str, out: &mut String) -> bool {
        let stay = &self.story.stay;
        let number: i64 = argument.parse().unwrap_or(0);
        let _ = match name {
            "prior_from" | "prior_to" => {
                let Some((before, _)) = &self.story.before else {
                    return true;
                };
                let at = if name == "prior_to" {
                    before.leaves
                } else {
                    before.admitted
                };
                write!(out, "{}", self.day(at))
            }
            "today" => write!(out, "{}", self.day(self.at)),
            "stamp" => write!(out, "{}", self.stamp(self.at)),
            "clock" => write!(out, "{}", self.clock(self.at)),
            "before" => write!(out, "{}", self.clock(self.at.plus_seconds(-number * 60))),
            "admitd" => write!(out, "{}", self.day(stay.admitted)),
            "endd" => write!(out, "{}", self.day(stay.leaves)),
            "hd" => write!(out, "{}", self.hospital_day()),
            "los" => write!(
                out,
                "{}",
                stay.leaves
                    .days_since(stay.admitted, self.story.zone)
                    .max(1)
            ),
            "ago" => write!(
                out,
                "{}",
                self.day(stay.admitted.plus_days(-number, self.story.zone))
            ),
            "year" => write!(
                out,
                "{}",
                i64::from(stay.admitted.day(self.story.zone).year()) - number
            ),
            _ => return false,
        };
        true
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `lo-hi` of a number slot.
fn bounds(text: &str) -> (i64, i64) {
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    let low = low.parse().unwrap_or(0);
    (low, high.parse().unwrap_or(low))
}

impl Slots for Scene<'_> {
    fn steady(&self, alternatives: &str, count: usize) -> usize {
        self.story.rng.fork(alternatives).below(count)
    }

    fn slot(&self, name: &str, argument: &str, rng: &mut Rng, out: &mut String) {
        // The same number or choice in every note of the chart.
        if let Some(key) = name.strip_prefix('#') {
            let (low, high) = bounds(argument);
            let _ = write!(out, "{}", self.story.rng.fork(key).range(low, high));
            return;
        }
        if let Some(key) = name.strip_prefix('~') {
            let count = argument.split('/').count();
            let chosen = self.story.rng.fork(key).below(count);
            out.push_str(argument.split('/').nth(chosen).unwrap_or_default());
            return;
        }
        match name {
            "n" => {
                let (low, high) = bounds(argument);
                let _ = write!(out, "{}", rng.range(low, high));
            }
            "lab" | "lab0" | "peak" | "low" | "was" => self.measured(name, argument, out),
            "trend" => self.trend(argument, out),
            "bp" => self.pressure("lab", out),
            "bp0" => self.pressure("lab0", out),
            "o2" => self.oxygen(out),
            "vs" => self.signs(out),
            "dx" => self.fixed("dx", self.story.scenario.diagnosis, out),
            "prior" => {
                if let Some((_, scenario)) = &self.story.before {
                    let start = out.len();
                    self.fixed("prior", scenario.reason, out);
                    lower(out, start);
                }
            }
            "reason" => self.fixed("reason", self.story.scenario.reason, out),
            _ => {
                if self.personal(name, out) || self.temporal(name, argument, out) {
                    return;
                }
                if let Some(template) = self.story.word(name) {
                    expand(timed(template, self.hours()), Mode::Free, rng, self, out);
                }
            }
        }
    }
}

impl Scene<'_> {
    /// A template whose alternatives fall the same way in every note.
    fn fixed(&self, label: &str, template: &str, out: &mut String) {
        let template = timed(template, self.hours());
        expand(
            template,
            Mode::Free,
            &mut self.story.rng.fork(label),
            self,
            out,
        );
    }
}

/// Small first letter, unless the word is an abbreviation.
fn lower(out: &mut String, start: usize) {
    let mut letters = out[start..].chars();
    if let (Some(first), Some(second)) = (letters.next(), letters.next())
        && second.is_lowercase()
    {
        let small = first.to_lowercase().to_string();
        out.replace_range(start..start + first.len_utf8(), &small);
    }
}
