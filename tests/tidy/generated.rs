//! Documents made from the program. `CHARTROOM_REWRITE=1 cargo test tidy` writes them anew.

use super::source::root;
use chartroom::cdi::opportunity::Engine;
use chartroom::rules::RuleSet;
use chartroom::rules::query_ladder::QueryLadder;
use clap::CommandFactory;
use std::fmt::Write as _;

/// Compares a document with what it should be, or rewrites it when asked to.
#[track_caller]
fn current(path: &str, wanted: &str) {
    let file = root().join(path);
    if std::env::var_os("CHARTROOM_REWRITE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, wanted).unwrap();
        return;
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = found
        .lines()
        .zip(wanted.lines())
        .position(|(a, b)| a != b)
        .unwrap_or(found.lines().count().min(wanted.lines().count()));
    assert!(
        found == wanted,
        "{path}:{} is not current; run `CHARTROOM_REWRITE=1 cargo test tidy` and look at the change",
        differs + 1
    );
}

#[test]
fn the_manual_of_commands_is_current() {
    current("docs/commands.md", &chartroom::command::docs_markdown());
}

#[test]
fn the_reference_of_the_command_line_is_current() {
    let mut out = String::from(
        "# The command line\n\nMade from the program's own help (`src/cli/args/`); do not edit by hand.\n\
         What the verbs print with `--json` stands in [json.md](json.md).\n\n\
         | exit code | says |\n|-|-|\n",
    );
    for (code, says) in chartroom::cli::args::EXIT_CODES {
        let _ = writeln!(out, "| {code} | {says} |");
    }
    let root = chartroom::cli::args::Cli::command();
    verb(&mut out, root.clone(), "chartroom", 2);
    current("docs/reference/cli.md", &out);
}

/// Writes one verb's help, then that of the verbs below it.
fn verb(out: &mut String, command: clap::Command, name: &str, level: usize) {
    let mut shown = command
        .clone()
        .bin_name(name)
        .term_width(100)
        .mut_args(|a| a.hide_env_values(true));
    let help = shown.render_long_help().to_string();
    let heading = "#".repeat(level.min(4));
    // The options of the place stand once, at the top.
    let _ = write!(out, "\n{heading} `{name}`\n\n```text\n");
    for line in help.lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push_str("```\n");
    for below in command.get_subcommands() {
        verb(
            out,
            below.clone(),
            &format!("{name} {}", below.get_name()),
            level + 1,
        );
    }
}

#[test]
fn the_reference_of_the_rules_is_current() {
    let set = RuleSet::embedded().unwrap();
    let files = RuleSet::embedded_files();
    let mut out = String::from(
        "# Deficiency rules\n\nMade from the embedded rule files (`src/rules/defaults/`); do not edit by hand.\n\
         How to change one: [how-to/rules.md](../how-to/rules.md).\n\n\
         | type | title | clock | on | rule |\n|-|-|-|-|-|\n",
    );
    for rule in set.rules() {
        let on = if rule.enabled { "yes" } else { "no" };
        let clock = clock(&files, &rule.file);
        let (kind, title, reference) = (
            &rule.kind,
            &rule.title,
            format!("{} v{}", rule.id, rule.version),
        );
        let _ = writeln!(out, "| {kind} | {title} | {clock} | {on} | {reference} |");
    }
    for rule in set.rules() {
        let _ = write!(
            out,
            "\n## {} {}\n\n{}\n",
            rule.id,
            rule.title,
            rule.text.trim()
        );
        if !rule.note.is_empty() {
            let _ = write!(out, "\n{}\n", rule.note.trim());
        }
        out.push_str("\nSource:\n");
        for source in &rule.source {
            let _ = writeln!(out, "- {source}");
        }
    }
    out.push_str(&ladder_of_queries());
    current("docs/reference/rules.md", &out);
}

/// The escalation of unanswered queries, from its file.
fn ladder_of_queries() -> String {
    let ladder = QueryLadder::from_files(&[]).unwrap();
    let (title, source, text) = ladder.told();
    let mut out = format!(
        "\n## {} {title}\n\n{}\n\n| step | does | after days | told | action |\n|-|-|-|-|-|\n",
        ladder.rule().id,
        text.trim()
    );
    for step in ladder.steps() {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            step.title(),
            step.kind().name(),
            step.after_days(),
            step.who(),
            step.action()
        );
    }
    out.push_str("\nSource:\n");
    for source in source {
        let _ = writeln!(out, "- {source}");
    }
    out
}

/// What stands above the list of opportunity rules.
const OPPORTUNITIES: &str = "# Opportunity rules

Made from the embedded rule files (`src/cdi/opportunity/rules/`); do not edit by hand. How the rules do on real
stays: [findings-cdi.md](../findings-cdi.md).

`chartroom opportunities` lists indicators in charts without the diagnosis that would explain them. An opportunity asks a
person to look; it never says that a diagnosis is there.

- The **criterion** must hold, by values, drugs, procedures, codes and what notes plainly say of the patient now.
- Something must make it **worth asking**: treatment, persistence, or a second kind of indicator.
- A code or an affirmed statement of this stay **answers** it; so does a plain denial that was written when the
  indicators were there. Nursing notes describe and do not diagnose: they are evidence and no answer.
- Units are converted by `src/cdi/opportunity/data/measures.toml`. A value whose unit is missing or unknown is not used;
  `--trace` says so.
- The **rank** (1 to 99, more is sooner) is a number of the rule and what raises it; every opportunity says why.

A site changes rules in `opportunities/` of the configuration directory: a file with the id of a rule replaces it, a file of
only `id` and `enabled` switches it, `measures.toml`, `drugs.toml`, `procedures.toml` and `findings.toml` add to ours or
replace by id, and `opportunity_settings.toml` chooses between competing definitions (`sepsis`: sepsis-2, sepsis-3, both;
`malnutrition`: aspen, glim, both; `sodium_correction`: katz, hillier). `chartroom rules check` runs the cases of all of
them.

| Condition | Holds if |
|-|-|
| `value` | values of a measure lie `below`, `above`, `at_least`, `at_most` a limit: a number, `{ F = 12, M = 13 }`, or `{ own_or = 34 }` (the laboratory's own, else this); `times` different draws, over `hours` or `days`; or there is a `fall`, `rise` or `rise_ratio` `within_hours`; `again_hours`: another draw followed within so many; `lasting_hours`: a draw so many hours later shows the change too |
| `drug`, `procedure` | one of the family was ordered, given, done; `drug_days`: on so many days; `new`: begun in the stay |
| `coded`, `words`, `stated` | a finding is coded; affirmed in a note (of `kinds`); either |
| `kdigo` | a creatinine has this stage or a higher one |
| `poa` | a diagnosis has one of these present-on-admission indicators |
| `conflict` | one author affirms what another one of `kinds` denies |
| `any`, `all`, `none` | `need` points of them (each brings `points`, 1); every one, `within_hours`; none |

`first_hours` and `after_hours` bound a condition to a part of the visit. `plain` is the published criterion alone,
to compare with; `unless` explains it away; `yields_to` names rules that ask the same.

";

#[test]
fn the_reference_of_the_opportunities_is_current() {
    let engine = Engine::embedded().unwrap();
    let mut out = String::from(OPPORTUNITIES);
    out.push_str("| topic | rule | asks about | runs |\n|-|-|-|-|\n");
    for rule in engine.rules() {
        let runs = if rule.runs { "yes" } else { "no" };
        let _ = writeln!(
            out,
            "| {} | {} v{} | {} | {runs} |",
            rule.topic, rule.id, rule.version, rule.title
        );
    }
    for rule in engine.rules() {
        let _ = write!(out, "\n## {}\n\n{}\n\nSource:\n", rule.id, rule.criterion);
        for source in &rule.source {
            let _ = writeln!(out, "- {source}");
        }
    }
    out.push_str("\n## Concepts and numbers\n\n`chartroom rules sources` tells the same, with the site's own files.\n\n");
    for (file, source) in engine.sources() {
        let _ = writeln!(out, "- `{file}`: {source}");
    }
    current("docs/reference/opportunities.md", &out);
}

/// What stands above the list of lint rules.
const LINT: &str = "# Compliance lint of queries

Made from `src/cdi/defaults/lint.toml` and the labelled drafts beside it; do not edit by hand.

`chartroom lint` reads query drafts (one JSON object a line, shape in [json.md](json.md#lint)) and says for each what is
wrong, where, why, and what helps. The composer runs the same rules while a query is written; what is **blocked** cannot
be issued, except by a supervisor with a reason; what L1 blocks is never issued.

The rules come with the collection they are tested on: [`src/cdi/testdata/drafts.jsonl`](../../src/cdi/testdata/drafts.jsonl),
our own words, one draft a line with its name and the rules that must speak (`expect`; no others may). A compliant
draft has an empty `expect`. To see it run:

```sh
jq -c .draft src/cdi/testdata/drafts.jsonl | chartroom lint
```

Where a word is clinical too, L1 looks for phrases: severe sepsis, quality of pain and cost of care pass. L16 (what was
issued is not changed) is kept by the store and cannot be seen in a draft.

Indicators typed by hand are read like those that are cited: L1 and L3 look into their words and sources (a quoted line
or a value of a result is the record's own and is left alone), and one without a kind is a laboratory value or a vital sign if its words say so (L4, L5). In the question itself, lines below a heading such as
\"Clinical indicators:\" are indicators whatever they lack, and so is a sentence with a value, a date and a source; L4, L5,
L7 and L10 count them and point to the line.

";

#[test]
fn the_reference_of_the_lint_is_current() {
    let linter = chartroom::cdi::lint::Linter::embedded().unwrap();
    let drafts = std::fs::read_to_string(root().join("src/cdi/testdata/drafts.jsonl")).unwrap();
    let drafts: Vec<serde_json::Value> = drafts
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let expects = |d: &serde_json::Value, rule: &str| {
        let rules = d["expect"].as_array().unwrap();
        rules.iter().any(|r| r == rule)
    };
    let compliant = drafts
        .iter()
        .filter(|d| d["expect"].as_array().unwrap().is_empty());
    let mut out = String::from(LINT);
    let _ = writeln!(
        out,
        "{} drafts, {} of them compliant.\n\n| rule | asks for | drafts it must speak to | source |\n|-|-|-|-|",
        drafts.len(),
        compliant.count()
    );
    for rule in linter.rules() {
        let (id, title, source) = (&rule.id, &rule.title, &rule.source);
        let spoken = drafts.iter().filter(|d| expects(d, id)).count();
        let _ = writeln!(out, "| {id} | {title} | {spoken} | {source} |");
    }
    current("docs/reference/lint.md", &out);
}

/// The clock of a rule file in words: `30 days from discharged, else admitted`.
fn clock(files: &[(String, String)], file: &str) -> String {
    let text = &files.iter().find(|(name, _)| name == file).unwrap().1;
    let table: toml::Table = text.parse().unwrap();
    let clock = table["clock"].as_table().unwrap();
    let limit = match &clock["limit"] {
        toml::Value::String(name) => &table["settings"][name.trim_start_matches('$')],
        other => other,
    };
    let limit = limit.as_integer().unwrap();
    let unit = clock["unit"].as_str().unwrap();
    let start: Vec<String> = match &clock["start"] {
        toml::Value::Array(all) => all
            .iter()
            .map(|v| v.as_str().unwrap().replace('_', " "))
            .collect(),
        one => vec![one.as_str().unwrap().replace('_', " ")],
    };
    let surgery = match clock.get("or_before_surgery") {
        Some(_) => ", or before surgery if that is earlier",
        None => "",
    };
    format!("{limit} {unit} from {}{surgery}", start.join(", else "))
}
