//! Letters and statements from templates: text, and HTML with print layout.
//!
//! Templates are files (`templates/`, a site's own on top by name). A value is only ever a value:
//! whatever a record says is printed, never read as a template, and in HTML it is escaped. A
//! template that asks for something there is not is a mistake, not an empty place.

mod facts;

pub use facts::{Addressee, Facts, Line};

use super::query_paper::{QueryFacts, TEMPLATE};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

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
mod tests;
