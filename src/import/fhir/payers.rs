//! What one run remembers of who pays: coverages, accounts, bills, and the stays they are for.
//!
//! Bounded like everything that is remembered. Which coverage counts for a stay is decided here.
//! Start at [`Payers::of`].

use super::session::Memory;
use crate::domain::record::Key;
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::cmp::Reverse;

/// A coverage.
#[derive(Clone)]
pub(super) struct Cover {
    pub id: String,
    pub payer: Untrusted,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    /// Place among the patient's coverages: 1 is primary.
    pub order: i64,
}

/// A stay whose payer may still become known.
#[derive(Clone)]
pub(super) struct Stay {
    pub key: Key,
    pub patient: Key,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    /// Ids of its accounts.
    pub accounts: Vec<String>,
    /// The payer that was handed on.
    pub told: Untrusted,
}

/// What is remembered.
pub(super) struct Payers {
    organizations: Memory<Untrusted>,
    covers: Memory<Cover>,
    /// Ids of coverages by patient.
    of_patient: Memory<Vec<String>>,
    /// Ids of coverages by account, the first to pay first.
    accounts: Memory<Vec<String>>,
    /// Payers by stay.
    bills: Memory<Untrusted>,
    stays: Memory<Vec<Stay>>,
    /// Stays that may still be remembered.
    room: usize,
}

impl Payers {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            organizations: Memory::new(limit),
            covers: Memory::new(limit),
            of_patient: Memory::new(limit),
            accounts: Memory::new(limit),
            bills: Memory::new(limit),
            stays: Memory::new(limit),
            room: limit,
        }
    }

    /// Learns the name of an organization, by its id or its number.
    pub(super) fn name(&mut self, id: &str, name: &str) {
        if !name.trim().is_empty() {
            self.organizations.put(id, Untrusted::new(name.trim()));
        }
    }

    pub(super) fn organization(&self, id: &str) -> Option<&Untrusted> {
        self.organizations.get(id)
    }

    /// Learns a coverage, of a patient if it names one.
    pub(super) fn cover(&mut self, patient: Option<&Key>, cover: Cover) {
        if let Some(patient) = patient {
            let name = written(patient);
            let mut ids = self.of_patient.get(&name).cloned().unwrap_or_default();
            if !ids.contains(&cover.id) {
                ids.push(cover.id.clone());
                self.of_patient.put(&name, ids);
            }
        }
        let id = cover.id.clone();
        self.covers.put(&id, cover);
    }

    pub(super) fn payer_of_cover(&self, id: &str) -> Option<Untrusted> {
        self.covers.get(id).map(|c| c.payer.clone())
    }

    /// Learns which coverages an account is charged to.
    pub(super) fn account(&mut self, id: &str, covers: Vec<String>) {
        self.accounts.put(id, covers);
    }

    /// Learns what a bill says; the first one counts.
    pub(super) fn bill(&mut self, encounter: &Key, payer: Untrusted) {
        let name = written(encounter);
        if self.bills.get(&name).is_none() {
            self.bills.put(&name, payer);
        }
    }

    /// Who pays for a stay by what is known; blank if nothing is.
    pub(super) fn of(&self, stay: &Stay, zone: &TimeZone) -> Untrusted {
        let of_account = || {
            let ids = stay.accounts.iter().filter_map(|a| self.accounts.get(a));
            let covers = ids.flatten().filter_map(|id| self.covers.get(id));
            let mut covers = covers.filter(|c| overlaps(c, stay, zone));
            covers.find(|c| !c.payer.is_blank()).map(|c| &c.payer)
        };
        let of_patient = || {
            let ids = self.of_patient.get(&written(&stay.patient))?.iter();
            let covers = ids.filter_map(|id| self.covers.get(id));
            let best = covers
                .filter(|c| overlaps(c, stay, zone))
                .min_by_key(|c| (begins_later(c, stay, zone), c.order, Reverse(c.from), &c.id));
            best.map(|c| &c.payer)
        };
        let payer = of_account()
            .or_else(|| self.bills.get(&written(&stay.key)))
            .or_else(of_patient);
        payer.cloned().unwrap_or_default()
    }

    /// Remembers a stay for what is still to come.
    pub(super) fn remember(&mut self, stay: Stay) {
        let name = written(&stay.patient);
        let mut stays = self.stays.take(&name).unwrap_or_default();
        match stays.iter_mut().find(|s| s.key == stay.key) {
            Some(known) => *known = stay,
            None if self.room > 0 => {
                self.room -= 1;
                stays.push(stay);
            }
            None => {}
        }
        self.stays.put(&name, stays);
    }

    /// Whether a stay of a patient was read in this run.
    pub(super) fn knows(&self, patient: &Key, encounter: &Key) -> bool {
        let stays = self.stays.get(&written(patient));
        stays.is_some_and(|all| all.iter().any(|s| s.key == *encounter))
    }

    /// Stays of a patient whose payer is another one than was handed on, which are told with this.
    pub(super) fn changed(&mut self, patient: &Key, zone: &TimeZone) -> Vec<(Key, Untrusted)> {
        let name = written(patient);
        let Some(mut stays) = self.stays.take(&name) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for stay in &mut stays {
            let payer = self.of(stay, zone);
            if !payer.is_blank() && payer != stay.told {
                stay.told = payer.clone();
                out.push((stay.key.clone(), payer));
            }
        }
        self.stays.put(&name, stays);
        out
    }
}

fn written(key: &Key) -> String {
    format!("{}|{}", key.authority, key.id.raw())
}

fn first(stay: &Stay, zone: &TimeZone) -> Option<Date> {
    stay.from.map(|m| m.earliest(zone).day(zone))
}

/// Whether a coverage holds on any day of a stay; a date that is not told excludes nothing.
fn overlaps(cover: &Cover, stay: &Stay, zone: &TimeZone) -> bool {
    let Some(first) = first(stay, zone) else {
        return true;
    };
    let last = stay.to.map(|m| m.latest(zone).day(zone));
    let begun = cover.from.map(|m| m.earliest(zone).day(zone));
    let ended = cover.to.map(|m| m.latest(zone).day(zone));
    begun.is_none_or(|b| last.is_none_or(|l| b <= l)) && ended.is_none_or(|e| e >= first)
}

/// Whether a coverage begins only after a stay began.
fn begins_later(cover: &Cover, stay: &Stay, zone: &TimeZone) -> bool {
    match (cover.from, first(stay, zone)) {
        (Some(from), Some(first)) => from.earliest(zone).day(zone) > first,
        _ => false,
    }
}
