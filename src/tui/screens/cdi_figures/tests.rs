//! The page of figures and the list behind one.

use crate::domain::cdi_figures::{
    CdiAsk, CdiBy, CdiFigures, CdiGroup, CdiMeasure, CdiPart, CdiPartRow, CdiRate, CdiReport,
};
use crate::domain::ids::{EncounterId, QueryId};
use crate::domain::query::QueryState;
use crate::domain::time::Instant;
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Reply, Request};
use crate::tui::screens::samples;
use jiff::civil::date;

fn make(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => crate::tui::screens::make(Place::CdiFigures),
        other => crate::tui::screens::make(other),
    }
}

fn figures(by: CdiBy, n: i64) -> CdiFigures {
    let rate = |measure: &CdiMeasure| {
        let rate = CdiRate {
            numerator: n,
            denominator: 12,
            median_minutes: (*measure == CdiMeasure::ResponseHours).then_some(n * 100),
        };
        (*measure, rate)
    };
    let measures = CdiMeasure::ALL.iter().filter(|m| m.goes_by(by));
    CdiFigures {
        rates: measures.map(rate).collect(),
    }
}

fn report(by: CdiBy) -> CdiReport {
    let group = |key: &str, name: &str, n| CdiGroup {
        key: key.into(),
        name: name.into(),
        figures: figures(by, n),
    };
    let groups = match by {
        CdiBy::Total => Vec::new(),
        CdiBy::Month => vec![
            group("2026-02", "2026-02", 7),
            group("2026-03", "2026-03", 3),
        ],
        _ => vec![
            group("8", "ADAMS,KIM", 3),
            group("7", "LEE", 11),
            group("0", "", 5),
        ],
    };
    CdiReport {
        ask: CdiAsk {
            from: date(2026, 1, 1),
            to: date(2026, 3, 22),
            by,
        },
        as_of: Instant(0),
        total: figures(CdiBy::Total, 9),
        groups,
        classes: "IP".into(),
        unclassified: 0,
    }
}

fn full() -> Bench {
    let mut bench = Bench::new(make);
    bench.reply(Reply::CdiFigures(Box::new(report(CdiBy::Total))));
    bench
}

fn rows() -> Vec<CdiPartRow> {
    let row = |stay, query: Option<i64>, numerator| CdiPartRow {
        part: CdiPart {
            encounter: EncounterId(stay),
            query: query.map(QueryId),
            numerator,
            denominator: 1,
            minutes: None,
        },
        visit: "V00001".into(),
        mrn: "4410160".into(),
        patient_name: "ZZTEST,BOB".into(),
        title: "Sodium and fluid restriction".into(),
        provider_name: "SMITH,PAT".into(),
        issued: Instant::parse("2026-03-05T15:00:00Z"),
    };
    vec![row(1, Some(119), 1), row(2, Some(120), 0)]
}

#[test]
fn every_state_looks_as_it_should() {
    let mut bench = Bench::new(make);
    assert_state("cdi_figures_busy", &mut bench);
    let mut bench = full();
    bench.keys("j j j");
    assert_screen("cdi_figures_80x24", &bench.screen());
    assert_screen("cdi_figures_120x40", &bench.screen_at(120, 40));
    assert_screen("cdi_figures_tiny", &bench.screen_at(40, 8));
    let mut bench = Bench::new(make);
    bench.fail("The figures could not be read");
    assert_state("cdi_figures_error", &mut bench);
}

#[test]
fn tab_breaks_the_figures_down_and_nothing_orders_people_by_them() {
    let mut bench = full();
    bench.keys("Tab");
    bench.reply(Reply::CdiFigures(Box::new(report(CdiBy::Month))));
    bench.keys("Tab");
    let asked = Request::CdiFigures {
        period: None,
        by: CdiBy::Specialist,
    };
    assert!(bench.waiting().contains(&&asked));
    bench.reply(Reply::CdiFigures(Box::new(report(CdiBy::Specialist))));
    assert_screen("cdi_figures_specialist_80", &bench.screen());
    assert_screen("cdi_figures_specialist_120", &bench.screen_at(120, 40));
    let order = |screen: &str| {
        let (adams, lee) = (screen.find("ADAMS,KIM"), screen.find("LEE  "));
        adams.is_some() && adams < lee
    };
    assert!(order(&bench.screen()));
    bench.run(crate::command::Command::Sort(Some("agreed".into())));
    assert!(order(&bench.screen()), "{}", bench.screen());
}

#[test]
fn a_figure_leads_to_its_queries_and_a_query_is_read() {
    let mut bench = full();
    bench.keys("j j j Enter");
    let wanted = Request::CdiBehind {
        ask: report(CdiBy::Total).ask,
        measure: CdiMeasure::ResponseRate,
        key: String::new(),
    };
    assert!(bench.waiting().contains(&&wanted), "{:?}", bench.waiting());
    bench.reply(Reply::CdiBehind(rows()));
    assert_screen("cdi_behind_80", &bench.screen());
    assert_screen("cdi_behind_120", &bench.screen_at(120, 40));
    bench.keys("Tab Tab");
    assert!(bench.screen().contains("[Not counted 1]"));
    bench.keys("S-Tab Enter");
    bench.reply(Reply::Queries(vec![samples::query(
        119,
        QueryState::Issued,
    )]));
    assert!(bench.screen().contains("Query 119"), "{}", bench.screen());
}

#[test]
fn a_group_asks_which_figure_first() {
    let mut bench = full();
    bench.keys("Tab");
    bench.reply(Reply::CdiFigures(Box::new(report(CdiBy::Month))));
    bench.keys("j Enter");
    assert!(bench.screen().contains("2026-03: which figure?"));
    bench.keys("Enter");
    let wanted = Request::CdiBehind {
        ask: report(CdiBy::Month).ask,
        measure: CdiMeasure::ReviewRate,
        key: "2026-03".into(),
    };
    assert!(bench.waiting().contains(&&wanted), "{:?}", bench.waiting());
}

#[test]
fn the_period_is_chosen_and_the_first_day_is_not_after_the_last() {
    let mut bench = full();
    bench.keys("p");
    assert_screen("cdi_period_80", &bench.screen());
    bench.keys("Enter Enter");
    let wanted = Request::CdiFigures {
        period: Some((date(2026, 1, 1), date(2026, 3, 22))),
        by: CdiBy::Total,
    };
    assert!(bench.waiting().contains(&&wanted), "{:?}", bench.waiting());
}

#[test]
fn who_answers_queries_has_no_way_to_the_figures() {
    use crate::tui::screens;
    let mut bench = Bench::as_provider(screens::make, 21);
    bench.run(crate::command::Command::GotoCdiFigures);
    assert!(bench.message().unwrap().1.contains("a provider may never"));
    let roles = [Role::Analyst];
    let size = ratatui::layout::Size::new(80, 24);
    let mut bench = Bench::with(screens::make, size, "vim", &roles);
    bench.run(crate::command::Command::GotoCdiFigures);
    assert!(
        bench
            .message()
            .unwrap()
            .1
            .contains("only a CDI specialist, coder")
    );
}
