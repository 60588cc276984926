//! From the bytes of a resource to its reader. Start at [`read`].

use super::super::emit::Stop;
use super::context::Context;
use super::{
    claim, clinical, coverage, document, encounter, medication, observation, person, repair, report,
};
use crate::domain::clinical::MedicationKind;

/// Parses a resource, repaired where a value has an unexpected type, and reads it.
pub(super) fn read(cx: &mut Context<'_, '_>, kind: &str, bytes: &[u8]) -> Result<(), Stop> {
    macro_rules! read {
        ($type:ty, $read:expr) => {{
            let fixed;
            let parsed = match serde_json::from_slice::<$type>(bytes) {
                Ok(parsed) => parsed,
                Err(error) => {
                    let takes = |b: &[u8]| serde_json::from_slice::<$type>(b).is_ok();
                    let accepts = |v: &serde_json::Value| {
                        <$type as serde::Deserialize>::deserialize(v).is_ok()
                    };
                    fixed = repaired(cx, bytes, &error, &takes, &accepts);
                    let again = fixed.as_deref().map(serde_json::from_slice::<$type>);
                    let Some(Ok(parsed)) = again else {
                        return Ok(());
                    };
                    parsed
                }
            };
            $read(cx, &parsed)
        }};
    }
    use {
        clinical as c, document as d, medication as m, observation as o, person as p, report as r,
    };
    match kind {
        "Patient" => read!(p::Patient<'_>, p::patient),
        "Practitioner" => read!(p::Practitioner<'_>, p::practitioner),
        "PractitionerRole" => read!(p::PractitionerRole<'_>, p::practitioner_role),
        "Organization" => read!(p::Organization<'_>, p::organization),
        "Location" => read!(p::Location<'_>, p::location),
        "Encounter" => read!(encounter::Encounter<'_>, encounter::encounter),
        "Coverage" => read!(coverage::Coverage<'_>, coverage::coverage),
        "Account" => read!(coverage::Account<'_>, coverage::account),
        "Condition" => read!(c::Condition<'_>, c::condition),
        "Procedure" => read!(c::Procedure<'_>, c::procedure),
        "Claim" | "ExplanationOfBenefit" => read!(claim::Claim<'_>, claim::claim),
        "ServiceRequest" => read!(c::ServiceRequest<'_>, c::service_request),
        "Observation" => read!(o::Observation<'_>, o::observation),
        "DocumentReference" => read!(d::DocumentReference<'_>, d::document_reference),
        "DiagnosticReport" => read!(r::DiagnosticReport<'_>, r::diagnostic_report),
        "Composition" => read!(r::Composition<'_>, r::composition),
        "Binary" => read!(r::Binary<'_>, r::binary),
        "Medication" => {
            read!(m::Medication<'_>, |cx: &mut _, r: &_| {
                m::medication(cx, r);
                Ok(())
            })
        }
        "MedicationRequest" => read!(m::MedicationRequest<'_>, m::request),
        "MedicationAdministration" => {
            read!(m::MedicationEvent<'_>, |cx: &mut _, r: &_| {
                m::event(
                    cx,
                    r,
                    "MedicationAdministration",
                    MedicationKind::Administration,
                )
            })
        }
        "MedicationStatement" => {
            read!(m::MedicationEvent<'_>, |cx: &mut _, r: &_| {
                m::event(cx, r, "MedicationStatement", MedicationKind::Order)
            })
        }
        _ => Ok(()),
    }
}

/// The repaired resource with a warning, or `None` with a reject.
fn repaired(
    cx: &mut Context<'_, '_>,
    bytes: &[u8],
    error: &serde_json::Error,
    takes: &dyn Fn(&[u8]) -> bool,
    accepts: &dyn Fn(&serde_json::Value) -> bool,
) -> Option<Vec<u8>> {
    let repaired = repair::repair(bytes, cx.limits.repair_bytes, takes, accepts);
    let Some(repaired) = repaired else {
        let place = (error.line().saturating_sub(1), error.column());
        let what = if error.is_data() {
            "a value of an unexpected type"
        } else {
            "not valid JSON"
        };
        let reason = format!(
            "{what} at line {} byte {} of the record",
            place.0 + 1,
            place.1
        );
        cx.reject(&reason);
        return None;
    };
    if !repaired.lost.is_empty() {
        let fields = repaired.lost.join(", ");
        cx.warn(&format!(
            "{fields}: left out for a value of an unexpected type"
        ));
    }
    Some(repaired.json)
}
