//! Charts to findings: the deficiency rules.
//!
//! Owns the rule files (`defaults/`), their vocabulary and the pure function from a chart to
//! what is owed in it. Reads no clock, no file and no store, writes nothing, and never decides
//! that an unknown signature is a missing one. Start reading at [`RuleSet::evaluate`], then
//! `defaults/ds_m.toml` beside `schema.rs`.
//!
//! Two types of the domain reference are not found in the record: an addendum request (a person
//! makes it) and an unanswered query. What the department itself knows of a chart comes in as a
//! [`Dossier`].

mod answer;
mod case;
mod clock;
mod compile;
mod content;
mod error;
mod excuse;
pub mod ladder;
mod load;
mod matching;
mod missing;
mod owner;
pub mod query_ladder;
mod requested;
mod rule;
mod schema;
mod schema_owed;
mod specimen;
mod state;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use error::{Problem, RulesError};
pub use excuse::Excuse;
pub use requested::{Met, Request};
pub use rule::Rule;

use crate::domain::chart::{Chart, Dossier};
use crate::domain::deficiency::Finding;
use crate::domain::document::DocumentKind;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::DocumentId;
use crate::domain::time::Instant;
use jiff::tz::TimeZone;
use load::{Loaded, Site};
use missing::{Outcome, Owed};
use rule::Look;
use schema::Reassigned;
use std::collections::{BTreeMap, BTreeSet};
use view::{About, View};

/// The default rule files by name.
const EMBEDDED: &[(&str, &str)] = &[
    ("settings.toml", include_str!("defaults/settings.toml")),
    ("add.toml", include_str!("defaults/add.toml")),
    ("an_post.toml", include_str!("defaults/an_post.toml")),
    ("an_pre.toml", include_str!("defaults/an_pre.toml")),
    ("an_rec.toml", include_str!("defaults/an_rec.toml")),
    ("aut.toml", include_str!("defaults/aut.toml")),
    ("aut_p.toml", include_str!("defaults/aut_p.toml")),
    ("cn_m.toml", include_str!("defaults/cn_m.toml")),
    ("con.toml", include_str!("defaults/con.toml")),
    ("cos.toml", include_str!("defaults/cos.toml")),
    ("dc_o.toml", include_str!("defaults/dc_o.toml")),
    ("ds_m.toml", include_str!("defaults/ds_m.toml")),
    ("dth.toml", include_str!("defaults/dth.toml")),
    ("dx.toml", include_str!("defaults/dx.toml")),
    ("ed_m.toml", include_str!("defaults/ed_m.toml")),
    ("hp_m.toml", include_str!("defaults/hp_m.toml")),
    ("hp_u.toml", include_str!("defaults/hp_u.toml")),
    (ladder::LADDER_FILE, include_str!("defaults/ladder.toml")),
    ("op_b.toml", include_str!("defaults/op_b.toml")),
    ("op_bc.toml", include_str!("defaults/op_bc.toml")),
    ("op_m.toml", include_str!("defaults/op_m.toml")),
    ("pn_m.toml", include_str!("defaults/pn_m.toml")),
    ("pr_m.toml", include_str!("defaults/pr_m.toml")),
    ("qry.toml", include_str!("defaults/qry.toml")),
    (
        query_ladder::QUERY_LADDER_FILE,
        include_str!("defaults/query_ladder.toml"),
    ),
    ("sig.toml", include_str!("defaults/sig.toml")),
    ("txt.toml", include_str!("defaults/txt.toml")),
    ("vo.toml", include_str!("defaults/vo.toml")),
];

/// Rules ready to run.
#[derive(Clone, Debug)]
pub struct RuleSet {
    loaded: BTreeMap<String, Loaded>,
    site: Site,
}

/// What a chart owes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// Everything owed, by rule, subject and start of the clock.
    pub findings: Vec<Finding>,
    /// Ids of the rules that looked. An open item of one of these that is not among the findings
    /// is no longer owed; items of other rules (switched off, manual) are not touched.
    pub rules_run: Vec<String>,
}

/// Result of one test case of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckResult {
    /// Rule id.
    pub rule: String,
    /// Name of the case.
    pub case: String,
    /// File.
    pub file: String,
    /// Line of the case, from 1.
    pub line: usize,
    /// Why it failed; `None` if it passed.
    pub failure: Option<String>,
}

impl RuleSet {
    /// The defaults.
    ///
    /// # Errors
    /// [`RulesError::Files`] if a default file is wrong, which a test excludes.
    pub fn embedded() -> Result<Self, RulesError> {
        Self::from_files(&Self::embedded_files())
    }

    /// The default files as (name, text), for a site to put its own behind them or to copy.
    pub fn embedded_files() -> Vec<(String, String)> {
        let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        EMBEDDED.iter().map(owned).collect()
    }

    /// Rules from files given as (name, text), later ones on top: the same id replaces, a file
    /// of only `id` and `enabled` switches, `settings.toml` changes settings.
    ///
    /// # Errors
    /// [`RulesError::Files`] with every problem of every file.
    pub fn from_files(files: &[(String, String)]) -> Result<Self, RulesError> {
        let (loaded, site) = load::read(files)?;
        Ok(Self { loaded, site })
    }

    /// Every rule, switched on or not, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.loaded.values().map(|l| &l.rule)
    }

    /// The rule with this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.loaded.get(id).map(|l| &l.rule)
    }

    /// What a chart owes at `now`, in the hospital's time zone. A visit that is planned, was
    /// cancelled or recorded by mistake owes nothing.
    pub fn evaluate(&self, chart: &Chart, now: Instant, zone: &TimeZone) -> Evaluation {
        self.evaluate_with(chart, &Dossier::default(), now, zone)
    }

    /// As [`RuleSet::evaluate`], with what the department itself knows of the chart.
    pub fn evaluate_with(
        &self,
        chart: &Chart,
        dossier: &Dossier,
        now: Instant,
        zone: &TimeZone,
    ) -> Evaluation {
        let facility = chart.facility.as_ref().map(|f| f.name.raw());
        let at = |l: &'_ Loaded| facility.and_then(|name| l.at.get(name)).cloned();
        let rules: Vec<std::borrow::Cow<'_, Rule>> = self
            .loaded
            .values()
            .map(|l| match at(l) {
                Some(rule) => std::borrow::Cow::Owned(rule),
                None => std::borrow::Cow::Borrowed(&l.rule),
            })
            .filter(|r| r.enabled)
            .collect();
        let enabled: Vec<&Rule> = rules.iter().map(AsRef::as_ref).collect();
        evaluate(&enabled, &self.site, chart, dossier, now, zone)
    }

    /// Whether anything is otherwise at some facility.
    pub fn differ_by_facility(&self) -> bool {
        !self.site.excuse_at.is_empty() || self.loaded.values().any(|l| !l.at.is_empty())
    }

    /// The rule as it is at a facility.
    fn rule_at(&self, id: &str, facility: Option<&str>) -> Option<&Rule> {
        let loaded = self.loaded.get(id)?;
        let own = facility.and_then(|name| loaded.at.get(name));
        Some(own.unwrap_or(&loaded.rule))
    }

    /// What excuses time on the items of a rule at a facility; of one added by hand, what the site
    /// says of that facility.
    pub fn excuse(&self, rule: &str, facility: Option<&str>) -> &Excuse {
        let own = |name| self.site.excuse_at.get(name);
        match self.rule_at(rule, facility) {
            Some(rule) => &rule.excuse,
            None => facility.and_then(own).unwrap_or(&self.site.excuse),
        }
    }

    /// The new due date of an item of a rule, of a visit of this class at this facility, that a
    /// person gives to somebody else at `now`;
    /// `None` if its due date stays.
    pub fn due_again(
        &self,
        rule: &str,
        (class, facility): (EncounterClass, Option<&str>),
        now: Instant,
        zone: &TimeZone,
    ) -> Option<Instant> {
        let rule = self.rule_at(rule, facility)?;
        (rule.owner.reassigned == Reassigned::Restart)
            .then(|| clock::after(now, rule.clock.of(class, None), zone))
    }

    /// Whether items of a rule wait for a review once they are signed.
    pub fn reviews(&self, rule: &str) -> bool {
        self.site.stages.review && self.rule(rule).is_some_and(|r| r.review)
    }

    /// Whether a rule asks for the queries of a visit.
    pub fn asks_queries(&self) -> bool {
        self.rules()
            .any(|r| r.enabled && matches!(r.look, Look::Query))
    }

    /// Whether a rule reads the texts of documents of a kind.
    pub fn reads(&self, kind: DocumentKind) -> bool {
        self.rules().any(|r| match &r.look {
            Look::Document(spec) => {
                r.enabled && !spec.content.is_empty() && spec.kinds.contains(&kind)
            }
            _ => false,
        })
    }

    /// Runs the test cases of every rule, switched on or not.
    pub fn check(&self) -> Vec<CheckResult> {
        self.loaded
            .values()
            .flat_map(|l| self.check_rule(l))
            .collect()
    }

    fn check_rule(&self, loaded: &Loaded) -> Vec<CheckResult> {
        let run = |case: &case::Case| {
            let mut settings = loaded.settings.clone();
            settings.extend(case.settings.clone());
            let rule = Rule::compile(
                &loaded.rule.file,
                &loaded.file,
                &settings,
                &self.site.excuse,
            )
            .map_err(|fault| fault.what)?;
            // The other rules run too: what they count decides what this one sees.
            let mut rules: Vec<&Rule> = self.rules().filter(|r| r.id != rule.id).collect();
            rules.push(&rule);
            case::run(case, |chart, dossier, now, zone| {
                let all = evaluate(&rules, &self.site, chart, dossier, now, zone).findings;
                all.into_iter().filter(|f| f.rule.id == rule.id).collect()
            })
        };
        let result = |case: &case::Case| CheckResult {
            rule: loaded.rule.id.clone(),
            case: case.name.get_ref().clone(),
            file: loaded.rule.file.clone(),
            line: error::position(&loaded.text, case.name.span().start).0,
            failure: run(case).err(),
        };
        loaded.file.cases.iter().map(result).collect()
    }
}

fn evaluate(
    rules: &[&Rule],
    site: &Site,
    chart: &Chart,
    dossier: &Dossier,
    now: Instant,
    zone: &TimeZone,
) -> Evaluation {
    // What a person asks for is looked for one by one: see `RuleSet::answered`.
    let looks = |r: &&&Rule| !matches!(r.look, Look::Requested(_));
    let mut evaluation = Evaluation {
        findings: Vec::new(),
        rules_run: rules.iter().filter(looks).map(|r| r.id.clone()).collect(),
    };
    let view = View::new(chart, dossier, now, zone, &site.trainees);
    if !view.visit_counts() {
        return evaluation;
    }
    let applies = |r: &&Rule| {
        let visit = &chart.encounter.facts;
        r.classes.contains(&visit.class)
            && (r.dispositions.is_empty() || r.dispositions.contains(&visit.disposition))
    };
    let rules: Vec<&Rule> = rules.iter().copied().filter(applies).collect();
    // Missing documents first: a document naming no visit that answered one of them belongs to
    // this chart, and so does its signature.
    let mut counted: BTreeSet<DocumentId> = BTreeSet::new();
    for rule in &rules {
        let outcome = absent(&view, rule);
        counted.extend(outcome.counted);
        let found = outcome
            .owed
            .iter()
            .filter_map(|owed| finding(&view, site, rule, owed));
        evaluation.findings.extend(found);
    }
    for rule in &rules {
        let found = present(&view, rule, &counted);
        let owed = found.into_iter().map(|about| Owed { about, maybe: None });
        let found = owed.filter_map(|owed| finding(&view, site, rule, &owed));
        evaluation.findings.extend(found);
    }
    evaluation.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    evaluation
}

fn order(f: &Finding) -> (&str, crate::domain::deficiency::Subject, Instant) {
    (&f.rule.id, f.subject, f.clock.start)
}

/// What is not there and should be.
fn absent<'a>(view: &View<'a>, rule: &Rule) -> Outcome<'a> {
    match &rule.look {
        Look::Missing(spec) => missing::look(view, &rule.id, spec),
        Look::DailyGap(gap, answers) => missing::gaps(view, gap, answers),
        _ => Outcome::default(),
    }
}

/// What is there and not in order.
fn present<'a>(view: &View<'a>, rule: &Rule, counted: &BTreeSet<DocumentId>) -> Vec<About<'a>> {
    match &rule.look {
        Look::Document(spec) => state::documents(view, spec, counted),
        Look::VerbalOrder => state::verbal_orders(view),
        Look::Disposition(spec) => state::ending(view, spec)
            .map(|_| About::Visit)
            .into_iter()
            .collect(),
        Look::Query => state::queries(view),
        Look::Missing(_) | Look::DailyGap(..) | Look::Requested(_) => Vec::new(),
    }
}

/// With owner, clock and words; nothing if no clock can start.
fn finding(view: &View<'_>, site: &Site, rule: &Rule, owed: &Owed<'_>) -> Option<Finding> {
    let clock = clock::clock(view, &rule.clock, owed.about)?;
    let (owner, owner_why) = owner::owner(view, &rule.owner, &site.stages.owners, owed.about);
    let mut why = match (&rule.look, owed.about) {
        (Look::Document(spec), About::Document(d)) if !spec.content.is_empty() => {
            words::lacking(view, spec, d)
        }
        (Look::Disposition(spec), _) => words::ending(view, spec),
        (Look::Query, _) => words::query(),
        (Look::Missing(spec), about) => words::missing(view, &spec.answers, about),
        (Look::DailyGap(_, answers), about) => words::missing(view, answers, about),
        (_, About::Document(d)) => words::document(view, d),
        (_, about) => words::verbal_order(view, about),
    };
    if owed.maybe.is_some() {
        why.push_str("; a document may answer this or another open item, a person must decide");
    }
    Some(Finding {
        rule: rule.reference(),
        kind: rule.kind.clone(),
        subject: owed.about.subject(),
        owner,
        owner_why,
        clock,
        why,
        maybe: owed.maybe,
        // Only what is about a signature moves along with it.
        stage: match &rule.look {
            Look::Document(spec) if !spec.states.is_empty() => owner::stage(owed.about),
            _ => None,
        },
    })
}
