//! The labelled collection of drafts, and what it cannot say: places, speed, conversion.

use super::*;
use crate::domain::query::{Indicator, IndicatorKind};
use crate::domain::time::Moment;
use std::collections::BTreeSet;

/// One labelled draft of the collection.
#[derive(Deserialize)]
struct Labelled {
    name: String,
    /// Rules that must speak, and no others.
    expect: Vec<String>,
    draft: LintInput,
}

fn linter() -> Linter {
    Linter::embedded().expect("the default files")
}

fn collection() -> Vec<Labelled> {
    let text = include_str!("../testdata/drafts.jsonl");
    let parse = |line: &str| serde_json::from_str(line).expect("a labelled draft");
    text.lines().map(parse).collect()
}

#[test]
fn every_labelled_draft_is_judged_by_its_rules_and_no_others() {
    let linter = linter();
    let mut wrong = Vec::new();
    for labelled in collection() {
        let output = linter.lint(&labelled.draft);
        let mut rules: Vec<String> = output.findings.iter().map(|f| f.rule.clone()).collect();
        rules.sort_by_key(|r| r[1..].parse::<u8>().expect("a rule number"));
        rules.dedup();
        if rules != labelled.expect {
            wrong.push(format!(
                "«{}»: {rules:?} for {:?}: {:#?}",
                labelled.name, labelled.expect, output.findings
            ));
        }
        assert_eq!(output.id, labelled.draft.id);
        // No compliant draft is stopped; every other one is, unless it is for information only.
        let stopped = labelled.expect.iter().any(|r| r != "L15");
        if (output.verdict != Verdict::Pass) != stopped {
            wrong.push(format!("«{}»: {:?}", labelled.name, output.verdict));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_collection_has_both_sides_of_every_rule() {
    let collection = collection();
    let compliant = collection.iter().filter(|l| l.expect.is_empty()).count();
    assert!(compliant >= 80 && collection.len() >= 240);
    let mut seen = BTreeSet::new();
    for labelled in &collection {
        assert!(seen.insert(labelled.name.as_str()), "{}", labelled.name);
    }
    for rule in linter().rules() {
        let spoken = |l: &&Labelled| l.expect.contains(&rule.id);
        let positives = collection.iter().filter(spoken).count();
        assert!(positives >= 3, "{} has {positives} drafts", rule.id);
        let near = [format!("near miss {}:", rule.id), format!("{}: ", rule.id)];
        let misses = collection.iter().filter(|l| {
            let named = near.iter().any(|n| l.name.starts_with(n));
            l.expect.is_empty() && (named || (rule.id == "L1" && l.name.starts_with("near miss:")))
        });
        let misses = misses.count();
        assert!(misses >= 1, "{} has no near miss", rule.id);
    }
}

/// The text a finding of `rule` points to.
fn pointed(draft: &str, rule: &str) -> Vec<String> {
    let input: LintInput = serde_json::from_str(draft).expect("a draft");
    let options = input.options.join("\n");
    let output = linter().lint(&input);
    let of_rule = output.findings.iter().filter(|f| f.rule == rule);
    of_rule
        .map(|f| {
            let field = match f.field.as_str() {
                "title" => &input.title,
                "body" => &input.body,
                "options" => &options,
                other => panic!("{other}"),
            };
            format!("{}: {}", f.field, &field[f.start..f.end])
        })
        .collect()
}

#[test]
fn offsets_are_bytes_into_the_field() {
    let check = |draft: &str, rule: &str, expected: &[&str]| {
        assert_eq!(pointed(draft, rule), expected);
    };
    check(
        r#"{"title":"ÄÖ — DRG","body":"… “reimbursement” …","options":["é","the MCC"]}"#,
        "L1",
        &["title: DRG", "body: reimbursement", "options: MCC"],
    );
    check(r#"{"title":"Ünklar: sepsis?"}"#, "L2", &["title: sepsis"]);
    check(
        r#"{"body":"SpO₂ 84 %. Please document acute respiratory failure today."}"#,
        "L3",
        &["body: Please document acute respiratory failure"],
    );
    check(
        r#"{"options":["é","", "x"],"body":"x"}"#,
        "L14",
        &["options: "],
    );
    check(
        r#"{"body":"Why? Why not? And when?"}"#,
        "L12",
        &["body: Why not?", "body: And when?"],
    );
}

#[test]
fn a_draft_of_any_shape_is_judged_without_a_panic() {
    let linter = linter();
    for text in [
        "\u{0}",
        "İſK",
        "a\u{301}\u{301}",
        "\u{202e}DRG",
        "?",
        "??",
        ".",
        "\n\n",
        "’",
        "𝕏 ",
    ] {
        let all = format!("{text}{text} sepsis {text} for reference {text}? {text}");
        for format in [
            QueryFormat::MultipleChoice,
            QueryFormat::Open,
            QueryFormat::YesNo,
        ] {
            let indicator = LintIndicator {
                text: all.clone(),
                ..LintIndicator::default()
            };
            let input = LintInput {
                title: all.clone(),
                body: all.clone(),
                format: Format(format),
                options: vec![all.clone(), text.to_owned()],
                indicators: vec![indicator],
                documented_diagnoses: vec![text.to_owned()],
                answered: vec![text.to_owned()],
                ..LintInput::default()
            };
            let field_length = |field: &str| match field {
                "options" => all.len() + 1 + text.len(),
                _ => all.len(),
            };
            for f in linter.lint(&input).findings {
                assert!(f.start <= f.end && f.end <= field_length(&f.field), "{f:?}");
            }
        }
    }
}

#[test]
fn missing_fields_and_unknown_ones_are_no_error() {
    let input: LintInput = serde_json::from_str(r#"{"id":"q-7","later":1}"#).expect("a draft");
    let output = linter().lint(&input);
    assert_eq!(output.verdict, Verdict::Block);
    let json = serde_json::to_value(&output).expect("JSON");
    assert_eq!(json["id"], "q-7");
    assert_eq!(json["verdict"], "block");
    assert_eq!(json["findings"][0]["rule"], "L14");
}

#[test]
fn information_alone_does_not_change_the_verdict() {
    let labelled = collection();
    let machine = labelled
        .iter()
        .find(|l| l.draft.machine_drafted)
        .expect("such a draft");
    let output = linter().lint(&machine.draft);
    assert_eq!(output.findings.len(), 1);
    assert_eq!(output.verdict, Verdict::Pass);
}

#[test]
fn a_query_of_the_composer_becomes_a_draft() {
    let indicator = |kind, text: &str, prior| Indicator {
        kind,
        text: text.into(),
        date: Some(Moment::day_only(jiff::civil::date(2026, 3, 21))),
        source: "Laboratory".into(),
        prior,
        ..Indicator::default()
    };
    let text = QueryText {
        topic: String::new(),
        title: "Abnormal sodium".into(),
        format: QueryFormat::MultipleChoice,
        indicators: vec![
            indicator(IndicatorKind::Laboratory, "Sodium 124 mmol/L", false),
            indicator(
                IndicatorKind::Medication,
                "Fluid restriction 1.2 L/day",
                false,
            ),
        ],
        body: "Please clarify the condition these findings represent.".into(),
        options: [
            "Hyponatremia",
            "SIADH",
            "Other: ____",
            "Unable to determine",
        ]
        .map(Into::into)
        .to_vec(),
        ..QueryText::default()
    };
    let verdict = |text: &QueryText| linter().lint(&LintInput::from_query(1, text, Vec::new()));
    assert_eq!(verdict(&text).findings, []);
    let mut undated = text.clone();
    undated.indicators[0].date = Some(Moment::date(
        jiff::civil::date(2026, 1, 1),
        crate::domain::time::Precision::Year,
    ));
    assert_eq!(verdict(&undated).findings[0].rule, "L4");
    let mut prior = text;
    prior.indicators.iter_mut().for_each(|i| i.prior = true);
    assert_eq!(verdict(&prior).findings[0].rule, "L10");
}

#[test]
fn wrong_files_are_reported() {
    let rules = include_str!("../defaults/lint.toml");
    let diagnoses = include_str!("../defaults/diagnoses.toml");
    let check = |rules: &str, diagnoses: &str, part: &str| {
        let error = Linter::new(rules, diagnoses)
            .expect_err("it is wrong")
            .to_string();
        assert!(error.contains(part), "{error}");
    };
    check(
        &rules.replace("'reimburse\\w*'", "'reimburse('"),
        diagnoses,
        "reimburse(",
    );
    check(
        &rules.replace("what = \"few_kinds\"", "what = \"kinds\""),
        diagnoses,
        "kinds",
    );
    check(
        rules,
        &diagnoses.replace("covers = [\"aki\"]", "covers = [\"a\"]"),
        "atn",
    );
}
