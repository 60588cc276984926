//! HL7 v2: ADT, MDM, ORU, order, account and charge messages.
//!
//! Takes messages one by one from a file of any line ending, with or without batch headers and
//! MLLP framing. What a message does not say changes nothing (`Extent::Part`), `""` deletes.
//! Message types that are not used are silently none of ours. Start at [`read`].

mod account;
mod adt;
mod body;
mod context;
mod document;
mod escape;
mod frame;
mod message;
mod observation;
mod order;
mod patient;
mod result;
mod visit;

use super::emit::{Emitter, Stop};
use super::limits::Limits;
use super::maps::Maps;
use super::source;
use crate::domain::record::Severity;
use crate::text::counted;
use context::Context;
use frame::{Frame, Frames, Next};
use jiff::tz::TimeZone;
use message::Message;
use std::io::BufRead;

/// Reads HL7 v2 messages.
pub(crate) struct Reader<'r, 's> {
    pub maps: &'r Maps,
    pub zone: &'r TimeZone,
    pub limits: &'r Limits,
    pub out: &'r mut Emitter<'s>,
}

/// Reads a file of messages.
pub(crate) fn read(reader: &mut Reader<'_, '_>, input: impl BufRead) -> Result<(), Stop> {
    let limits = reader.limits;
    let mut frames = Frames::new(input, limits);
    let mut count = 0u64;
    loop {
        match frames.next() {
            Next::End => return Ok(()),
            Next::Message(frame) => {
                count += 1;
                message(reader, &frame)?;
            }
            Next::Stray(line) => {
                let reason = "text that belongs to no message; passed over";
                reader.out.issue(Severity::Warning, line, "", reason);
            }
            Next::Failed(frame, line, error) => {
                let reason = source::reason(&error);
                let reason = format!("{reason}; before it {} taken", counted(count, "message"));
                reader.out.issue(Severity::Reject, line.max(1), "", &reason);
                // What was read of the last message may lack its end: it is not taken.
                drop(frame);
                return Ok(());
            }
        }
    }
}

fn message(reader: &mut Reader<'_, '_>, frame: &Frame) -> Result<(), Stop> {
    if let Some(reason) = &frame.over {
        reader
            .out
            .issue(Severity::Reject, frame.line, "MSH", reason);
        return Ok(());
    }
    let Some(message) = Message::read(frame) else {
        let reason = "the header names no delimiters";
        reader
            .out
            .issue(Severity::Reject, frame.line, "MSH-1", reason);
        return Ok(());
    };
    let Some(msh) = message.segment("MSH") else {
        return Ok(());
    };
    let (kind, event) = kind_of(&message);
    if kind.is_empty() {
        let reason = "the header names no message type";
        reader
            .out
            .issue(Severity::Reject, frame.line, "MSH-9", reason);
        return Ok(());
    }
    let sender = msh.field(3).value(1);
    let control = msh.field(10).value(1);
    let control = if control.is_empty() {
        control
    } else {
        format!("{sender}/{control}")
    };
    let mut cx = Context {
        maps: reader.maps,
        zone: reader.zone,
        limits: reader.limits,
        out: reader.out,
        message: &message,
        kind,
        event,
        control,
    };
    let read = match cx.kind.as_str() {
        "ADT" => adt::read,
        "BAR" | "DFT" => account::read,
        "MDM" => document::read,
        "ORU" => result::read,
        "ORM" | "OMG" | "OML" => order::read,
        _ => return Ok(()),
    };
    if let Some((segment, position)) = message.too_long(reader.limits.field_bytes) {
        let most = reader.limits.field_bytes >> 20;
        let reason = format!("longer than {most} MiB; the message was not taken");
        cx.issue(Severity::Reject, segment, position, &reason);
        return Ok(());
    }
    if let Some(note) = message.charset_note {
        cx.out.issue(Severity::Warning, frame.line, "MSH-18", note);
    }
    read(&mut cx)
}

/// Type and event: MSH-9; an event that is missing there may stand in EVN-1.
fn kind_of(message: &Message) -> (String, String) {
    let Some(msh) = message.segment("MSH") else {
        return (String::new(), String::new());
    };
    let kind = msh.field(9).value(1).to_ascii_uppercase();
    let mut event = msh.field(9).value(2).to_ascii_uppercase();
    if event.is_empty() {
        event = message.segment("EVN").map_or_else(String::new, |evn| {
            evn.field(1).value(1).to_ascii_uppercase()
        });
    }
    (kind, event)
}
