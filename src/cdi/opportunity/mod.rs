//! From a stay to what is worth asking about.
//!
//! Owns the opportunity rules (`rules/*.toml`), the concepts they speak of (`data/*.toml`) and the
//! pure function from a stay to opportunities. It finds indicators without the diagnosis that
//! would explain them; it never says that a diagnosis is there. Reads no clock, no file and no
//! store. Start reading at [`Engine::evaluate`], then `rules/aki.toml`.

mod case;
mod concepts;
mod error;
mod facts;
mod judge;
mod kdigo;
mod load;
mod notes;
mod rule;
mod stay;
#[cfg(test)]
mod tests;

pub use error::{EngineError, Mistake};
pub use notes::Note;
pub use stay::Stay;

use crate::domain::opportunity::{CreatininePoint, Evidence, Judged, Opportunity, Unused};
use crate::domain::untrusted::Untrusted;
use crate::language::Language;
use concepts::Concepts;
use facts::Facts;
use judge::{Judge, Met};
use kdigo::Numbers;
use load::Loaded;
use notes::Notes;
use rule::RuleFile;
use std::collections::{BTreeMap, BTreeSet};

/// Evidence shown for one opportunity at the most.
const EVIDENCE: usize = 12;

/// The rules, ready to run. Shared by threads.
#[derive(Clone, Debug)]
pub struct Engine {
    concepts: Concepts,
    numbers: Numbers,
    notes: Notes,
    rules: BTreeMap<String, Loaded>,
    settings: BTreeMap<String, String>,
}

/// One rule in short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleLine {
    /// Id.
    pub id: String,
    /// Topic.
    pub topic: String,
    /// Version.
    pub version: i64,
    /// Title.
    pub title: String,
    /// Whether it runs, with the settings in force.
    pub runs: bool,
    /// The criterion in words.
    pub criterion: String,
    /// Where it is published.
    pub source: Vec<String>,
    /// Name of the finding whose codes are compared with it; empty if none are.
    pub measured_by: String,
}

/// What a stay gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluated {
    /// Worth asking about, the most pressing first.
    pub opportunities: Vec<Opportunity>,
    /// What every rule that looked made of the stay.
    pub judged: Vec<Judged>,
    /// Every creatinine of the patient that was given, with its stage.
    pub creatinine: Vec<CreatininePoint>,
    /// Measurements that could not be used.
    pub unused: Vec<Unused>,
}

/// Result of one test case of a rule file.
pub use crate::rules::CheckResult;

impl Engine {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// [`EngineError`] if a file of ours is wrong, which a test excludes.
    pub fn embedded() -> Result<Self, EngineError> {
        Self::from_files(&Self::embedded_files())
    }

    /// Names and texts of the files that come with the program.
    pub fn embedded_files() -> Vec<(String, String)> {
        load::embedded_files()
    }

    /// Rules and concepts from files given as (name, text), later ones on top.
    ///
    /// # Errors
    /// [`EngineError`] with every mistake of every file.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, EngineError> {
        load::read(files)
    }

    /// Every rule, by topic in the order of its number, then id.
    pub fn rules(&self) -> impl Iterator<Item = RuleLine> {
        self.rules.values().map(|l| RuleLine {
            id: l.file.id.get_ref().clone(),
            topic: l.file.topic.clone(),
            version: l.file.version,
            title: l.file.title.clone(),
            runs: self.runs(&l.file),
            criterion: l.file.criterion.clone(),
            source: l.file.source.clone(),
            measured_by: l.file.measured_by.clone(),
        })
    }

    /// Where the concepts and numbers that rules speak of are published: file and source. Those of
    /// a rule itself are in [`RuleLine::source`].
    pub fn sources(&self) -> Vec<(String, String)> {
        let numbers = self.numbers.sources();
        self.concepts
            .sources
            .iter()
            .cloned()
            .chain(numbers)
            .collect()
    }

    /// Codes of measures of which earlier values count: what [`Stay::prior`] must hold.
    pub fn baseline_codes(&self) -> Vec<String> {
        self.concepts.baseline_codes()
    }

    /// Whether the codes that a rule is compared with are among the stay's.
    pub fn is_coded(&self, rule: &str, stay: &Stay<'_>) -> bool {
        let finding = self
            .rules
            .get(rule)
            .and_then(|l| self.concepts.finding(&l.file.measured_by))
            .map(|n| &self.concepts.findings[n]);
        finding.is_some_and(|f| {
            stay.chart.diagnoses.iter().any(|d| {
                let what = &d.facts.what;
                concepts::begins(&what.system, what.code.raw(), &f.icd10, &f.icd9)
            })
        })
    }

    /// Runs the test cases of every rule.
    pub fn check(&self, language: &Language) -> Vec<CheckResult> {
        case::check(self, language)
    }

    /// What is worth asking about in a stay.
    pub fn evaluate(&self, language: &Language, stay: &Stay<'_>) -> Evaluated {
        let rules = self.rules.values().map(|l| &l.file);
        self.evaluate_with(language, stay, rules.filter(|r| self.runs(r)))
    }

    fn runs(&self, rule: &RuleFile) -> bool {
        rule.enabled
            && rule.only_if.iter().all(|(setting, values)| {
                let chosen = self.settings.get(setting);
                chosen.is_some_and(|c| values.contains(c))
            })
    }

    fn evaluate_with<'r>(
        &self,
        language: &Language,
        stay: &Stay<'_>,
        rules: impl Iterator<Item = &'r RuleFile>,
    ) -> Evaluated {
        let (concepts, numbers, notes) = (&self.concepts, &self.numbers, &self.notes);
        let facts = Facts::gather(concepts, numbers, notes, &self.settings, language, stay);
        let judge = Judge {
            concepts: &self.concepts,
            facts: &facts,
        };
        let mut out = Evaluated::default();
        let mut found: Vec<(Opportunity, &[String])> = Vec::new();
        for rule in rules.filter(|r| looks(r, &facts)) {
            let (judged, opportunity) = judge_rule(rule, &judge);
            out.judged.push(judged);
            found.extend(opportunity.map(|o| (o, rule.yields_to.as_slice())));
        }
        let asking: BTreeSet<String> = found.iter().map(|f| f.0.rule.clone()).collect();
        for (opportunity, yields_to) in found {
            let Some(other) = yields_to.iter().find(|r| asking.contains(*r)) else {
                out.opportunities.push(opportunity);
                continue;
            };
            let judged = out.judged.iter_mut().find(|j| j.rule == opportunity.rule);
            if let Some(judged) = judged {
                judged.why_not = format!("{other} asks about the same");
            }
        }
        out.opportunities
            .sort_by(|a, b| (b.rank, &a.rule).cmp(&(a.rank, &b.rule)));
        out.creatinine = facts.creatinine;
        out.unused = facts.unused;
        out
    }
}

/// Whether a rule looks at stays like this one.
fn looks(rule: &RuleFile, facts: &Facts<'_>) -> bool {
    use crate::domain::encounter::EncounterStatus as S;
    let visit = &facts.stay.chart.encounter.facts;
    let counts = !matches!(visit.status, S::Planned | S::Cancelled | S::Retracted);
    // An unknown age is taken for an adult's: most patients of a hospital are.
    let old = facts.age.is_none_or(|a| a >= rule.min_age)
        && (rule.max_age.is_none()
            || facts
                .age
                .is_some_and(|a| rule.max_age.is_none_or(|m| a <= m)));
    counts && old && rule.classes.contains(&visit.class)
}

fn judge_rule(rule: &RuleFile, judge: &Judge<'_, '_>) -> (Judged, Option<Opportunity>) {
    let mut judged = Judged {
        rule: rule.id.get_ref().clone(),
        topic: rule.topic.clone(),
        plain: false,
        met: false,
        answered: String::new(),
        why_not: String::new(),
    };
    let met = judge.all(&rule.when);
    judged.plain = if rule.plain.is_empty() {
        met.is_some()
    } else {
        judge.all(&rule.plain).is_some()
    };
    let Some(mut met) = met else {
        "the criterion is not met".clone_into(&mut judged.why_not);
        return (judged, None);
    };
    let (points, worth) = judge.points(&rule.worth);
    if !rule.worth.is_empty() && points < rule.worth_need {
        "nothing makes it worth asking: no treatment, persistence or second kind of indicator"
            .clone_into(&mut judged.why_not);
        return (judged, None);
    }
    if rule.unless.iter().any(|c| judge.holds(c).is_some()) {
        "something else explains it".clone_into(&mut judged.why_not);
        return (judged, None);
    }
    judged.met = true;
    if let Some(answer) = answer(rule, judge, &met) {
        judged.answered = answer;
        return (judged, None);
    }
    met.evidence.extend(worth.evidence);
    let opportunity = opportunity(rule, judge, met);
    (judged, Some(opportunity))
}

/// What answers a rule's question already, in words.
fn answer(rule: &RuleFile, judge: &Judge<'_, '_>, met: &Met) -> Option<String> {
    let named = |id: &str| {
        judge
            .concepts
            .finding(id)
            .map(|n| &judge.concepts.findings[n])
    };
    for finding in rule.answered.iter().chain(&rule.answered_by_code) {
        let Some(finding) = named(finding) else {
            continue;
        };
        if judge.facts.coded(finding).is_some() {
            return Some(format!("{} is coded", finding.name));
        }
    }
    for id in &rule.answered {
        if let (Some(finding), false) = (named(id), judge.said(id).is_empty()) {
            return Some(format!("{} is documented", finding.name));
        }
    }
    let zone = judge.facts.stay.zone;
    for id in &rule.excluded {
        let n = judge.concepts.finding(id)?;
        // A denial from before there was anything to deny says nothing.
        let weighed = judge.facts.said.iter().any(|s| {
            s.finding == n
                && s.denied()
                && match (s.at, met.since()) {
                    (Some(at), Some(since)) => at.latest(zone) >= since,
                    _ => true,
                }
        });
        if weighed {
            return Some(format!(
                "{} is weighed and excluded in the record",
                judge.concepts.findings[n].name
            ));
        }
    }
    None
}

fn opportunity(rule: &RuleFile, judge: &Judge<'_, '_>, met: Met) -> Opportunity {
    let mut rank = rule.rank;
    let mut why = vec![format!("{} for this rule", rule.rank)];
    let mut evidence = met.evidence;
    for raise in &rule.raise {
        if let Some(more) = judge.holds(&raise.condition) {
            rank += raise.by;
            why.push(format!("{:+} {}", raise.by, raise.why));
            evidence.extend(more.evidence);
        }
    }
    Opportunity {
        topic: rule.topic.clone(),
        rule: rule.id.get_ref().clone(),
        rule_version: rule.version,
        title: rule.title.clone(),
        criterion: rule.criterion.clone(),
        source: rule.source.clone(),
        rank: rank.clamp(1, 99),
        rank_why: why.join(", "),
        evidence: distinct(evidence),
        template: rule.template.clone(),
        template_name: String::new(),
    }
}

/// Each fact once, in the order in which it was met; of two tellings of one fact the longer (for how
/// many days a drug was given). What one sentence says of several findings is one fact.
fn distinct(evidence: Vec<Evidence>) -> Vec<Evidence> {
    let mut out: Vec<Evidence> = Vec::new();
    for one in evidence {
        let quoted = |e: &&mut Evidence| {
            let place = e.document.is_some() && e.document == one.document;
            place && e.value.is_none() && one.value.is_none() && e.text == one.text
        };
        if let Some(said) = out.iter_mut().find(quoted) {
            said.name = joined(&said.name, &one.name);
            continue;
        }
        let same = |e: &Evidence| {
            let told = e.source.starts_with(&one.source) || one.source.starts_with(&e.source);
            let mut other = one.clone();
            other.source.clone_from(&e.source);
            told && *e == other
        };
        match out.iter().position(same) {
            Some(at) if out[at].source.len() < one.source.len() => out[at].source = one.source,
            Some(_) => {}
            None if out.len() < EVIDENCE => out.push(one),
            None => {}
        }
    }
    out
}

/// Two names as one: `Weight loss, low intake`.
fn joined(first: &Untrusted, second: &Untrusted) -> Untrusted {
    let more = second.raw();
    if first.raw().to_lowercase().contains(&more.to_lowercase()) {
        return first.clone();
    }
    let mut letters = more.chars();
    let small = match (letters.next(), letters.next()) {
        (Some(a), Some(b)) if b.is_lowercase() => a.to_lowercase().to_string(),
        (Some(a), _) => a.to_string(),
        (None, _) => return first.clone(),
    };
    let rest: String = more.chars().skip(1).collect();
    Untrusted::new(format!("{}, {small}{rest}", first.raw()))
}
