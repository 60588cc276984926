//! Letters and statements from templates: text, and HTML with print layout.
//!
//! Templates are files (`templates/`, a site's own on top by name). A value is only ever a value:
//! whatever a record says is printed, never read as a template, and in HTML it is escaped. A
//! template that asks for something there is not is a mistake, not an empty place.

use super::query_paper::{QueryFacts, TEMPLATE};
use crate::domain::ladder::SuspensionKind;
use crate::domain::untrusted::Untrusted;
use crate::text::show;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;
use unicode_width::UnicodeWidthChar;

/// Steps a template may take: a loop without end becomes a mistake.
const FUEL: u64 = 2_000_000;

/// The default templates by file name.
const EMBEDDED: &[(&str, &str)] = &[
    (
        "final_notice.html",
        include_str!("templates/final_notice.html"),
    ),
    (
        "final_notice.txt",
        include_str!("templates/final_notice.txt"),
    ),
    ("items.html", include_str!("templates/items.html")),
    ("lifted.html", include_str!("templates/lifted.html")),
    ("lifted.txt", include_str!("templates/lifted.txt")),
    ("notice.html", include_str!("templates/notice.html")),
    ("notice.txt", include_str!("templates/notice.txt")),
    ("page.html", include_str!("templates/page.html")),
    ("query.html", include_str!("templates/query.html")),
    ("query.txt", include_str!("templates/query.txt")),
    ("statement.html", include_str!("templates/statement.html")),
    ("statement.txt", include_str!("templates/statement.txt")),
    ("suspension.html", include_str!("templates/suspension.html")),
    ("suspension.txt", include_str!("templates/suspension.txt")),
    ("warning.html", include_str!("templates/warning.html")),
    ("warning.txt", include_str!("templates/warning.txt")),
];

/// Where the subject of a letter stands: the first line of its text.
const SUBJECT: &str = "Subject: ";

/// A template cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// It does not parse, or asks for something there is not.
    #[error("template {name}: {what}")]
    Template {
        /// The file's name.
        name: String,
        /// What and where. Names of fields and lines of the template, no values.
        what: String,
    },
    /// There is no such template.
    #[error("there is no letter template {0} (needs {0}.txt and {0}.html)")]
    Missing(String),
}

/// To whom a letter goes.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Addressee {
    name: String,
    credential: String,
    service: String,
}

impl Addressee {
    /// From what is known of a provider.
    pub fn new(name: &Untrusted, credential: &Untrusted, service: &Untrusted) -> Self {
        let words = |text: &Untrusted| show(text).into_string();
        Self {
            name: words(name),
            credential: words(credential),
            service: words(service),
        }
    }
}

/// An item as a letter lists it.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Visit number.
    pub visit: String,
    /// Medical record number.
    pub mrn: String,
    /// Patient.
    pub patient: String,
    /// Type code.
    #[serde(rename = "type")]
    pub kind: String,
    /// Title of the type.
    pub title: String,
    /// Date of discharge, or `in house`.
    pub discharged: String,
    /// Days counted.
    pub days: i64,
    /// Date it is due.
    pub due: String,
    /// Whether it is late.
    pub late: bool,
    /// Whether it is on hold.
    pub held: bool,
    /// All of it as an item of a text table: two lines.
    pub line: String,
}

/// Columns a letter has as text: what the preview shows of a line on a terminal of 80 columns.
#[cfg(test)]
const PAGE: usize = 76;

/// Widths of the columns of a text table's first line: visit, MRN, patient, discharged. The days
/// and what is to be said of them stand behind.
const WIDTHS: [usize; 4] = [12, 10, 31, 10];

/// What is missing stands on the second line of an item, below the MRN: so many columns of it.
const MISSING: usize = 63;

impl Line {
    /// Lays the item out for text, on two lines.
    pub fn laid_out(mut self) -> Self {
        let what = format!("{} {}", self.kind, self.title);
        let late = match (self.held, self.late) {
            (true, _) => " hold",
            (_, true) => " LATE",
            _ => "",
        };
        let cells = [&self.visit, &self.mrn, &self.patient, &self.discharged];
        let first = format!("{} {:>4}{late}", laid(&cells), self.days);
        self.line = with_missing(&first, &what);
        self
    }
}

/// The head of a text table.
fn columns() -> String {
    let heads = ["VISIT", "MRN", "PATIENT", "DISCHARGED"].map(str::to_owned);
    let cells: Vec<&String> = heads.iter().collect();
    with_missing(&format!("{} DAYS", laid(&cells)), "MISSING")
}

/// The first line of an item with what is missing on a second one.
fn with_missing(first: &str, what: &str) -> String {
    let indent = " ".repeat(WIDTHS[0] + 1);
    format!("{first}\n{indent}{}", cut(what, MISSING).trim_end())
}

fn laid(cells: &[&String]) -> String {
    let parts: Vec<String> = cells
        .iter()
        .zip(WIDTHS)
        .map(|(text, width)| cut(text, width))
        .collect();
    parts.join(" ")
}

fn cut(text: &str, width: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > width {
            break;
        }
        out.push(c);
        used += w;
    }
    out + &" ".repeat(width - used)
}

/// What a letter says.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// The hospital.
    pub facility: String,
    /// The letter's date.
    pub date: String,
    /// To whom.
    pub provider: Addressee,
    /// Items, oldest first.
    pub items: Vec<Line>,
    /// How many items in all.
    pub count: i64,
    /// How many of them are late.
    pub late: i64,
    /// How many are not listed.
    pub more: i64,
    /// Days counted for the oldest.
    pub oldest_days: i64,
    /// Days after which a chart is delinquent.
    pub limit_days: i64,
    /// Days between this letter and the next step of the ladder.
    pub wait_days: i64,
    /// The kind of suspension in words; empty if it is none.
    pub suspension: String,
    /// The head of a text table.
    columns: String,
}

impl Facts {
    /// The facts of a letter without items.
    pub fn new(facility: &Untrusted, date: String, provider: Addressee) -> Self {
        Self {
            facility: show(facility).into_string(),
            date,
            provider,
            items: Vec::new(),
            count: 0,
            late: 0,
            more: 0,
            oldest_days: 0,
            limit_days: 0,
            wait_days: 0,
            suspension: String::new(),
            columns: columns(),
        }
    }

    /// Facts to try a template with.
    fn sample() -> Self {
        let provider = Addressee::new(&"Jordan Doe".into(), &"MD".into(), &"Surgery".into());
        let line = Line {
            visit: "V00001".into(),
            mrn: "M00001".into(),
            patient: "Testperson,Ann".into(),
            kind: "DS-M".into(),
            title: "Discharge summary missing".into(),
            discharged: "2026-01-31".into(),
            days: 31,
            due: "2026-03-02".into(),
            late: true,
            held: false,
            line: String::new(),
        };
        Self {
            items: vec![line.laid_out()],
            count: 1,
            late: 1,
            oldest_days: 31,
            limit_days: 30,
            wait_days: 7,
            suspension: SuspensionKind::Administrative.title().to_owned(),
            ..Self::new(&"General Hospital".into(), "2026-03-03".into(), provider)
        }
    }
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Subject line.
    pub subject: String,
    /// Plain text without the subject.
    pub text: String,
    /// A page of HTML.
    pub html: String,
}

/// The templates in force.
pub struct Letters {
    environment: Environment<'static>,
    names: Vec<String>,
}

impl Letters {
    /// The default template files as (name, text).
    pub fn embedded_files() -> Vec<(String, String)> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        EMBEDDED.iter().map(owned).collect()
    }

    /// The embedded templates with a site's own on top, by name.
    ///
    /// # Errors
    /// The first template that does not parse.
    pub fn load(site: &[(String, String)]) -> Result<Self, LetterError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_auto_escape_callback(|name| {
            if name.ends_with(".html") {
                AutoEscape::Html
            } else {
                AutoEscape::None
            }
        });
        let mut names = Vec::new();
        for (name, text) in Self::embedded_files().iter().chain(site) {
            environment
                .add_template_owned(name.clone(), text.clone())
                .map_err(|e| mistake(name, &e))?;
            if let Some(letter) = name.strip_suffix(".txt")
                && letter != TEMPLATE
                && !names.iter().any(|n| n == letter)
            {
                names.push(letter.to_owned());
            }
        }
        names.sort();
        Ok(Self { environment, names })
    }

    /// Names of the letters there are templates for.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Writes a letter.
    ///
    /// # Errors
    /// There is no such template, or it asks for something there is not.
    pub fn write(&self, name: &str, facts: &Facts) -> Result<Words, LetterError> {
        if !self.names.iter().any(|n| n == name) {
            return Err(LetterError::Missing(name.to_owned()));
        }
        self.words(name, &Value::from(minijinja::value::Serde(facts)))
    }

    /// Text and HTML of a pair of templates; the subject is the first line of the text.
    pub(super) fn words(&self, name: &str, value: &Value) -> Result<Words, LetterError> {
        let text = self.render(&format!("{name}.txt"), value)?;
        let html = self.render(&format!("{name}.html"), value)?;
        let (subject, body) = match text.strip_prefix(SUBJECT) {
            Some(rest) => rest.split_once('\n').unwrap_or((rest, "")),
            None => ("", text.as_str()),
        };
        Ok(Words {
            subject: subject.trim().to_owned(),
            text: body.trim_start_matches('\n').trim_end().to_owned() + "\n",
            html,
        })
    }

    fn render(&self, name: &str, value: &Value) -> Result<String, LetterError> {
        let template = self
            .environment
            .get_template(name)
            .map_err(|_| LetterError::Missing(name.trim_end_matches(".html").to_owned()))?;
        template
            .render(value.clone())
            .map_err(|e| mistake(name, &e))
    }

    /// Writes every letter, and a query, with sample facts: (name, what is wrong with it).
    pub fn check(&self) -> Vec<(String, Option<String>)> {
        let facts = Facts::sample();
        let wrong = |name: &str, words: Result<Words, LetterError>| match words {
            Ok(words) if words.subject.is_empty() => {
                Some(format!("{name}.txt does not begin with \"{SUBJECT}…\""))
            }
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        };
        let letters = self
            .names
            .iter()
            .map(|name| (name.clone(), wrong(name, self.write(name, &facts))));
        let query = TEMPLATE.to_owned();
        let asked = wrong(&query, self.query(&QueryFacts::sample()));
        letters.chain([(query, asked)]).collect()
    }
}

/// What is wrong with a template: the engine's words and the line, never the values.
fn mistake(name: &str, error: &minijinja::Error) -> LetterError {
    let place = error
        .line()
        .map(|l| format!(" (line {l})"))
        .unwrap_or_default();
    LetterError::Template {
        name: name.to_owned(),
        what: format!("{}{place}", error.kind()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_letter_can_be_written() {
        let letters = Letters::load(&[]).unwrap();
        assert_eq!(letters.names().len(), 6);
        for (name, wrong) in letters.check() {
            assert_eq!(wrong, None, "{name}");
        }
    }

    #[test]
    fn a_letter_fits_a_terminal_of_80_columns() {
        use unicode_width::UnicodeWidthStr;
        let letters = Letters::load(&[]).unwrap();
        let mut facts = Facts::sample();
        let long = "a name with so many words that no column has room for all of it, ".repeat(2);
        let mut line = facts.items[0].clone();
        (line.visit, line.mrn, line.days) = (long.clone(), long.clone(), 1234);
        (line.patient, line.title) = (long.clone(), long);
        facts.items.push(line.laid_out());
        (facts.count, facts.late) = (1234, 1234);
        (facts.oldest_days, facts.limit_days, facts.wait_days) = (1234, 365, 365);
        SuspensionKind::ProfessionalReview
            .title()
            .clone_into(&mut facts.suspension);
        for name in letters.names() {
            let words = letters.write(name, &facts).unwrap();
            for line in words.text.lines() {
                assert!(line.width() <= PAGE, "{name}: {line}");
            }
        }
    }

    #[test]
    fn a_letter_reads_like_one() {
        let words = Letters::load(&[])
            .unwrap()
            .write("notice", &Facts::sample())
            .unwrap();
        assert_eq!(words.subject, "Incomplete records: 1 item");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
        settings.set_prepend_module_to_snapshot(false);
        settings.bind(|| insta::assert_snapshot!("letter_notice", words.text));
    }

    #[test]
    fn values_are_never_templates() {
        let letters = Letters::load(&[]).unwrap();
        let hostile = "{{ facility }}{% for x in range(9) %}<script>\u{1b}[2J</script>";
        let mut facts = Facts::sample();
        facts.provider = Addressee::new(&hostile.into(), &hostile.into(), &hostile.into());
        let mut line = facts.items[0].clone();
        line.patient = show(&hostile.into()).into_string();
        facts.items = vec![line.laid_out()];
        let words = letters.write("notice", &facts).unwrap();
        assert!(
            words
                .text
                .contains("{{ facility }}{% for x in range(9) %}<script><ESC>[2J")
        );
        assert!(words.html.contains("{{ facility }}{% for x in range(9) %}"));
        assert!(!words.html.contains("<script>"));
        assert!(words.html.contains("&lt;script&gt;"));
        assert!(!words.text.contains('\u{1b}') && !words.html.contains('\u{1b}'));
    }

    #[test]
    fn a_template_that_asks_for_what_is_not_there_is_a_mistake() {
        let site = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
        let letters = Letters::load(&site("notice.txt", "Subject: x\n{{ ptaient }}")).unwrap();
        let wrong = letters
            .check()
            .into_iter()
            .find(|(n, _)| n == "notice")
            .unwrap()
            .1;
        assert!(
            wrong
                .unwrap()
                .contains("notice.txt: undefined value (line 2)")
        );
        assert!(Letters::load(&site("notice.txt", "{% if %}")).is_err());
        let endless = "Subject: x\n{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let letters = Letters::load(&site("notice.txt", endless)).unwrap();
        assert!(letters.write("notice", &Facts::sample()).is_err());
        assert!(letters.write("nothing", &Facts::sample()).is_err());
    }
}
