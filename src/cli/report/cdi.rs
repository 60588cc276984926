//! `report cdi`: figures of documentation integrity, and what each is made of.

use super::{day, format, print};
use crate::cli::args::{By, Report, ReportFormat};
use crate::cli::output::{Failure, Result};
use crate::cli::session::Session;
use crate::domain::cdi_figures::{CdiAsk, CdiBy, CdiMeasure};
use crate::report::cdi_tables;
use jiff::civil::Date;

/// Runs `report cdi`; `to` is the last day of the period.
pub fn run(session: &Session, args: &Report, to: Date) -> Result {
    let (office, actor) = (&session.office, &session.actor);
    let ask = CdiAsk {
        from: day(session, args.from.as_deref(), office.cdi_from(to))?,
        to,
        by: by(args.by)?,
    };
    let format = format(args)?;
    let person = format == ReportFormat::Text;
    if let Some(name) = &args.behind {
        let measure = CdiMeasure::from_name(name).ok_or_else(|| no_figure(name))?;
        if ask.by == CdiBy::Total && !args.key.is_empty() {
            return Err(Failure::Usage("--key needs --by".to_owned()));
        }
        let rows = office.cdi_behind(actor, &ask, measure, &args.key)?;
        return print(&cdi_tables::behind(measure, &rows, &office.zone), format);
    }
    let report = office.cdi_figures(actor, &ask)?;
    let table = match (ask.by, person) {
        (CdiBy::Total, true) => cdi_tables::total(&report),
        (CdiBy::Total, false) => cdi_tables::total_rows(&report),
        (_, true) => cdi_tables::groups(&report),
        (_, false) => cdi_tables::group_rows(&report),
    };
    print(&table, format)
}

fn no_figure(name: &str) -> Failure {
    let known: Vec<&str> = CdiMeasure::ALL.iter().map(|m| m.name()).collect();
    Failure::Usage(format!("{name} is no figure; known: {}", known.join(", ")))
}

fn by(by: By) -> Result<CdiBy> {
    Ok(match by {
        By::Total => CdiBy::Total,
        By::Month => CdiBy::Month,
        By::Specialist => CdiBy::Specialist,
        By::Provider => CdiBy::Provider,
        By::Group => CdiBy::Group,
        By::Service => CdiBy::Service,
        By::Topic => CdiBy::Topic,
        By::Facility | By::Type => {
            return Err(Failure::Usage(
                "cdi goes by month, specialist, provider, group, service or topic".to_owned(),
            ));
        }
    })
}
