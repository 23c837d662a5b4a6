//! Where records stand in a trace that was read, to fetch some of them again.

use std::io::{self, BufRead, Seek, SeekFrom};

use super::input::{Input, read_line};
use super::line::Line;
use super::reader::MAX_LINE_BYTES;

/// The most marks that are kept (8 bytes each).
const MARKS_MAX: usize = 1 << 16;
/// Records between two marks at first.
const STRIDE: u64 = 64;

/// The byte at which every so many-th record begins.
///
/// Memory is bounded: when the marks are full, every other one is dropped and the stride doubles.
/// To fetch a record costs one seek and at most a stride of lines.
#[derive(Clone, Debug)]
pub struct Places {
    stride: u64,
    marks: Vec<u64>,
    records: u64,
}

impl Default for Places {
    fn default() -> Self {
        Places { stride: STRIDE, marks: Vec::new(), records: 0 }
    }
}

impl Places {
    /// Notes where the next record begins; they come in order, from the first.
    pub fn note(&mut self, offset: u64) {
        if self.records.is_multiple_of(self.stride) {
            if self.marks.len() == MARKS_MAX {
                let mut odd = false;
                self.marks.retain(|_| {
                    odd = !odd;
                    odd
                });
                self.stride *= 2;
            }
            self.marks.push(offset);
        }
        self.records += 1;
    }

    /// How many records were noted.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Reads a record again.
    ///
    /// # Errors
    ///
    /// The record was not noted, the file cannot be read, or it is no longer what it was.
    pub fn fetch(&self, from: &mut (impl BufRead + Seek), n: u64) -> io::Result<Line> {
        let mut changed = "the file changed while it was read".to_owned();
        let index = n.checked_sub(1).filter(|index| *index < self.records);
        let mark = index.and_then(|index| usize::try_from(index / self.stride).ok());
        let (Some(index), Some(offset)) = (index, mark.and_then(|mark| self.marks.get(mark)))
        else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no record {n}")));
        };
        from.seek(SeekFrom::Start(*offset))?;
        let mut buffer = Vec::new();
        for _ in 0..=index % self.stride {
            if read_line(from, &mut buffer, MAX_LINE_BYTES)? != Input::Line {
                return Err(io::Error::new(io::ErrorKind::InvalidData, changed));
            }
        }
        match std::str::from_utf8(&buffer).map(Line::parse) {
            Ok(Ok(line)) if line.n == n => return Ok(line),
            Ok(Err(why)) => changed = format!("{changed}: {why}"),
            _ => (),
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, changed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{Header, Record, TraceReader, TraceWriter};

    #[test]
    fn every_record_is_found_again_however_many_there_are() {
        let mut writer = TraceWriter::new(Vec::new(), &Header::default());
        for n in 1..=1000 {
            writer.write(&Line::new(n, 0, Record::new("timer").count("x", n * n))).unwrap();
        }
        let (_, bytes) = writer.finish_into().unwrap();
        let mut reader = TraceReader::new(&bytes[..]).unwrap();
        let mut places = Places::default();
        loop {
            let offset = reader.bytes();
            if reader.next_outline().unwrap().is_none() {
                break;
            }
            places.note(offset);
        }
        let mut from = io::Cursor::new(&bytes);
        for n in [1, 2, 63, 64, 65, 999, 1000] {
            let line = places.fetch(&mut from, n).unwrap();
            assert_eq!((line.n, line.record.get("x").unwrap().as_int()), (n, Some((n * n) as i64)));
        }
        for n in [0, 1001, u64::MAX] {
            assert!(places.fetch(&mut from, n).is_err());
        }
    }

    #[test]
    fn marks_are_bounded_and_stay_right() {
        let mut places = Places::default();
        for index in 0..MARKS_MAX as u64 * STRIDE * 5 {
            places.note(index);
        }
        assert!(places.marks.len() <= MARKS_MAX && places.stride == STRIDE * 8);
        for (at, mark) in places.marks.iter().enumerate() {
            assert_eq!(*mark, at as u64 * places.stride);
        }
    }
}
