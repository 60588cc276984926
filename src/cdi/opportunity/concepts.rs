//! What the rules speak of: measures with their units, drugs, procedures, findings.
//!
//! Owns the concept files (`data/*.toml`) and the recognition of each kind. A unit that is not in
//! a measure's list is not converted and not assumed: the value is left out and said. Start at
//! [`Concepts::load`].

use crate::domain::clinical::Observation;
use crate::domain::code::CodeSystem;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// Files of this module: name and text.
pub(super) const FILES: &[(&str, &str)] = &[
    ("measures.toml", include_str!("data/measures.toml")),
    ("drugs.toml", include_str!("data/drugs.toml")),
    ("procedures.toml", include_str!("data/procedures.toml")),
    ("findings.toml", include_str!("data/findings.toml")),
];

/// Something measured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Measure {
    pub id: String,
    pub name: String,
    /// The unit thresholds are written in.
    pub unit: String,
    /// Other units: factor, or factor and what is added afterwards.
    #[serde(default)]
    pub units: BTreeMap<String, Conversion>,
    #[serde(default)]
    pub codes: Vec<String>,
    /// Names of observations that have no code we know; compared whole, without case.
    #[serde(default)]
    pub names: Vec<String>,
    /// What a living patient can have, in `unit`; a value outside is a mistake.
    pub range: [f64; 2],
    /// Whether values of earlier visits count as a baseline.
    #[serde(default)]
    pub baseline: bool,
    /// Its name in `language/units.toml`, if values stated in notes count.
    pub stated: Option<String>,
}

/// From another unit.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Conversion {
    Factor(f64),
    Affine([f64; 2]),
}

/// A measure computed from two others taken close together.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Derived {
    pub id: String,
    pub name: String,
    pub unit: String,
    /// `ratio_percent` (a / (b / 100)), `sum`, `osmolality` (2 a + b / 18), `sodium_glucose`,
    /// `body_mass` (a / (b / 100)²), `ckd_epi` (by age and sex; see `kdigo.toml`).
    pub how: String,
    pub of: Vec<String>,
    pub within_hours: i64,
    pub range: [f64; 2],
    /// For `sodium_glucose`: mmol/L for each 100 mg/dL of glucose above 100.
    #[serde(default)]
    pub factor: Option<Factor>,
}

/// A factor of which several are published: the hospital's setting chooses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Factor {
    pub setting: String,
    /// The factor by what the setting may say.
    pub of: BTreeMap<String, f64>,
}

impl Factor {
    /// The factor in force.
    pub fn chosen(&self, settings: &BTreeMap<String, String>) -> Option<f64> {
        let chosen = settings.get(&self.setting)?;
        self.of.get(chosen).copied()
    }
}

/// A family of drugs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drugs {
    pub id: String,
    pub name: String,
    /// Words that occur in the drug's name.
    pub words: Vec<String>,
    /// Words that must not occur in it.
    #[serde(default)]
    pub except: Vec<String>,
    /// Beginnings of routes; empty for any.
    #[serde(default)]
    pub routes: Vec<String>,
}

/// A family of procedures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Procedures {
    pub id: String,
    pub name: String,
    /// Beginnings of codes, without dots.
    #[serde(default)]
    pub icd10: Vec<String>,
    #[serde(default)]
    pub icd9: Vec<String>,
    /// Words that occur in the title.
    #[serde(default)]
    pub words: Vec<String>,
}

/// A diagnosis or another thing that notes name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub id: String,
    pub name: String,
    /// Beginnings of codes, without dots.
    #[serde(default)]
    pub icd10: Vec<String>,
    #[serde(default)]
    pub icd9: Vec<String>,
    /// Words of notes. A name in capitals counts in capitals only.
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether what is known from before counts as known now.
    #[serde(default)]
    pub chronic: bool,
    /// Whether nursing and therapy notes count, too.
    #[serde(default)]
    pub anyone: bool,
    /// Kinds of documents that count; empty for all.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Longer words in which one of `words` means something else.
    #[serde(default)]
    pub except: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: String,
    /// How units are shown that are not written for readers.
    #[serde(default)]
    units_shown: BTreeMap<String, String>,
    #[serde(default)]
    measure: Vec<Measure>,
    #[serde(default)]
    derived: Vec<Derived>,
    #[serde(default)]
    drugs: Vec<Drugs>,
    #[serde(default)]
    procedures: Vec<Procedures>,
    #[serde(default)]
    finding: Vec<Named>,
}

/// All concepts, ready to use.
#[derive(Clone, Debug, Default)]
pub(super) struct Concepts {
    pub measures: Vec<Measure>,
    pub derived: Vec<Derived>,
    pub drugs: Vec<Drugs>,
    pub procedures: Vec<Procedures>,
    pub findings: Vec<Named>,
    /// File, and where what it says is published.
    pub sources: Vec<(String, String)>,
    units_shown: BTreeMap<String, String>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    /// For each measure: factor and addend of each unit, by its spelling and its comparable one.
    units: Vec<HashMap<String, (f64, f64)>>,
    /// Words of all families of drugs; for each: family, and whether it excludes.
    drug_words: Option<AhoCorasick>,
    drug_word_of: Vec<(usize, bool)>,
}

impl Concepts {
    /// Reads concept files, later ones on top: the same id replaces.
    pub fn load(files: &[(String, String)]) -> Result<Self, (String, usize, String)> {
        let mut all = Self::default();
        for (name, text) in files {
            let file: File = toml::from_str(text).map_err(|e| {
                let at = e.span().map_or(0, |s| s.start);
                (name.clone(), at, e.message().to_owned())
            })?;
            if !file.source.is_empty() {
                all.sources.push((name.clone(), file.source));
            }
            all.units_shown.extend(file.units_shown);
            put(&mut all.measures, file.measure, |m| &m.id);
            put(&mut all.derived, file.derived, |m| &m.id);
            put(&mut all.drugs, file.drugs, |m| &m.id);
            put(&mut all.procedures, file.procedures, |m| &m.id);
            put(&mut all.findings, file.finding, |m| &m.id);
        }
        for (n, measure) in all.measures.iter().enumerate() {
            for code in &measure.codes {
                all.by_code.insert(code.clone(), n);
            }
            for name in &measure.names {
                all.by_name.insert(name.to_lowercase(), n);
            }
            let mut units = HashMap::from([(comparable(&measure.unit), (1.0, 0.0))]);
            for (unit, conversion) in &measure.units {
                let pair = match *conversion {
                    Conversion::Factor(factor) => (factor, 0.0),
                    Conversion::Affine([factor, added]) => (factor, added),
                };
                units.insert(comparable(unit), pair);
                units.insert(unit.clone(), pair);
            }
            units.insert(measure.unit.clone(), (1.0, 0.0));
            all.units.push(units);
        }
        all.compile_drugs()
            .map_err(|e| ("drugs.toml".to_owned(), 0, e))?;
        Ok(all)
    }

    fn compile_drugs(&mut self) -> Result<(), String> {
        let mut words = Vec::new();
        for (n, family) in self.drugs.iter().enumerate() {
            let own = family.words.iter().map(|w| (w, false));
            for (word, excludes) in own.chain(family.except.iter().map(|w| (w, true))) {
                words.push(word.as_str());
                self.drug_word_of.push((n, excludes));
            }
        }
        let built = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .build(&words);
        self.drug_words = Some(built.map_err(|e| e.to_string())?);
        Ok(())
    }

    /// The families a medication belongs to: places among the drugs, in order.
    pub fn families_of(&self, name: &str, route: &str) -> Vec<usize> {
        let Some(words) = &self.drug_words else {
            return Vec::new();
        };
        let (mut in_name, mut excluded) = (Vec::new(), Vec::new());
        for m in words.find_overlapping_iter(name) {
            match self.drug_word_of.get(m.pattern().as_usize()) {
                Some((family, false)) => in_name.push(*family),
                Some((family, true)) => excluded.push(*family),
                None => {}
            }
        }
        in_name.sort_unstable();
        in_name.dedup();
        let route = route.trim().to_lowercase();
        in_name.retain(|n| {
            let routes = self.drugs.get(*n).map_or(&[][..], |d| &d.routes);
            let fits = routes.is_empty() || routes.iter().any(|r| route.starts_with(r.as_str()));
            fits && !excluded.contains(n)
        });
        in_name
    }

    /// Which measure an observation is of.
    pub fn measure_of(&self, observation: &Observation) -> Option<usize> {
        let what = &observation.facts.what;
        if what.system == CodeSystem::Loinc {
            return self.by_code.get(what.code.raw()).copied();
        }
        let name = what.text.raw().trim().to_lowercase();
        self.by_name.get(&name).copied()
    }

    /// A unit as a reader knows it.
    pub fn shown_unit<'u>(&'u self, unit: &'u str) -> &'u str {
        self.units_shown
            .get(unit.trim())
            .map_or(unit, String::as_str)
    }

    /// A value in the measure's own unit; the reason in words if it cannot be used.
    pub fn convert(&self, measure: usize, value: f64, unit: &str) -> Result<f64, String> {
        let unknown = || {
            if unit.trim().is_empty() {
                "no unit is stated, and none is assumed".to_owned()
            } else {
                "its unit is not known for this measure".to_owned()
            }
        };
        let units = self.units.get(measure).ok_or_else(unknown)?;
        let known = units.get(unit).or_else(|| units.get(&comparable(unit)));
        let (factor, added) = known.ok_or_else(unknown)?;
        let value = value * factor + added;
        match self.measures.get(measure) {
            Some(m) if value < m.range[0] || value > m.range[1] => {
                Err("the value is outside of what a living patient can have".to_owned())
            }
            _ => Ok(value),
        }
    }

    /// Codes of measures of which earlier values count.
    pub fn baseline_codes(&self) -> Vec<String> {
        let baseline = self.measures.iter().filter(|m| m.baseline);
        baseline.flat_map(|m| m.codes.iter().cloned()).collect()
    }

    /// The place of a finding.
    pub fn finding(&self, id: &str) -> Option<usize> {
        self.findings.iter().position(|f| f.id == id)
    }
}

fn put<T>(old: &mut Vec<T>, new: Vec<T>, id: impl Fn(&T) -> &str) {
    for one in new {
        match old.iter().position(|o| id(o) == id(&one)) {
            Some(at) => old[at] = one,
            None => old.push(one),
        }
    }
}

/// A unit as units are compared: case, blanks, brackets and the signs for powers do not matter.
pub(super) fn comparable(unit: &str) -> String {
    let mut out = String::with_capacity(unit.len());
    for c in unit.trim().chars() {
        match c {
            ' ' | '[' | ']' | '{' | '}' => {}
            '^' => out.push('*'),
            'µ' | 'μ' => out.push('u'),
            '²' => out.push('2'),
            'º' => out.push('°'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Whether a code begins with one of these; dots do not matter.
pub(super) fn begins(system: &CodeSystem, code: &str, icd10: &[String], icd9: &[String]) -> bool {
    let list = match system {
        CodeSystem::Icd10Cm | CodeSystem::Icd10Pcs => icd10,
        CodeSystem::Icd9Cm | CodeSystem::Icd9Proc => icd9,
        _ => return false,
    };
    let code = code.replace('.', "").to_uppercase();
    list.iter().any(|begin| code.starts_with(begin.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Concepts {
        let own = |f: &(&str, &str)| (f.0.to_owned(), f.1.to_owned());
        Concepts::load(&FILES.iter().map(own).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn units_are_converted_and_never_assumed() {
        let concepts = ours();
        let at = |id: &str| concepts.measures.iter().position(|m| m.id == id).unwrap();
        let check = |id: &str, value: f64, unit: &str, want: Option<f64>| {
            let got = concepts.convert(at(id), value, unit).ok();
            match (got, want) {
                (Some(g), Some(w)) => assert!((g - w).abs() < 0.01, "{id} {unit} {g}"),
                (g, w) => assert_eq!(g, w, "{id} {unit}"),
            }
        };
        check("creatinine", 2.1, "mg/dL", Some(2.1));
        check("creatinine", 176.8, "µmol/L", Some(2.0));
        check("creatinine", 2.1, "", None);
        check("creatinine", 2.1, "furlong", None);
        check("creatinine", 900.0, "mg/dL", None);
        check("temperature", 101.3, "°F", Some(38.5));
        check("sodium", 128.0, "mEq/L", Some(128.0));
        check("platelets", 88.0, "10*9/L", Some(88.0));
        check("platelets", 88.0, "K/uL", Some(88.0));
        check("inr", 2.1, "{INR}", Some(2.1));
        check("egfr", 36.0, "mL/min/{1.73_m2}", Some(36.0));
        check("po2", 51.0, "mm[Hg]", Some(51.0));
    }

    #[test]
    fn a_drug_belongs_to_families_by_name_and_route() {
        let concepts = ours();
        let check = |name: &str, route: &str, want: &[&str]| {
            let found = concepts.families_of(name, route);
            let ids: Vec<&str> = found
                .iter()
                .map(|n| concepts.drugs[*n].id.as_str())
                .collect();
            assert_eq!(ids, want, "{name}");
        };
        check("NORepinephrine 8 mg", "IV DRIP", &["vasopressor"]);
        check("Norepinephrine", "PO", &[]);
        check("EPINEPHrine-Lidocaine", "IV", &[]);
        check("Furosemide", "intravenous", &["iv_diuretic", "diuretic"]);
        check("Sodium Chloride 0.9% Flush", "IV", &[]);
        check("water", "", &[]);
    }

    #[test]
    fn ids_and_codes_occur_once() {
        let concepts = ours();
        let mut codes: Vec<&String> = concepts.measures.iter().flat_map(|m| &m.codes).collect();
        let before = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), before);
    }
}
