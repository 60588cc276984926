//! An issued query on paper: text, and HTML with print layout, from the same templates as letters.
//!
//! What stands on it is what the provider was asked and answered, nothing else: no ranks, no
//! findings of the lint, nothing of impact. Start reading at [`QueryFacts`].

use super::letters::{Addressee, LetterError, Letters, Words};
use minijinja::Value;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// Name of the templates (`query.txt`, `query.html`).
pub const TEMPLATE: &str = "query";

/// Columns a line of text may have.
const WIDTH: usize = 78;

/// What a query says, in words that may be shown.
#[derive(Clone, Debug, Default, Serialize)]
pub struct QueryFacts {
    /// The hospital.
    pub facility: String,
    /// The date it was issued.
    pub date: String,
    /// To whom.
    pub provider: Addressee,
    /// Its number.
    pub number: i64,
    /// Where it stands, in a word.
    pub state: String,
    /// Title.
    pub title: String,
    /// Patient's name.
    pub patient: String,
    /// Medical record number.
    pub mrn: String,
    /// Date of birth; empty if not known.
    pub born: String,
    /// Visit number.
    pub visit: String,
    /// Date of admission; empty if not known.
    pub admitted: String,
    /// Date of discharge; empty while in house.
    pub discharged: String,
    /// Who asks.
    pub author: String,
    /// When it was issued.
    pub issued: String,
    /// Date the answer is due.
    pub due: String,
    /// Indicators.
    pub indicators: Vec<Evidence>,
    /// Lines of the question.
    pub question: Vec<String>,
    /// Options; none for an open question.
    pub options: Vec<OptionLine>,
    /// Lines of the answer; none before there is one.
    pub answer: Vec<String>,
    /// When it was answered.
    pub answered: String,
    /// Who answered.
    pub answered_by: String,
}

/// An indicator as it is printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Evidence {
    /// The fact with value and unit.
    pub text: String,
    /// When; empty if not known.
    pub date: String,
    /// Where it stands.
    pub source: String,
    /// Whether it is of an earlier visit.
    pub prior: bool,
}

impl Evidence {
    /// On one line: `Sodium 124 mmol/L, 2026-03-06 (Laboratory)`.
    pub fn line(&self) -> String {
        let mut line = self.text.clone();
        // A source often names its date already.
        if !self.date.is_empty() && !self.source.contains(&self.date) {
            line = format!("{line}, {}", self.date);
        }
        let prior = if self.prior { "earlier visit" } else { "" };
        let parts = [self.source.as_str(), prior].map(str::trim);
        let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        if parts.is_empty() {
            return line;
        }
        format!("{line} ({})", parts.join("; "))
    }
}

/// An option as it is printed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OptionLine {
    /// Its words.
    pub text: String,
    /// Whether it was chosen.
    pub chosen: bool,
}

/// What the templates are given beside the facts: the same, laid out for text.
#[derive(Serialize)]
struct Laid<'a> {
    #[serde(flatten)]
    facts: &'a QueryFacts,
    indicator_lines: Vec<String>,
    question_lines: Vec<String>,
    option_lines: Vec<String>,
    answer_lines: Vec<String>,
}

impl QueryFacts {
    fn laid(&self) -> Laid<'_> {
        let indicator = |e: &Evidence| wrapped(&e.line(), "  - ", "    ");
        let option = |o: &OptionLine| {
            let mark = if o.chosen { "  (x) " } else { "  ( ) " };
            wrapped(&o.text, mark, "      ")
        };
        let plain = |lines: &[String]| -> Vec<String> {
            lines.iter().flat_map(|l| wrapped(l, "  ", "  ")).collect()
        };
        Laid {
            facts: self,
            indicator_lines: self.indicators.iter().flat_map(indicator).collect(),
            question_lines: plain(&self.question),
            option_lines: self.options.iter().flat_map(option).collect(),
            answer_lines: plain(&self.answer),
        }
    }

    /// Facts to try a template with.
    pub(super) fn sample() -> Self {
        let word = |text: &str| text.to_owned();
        Self {
            facility: word("General Hospital"),
            date: word("2026-03-03"),
            provider: Addressee::new(&"Jordan Doe".into(), &"MD".into(), &"Medicine".into()),
            number: 12,
            state: word("answered"),
            title: word("Sodium and fluid restriction"),
            patient: word("Testperson,Ann"),
            mrn: word("M00001"),
            born: word("1950-03-02"),
            visit: word("V00001"),
            admitted: word("2026-02-27"),
            discharged: String::new(),
            author: word("Lee"),
            issued: word("2026-03-03 09:10"),
            due: word("2026-03-10"),
            indicators: vec![
                Evidence {
                    text: word("Sodium 124 mmol/L"),
                    date: word("2026-03-01 06:00"),
                    source: word("Laboratory"),
                    prior: false,
                },
                Evidence {
                    text: word("Sodium 138 mmol/L"),
                    date: word("2025-11-20"),
                    source: word("Laboratory"),
                    prior: true,
                },
            ],
            question: vec![word(
                "Please clarify the clinical significance of the sodium values listed above.",
            )],
            options: vec![
                OptionLine {
                    text: word("Hyponatremia"),
                    chosen: true,
                },
                OptionLine {
                    text: word("Other (please specify)"),
                    chosen: false,
                },
                OptionLine {
                    text: word("Unable to determine"),
                    chosen: false,
                },
            ],
            answer: vec![word("Hyponatremia")],
            answered: word("2026-03-04 16:40"),
            answered_by: word("Doe,Jordan"),
        }
    }
}

impl Letters {
    /// Writes a query.
    ///
    /// # Errors
    /// A template asks for something there is not.
    pub fn query(&self, facts: &QueryFacts) -> Result<Words, LetterError> {
        let laid = facts.laid();
        self.words(TEMPLATE, &Value::from(minijinja::value::Serde(&laid)))
    }
}

/// Lines of at most [`WIDTH`] columns, cut between words where that is possible.
fn wrapped(text: &str, first: &str, rest: &str) -> Vec<String> {
    let mut lines = vec![first.to_owned()];
    let mut empty = true;
    for word in text.split_whitespace() {
        let room = WIDTH.saturating_sub(lines.last().map_or(0, |l| l.width()));
        if !empty && room < word.width() + 1 {
            lines.push(rest.to_owned());
            empty = true;
        }
        if let Some(line) = lines.last_mut() {
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
        }
        empty = false;
    }
    lines.iter().map(|l| l.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_like_one() {
        let words = Letters::load(&[])
            .unwrap()
            .query(&QueryFacts::sample())
            .unwrap();
        assert_eq!(words.subject, "Sodium and fluid restriction");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| {
            insta::assert_snapshot!("query_paper_text", words.text);
            insta::assert_snapshot!("query_paper_html", words.html);
        });
    }

    #[test]
    fn an_open_query_without_an_answer_has_no_empty_parts() {
        let facts = QueryFacts {
            options: Vec::new(),
            answer: Vec::new(),
            indicators: Vec::new(),
            ..QueryFacts::sample()
        };
        let words = Letters::load(&[]).unwrap().query(&facts).unwrap();
        for part in ["Clinical indicators", "Options", "Answer"] {
            assert!(!words.text.contains(part), "{}", words.text);
            assert!(!words.html.contains(part), "{}", words.html);
        }
        assert!(!words.text.contains("\n\n\n"), "{}", words.text);
    }

    #[test]
    fn what_a_query_says_is_escaped_and_never_a_template() {
        let hostile = "{{ facility }}<script>alert(1)</script><img onerror=x>";
        let mut facts = QueryFacts::sample();
        facts.title = hostile.to_owned();
        facts.patient = hostile.to_owned();
        facts.question = vec![hostile.to_owned()];
        facts.options[0].text = hostile.to_owned();
        facts.indicators[0].text = hostile.to_owned();
        facts.answer = vec![hostile.to_owned()];
        let words = Letters::load(&[]).unwrap().query(&facts).unwrap();
        assert!(words.text.contains("{{ facility }}<script>"));
        assert!(words.html.contains("{{ facility }}&lt;script&gt;"));
        for tag in ["<script", "<img", "onerror=x>"] {
            assert!(!words.html.contains(tag), "{tag}");
        }
    }

    #[test]
    fn long_lines_are_cut_between_words() {
        let text = "word ".repeat(40);
        let lines = wrapped(&text, "  - ", "    ");
        assert!(lines.len() == 3 && lines.iter().all(|l| l.width() <= WIDTH));
        assert!(lines[1].starts_with("    word"));
        assert_eq!(wrapped("", "  ", "  "), [""]);
    }
}
