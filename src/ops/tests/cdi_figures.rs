//! Figures of documentation integrity over the store: from events, of any past day, for whom.

use super::super::testing::{Hospital, at, bare_stay, fair_query, patient, stay, surgery};
use super::super::{OpsError, Which};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure, CdiReport};
use crate::domain::ids::{ProviderId, QueryId};
use crate::domain::query_life::{GivenAnswer, QueryChange};
use crate::domain::review::{
    ListKind, ListedDiagnosis, ReviewKind, ReviewOutcome, ReviewWords, Stage,
};
use crate::domain::review_action::ReviewAction as R;
use crate::domain::user::{Actor, Role};
use jiff::civil::{Date, date};

/// Two stays of March; Zulu asks, Alpha reviews.
struct Ward {
    h: Hospital,
    zulu: Actor,
    alpha: Actor,
}

fn ward() -> Ward {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![
        patient("p2", "Other"),
        stay("v2", "p2"),
        surgery("s1", "p1", "v1"),
    ]);
    h.office
        .analyze(&h.me, &Which::Changed, &mut |_| true)
        .unwrap();
    h.clock.set(at("2026-03-12T14:00:00Z"));
    let zulu = h.user("zulu", &[Role::Cdi], None);
    let alpha = h.user("alpha", &[Role::Cdi], None);
    Ward { h, zulu, alpha }
}

impl Ward {
    fn on(&self, day: &str) {
        self.h.clock.set(at(&format!("{day}T14:00:00Z")));
    }

    fn by(&self, actor: &Actor, action: Action) {
        let h = &self.h;
        h.office.act(actor, &h.request(), &action).unwrap();
    }

    fn who(&self, name: &str) -> ProviderId {
        let found = self.h.office.providers(&self.h.me, name, 2).unwrap();
        ProviderId(found[0].id)
    }

    fn asks(&self, visit: &str, title: &str, topic: &str) -> QueryId {
        let mut text = fair_query();
        text.title = title.into();
        text.topic = topic.into();
        let draft = DraftToSave {
            query: None,
            encounter: self.h.encounter(visit),
            provider: None,
            text,
        };
        let (query, version) = self.h.office.save_draft(&self.zulu, &draft).unwrap();
        self.by(
            &self.zulu,
            Action::IssueQuery {
                query,
                version,
                provider: self.who("Smith"),
                due: at("2026-04-27T14:00:00Z"),
                again: false,
                overrule: None,
            },
        );
        query
    }

    fn version(&self, query: QueryId) -> i64 {
        self.h.office.query(&self.h.me, query).unwrap().version
    }

    fn answers(&self, actor: &Actor, query: QueryId, option: usize, words: &str) {
        let answer = GivenAnswer {
            option: Some(option),
            words: words.into(),
            ..GivenAnswer::default()
        };
        let version = self.version(query);
        self.by(
            actor,
            Action::AnswerQuery {
                query,
                version,
                answer,
            },
        );
    }

    fn does(&self, actor: &Actor, action: R) {
        self.by(actor, Action::Review(action));
    }

    fn reviews(&self, actor: &Actor, visit: &str) {
        self.does(
            actor,
            R::Save {
                encounter: self.h.encounter(visit),
                draft: None,
                words: ReviewWords {
                    kind: ReviewKind::Retrospective,
                    findings: "Sodium low without a diagnosis.".into(),
                    outcome: ReviewOutcome::QueryIssued,
                    next: None,
                },
                sign: true,
            },
        );
    }

    fn lists(&self, visit: &str, list: ListKind, codes: &[&str]) {
        let entry = |code: &&str| ListedDiagnosis {
            code: (*code).into(),
            words: "as coded".into(),
            poa: None,
        };
        self.does(
            &self.h.me,
            R::SetDiagnoses {
                encounter: self.h.encounter(visit),
                list,
                version: 0,
                entries: codes.iter().map(entry).collect(),
            },
        );
    }

    fn hands_over(&self, visit: &str, version: i64, to: Stage) {
        self.does(
            &self.h.me,
            R::HandOver {
                encounter: self.h.encounter(visit),
                version,
                to,
                reason: "done".into(),
            },
        );
    }

    fn figures(&self, actor: &Actor, to: Date, by: CdiBy) -> CdiReport {
        let ask = CdiAsk {
            from: date(2026, 3, 1),
            to,
            by,
        };
        self.h.office.cdi_figures(actor, &ask).unwrap()
    }
}

fn rate(report: &CdiReport, measure: CdiMeasure) -> (i64, i64) {
    let rate = report.total.rate(measure);
    (rate.numerator, rate.denominator)
}

/// A fortnight: two queries on the 12th, one answered on the 14th and one, redirected to Jones,
/// on the 20th; a review on the 13th; codes final on the 18th.
fn worked() -> (Ward, [QueryId; 2]) {
    let w = ward();
    let smith = w.h.user("smith", &[Role::Provider], Some("Smith"));
    let jones = w.h.user("jones", &[Role::Provider], Some("Jones"));
    let first = w.asks("v1", "Sodium and fluid restriction", "hyponatremia");
    let second = w.asks("v1", "Fluids", "fluids");
    w.on("2026-03-13");
    w.reviews(&w.alpha, "v1");
    w.on("2026-03-14");
    w.answers(&smith, first, 0, "");
    w.on("2026-03-16");
    let version = w.version(second);
    w.by(
        &w.zulu,
        Action::ChangeQuery {
            query: second,
            version,
            change: QueryChange::Redirect {
                provider: w.who("Jones"),
                due: at("2026-04-27T14:00:00Z"),
                reason: "on call".into(),
            },
        },
    );
    w.lists("v1", ListKind::Working, &["E87.1", "I10"]);
    w.lists("v1", ListKind::Final, &["E87.1", "N17.9"]);
    w.on("2026-03-18");
    w.hands_over("v1", 0, Stage::Coder);
    w.hands_over("v1", 1, Stage::Final);
    w.on("2026-03-20");
    w.answers(&jones, second, 2, "dilution");
    w.on("2026-03-22");
    (w, [first, second])
}

#[test]
fn figures_of_a_past_day_come_from_what_had_happened_by_then() {
    let (w, _) = worked();
    let me = &w.h.me;
    let days = [(12, (0, 2)), (14, (1, 2)), (19, (1, 2)), (20, (2, 2))];
    let told = || days.map(|(day, _)| w.figures(me, date(2026, 3, day), CdiBy::Total).total);
    for ((day, expected), figures) in days.iter().zip(told()) {
        let response = figures.rate(CdiMeasure::ResponseRate);
        assert_eq!(
            (response.numerator, response.denominator),
            *expected,
            "{day}"
        );
    }
    let before = told();
    let now = w.figures(me, date(2026, 3, 22), CdiBy::Total);
    for (measure, expected) in [
        (CdiMeasure::ReviewRate, (1, 2)),
        (CdiMeasure::QueryRate, (1, 1)),
        (CdiMeasure::QueriesPerReview, (2, 1)),
        (CdiMeasure::AgreeRate, (1, 2)),
        (CdiMeasure::OtherRate, (1, 2)),
        (CdiMeasure::UnansweredAtFinal, (1, 2)),
        // E87.1 agrees, I10 and N17.9 stand in one list each.
        (CdiMeasure::DiagnosisMatch, (1, 3)),
    ] {
        assert_eq!(rate(&now, measure), expected, "{}", measure.name());
    }
    let hours = now.total.rate(CdiMeasure::ResponseHours).median_minutes;
    assert_eq!(hours, Some((48 + 8 * 24) * 60 / 2));
    // Whatever happens later, the past stays as it was.
    w.asks("v2", "Late", "late");
    w.reviews(&w.zulu, "v2");
    assert_eq!(told(), before);
    let refused = w.h.office.cdi_figures(
        me,
        &CdiAsk {
            from: date(2026, 3, 1),
            to: date(2026, 3, 23),
            by: CdiBy::Total,
        },
    );
    assert!(
        matches!(refused, Err(OpsError::Refused(_))),
        "a day to come"
    );
}

#[test]
fn a_redirected_query_belongs_to_whom_it_asked_then() {
    let (w, _) = worked();
    let asked = |day| {
        let report = w.figures(&w.h.me, date(2026, 3, day), CdiBy::Provider);
        let found = |name: &str| {
            let group = report
                .groups
                .iter()
                .find(|g| g.name.raw().starts_with(name));
            group.map_or(0, |g| g.figures.rate(CdiMeasure::ResponseRate).denominator)
        };
        (found("Smith"), found("Jones"))
    };
    assert_eq!(asked(15), (2, 0));
    assert_eq!(asked(17), (1, 1));
}

#[test]
fn groups_stand_in_the_order_of_names_whatever_their_rates() {
    let (w, _) = worked();
    w.reviews(&w.zulu, "v2");
    for by in CdiBy::ALL {
        let report = w.figures(&w.h.me, date(2026, 3, 22), *by);
        let names: Vec<String> = report
            .groups
            .iter()
            .map(|g| g.name.raw().to_lowercase())
            .filter(|n| !n.is_empty())
            .collect();
        let mut sorted = names.clone();
        sorted.sort();
        assert_eq!(names, sorted, "{}", by.name());
        // What has no name comes last.
        let blank = report.groups.iter().position(|g| g.name.is_blank());
        assert!(blank.is_none_or(|at| at + 1 == report.groups.len()));
    }
    // Jones answered in own words (0 % agreement), Smith agreed: the better one comes second.
    let report = w.figures(&w.h.me, date(2026, 3, 22), CdiBy::Provider);
    let agreed = |n: usize| {
        report.groups[n]
            .figures
            .rate(CdiMeasure::AgreeRate)
            .numerator
    };
    assert_eq!((agreed(0), agreed(1)), (0, 1));
}

#[test]
fn who_answers_queries_sees_no_figures_and_a_specialist_only_their_own() {
    let (w, _) = worked();
    let ask = CdiAsk {
        from: date(2026, 3, 1),
        to: date(2026, 3, 22),
        by: CdiBy::Specialist,
    };
    let both =
        w.h.user("advisor", &[Role::Provider, Role::Cdi], Some("Smith"));
    for actor in [&both, &w.h.user("desk", &[Role::Analyst], None)] {
        let denied = |e| matches!(e, OpsError::NotPermitted { .. });
        assert!(denied(w.h.office.cdi_figures(actor, &ask).unwrap_err()));
        let behind =
            w.h.office
                .cdi_behind(actor, &ask, CdiMeasure::AgreeRate, "");
        assert!(denied(behind.unwrap_err()));
    }
    let names = |actor: &Actor| -> Vec<String> {
        let report = w.h.office.cdi_figures(actor, &ask).unwrap();
        report
            .groups
            .iter()
            .map(|g| g.name.raw().to_owned())
            .collect()
    };
    assert_eq!(names(&w.zulu), ["zulu"]);
    assert_eq!(names(&w.h.me), ["alpha", "zulu"]);
    let key = w.zulu.user.id.0.to_string();
    let behind = |actor| {
        w.h.office
            .cdi_behind(actor, &ask, CdiMeasure::ResponseRate, &key)
    };
    assert!(behind(&w.alpha).is_err());
    assert_eq!(behind(&w.zulu).unwrap().len(), 2);
}

#[test]
fn what_stands_behind_a_figure_is_told_and_audited() {
    let (w, [first, second]) = worked();
    let ask = CdiAsk {
        from: date(2026, 3, 1),
        to: date(2026, 3, 22),
        by: CdiBy::Topic,
    };
    let office = &w.h.office;
    let rows = office
        .cdi_behind(&w.h.me, &ask, CdiMeasure::AgreeRate, "hyponatremia")
        .unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].part.query, rows[0].part.numerator),
        (Some(first), 1)
    );
    assert_eq!(rows[0].title.raw(), "Sodium and fluid restriction");
    assert_eq!(rows[0].visit.raw(), "v1");
    let total = CdiAsk {
        by: CdiBy::Total,
        ..ask
    };
    let rows = office
        .cdi_behind(&w.h.me, &total, CdiMeasure::UnansweredAtFinal, "")
        .unwrap();
    let open: Vec<_> = rows.iter().filter(|r| r.part.numerator == 1).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].part.query, Some(second));
    let stays = office
        .cdi_behind(&w.h.me, &total, CdiMeasure::ReviewRate, "")
        .unwrap();
    assert_eq!(stays.len(), 2);
    assert!(stays.iter().all(|r| r.part.query.is_none()));
    let by_topic = office.cdi_behind(&w.h.me, &ask, CdiMeasure::ReviewRate, "");
    assert!(matches!(by_topic, Err(OpsError::Refused(_))));
    let audit = office.store.audit_rows(50).unwrap();
    let rows = audit.iter().filter(|r| r.action == "report.cdi_list");
    assert_eq!(rows.count(), 3);
    assert!(office.audit_verify().unwrap().problems.is_empty());
}
