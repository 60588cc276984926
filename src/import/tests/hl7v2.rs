//! HL7 v2: visits, deletes, merges, signatures, results, orders.

use super::*;
use crate::domain::clinical::{
    DiagnosisKind, ObservationCategory, OrderKind, PresentOnAdmission, Status,
};
use crate::domain::code::CodeSystem;
use crate::domain::document::{DocumentKind, DocumentStatus, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::people::{ProviderRole, Sex};

const PID: &str = "PID|1||77^^^HOSP^MR~000-00-0000^^^SSA^SS||Doe^Jane^Q||19700102000000|F";

/// A message of a type with a PID and more segments.
fn message(kind: &str, segments: &[&str]) -> String {
    let header = format!("MSH|^~\\&|APP|FAC|||20240301120000||{kind}|C1|P|2.5");
    [&[header.as_str(), PID], segments].concat().join("\r")
}

/// A PV1 with some fields set.
fn pv1(fields: &[(usize, &str)]) -> String {
    let mut all = vec![""; 50];
    for (position, text) in fields {
        all[*position - 1] = text;
    }
    format!("PV1|{}", all.join("|"))
}

#[test]
fn an_admission_names_patient_and_visit() {
    let visit = pv1(&[
        (2, "I"),
        (3, "4W^12^A^GENERAL"),
        (7, "900^Lee^Ann^B^^^MD^^NPI"),
        (10, "CAR"),
        (17, "901^Roe^Sam^^^^PA-C^^NPI"),
        (19, "V7^^^HOSP^VN"),
    ]);
    let text = message(
        "ADT^A01",
        &["EVN|A01|20240301115900", &visit, "PV2|||^Chest pain"],
    );
    let arrivals = clean(&text);
    let (arrival, patient) = only!(arrivals, Patient);
    assert_eq!(short(&arrival.key), "patient:HOSP|77");
    assert_eq!(arrival.also, []);
    assert_eq!(
        patient.facts.birth.unwrap().iso(&TimeZone::UTC),
        "1970-01-02"
    );
    assert_eq!(
        (patient.facts.given.raw(), patient.facts.sex),
        ("Jane Q", Sex::Female)
    );
    assert_eq!(patient.identifiers[0].kind, "MR");
    let (arrival, encounter) = only!(arrivals, Encounter);
    assert_eq!(short(&arrival.key), "encounter:HOSP|V7");
    assert_eq!(arrival.extent, Extent::Part);
    let facts = &encounter.facts;
    assert_eq!(facts.visit.raw(), "V7");
    assert_eq!(facts.class, EncounterClass::Inpatient);
    assert_eq!(facts.status, EncounterStatus::Active);
    assert_eq!(facts.admitted.unwrap().at.rfc3339(), "2024-03-01T16:59:00Z");
    assert_eq!(
        (facts.location.raw(), facts.reason.raw()),
        ("4W 12 A", "Chest pain")
    );
    assert_eq!(
        maybe(&encounter.attending),
        "provider:http://hl7.org/fhir/sid/us-npi|900"
    );
    assert_eq!(
        maybe(&encounter.admitting),
        "provider:http://hl7.org/fhir/sid/us-npi|901"
    );
    assert_eq!(maybe(&encounter.facility), "facility:GENERAL");
    assert_eq!(maybe(&encounter.service), "service:CAR");
    let roles: Vec<_> = arrivals
        .iter()
        .filter_map(|a| match &a.record {
            Record::Provider(p) => Some((a.extent, p.facts.family.raw(), p.facts.role)),
            _ => None,
        })
        .collect();
    assert_eq!(
        roles,
        [
            (Extent::Mention, "Lee", ProviderRole::Attending),
            (Extent::Mention, "Roe", ProviderRole::PhysicianAssistant)
        ]
    );
}

#[test]
fn events_and_deletes_change_the_visit() {
    let check = |event: &str, fields: &[(usize, &str)], status, cleared: &[&str]| {
        let mut all = vec![(2, "I"), (19, "V7^^^HOSP")];
        all.extend_from_slice(fields);
        let text = message(
            &format!("ADT^{event}"),
            &["EVN|x|20240305080000", &pv1(&all)],
        );
        let arrivals = clean(&text);
        let (arrival, encounter) = only!(arrivals, Encounter);
        assert_eq!(encounter.facts.status, status, "{event}");
        assert_eq!(arrival.cleared, cleared, "{event}");
        encounter.facts.clone()
    };
    use EncounterStatus as S;
    let facts = check("A03", &[(36, "20"), (45, "20240305")], S::Finished, &[]);
    assert_eq!(facts.disposition, Disposition::Died);
    assert_eq!(facts.discharged.unwrap().iso(&TimeZone::UTC), "2024-03-05");
    let facts = check("A03", &[], S::Finished, &[]);
    assert_eq!(
        facts.discharged.unwrap().at.rfc3339(),
        "2024-03-05T13:00:00Z"
    );
    let facts = check(
        "A13",
        &[(45, "20240305")],
        S::Active,
        &["discharged", "disposition"],
    );
    assert_eq!(facts.discharged, None);
    check("A11", &[], S::Cancelled, &[]);
    check("A08", &[], S::Unknown, &[]);
    check(
        "A08",
        &[(45, "\"\""), (3, "\"\"")],
        S::Unknown,
        &["discharged", "location"],
    );
    check("A05", &[], S::Planned, &[]);
}

#[test]
fn a_visit_without_a_number_is_known_by_its_admission() {
    let arrivals = clean(&message(
        "ORU^R01",
        &[&pv1(&[(2, "O"), (44, "20240301")]), "OBR|1|P1|F1|x^Test"],
    ));
    let (arrival, encounter) = only!(arrivals, Encounter);
    assert_eq!(short(&arrival.key), "encounter:HOSP|77@20240301");
    assert_eq!(encounter.facts.visit.raw(), "77@20240301");
    let parsed = parse(&message("ADT^A01", &[&pv1(&[(2, "I")])]));
    assert_eq!(parsed.arrivals.len(), 1);
    assert!(
        reasons(&parsed)[0].starts_with("reject 3 PV1-19: "),
        "{:?}",
        reasons(&parsed)
    );
}

#[test]
fn merges_name_both_patients() {
    for event in ["A34", "A40"] {
        let arrivals = clean(&message(&format!("ADT^{event}"), &["MRG|66^^^HOSP^MR"]));
        let (arrival, merge) = only!(arrivals, Merge);
        assert_eq!(short(&merge.survivor), "patient:HOSP|77");
        assert_eq!(short(&merge.retired), "patient:HOSP|66");
        assert_eq!(arrival.key, merge.retired);
    }
    let parsed = parse(&message("ADT^A40", &["MRG|"]));
    assert_eq!(
        reasons(&parsed),
        ["reject 3 MRG-1: names no patient other than the one that remains"]
    );
}

#[test]
fn diagnoses_and_procedures_come_with_the_visit() {
    let visit = pv1(&[(2, "I"), (19, "V7")]);
    let arrivals = clean(&message(
        "ADT^A08",
        &[
            &visit,
            "DG1|1||I21.9^Infarction^I10|||F|||||||||1|||||||||||N",
            "PR1|1||3^Bypass^C4||20240302101500|P|60|800^Gas^Bea|||801^Cut^Cy",
        ],
    ));
    let (arrival, diagnosis) = only!(arrivals, Diagnosis);
    assert_eq!(short(&arrival.key), "diagnosis:V7/final/I21.9");
    assert_eq!(diagnosis.facts.what.system, CodeSystem::Icd10Cm);
    assert_eq!(
        (diagnosis.facts.kind, diagnosis.facts.rank),
        (DiagnosisKind::Final, 1)
    );
    assert_eq!(diagnosis.facts.poa, Some(PresentOnAdmission::No));
    let (_, procedure) = only!(arrivals, Procedure);
    assert_eq!(procedure.facts.what.system, CodeSystem::Cpt);
    let facts = &procedure.facts;
    assert_eq!(
        facts.end.unwrap().at.seconds_since(facts.start.unwrap().at),
        3_600
    );
    assert_eq!(maybe(&procedure.performer), "provider:801");
    assert_eq!(maybe(&procedure.anesthetist), "provider:800");
}

/// A TXA with some fields set.
fn txa(fields: &[(usize, &str)]) -> String {
    let mut all = vec![""; 23];
    for (position, text) in fields {
        all[*position - 1] = text;
    }
    format!("TXA|{}", all.join("|"))
}

#[test]
fn a_document_comes_with_its_text_and_people() {
    let arrivals = clean(&message(
        "MDM^T02",
        &[
            &pv1(&[(2, "I"), (19, "V7")]),
            &txa(&[
                (2, "DS"),
                (3, "TX"),
                (4, "202403051030"),
                (9, "900^Lee^Ann"),
                (10, "901^Roe^Sam"),
                (12, "D1^APP"),
                (13, "D0^APP"),
                (17, "AU"),
                (22, "900^Lee^Ann^^^^^^^^^^^^20240305110000"),
            ]),
            "OBX|1|TX|x^Course||First line~second\\.br\\third \\T\\ last",
            "OBX|2|FT|y^Plan||Home",
        ],
    ));
    let (arrival, document) = only!(arrivals, Document);
    assert_eq!(short(&arrival.key), "document:APP|D1");
    assert_eq!(
        document.text.raw(),
        "Course:\nFirst line\nsecond\nthird & last\nPlan:\nHome"
    );
    let facts = &document.facts;
    assert_eq!(facts.kind, DocumentKind::DischargeSummary);
    assert_eq!(facts.what.system, CodeSystem::Hl70270);
    assert_eq!(facts.signature, SignatureState::Signed);
    assert_eq!(
        facts.signed_at.unwrap().at.rfc3339(),
        "2024-03-05T16:00:00Z"
    );
    assert_eq!(maybe(&document.author), "provider:900");
    assert_eq!(maybe(&document.assigned), "provider:901");
    assert_eq!(maybe(&document.authenticator), "provider:900");
    assert_eq!(maybe(&document.parent), "document:APP|D0");
    assert_eq!(maybe(&document.encounter), "encounter:V7");
}

#[test]
fn signatures_follow_table_0271_and_the_signers() {
    use SignatureState as S;
    let check = |event: &str, fields: &[(usize, &str)], want| {
        let mut all = vec![(2, "HP"), (12, "D1")];
        all.extend_from_slice(fields);
        let arrivals = clean(&message(&format!("MDM^{event}"), &[&txa(&all)]));
        let (_, document) = only!(arrivals, Document);
        assert_eq!(document.facts.signature, want, "{event} {fields:?}");
        let retracted = document.facts.status == DocumentStatus::Retracted;
        assert_eq!(retracted, want == S::Retracted);
    };
    check("T01", &[(17, "DI")], S::Dictated);
    check("T02", &[(17, "DO")], S::Draft);
    check("T02", &[(17, "IN")], S::Incomplete);
    check("T02", &[(17, "PA")], S::Unsigned);
    check("T02", &[(17, "LA")], S::Authenticated);
    check("T02", &[(17, "AU")], S::Authenticated);
    check(
        "T02",
        &[(17, "AU"), (10, "1^A"), (22, "1^A")],
        S::Authenticated,
    );
    check("T02", &[(17, "AU"), (10, "1^A"), (22, "2^B")], S::Signed);
    check("T02", &[(17, "AU"), (10, "1^A")], S::Signed);
    check("T02", &[], S::Unknown);
    check("T02", &[(22, "2^B")], S::Authenticated);
    check("T08", &[(17, "AU")], S::Amended);
    check("T06", &[(17, "PA")], S::Unsigned);
    check("T11", &[(17, "AU")], S::Retracted);
    check("T02", &[(17, "AU"), (19, "CA")], S::Retracted);
}

#[test]
fn encapsulated_text_is_decoded() {
    let arrivals = clean(&message(
        "MDM^T02",
        &[
            &txa(&[(2, "CN"), (12, "D1")]),
            "OBX|1|ED|||^TEXT^HTML^Base64^PHA+SGVsbG88L3A+",
        ],
    ));
    let (_, document) = only!(arrivals, Document);
    assert_eq!(document.text.raw(), "Hello");
    assert_eq!(document.facts.content_type.raw(), "text/html");
    let arrivals = clean(&message(
        "MDM^T02",
        &[
            &txa(&[(2, "CN"), (12, "D1")]),
            "OBX|1|ED|||^application^pdf^Base64^JVBERg==",
        ],
    ));
    let (_, document) = only!(arrivals, Document);
    assert_eq!(
        (document.text.raw(), document.facts.content_type.raw()),
        ("", "application/pdf")
    );
}

#[test]
fn numbers_are_observations() {
    let arrivals = clean(&message(
        "ORU^R01",
        &[
            "ORC|RE|P1^PL|F1^FI",
            "OBR|1|P1^PL|F1^FI|24323-8^Panel^LN|||20240301080000",
            "OBX|1|NM|2160-0^Creatinine^LN||1.4|mg/dL|0.6 - 1.2|H|||F",
            "OBX|2|SN|x^Troponin^L||<^0.01|ng/mL||||P|||20240301093000",
            "OBX|3|CE|y^Colour^L||1^Yellow^L||||||F",
            "OBX|4|NM|2160-0^Creatinine^LN||1.5|mg/dL|||||F",
        ],
    ));
    let found: Vec<_> = arrivals
        .iter()
        .filter_map(|a| match &a.record {
            Record::Observation(o) => Some((short(&a.key), o.facts.value, o.facts.text.raw())),
            _ => None,
        })
        .collect();
    assert_eq!(
        found,
        [
            ("observation:FI|F1/2160-0".to_owned(), Some(1.4), "1.4"),
            ("observation:FI|F1/x".to_owned(), None, "<0.01"),
            ("observation:FI|F1/y".to_owned(), None, "Yellow"),
            ("observation:FI|F1/2160-0.4".to_owned(), Some(1.5), "1.5"),
        ]
    );
    let Record::Observation(first) = &stated(&arrivals)[1].record else {
        panic!("no observation");
    };
    let facts = &first.facts;
    assert_eq!((facts.low, facts.high), (Some(0.6), Some(1.2)));
    assert_eq!((facts.unit.raw(), facts.flag.raw()), ("mg/dL", "H"));
    assert_eq!(facts.at.unwrap().at.rfc3339(), "2024-03-01T13:00:00Z");
    assert_eq!(
        (facts.category, facts.status),
        (ObservationCategory::Laboratory, Status::Completed)
    );
}

#[test]
fn text_results_are_reports() {
    let arrivals = clean(&message(
        "ORU^R01",
        &[
            "OBR|1|P1|F1|71045^Chest X-ray^C4|||20240301080000|||||||||||||||||RAD|P|||||||902&Ray&Max",
            "OBX|1|TX|F^Findings||Clear lungs.||||||P",
            "OBX|2|TX|F^Findings||No effusion.||||||P",
            "OBX|3|TX|I^Impression||Normal.||||||P",
        ],
    ));
    let (arrival, document) = only!(arrivals, Document);
    assert_eq!(short(&arrival.key), "document:F1");
    assert_eq!(
        document.text.raw(),
        "Findings:\nClear lungs.\nNo effusion.\nImpression:\nNormal."
    );
    assert_eq!(document.facts.kind, DocumentKind::Imaging);
    assert!(document.facts.preliminary);
    assert_eq!(document.facts.signature, SignatureState::Unknown);
    assert_eq!(maybe(&document.author), "provider:902");
    assert_eq!(maybe(&document.order), "order:P1");
    // A word is a value, not a report.
    let arrivals = clean(&message(
        "ORU^R01",
        &["OBR|1|P1|F1|x^Strep", "OBX|1|TX|x^Strep||Negative||||||F"],
    ));
    let (_, value) = only!(arrivals, Observation);
    assert_eq!(value.facts.text.raw(), "Negative");
}

#[test]
fn orders_know_consults_and_spoken_ones() {
    let arrivals = clean(&message(
        "ORM^O01",
        &[
            "ORC|NW|P1^PL|||||||20240301||901^Roe^Sam|900^Lee^Ann||||||||||||||||||VO",
            "OBR|1|P1^PL||C1^Cardiology consultation^L",
        ],
    ));
    let (arrival, order) = only!(arrivals, Order);
    assert_eq!(short(&arrival.key), "order:PL|P1");
    assert_eq!(
        (order.facts.kind, order.facts.status),
        (OrderKind::Consult, Status::Active)
    );
    assert!(order.facts.verbal);
    assert_eq!(maybe(&order.ordered_by), "provider:900");
    let arrivals = clean(&message(
        "OMG^O19",
        &["ORC|CA|P2", "OBR|1|P2||T1^Test", "OBR|2|||T2^Other"],
    ));
    let keys: Vec<String> = stated(&arrivals)[1..]
        .iter()
        .map(|a| short(&a.key))
        .collect();
    assert_eq!(keys, ["order:P2", "order:P2/T2"]);
}

#[test]
fn what_is_broken_is_named_by_segment_and_field() {
    let check = |text: &str, want: &str| {
        let parsed = parse(text);
        assert_eq!(rejects(&parsed), 1, "{text}");
        let reject = reasons(&parsed)
            .into_iter()
            .find(|r| r.starts_with("reject"))
            .unwrap();
        assert!(reject.starts_with(want), "{reject}");
    };
    check("MSH|^~\\&|A|B|||x||ADT^A01|1\rEVN|A01\r", "reject 1 PID: ");
    check(
        "MSH|^~\\&|A|B|||x||ADT^A01|1\rPID|1||^^^HOSP\rPV1|1|I\r",
        "reject 2 PID-3: ",
    );
    check("MSH|^~\\&|A|B|||x||MDM^T02|1\rPID|1||7\r", "reject 1 TXA: ");
    check(
        "MSH|^~\\&|A|B|||x||MDM^T02\rPID|1||7\rTXA|1|HP\r",
        "reject 3 TXA-12: ",
    );
    check("MSH|^~\\&|A|B|||x||ORU^R01|1\rPID|1||7\r", "reject 1 OBR: ");
    check("MSH|^~\\&|A|B|||x|||1\rPID|1||7\r", "reject 1 MSH-9: ");
    check("MSH|\rPID|1||7\r", "reject 1 MSH-9: ");
}

#[test]
fn other_types_are_none_of_ours() {
    for kind in ["SIU^S12", "ACK", "ADT^A60", "ADT^A20", "VXU^V04", "MFN^M02"] {
        let parsed = parse(&message(kind, &["PV1|1|I"]));
        assert_eq!(
            (parsed.arrivals.len(), parsed.issues.len()),
            (0, 0),
            "{kind}"
        );
    }
}

#[test]
fn files_hold_many_messages_in_any_dress() {
    let one = message("ADT^A28", &[]);
    let two = one.replace("77^^^HOSP", "78^^^HOSP");
    let batch = format!("FHS|^~\\&\rBHS|^~\\&\r{one}\r{two}\rBTS|2\rFTS|1\r");
    let mllp = format!("\u{b}{one}\r\u{1c}\r\u{b}{two}\r\u{1c}\r");
    for text in [
        batch.clone(),
        mllp,
        batch.replace('\r', "\n"),
        batch.replace('\r', "\r\n"),
        format!("\u{feff}{batch}"),
    ] {
        assert_eq!(clean(&text).len(), 2, "{text:?}");
    }
}

#[test]
fn a_bad_message_costs_itself_alone() {
    let good = message("ADT^A28", &[]);
    let bad = "MSH|^~\\&|A|B|||x||ADT^A01|1\rEVN|A01";
    let parsed = parse(&format!(
        "{good}\r{bad}\r{}\r",
        good.replace("77^^^HOSP", "78^^^HOSP")
    ));
    assert_eq!((parsed.arrivals.len(), rejects(&parsed)), (2, 1));
}

#[test]
fn billed_and_attested_codes_say_that_a_stay_was_coded() {
    use crate::domain::coding::CodedBy;
    let visit = pv1(&[(2, "I"), (19, "V7^^^HOSP^VN")]);
    let evn = "EVN|P01|20240309101500";
    let final_code = "DG1|1||I21.9^Infarction^I10|||F";
    let attested = format!("{final_code}|||||||||||||20240308090000");
    let said = |kind: &str, segments: &[&str]| {
        let arrivals = clean(&message(kind, segments));
        let found = arrivals.iter().filter_map(|a| match &a.record {
            Record::Coding(r) => {
                assert_eq!(short(&r.encounter), "encounter:HOSP|V7");
                let at = r.facts.at.unwrap().at.rfc3339();
                Some((r.facts.by, at))
            }
            _ => None,
        });
        found.collect::<Vec<_>>()
    };
    let sent = "2024-03-09T15:15:00Z".to_owned();
    let signed = "2024-03-08T14:00:00Z".to_owned();
    let billed = said("BAR^P01", &[evn, &visit, final_code]);
    assert_eq!(billed, [(CodedBy::FinalDiagnosis, sent.clone())]);
    let charged = said(
        "DFT^P03",
        &[evn, &visit, final_code, "DRG|291|20240308090000"],
    );
    assert_eq!(
        charged,
        [
            (CodedBy::FinalDiagnosis, sent),
            (CodedBy::Drg, signed.clone())
        ]
    );
    // In house codes and groups are working ones, unless somebody put a name to them.
    assert_eq!(
        said("ADT^A08", &[&visit, final_code, "DRG|291|20240308090000"]),
        []
    );
    assert_eq!(
        said("ADT^A08", &[&visit, &attested, "DRG|291|20240308090000|Y"]),
        [
            (CodedBy::FinalDiagnosis, signed.clone()),
            (CodedBy::Drg, signed)
        ]
    );
    assert_eq!(
        said("BAR^P01", &[evn, &visit, "DG1|1||I21.9^Infarction^I10|||W"]),
        []
    );
    assert_eq!(said("BAR^P02", &[evn, &visit, final_code]), []);
    let codes = clean(&message("BAR^P01", &[evn, &visit, final_code]));
    let (_, diagnosis) = only!(codes, Diagnosis);
    assert_eq!(diagnosis.facts.kind, DiagnosisKind::Final);
}
