//! Tests of the room as a whole: bytes in, records and issues out.

mod real;

use super::{Limits, Options, Parsed};
use jiff::tz::TimeZone;

fn options() -> Options {
    Options {
        zone: TimeZone::get("America/New_York").unwrap(),
        limits: Limits::default(),
    }
}

fn parse(text: &str) -> Parsed {
    super::parse(text.as_bytes(), &options())
}
