//! Observation: its value, and each of its components as an observation of its own.

use super::super::emit::Stop;
use super::clinical::{first_code, patient_of, visit};
use super::context::Context;
use super::types::{Concept, Identifier, Period, Quantity, Ratio, Reference, Text, ValueRange};
use crate::domain::clinical::{ObservationCategory, ObservationFacts, Status};
use crate::domain::code::Coding;
use crate::domain::record::{Extent, Key, ObservationRecord, Record, RecordKind};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;

fhir! {
    /// Observation.
    Observation {
        identifier: Vec<Identifier<'a>>,
        status: Text<'a>,
        category: Vec<Concept<'a>>,
        code: Option<Concept<'a>>,
        subject: Option<Reference<'a>>,
        encounter: Option<Reference<'a>>,
        effective_date_time: Text<'a>,
        effective_instant: Text<'a>,
        effective_period: Option<Period<'a>>,
        issued: Text<'a>,
        value_quantity: Option<Quantity<'a>>,
        value_codeable_concept: Option<Concept<'a>>,
        value_string: Text<'a>,
        value_boolean: Text<'a>,
        value_integer: Text<'a>,
        value_date_time: Text<'a>,
        value_time: Text<'a>,
        value_range: Option<ValueRange<'a>>,
        value_ratio: Option<Ratio<'a>>,
        interpretation: Vec<Concept<'a>>,
        reference_range: Vec<ValueRange<'a>>,
        component: Vec<Component<'a>>,
    }
    /// Observation.component.
    Component {
        code: Option<Concept<'a>>,
        value_quantity: Option<Quantity<'a>>,
        value_codeable_concept: Option<Concept<'a>>,
        value_string: Text<'a>,
        value_boolean: Text<'a>,
        value_integer: Text<'a>,
        value_date_time: Text<'a>,
        value_time: Text<'a>,
        value_range: Option<ValueRange<'a>>,
        value_ratio: Option<Ratio<'a>>,
        interpretation: Vec<Concept<'a>>,
        reference_range: Vec<ValueRange<'a>>,
    }
}

/// The value part that observations and their components share.
struct Value<'r, 'a> {
    quantity: Option<&'r Quantity<'a>>,
    concept: Option<&'r Concept<'a>>,
    texts: [&'r str; 5],
    range: Option<&'r ValueRange<'a>>,
    ratio: Option<&'r Ratio<'a>>,
    interpretation: &'r [Concept<'a>],
    reference: &'r [ValueRange<'a>],
}

macro_rules! value_of {
    ($r:expr) => {
        Value {
            quantity: $r.value_quantity.as_ref(),
            concept: $r.value_codeable_concept.as_ref(),
            texts: [
                &$r.value_string,
                &$r.value_integer,
                &$r.value_boolean,
                &$r.value_date_time,
                &$r.value_time,
            ],
            range: $r.value_range.as_ref(),
            ratio: $r.value_ratio.as_ref(),
            interpretation: &$r.interpretation,
            reference: &$r.reference_range,
        }
    };
}

fn quantity_text(q: Option<&Quantity<'_>>) -> String {
    q.map_or(String::new(), |q| {
        format!("{}{}", &*q.comparator, &*q.value)
    })
}

fn unit(q: &Quantity<'_>) -> Untrusted {
    Untrusted::new(if q.unit.is_empty() {
        &*q.code
    } else {
        &*q.unit
    })
}

impl Value<'_, '_> {
    fn is_absent(&self) -> bool {
        self.quantity.is_none()
            && self.concept.is_none()
            && self.range.is_none()
            && self.ratio.is_none()
            && self.texts.iter().all(|t| t.is_empty())
    }

    /// Number, text and unit.
    fn read(&self) -> (Option<f64>, String, Untrusted) {
        if let Some(q) = self.quantity {
            // A value with a comparator (`<0.01`) is a bound, no number.
            let number = if q.comparator.is_empty() {
                number(&q.value)
            } else {
                None
            };
            return (number, quantity_text(self.quantity), unit(q));
        }
        if let Some(concept) = self.concept {
            return (None, concept.words().to_owned(), Untrusted::default());
        }
        if let Some(range) = self.range {
            let low = quantity_text(range.low.as_ref());
            let high = quantity_text(range.high.as_ref());
            let unit_of = range.low.as_ref().or(range.high.as_ref());
            return (
                None,
                format!("{low}-{high}"),
                unit_of.map(unit).unwrap_or_default(),
            );
        }
        if let Some(ratio) = self.ratio {
            let over = quantity_text(ratio.numerator.as_ref());
            let under = quantity_text(ratio.denominator.as_ref());
            let unit_of = ratio.numerator.as_ref();
            return (
                None,
                format!("{over}:{under}"),
                unit_of.map(unit).unwrap_or_default(),
            );
        }
        let text = self
            .texts
            .iter()
            .find(|t| !t.is_empty())
            .copied()
            .unwrap_or("");
        (number(text), text.to_owned(), Untrusted::default())
    }

    fn flag(&self) -> Untrusted {
        let codes = self.interpretation.iter().map(|c| {
            let code = c.coding.iter().map(|c| &*c.code).find(|c| !c.is_empty());
            code.unwrap_or(&*c.text)
        });
        Untrusted::new(codes.into_iter().find(|c| !c.is_empty()).unwrap_or(""))
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Reads an Observation: its value, and each component as an observation of its own.
pub(super) fn observation(cx: &mut Context<'_, '_>, r: &Observation<'_>) -> Result<(), Stop> {
    let Some(patient) = patient_of(cx, r.subject.as_ref()) else {
        return Ok(());
    };
    let encounter = visit(cx, r.encounter.as_ref());
    let period = r.effective_period.as_ref().map_or("", |p| &*p.start);
    let stated = [
        &*r.effective_date_time,
        &*r.effective_instant,
        period,
        &*r.issued,
    ];
    let at = stated.into_iter().find(|t| !t.is_empty());
    let at = at.and_then(|t| cx.moment(t, "effective"));
    let status = cx.maps.status(&r.status);
    let codes = r
        .category
        .iter()
        .flat_map(|c| c.coding.iter().map(|c| &*c.code).chain([&*c.text]));
    let category = codes.filter_map(|c| cx.maps.observation_category(c)).next();
    let (_, also) = cx.identifiers(&r.identifier, RecordKind::Observation);
    let value = value_of!(r);
    let id = cx.id.clone();
    let shared = Shared {
        patient,
        encounter,
        at,
        status,
        category,
    };
    if !value.is_absent() || r.component.is_empty() {
        let key = Key::local(RecordKind::Observation, id.as_str());
        let record = shared.record(cx, r.code.as_ref(), &value);
        cx.push(key, also, Extent::Whole, record)?;
    }
    let mut seen: Vec<String> = Vec::new();
    for (index, component) in r.component.iter().enumerate() {
        // The code names the component; a second one of the same code is told apart by place.
        let mut suffix = first_code(component.code.as_ref()).to_owned();
        if suffix.is_empty() || seen.contains(&suffix) {
            suffix = format!("{suffix}.{}", index + 1);
        }
        let key = Key::local(RecordKind::Observation, format!("{id}#{suffix}"));
        seen.push(suffix);
        let record = shared.record(cx, component.code.as_ref(), &value_of!(component));
        cx.push(key, Vec::new(), Extent::Whole, record)?;
    }
    Ok(())
}

/// What all parts of an observation have in common.
struct Shared {
    patient: Key,
    encounter: Option<Key>,
    at: Option<Moment>,
    status: Status,
    category: Option<ObservationCategory>,
}

impl Shared {
    fn record(
        &self,
        cx: &Context<'_, '_>,
        code: Option<&Concept<'_>>,
        value: &Value<'_, '_>,
    ) -> Record {
        let what = match code {
            Some(concept) => cx.coding(concept, "observation"),
            None => Coding::text_only(""),
        };
        let category = self.category.unwrap_or(if cx.maps.is_vital(&what) {
            ObservationCategory::VitalSign
        } else {
            ObservationCategory::Other
        });
        let (number_value, text, unit) = value.read();
        let limits = value.reference.first();
        let limit = |q: Option<&Quantity<'_>>| q.and_then(|q| number(&q.value));
        let facts = ObservationFacts {
            category,
            what,
            value: number_value,
            text: Untrusted::new(text),
            unit,
            low: limits.and_then(|l| limit(l.low.as_ref())),
            high: limits.and_then(|l| limit(l.high.as_ref())),
            flag: value.flag(),
            at: self.at,
            status: self.status,
        };
        Record::Observation(Box::new(ObservationRecord {
            facts,
            patient: self.patient.clone(),
            encounter: self.encounter.clone(),
        }))
    }
}
