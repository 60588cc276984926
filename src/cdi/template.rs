//! Query templates: the words to start a query from, by topic.
//!
//! Owns the template files (`defaults/templates/`), their placeholders and the filling in. A
//! template holds no patient data and offers nothing the lint would stop; the example in each
//! file is linted by a test. Start reading at [`Templates::embedded`] and [`Template::render`].

use super::lint::{LintIndicator, LintInput, Linter};
use crate::domain::query::{LintFinding, LintLevel, QueryFormat, QueryText};
use crate::domain::untrusted::Untrusted;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The default templates by file name.
#[rustfmt::skip]
const EMBEDDED: &[(&str, &str)] = &[
    ("aki.toml", include_str!("defaults/templates/aki.toml")),
    ("anemia.toml", include_str!("defaults/templates/anemia.toml")),
    ("calcium_low.toml", include_str!("defaults/templates/calcium_low.toml")),
    ("cause_effect.toml", include_str!("defaults/templates/cause_effect.toml")),
    ("circulation.toml", include_str!("defaults/templates/circulation.toml")),
    ("circulation_infection.toml", include_str!("defaults/templates/circulation_infection.toml")),
    ("clotting.toml", include_str!("defaults/templates/clotting.toml")),
    ("clotting_fibrin.toml", include_str!("defaults/templates/clotting_fibrin.toml")),
    ("conflict.toml", include_str!("defaults/templates/conflict.toml")),
    ("debridement.toml", include_str!("defaults/templates/debridement.toml")),
    ("diabetes.toml", include_str!("defaults/templates/diabetes.toml")),
    ("diabetic_crisis.toml", include_str!("defaults/templates/diabetic_crisis.toml")),
    ("encephalopathy.toml", include_str!("defaults/templates/encephalopathy.toml")),
    ("general.toml", include_str!("defaults/templates/general.toml")),
    ("heart_failure.toml", include_str!("defaults/templates/heart_failure.toml")),
    ("hyperosmolar.toml", include_str!("defaults/templates/hyperosmolar.toml")),
    ("hyponatremia.toml", include_str!("defaults/templates/hyponatremia.toml")),
    ("kidney_cause.toml", include_str!("defaults/templates/kidney_cause.toml")),
    ("kidney_stage.toml", include_str!("defaults/templates/kidney_stage.toml")),
    ("lactate.toml", include_str!("defaults/templates/lactate.toml")),
    ("magnesium_low.toml", include_str!("defaults/templates/magnesium_low.toml")),
    ("malnutrition.toml", include_str!("defaults/templates/malnutrition.toml")),
    ("malnutrition_glim.toml", include_str!("defaults/templates/malnutrition_glim.toml")),
    ("mental_status_open.toml", include_str!("defaults/templates/mental_status_open.toml")),
    ("obesity.toml", include_str!("defaults/templates/obesity.toml")),
    ("phosphate_low.toml", include_str!("defaults/templates/phosphate_low.toml")),
    ("platelets.toml", include_str!("defaults/templates/platelets.toml")),
    ("pneumonia.toml", include_str!("defaults/templates/pneumonia.toml")),
    ("postop_event.toml", include_str!("defaults/templates/postop_event.toml")),
    ("potassium_high.toml", include_str!("defaults/templates/potassium_high.toml")),
    ("potassium_low.toml", include_str!("defaults/templates/potassium_low.toml")),
    ("present_on_admission.toml", include_str!("defaults/templates/present_on_admission.toml")),
    ("pressure_injury.toml", include_str!("defaults/templates/pressure_injury.toml")),
    ("respiratory_failure.toml", include_str!("defaults/templates/respiratory_failure.toml")),
    ("sepsis.toml", include_str!("defaults/templates/sepsis.toml")),
    ("sepsis_organ.toml", include_str!("defaults/templates/sepsis_organ.toml")),
    ("sodium_high.toml", include_str!("defaults/templates/sodium_high.toml")),
    ("three_lines.toml", include_str!("defaults/templates/three_lines.toml")),
    ("troponin.toml", include_str!("defaults/templates/troponin.toml")),
    ("validation.toml", include_str!("defaults/templates/validation.toml")),
    ("ventilation.toml", include_str!("defaults/templates/ventilation.toml")),
];

/// The open question that fits every topic.
const GENERAL: &str = "general";

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
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Id.
    pub id: String,
    /// Version, raised with every change.
    pub version: i64,
    /// Topic of query opportunity it belongs to (`aki`, `sepsis-2`, …).
    pub topic: String,
    /// Opportunity rules of the topic it is for; every one if empty.
    #[serde(default)]
    pub rules: Vec<String>,
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
    #[serde(default)]
    options: Vec<Choice>,
    /// Kinds of evidence to look for in the chart.
    pub cite: Vec<String>,
    #[serde(default)]
    example: Example,
}

/// An option of a template.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Choice {
    /// Always offered.
    Plain(String),
    /// Offered where a cited value lies there.
    Where(Bounded),
}

/// An option for values between limits.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounded {
    text: String,
    /// Part of the value's name, in any letter case.
    value: String,
    at_least: Option<f64>,
    below: Option<f64>,
}

impl Choice {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Where(bounded) => &bounded.text,
        }
    }

    /// Whether the values cited speak against it. Without a value of that name nothing does.
    fn is_excluded(&self, values: &[(String, f64)]) -> bool {
        let Self::Where(bounded) = self else {
            return false;
        };
        let name = bounded.value.to_lowercase();
        let mut of_name = values
            .iter()
            .filter(|v| v.0.to_lowercase().contains(&name))
            .peekable();
        let inside = |(_, value): &(String, f64)| {
            bounded.at_least.is_none_or(|least| *value >= least)
                && bounded.below.is_none_or(|limit| *value < limit)
        };
        of_name.peek().is_some() && !of_name.any(inside)
    }
}

/// An example of use, invented, by which the template is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
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
        let options = self.options.iter().map(Choice::text);
        let texts = [self.title.as_str(), &self.body].into_iter().chain(options);
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

    /// Every option as it is written, for the author to take away those that nothing supports.
    pub fn options(&self) -> Vec<String> {
        self.options.iter().map(|o| o.text().to_owned()).collect()
    }

    /// The words of a query with every placeholder filled in; indicators are left to the author.
    ///
    /// # Errors
    /// [`TemplateError::Missing`] with the first placeholder that has no value.
    pub fn render(&self, values: &BTreeMap<String, String>) -> Result<QueryText, TemplateError> {
        self.filled(&mut |text| fill(text, values), &[])
    }

    /// The words of a query as they stand, placeholders and all, without the options that the
    /// values cited (by name and number) speak against.
    pub fn start(&self, values: &[(String, f64)]) -> QueryText {
        let as_written = &mut |text: &str| Ok(Untrusted::new(text));
        self.filled(as_written, values).unwrap_or_default()
    }

    fn filled(
        &self,
        fill: &mut dyn FnMut(&str) -> Result<Untrusted, TemplateError>,
        cited: &[(String, f64)],
    ) -> Result<QueryText, TemplateError> {
        let fits = |o: &&Choice| !o.is_excluded(cited);
        let options: Result<Vec<Untrusted>, TemplateError> = self
            .options
            .iter()
            .filter(fits)
            .map(|o| fill(o.text()))
            .collect();
        Ok(QueryText {
            topic: self.topic.clone(),
            title: fill(&self.title)?,
            format: self.format,
            body: fill(&self.body)?,
            options: options?,
            template: self.id.clone(),
            ..QueryText::default()
        })
    }

    /// The template filled in with its example, as the lint sees it.
    fn example(&self) -> Result<LintInput, TemplateError> {
        let text = self.render(&self.example.values)?;
        let mut input = LintInput::from_query(1, &text, self.example.documented.clone());
        let indicators = self.example.indicators.iter();
        input.indicators = indicators
            .map(|(kind, text)| LintIndicator {
                kind: kind.clone(),
                text: text.clone(),
                date: Some("2026-03-21".to_owned()),
                document: "Progress note".into(),
                ..LintIndicator::default()
            })
            .collect();
        Ok(input)
    }

    /// What is wrong with it, one sentence each; nothing if it can be used: the example must pass
    /// the lint, and the title must name no diagnosis even where none is documented.
    pub fn check(&self, linter: &Linter) -> Vec<String> {
        if self.example.indicators.is_empty() {
            return vec!["has no example to check it by".to_owned()];
        }
        let input = match self.example() {
            Ok(input) => input,
            Err(error) => return vec![format!("the example leaves out: {error}")],
        };
        let told = |f: &LintFinding| format!("{} {}: {}", f.rule, f.field, f.reason);
        let found = linter.lint(&input).findings;
        let mut wrong: Vec<String> = found
            .iter()
            .filter(|f| f.level != LintLevel::Info)
            .map(told)
            .collect();
        let bare = LintInput {
            documented_diagnoses: Vec::new(),
            ..input
        };
        let found = linter.lint(&bare).findings;
        wrong.extend(found.iter().filter(|f| f.field == "title").map(told));
        if self.format == QueryFormat::Open && !self.options.is_empty() {
            wrong.push("an open question has no options".to_owned());
        }
        if self.cite.is_empty() {
            wrong.push("says nothing to cite".to_owned());
        }
        wrong
    }

    /// Whether it is for this rule and no other of its topic.
    fn is_for(&self, rule: &str) -> bool {
        self.rules.iter().any(|r| r == rule)
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

    /// The template to ask about an opportunity with: one for its rule, else the one the rule
    /// names if it is of the topic, else one of the topic, else the one named, else the open
    /// question that fits everything.
    pub fn suits(&self, topic: &str, rule: &str, named: &str) -> Option<&Template> {
        let general = |t: &&Template| t.rules.is_empty();
        let named = self.get(named);
        let of_topic = || self.all().filter(|t| t.topic == topic);
        of_topic()
            .find(|t| t.is_for(rule))
            .or(named.filter(|t| t.topic == topic && t.rules.is_empty()))
            .or_else(|| of_topic().find(general))
            .or(named)
            .or_else(|| self.get(GENERAL))
    }

    /// The templates of a topic.
    pub fn of_topic<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Template> {
        self.all().filter(move |t| t.topic == topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdi::opportunity::Engine;
    use std::collections::BTreeSet;

    fn templates() -> Templates {
        Templates::embedded().expect("the default templates")
    }

    #[test]
    fn every_template_passes_the_lint_in_its_example_and_names_no_diagnosis() {
        let linter = Linter::embedded().expect("the lint");
        for template in templates().all() {
            assert_eq!(
                template.check(&linter),
                Vec::<String>::new(),
                "{}",
                template.id
            );
            assert!(!template.source.is_empty(), "{}", template.id);
        }
        assert_eq!(templates().all().count(), EMBEDDED.len());
    }

    #[test]
    fn every_topic_and_every_rule_has_a_template_of_its_own_topic() {
        let templates = templates();
        let engine = Engine::embedded().expect("the rules");
        let topics: BTreeSet<String> = engine.rules().map(|r| r.topic).collect();
        assert_eq!(topics.len(), 30, "{topics:?}");
        for rule in engine.rules() {
            let suits = templates.suits(&rule.topic, &rule.id, "");
            assert_eq!(suits.map(|t| &t.topic), Some(&rule.topic), "{}", rule.id);
        }
        let of = |rule| {
            templates
                .suits("electrolytes", rule, "")
                .map(|t| t.id.as_str())
        };
        assert_eq!(of("hypokalemia"), Some("potassium_low"));
        assert_eq!(of("hyperkalemia"), Some("potassium_high"));
        let unknown = templates.suits("none", "none", "none");
        assert_eq!(unknown.map(|t| t.id.as_str()), Some("general"));
    }

    #[test]
    fn a_template_that_would_lead_or_name_a_diagnosis_is_told() {
        let linter = Linter::embedded().expect("the lint");
        let files = Templates::embedded_files();
        let (_, aki) = files
            .iter()
            .find(|f| f.0 == "aki.toml")
            .expect("it")
            .clone();
        let wrong = |from: &str, to: &str| {
            let text = aki.replace(from, to);
            assert_ne!(text, aki, "{from}");
            let own = Templates::from_files(&[("own.toml".to_owned(), text)]).expect("it");
            own.get("aki").expect("it").check(&linter).join("; ")
        };
        assert!(wrong("title = \"Change in kidney function\"", "title = \"AKI\"").contains("L2"));
        assert!(
            wrong(
                "please clarify the condition",
                "please document AKI, the condition"
            )
            .contains("L3")
        );
        assert!(wrong("  \"Unable to determine\",\n", "").contains("L6"));
        let (head, _) = aki.split_once("[example]").expect("an example");
        let own = Templates::from_files(&[("own.toml".to_owned(), head.to_owned())]).expect("it");
        assert!(own.get("aki").expect("it").check(&linter)[0].contains("no example"));
    }

    #[test]
    fn options_that_the_values_speak_against_are_left_out() {
        let templates = templates();
        let options = |cited: &[(&str, f64)]| {
            let cited: Vec<(String, f64)> =
                cited.iter().map(|(n, v)| ((*n).to_owned(), *v)).collect();
            let text = templates.get("obesity").expect("it").start(&cited);
            text.options
                .iter()
                .map(|o| o.raw().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(options(&[]).len(), 7);
        let of_36 = options(&[("Body mass index", 36.2)]);
        assert_eq!(of_36[0], "Obesity, class 2");
        assert_eq!(of_36.len(), 4);
        assert_eq!(
            options(&[("Weight", 36.2)]).len(),
            7,
            "another value says nothing"
        );
    }

    #[test]
    fn a_template_that_is_not_filled_in_is_stopped_by_the_lint() {
        let linter = Linter::embedded().expect("the lint");
        let mut checked = 0;
        for template in templates().all().filter(|t| !t.placeholders().is_empty()) {
            let mut input = template.example().expect("the example");
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
            aki.replace("version = 2", "version = 9"),
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
