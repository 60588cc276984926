//! The rule about money: nothing a provider can see speaks of payment, payment groups,
//! complications as credits, scores, denials or audits.
//!
//! Every surface is walked with the phrases of the compliance lint's first rule (L1), which are
//! data (`src/cdi/defaults/lint.toml`): screens, verbs, exports, letters, templates, help.

use crate::cli::query::{draft, save};
use crate::support::Place;
use crate::support::fhir::{self, PROGRESS, Stay};
use crate::terminal::work::workstation_at;
use chartroom::cdi::lint::{LintInput, Linter};
use chartroom::command::{ALL, Facts, Grants};
use chartroom::domain::ids::{ProviderId, UserId};
use chartroom::domain::user::{Role, User};
use chartroom::ops::LetterTemplates;

/// The rule.
const RULE: &str = "L1";

/// Looks at text as the lint looks at a query's body.
struct Watch {
    lint: Linter,
    seen: usize,
    complaints: Vec<String>,
}

impl Watch {
    fn new() -> Self {
        Self {
            lint: Linter::embedded().unwrap(),
            seen: 0,
            complaints: Vec::new(),
        }
    }

    fn hits(&self, text: &str) -> Vec<String> {
        let input = LintInput {
            body: text.to_owned(),
            ..LintInput::default()
        };
        let found = self.lint.lint(&input).findings;
        let ours = found.iter().filter(|f| f.rule == RULE && f.field == "body");
        ours.map(|f| text[f.start..f.end].to_owned()).collect()
    }

    /// Line by line, so that words elsewhere on a page excuse nothing, and as a whole, so that a
    /// phrase broken over lines is seen.
    fn look(&mut self, surface: &str, text: &str) {
        self.seen += 1;
        let whole: Vec<&str> = text.split_whitespace().collect();
        for part in text.lines().chain([whole.join(" ").as_str()]) {
            for hit in self.hits(part) {
                self.complaints
                    .push(format!("{surface}: {hit:?} in {part:?}"));
            }
        }
    }

    #[track_caller]
    fn finds_nothing_on(self, at_least: usize) {
        assert!(self.seen >= at_least, "only {} surfaces", self.seen);
        let mut all = self.complaints;
        all.dedup();
        assert!(all.is_empty(), "{}", all.join("\n"));
    }
}

#[test]
fn the_watch_sees_what_it_is_to_see() {
    let mut watch = Watch::new();
    for text in [
        "This would raise reimbursement.",
        "MS-DRG 871",
        "an MCC",
        "increases the expected\nmortality",
        "case-mix index",
        "severity score",
        "to avoid a denial of the claim",
    ] {
        let before = watch.complaints.len();
        watch.look("test", text);
        assert!(watch.complaints.len() > before, "{text} is not seen");
    }
    let before = watch.complaints.len();
    watch.look(
        "test",
        "Severe pain, quality of breathing; answer due 2026-03-10",
    );
    assert_eq!(watch.complaints.len(), before, "{:?}", watch.complaints);
}

/// A hospital in which Doe owes an item, is asked a query, has answered another, and has a letter.
fn hospital() -> (Place, [String; 2]) {
    let place = Place::new();
    let stays = [
        Stay::new(1).note(PROGRESS, "Progress note", "Sodium 124, confused.", false),
        Stay::new(2),
    ];
    let file = place.file("a.ndjson", fhir::ndjson(&stays));
    place.import(&[&file]);
    for (login, roles) in [("sue", "supervisor"), ("cdi", "cdi")] {
        place.user(login, roles);
    }
    place.provider("doe", "Doe");
    let mut ids = [String::new(), String::new()];
    for (n, id) in ids.iter_mut().enumerate() {
        let mut words = draft();
        words["title"] = format!("Sodium and fluid restriction {n}").into();
        *id = save(&place, &words).1;
        place.run(&["query", "issue", id, "--to", "Doe"]).exits(0);
    }
    place
        .run(&["--as", "doe", "query", "answer", &ids[1], "Hyponatremia"])
        .exits(0);
    place.run(&["--as", "sue", "ladder", "propose"]).exits(0);
    // Where the day of the test gives the ladder nothing to propose there is no letter.
    place.run(&["--as", "sue", "ladder", "confirm", "--all"]);
    (place, ids)
}

#[test]
fn no_verb_tells_a_provider_of_money() {
    let (place, [open, answered]) = hospital();
    let mut watch = Watch::new();
    let item = place.queue("all")[0]["id"].to_string();
    let verbs: Vec<Vec<&str>> = vec![
        vec!["queue"],
        vec!["queue", "--json"],
        vec!["queue", "--by", "type"],
        vec!["deficiency", "show", &item],
        vec!["deficiency", "show", &item, "--json"],
        vec!["chart", "V00001"],
        vec!["chart", "V00001", "--json"],
        vec!["search", "sodium"],
        vec!["query", "list"],
        vec!["query", "list", "--json"],
        vec!["query", "show", &open],
        vec!["query", "show", &open, "--json"],
        vec!["query", "show", &answered],
        vec!["query", "show", &answered, "--json"],
        vec!["query", "export", &open],
        vec!["query", "export", &answered],
        vec!["query", "export", &open, "--format", "html"],
        vec!["query", "export", &answered, "--format", "html"],
        vec!["query", "export", &open, "--format", "fhir"],
        vec!["query", "export", &answered, "--format", "fhir"],
        vec!["report", "statement", "Doe"],
        vec!["report", "statement", "Doe", "--format", "html"],
        vec!["report", "statement", "Doe", "--json"],
        vec!["ladder", "standing", "Doe"],
        vec!["ladder", "standing", "Doe", "--json"],
        vec!["letters", "list"],
        vec!["query", "ladder"],
        vec!["query", "templates"],
        vec!["query", "--help"],
        vec!["queue", "--help"],
        vec!["deficiency", "--help"],
        vec!["chart", "--help"],
        vec!["search", "--help"],
    ];
    for verb in &verbs {
        let mut arguments = vec!["--as", "doe"];
        arguments.extend(verb);
        let run = place.run(&arguments).exits(0);
        assert!(
            !run.out.trim().is_empty() || verb[0] == "letters",
            "{verb:?}"
        );
        watch.look(&verb.join(" "), &run.out);
        watch.look(&verb.join(" "), &run.err);
    }
    for letter in place
        .run(&["--as", "doe", "letters", "list", "--json"])
        .json()
    {
        let id = letter["id"].to_string();
        let run = place
            .run(&["--as", "doe", "letters", "show", &id, "--json"])
            .exits(0);
        watch.look("letter", &run.out);
    }
    watch.finds_nothing_on(2 * verbs.len());
}

/// Where a provider can go: every such command that is theirs, whatever is added later.
fn ways() -> Vec<&'static str> {
    let ways = ALL.iter().filter(|spec| {
        spec.id.starts_with("app.goto-") && spec.unavailable(&provider_facts()).is_none()
    });
    // Search takes the keys for its own line; it is walked by itself.
    ways.map(|spec| spec.id)
        .filter(|id| *id != "app.goto-search")
        .collect()
}

#[test]
fn no_screen_shows_a_provider_money() {
    let (place, _) = hospital();
    let mut watch = Watch::new();
    let ways = ways();
    for wanted in ["app.goto-inbox", "app.goto-queue", "app.goto-queries"] {
        assert!(ways.contains(&wanted), "{wanted}");
    }
    for (columns, rows) in [(80, 24), (120, 40)] {
        let mut t = workstation_at(&place, columns, rows, &["--as", "doe"]);
        let size = format!("{columns}x{rows}");
        watch.look(&format!("home {size}"), &t.text());
        for command in &ways {
            t.command(command)
                .until("what it shows", |s| !s.contains("Reading"));
            watch.look(&format!("{command} {size}"), &t.text());
            t.command("app.help").see("Keys and commands");
            watch.look(&format!("help of {command} {size}"), &t.text());
            t.keys("\x1b")
                .until("help closed", |s| !s.contains("Keys and commands"));
            t.keys(":").see("─ Command ─");
            watch.look(&format!("palette of {command} {size}"), &t.text());
            t.keys("\x1b")
                .until("the palette closed", |s| !s.contains("─ Command ─"));
        }
        t.command("app.goto-queries").see("QUERIES").see("Sodium");
        t.command("query.preview").see("Hyponatremia");
        watch.look(&format!("query read {size}"), &t.text());
        t.keys("\x1b").until("the query closed", |s| {
            !s.contains("State:") || columns > 100
        });
        t.command("queue.open-chart").see("V00001");
        watch.look(&format!("chart {size}"), &t.text());
        t.command("app.goto-search").see("SEARCH");
        watch.look(&format!("search {size}"), &t.text());
        t.keys("sodium\r").see("Testperson");
        watch.look(&format!("hits {size}"), &t.text());
        t.kill();
    }
    watch.finds_nothing_on(2 * (5 + 3 * ways.len()));
}

#[test]
fn no_template_speaks_of_money() {
    let mut watch = Watch::new();
    for (name, text) in LetterTemplates::embedded_files() {
        watch.look(&name, &text);
    }
    let place = Place::empty();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cdi/defaults/templates");
    let mut templates = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        watch.look(path.to_str().unwrap(), &text);
        templates += 1;
    }
    assert!(templates > 10);
    // The titles of deficiency types stand on statements and letters.
    for rule in place.run(&["rules", "list", "--json"]).exits(0).json() {
        watch.look("rule", rule["title"].as_str().unwrap_or_default());
    }
    watch.finds_nothing_on(templates + 10);
}

/// A provider who stands nowhere in particular.
fn provider_facts() -> Facts {
    Facts {
        grants: Grants::of_user(&User {
            id: UserId(1),
            login: "doe".into(),
            name: "Doe".into(),
            roles: vec![Role::Provider],
            provider: Some(ProviderId(1)),
            active: true,
            version: 1,
        }),
        ..Facts::default()
    }
}

/// What the palette and help could offer a provider, whatever the screen.
#[test]
fn no_command_a_provider_may_give_speaks_of_money() {
    let facts = provider_facts();
    let mut watch = Watch::new();
    for spec in ALL {
        if spec.permitted(&facts.grants) {
            watch.look(spec.id, spec.title);
            watch.look(spec.id, spec.doc);
        }
    }
    watch.finds_nothing_on(100);
}

/// A provider is told nothing by what is refused either.
#[test]
fn what_is_not_a_providers_is_refused_without_saying_what_it_is() {
    let (place, _) = hospital();
    let mut watch = Watch::new();
    let refused = [
        &["report", "delinquency"][..],
        &["report", "cdi"],
        &["report", "cdi", "--behind", "agree_rate"],
        &["review", "list"],
        &["opportunities"],
        &["audit", "show"],
    ];
    for verb in refused {
        let mut arguments = vec!["--as", "doe"];
        arguments.extend(verb);
        let run = place.run(&arguments).exits(4);
        assert!(!run.out.contains("Testperson"), "{verb:?}");
        watch.look(&verb.join(" "), &run.out);
        watch.look(&verb.join(" "), &run.err);
    }
    watch.finds_nothing_on(2 * refused.len());
}
