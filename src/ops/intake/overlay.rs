//! Laying a partial record over what is known: an empty field changes nothing, a cleared one is
//! emptied, and a mention in passing fills only what is not known yet.

use crate::domain::clinical::{
    MedicationFacts, OrderFacts, OrderKind, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::Coding;
use crate::domain::document::{DocumentFacts, DocumentKind, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::people::{PatientFacts, ProviderFacts, ProviderRole, Sex};
use crate::domain::untrusted::Untrusted;

/// How a new value meets an old one.
#[derive(Clone, Copy)]
pub(super) struct Laying<'a> {
    /// Only empty fields are filled.
    pub fill_only: bool,
    /// Fields the record empties.
    pub cleared: &'a [String],
}

impl Laying<'_> {
    fn text(&self, name: &str, old: &Untrusted, new: Untrusted) -> Untrusted {
        if self.clears(name) {
            return Untrusted::default();
        }
        if new.is_blank() || (self.fill_only && !old.is_blank()) {
            old.clone()
        } else {
            new
        }
    }

    /// An optional value.
    pub fn option<T: Clone>(&self, name: &str, old: &Option<T>, new: Option<T>) -> Option<T> {
        if self.clears(name) {
            return None;
        }
        match (old, new) {
            (Some(old), Some(_)) if self.fill_only => Some(old.clone()),
            (_, Some(new)) => Some(new),
            (old, None) => old.clone(),
        }
    }

    /// A value of an enumeration with one member that says nothing.
    fn plain<T: Copy + PartialEq>(&self, name: &str, old: T, new: T, nothing: T) -> T {
        if self.clears(name) {
            return nothing;
        }
        if new == nothing || (self.fill_only && old != nothing) {
            old
        } else {
            new
        }
    }

    fn coding(&self, name: &str, old: &Coding, new: Coding) -> Coding {
        let empty = new.code.is_blank() && new.text.is_blank();
        let known = !(old.code.is_blank() && old.text.is_blank());
        if self.clears(name) || !(empty || self.fill_only && known) {
            new
        } else {
            old.clone()
        }
    }

    fn clears(&self, name: &str) -> bool {
        self.cleared.iter().any(|c| c == name)
    }
}

pub(super) fn patient(l: Laying<'_>, old: &PatientFacts, new: PatientFacts) -> PatientFacts {
    PatientFacts {
        family: l.text("family", &old.family, new.family),
        given: l.text("given", &old.given, new.given),
        birth: l.option("birth", &old.birth, new.birth),
        sex: l.plain("sex", old.sex, new.sex, Sex::Unknown),
        deceased: l.option("deceased", &old.deceased, new.deceased),
    }
}

pub(super) fn provider(l: Laying<'_>, old: &ProviderFacts, new: ProviderFacts) -> ProviderFacts {
    ProviderFacts {
        family: l.text("family", &old.family, new.family),
        given: l.text("given", &old.given, new.given),
        credential: l.text("credential", &old.credential, new.credential),
        role: l.plain("role", old.role, new.role, ProviderRole::Unknown),
        specialty: l.text("specialty", &old.specialty, new.specialty),
        active: if l.fill_only { old.active } else { new.active },
    }
}

pub(super) fn encounter(
    l: Laying<'_>,
    old: &EncounterFacts,
    new: EncounterFacts,
) -> EncounterFacts {
    let cleared_discharge = l.clears("discharged");
    let mut out = EncounterFacts {
        visit: l.text("visit", &old.visit, new.visit),
        class: l.plain("class", old.class, new.class, EncounterClass::Unknown),
        status: l.plain("status", old.status, new.status, EncounterStatus::Unknown),
        admitted: l.option("admitted", &old.admitted, new.admitted),
        discharged: l.option("discharged", &old.discharged, new.discharged),
        disposition: l.plain(
            "disposition",
            old.disposition,
            new.disposition,
            Disposition::Unknown,
        ),
        reason: l.text("reason", &old.reason, new.reason),
        location: l.text("location", &old.location, new.location),
        payer: l.text("payer", &old.payer, new.payer),
    };
    // A visit whose discharge was cancelled goes on, and has not ended in any way.
    if cleared_discharge {
        out.disposition = Disposition::Unknown;
        if out.status == EncounterStatus::Finished {
            out.status = EncounterStatus::Active;
        }
    }
    out
}

pub(super) fn order(l: Laying<'_>, old: &OrderFacts, new: OrderFacts) -> OrderFacts {
    OrderFacts {
        kind: l.plain("kind", old.kind, new.kind, OrderKind::Other),
        status: l.plain("status", old.status, new.status, Status::Unknown),
        what: l.coding("what", &old.what, new.what),
        at: l.option("at", &old.at, new.at),
        verbal: old.verbal || new.verbal,
        signed: l.option("signed", &old.signed, new.signed),
    }
}

pub(super) fn procedure(
    l: Laying<'_>,
    old: &ProcedureFacts,
    new: ProcedureFacts,
) -> ProcedureFacts {
    ProcedureFacts {
        what: l.coding("what", &old.what, new.what),
        start: l.option("start", &old.start, new.start),
        end: l.option("end", &old.end, new.end),
        status: l.plain("status", old.status, new.status, Status::Unknown),
        setting: l.plain(
            "setting",
            old.setting,
            new.setting,
            ProcedureSetting::Unknown,
        ),
        anesthesia: l.option("anesthesia", &old.anesthesia, new.anesthesia),
        emergency: l.option("emergency", &old.emergency, new.emergency),
    }
}

pub(super) fn medication(
    l: Laying<'_>,
    old: &MedicationFacts,
    new: MedicationFacts,
) -> MedicationFacts {
    MedicationFacts {
        kind: new.kind,
        what: l.coding("what", &old.what, new.what),
        dose: l.text("dose", &old.dose, new.dose),
        route: l.text("route", &old.route, new.route),
        start: l.option("start", &old.start, new.start),
        end: l.option("end", &old.end, new.end),
        status: l.plain("status", old.status, new.status, Status::Unknown),
    }
}

pub(super) fn document(l: Laying<'_>, old: &DocumentFacts, new: DocumentFacts) -> DocumentFacts {
    DocumentFacts {
        kind: l.plain("kind", old.kind, new.kind, DocumentKind::Other),
        what: l.coding("what", &old.what, new.what),
        at: l.option("at", &old.at, new.at),
        signature: l.plain(
            "signature",
            old.signature,
            new.signature,
            SignatureState::Unknown,
        ),
        signed_at: l.option("signed_at", &old.signed_at, new.signed_at),
        status: if l.fill_only { old.status } else { new.status },
        preliminary: if l.fill_only {
            old.preliminary
        } else {
            new.preliminary
        },
        sensitivity: if l.fill_only {
            old.sensitivity.max(new.sensitivity)
        } else {
            new.sensitivity
        },
        content_type: l.text("content_type", &old.content_type, new.content_type),
        url: l.text("url", &old.url, new.url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(visit: &str) -> EncounterFacts {
        EncounterFacts {
            visit: visit.into(),
            class: EncounterClass::Inpatient,
            status: EncounterStatus::Finished,
            admitted: None,
            discharged: Some(crate::domain::time::Moment::day_only(jiff::civil::date(
                2026, 3, 1,
            ))),
            disposition: Disposition::Home,
            reason: "chest pain".into(),
            location: Untrusted::default(),
            payer: Untrusted::default(),
        }
    }

    #[test]
    fn an_empty_field_changes_nothing() {
        let mut new = facts("");
        new.discharged = None;
        new.class = EncounterClass::Unknown;
        let l = Laying {
            fill_only: false,
            cleared: &[],
        };
        assert_eq!(encounter(l, &facts("77"), new), facts("77"));
    }

    #[test]
    fn a_cancelled_discharge_reopens_the_visit() {
        let cleared = vec!["discharged".to_owned()];
        let l = Laying {
            fill_only: false,
            cleared: &cleared,
        };
        let mut new = facts("77");
        new.status = EncounterStatus::Unknown;
        new.disposition = Disposition::Unknown;
        let out = encounter(l, &facts("77"), new);
        assert_eq!(
            (out.discharged, out.status, out.disposition),
            (None, EncounterStatus::Active, Disposition::Unknown)
        );
    }

    #[test]
    fn a_mention_fills_only_what_is_not_known() {
        let l = Laying {
            fill_only: true,
            cleared: &[],
        };
        let out = encounter(l, &facts("77"), facts("78"));
        assert_eq!(out.visit.raw(), "77");
    }
}
