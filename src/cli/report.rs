//! `report`: statistics, statements, what coders wait for; `note` and `coded`.

mod cdi;

use super::act::act;
use super::args::Place;
use super::args::{By, Coded, Note, Report, ReportFormat, ReportName};
use super::named::{provider, visit};
use super::output::{Exit, Failure, Out, Result};
use super::session::Session;
use crate::domain::action::Action;
use crate::domain::ladder::Statement;
use crate::domain::report::{GroupBy, Statistics, StayList, TotalSort};
use crate::domain::time::{Instant, Moment};
use crate::ops::OpsError;
use crate::report::table::Table;
use crate::report::tables;
use crate::text::{noun, show, show_lines};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Runs `report`.
pub fn run(place: &Place, args: &Report) -> Result {
    let session = place.open()?;
    let (office, actor) = (&session.office, &session.actor);
    let day = day(&session, args.date.as_deref(), office.today())?;
    let restates = [
        ReportName::Delinquency,
        ReportName::Ageing,
        ReportName::OnTime,
    ];
    if args.restated && !restates.contains(&args.name) {
        return Err(Failure::Usage(
            "delinquency, ageing and on-time can be restated, nothing else".to_owned(),
        ));
    }
    let settings = &office.settings;
    let table = match args.name {
        ReportName::Delinquency => {
            let s = statistics(&session, args, day)?;
            let limit = office.ladder()?.limit_days();
            let classes: Vec<&str> = settings
                .statistics_classes
                .iter()
                .map(|c| c.name())
                .collect();
            tables::delinquency(&s, limit, settings.over_days, &classes.join(", "))
        }
        ReportName::Ageing => tables::ageing(&statistics(&session, args, day)?, &settings.bands()),
        ReportName::OnTime => {
            tables::on_time(&statistics(&session, args, day)?, settings.period_days)
        }
        ReportName::Quarterly => tables::quarterly(&office.quarterly(actor, day)?),
        ReportName::Stages => tables::stages(&office.stage_days(actor, day)?, settings.period_days),
        ReportName::Trend => {
            tables::trend(&office.trend(actor, group(args.by)?, &args.key, args.days)?)
        }
        ReportName::Flow => tables::flow(&office.flow(actor, args.days)?),
        ReportName::Providers => {
            let sort = if args.late {
                TotalSort::Late
            } else {
                TotalSort::Open
            };
            tables::providers(
                &office.provider_totals(actor, sort, args.limit)?,
                &office.zone,
            )
        }
        ReportName::Productivity => {
            let first = day_of_month(day);
            let from = self::day(&session, args.from.as_deref(), first)?;
            tables::productivity(&office.productivity(actor, from, day)?)
        }
        ReportName::Statement => return statement(&session, args),
        ReportName::Cdi => return cdi::run(&session, args, day),
        ReportName::Snapshot => return snapshot(&session, args),
        ReportName::Waiting => return stays(&session, args, StayList::Waiting),
        ReportName::Ready => return stays(&session, args, StayList::Ready),
        ReportName::Coded => return stays(&session, args, StayList::Coded),
    };
    print(&table, format(args)?)
}

pub fn format(args: &Report) -> Result<ReportFormat> {
    let format = if args.json.json {
        ReportFormat::Json
    } else {
        args.format
    };
    if format == ReportFormat::Html && args.name != ReportName::Statement {
        return Err(Failure::Usage(
            "only a statement has a page of HTML".to_owned(),
        ));
    }
    Ok(format)
}

pub fn print(table: &Table, format: ReportFormat) -> Result {
    let mut out = Out::new(format == ReportFormat::Json);
    match format {
        ReportFormat::Json => {
            for row in table.json() {
                out.object(&row)?;
            }
        }
        ReportFormat::Csv => {
            for line in table.csv() {
                out.line(line)?;
            }
        }
        _ => {
            for line in table.text() {
                out.line(line)?;
            }
        }
    }
    out.done(Exit::Done)
}

pub fn day(session: &Session, text: Option<&str>, default: Date) -> Result<Date> {
    match text {
        None => Ok(default),
        Some(text) => crate::grammar::parse_day(text, session.office.today())
            .map_err(|e| Failure::Usage(e.to_string())),
    }
}

fn day_of_month(day: Date) -> Date {
    day.first_of_month()
}

fn group(by: By) -> Result<GroupBy> {
    Ok(match by {
        By::Total => GroupBy::Total,
        By::Facility => GroupBy::Facility,
        By::Service => GroupBy::Service,
        By::Provider => GroupBy::Provider,
        By::Type => GroupBy::Kind,
        By::Month | By::Specialist | By::Group | By::Topic => {
            return Err(Failure::Usage(
                "months, specialists, groups and topics are of `report cdi`".to_owned(),
            ));
        }
    })
}

fn statistics(session: &Session, args: &Report, day: Date) -> Result<Statistics> {
    let by = group(args.by)?;
    if args.restated {
        return Ok(session
            .office
            .restated_statistics(&session.actor, day, by)?);
    }
    if !args.stored {
        return Ok(session.office.statistics(&session.actor, day, by)?);
    }
    session
        .office
        .stored_statistics(&session.actor, day, by)?
        .ok_or_else(|| OpsError::Refused(format!("no figures of {day} are stored")).into())
}

fn snapshot(session: &Session, args: &Report) -> Result {
    let run = session.office.take_snapshots(&session.actor)?;
    let json = format(args)? == ReportFormat::Json;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({ "kind": "snapshot", "days": run.days }))?;
    } else {
        out.line(format_args!(
            "{} {} stored",
            run.days.len(),
            noun(run.days.len(), "day")
        ))?;
    }
    out.done(Exit::Done)
}

fn statement(session: &Session, args: &Report) -> Result {
    let who = args
        .who
        .as_deref()
        .ok_or_else(|| Failure::Usage("whose statement? Name a provider".to_owned()))?;
    let who = provider(session, who)?;
    let s = session.office.statement(&session.actor, who)?;
    match format(args)? {
        ReportFormat::Json => {
            let mut out = Out::new(true);
            for line in statement_json(&s) {
                out.object(&line)?;
            }
            out.done(Exit::Done)
        }
        ReportFormat::Csv => print(&statement_table(session, &s), ReportFormat::Csv),
        form => {
            let text = if form == ReportFormat::Html {
                s.html.into()
            } else {
                s.text
            };
            let mut out = Out::new(false);
            for line in show_lines(&text) {
                out.line(line)?;
            }
            out.done(Exit::Done)
        }
    }
}

fn statement_json(s: &Statement) -> Vec<Value> {
    let mut out = vec![json!({
        "kind": "summary", "provider": s.provider, "name": s.name, "at": s.at.rfc3339(),
        "open": s.total, "late": s.late, "listed": s.lines.len()
    })];
    out.extend(s.lines.iter().map(|l| {
        json!({
            "kind": "item", "deficiency": l.deficiency, "type": l.kind, "title": l.title,
            "visit": l.visit, "mrn": l.mrn, "patient": l.patient_name, "discharged": l.discharged,
            "due": l.due.rfc3339(), "age_days": l.calendar_days, "chargeable_days": l.chargeable_days,
            "late": l.late, "held": l.held
        })
    }));
    out
}

fn statement_table(session: &Session, s: &Statement) -> Table {
    let columns = [
        ("deficiency", "ID"),
        ("type", "TYPE"),
        ("visit", "VISIT"),
        ("mrn", "MRN"),
        ("patient", "PATIENT"),
        ("discharged", "DISCHARGED"),
        ("due", "DUE"),
        ("age_days", "AGE"),
        ("chargeable_days", "DAYS"),
    ];
    let mut table = Table::new(format!("Statement of {}", show(&s.name)), &columns);
    for l in &s.lines {
        table.row([
            l.deficiency.0.into(),
            l.kind.as_str().into(),
            l.visit.clone().into(),
            l.mrn.clone().into(),
            l.patient_name.clone().into(),
            l.discharged.as_str().into(),
            l.due.day(&session.office.zone).to_string().into(),
            l.calendar_days.into(),
            l.chargeable_days.into(),
        ]);
    }
    table
}

/// One of the coder's lists, page by page up to the limit.
fn stays(session: &Session, args: &Report, list: StayList) -> Result {
    let (office, actor) = (&session.office, &session.actor);
    let mut stays = Vec::new();
    let mut after = None;
    while stays.len() < args.limit {
        let rows = (args.limit - stays.len()).min(office.settings.page_rows);
        let page = office.stay_page(actor, list, after, rows)?;
        stays.extend(page.stays);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let format = format(args)?;
    if format != ReportFormat::Json {
        return print(&tables::waiting(&stays, &session.office.zone, list), format);
    }
    let mut out = Out::new(true);
    for s in stays {
        out.object(&json!({
            "kind": list.name(),
            "visit": s.visit, "mrn": s.mrn, "patient": s.patient_name, "class": s.class.name(),
            "service": s.service_name, "discharged": s.discharged.rfc3339(), "age_days": s.age_days,
            "waits_for": s.waits_for.iter().map(|a| json!({
                "deficiency": a.deficiency, "type": a.kind, "title": a.title, "owner": a.owner_name,
                "due": a.due.rfc3339(), "late": a.late, "held": a.held
            })).collect::<Vec<_>>(),
            "ready": s.ready.map(|t| t.rfc3339()), "lifted_by": s.lifted_by,
            "coded": s.coded.map(|c| json!({ "by": c.by.name(), "at": c.at.map(|at| at.iso(&session.office.zone)) })),
            "note": s.note.as_ref().map(|n| json!({ "at": n.at.rfc3339(), "by": n.user_name, "words": n.words }))
        }))?;
    }
    out.done(Exit::Done)
}

/// Runs `coded`: whether a stay is coded, or a coder's word that it is or is not.
pub fn coded(place: &Place, args: &Coded) -> Result {
    let session = place.open()?;
    let encounter = visit(&session, &args.visit)?;
    let (office, actor) = (&session.office, &session.actor);
    let action = match (&args.not, args.now, &args.at) {
        (Some(reason), ..) => Action::MarkNotCoded {
            encounter,
            reason: reason.as_str().into(),
        },
        (None, true, _) => Action::MarkCoded {
            encounter,
            at: None,
        },
        (None, false, Some(text)) => Action::MarkCoded {
            encounter,
            at: Some(instant(&session, text)?),
        },
        (None, false, None) => {
            let found = office.coded(actor, encounter)?;
            let mut out = Out::new(args.json.json);
            let at = found.and_then(|c| c.at).map(|at| at.iso(&office.zone));
            if out.json {
                out.object(&json!({ "coded": found.is_some(), "by": found.map(|c| c.by.name()), "at": at }))?;
            } else {
                match found {
                    None => out.line("not coded")?,
                    Some(c) => {
                        let at = at.unwrap_or_else(|| "on a day not known".to_owned());
                        out.line(format_args!("coded {at} ({})", c.by.title()))?;
                    }
                }
            }
            return out.done(if found.is_some() {
                Exit::Done
            } else {
                Exit::Found
            });
        }
    };
    act(&session, &action, args.json.json)
}

/// An instant, or the end of a day (now, if it is today).
fn instant(session: &Session, text: &str) -> Result<Instant> {
    if let Some(at) = Instant::parse(text) {
        return Ok(at);
    }
    let office = &session.office;
    let day = crate::grammar::parse_day(text, office.today())
        .map_err(|e| Failure::Usage(e.to_string()))?;
    Ok(Instant::end_of(day, &office.zone).min(office.now()))
}

/// Runs `note`: a note to the coder of a stay.
pub fn note(place: &Place, args: &Note) -> Result {
    let session = place.open()?;
    let encounter = visit(&session, &args.visit)?;
    if let Some(words) = &args.words {
        let action = Action::NoteToCoder {
            encounter,
            words: words.as_str().into(),
        };
        return act(&session, &action, args.json.json);
    }
    let notes = session.office.coder_notes(&session.actor, encounter)?;
    let mut out = Out::new(args.json.json);
    for n in notes {
        if out.json {
            out.object(&json!({ "at": n.at.rfc3339(), "by": n.user_name, "words": n.words }))?;
        } else {
            let words = show(&n.words);
            out.line(format_args!(
                "{}  {}  {words}",
                Moment::at(n.at).iso(&session.office.zone),
                show(&n.user_name)
            ))?;
        }
    }
    out.or_say("no note yet")?;
    out.done(Exit::Done)
}
