//! Query templates: the words to start a query from, by topic.
//!
//! Owns the template files (`defaults/templates/`), their placeholders and the filling in. A
//! template holds no patient data and offers nothing the lint would stop; the example in each
//! file is linted by a test. Start reading at [`Templates::embedded`] and [`Template::render`].

use crate::domain::query::{QueryFormat, QueryText};
use crate::domain::untrusted::Untrusted;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The default templates by file name.
const EMBEDDED: &[(&str, &str)] = &[
    ("aki.toml", include_str!("defaults/templates/aki.toml")),
    (
        "anemia.toml",
        include_str!("defaults/templates/anemia.toml"),
    ),
    (
        "conflict.toml",
        include_str!("defaults/templates/conflict.toml"),
    ),
    (
        "diabetic_crisis.toml",
        include_str!("defaults/templates/diabetic_crisis.toml"),
    ),
    (
        "encephalopathy.toml",
        include_str!("defaults/templates/encephalopathy.toml"),
    ),
    (
        "heart_failure.toml",
        include_str!("defaults/templates/heart_failure.toml"),
    ),
    (
        "hyponatremia.toml",
        include_str!("defaults/templates/hyponatremia.toml"),
    ),
    (
        "malnutrition.toml",
        include_str!("defaults/templates/malnutrition.toml"),
    ),
    (
        "mental_status_open.toml",
        include_str!("defaults/templates/mental_status_open.toml"),
    ),
    (
        "obesity.toml",
        include_str!("defaults/templates/obesity.toml"),
    ),
    (
        "pneumonia.toml",
        include_str!("defaults/templates/pneumonia.toml"),
    ),
    (
        "present_on_admission.toml",
        include_str!("defaults/templates/present_on_admission.toml"),
    ),
    (
        "pressure_injury.toml",
        include_str!("defaults/templates/pressure_injury.toml"),
    ),
    (
        "respiratory_failure.toml",
        include_str!("defaults/templates/respiratory_failure.toml"),
    ),
    (
        "sepsis.toml",
        include_str!("defaults/templates/sepsis.toml"),
    ),
    (
        "troponin.toml",
        include_str!("defaults/templates/troponin.toml"),
    ),
    (
        "validation.toml",
        include_str!("defaults/templates/validation.toml"),
    ),
];

/// Templates could not be read or filled in.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The file is not a template; the message says where and why.
    #[error("{file}: {message}")]
    File {
        /// Name of the file.
        file: String,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A placeholder has no value yet.
    #[error("`{0}` is to be filled in")]
    Missing(String),
}

/// A query template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Id.
    pub id: String,
    /// Version, raised with every change.
    pub version: i64,
    /// Topic of query opportunity it belongs to (`aki`, `sepsis`, …).
    pub topic: String,
    /// What it is called in a list of templates.
    pub name: String,
    /// Where its criteria or form come from.
    pub source: String,
    /// Title of the query: names no diagnosis.
    pub title: String,
    /// Form.
    pub format: QueryFormat,
    /// Question; `{{name}}` is a placeholder.
    pub body: String,
    /// Options, for the author to take away those that nothing supports.
    #[serde(default)]
    pub options: Vec<String>,
    /// Kinds of evidence to look for in the chart.
    pub cite: Vec<String>,
    /// An example of its use, invented, which a test lints.
    example: Example,
}

/// An example of use.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    #[serde(default)]
    values: BTreeMap<String, String>,
    #[serde(default)]
    documented: Vec<String>,
    indicators: Vec<(String, String)>,
}

impl Template {
    /// Names of the placeholders, in order of appearance, each once.
    pub fn placeholders(&self) -> Vec<&str> {
        let texts = [&self.title, &self.body].into_iter().chain(&self.options);
        let mut names: Vec<&str> = Vec::new();
        for part in texts.flat_map(|text| text.split("{{").skip(1)) {
            if let Some((name, _)) = part.split_once("}}")
                && !names.contains(&name.trim())
            {
                names.push(name.trim());
            }
        }
        names
    }

    /// The words of a query with every placeholder filled in; indicators are left to the author.
    ///
    /// # Errors
    /// [`TemplateError::Missing`] with the first placeholder that has no value.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<QueryText, TemplateError> {
        let options: Result<Vec<Untrusted>, TemplateError> =
            self.options.iter().map(|o| fill(o, values)).collect();
        Ok(QueryText {
            topic: self.topic.clone(),
            title: fill(&self.title, values)?,
            format: self.format,
            indicators: Vec::new(),
            body: fill(&self.body, values)?,
            options: options?,
        })
    }
}

/// A value is never looked into for placeholders of its own.
fn fill(text: &str, values: &BTreeMap<String, String>) -> Result<Untrusted, TemplateError> {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, rest)) = part.split_once("}}") else {
            filled.push_str("{{");
            filled.push_str(part);
            continue;
        };
        let value = values.get(name.trim()).filter(|v| !v.trim().is_empty());
        filled.push_str(value.ok_or_else(|| TemplateError::Missing(name.trim().to_owned()))?);
        filled.push_str(rest);
    }
    Ok(Untrusted::new(filled))
}

/// Templates by id.
#[derive(Clone, Debug)]
pub struct Templates {
    by_id: BTreeMap<String, Template>,
}

impl Templates {
    /// The defaults.
    ///
    /// # Errors
    /// [`TemplateError::File`] if a default file is wrong, which a test excludes.
    pub fn embedded() -> Result<Self, TemplateError> {
        Self::from_files(&Self::embedded_files())
    }

    /// The default files as (name, text), for a site to put its own behind them or to copy.
    pub fn embedded_files() -> Vec<(String, String)> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        EMBEDDED.iter().map(owned).collect()
    }

    /// Templates from files given as (name, text); of the same id the later one wins.
    ///
    /// # Errors
    /// [`TemplateError::File`] for the first file that is no template.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, TemplateError> {
        let mut by_id = BTreeMap::new();
        for (file, text) in files {
            let template: Template = toml::from_str(text).map_err(|e| TemplateError::File {
                file: file.clone(),
                message: e.to_string(),
            })?;
            by_id.insert(template.id.clone(), template);
        }
        Ok(Self { by_id })
    }

    /// Every template, by id.
    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.by_id.values()
    }

    /// The template with this id.
    pub fn get(&self, id: &str) -> Option<&Template> {
        self.by_id.get(id)
    }

    /// The templates of a topic.
    pub fn of_topic<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Template> {
        self.all().filter(move |t| t.topic == topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdi::lint::{LintIndicator, LintInput, Linter, Verdict};

    fn templates() -> Templates {
        Templates::embedded().expect("the default templates")
    }

    /// A template filled in with its own example, as the lint sees it.
    fn draft(template: &Template) -> LintInput {
        let example = &template.example;
        let text = template.render(&example.values).expect("the example");
        let mut input = LintInput::from_query(1, &text, example.documented.clone());
        input.indicators = example
            .indicators
            .iter()
            .map(|(kind, text)| LintIndicator {
                kind: kind.clone(),
                text: text.clone(),
                date: Some("2026-03-21".to_owned()),
                document: "Progress note".into(),
                encounter: None,
            })
            .collect();
        input
    }

    #[test]
    fn every_template_passes_the_lint_in_its_example() {
        let linter = Linter::embedded().expect("the lint");
        for template in templates().all() {
            let output = linter.lint(&draft(template));
            assert_eq!(output.verdict, Verdict::Pass, "{}: {output:?}", template.id);
            assert!(!template.cite.is_empty() && !template.source.is_empty());
        }
        assert_eq!(templates().all().count(), EMBEDDED.len());
    }

    #[test]
    fn a_template_that_is_not_filled_in_is_stopped_by_the_lint() {
        let linter = Linter::embedded().expect("the lint");
        let mut checked = 0;
        for template in templates().all().filter(|t| !t.placeholders().is_empty()) {
            let mut input = draft(template);
            input.body.clone_from(&template.body);
            input.title.clone_from(&template.title);
            let output = linter.lint(&input);
            assert!(
                output.findings.iter().any(|f| f.rule == "L14"),
                "{}",
                template.id
            );
            checked += 1;
        }
        assert!(checked > 0);
    }

    #[test]
    fn placeholders_are_filled_in_once_or_named() {
        let templates = templates();
        let template = templates.get("validation").expect("the template");
        assert_eq!(template.placeholders(), ["diagnosis", "date"]);
        let mut values = BTreeMap::from([("diagnosis".to_owned(), "{{date}}".to_owned())]);
        let missing = template.render(&values).expect_err("date is missing");
        assert!(matches!(missing, TemplateError::Missing(name) if name == "date"));
        values.insert("date".to_owned(), "2026-03-21".to_owned());
        let text = template.render(&values).expect("all values");
        assert!(text.body.raw().contains("{{date}}"));
    }

    #[test]
    fn the_sites_own_template_wins_and_a_wrong_one_is_named() {
        let mut files = Templates::embedded_files();
        let (_, aki) = files[0].clone();
        files.push((
            "own.toml".to_owned(),
            aki.replace("version = 1", "version = 9"),
        ));
        let own = Templates::from_files(&files).expect("the templates");
        assert_eq!(own.get("aki").expect("it").version, 9);
        assert_eq!(own.of_topic("aki").count(), 1);
        files.push(("bad.toml".to_owned(), aki.replace("topic", "topics")));
        let error = Templates::from_files(&files)
            .expect_err("unknown word")
            .to_string();
        assert!(
            error.contains("bad.toml") && error.contains("topics"),
            "{error}"
        );
    }
}
