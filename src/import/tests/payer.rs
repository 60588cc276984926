//! Who pays for a stay: coverages, accounts and bills of FHIR, and that IN1 comes to the same.

use super::*;

/// A visit of `p` from 1 to 5 March 2024, with more fields.
fn visit(more: &str) -> String {
    format!(
        r#"{{"resourceType":"Encounter","id":"e","class":{{"code":"IMP"}},"status":"finished",
          "subject":{{"reference":"Patient/p"}},"period":{{"start":"2024-03-01","end":"2024-03-05"}}{more}}}"#
    )
}

/// A coverage of `p` with more fields.
fn cover(id: &str, payor: &str, more: &str) -> String {
    format!(
        r#"{{"resourceType":"Coverage","id":"{id}","status":"active","beneficiary":{{"reference":"Patient/p"}},
          "payor":[{{"display":"{payor}"}}]{more}}}"#
    )
}

fn bundle(resources: &[String]) -> String {
    let entries = resources.iter().map(|r| format!(r#"{{"resource":{r}}}"#));
    let entries: Vec<String> = entries.collect();
    let entries = entries.join(",");
    format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{entries}]}}"#)
}

/// One resource a line, in this order.
fn lines(resources: &[String]) -> String {
    let flat = resources.iter().map(|r| r.replace('\n', " "));
    flat.map(|r| r + "\n").collect()
}

/// Every payer that is told of the visit `e`, in order, with how it is told.
fn told(text: &str) -> Vec<(Extent, String)> {
    let arrivals = clean(text);
    let payers = arrivals.iter().filter_map(|a| match &a.record {
        Record::Encounter(e) if short(&a.key) == "encounter:e" => {
            Some((a.extent, e.facts.payer.raw().to_owned()))
        }
        _ => None,
    });
    payers.collect()
}

/// The payer of the visit in a bundle, told once.
fn payer(resources: &[String]) -> String {
    let mut told = told(&bundle(resources));
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0).1
}

#[test]
fn a_coverage_pays_for_the_stays_of_its_period() {
    let check = |covers: &[(&str, &str)], expected: &str| {
        let mut all = vec![visit("")];
        let each = covers.iter().enumerate();
        all.extend(each.map(|(n, (payor, more))| cover(&format!("c{n}"), payor, more)));
        assert_eq!(payer(&all), expected, "{covers:?}");
        all.reverse();
        assert_eq!(payer(&all), expected, "{covers:?}, turned round");
    };
    let period = |from: &str, to: &str| match to {
        "" => format!(r#","period":{{"start":"{from}"}}"#),
        to => format!(r#","period":{{"start":"{from}","end":"{to}"}}"#),
    };
    check(&[("Acme Health", "")], "Acme Health");
    check(
        &[("Acme Health", &period("2020-01-01", "2024-03-01"))],
        "Acme Health",
    );
    check(&[("Acme Health", &period("2020-01-01", "2024-02-29"))], "");
    check(&[("Acme Health", &period("2024-03-06", ""))], "");
    // Who covers the day of admission comes before who covers the rest of the stay.
    let (before, within) = (period("2020-01", "2024-03-02"), period("2024-03-03", ""));
    check(&[("Late", &within), ("Early", &before)], "Early");
    check(&[("Late", &within)], "Late");
    // Primary before secondary, whatever the order in which they come.
    check(
        &[
            ("Second", r#","order":2"#),
            ("First", r#","order":1"#),
            ("Unordered", ""),
        ],
        "First",
    );
    // The newer one of two.
    let (older, newer) = (period("2019-01-01", ""), period("2023-01-01", ""));
    check(&[("Older", &older), ("Newer", &newer)], "Newer");
}

#[test]
fn what_is_void_or_blank_pays_nothing() {
    let void = |status: &str| cover("c", "Acme", "").replace("active", status);
    assert_eq!(payer(&[visit(""), void("entered-in-error")]), "");
    assert_eq!(payer(&[visit(""), void("draft")]), "");
    assert_eq!(payer(&[visit(""), void("cancelled")]), "");
    let ended = cover("c", "Acme", r#","period":{"end":"2024-03-02"}"#);
    assert_eq!(
        payer(&[visit(""), ended.replace("active", "cancelled")]),
        "Acme"
    );
    let null = r#"{"resourceType":"Coverage","id":"n","status":"active","payor":null,"type":null,
        "beneficiary":{"reference":"Patient/p"}}"#;
    assert_eq!(payer(&[visit(""), null.to_owned()]), "");
    let other = cover("c", "Acme", "").replace("Patient/p", "Patient/q");
    assert_eq!(payer(&[visit(""), other]), "");
}

#[test]
fn the_payor_has_its_own_name_or_that_of_the_plan_or_kind() {
    let by = |fields: &str| {
        let coverage = format!(
            r#"{{"resourceType":"Coverage","id":"c","status":"active","beneficiary":{{"reference":"Patient/p"}},{fields}}}"#
        );
        let organization = r#"{"resourceType":"Organization","id":"o","name":"Acme Health Plan",
            "identifier":[{"system":"http://naic","value":"77"}],"type":[{"coding":[{"code":"ins"}]}]}"#;
        payer(&[coverage, visit(""), organization.to_owned()])
    };
    let organization = r#""payor":[{"reference":"Organization/o","display":"PCP87052"}]"#;
    assert_eq!(by(organization), "Acme Health Plan");
    let number = r#""payor":[{"identifier":{"system":"http://naic","value":"77"}}]"#;
    assert_eq!(by(number), "Acme Health Plan");
    let contained = r##""contained":[{"resourceType":"Organization","id":"x","name":"Inner"}],"payor":[{"reference":"#x"}]"##;
    assert_eq!(by(contained), "Inner");
    let plan = r#""class":[{"type":{"coding":[{"code":"group"}]},"value":"g"},{"type":{"coding":[{"code":"plan"}]},"value":"gold","name":"Gold Plan"}]"#;
    assert_eq!(by(plan), "Gold Plan");
    assert_eq!(
        by(r#""type":{"coding":[{"code":"PPO","display":"preferred provider"}]}"#),
        "preferred provider"
    );
    // Nobody but the patient.
    for own in [
        r#""payor":[{"reference":"Patient/p","display":"Jane Doe"}]"#,
        r#""payor":[{"reference":"RelatedPerson/r"}]"#,
        r#""type":{"coding":[{"code":"pay"}]},"payor":[{"display":"Jane Doe"}]"#,
        r#""payor":[{"display":"NO_INSURANCE"}]"#,
    ] {
        assert_eq!(by(own), "Self-pay", "{own}");
    }
}

#[test]
fn the_account_of_the_stay_comes_before_its_bill_and_the_patient_last() {
    let account = r#"{"resourceType":"Account","id":"a","subject":[{"reference":"Patient/p"}],"coverage":[
        {"coverage":{"reference":"Coverage/second"},"priority":2},
        {"coverage":{"reference":"Coverage/first"},"priority":1}]}"#;
    let covers = [
        cover("first", "First of the account", r#","order":9"#),
        cover("second", "Second of the account", r#","order":8"#),
        cover("other", "Of the patient", r#","order":1"#),
    ];
    let charged = visit(r#","account":[{"reference":"Account/a"}]"#);
    let mut all = vec![bill("Claim", "Of the bill"), charged, account.to_owned()];
    all.extend(covers.clone());
    assert_eq!(payer(&all), "First of the account");
    // An account whose first coverage had ended: the second.
    all[3] = cover("first", "Ended", r#","period":{"end":"2024-02-01"}"#);
    assert_eq!(payer(&all), "Second of the account");
    all[1] = visit("");
    assert_eq!(payer(&all), "Of the bill");
    all.remove(0);
    assert_eq!(payer(&all), "Of the patient");
}

/// A bill of the hospital for the visit.
fn bill(kind: &str, insurance: &str) -> String {
    format!(
        r#"{{"resourceType":"{kind}","id":"b","status":"active","use":"claim","type":{{"coding":[{{"code":"institutional"}}]}},
          "patient":{{"reference":"Patient/p"}},"item":[{{"encounter":[{{"reference":"Encounter/e"}}]}}],
          "insurance":[{{"sequence":2,"focal":true,"coverage":{{"display":"Secondary"}}}},
                       {{"sequence":1,"focal":false,"coverage":{{"display":"{insurance}"}}}}]}}"#
    )
}

#[test]
fn a_bill_tells_of_its_stay_in_a_bundle_and_behind_it() {
    for kind in ["Claim", "ExplanationOfBenefit"] {
        let all = [visit(""), bill(kind, "medicare")];
        assert_eq!(payer(&all), "medicare");
        // In a stream the visit has gone by: the payer alone follows.
        let stream = told(&lines(&all));
        let expected = [(Extent::Whole, ""), (Extent::Part, "medicare")];
        let expected = expected.map(|(extent, payer)| (extent, payer.to_owned()));
        assert_eq!(stream, expected);
    }
    for other in [
        ("active", "cancelled"),
        ("\"claim\"", "\"preauthorization\""),
        ("institutional", "pharmacy"),
    ] {
        let changed = bill("Claim", "medicare").replace(other.0, other.1);
        assert_eq!(payer(&[visit(""), changed]), "", "{other:?}");
    }
    let contained = r##"{"resourceType":"ExplanationOfBenefit","id":"b","status":"active","use":"claim",
        "contained":[{"resourceType":"Coverage","id":"coverage","payor":[{"display":"dual_eligible"}]}],
        "patient":{"reference":"Patient/p"},"item":[{"encounter":[{"reference":"Encounter/e"}]}],
        "insurance":[{"focal":true,"coverage":{"reference":"#coverage"}}]}"##;
    assert_eq!(
        payer(&[visit(""), contained.to_owned()]),
        "Medicare and Medicaid"
    );
}

#[test]
fn a_coverage_that_comes_behind_the_visit_is_told_once() {
    let late = lines(&[
        visit(""),
        cover("c", "Acme", ""),
        cover("d", "Acme", r#","order":2"#),
        bill("Claim", "Acme"),
    ]);
    let expected = [
        (Extent::Whole, String::new()),
        (Extent::Part, "Acme".to_owned()),
    ];
    assert_eq!(told(&late), expected);
}

#[test]
fn the_words_of_in1_come_to_the_same() {
    let message = "MSH|^~\\&|A|B|||20240301||ADT^A01|1|P|2.5\rPID|1||42^^^H^MR||Doe^Jane\rPV1|1|I|||||||||||||||||V7\rIN1|1|P|1|SELF PAY\rIN1|2|P|1|Acme\r";
    let arrivals = clean(message);
    let (_, encounter) = only!(arrivals, Encounter);
    assert_eq!(encounter.facts.payer.raw(), "Self-pay");
    let named = message.replace("SELF PAY", "MEDICARE PART A");
    let arrivals = clean(&named);
    let (_, encounter) = only!(arrivals, Encounter);
    assert_eq!(encounter.facts.payer.raw(), "MEDICARE PART A");
}
