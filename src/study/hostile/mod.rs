//! What must hold whatever bytes come in: the bodies of fuzzers and of property tests.
//!
//! Each body answers what did not hold. A panic, a hang or memory without bounds is for whoever
//! calls it to see. That nothing is found proves nothing about bytes that were not tried.

mod assertions;
mod csiv2;
mod texts;
mod tokens;

use std::fmt::Debug;
use std::io::Cursor;

use crate::protocol::kerberos::ccache::Ccache;
use crate::protocol::kerberos::keytab::Keytab;
use crate::protocol::kerberos::octets::{FileError, TooLong};
use crate::scenario::plan::{Files, load};
use crate::study::diff::forms::ComparisonForm;
use crate::study::diff::text::{Names, report};
use crate::study::diff::{Options, Window, compare};
use crate::study::evidence;
use crate::trace::{Line, TraceError, TraceReader, TraceWriter, verify};

pub use assertions::{canonical_forms, certificate, signed, xml};
pub use csiv2::csiv2;
pub use texts::{exec, question, racf};
pub use tokens::{NOW, passticket, request, token};

/// Bytes as a trace: read, verified, compared with themselves and told.
///
/// # Errors
///
/// Reader and verifier disagree; a whole trace is not what its records are when they are written
/// again; or a trace differs from itself.
pub fn trace(bytes: &[u8]) -> Result<(), String> {
    let verified = verify(bytes);
    let read = read(bytes);
    match (&verified, &read) {
        (Ok(_), Ok(again)) if again == bytes => (),
        (Ok(_), Ok(_)) => return Err("a whole trace is not what its records say".to_owned()),
        (Err(one), Err(other)) if one.to_string() == other.to_string() => (),
        _ => return Err(format!("verifier: {verified:?}; reader: {:?}", read.err())),
    }
    let options = Options { limit: 10, ..Options::default() };
    let Ok(found) = compare(Cursor::new(bytes), Cursor::new(bytes), &options) else {
        return match verified {
            Ok(_) => Err("a whole trace cannot be compared".to_owned()),
            Err(_) => Ok(()),
        };
    };
    let names = Names { names: ["a", "b"], plans: [None, None] };
    let told = report(&found, &names, Window::default());
    let for_programs = ComparisonForm::of(&found, &names, Window::default());
    if told.is_empty() || for_programs.equal != found.equal() {
        return Err("people and programs are told different things".to_owned());
    }
    match (found.equal(), found.whole() == verified.is_ok()) {
        (true, true) => Ok(()),
        (false, _) => Err(format!("a trace differs from itself: {told}")),
        (_, false) => Err(format!("comparison and verifier disagree: {told}")),
    }
}

/// All records, written again.
fn read(bytes: &[u8]) -> Result<Vec<u8>, TraceError> {
    let mut reader = TraceReader::new(bytes)?;
    let mut writer = TraceWriter::new(Vec::new(), reader.header());
    let lines: Vec<Line> = reader.by_ref().collect::<Result<_, _>>()?;
    for line in &lines {
        // A line that cannot stand there is missed below.
        let _ = writer.write(line);
    }
    Ok(writer.finish_into().map(|(_, bytes)| bytes).unwrap_or_default())
}

/// Bytes as a scenario over a plex that is given: loaded twice.
///
/// # Errors
///
/// It is refused without a problem, a problem has no place in the texts, or it is not the same
/// twice.
pub fn scenario(plex: &[u8], bytes: &[u8]) -> Result<(), String> {
    let files = Memory { plex, scenario: bytes };
    match (load(&files, SCENARIO, &[]), load(&files, SCENARIO, &[])) {
        (Ok(one), Ok(other)) if one.digest == other.digest => Ok(()),
        (Err(one), Err(other)) => {
            let (lines, again) =
                (one.problems.lines(&one.sources), other.problems.lines(&other.sources));
            if lines.is_empty() || lines != again {
                return Err(format!("refused for {lines:?}, then for {again:?}"));
            }
            match lines.iter().find(|line| line.split(':').next().is_none_or(str::is_empty)) {
                Some(line) => Err(format!("a problem without a place: {line}")),
                None => Ok(()),
            }
        }
        _ => Err("not the same twice".to_owned()),
    }
}

/// Bytes as a key table and as a credential cache: read, written, read again, listed.
///
/// # Errors
///
/// What was read is not the same when it is written and read again, or an error lies behind the end.
pub fn key_file(bytes: &[u8]) -> Result<(), String> {
    round_trip(bytes, Keytab::decode, |keytab| {
        let told = evidence::keytab(keytab, true);
        (keytab.encode(), told)
    })?;
    round_trip(bytes, Ccache::decode, |ccache| {
        let told = evidence::ccache(ccache, true);
        (ccache.encode(), told)
    })
}

fn round_trip<T: PartialEq + Debug>(
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, FileError>,
    encode: impl Fn(&T) -> (Result<Vec<u8>, TooLong>, String),
) -> Result<(), String> {
    let value = match decode(bytes) {
        Ok(value) => value,
        Err(error) if error.offset <= bytes.len() => return Ok(()),
        Err(error) => return Err(format!("behind the end: {error}")),
    };
    let (octets, told) = encode(&value);
    let again = octets.map_err(|error| error.to_string()).map(|octets| decode(&octets));
    match again {
        Ok(Ok(again)) if again == value && !told.is_empty() => Ok(()),
        other => Err(format!("{value:?} is not {other:?}")),
    }
}

const SCENARIO: &str = "scenario.ron";

/// Whatever a scenario names is the plex.
struct Memory<'a> {
    plex: &'a [u8],
    scenario: &'a [u8],
}

impl Files for Memory<'_> {
    fn read(&self, beside: Option<&str>, _: &str) -> Result<Vec<u8>, String> {
        Ok(if beside.is_some() { self.plex } else { self.scenario }.to_vec())
    }

    fn resolve(&self, _: &str, path: &str) -> String {
        path.to_owned()
    }
}
