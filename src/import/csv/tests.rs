//! Tables in, records out; the mapping that comes with the program on data of the house.

use super::*;
use crate::domain::record::Record;
use crate::import::{Options, Parsed, read_paths};
use std::sync::Arc;

const SITE: &str = r#"
name = "site"
nulls = ["-"]
times = ["iso", "%m/%d/%Y %H:%M"]
delimiter = ";"

[dictionary.test]
file = "tests.csv"
key = "no"
value = "loinc"

[dictionary.sex]
ignore_case = true
values = { man = "M", woman = "F" }

[[table]]
file = "people*.csv"
record = "patient"
[table.fields]
id = "{No}"
authority = "urn:site"
family = "{name}"
sex = "{sex|sex}"
birth = "{born}"

[[table]]
file = "stays.csv"
record = "encounter"
[table.fields]
id = "{stay}"
patient = "{person}"
class = "IP"
admitted = "{in}"
discharged = "{out}"
attending = "{doctor}"

[[table]]
file = "values.csv"
record = "observation"
only = { kind = ["final"] }
coding = [{ system = "LOINC", code = "{test|test}" }, { system = "urn:site:tests", code = "{test}" }]
[table.fields]
id = "{person}-{test}-{at}"
patient = "{person}"
encounter = "{stay}"
text = "{words?} test {test}"
category = "laboratory"
value = "{value}"
unit = "{unit}"
at = "{at}"
"#;

fn read(files: &[(&str, &str)]) -> Parsed {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let options = Options {
        zone: TimeZone::UTC,
        limits: Limits::default(),
        mapping: Some(Arc::new(Mapping::parse("site.toml", SITE).unwrap())),
    };
    let mut parsed = Parsed::default();
    let paths = [folder.path().to_owned()];
    read_paths(&paths, &mut std::io::empty(), &options, &mut parsed).unwrap();
    parsed
}

fn told(parsed: &Parsed) -> Vec<String> {
    let issues = parsed.issues.iter();
    issues
        .map(|i| {
            let at = &i.provenance;
            let file = at.file.raw().rsplit('/').next().unwrap();
            format!(
                "{} {file}:{} {} {}",
                i.severity.name(),
                at.line,
                at.place.raw(),
                i.reason
            )
        })
        .collect()
}

const PEOPLE: &str = "No;name;sex;born\n1;ZZPHI, Ann;Woman;1950-02-03\n2;\"B; C\";MAN;-\n";
const STAYS: &str = "stay;person;in;out;doctor\nA;1;2026-03-01 08:00;03/04/2026 11:30;Lee\n";
const VALUES: &str = "person;stay;test;at;value;unit;kind;words\n\
    1;A;7;2026-03-01 09:00:00;2.1;mg/dL;final;\n\
    1;A;7;2026-03-01 09:30:00;2.2;mg/dL;preliminary;\n\
    1;A;8;2026-03-02;<0.01;-;final;Odd\n";
const TESTS: &str = "no;loinc\n7;2160-0\n";

#[test]
fn tables_become_records_in_the_order_of_the_mapping() {
    let parsed = read(&[
        ("values.csv", VALUES),
        ("tests.csv", TESTS),
        ("stays.csv", STAYS),
        ("people_1.csv", PEOPLE),
    ]);
    assert_eq!(told(&parsed), Vec::<String>::new());
    let kinds: Vec<&str> = parsed.arrivals.iter().map(|a| a.key.kind.name()).collect();
    assert_eq!(
        kinds,
        [
            "patient",
            "patient",
            "provider",
            "encounter",
            "observation",
            "observation"
        ]
    );
    let Record::Patient(first) = &parsed.arrivals[0].record else {
        panic!("no patient");
    };
    assert_eq!(first.facts.sex.name(), "F");
    assert_eq!(first.facts.birth.unwrap().iso(&TimeZone::UTC), "1950-02-03");
    assert_eq!(parsed.arrivals[0].also[0].authority, "urn:site");
    let Record::Patient(second) = &parsed.arrivals[1].record else {
        panic!("no patient");
    };
    assert_eq!(second.facts.family.raw(), "B; C");
    assert_eq!(second.facts.birth, None);
    let Record::Encounter(stay) = &parsed.arrivals[3].record else {
        panic!("no visit");
    };
    assert_eq!(stay.facts.status.name(), "finished");
    let discharged = stay.facts.discharged.unwrap();
    assert_eq!(discharged.iso(&TimeZone::UTC), "2026-03-04 11:30");
    let Record::Observation(known) = &parsed.arrivals[4].record else {
        panic!("no observation");
    };
    assert_eq!(known.facts.what.system.name(), "LOINC");
    assert_eq!(known.facts.value, Some(2.1));
    let Record::Observation(odd) = &parsed.arrivals[5].record else {
        panic!("no observation");
    };
    assert_eq!(odd.facts.what.system.name(), "urn:site:tests");
    assert_eq!(odd.facts.text.raw(), "<0.01");
    assert_eq!((odd.facts.value, odd.facts.unit.raw()), (None, ""));
    assert_eq!(odd.facts.what.text.raw(), "Odd test 8");
    // A date stays a date.
    assert!(!odd.facts.at.unwrap().is_exact());
}

#[test]
fn a_bad_row_costs_itself_alone_and_is_told_without_its_text() {
    let people = "No;name;sex;born\n1;A;woman;ZZPHI\n;B;man;-\n3;C;neither;-\n4;D\n5;\"open;E;man;-\n6;F;woman;1960\n";
    let parsed = read(&[("people.csv", people)]);
    let ids: Vec<&str> = parsed.arrivals.iter().map(|a| a.key.id.raw()).collect();
    assert_eq!(ids, ["3", "6"]);
    assert_eq!(
        told(&parsed),
        [
            "reject people.csv:2 born birth: that is no time the mapping knows",
            "reject people.csv:3 no id: the row has no id",
            "reject people.csv:5  the row has 2 cells, the header 4",
            "reject people.csv:6  a quote is opened and not closed",
        ]
    );
}

#[test]
fn a_file_that_is_no_table_is_told() {
    let parsed = read(&[
        ("other.csv", "a;b\n1;2\n"),
        ("stays.csv", "stay;person\nA;1\n"),
    ]);
    assert_eq!(
        told(&parsed),
        [
            "skip stays.csv:0  the mapping site wants the column doctor in this table, and it has none",
            "skip other.csv:0  no table of the mapping site fits",
        ]
    );
}

#[test]
fn the_mappings_that_come_with_the_program_are_sound() {
    for (name, text) in MAPPINGS {
        let mapping = Mapping::parse(name, text).unwrap();
        assert_eq!(mapping.name, *name);
    }
}

#[test]
fn codes_get_their_dot() {
    let table = "subject_id,hadm_id,seq_num,icd_code,icd_version\n1,2,1,N179,10\n1,2,2,E8790,9\n1,2,3,5849,9\n";
    let mapping = Mapping::parse("mimic", MIMIC).unwrap();
    let options = Options {
        zone: TimeZone::UTC,
        limits: Limits::default(),
        mapping: Some(Arc::new(mapping)),
    };
    let mut parsed = Parsed::default();
    let mut stdin = table.as_bytes();
    read_paths(&["-".into()], &mut stdin, &options, &mut parsed).unwrap();
    let codes: Vec<&str> = parsed
        .arrivals
        .iter()
        .map(|a| match &a.record {
            Record::Diagnosis(d) => d.facts.what.code.raw(),
            _ => "",
        })
        .collect();
    assert_eq!(codes, ["N17.9", "E879.0", "584.9"]);
}
