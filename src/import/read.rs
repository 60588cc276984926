//! From paths to parsers: what each file is, and who reads it.
//!
//! Start at [`read_paths`].

use super::archive::Nesting;
use super::emit::{Emitter, Parsed, Sink, Stop};
use super::format::{self, Format};
use super::limits::Limits;
use super::maps::Maps;
use super::source::{Counting, reason};
use super::{csv, fhir, hl7v2, json, walk};
use crate::domain::record::Severity;
use jiff::tz::TimeZone;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The facility's zone, for times without one.
    pub zone: TimeZone,
    /// How much is read before it is refused.
    pub limits: Limits,
    /// What tables mean; without one they are told and skipped.
    pub mapping: Option<Arc<csv::Mapping>>,
}

/// Bytes of a file or an entry of an archive.
pub(crate) type Input<'i> = Box<dyn Read + 'i>;

/// One run of the reader.
pub(crate) struct Run<'r, 's> {
    pub(crate) options: &'r Options,
    pub(crate) out: Emitter<'s>,
    maps: Maps,
    session: fhir::Session,
    dictionaries: csv::Loaded,
}

/// Reads files, folders and archives; `-` is standard input. Whatever cannot be used becomes an
/// issue; the only way to end early is a sink that stops.
///
/// # Errors
/// [`Stop`] when the sink wants no more.
pub fn read_paths(
    paths: &[PathBuf],
    stdin: &mut dyn Read,
    options: &Options,
    sink: &mut dyn Sink,
) -> Result<(), Stop> {
    let mut walked: Vec<(&PathBuf, walk::Walked)> = paths
        .iter()
        .map(|path| match path.to_str() {
            Some("-") => (path, walk::Walked::default()),
            _ => (path, walk::walk(path)),
        })
        .collect();
    if let Some(mapping) = &options.mapping {
        in_order_of_tables(mapping, &mut walked);
    }
    let files = walked.iter().flat_map(|(_, w)| &w.files);
    let total = files.map(|f| f.bytes).sum();
    let mut run = Run::new(options, sink, total);
    for (path, walked) in &walked {
        if path.to_str() == Some("-") {
            run.out.begin("-");
            let counted = Counting::new(&mut *stdin, Rc::clone(&run.out.read));
            run.stream("-", Box::new(counted), &Nesting::outermost())?;
        }
        if walked.bare {
            run.out.begin(&path.to_string_lossy());
            run.skip("a folder without files")?;
        }
        for unusable in &walked.unusable {
            run.out.begin(&unusable.path.to_string_lossy());
            run.out
                .issue(Severity::Reject, 0, "", &reason(&unusable.error));
        }
        for file in &walked.files {
            run.file(&file.path)?;
        }
    }
    run.finish()
}

/// Puts files of all paths in the order in which the mapping names their tables; what the mapping
/// does not name comes last, as it came.
fn in_order_of_tables(mapping: &csv::Mapping, walked: &mut [(&PathBuf, walk::Walked)]) {
    let mut all = Vec::new();
    for (_, walked) in walked.iter_mut() {
        all.append(&mut walked.files);
    }
    all.sort_by_cached_key(|f| mapping.rank(&f.path.to_string_lossy()));
    if let Some((_, last)) = walked.last_mut() {
        last.files = all;
    }
}

/// Reads bytes that are in memory already: one message, one file.
pub fn parse(bytes: &[u8], options: &Options) -> Parsed {
    let mut parsed = Parsed::default();
    let mut run = Run::new(options, &mut parsed, bytes.len() as u64);
    // `Parsed` never stops.
    let read = run
        .stream("", Box::new(bytes), &Nesting::outermost())
        .and_then(|()| run.finish());
    debug_assert!(read.is_ok());
    parsed
}

impl<'r, 's> Run<'r, 's> {
    fn new(options: &'r Options, sink: &'s mut dyn Sink, total: u64) -> Self {
        Self {
            options,
            out: Emitter::new(sink, &options.limits, total),
            maps: Maps::embedded(),
            session: fhir::Session::new(&options.limits),
            dictionaries: csv::Loaded::default(),
        }
    }

    fn finish(&mut self) -> Result<(), Stop> {
        for arrival in self.session.finish() {
            self.out.push(arrival)?;
        }
        self.out.finish()
    }

    fn file(&mut self, path: &Path) -> Result<(), Stop> {
        let name = path.to_string_lossy();
        self.out.begin(&name);
        let before = self.out.read.get();
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) => {
                self.out.issue(Severity::Reject, 0, "", &reason(&error));
                return Ok(());
            }
        };
        let mut magic = [0u8; 4];
        let got = file.read(&mut magic).unwrap_or(0);
        if file.seek(SeekFrom::Start(0)).is_err() {
            self.out
                .issue(Severity::Reject, 0, "", "it cannot be read from its start");
            return Ok(());
        }
        let nesting = Nesting::outermost();
        if format::detect(&magic[..got]) == Format::Zip {
            let counted = Counting::new(BufReader::new(file), Rc::clone(&self.out.read));
            self.zip(&name, counted, &nesting)?;
        } else {
            let counted = Counting::new(file, Rc::clone(&self.out.read));
            self.stream(&name, Box::new(counted), &nesting)?;
        }
        // Seeking and unread ends would make the count wander: a file done is a file counted.
        let bytes = path.metadata().map_or(0, |m| m.len());
        self.out.read.set(before + bytes);
        Ok(())
    }

    /// Reads a file, or an entry of an archive, whatever it is.
    pub(crate) fn stream(
        &mut self,
        name: &str,
        mut input: Input<'_>,
        nesting: &Nesting,
    ) -> Result<(), Stop> {
        if self.out.file() != name {
            self.out.begin(name);
        }
        let mut head = Vec::new();
        let peeked = input
            .by_ref()
            .take(format::HEAD_BYTES as u64)
            .read_to_end(&mut head);
        if let Err(error) = &peeked
            && head.is_empty()
        {
            self.out.issue(Severity::Reject, 0, "", &reason(error));
            return Ok(());
        }
        let format = format::detect(&head);
        let failed = Failing(peeked.err());
        let input: Input<'_> = Box::new(Cursor::new(head).chain(failed).chain(input));
        match format {
            Format::Gzip => self.gzip(name, input, nesting),
            Format::Zstd => self.zstd(name, input, nesting),
            Format::Tar => self.tar(name, input, nesting),
            Format::Zip => self.zip_stream(name, input, nesting),
            Format::Json => self.json(input),
            Format::Hl7v2 => self.hl7v2(input),
            Format::Empty => self.skip("an empty file"),
            Format::Text => self.table(input),
            Format::Ccda => {
                self.skip("a C-CDA document; import of C-CDA comes with a later version")
            }
            Format::Other(words) => self.skip(words),
        }
    }

    fn skip(&mut self, reason: &str) -> Result<(), Stop> {
        self.out.issue(Severity::Skip, 0, "", reason);
        Ok(())
    }

    fn table(&mut self, input: Input<'_>) -> Result<(), Stop> {
        let Some(mapping) = self.options.mapping.clone() else {
            return self
                .skip("text that is neither FHIR nor HL7 v2; a table needs a mapping (--mapping)");
        };
        let mut reader = csv::Reader {
            mapping: &mapping,
            zone: &self.options.zone,
            limits: &self.options.limits,
            out: &mut self.out,
            loaded: &mut self.dictionaries,
        };
        csv::read(&mut reader, BufReader::with_capacity(1 << 16, input))
    }

    fn json(&mut self, input: Input<'_>) -> Result<(), Stop> {
        let mut reader = fhir::Reader {
            maps: &self.maps,
            zone: &self.options.zone,
            limits: &self.options.limits,
            out: &mut self.out,
            session: &mut self.session,
        };
        json::read(&mut reader, BufReader::with_capacity(1 << 16, input))
    }

    fn hl7v2(&mut self, input: Input<'_>) -> Result<(), Stop> {
        let mut reader = hl7v2::Reader {
            maps: &self.maps,
            zone: &self.options.zone,
            limits: &self.options.limits,
            out: &mut self.out,
        };
        hl7v2::read(&mut reader, BufReader::with_capacity(1 << 16, input))
    }
}

/// Gives back, once, an error met while looking at the head of a file.
struct Failing(Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
