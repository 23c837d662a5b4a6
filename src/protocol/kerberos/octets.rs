//! Octets of key table and credential cache files, read with their places and written.
//!
//! A length that a file claims is compared with what is left of it before anything is kept, so memory
//! never grows beyond a small multiple of the file.

use thiserror::Error;

use super::principal::Principal;

/// The longest file that is read, in bytes.
pub const LONGEST_FILE: usize = 4 << 20;

/// A file is not laid out as its format says; whoever made or changed it mends it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("byte {offset}: {problem}")]
pub struct FileError {
    /// Where the trouble was seen, from 0.
    pub offset: usize,
    /// What is wrong there.
    pub problem: String,
}

/// A name, key or ticket is too long for its length field; whoever made it shortens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{what} of {length} bytes is too long for the file format, which holds {most}")]
pub struct TooLong {
    /// What is too long.
    pub what: &'static str,
    /// Its length.
    pub length: usize,
    /// The most that fits.
    pub most: usize,
}

/// The order of octets in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Big,
    Little,
}

/// A place in a file, and what is left from there.
#[derive(Clone, Debug)]
pub(super) struct Octets<'a> {
    left: &'a [u8],
    at: usize,
    order: Order,
}

impl<'a> Octets<'a> {
    /// A whole file.
    pub(super) fn new(file: &'a [u8]) -> Result<Octets<'a>, FileError> {
        let octets = Octets { left: file, at: 0, order: Order::Big };
        if file.len() > LONGEST_FILE {
            let problem = format!("the file has {} bytes; the limit is {LONGEST_FILE}", file.len());
            return Err(octets.error(problem));
        }
        Ok(octets)
    }

    /// From here on numbers are in this order.
    pub(super) fn in_order(mut self, order: Order) -> Octets<'a> {
        self.order = order;
        self
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// How much is left.
    pub(super) fn len(&self) -> usize {
        self.left.len()
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.left
    }

    /// Something is wrong here.
    pub(super) fn error(&self, problem: impl Into<String>) -> FileError {
        FileError { offset: self.at, problem: problem.into() }
    }

    /// The next octets, as many as a length field says.
    pub(super) fn take(&mut self, length: u32, what: &str) -> Result<Octets<'a>, FileError> {
        let wanted = usize::try_from(length).unwrap_or(usize::MAX);
        let Some((taken, left)) = self.left.split_at_checked(wanted) else {
            let there = self.left.len();
            return Err(self.error(format!("{what} of {length} bytes, and {there} are left")));
        };
        let taken = Octets { left: taken, at: self.at, order: self.order };
        (self.left, self.at) = (left, self.at + taken.left.len());
        Ok(taken)
    }

    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N], FileError> {
        let Some((taken, left)) = self.left.split_first_chunk::<N>() else {
            return Err(self.error(format!("the file ends inside {what}")));
        };
        (self.left, self.at) = (left, self.at + N);
        let mut taken = *taken;
        if self.order == Order::Little {
            taken.reverse();
        }
        Ok(taken)
    }

    pub(super) fn u8(&mut self, what: &str) -> Result<u8, FileError> {
        self.array(what).map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self, what: &str) -> Result<u16, FileError> {
        self.array(what).map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self, what: &str) -> Result<u32, FileError> {
        self.array(what).map(u32::from_be_bytes)
    }

    pub(super) fn i32(&mut self, what: &str) -> Result<i32, FileError> {
        self.array(what).map(i32::from_be_bytes)
    }

    /// A length in two octets, then so many.
    pub(super) fn counted16(&mut self, what: &str) -> Result<Octets<'a>, FileError> {
        let length = self.u16(what)?;
        self.take(u32::from(length), what)
    }

    /// A length in four octets, then so many.
    pub(super) fn counted32(&mut self, what: &str) -> Result<Octets<'a>, FileError> {
        let length = self.u32(what)?;
        self.take(length, what)
    }

    /// What is left as part of a principal's name.
    pub(super) fn text(&self) -> Result<&'a str, FileError> {
        let text = std::str::from_utf8(self.left).ok().filter(|text| text.is_ascii());
        text.ok_or_else(|| self.error("a Kerberos name has only ASCII characters"))
    }

    /// A principal of these parts.
    pub(super) fn principal(
        &self,
        realm: &str,
        components: &[&str],
        kind: i32,
    ) -> Result<Principal, FileError> {
        if components.is_empty() {
            return Err(self.error("a principal without any component"));
        }
        Principal::new(realm, components, kind).map_err(|error| self.error(error.to_string()))
    }
}

/// Appends octets behind their length in two octets.
pub(super) fn push16(out: &mut Vec<u8>, octets: &[u8], what: &'static str) -> Result<(), TooLong> {
    let most = usize::from(u16::MAX);
    let length = u16::try_from(octets.len());
    let length = length.map_err(|_| TooLong { what, length: octets.len(), most })?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(octets);
    Ok(())
}

/// Appends octets behind their length in four octets.
pub(super) fn push32(out: &mut Vec<u8>, octets: &[u8], what: &'static str) -> Result<(), TooLong> {
    let length = u32::try_from(octets.len()).ok().filter(|_| octets.len() <= LONGEST_FILE);
    let length = length.ok_or(TooLong { what, length: octets.len(), most: LONGEST_FILE })?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(octets);
    Ok(())
}
