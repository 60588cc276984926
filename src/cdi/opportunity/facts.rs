//! The facts of a stay as rules see them: values in one unit, drugs, procedures, codes, words.
//!
//! Made once for a stay; every rule reads the same. What cannot be used is kept with its reason.
//! Start at [`Facts::gather`].

use super::concepts::{Concepts, Measure, begins};
use super::kdigo::{self, Numbers};
use super::notes::{Note, Notes, Said};
use super::stay::Stay;
use crate::domain::clinical::{
    Diagnosis, DiagnosisKind, Medication, Observation, ObservationCategory, Procedure, Status,
};
use crate::domain::opportunity::{CreatininePoint, Evidence, Unused};
use crate::domain::people::Sex;
use crate::domain::query::IndicatorKind;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// A value in the unit of its measure.
#[derive(Clone, Debug)]
pub(super) struct Value<'s> {
    pub at: Instant,
    pub value: f64,
    /// The laboratory's own limits, in the same unit.
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub prior: bool,
    pub from: From<'s>,
}

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) enum From<'s> {
    Observation(&'s Observation),
    /// Computed from others.
    Computed(String, String),
    /// Stated in a note.
    Note(Box<Said>),
}

/// Everything of a stay.
pub(super) struct Facts<'s> {
    pub stay: &'s Stay<'s>,
    /// Units as readers know them, by their codes.
    shown: HashMap<String, String>,
    pub admitted: Option<Instant>,
    /// End of the visit, or the present.
    pub until: Instant,
    pub age: Option<i64>,
    pub sex: Sex,
    values: HashMap<String, Vec<Value<'s>>>,
    /// Medications that were not cancelled, with the families they belong to.
    medications: Vec<(&'s Medication, Rc<[usize]>)>,
    names: HashMap<String, (String, String)>,
    pub said: Vec<Said>,
    pub unused: Vec<Unused>,
    pub creatinine: Vec<CreatininePoint>,
}

impl<'s> Facts<'s> {
    /// Gathers the facts of a stay.
    pub fn gather(
        concepts: &Concepts,
        numbers: &Numbers,
        notes: &Notes,
        settings: &BTreeMap<String, String>,
        language: &crate::language::Language,
        stay: &'s Stay<'s>,
    ) -> Self {
        let visit = &stay.chart.encounter.facts;
        let admitted = visit.admitted.map(|m| m.earliest(stay.zone));
        let mut facts = Self {
            stay,
            shown: HashMap::new(),
            admitted,
            until: visit.discharged.map_or(stay.now, |m| m.latest(stay.zone)),
            age: age(stay),
            sex: stay.chart.patient.facts.sex,
            values: HashMap::new(),
            medications: medications(concepts, stay),
            names: HashMap::new(),
            said: Vec::new(),
            unused: Vec::new(),
            creatinine: Vec::new(),
        };
        for observation in &stay.chart.observations {
            facts.take(concepts, observation, false);
        }
        for (observation, _) in stay.prior {
            facts.take(concepts, observation, true);
        }
        for note in stay.notes {
            notes.read(language, note, &mut facts.said);
        }
        facts.take_stated(concepts);
        for values in facts.values.values_mut() {
            values.sort_by_key(|value| value.at);
        }
        for derived in &concepts.derived {
            let factor = derived.factor.as_ref().and_then(|f| f.chosen(settings));
            let made = facts.derive(numbers, derived, factor);
            let name = (derived.name.clone(), derived.unit.clone());
            facts.names.insert(derived.id.clone(), name);
            if !made.is_empty() && !facts.values.contains_key(&derived.id) {
                facts.values.insert(derived.id.clone(), made);
            }
        }
        facts.stage(numbers);
        facts
    }

    fn take(&mut self, concepts: &Concepts, observation: &'s Observation, prior: bool) {
        let f = &observation.facts;
        let gone = matches!(f.status, Status::Retracted | Status::Cancelled);
        let (Some(n), Some(value), false) = (concepts.measure_of(observation), f.value, gone)
        else {
            return;
        };
        let measure = &concepts.measures[n];
        if prior && !measure.baseline {
            return;
        }
        let unused = |reason: &str| Unused {
            observation: observation.id,
            measure: measure.id.clone(),
            reason: reason.to_owned(),
        };
        let Some(at) = f.at else {
            self.unused.push(unused("it has no time"));
            return;
        };
        let unit = f.unit.raw();
        let converted = match concepts.convert(n, value, unit) {
            Ok(converted) => converted,
            Err(reason) => {
                self.unused.push(unused(&reason));
                return;
            }
        };
        // A comparator makes the number a bound: `<0.01` is no value of 0.01.
        if f.text.raw().trim_start().starts_with(['<', '>']) {
            self.unused.push(unused("it is a bound, not a value"));
            return;
        }
        let limit = |l: Option<f64>| l.and_then(|l| concepts.convert(n, l, unit).ok());
        let known = concepts.shown_unit(unit);
        if known != unit && !self.shown.contains_key(unit) {
            self.shown.insert(unit.to_owned(), known.to_owned());
        }
        let value = Value {
            at: at.earliest(self.stay.zone),
            value: converted,
            low: limit(f.low),
            high: limit(f.high),
            prior,
            from: From::Observation(observation),
        };
        self.add(measure, [value]);
    }

    fn add(&mut self, measure: &Measure, more: impl IntoIterator<Item = Value<'s>>) {
        if let Some(values) = self.values.get_mut(&measure.id) {
            values.extend(more);
            return;
        }
        let name = (measure.name.clone(), measure.unit.clone());
        self.names.insert(measure.id.clone(), name);
        self.values
            .insert(measure.id.clone(), more.into_iter().collect());
    }

    /// Values that notes state with their unit, for measures that allow it.
    fn take_stated(&mut self, concepts: &Concepts) {
        for measure in &concepts.measures {
            let Some(analyte) = &measure.stated else {
                continue;
            };
            let stated: Vec<Value<'s>> = self
                .said
                .iter()
                .filter(|s| s.value.as_ref().is_some_and(|v| v.0 == *analyte) && s.plain())
                .filter_map(|s| {
                    let at = s.at?.earliest(self.stay.zone);
                    let value = s.value.as_ref().map(|v| v.1)?;
                    Some(Value {
                        at,
                        value,
                        low: None,
                        high: None,
                        prior: false,
                        from: From::Note(Box::new(s.clone())),
                    })
                })
                .collect();
            if !stated.is_empty() {
                self.add(measure, stated);
            }
        }
    }

    fn derive(
        &self,
        numbers: &Numbers,
        derived: &super::concepts::Derived,
        factor: Option<f64>,
    ) -> Vec<Value<'s>> {
        let window = derived.within_hours * 3_600_000_000;
        let parts: Vec<&[Value<'s>]> = derived.of.iter().map(|id| self.all(id)).collect();
        let Some((first, rest)) = parts.split_first() else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for a in first.iter().filter(|v| !v.prior) {
            let near: Option<Vec<f64>> = rest
                .iter()
                .map(|values| {
                    let before = values.partition_point(|v| v.at <= a.at);
                    let close = |v: &&Value<'s>| (a.at.0 - v.at.0).abs() <= window;
                    let last = values[..before].last().filter(close);
                    last.or_else(|| values.get(before).filter(close))
                        .map(|v| v.value)
                })
                .collect();
            let Some(near) = near else { continue };
            let value = match (derived.how.as_str(), near.as_slice()) {
                ("ratio_percent", [b]) if *b > 0.0 => a.value / (b / 100.0),
                ("sum", others) => a.value + others.iter().sum::<f64>(),
                ("osmolality", [b]) => 2.0 * a.value + b / 18.0,
                ("sodium_glucose", [b]) => match factor {
                    Some(factor) => a.value + factor * (b - 100.0).max(0.0) / 100.0,
                    None => continue,
                },
                ("body_mass", [b]) if *b > 0.0 => a.value / (b / 100.0) / (b / 100.0),
                ("ckd_epi", []) => match numbers.egfr(a.value, self.age, self.sex) {
                    Some(egfr) => egfr,
                    None => continue,
                },
                _ => continue,
            };
            if value >= derived.range[0] && value <= derived.range[1] {
                out.push(Value {
                    at: a.at,
                    value,
                    low: None,
                    high: None,
                    prior: false,
                    from: From::Computed(derived.name.clone(), derived.unit.clone()),
                });
            }
        }
        out
    }

    fn stage(&mut self, numbers: &Numbers) {
        let values = self.values.get("creatinine").cloned().unwrap_or_default();
        let plain: Vec<(Instant, f64)> = values.iter().map(|v| (v.at, v.value)).collect();
        let prior: HashMap<_, _> = self.stay.prior.iter().map(|(o, e)| (o.id, *e)).collect();
        for (value, staged) in values.iter().zip(kdigo::stages(numbers, &plain)) {
            let From::Observation(observation) = value.from else {
                continue;
            };
            let encounter = match prior.get(&observation.id) {
                Some(encounter) => *encounter,
                None => Some(self.stay.chart.encounter.id),
            };
            self.creatinine.push(CreatininePoint {
                observation: observation.id,
                encounter,
                at: value.at,
                mg_dl: value.value,
                low_48h: staged.low_48h,
                low_7d: staged.low_7d,
                stage: staged.stage,
            });
        }
    }

    /// Values of a measure in the order of time, earlier visits' too where they count.
    pub fn all(&self, measure: &str) -> &[Value<'s>] {
        self.values.get(measure).map_or(&[], Vec::as_slice)
    }

    /// The observation with this id.
    pub fn value_of(
        &self,
        measure: &str,
        id: crate::domain::ids::ObservationId,
    ) -> Option<&Value<'s>> {
        let is = |v: &&Value<'s>| matches!(v.from, From::Observation(o) if o.id == id);
        self.all(measure).iter().find(is)
    }

    /// Medications of a family (its place among the drugs) that were not cancelled.
    pub fn medications(&self, family: usize) -> impl Iterator<Item = &'s Medication> {
        let of = self.medications.iter();
        of.filter(move |m| m.1.contains(&family)).map(|m| m.0)
    }

    /// Procedures done.
    pub fn procedures(&self) -> impl Iterator<Item = &'s Procedure> {
        let done =
            |p: &&Procedure| !matches!(p.facts.status, Status::Retracted | Status::Cancelled);
        self.stay.chart.procedures.iter().filter(done)
    }

    /// Coded diagnoses of the stay: neither those of admission nor of the problem list.
    pub fn diagnoses(&self) -> impl Iterator<Item = &'s Diagnosis> {
        let counts = |d: &&Diagnosis| {
            let f = &d.facts;
            !matches!(f.status, Status::Retracted | Status::Cancelled)
                && matches!(f.kind, DiagnosisKind::Working | DiagnosisKind::Final)
        };
        self.stay.chart.diagnoses.iter().filter(counts)
    }

    /// The coded diagnosis of a finding.
    pub fn coded(&self, finding: &super::concepts::Named) -> Option<&'s Diagnosis> {
        self.diagnoses().find(|d| {
            let what = &d.facts.what;
            begins(&what.system, what.code.raw(), &finding.icd10, &finding.icd9)
        })
    }

    /// A value as evidence.
    pub fn evidence(&self, measure: &str, value: &Value<'s>) -> Evidence {
        let (name, unit) = self.names.get(measure).cloned().unwrap_or_default();
        match &value.from {
            From::Observation(o) => Evidence {
                kind: match o.facts.category {
                    ObservationCategory::VitalSign | ObservationCategory::Measurement => {
                        IndicatorKind::VitalSign
                    }
                    _ => IndicatorKind::Laboratory,
                },
                name: Untrusted::new(name),
                value: o.facts.value,
                text: o.facts.text.clone(),
                unit: match self.shown.get(o.facts.unit.raw()) {
                    Some(known) => Untrusted::new(known.as_str()),
                    None => o.facts.unit.clone(),
                },
                at: o.facts.at,
                document: None,
                start: 0,
                end: 0,
                line: 0,
                source: match o.facts.category {
                    ObservationCategory::Laboratory => "Laboratory".to_owned(),
                    ObservationCategory::VitalSign => "Vital signs".to_owned(),
                    _ => "Nursing measurement".to_owned(),
                },
                prior: value.prior,
            },
            From::Computed(name, unit) => Evidence {
                kind: IndicatorKind::Laboratory,
                name: Untrusted::new(name.as_str()),
                value: Some((value.value * 10.0).round() / 10.0),
                text: Untrusted::default(),
                unit: Untrusted::new(unit.as_str()),
                at: Some(Moment::at(value.at)),
                document: None,
                start: 0,
                end: 0,
                line: 0,
                source: "Computed from values taken together".to_owned(),
                prior: value.prior,
            },
            From::Note(said) => Evidence {
                value: Some(value.value),
                unit: Untrusted::new(unit),
                ..said.evidence(&name)
            },
        }
    }
}

/// The medications of a stay. The same drug is ordered again and again: its families are looked
/// up once.
fn medications<'s>(concepts: &Concepts, stay: &Stay<'s>) -> Vec<(&'s Medication, Rc<[usize]>)> {
    let given = |m: &&Medication| !matches!(m.facts.status, Status::Retracted | Status::Cancelled);
    let mut known: HashMap<(&str, &str), Rc<[usize]>> = HashMap::new();
    let all = stay.chart.medications.iter().filter(given);
    all.map(|m| {
        let named = (m.facts.what.text.raw(), m.facts.route.raw());
        let families = known
            .entry(named)
            .or_insert_with(|| concepts.families_of(named.0, named.1).into());
        (m, families.clone())
    })
    .collect()
}

fn age(stay: &Stay<'_>) -> Option<i64> {
    let born = stay.chart.patient.facts.birth?.day(stay.zone);
    let on = stay.chart.encounter.facts.admitted?.day(stay.zone);
    let passed = (on.month(), on.day()) >= (born.month(), born.day());
    Some(i64::from(on.year() - born.year()) - i64::from(!passed))
}
