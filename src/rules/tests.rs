//! Tests of the whole room: the defaults, files on top of them, and what charts alone can show.

use super::*;

fn embedded() -> RuleSet {
    RuleSet::embedded().expect("the defaults")
}

fn with(name: &str, text: &str) -> Result<RuleSet, RulesError> {
    let mut files = RuleSet::embedded_files();
    files.push((name.to_owned(), text.to_owned()));
    RuleSet::from_files(&files)
}

#[test]
fn every_case_of_every_default_rule_holds() {
    let results = embedded().check();
    let failed: Vec<String> = results
        .iter()
        .filter_map(|r| {
            let why = r.failure.as_ref()?;
            Some(format!(
                "{}:{} {} «{}»: {why}",
                r.file, r.line, r.rule, r.case
            ))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    for rule in embedded().rules() {
        let cases = results.iter().filter(|r| r.rule == rule.id).count();
        assert!(cases >= 2, "{} has {cases} cases", rule.id);
    }
}

#[test]
fn the_rules_that_need_no_special_feed_are_on_and_the_others_say_why() {
    let rules = embedded();
    let on: Vec<&str> = rules
        .rules()
        .filter(|r| r.enabled)
        .map(|r| r.id.as_str())
        .collect();
    assert_eq!(
        on,
        [
            "ADD", "AUT", "AUT-P", "CN-M", "COS", "DS-M", "DTH", "ED-M", "HP-M", "OP-M", "QRY",
            "SIG", "TXT"
        ]
    );
    for rule in rules.rules().filter(|r| !r.enabled) {
        assert!(!rule.note.is_empty(), "{} is off without a reason", rule.id);
    }
}

#[test]
fn a_case_that_does_not_hold_is_reported_with_its_line() {
    let (_, text) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "ed_m.toml")
        .expect("the file");
    let wrong = text.replace("2026-03-23 11:00", "2026-03-23 11:01");
    let line = 1 + wrong[..wrong.find("none after the visit").expect("the case")]
        .matches('\n')
        .count();
    let results = with("site/ed_m.toml", &wrong).expect("the rules").check();
    let failed: Vec<&CheckResult> = results.iter().filter(|r| r.failure.is_some()).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].rule, "ED-M");
    assert_eq!(
        (failed[0].file.as_str(), failed[0].line),
        ("site/ed_m.toml", line)
    );
}

#[test]
fn wrong_files_are_reported_with_line_and_reason() {
    let check = |name: &str, text: &str, line: usize, reason: &str| {
        let Err(RulesError::Files(problems)) = with(name, text) else {
            panic!("{text} was accepted");
        };
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].file, name);
        assert_eq!(problems[0].line, line, "{problems:?}");
        assert!(problems[0].what.contains(reason), "{problems:?}");
    };
    check("x.toml", "id = \"OP-M\"\nenabled = maybe\n", 2, "");
    check(
        "x.toml",
        "id = \"NO-M\"\nenabled = false\n",
        1,
        "no rule `NO-M`",
    );
    check(
        "settings.toml",
        "[DS-M]\n\nduedays = 14\n",
        3,
        "no setting `duedays`",
    );
    check(
        "settings.toml",
        "[DS-X]\ndue_days = 14\n",
        2,
        "no rule `DS-X`",
    );
    check(
        "settings.toml",
        "[DS-M]\ndue_days = true\n",
        2,
        "another type",
    );
    check(
        "settings.toml",
        "[site]\ntrainee_roles = [\"boss\"]\n",
        2,
        "no role `boss`",
    );
    check("settings.toml", "[site]\nx = 1\n", 2, "trainee_roles");
    let (_, ds) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "ds_m.toml")
        .expect("the file");
    let line_of = |part: &str| 1 + ds[..ds.find(part).expect(part)].matches('\n').count();
    let unit = ds.replace("unit = \"days\"", "unit = \"fortnights\"");
    check("ds.toml", &unit, line_of("unit = \"days\""), "fortnights");
    let limit = ds.replace("limit = \"$due_days\"", "limit = \"$due_weeks\"");
    check("ds.toml", &limit, line_of("limit = \"$due"), "$due_weeks");
    let short = ds.replace("\"$short_stay_hours\"", "\"$short\"");
    check("ds.toml", &short, line_of("only = { stay_under"), "$short");
    let classes = ds.replace("{ observation =", "{ obs =");
    check("ds.toml", &classes, line_of("classes_if"), "`obs`");
    let bound = ds.replace("days = -1 }", "days = -1, hours = 2 }");
    check(
        "ds.toml",
        &bound,
        line_of("days = -1 }"),
        "either days or hours",
    );
    let (_, sig) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "sig.toml")
        .expect("the file");
    let unknown = sig.replace("states = [\"draft\",", "states = [\"unknown\",");
    check("sig.toml", &unknown, 1, "never a missing one");
    let typo = ds.replace("[trigger.missing]", "[trigger.mising]");
    check("ds.toml", &typo, line_of("[trigger.missing]"), "mising");
}

#[test]
fn every_problem_of_every_file_is_reported_at_once() {
    let mut files = RuleSet::embedded_files();
    files.push(("a.toml".to_owned(), "id = 1\n".to_owned()));
    files.push((
        "b.toml".to_owned(),
        "id = \"NO-M\"\nenabled = true\n".to_owned(),
    ));
    let error = RuleSet::from_files(&files).expect_err("both are wrong");
    let text = error.to_string();
    assert!(
        text.contains("a.toml:1:") && text.contains("b.toml:1:"),
        "{text}"
    );
}

#[test]
fn the_sites_own_files_win() {
    let off = with("off.toml", "id = \"OP-M\"\nenabled = false\n").expect("the rules");
    assert!(!off.rule("OP-M").expect("the rule").enabled);
    let on = with("on.toml", "id = \"HP-U\"\nenabled = true\n").expect("the rules");
    assert!(on.rule("HP-U").expect("the rule").enabled);
    let (_, ds) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "ds_m.toml")
        .expect("the file");
    let own = with("own.toml", &ds.replace("version = 1", "version = 2")).expect("the rules");
    let rule = own.rule("DS-M").expect("the rule");
    assert_eq!((rule.version, rule.file.as_str()), (2, "own.toml"));
    assert_eq!(own.rules().count(), embedded().rules().count());
}

/// A case text, run against the embedded rules with `settings` on top: kinds found, in order.
fn find(settings: &str, case: &str) -> Vec<Finding> {
    let rules = with("settings.toml", settings).expect("the rules");
    let case: case::Case = toml::from_str(case).expect("the case");
    let found = std::cell::RefCell::new(Vec::new());
    let result = case::run(&case, |chart, _, now, zone| {
        let evaluation = rules.evaluate(chart, now, zone);
        assert_eq!(evaluation, rules.evaluate(chart, now, zone));
        // Every rule that is on but the addendum request, which a person makes.
        let on = rules.rules().filter(|r| r.enabled).count();
        assert!((on - 2..on).contains(&evaluation.rules_run.len()));
        found.replace(evaluation.findings);
        Vec::new()
    });
    assert_eq!(result, Ok(()));
    found.into_inner()
}

fn check(settings: &str, case: &str, expected: &[&str]) {
    let found = find(settings, case);
    let kinds: Vec<&str> = found.iter().map(|f| f.kind.as_str()).collect();
    assert_eq!(kinds, expected, "{found:#?}");
}

const EMPTY_STAY: &str = r#"
name = "x"
now = "2026-03-24 12:00"
visit = { class = "IP", admitted = "2026-03-10 10:00", discharged = "2026-03-22 10:00", disposition = "died", attending = "adams" }
expect = []
"#;

#[test]
fn a_stay_without_anything_owes_each_missing_document_once() {
    check("", EMPTY_STAY, &["DS-M", "DTH", "HP-M"]);
}

#[test]
fn settings_of_the_site_reach_the_rules() {
    let due = |settings| find(settings, EMPTY_STAY)[0].clock.words.clone();
    assert!(due("").starts_with("30 days from discharge"));
    assert!(due("[DS-M]\ndue_days = 14\n").starts_with("14 days from discharge"));
    let resident = r#"
name = "x"
now = "2026-03-20 12:00"
visit = { class = "IP", admitted = "2026-03-20 10:00", attending = "adams", admitting = "lee" }
people = { lee = "resident" }
expect = []
"#;
    let owner = |settings: &str| find(settings, resident)[0].owner_why.clone();
    assert!(owner("").contains("the admitting provider is a trainee"));
    assert!(!owner("[site]\ntrainee_roles = []\n").contains("trainee"));
}

#[test]
fn visits_that_do_not_count_owe_nothing_but_close_what_was_open() {
    for status in ["planned", "cancelled", "retracted"] {
        let visit = format!("disposition = \"died\", status = \"{status}\"");
        check(
            "",
            &EMPTY_STAY.replace("disposition = \"died\"", &visit),
            &[],
        );
    }
}

#[test]
fn one_unsigned_document_answers_and_owes_its_signature_only() {
    let with_documents = |states: &str| {
        EMPTY_STAY
            .replace("disposition = \"died\"", "disposition = \"home\"")
            .replace("expect", &format!(
                "documents = [\n{{ kind = \"h_and_p\", at = \"2026-03-10 12:00\", state = \"{states}\" }},\n{{ kind = \"discharge_summary\", at = \"2026-03-22 12:00\", state = \"{states}\" }}]\nexpect"
            ))
    };
    check("", &with_documents("authenticated"), &[]);
    check("", &with_documents("unknown"), &[]);
    check("", &with_documents("unsigned"), &["SIG", "SIG"]);
    check("", &with_documents("incomplete"), &["TXT", "TXT"]);
    check("", &with_documents("retracted"), &["DS-M", "HP-M"]);
}

#[test]
fn words_explain_without_a_name_or_a_title() {
    let found = find("", EMPTY_STAY);
    let ds = &found[0];
    assert_eq!(
        ds.why,
        "looked for Discharge summary of this visit, or Death note of this visit; found none"
    );
    assert_eq!(ds.owner_why, "attending of record at discharge");
    assert_eq!(ds.clock.words, "30 days from discharge 2026-03-22 10:00");
    let hp = &found[2];
    assert_eq!(
        hp.why,
        "looked for History and physical of this visit dated 2026-02-08 00:00 or later, or \
         History and physical naming no visit dated 2026-02-08 00:00 to 2026-03-11 10:00; \
         found none"
    );
}

#[test]
fn a_site_may_ask_for_cosignature_of_what_its_feed_calls_authenticated() {
    let (_, cos) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "cos.toml")
        .expect("the file");
    let wider = cos.replace(
        "states = [\"signed\"]",
        "states = [\"signed\", \"authenticated\"]",
    );
    let rules = with("cos.toml", &wider).expect("the rules");
    let count = |document: &str| {
        let text = format!(
            "name = \"x\"\nnow = \"2026-03-24 12:00\"\npeople = {{ lee = \"resident\" }}\n\
             visit = {{ class = \"OP\", admitted = \"2026-03-20 09:00\", attending = \"adams\" }}\n\
             documents = [{{ kind = \"progress\", at = \"2026-03-21\", by = \"lee\", {document} }}]\n\
             expect = []\n"
        );
        let case: case::Case = toml::from_str(&text).expect("the case");
        let found = std::cell::Cell::new(0);
        let result = case::run(&case, |chart, _, now, zone| {
            found.set(rules.evaluate(chart, now, zone).findings.len());
            Vec::new()
        });
        assert_eq!(result, Ok(()));
        found.get()
    };
    assert_eq!(count("signed_by = \"lee\""), 1);
    assert_eq!(count("signed_by = \"adams\""), 0);
    assert_eq!(count("signed_by = \"lee\", cosigned_by = \"adams\""), 0);
    assert_eq!(count("state = \"authenticated\""), 0);
}

#[test]
fn a_site_switches_a_rule_and_a_facility_has_its_own_clock() {
    let settings = "[DS-M]\ndue_days = 21\n[\"DS-M @ North\"]\ndue_days = 14\n\
                    [\"HP-M @ North\"]\nenabled = false\n[DTH]\nenabled = false\n";
    let due = |visit: &str| -> Vec<String> {
        find(
            settings,
            &EMPTY_STAY.replace("attending =", &format!("{visit} attending =")),
        )
        .iter()
        .map(|f| format!("{} {}", f.kind, f.clock.words))
        .collect()
    };
    let south = due("facility = \"South\",");
    assert_eq!(south.len(), 2, "{south:?}");
    assert!(south[0].starts_with("DS-M 21 days"), "{south:?}");
    assert!(south[1].starts_with("HP-M"), "{south:?}");
    let north = due("facility = \"North\",");
    assert_eq!(north.len(), 1, "{north:?}");
    assert!(north[0].starts_with("DS-M 14 days"), "{north:?}");
}

#[test]
fn what_excuses_is_data_of_the_site_and_of_the_rule() {
    use crate::domain::deficiency::HoldReason as H;
    let usual = embedded();
    assert!(
        usual
            .excuse("DS-M", None)
            .holds
            .contains(&H::ChartUnavailable)
    );
    assert_eq!(
        (
            usual.excuse("DS-M", None).minimum_days,
            usual.excuse("DS-M", None).grace_days
        ),
        (3, 3)
    );
    let site = "[excuse]\nabsences = [\"illness\"]\ngrace_days = 5\nlate_too = true\n";
    let rules = with("settings.toml", site).expect("the rules");
    assert_eq!(rules.excuse("manual", None).absences, [H::Illness]);
    assert_eq!(
        (
            rules.excuse("SIG", None).grace_days,
            rules.excuse("SIG", None).late_too
        ),
        (5, true)
    );
    let (_, ds) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "ds_m.toml")
        .expect("the file");
    let own = ds.replace(
        "[owner]",
        "[excuse]\nholds = []\nminimum_days = 7\n\n[owner]",
    );
    let rules = with("ds.toml", &own).expect("the rules");
    assert!(rules.excuse("DS-M", None).holds.is_empty());
    assert_eq!(rules.excuse("DS-M", None).minimum_days, 7);
    assert_eq!(rules.excuse("OP-M", None).minimum_days, 3);
}

#[test]
fn what_excuses_may_differ_by_facility() {
    let site = "[\"excuse @ North\"]\ngrace_days = 5\n[excuse]\nminimum_days = 2\n\
        [\"DS-M @ North\"]\ndue_days = 7\n";
    let rules = with("settings.toml", site).expect("the rules");
    let told = |rule, facility| {
        let e = rules.excuse(rule, facility);
        (e.minimum_days, e.grace_days)
    };
    for rule in ["DS-M", "SIG", "manual"] {
        assert_eq!(told(rule, Some("North")), (2, 5), "{rule}");
        assert_eq!(told(rule, Some("South")), (2, 3), "{rule}");
        assert_eq!(told(rule, None), (2, 3), "{rule}");
    }
    let wrong = with("settings.toml", "[\"excuse @ North\"]\ngrace = 5\n");
    assert!(wrong.unwrap_err().to_string().contains("[excuse] knows"));
}

#[test]
fn a_clock_may_differ_by_class_and_by_kind_and_stages_by_owner() {
    let (_, sig) = RuleSet::embedded_files()
        .into_iter()
        .find(|(name, _)| name == "sig.toml")
        .expect("the file");
    let own = sig.replace(
        "[owner]",
        "[clock.by_class.ED]\nlimit = 24\nunit = \"hours\"\n\n\
         [clock.by_kind.operative_report]\nlimit = 1\n\n[owner]",
    );
    let rules = with("sig.toml", &own).expect("the rules");
    let words = |class: &str, kind: &str| {
        let text = format!(
            "name = \"x\"\nnow = \"2026-03-24 12:00\"\n\
             visit = {{ class = \"{class}\", admitted = \"2026-03-20 09:00\", attending = \"adams\" }}\n\
             documents = [{{ kind = \"{kind}\", at = \"2026-03-21\", by = \"lee\", state = \"unsigned\" }}]\n\
             expect = []\n"
        );
        let case: case::Case = toml::from_str(&text).expect("the case");
        let found = std::cell::RefCell::new(String::new());
        let result = case::run(&case, |chart, _, now, zone| {
            let all = rules.evaluate(chart, now, zone).findings;
            let sig = all
                .iter()
                .find(|f| f.kind == "SIG")
                .expect("it is unsigned");
            found.replace(sig.clock.words.clone());
            Vec::new()
        });
        assert_eq!(result, Ok(()));
        found.into_inner()
    };
    assert!(words("OP", "progress").starts_with("30 days"));
    assert!(words("ED", "progress").starts_with("24 hours"));
    assert!(words("ED", "operative_report").starts_with("1 day "));
    let stages = "[stages]\nreview = true\ntranscribed = [\"him\"]\n";
    let rules = with("settings.toml", stages).expect("the rules");
    assert!(rules.reviews("SIG") && !rules.reviews("OP-M"));
    let unsigned = "name = \"x\"\nnow = \"2026-03-24 12:00\"\n\
        visit = { class = \"OP\", admitted = \"2026-03-20 09:00\", attending = \"adams\" }\n\
        documents = [{ kind = \"progress\", at = \"2026-03-21\", by = \"lee\", state = \"unsigned\" }]\n\
        expect = []\n";
    let found = find(stages, unsigned);
    assert_eq!(found[0].owner, None);
    assert_eq!(found[0].owner_why, "the department owns this stage");
}
