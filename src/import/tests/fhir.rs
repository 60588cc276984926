//! FHIR: references, identifiers, signatures, texts, and what real exports do wrong.

use super::*;
use crate::domain::clinical::{
    DiagnosisKind, MedicationKind, ObservationCategory, OrderKind, Status,
};
use crate::domain::code::CodeSystem;
use crate::domain::document::{DocumentKind, DocumentStatus, SignatureState};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::people::{ProviderRole, Sex};
use base64::Engine;

fn base64(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[test]
fn a_patient_is_known_by_its_identifiers() {
    let arrivals = clean(
        r#"{"resourceType":"Patient","id":"p1","identifier":[
            {"system":"http://a","value":"first"},
            {"type":{"coding":[{"code":"SS"}]},"system":"http://hl7.org/fhir/sid/us-ssn","value":"000-00-0000"},
            {"type":{"coding":[{"code":"MR"}]},"system":"http://mrn","value":" 42 "}],
          "name":[{"use":"maiden","family":"Old"},{"use":"official","family":"Doe","given":["Jane","Q"]}],
          "gender":"female","birthDate":"1970-02","deceasedDateTime":"2020-01-02T03:04:05Z"}"#,
    );
    let (arrival, patient) = only!(arrivals, Patient);
    assert_eq!(short(&arrival.key), "patient:p1");
    let also: Vec<String> = arrival.also.iter().map(short).collect();
    assert_eq!(also, ["patient:http://a|first", "patient:http://mrn|42"]);
    assert_eq!(patient.identifiers[0].value.raw(), "42");
    assert_eq!(patient.facts.family.raw(), "Doe");
    assert_eq!(patient.facts.given.raw(), "Jane Q");
    assert_eq!(patient.facts.sex, Sex::Female);
    assert_eq!(patient.facts.birth.unwrap().iso(&TimeZone::UTC), "1970-02");
    assert_eq!(
        patient.facts.deceased.unwrap().at.rfc3339(),
        "2020-01-02T03:04:05Z"
    );
    assert_eq!(arrival.extent, Extent::Whole);
}

#[test]
fn a_patient_without_identifiers_is_known_by_its_id() {
    let arrivals = clean(r#"{"resourceType":"Patient","id":"p1","name":[{"text":"Lee, Ann"}]}"#);
    let (_, patient) = only!(arrivals, Patient);
    assert_eq!(patient.identifiers[0].value.raw(), "p1");
    assert_eq!(
        (patient.facts.family.raw(), patient.facts.given.raw()),
        ("Lee", "Ann")
    );
}

#[test]
fn an_encounter_says_who_where_and_how() {
    let arrivals = clean(
        r##"{"resourceType":"Encounter","id":"e1","status":"finished",
          "identifier":[{"type":{"coding":[{"code":"VN"}]},"system":"http://vn","value":"V7"}],
          "class":{"code":"IMP"},"subject":{"reference":"Patient/p1"},
          "participant":[
            {"type":[{"coding":[{"code":"PPRF"}]}],"individual":{"reference":"Practitioner/a"}},
            {"type":[{"coding":[{"code":"ATND"}]}],"individual":{"reference":"Practitioner?identifier=http://npi|7","display":"Dr. Ann Lee, MD"}},
            {"type":[{"coding":[{"code":"ADM"}]}],"individual":{"reference":"#c"}}],
          "contained":[{"resourceType":"Practitioner","id":"c","identifier":[{"system":"http://npi","value":"8"}],"name":[{"family":"Roe","given":["Sam"],"suffix":["PA-C"]}]}],
          "period":{"start":"2024-03-01T10:00:00-05:00","end":"2024-03-05"},
          "reasonCode":[{"text":"Chest pain"}],
          "hospitalization":{"dischargeDisposition":{"coding":[{"code":"20"}]}},
          "serviceType":{"coding":[{"system":"http://svc","code":"CAR","display":"Cardiology"}]},
          "location":[{"location":{"reference":"Location/l","display":"4 West"}}],
          "serviceProvider":{"reference":"https://host/fhir/Organization/o1/_history/3","display":"General"}}"##,
    );
    let (arrival, encounter) = only!(arrivals, Encounter);
    let facts = &encounter.facts;
    assert_eq!(facts.visit.raw(), "V7");
    assert_eq!(short(&arrival.also[0]), "encounter:http://vn|V7");
    assert_eq!(facts.class, EncounterClass::Inpatient);
    assert_eq!(facts.status, EncounterStatus::Finished);
    assert_eq!(facts.disposition, Disposition::Died);
    assert_eq!(facts.reason.raw(), "Chest pain");
    assert_eq!(facts.location.raw(), "4 West");
    assert_eq!(facts.discharged.unwrap().iso(&TimeZone::UTC), "2024-03-05");
    assert_eq!(maybe(&encounter.attending), "provider:http://npi|7");
    assert_eq!(maybe(&encounter.admitting), "provider:http://npi|8");
    assert_eq!(maybe(&encounter.facility), "facility:o1");
    assert_eq!(maybe(&encounter.service), "service:http://svc|CAR");
    let mentions: Vec<_> = arrivals
        .iter()
        .filter(|a| a.extent == Extent::Mention)
        .filter_map(|a| match &a.record {
            Record::Provider(p) => Some((short(&a.key), p.facts.family.raw(), p.facts.role)),
            _ => None,
        })
        .collect();
    assert_eq!(
        mentions,
        [
            (
                "provider:http://npi|7".to_owned(),
                "Lee",
                ProviderRole::Attending
            ),
            (
                "provider:http://npi|8".to_owned(),
                "Roe",
                ProviderRole::PhysicianAssistant
            ),
        ]
    );
}

#[test]
fn the_visit_number_of_last_resort_is_the_id() {
    let arrivals = clean(
        r#"{"resourceType":"Encounter","id":"e1","class":{"code":"EMER"},"period":{"start":"2024"},
          "identifier":[{"use":"usual","system":"http://x","value":"9"}],
          "participant":[{"individual":{"display":"Lee, Ann"}}],"subject":{"reference":"urn:uuid:p"}}"#,
    );
    let (_, encounter) = only!(arrivals, Encounter);
    assert_eq!(encounter.facts.visit.raw(), "e1");
    assert_eq!(short(&encounter.patient), "patient:p");
    assert_eq!(maybe(&encounter.attending), "provider:display|Lee, Ann");
}

#[test]
fn a_bundle_resolves_its_own_urls_in_any_order() {
    let arrivals = clean(
        r#"{"resourceType":"Bundle","type":"transaction","entry":[
          {"fullUrl":"urn:uuid:11","resource":{"resourceType":"Condition","id":"c","subject":{"reference":"urn:uuid:22"},
             "encounter":{"reference":"https://h/Encounter/e"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"1","display":"Thing"}]}}},
          {"fullUrl":"urn:uuid:22","resource":{"resourceType":"Patient","id":"real"}},
          {"fullUrl":"https://h/Encounter/e","resource":{"resourceType":"Encounter","subject":{"reference":"urn:uuid:22"}}}]}"#,
    );
    let kinds: Vec<&str> = arrivals.iter().map(|a| a.record.kind().name()).collect();
    assert_eq!(kinds, ["patient", "encounter", "diagnosis"]);
    let (arrival, condition) = only!(arrivals, Diagnosis);
    assert_eq!(short(&condition.patient), "patient:real");
    assert_eq!(maybe(&condition.encounter), "encounter:e");
    assert_eq!(arrival.provenance.line, 1);
    assert_eq!(condition.facts.kind, DiagnosisKind::Working);
}

fn document(extra: &str, text: &str) -> Arrival {
    let data = base64(text);
    let arrivals = clean(&format!(
        r#"{{"resourceType":"DocumentReference","id":"d","subject":{{"reference":"Patient/p"}},
          "type":{{"coding":[{{"system":"http://loinc.org","code":"51847-2"}},{{"system":"http://loinc.org","code":"34117-2","display":"H&P"}}]}},
          "content":[{{"attachment":{{"contentType":"application/pdf","data":"JVBERg=="}}}},
                     {{"attachment":{{"contentType":"text/html","data":"{data}"}}}}]{extra}}}"#
    ));
    let arrivals: Vec<_> = arrivals
        .into_iter()
        .filter(|a| a.extent != Extent::Mention)
        .collect();
    assert_eq!(arrivals.len(), 1);
    arrivals.into_iter().next().unwrap()
}

fn signature(extra: &str) -> (SignatureState, DocumentStatus) {
    let arrival = document(extra, "x");
    let Record::Document(document) = arrival.record else {
        panic!("no document");
    };
    (document.facts.signature, document.facts.status)
}

#[test]
fn a_document_takes_its_text_attachment_and_its_narrower_type() {
    let arrival = document("", "<p>One</p><p>Two</p>");
    let Record::Document(document) = &arrival.record else {
        panic!("no document");
    };
    assert_eq!(document.text.raw(), "One\nTwo");
    assert_eq!(document.facts.kind, DocumentKind::HistoryAndPhysical);
    assert_eq!(document.facts.what.code.raw(), "34117-2");
    assert_eq!(document.facts.content_type.raw(), "text/html");
}

#[test]
fn signatures_are_what_the_record_says_and_no_more() {
    use DocumentStatus as D;
    use SignatureState as S;
    let by = r#","authenticator":{"reference":"Practitioner/a"}"#;
    let check = |extra: &str, want| assert_eq!(signature(extra), want, "{extra}");
    check("", (S::Unknown, D::Current));
    check(r#","status":"superseded""#, (S::Unknown, D::Superseded));
    check(r#","docStatus":"final""#, (S::Unknown, D::Current));
    check(
        &format!(r#","docStatus":"final"{by}"#),
        (S::Authenticated, D::Current),
    );
    check(by, (S::Authenticated, D::Current));
    check(r#","docStatus":"preliminary""#, (S::Unsigned, D::Current));
    check(r#","docStatus":"amended""#, (S::Amended, D::Current));
    check(
        r#","status":"entered-in-error""#,
        (S::Retracted, D::Retracted),
    );
    check(
        r#","docStatus":"entered-in-error""#,
        (S::Retracted, D::Retracted),
    );
}

#[test]
fn a_document_names_what_it_amends_and_belongs_to() {
    let arrival = document(
        r#","relatesTo":[{"code":"appends","target":{"reference":"DocumentReference/old"}}],
          "author":[{"reference":"Organization/o"},{"reference":"PractitionerRole/r"}],
          "context":{"encounter":[{"reference":"Encounter/e"}],"related":[{"reference":"Procedure/q"}]}"#,
        "x",
    );
    let Record::Document(document) = &arrival.record else {
        panic!("no document");
    };
    assert_eq!(maybe(&document.parent), "document:old");
    assert_eq!(maybe(&document.author), "provider:PractitionerRole/r");
    assert_eq!(maybe(&document.encounter), "encounter:e");
    assert_eq!(maybe(&document.procedure), "procedure:q");
}

#[test]
fn a_binary_fills_the_document_that_names_it_whichever_comes_first() {
    let reference = r#"{"resourceType":"DocumentReference","id":"d","subject":{"reference":"Patient/p"},"content":[{"attachment":{"url":"Binary/b"}}]}"#;
    let binary = format!(
        r#"{{"resourceType":"Binary","id":"b","contentType":"text/plain","data":"{}"}}"#,
        base64("note text")
    );
    for lines in [
        format!("{reference}\n{binary}\n"),
        format!("{binary}\n{reference}\n"),
    ] {
        let arrivals = clean(&lines);
        let (_, document) = only!(arrivals, Document);
        assert_eq!(document.text.raw(), "note text");
        assert_eq!(document.facts.content_type.raw(), "text/plain");
    }
    let arrivals = clean(reference);
    let (_, document) = only!(arrivals, Document);
    assert_eq!(
        (document.text.raw(), document.facts.url.raw()),
        ("", "Binary/b")
    );
}

#[test]
fn a_composition_is_its_narrative_and_its_attester() {
    let arrivals = clean(
        r#"{"resourceType":"Composition","id":"c","status":"final","subject":{"reference":"Patient/p"},
          "type":{"coding":[{"system":"http://loinc.org","code":"18842-5"}]},"date":"2024-01-01","title":"Summary",
          "author":[{"reference":"Practitioner/a"}],
          "attester":[{"mode":"legal","time":"2024-01-02T00:00:00Z","party":{"reference":"Practitioner/b"}}],
          "section":[{"title":"Course","text":{"div":"<div>Went <b>well</b>.</div>"},"section":[{"title":"Plan","text":{"div":"<div><p>Home</p></div>"}}]}]}"#,
    );
    let (arrival, document) = only!(arrivals, Document);
    assert_eq!(short(&arrival.key), "document:Composition/c");
    assert_eq!(document.text.raw(), "Course\nWent well.\n\nPlan\nHome");
    assert_eq!(document.facts.kind, DocumentKind::DischargeSummary);
    assert_eq!(document.facts.signature, SignatureState::Authenticated);
    assert_eq!(maybe(&document.authenticator), "provider:b");
    assert!(document.facts.signed_at.is_some());
}

#[test]
fn a_report_is_a_document_only_with_text() {
    let report = |extra: &str| {
        clean(&format!(
            r#"{{"resourceType":"DiagnosticReport","id":"r","status":"preliminary","subject":{{"reference":"Patient/p"}},
              "category":[{{"coding":[{{"code":"RAD"}}]}}],"code":{{"text":"Something"}}{extra}}}"#
        ))
    };
    assert_eq!(report("").len(), 0);
    let data = base64("No fracture.");
    let arrivals = report(&format!(
        r#","presentedForm":[{{"contentType":"text/plain","data":"{data}"}}]"#
    ));
    let (arrival, document) = only!(arrivals, Document);
    assert_eq!(short(&arrival.key), "document:DiagnosticReport/r");
    assert!(document.facts.preliminary);
    assert_eq!(document.facts.kind, DocumentKind::Imaging);
    assert_eq!(document.facts.signature, SignatureState::Unknown);
}

#[test]
fn observations_have_numbers_bounds_and_parts() {
    let arrivals = clean(
        r#"{"resourceType":"Observation","id":"bp","status":"final","category":[{"coding":[{"code":"vital-signs"}]}],
          "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2024-01-01T08:00:00Z",
          "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg"}},
                       {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80.5,"unit":"mmHg"}}]}
{"resourceType":"Observation","id":"t","status":"final","code":{"text":"Troponin"},"subject":{"reference":"Patient/p"},
          "valueQuantity":{"value":0.01,"comparator":"<","unit":"ng/mL"},"interpretation":[{"coding":[{"code":"N"}]}],
          "referenceRange":[{"high":{"value":0.04}}]}"#,
    );
    let found: Vec<_> = arrivals
        .iter()
        .map(|a| match &a.record {
            Record::Observation(o) => (short(&a.key), o.facts.value, o.facts.text.raw().to_owned()),
            _ => panic!("no observation"),
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "observation:bp#8480-6".to_owned(),
                Some(120.0),
                "120".to_owned()
            ),
            (
                "observation:bp#8462-4".to_owned(),
                Some(80.5),
                "80.5".to_owned()
            ),
            ("observation:t".to_owned(), None, "<0.01".to_owned()),
        ]
    );
    let Record::Observation(vital) = &arrivals[0].record else {
        panic!("no observation");
    };
    assert_eq!(vital.facts.category, ObservationCategory::VitalSign);
    let Record::Observation(troponin) = &arrivals[2].record else {
        panic!("no observation");
    };
    assert_eq!(
        (troponin.facts.high, troponin.facts.flag.raw()),
        (Some(0.04), "N")
    );
}

#[test]
fn orders_medications_and_procedures() {
    let arrivals = clean(
        r#"{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"1","display":"Heparin"}]}}
{"resourceType":"MedicationAdministration","id":"a","status":"completed","medicationReference":{"reference":"Medication/m"},"subject":{"reference":"Patient/p"},"context":{"reference":"Encounter/e"},"effectivePeriod":{"start":"2024-01-01"},"dosage":{"dose":{"value":5,"unit":"mg"},"route":{"text":"IV"}}}
{"resourceType":"ServiceRequest","id":"s","status":"active","code":{"text":"Consult to cardiology"},"subject":{"reference":"Patient/p"},"requester":{"display":"Dr. Ann Lee"}}
{"resourceType":"Procedure","id":"q","status":"entered-in-error","code":{"coding":[{"system":"http://snomed.info/sct","code":"2"},{"system":"http://www.ama-assn.org/go/cpt","code":"3"}]},"subject":{"reference":"Patient/p"},"performer":[{"function":{"text":"Anesthesiologist"},"actor":{"reference":"Practitioner/x"}},{"actor":{"reference":"Practitioner/y"}}]}"#,
    );
    let (_, given) = only!(arrivals, Medication);
    assert_eq!(given.facts.what.text.raw(), "Heparin");
    assert_eq!(
        (given.facts.dose.raw(), given.facts.route.raw()),
        ("5 mg", "IV")
    );
    assert_eq!(given.facts.kind, MedicationKind::Administration);
    assert_eq!(maybe(&given.encounter), "encounter:e");
    let (_, order) = only!(arrivals, Order);
    assert_eq!(order.facts.kind, OrderKind::Consult);
    assert_eq!(maybe(&order.ordered_by), "provider:display|Dr. Ann Lee");
    let (_, procedure) = only!(arrivals, Procedure);
    assert_eq!(procedure.facts.status, Status::Retracted);
    assert_eq!(procedure.facts.what.system, CodeSystem::Cpt);
    assert_eq!(maybe(&procedure.performer), "provider:y");
    assert_eq!(maybe(&procedure.anesthetist), "provider:x");
    assert_eq!(procedure.facts.anesthesia, Some(true));
}

#[test]
fn a_role_belongs_to_its_practitioner() {
    let arrivals = clean(
        r#"{"resourceType":"PractitionerRole","id":"r","practitioner":{"identifier":{"system":"http://npi","value":"7"},"display":"Ann Lee"},
          "code":[{"text":"Resident"}],"specialty":[{"text":"Internal medicine"}]}"#,
    );
    let (arrival, provider) = only!(arrivals, Provider);
    assert_eq!(short(&arrival.key), "provider:PractitionerRole/r");
    assert_eq!(short(&arrival.also[0]), "provider:http://npi|7");
    assert_eq!(arrival.extent, Extent::Part);
    assert_eq!(provider.facts.role, ProviderRole::Resident);
    assert_eq!(provider.facts.specialty.raw(), "Internal medicine");
}

#[test]
fn the_visit_says_what_its_diagnoses_are_for() {
    let arrivals = clean(
        r#"{"resourceType":"Bundle","entry":[
          {"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I21.9"}]}}},
          {"resource":{"resourceType":"Encounter","id":"e","subject":{"reference":"Patient/p"},"diagnosis":[{"condition":{"reference":"Condition/c"},"use":{"coding":[{"code":"DD"}]},"rank":1}]}}]}"#,
    );
    let (_, diagnosis) = only!(arrivals, Diagnosis);
    assert_eq!(
        (diagnosis.facts.kind, diagnosis.facts.rank),
        (DiagnosisKind::Final, 1)
    );
}

#[test]
fn a_value_of_the_wrong_type_costs_the_field_not_the_record() {
    let parsed = parse(
        r#"{"resourceType":"Patient","id":"p","name":{"family":"Doe","given":"Ann"},"birthDate":19700102,"gender":["female"],"identifier":[{"value":7},{"value":{"x":1},"system":"s"}]}"#,
    );
    let (_, patient) = only!(parsed.arrivals, Patient);
    assert_eq!(
        (patient.facts.family.raw(), patient.facts.given.raw()),
        ("Doe", "Ann")
    );
    assert_eq!(patient.identifiers[0].value.raw(), "7");
    assert_eq!(
        reasons(&parsed),
        [
            "warning 1 Patient/p: identifier: left out for a value of an unexpected type",
            "warning 1 Patient/p: birthDate: not a date or time; left out"
        ]
    );
}

#[test]
fn a_broken_line_costs_itself_alone() {
    let parsed = parse(concat!(
        "{\"resourceType\":\"Patient\",\"id\":\"a\"}\r\n",
        "{\"resourceType\":\"Patient\",\"id\":\"b\n",
        "\n",
        "not json\n",
        "{\"no\":\"type\"}\n",
        "{\"resourceType\":\"Encounter\",\"id\":\"e\"}\n",
        "{\"resourceType\":\"Immunization\",\"id\":\"i\"}\n",
        "{\"resourceType\":\"Patient\",\"id\":\"c\"}",
    ));
    assert_eq!(parsed.arrivals.len(), 2);
    assert_eq!(
        reasons(&parsed),
        [
            "reject 2 : the JSON ends inside a value at byte 34",
            "reject 6 Encounter/e: subject: the visit names no patient",
            "reject 4 : not valid JSON at byte 5",
            "reject 5 : JSON that is no FHIR resource",
        ]
    );
}

#[test]
fn a_truncated_first_line_does_not_hide_the_next() {
    let parsed = parse(
        "{\"resourceType\":\"Patient\",\"id\":\"a\",\n{\"resourceType\":\"Patient\",\"id\":\"b\"}\n{\"resourceType\":\"Patient\",\"id\":\"c\"}\n",
    );
    assert_eq!(parsed.arrivals.len(), 2);
    assert_eq!(rejects(&parsed), 1);
}

#[test]
fn a_truncated_bundle_gives_its_whole_entries() {
    let parsed = parse(
        "{\n\"resourceType\": \"Bundle\",\n\"entry\": [\n{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"a\"}},\n{\"resource\":{\"resourceType\":\"Pat",
    );
    assert_eq!(parsed.arrivals.len(), 1);
    assert_eq!(
        reasons(&parsed),
        ["reject 5 : the JSON ends inside a value at byte 122; before it 1 entry taken"]
    );
}

#[test]
fn arrays_and_documents_on_end_are_read() {
    assert_eq!(
        clean(r#"[{"resourceType":"Patient","id":"a"},{"resourceType":"Patient","id":"b"}]"#).len(),
        2
    );
    let many = "{\n \"resourceType\": \"Patient\",\n \"id\": \"a\"\n}\n{\n \"resourceType\": \"Patient\", \"id\": \"b\"\n}\n";
    assert_eq!(clean(many).len(), 2);
}

#[test]
fn other_json_is_none_of_ours() {
    for text in [
        "{\"a\":1}",
        "[1,2]",
        "{\"a\":1}\n{\"a\":2}\n",
        "{broken",
        "{\n \"a\": 1\n}\n",
    ] {
        let parsed = parse(text);
        assert_eq!(parsed.issues.len(), 1, "{text}");
        assert_eq!(parsed.issues[0].severity, Severity::Skip, "{text}");
    }
    assert!(
        parse(r#"{"resourceType":"Immunization","id":"1"}"#)
            .issues
            .is_empty()
    );
    assert!(
        parse(r#"{"resourceType":"NeverHeardOf"}"#)
            .issues
            .is_empty()
    );
}

#[test]
fn bad_utf8_is_read_as_windows_1252_and_said() {
    let bytes =
        b"{\"resourceType\":\"Patient\",\"id\":\"a\",\"name\":[{\"family\":\"M\xfcller\"}]}";
    let parsed = super::super::parse(bytes, &options());
    let (_, patient) = only!(parsed.arrivals, Patient);
    assert_eq!(patient.facts.family.raw(), "Müller");
    assert_eq!(parsed.issues[0].severity, Severity::Warning);
}

#[test]
fn a_claim_and_a_dated_final_code_say_that_a_stay_was_coded() {
    use crate::domain::coding::CodedBy;
    let claim = |more: &str| {
        clean(&format!(
            r#"{{"resourceType":"Claim","id":"c1","status":"active","use":"claim","created":"2024-03-09",
              "patient":{{"reference":"Patient/p1"}},"diagnosis":[{{"sequence":1}}],
              "item":[{{"encounter":[{{"reference":"Encounter/e1"}}]}},{{"encounter":[{{"reference":"Encounter/e1"}}]}}]{more}}}"#
        ))
    };
    let (arrival, coding) = {
        let arrivals = claim(r#","type":{"coding":[{"code":"institutional"}]}"#);
        let (a, r) = only!(arrivals, Coding);
        (a.clone(), r.clone())
    };
    assert_eq!(short(&arrival.key), "coding:Claim/c1/1");
    assert_eq!(short(&coding.encounter), "encounter:e1");
    assert_eq!(
        (coding.facts.by, coding.facts.status),
        (CodedBy::Claim, Status::Completed)
    );
    assert_eq!(coding.facts.at.unwrap().iso(&TimeZone::UTC), "2024-03-09");
    for other in ["pharmacy", "professional"] {
        let none = claim(&format!(r#","type":{{"coding":[{{"code":"{other}"}}]}}"#));
        assert!(none.is_empty(), "{other}");
    }
    let condition = |more: &str| {
        clean(&format!(
            r#"{{"resourceType":"Condition","id":"d1","subject":{{"reference":"Patient/p1"}},
              "encounter":{{"reference":"Encounter/e1"}},
              "code":{{"coding":[{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"I21.9"}}]}}{more}}}"#
        ))
    };
    let arrivals = condition(r#","recordedDate":"2024-03-08T14:00:00Z""#);
    let (arrival, coding) = only!(arrivals, Coding);
    assert_eq!(short(&arrival.key), "coding:Condition/d1");
    assert_eq!(coding.facts.by, CodedBy::FinalDiagnosis);
    // Without a date it says nothing of when.
    assert_eq!(condition("").len(), 1);
}
