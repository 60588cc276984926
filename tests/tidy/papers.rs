//! The documents name things that exist: paths, links, tests.

use super::source::{root, sources, walk};
use super::{has_test, none};
use std::path::PathBuf;

/// README, CHANGELOG and everything in docs/, as (path from the package's folder, text).
fn papers() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> = vec![root().join("README.md"), root().join("CHANGELOG.md")];
    walk(&root().join("docs"), &mut |p| paths.push(p));
    paths.retain(|p| p.extension().is_some_and(|e| e == "md"));
    paths.sort();
    paths
        .iter()
        .map(|p| {
            let name = p
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .into_owned();
            (name, std::fs::read_to_string(p).unwrap())
        })
        .collect()
}

/// Where a path of ours begins.
const OURS: &[&str] = &["src/", "docs/", "tests/", "keymaps/", "themes/", ".ci/"];

#[test]
fn paths_named_in_the_documents_exist() {
    let mut complaints = Vec::new();
    for (paper, text) in papers() {
        for (number, line) in text.lines().enumerate() {
            for quoted in line.split('`').skip(1).step_by(2) {
                let path = quoted.trim_end_matches(['/', '.', ',']);
                let ours =
                    OURS.iter().any(|o| path.starts_with(o)) && !path.contains([' ', '*', '<']);
                if ours && !root().join(path).exists() {
                    complaints.push(format!("{paper}:{}: {path} is not there", number + 1));
                }
            }
        }
    }
    none(&complaints);
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut complaints = Vec::new();
    for (paper, text) in papers() {
        let folder = root().join(&paper).parent().unwrap().to_owned();
        for (number, line) in text.lines().enumerate() {
            for link in line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split(')').next())
            {
                let target = link.split('#').next().unwrap_or_default();
                let elsewhere = target.is_empty() || target.contains("://");
                if !elsewhere && !folder.join(target).exists() {
                    complaints.push(format!("{paper}:{}: {target} is not there", number + 1));
                }
            }
        }
    }
    none(&complaints);
}

#[test]
fn every_setting_is_documented_and_every_documented_one_is_there() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let settings: toml::Table = toml::from_str(&read("src/ops/settings.toml")).unwrap();
    let text = read("docs/reference/files.md");
    let section = text.split("\n## ").find(|s| s.starts_with("settings.toml"));
    let rows = section.unwrap_or_default().lines();
    let told: Vec<&str> = rows
        .filter_map(|l| l.strip_prefix("| `")?.split('`').next())
        .collect();
    let mut complaints = Vec::new();
    for key in settings.keys().filter(|k| !told.contains(&k.as_str())) {
        complaints.push(format!("docs/reference/files.md says nothing of {key}"));
    }
    for key in told.iter().filter(|k| !settings.contains_key(**k)) {
        complaints.push(format!(
            "docs/reference/files.md: there is no setting {key}"
        ));
    }
    none(&complaints);
}

#[test]
fn every_invariant_names_the_test_that_keeps_it() {
    let all = sources(&["src", "tests"]);
    let text = std::fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut complaints = Vec::new();
    let mut invariants = 0;
    for paragraph in text.split("\n\n").filter(|p| p.contains("**Invariant:**")) {
        let flat = paragraph.replace('\n', " ");
        for invariant in flat.split("**Invariant:**").skip(1) {
            invariants += 1;
            let start: String = invariant.trim().chars().take(50).collect();
            let Some((_, names)) = invariant.split_once("Enforced by:") else {
                complaints.push(format!("names no test: {start}…"));
                continue;
            };
            let mut named = 0;
            for name in names.split('`').skip(1).step_by(2) {
                named += 1;
                // A lint of Cargo.toml keeps some of them.
                let lint = manifest
                    .lines()
                    .any(|l| l.starts_with(&format!("{name} = ")));
                if !lint && !has_test(&all, name) {
                    complaints.push(format!("{name} is no test: {start}…"));
                }
            }
            if named == 0 {
                complaints.push(format!("names no test: {start}…"));
            }
        }
    }
    assert!(
        invariants > 5,
        "docs/ARCHITECTURE.md has {invariants} invariants"
    );
    none(&complaints);
}
