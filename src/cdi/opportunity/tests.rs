//! The files that come with the program.

use super::*;

#[test]
fn every_case_of_every_opportunity_rule_holds() {
    let engine = Engine::embedded().unwrap();
    let results = engine.check(&Language::embedded().unwrap());
    let failed: Vec<String> = results
        .iter()
        .filter_map(|r| {
            let why = r.failure.as_ref()?;
            Some(format!("{}:{} {}: {why}", r.file, r.line, r.case))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    for rule in engine.rules() {
        let of = |r: &&CheckResult| r.rule == rule.id;
        assert!(results.iter().filter(of).count() >= 2, "{}", rule.id);
    }
}

#[test]
fn every_topic_of_the_reference_has_a_rule() {
    let engine = Engine::embedded().unwrap();
    let topics: BTreeSet<String> = engine.rules().map(|r| r.topic).collect();
    assert_eq!(topics.len(), 30, "{topics:?}");
    // Titles go to a provider: they name no diagnosis that the rule asks about.
    for rule in engine.rules() {
        assert!(!rule.source.is_empty() && !rule.criterion.is_empty());
    }
}

#[test]
fn mistakes_are_told_with_file_and_line() {
    let check = |name: &str, text: &str, want: &str| {
        let mut files = Engine::embedded_files();
        files.push((name.to_owned(), text.to_owned()));
        let error = Engine::from_files(&files).unwrap_err().to_string();
        assert!(error.contains(want), "{error}");
    };
    let rule = |when: &str| {
        format!(
            "id = \"x\"\nversion = 1\ntopic = \"x\"\ntitle = \"x\"\nsource = [\"x\"]\ncriterion = \"x\"\nrank = 5\nwhen = [{when}]\n"
        )
    };
    check(
        "x.toml",
        &rule("{ value = \"nope\" }"),
        "x.toml:1: there is no measure `nope`",
    );
    check(
        "x.toml",
        &rule("{ value = \"sodium\", drug = \"insulin\" }"),
        "exactly one of",
    );
    check("x.toml", &rule("{ valeu = \"sodium\" }"), "x.toml:8:");
    check(
        "x.toml",
        "id = \"nope\"\nenabled = false",
        "no rule `nope` to switch",
    );
}

#[test]
fn a_site_switches_a_rule_off() {
    let mut files = Engine::embedded_files();
    files.push((
        "off.toml".to_owned(),
        "id = \"poa\"\nenabled = false".to_owned(),
    ));
    let engine = Engine::from_files(&files).unwrap();
    assert!(engine.rules().any(|r| r.id == "poa" && !r.runs));
}

#[test]
fn competing_definitions_are_the_hospitals_setting() {
    for (setting, chosen, runs, silent) in [
        ("sepsis", "sepsis-2", "sepsis-2", "sepsis-3"),
        ("sepsis", "sepsis-3", "sepsis-3", "sepsis-2"),
        (
            "malnutrition",
            "aspen",
            "malnutrition-aspen",
            "malnutrition-glim",
        ),
        (
            "malnutrition",
            "glim",
            "malnutrition-glim",
            "malnutrition-aspen",
        ),
    ] {
        let mut files = Engine::embedded_files();
        let text = format!("{setting} = \"{chosen}\"");
        files.push(("opportunity_settings.toml".to_owned(), text));
        let engine = Engine::from_files(&files).unwrap();
        let line = |id: &str| engine.rules().find(|r| r.id == id).unwrap();
        assert!(line(runs).runs && !line(silent).runs, "{chosen}");
        // The cases of both hold all the same: each names the setting it needs.
        let failed = engine.check(&Language::embedded().unwrap());
        let failed = failed
            .iter()
            .filter(|r| r.failure.is_some() && r.rule == runs);
        assert_eq!(failed.count(), 0, "{chosen}");
    }
    // Of both, one asks: the stricter.
    let engine = Engine::embedded().unwrap();
    for id in [
        "sepsis-2",
        "sepsis-3",
        "malnutrition-aspen",
        "malnutrition-glim",
    ] {
        assert!(engine.rules().any(|r| r.id == id && r.runs), "{id}");
    }
}
