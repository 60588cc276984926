//! Who may do what, asked through the program.

use crate::support::Place;
use crate::support::fhir::{self, PROGRESS, Stay};

/// Two stays owing a summary, with one owed by Roe; users of several roles.
fn hospital() -> Place {
    let place = Place::new();
    let stay = Stay::new(1).note(PROGRESS, "Progress note", "Wallabyterm noted.", true);
    let file = place.file("a.ndjson", fhir::ndjson(&[stay, Stay::new(2)]));
    place.import(&[&file]);
    for (login, roles) in [
        ("ana", "analyst"),
        ("sue", "supervisor"),
        ("adm", "admin"),
        ("aud", "auditor"),
        ("cora", "coder"),
    ] {
        place.user(login, roles);
    }
    place.provider("roe", "Roe");
    place.provider("doe", "Doe");
    place
}

fn id(place: &Place) -> String {
    place.queue("all")[0]["id"].to_string()
}

#[test]
fn an_analyst_may_not_void_a_supervisor_may() {
    let place = hospital();
    let id = id(&place);
    place
        .run(&["--as", "ana", "deficiency", "void", &id, "--reason", "x"])
        .fails(
            4,
            "not permitted: only a supervisor may void, hold or reassign everything, or record absences; you are an analyst",
        );
    place
        .run(&[
            "--as",
            "ana",
            "deficiency",
            "hold",
            &id,
            "--reason",
            "illness",
        ])
        .exits(4);
    place
        .run(&["--as", "cora", "deficiency", "complete", &id])
        .exits(4);
    for verb in [&["doctor"][..], &["index", "rebuild"]] {
        place.run(&[&["--as", "ana"], verb].concat()).fails(
            4,
            "not permitted: only an administrator may back up, restore, rebuild or check the store; you are an analyst",
        );
    }
    place
        .run(&["--as", "sue", "deficiency", "void", &id, "--reason", "x"])
        .exits(0);
    // What was refused is in the log.
    let rows = place
        .run(&["--as", "aud", "audit", "show", "--json"])
        .exits(0)
        .json();
    assert!(
        rows.iter()
            .any(|r| r["login"] == "ana" && r["outcome"] == "refused")
    );
}

#[test]
fn an_administrator_without_other_roles_opens_no_chart() {
    let place = hospital();
    for arguments in [
        &["--as", "adm", "chart", "V00001"][..],
        &["--as", "adm", "queue"],
        &["--as", "adm", "search", "wallabyterm"],
        &["--as", "adm", "audit", "show"],
    ] {
        let run = place.run(arguments).exits(4);
        assert!(!run.out.contains("Testperson"), "{}", run.out);
    }
    place.run(&["--as", "adm", "user", "list"]).exits(0);
    place.run(&["--as", "ana", "user", "list"]).exits(4);
}

#[test]
fn a_provider_sees_only_their_own() {
    let place = hospital();
    let id = id(&place);
    let rows = |login: &str| {
        place
            .run(&["--as", login, "queue", "--json"])
            .exits(0)
            .json()
            .len()
    };
    assert_eq!((rows("doe"), rows("roe")), (2, 0));
    // That there is such a chart is not told.
    place
        .run(&["--as", "roe", "chart", "V00001"])
        .fails(3, "no MRN or visit V00001");
    place
        .run(&["--as", "roe", "deficiency", "show", &id])
        .exits(4);
    assert!(
        place
            .run(&["--as", "doe", "chart", "V00001"])
            .exits(0)
            .out
            .contains("Testperson")
    );
    let count = |login: &str| {
        place
            .run(&["--as", login, "search", "--json", "wallabyterm"])
            .exits(0)
            .json()[0]["count"]
            .clone()
    };
    assert_eq!((count("doe"), count("roe")), (1.into(), 0.into()));

    place
        .run(&[
            "deficiency",
            "assign",
            &id,
            "--to",
            "Roe",
            "--reason",
            "covers",
        ])
        .exits(0);
    assert_eq!((rows("doe"), rows("roe")), (1, 1));
    // Whoever owes something in a chart may read it.
    place.run(&["--as", "roe", "chart", "V00001"]).exits(0);
    assert_eq!((count("doe"), count("roe")), (1.into(), 1.into()));
    place
        .run(&[
            "--as",
            "roe",
            "deficiency",
            "decline",
            &id,
            "--reason",
            "not_my_patient",
        ])
        .exits(0);
}

#[test]
fn an_auditor_reads_and_changes_nothing() {
    let place = hospital();
    let id = id(&place);
    place.run(&["--as", "aud", "chart", "V00001"]).exits(0);
    place.run(&["--as", "aud", "audit", "show"]).exits(0);
    place
        .run(&["--as", "aud", "deficiency", "complete", &id])
        .exits(4);
    place
        .run(&["--as", "aud", "deficiency", "take", &id])
        .exits(4);
    let file = place.file("b.ndjson", fhir::ndjson(&fhir::stays(3)));
    place.run(&["--as", "aud", "import", &file]).exits(4);
    assert_eq!(place.queue("all").len(), 2);
}

#[test]
fn accounts_are_switched_off_and_changed() {
    let place = hospital();
    place.run(&["user", "off", "sue"]).exits(0);
    place.run(&["--as", "sue", "queue"]).exits(3);
    place.run(&["user", "on", "sue"]).exits(0);
    place.run(&["--as", "sue", "queue"]).exits(0);
    place.run(&["user", "roles", "sue", "admin"]).exits(0);
    place.run(&["--as", "sue", "queue"]).exits(4);
    place
        .run(&["--as", "nobody", "queue"])
        .fails(3, "no user nobody");
    place
        .run(&["user", "add", "bob", "--roles", "king"])
        .fails(2, "king is no role");
    place
        .run(&["user", "add", "Bad Name", "--roles", "analyst"])
        .exits(3);
    place
        .run(&["user", "add", "ana", "--roles", "analyst"])
        .exits(3);
    assert_eq!(
        place.run(&["user", "list", "--json"]).exits(0).json().len(),
        8
    );
    let output = place.command(&["queue"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "several users, none named");
}

#[test]
fn an_account_is_told_as_it_was_made_and_may_be_given_a_provider() {
    let place = hospital();
    let added = place
        .run(&[
            "user", "add", "bea", "--name", "Bea Ruiz", "--roles", "analyst",
        ])
        .exits(0);
    assert_eq!(
        added.out,
        "User bea (Bea Ruiz) added; may work as analyst\nthey work with: chartroom --as bea\n"
    );
    // Whoever sees their own charts only must be somebody.
    place
        .run(&["user", "roles", "bea", "provider"])
        .fails(2, "needs --provider NAME");
    place
        .run(&["user", "roles", "bea", "provider", "--provider", "Nobody"])
        .fails(3, "no provider named Nobody");
    let changed = place
        .run(&["user", "roles", "bea", "provider", "--provider", "Roe"])
        .exits(0);
    assert!(
        changed
            .out
            .starts_with("User bea (Bea Ruiz) changed; may work as provider = Roe,Casey\n"),
        "{}",
        changed.out
    );
    place.run(&["--as", "bea", "queue"]).exits(0);
    // Who they are stays when their roles change and when the account is off for a while.
    let account = place
        .run(&["user", "roles", "bea", "provider,coder", "--json"])
        .exits(0)
        .json();
    let wanted = serde_json::json!({
        "login": "bea", "name": "Bea Ruiz", "roles": ["provider", "coder"], "active": true,
        "provider": "Roe,Casey"
    });
    assert_eq!(account, std::slice::from_ref(&wanted));
    let off = place.run(&["user", "off", "bea"]).exits(0);
    assert!(off.out.contains("chartroom user on bea"), "{}", off.out);
    place.run(&["user", "on", "bea"]).exits(0);
    let rows = place.run(&["user", "list", "--json"]).exits(0).json();
    assert!(rows.contains(&wanted), "{rows:?}");
    place
        .run(&["user", "roles", "bea", "provider", "--provider", "Doe"])
        .exits(0);
    let rows = place.run(&["user", "list"]).exits(0);
    assert!(rows.out.contains("provider = Doe,Jordan"), "{}", rows.out);
}
