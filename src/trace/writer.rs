//! Writes a trace as a run goes.
//!
//! The writer holds one buffer of constant size, whatever the length of the run. It digests the same
//! large pieces that it hands on, so the digest is there even when the bytes go nowhere.

use std::io::{self, Write};

use super::header::{Header, Summary, append_trailer};
use super::line::Line;
use super::reader::MAX_LINE_BYTES;

/// Bytes are digested and handed on in multiples of this. BLAKE3 digests whole powers of two, from
/// 16 KiB up, twice as fast as pieces of odd lengths.
const PIECE_BYTES: usize = 64 * 1024;

/// Writes header, records and trailer to `W`: a file, a `Vec<u8>` that keeps them, or
/// [`std::io::sink`] where only the [`Summary`] is wanted. `W` needs no buffer of its own.
#[derive(Debug)]
pub struct TraceWriter<W: Write> {
    out: W,
    buffer: Vec<u8>,
    hasher: blake3::Hasher,
    records: u64,
    bytes: u64,
    /// Why the output stopped: nothing is written after a gap.
    failed: Option<io::ErrorKind>,
}

impl<W: Write> TraceWriter<W> {
    /// Begins a trace with its header. Nothing reaches `out` before a piece is full or the end.
    pub fn new(out: W, header: &Header) -> Self {
        let mut buffer = Vec::with_capacity(PIECE_BYTES * 2);
        header.append_to(&mut buffer);
        buffer.push(b'\n');
        TraceWriter {
            out,
            buffer,
            hasher: blake3::Hasher::new(),
            records: 0,
            bytes: 0,
            failed: None,
        }
    }

    /// Writes the next record.
    ///
    /// # Errors
    ///
    /// What the output answered (no space left, a closed pipe), then and on every later call: the run
    /// can go on, the trace cannot. `InvalidInput` if the line cannot stand in a trace: its number does
    /// not follow the one before, a cause does not come before it, or it is longer than
    /// [`MAX_LINE_BYTES`]; that is a mistake of the caller, and nothing was written.
    pub fn write(&mut self, line: &Line) -> io::Result<()> {
        if let Some(kind) = self.failed {
            return Err(kind.into());
        }
        if line.n != self.records + 1 {
            let text = format!("record {} cannot follow record {}", line.n, self.records);
            return Err(invalid(text));
        }
        line.check_order().map_err(invalid)?;
        let start = self.buffer.len();
        line.append_to(&mut self.buffer);
        let length = self.buffer.len() - start;
        if length > MAX_LINE_BYTES {
            self.buffer.truncate(start);
            self.buffer.shrink_to(PIECE_BYTES * 2);
            return Err(invalid(format!("record {} is {length} bytes long", line.n)));
        }
        self.buffer.push(b'\n');
        self.records += 1;
        match self.buffer.len() / PIECE_BYTES {
            0 => Ok(()),
            pieces => self.hand_on(pieces * PIECE_BYTES),
        }
    }

    /// Ends the trace with its trailer and hands all of it on.
    ///
    /// # Errors
    ///
    /// What the output answered, now or before. The file is then cut and reads as such.
    pub fn finish(self) -> io::Result<Summary> {
        self.finish_into().map(|(summary, _)| summary)
    }

    /// As [`TraceWriter::finish`], and gives the output back.
    ///
    /// # Errors
    ///
    /// As [`TraceWriter::finish`].
    pub fn finish_into(mut self) -> io::Result<(Summary, W)> {
        if let Some(kind) = self.failed {
            return Err(kind.into());
        }
        self.hand_on(self.buffer.len())?;
        let digest = self.hasher.finalize().to_hex().to_string();
        append_trailer(&mut self.buffer, self.records, &digest);
        self.buffer.push(b'\n');
        self.hand_on(self.buffer.len())?;
        self.out.flush()?;
        Ok((Summary { records: self.records, digest, bytes: self.bytes }, self.out))
    }

    /// Digests and writes the first bytes of the buffer and keeps the rest.
    fn hand_on(&mut self, length: usize) -> io::Result<()> {
        let piece = self.buffer.get(..length).unwrap_or_default();
        self.hasher.update(piece);
        let result = self.out.write_all(piece);
        self.bytes += length as u64;
        self.buffer.drain(..length);
        // A single long record must not keep its room for the rest of the run.
        self.buffer.shrink_to(PIECE_BYTES * 2);
        self.failed = result.as_ref().err().map(io::Error::kind);
        result
    }
}

fn invalid(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::Record;

    /// Takes so many bytes, then has no space left.
    struct Disk {
        free: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.free == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let taken = bytes.len().min(self.free);
            self.free -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn line(n: u64) -> Line {
        Line::new(n, 0, Record::new("timer").text("timer", "x".repeat(1000)))
    }

    #[test]
    fn a_full_disk_is_an_error_then_and_ever_after() {
        let mut writer = TraceWriter::new(Disk { free: 100_000 }, &Header::default());
        let failed = (1..=200).find_map(|n| writer.write(&line(n)).err()).unwrap();
        assert_eq!(failed.kind(), io::ErrorKind::StorageFull);
        writer.out.free = 1_000_000;
        let next = writer.records + 1;
        assert_eq!(writer.write(&line(next)).unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_disk_that_fills_at_the_end_is_an_error_of_finish() {
        let writer = TraceWriter::new(Disk { free: 150 }, &Header::default());
        assert_eq!(writer.finish().unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn the_summary_is_the_same_wherever_the_bytes_go() {
        let mut nowhere = TraceWriter::new(io::sink(), &Header::default());
        let mut memory = TraceWriter::new(Vec::new(), &Header::default());
        for n in 1..=300 {
            nowhere.write(&line(n)).unwrap();
            memory.write(&line(n)).unwrap();
        }
        let (summary, bytes) = memory.finish_into().unwrap();
        assert_eq!(nowhere.finish().unwrap(), summary);
        assert_eq!(summary.bytes, bytes.len() as u64);
        assert_eq!(summary.records, 300);
        let trailer = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        assert_eq!(summary.digest, blake3::hash(&bytes[..trailer]).to_hex().as_str());
    }

    #[test]
    fn a_line_that_cannot_stand_is_refused_and_leaves_no_bytes() {
        let mut writer = TraceWriter::new(Vec::new(), &Header::default());
        let mut own_cause = line(1);
        own_cause.cause = Some(1);
        let room = MAX_LINE_BYTES - r#"{"n":1,"t":"1970-01-01T00:00:00Z","kind":"a","b":""}"#.len();
        let long = |length| Line::new(1, 0, Record::new("a").text("b", "x".repeat(length)));
        for refused in [line(0), line(2), own_cause, long(room + 1)] {
            assert_eq!(writer.write(&refused).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        }
        writer.write(&long(room)).unwrap();
        let (summary, bytes) = writer.finish_into().unwrap();
        assert_eq!(summary.records, 1);
        assert!(crate::trace::verify(&bytes[..]).is_ok());
    }
}
