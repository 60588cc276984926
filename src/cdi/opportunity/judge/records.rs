//! Conditions on records: drugs, procedures, codes, words of notes.
//!
//! The other half of [`Judge`]. Start at [`Judge::said`].

use super::{Judge, Met};
use crate::cdi::opportunity::concepts::{Named, begins};
use crate::cdi::opportunity::notes::Said;
use crate::cdi::opportunity::rule::Condition;
use crate::domain::clinical::{Medication, MedicationKind, PresentOnAdmission};
use crate::domain::opportunity::Evidence;
use crate::domain::query::IndicatorKind;
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

impl Judge<'_, '_> {
    pub(super) fn drug(&self, id: &str, c: &Condition) -> Option<Met> {
        let family = self.concepts.drugs.iter().position(|d| d.id == id)?;
        let drugs = &self.concepts.drugs[family];
        let zone = self.facts.stay.zone;
        let mut found: Vec<_> = self
            .facts
            .medications(family)
            .filter(|m| {
                let at = m.facts.start.map(|s| s.earliest(zone));
                let fresh = match (at, self.facts.admitted) {
                    (Some(at), Some(admitted)) => at >= admitted,
                    _ => false,
                };
                at.is_none_or(|at| self.in_time(c, at)) && (c.new != Some(true) || fresh)
            })
            .collect();
        // What was given says more than what was ordered.
        found.sort_by_key(|m| (m.facts.kind == MedicationKind::Order, m.facts.start));
        let mut lasting = String::new();
        if let Some(least) = c.drug_days {
            let days = days_of(&found, zone);
            if days < least {
                return None;
            }
            lasting = match days {
                1 => ", 1 day".to_owned(),
                several => format!(", {several} days"),
            };
        }
        let first = found.first()?;
        let f = &first.facts;
        let mut times: Vec<Instant> = found
            .iter()
            .filter_map(|m| m.facts.start.map(|s| s.earliest(zone)))
            .collect();
        times.sort();
        let dose = [f.dose.raw().trim(), f.route.raw().trim()].join(" ");
        Some(Met {
            evidence: vec![Evidence {
                name: f.what.text.clone(),
                text: Untrusted::new(dose.trim()),
                at: f.start,
                source: match f.kind {
                    MedicationKind::Order => format!("{}, ordered{lasting}", drugs.name),
                    MedicationKind::Administration => format!("{}, given{lasting}", drugs.name),
                },
                ..plain(IndicatorKind::Medication, "")
            }],
            times,
            points: 1,
        })
    }

    pub(super) fn procedure(&self, id: &str, c: &Condition) -> Option<Met> {
        let family = self.concepts.procedures.iter().find(|p| p.id == id)?;
        let zone = self.facts.stay.zone;
        let found: Vec<_> = self
            .facts
            .procedures()
            .filter(|p| {
                let what = &p.facts.what;
                let title = what.text.raw().to_lowercase();
                begins(&what.system, what.code.raw(), &family.icd10, &family.icd9)
                    || family.words.iter().any(|w| title.contains(w.as_str()))
            })
            .filter(|p| {
                let at = p.facts.start.map(|s| s.latest(zone));
                at.is_none_or(|at| self.in_time(c, at))
            })
            .collect();
        let first = found.first()?;
        let what = &first.facts.what;
        let name = if what.text.is_blank() {
            Untrusted::new(family.name.as_str())
        } else {
            what.text.clone()
        };
        Some(Met {
            evidence: vec![Evidence {
                name,
                text: what.code.clone(),
                at: first.facts.start,
                ..plain(IndicatorKind::Procedure, "Procedure")
            }],
            times: found
                .iter()
                .filter_map(|p| p.facts.start.map(|s| s.earliest(zone)))
                .collect(),
            points: 1,
        })
    }

    pub(super) fn coded(&self, finding: &Named) -> Option<Met> {
        let diagnosis = self.facts.coded(finding)?;
        let what = &diagnosis.facts.what;
        Some(Met {
            evidence: vec![Evidence {
                name: if what.text.is_blank() {
                    Untrusted::new(finding.name.as_str())
                } else {
                    what.text.clone()
                },
                text: what.code.clone(),
                at: diagnosis.facts.at,
                ..plain(IndicatorKind::Diagnosis, "Coded diagnosis")
            }],
            times: Vec::new(),
            points: 1,
        })
    }

    /// What notes say plainly of a finding, in the order of time.
    pub(in super::super) fn said(&self, id: &str) -> Vec<&Said> {
        let Some(n) = self.concepts.finding(id) else {
            return Vec::new();
        };
        let chronic = self.concepts.findings[n].chronic;
        let says = |s: &&Said| s.finding == n && (s.plain() || (chronic && s.known()));
        let mut said: Vec<&Said> = self.facts.said.iter().filter(says).collect();
        said.sort_by_key(|s| (s.at, s.span.start));
        said
    }

    pub(super) fn words(&self, id: &str, c: &Condition) -> Option<Met> {
        let finding = self.finding(id)?;
        let zone = self.facts.stay.zone;
        let said: Vec<&Said> = self
            .said(id)
            .into_iter()
            .filter(|s| c.kinds.as_ref().is_none_or(|k| k.contains(&s.kind)))
            .filter(|s| {
                let at = s.at.map(|m| m.latest(zone));
                at.is_none_or(|at| self.in_time(c, at))
            })
            .collect();
        let first = said.first()?;
        Some(Met {
            evidence: vec![first.evidence(&finding.name)],
            times: said
                .iter()
                .filter_map(|s| s.at.map(|m| m.earliest(zone)))
                .collect(),
            points: 1,
        })
    }

    /// One author affirms a finding, another (of the kinds named) denies it or says what it is
    /// against, and nobody settles it.
    pub(super) fn conflict(&self, id: &str, c: &Condition) -> Option<Met> {
        let finding = self.finding(id)?;
        let n = self.concepts.finding(id)?;
        let affirmed = self.said(id);
        let against = c.against.as_deref();
        let in_kind = |s: &&&Said| c.kinds.as_ref().is_none_or(|k| k.contains(&s.kind));
        let denied: Vec<&Said> = self
            .facts
            .said
            .iter()
            .filter(|s| {
                (s.finding == n && s.denied())
                    || against
                        .is_some_and(|a| self.concepts.finding(a) == Some(s.finding) && s.plain())
            })
            .collect();
        let other = denied.iter().copied().find(|d| {
            in_kind(&d)
                && d.author.is_some()
                && affirmed.iter().any(|a| a.author != d.author)
                // Who denied it and affirms it later has settled it.
                && !affirmed.iter().any(|a| a.author == d.author && a.at > d.at)
        })?;
        let one = affirmed.iter().find(|a| a.author != other.author)?;
        Some(Met {
            evidence: vec![one.evidence(&finding.name), other.evidence(&finding.name)],
            times: other
                .at
                .map(|m| m.earliest(self.facts.stay.zone))
                .into_iter()
                .collect(),
            points: 1,
        })
    }

    pub(super) fn poa(&self, indicators: &[String]) -> Option<Met> {
        let asked = |p: PresentOnAdmission| indicators.iter().any(|i| i == p.name());
        let found: Vec<_> = self
            .facts
            .diagnoses()
            .filter(|d| d.facts.poa.is_some_and(asked))
            .collect();
        if found.is_empty() {
            return None;
        }
        let evidence = found.iter().map(|d| {
            let what = &d.facts.what;
            let indicator = d.facts.poa.map_or("", PresentOnAdmission::name);
            Evidence {
                name: what.text.clone(),
                text: Untrusted::new(format!(
                    "{}, present on admission: {indicator}",
                    what.code.raw()
                )),
                at: d.facts.at,
                ..plain(IndicatorKind::Diagnosis, "Coded diagnosis")
            }
        });
        Some(Met {
            evidence: evidence.collect(),
            times: Vec::new(),
            points: 1,
        })
    }
}

/// Days on which drugs were given or begun, or the days of the longest order, if they are more.
fn days_of(found: &[&Medication], zone: &TimeZone) -> i64 {
    let begun = found.iter().filter_map(|m| m.facts.start);
    let days: BTreeSet<_> = begun.map(|at| at.day(zone)).collect();
    let longest = found.iter().filter_map(|m| {
        let (from, to) = (m.facts.start?, m.facts.end?);
        Some(crate::domain::time::days_between(from.day(zone), to.day(zone)) + 1)
    });
    longest.max().unwrap_or(0).max(days.len() as i64)
}

fn plain(kind: IndicatorKind, source: &str) -> Evidence {
    Evidence {
        kind,
        name: Untrusted::default(),
        value: None,
        text: Untrusted::default(),
        unit: Untrusted::default(),
        at: None::<Moment>,
        document: None,
        start: 0,
        end: 0,
        line: 0,
        source: source.to_owned(),
        prior: false,
    }
}
