//! Reads a trace back, one record at a time, and tells a whole one from any other.

use std::io::{self, BufRead};

use super::header::{
    FORMAT_VERSION, Header, OLDEST_VERSION, OPENING, Summary, TRAILER_OPENING, append_trailer,
};
use super::input::{Input, read_line};
use super::line::Line;
use super::outline::Outline;

/// The longest line that a trace may have, its end not counted. Lists and objects nest at most 127
/// deep, the limit of the JSON reader.
pub const MAX_LINE_BYTES: usize = 16 * 1024 * 1024;

/// Bytes are digested in multiples of this.
const PIECE_BYTES: usize = 64 * 1024;

/// Why a file is not a whole trace that this program reads.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct TraceError {
    /// Line of the file, from 1.
    pub line: u64,
    /// What was wrong there.
    pub problem: Problem,
}

/// What was wrong with a trace. Each text ends with what to do.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The file could not be read.
    #[error("cannot read further: {0}; copy the file to a sound place and try again")]
    Read(io::Error),
    /// It never was a trace.
    #[error("this is not a trace ({0}); name a file that `run --trace` wrote")]
    NotATrace(&'static str),
    /// A later program wrote it.
    #[error(
        "the trace has format version {0}, this program reads up to {FORMAT_VERSION}; \
         use the program that wrote it or a newer one"
    )]
    Newer(u32),
    /// An earlier program wrote it, and its format is no longer read.
    #[error(
        "the trace has format version {0}, this program reads from {OLDEST_VERSION}; \
         run its scenario again to write a new trace"
    )]
    Older(u32),
    /// The end is missing: the run was stopped, the disk was full, or a copy was not finished.
    #[error("the trace is cut ({0}); run its scenario again, or copy the file again")]
    Cut(&'static str),
    /// It is not what a run wrote.
    #[error("the trace was edited ({0}); run its scenario again to get the trace that it has")]
    Edited(String),
}

/// Reads the records of a trace. Records come as they are read; only after the last one, when
/// [`TraceReader::next_line`] answered `None`, is it known that the trace is whole.
#[derive(Debug)]
pub struct TraceReader<R: BufRead> {
    from: R,
    header: Header,
    buffer: Vec<u8>,
    digester: Digester,
    line: u64,
    records: u64,
    /// The trailer was read, or something was wrong: nothing more comes.
    ended: bool,
    summary: Option<Summary>,
}

/// What a line of a trace can be after the first.
enum Step {
    Record(Outline),
    Trailer(Summary),
}

impl<R: BufRead> TraceReader<R> {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// Any [`Problem`] of the first line.
    pub fn new(mut from: R) -> Result<Self, TraceError> {
        let mut buffer = Vec::new();
        let header = read_header(&mut from, &mut buffer)
            .map_err(|problem| TraceError { line: 1, problem })?;
        let mut digester = Digester::default();
        digester.add_line(&buffer);
        let (line, records, ended, summary) = (1, 0, false, None);
        Ok(TraceReader { from, header, buffer, digester, line, records, ended, summary })
    }

    /// What the trace says about itself; `secret` means that it holds whole tokens.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next record, or `None` after the last one.
    ///
    /// # Errors
    ///
    /// A [`Problem`] with its line. Nothing more comes after it, and there is no summary.
    pub fn next_line(&mut self) -> Result<Option<Line>, TraceError> {
        let Some(outline) = self.next_outline()? else { return Ok(None) };
        let line = Line::parse(self.text()).map_err(|why| {
            self.ended = true;
            TraceError { line: outline.n + 1, problem: Problem::Edited(why) }
        })?;
        Ok(Some(line))
    }

    /// The next record, not taken apart, or `None` after the last one; [`TraceReader::text`] is its line.
    ///
    /// # Errors
    ///
    /// As for [`TraceReader::next_line`].
    pub fn next_outline(&mut self) -> Result<Option<Outline>, TraceError> {
        if self.ended {
            return Ok(None);
        }
        match self.step() {
            Ok(Step::Record(outline)) => Ok(Some(outline)),
            Ok(Step::Trailer(summary)) => {
                self.ended = true;
                self.summary = Some(summary);
                Ok(None)
            }
            Err(error) => {
                self.ended = true;
                Err(error)
            }
        }
    }

    /// The line that was read last, without its end.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.buffer).unwrap_or_default()
    }

    /// How many bytes the header and the records take that were read: where the next line begins.
    pub fn bytes(&self) -> u64 {
        self.digester.bytes
    }

    /// The reader beneath, for a second look at what was read.
    pub fn into_inner(self) -> R {
        self.from
    }

    /// What the trace amounts to, once the last record of a whole trace has been read.
    pub fn summary(&self) -> Option<&Summary> {
        self.summary.as_ref()
    }

    fn step(&mut self) -> Result<Step, TraceError> {
        self.line += 1;
        let input = read_line(&mut self.from, &mut self.buffer, MAX_LINE_BYTES);
        let step = match input.map_err(Problem::Read) {
            Ok(Input::Line) if self.buffer.starts_with(TRAILER_OPENING) => self.trailer(),
            Ok(Input::Line) => self.record(),
            Ok(Input::Open) => Err(Problem::Cut("it ends within a line")),
            Ok(Input::End) => Err(Problem::Cut("the last line, with count and digest, is missing")),
            Ok(Input::TooLong) => Err(edited("the line is longer than 16 MiB")),
            Err(problem) => Err(problem),
        };
        step.map_err(|problem| TraceError { line: self.line, problem })
    }

    fn record(&mut self) -> Result<Step, Problem> {
        let text = std::str::from_utf8(&self.buffer).map_err(|_| edited("it is not UTF-8"))?;
        let outline = Outline::of(text).map_err(Problem::Edited)?;
        let expected = self.records + 1;
        if outline.n != expected {
            return Err(Problem::Edited(format!("record {} stands for {expected}", outline.n)));
        }
        self.records = expected;
        self.digester.add_line(&self.buffer);
        Ok(Step::Record(outline))
    }

    fn trailer(&mut self) -> Result<Step, Problem> {
        let digest = self.digester.finish();
        let mut expected = Vec::with_capacity(self.buffer.len());
        append_trailer(&mut expected, self.records, &digest);
        if self.buffer != expected {
            let given = String::from_utf8_lossy(self.buffer.get(..120).unwrap_or(&self.buffer));
            let expected = String::from_utf8_lossy(&expected);
            return Err(Problem::Edited(format!("it ends with {given}, its bytes say {expected}")));
        }
        let bytes = self.digester.bytes + expected.len() as u64 + 1;
        if !self.from.fill_buf().map_err(Problem::Read)?.is_empty() {
            return Err(edited("more follows the last line"));
        }
        Ok(Step::Trailer(Summary { records: self.records, digest, bytes }))
    }
}

impl<R: BufRead> Iterator for TraceReader<R> {
    type Item = Result<Line, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_line().transpose()
    }
}

/// Reads all of a trace: what it says about itself and what it amounts to, if it is whole.
///
/// # Errors
///
/// The first [`Problem`], with its line.
pub fn verify<R: BufRead>(from: R) -> Result<(Header, Summary), TraceError> {
    let mut reader = TraceReader::new(from)?;
    loop {
        if let Step::Trailer(summary) = reader.step()? {
            return Ok((reader.header, summary));
        }
    }
}

fn read_header(from: &mut impl BufRead, buffer: &mut Vec<u8>) -> Result<Header, Problem> {
    let input = read_line(from, buffer, MAX_LINE_BYTES).map_err(Problem::Read)?;
    let is_trace = buffer.starts_with(OPENING);
    match input {
        Input::End => return Err(Problem::NotATrace("the file is empty")),
        Input::Open if is_trace || OPENING.starts_with(buffer) => {
            return Err(Problem::Cut("it ends within the first line"));
        }
        Input::TooLong if is_trace => return Err(edited("the line is longer than 16 MiB")),
        Input::Line if is_trace => (),
        _ => return Err(Problem::NotATrace("the first line is not the header of a trace")),
    }
    let text = std::str::from_utf8(buffer).map_err(|_| edited("it is not UTF-8"))?;
    let (version, rest) = text
        .get(OPENING.len()..)
        .and_then(|text| text.split_once(','))
        .ok_or(Problem::NotATrace("the first line has no format version"))?;
    let version = version.parse().map_err(|_| edited("the format version is not a number"))?;
    match version {
        ..OLDEST_VERSION => Err(Problem::Older(version)),
        OLDEST_VERSION..=FORMAT_VERSION => Header::parse(text, rest).map_err(Problem::Edited),
        _ => Err(Problem::Newer(version)),
    }
}

fn edited(what: &str) -> Problem {
    Problem::Edited(what.to_owned())
}

/// Digests lines in large whole pieces, where BLAKE3 is at its best.
#[derive(Debug, Default)]
struct Digester {
    hasher: blake3::Hasher,
    pending: Vec<u8>,
    bytes: u64,
}

impl Digester {
    fn add_line(&mut self, line: &[u8]) {
        self.bytes += line.len() as u64 + 1;
        self.pending.extend_from_slice(line);
        self.pending.push(b'\n');
        let pieces = self.pending.len() / PIECE_BYTES;
        if pieces > 0 {
            self.digest(pieces * PIECE_BYTES);
        }
    }

    /// Digests the first bytes that are pending.
    fn digest(&mut self, length: usize) {
        self.hasher.update(self.pending.get(..length).unwrap_or_default());
        self.pending.drain(..length);
        self.pending.shrink_to(PIECE_BYTES * 2);
    }

    fn finish(&mut self) -> String {
        self.digest(self.pending.len());
        self.hasher.finalize().to_hex().to_string()
    }
}
