//! Services and providers of the demo hospital.
//!
//! Owns the roster (a function of the seed alone) and who takes part in one chart ([`Cast`]).

use super::names::{FAMILIES, MEN, WOMEN};
use super::rng::Rng;
use crate::domain::people::ProviderRole;

/// A clinical service and how many of each role it has:
/// attendings, residents, fellows, physician assistants, nurse practitioners, nurses.
pub(super) struct Service {
    pub id: &'static str,
    pub name: &'static str,
    pub staff: [usize; 6],
}

#[rustfmt::skip]
const fn service(id: &'static str, name: &'static str, staff: [usize; 6]) -> Service {
    Service { id, name, staff }
}

/// The services.
#[rustfmt::skip]
pub(super) const SERVICES: &[Service] = &[
    service("MED", "Hospital Medicine", [5, 4, 0, 1, 1, 3]),
    service("CARD", "Cardiology", [3, 1, 1, 0, 1, 0]),
    service("SURG", "General Surgery", [4, 2, 0, 1, 0, 2]),
    service("ORTH", "Orthopedics", [3, 1, 0, 1, 0, 0]),
    service("NEUR", "Neurology", [2, 1, 0, 0, 0, 0]),
    service("PULM", "Pulmonology/Critical Care", [3, 0, 1, 0, 1, 1]),
    service("NEPH", "Nephrology", [2, 0, 1, 0, 0, 0]),
    service("GI", "Gastroenterology", [2, 0, 1, 0, 0, 0]),
    service("OB", "OB/GYN", [3, 1, 0, 0, 1, 1]),
    service("PEDS", "Pediatrics", [2, 1, 0, 0, 0, 1]),
    service("EM", "Emergency Medicine", [4, 1, 0, 1, 0, 2]),
    service("ANES", "Anesthesiology", [3, 0, 0, 0, 0, 0]),
    service("RAD", "Radiology", [3, 0, 0, 0, 0, 0]),
    service("PATH", "Pathology", [2, 0, 0, 0, 0, 0]),
    service("PSYC", "Psychiatry", [2, 1, 0, 0, 0, 1]),
    service("URO", "Urology", [2, 0, 0, 1, 0, 0]),
    service("OPH", "Ophthalmology", [1, 0, 0, 0, 0, 0]),
    service("ID", "Infectious Disease", [2, 0, 0, 0, 0, 0]),
    service("FAM", "Family Medicine", [3, 0, 0, 0, 1, 0]),
];

const ROLES: [(ProviderRole, &str); 6] = [
    (ProviderRole::Attending, "MD"),
    (ProviderRole::Resident, "MD"),
    (ProviderRole::Fellow, "MD"),
    (ProviderRole::PhysicianAssistant, "PA-C"),
    (ProviderRole::NursePractitioner, "NP"),
    (ProviderRole::Nurse, "RN"),
];

/// A provider.
#[derive(Clone)]
pub(super) struct Staff {
    /// Record id.
    pub id: String,
    pub family: &'static str,
    pub given: &'static str,
    pub credential: &'static str,
    pub role: ProviderRole,
    /// Position in [`SERVICES`].
    pub service: usize,
    /// National provider identifier (invented).
    pub npi: String,
}

impl Staff {
    /// `Ruth Halloran, MD`.
    pub fn signature(&self) -> String {
        format!("{} {}, {}", self.given, self.family, self.credential)
    }

    /// `FAMILY,GIVEN` as queues print it.
    pub fn listed(&self) -> String {
        format!("{},{}", self.family, self.given)
    }

    /// Whether an attending must cosign.
    pub fn needs_cosigner(&self) -> bool {
        !matches!(self.role, ProviderRole::Attending | ProviderRole::Nurse)
    }
}

/// The roster of a seed.
pub(super) struct Roster {
    pub staff: Vec<Staff>,
}

impl Roster {
    /// Everyone who works here.
    pub fn new(seed: u64) -> Self {
        let mut rng = Rng::new(seed, 0).fork("roster");
        let mut staff: Vec<Staff> = Vec::new();
        for (position, service) in SERVICES.iter().enumerate() {
            for (count, (role, credential)) in service.staff.iter().zip(ROLES) {
                for _ in 0..*count {
                    // Family names of providers do not repeat, so that a name means one person.
                    let mut family = rng.pick(FAMILIES);
                    while staff.iter().any(|s| s.family == family) {
                        family = rng.pick(FAMILIES);
                    }
                    let given = if rng.chance(50) {
                        rng.pick(WOMEN)
                    } else {
                        rng.pick(MEN)
                    };
                    let osteopath = role == ProviderRole::Attending && rng.chance(12);
                    let number = staff.len() + 1;
                    staff.push(Staff {
                        id: format!("PR{number:04}"),
                        family,
                        given,
                        credential: if osteopath { "DO" } else { credential },
                        role,
                        service: position,
                        npi: format!("19{:08}", 10_007 * number),
                    });
                }
            }
        }
        Self { staff }
    }

    /// Someone of a service in one of these roles; anyone there if it has none of them.
    pub fn one(&self, service: &str, roles: &[ProviderRole], rng: &mut Rng) -> usize {
        let position = SERVICES.iter().position(|s| s.id == service).unwrap_or(0);
        let fit = |s: &Staff, any: bool| s.service == position && (any || roles.contains(&s.role));
        for any in [false, true] {
            let count = self.staff.iter().filter(|s| fit(s, any)).count();
            if count > 0 {
                let chosen = rng.below(count);
                let found = self
                    .staff
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| fit(s, any))
                    .nth(chosen);
                return found.map_or(0, |(index, _)| index);
            }
        }
        0
    }

    /// An attending of a service.
    pub fn attending(&self, service: &str, rng: &mut Rng) -> usize {
        self.one(service, &[ProviderRole::Attending], rng)
    }

    /// A trainee, physician assistant or nurse practitioner of a service, if it has any.
    pub fn junior(&self, service: &str, rng: &mut Rng) -> Option<usize> {
        let found = self.one(
            service,
            &[
                ProviderRole::Resident,
                ProviderRole::Fellow,
                ProviderRole::PhysicianAssistant,
                ProviderRole::NursePractitioner,
            ],
            rng,
        );
        self.staff[found].needs_cosigner().then_some(found)
    }

    /// A nurse: of the service if it has one, else of the medical wards.
    pub fn nurse(&self, service: &str, rng: &mut Rng) -> usize {
        let found = self.one(service, &[ProviderRole::Nurse], rng);
        if self.staff[found].role == ProviderRole::Nurse {
            return found;
        }
        self.one("MED", &[ProviderRole::Nurse], rng)
    }
}

/// Who takes part in one chart; positions in the roster.
#[derive(Clone)]
pub(super) struct Cast {
    pub attending: usize,
    pub admitting: usize,
    /// Resident, fellow, PA or NP of the team.
    pub junior: Option<usize>,
    pub surgeon: usize,
    pub anesthetist: usize,
    pub emergency: usize,
    pub nurses: [usize; 2],
    pub radiologist: usize,
    pub pathologist: usize,
}

impl Cast {
    /// Chooses the people of a chart of `service`.
    pub fn new(roster: &Roster, service: &str, rng: &Rng) -> Self {
        let mut rng = rng.fork("cast");
        let attending = roster.attending(service, &mut rng);
        // Two in three patients leave under the attending who admitted them.
        let admitting = if rng.chance(66) {
            attending
        } else {
            roster.attending(service, &mut rng)
        };
        Self {
            attending,
            admitting,
            junior: roster.junior(service, &mut rng),
            surgeon: attending,
            anesthetist: roster.attending("ANES", &mut rng),
            emergency: roster.attending("EM", &mut rng),
            nurses: [
                roster.nurse(service, &mut rng),
                roster.nurse(service, &mut rng),
            ],
            radiologist: roster.attending("RAD", &mut rng),
            pathologist: roster.attending("PATH", &mut rng),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roster_has_every_role_in_more_than_a_dozen_services() {
        let roster = Roster::new(1);
        assert!(roster.staff.len() >= 60, "{}", roster.staff.len());
        assert!(SERVICES.len() > 12);
        for (role, _) in ROLES {
            assert!(
                roster.staff.iter().any(|s| s.role == role),
                "{}",
                role.name()
            );
        }
    }
}
