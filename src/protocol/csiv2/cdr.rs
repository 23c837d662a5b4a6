//! CDR: numbers and octets in either order, aligned from where the message or encapsulation begins
//! (CORBA 3.0 section 15.3).

use std::borrow::Cow;

use crate::protocol::anatomy::{Part, hex};

/// Most elements of a list that is read: it bounds the work.
const ELEMENTS_MAX: u32 = 1024;

/// Longest message or encapsulation that is looked at (octets).
pub const LONGEST: usize = 1 << 20;

/// Octets are not what they should be. The sender made something else, or a link changed them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("octet {at}: {what}")]
pub struct Malformed {
    /// Where, from the first octet of what was given.
    pub at: usize,
    /// What is wrong.
    pub what: Cow<'static, str>,
}

/// What reading gives.
pub type Read<T> = Result<T, Malformed>;

/// The order of the octets of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Most significant first.
    #[default]
    Big,
    /// Least significant first.
    Little,
}

impl Order {
    /// Both of them.
    pub const ALL: [Order; 2] = [Order::Big, Order::Little];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Order::Big => "big",
            Order::Little => "little",
        }
    }

    /// Whether it is the little one, as flags say it.
    pub(super) fn flag(self) -> u8 {
        u8::from(self == Order::Little)
    }
}

/// CDR being written.
#[derive(Debug, Default)]
pub(super) struct Out {
    pub(super) octets: Vec<u8>,
    pub(super) order: Order,
}

impl Out {
    /// An encapsulation: its order comes first.
    pub(super) fn encapsulation(order: Order) -> Out {
        Out { octets: vec![order.flag()], order }
    }
    pub(super) fn align(&mut self, to: usize) {
        self.octets.resize(self.octets.len().next_multiple_of(to), 0);
    }
    pub(super) fn octet(&mut self, value: u8) {
        self.octets.push(value);
    }
    pub(super) fn boolean(&mut self, value: bool) {
        self.octet(value.into());
    }
    fn number<const SIZE: usize>(&mut self, mut big: [u8; SIZE]) {
        self.align(SIZE);
        if self.order == Order::Little {
            big.reverse();
        }
        self.octets.extend(big);
    }
    pub(super) fn short(&mut self, value: u16) {
        self.number(value.to_be_bytes());
    }
    pub(super) fn long(&mut self, value: u32) {
        self.number(value.to_be_bytes());
    }
    pub(super) fn longlong(&mut self, value: u64) {
        self.number(value.to_be_bytes());
    }
    pub(super) fn count(&mut self, length: usize) {
        self.long(u32::try_from(length).unwrap_or(u32::MAX));
    }
    pub(super) fn sequence(&mut self, value: &[u8]) {
        self.count(value.len());
        self.octets.extend_from_slice(value);
    }
    pub(super) fn string(&mut self, value: &str) {
        self.count(value.len() + 1);
        self.octets.extend_from_slice(value.as_bytes());
        self.octet(0);
    }
}

/// What a reader tells of its way: nothing to nodes, all fields to people.
#[derive(Debug, Default)]
pub(super) struct Notes {
    told: bool,
    open: Vec<Part>,
    done: Vec<Part>,
}

impl Notes {
    /// Notes that are kept.
    pub(super) fn kept() -> Notes {
        Notes { told: true, ..Notes::default() }
    }
    /// Whether anybody wants them: then readers also look into what they only hand on otherwise.
    pub(super) fn are_kept(&self) -> bool {
        self.told
    }
    pub(super) fn leaf(&mut self, part: impl FnOnce() -> Part) {
        if self.told {
            let part = part();
            self.add(part);
        }
    }
    fn add(&mut self, part: Part) {
        match self.open.last_mut() {
            Some(group) => group.parts.push(part),
            None => self.done.push(part),
        }
    }
    pub(super) fn enter(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        form: &'static str,
        at: usize,
    ) {
        if self.told {
            self.open.push(Part::new(name, form, at, 0));
        }
    }
    pub(super) fn leave(&mut self, end: usize) {
        if let Some(mut part) = self.open.pop() {
            part.length = u32::try_from(end).unwrap_or(u32::MAX).saturating_sub(part.offset);
            self.add(part);
        }
    }
    /// What the value read last means.
    pub(super) fn means(&mut self, meaning: impl FnOnce() -> Option<String>) {
        if self.told {
            let group = self.open.last_mut().map_or(&mut self.done, |group| &mut group.parts);
            if let Some(part) = group.last_mut() {
                part.meaning = meaning();
            }
        }
    }
    /// The names of the groups that are open, from the outermost.
    pub(super) fn path(&self) -> Vec<Cow<'static, str>> {
        self.open.iter().map(|part| part.name.clone()).collect()
    }
    /// The parts, with what a flaw has left open.
    pub(super) fn into_parts(mut self, end: usize) -> Vec<Part> {
        while !self.open.is_empty() {
            self.leave(end);
        }
        self.done
    }
}

/// CDR being read.
#[derive(Debug)]
pub(super) struct In<'a, 'n> {
    octets: &'a [u8],
    at: usize,
    pub(super) order: Order,
    /// Where its first octet is in what was given.
    base: usize,
    pub(super) notes: &'n mut Notes,
}

impl<'a, 'n> In<'a, 'n> {
    /// Octets without an order of their own.
    pub(super) fn new(octets: &'a [u8], order: Order, base: usize, notes: &'n mut Notes) -> Self {
        In { octets, at: 0, order, base, notes }
    }

    /// An encapsulation. Its first octet is its order, and no other than 0 and 1 is one.
    pub(super) fn encapsulation(octets: &'a [u8], base: usize, notes: &'n mut Notes) -> Read<Self> {
        let mut read = In::new(octets, Order::Big, base, notes);
        if octets.len() > LONGEST {
            return Err(read.wrong("an encapsulation has at most 1 MiB"));
        }
        read.order = match read.octet("byte_order")? {
            0 => Order::Big,
            1 => Order::Little,
            _ => return Err(read.wrong_at(0, "the octet of the byte order is neither 0 nor 1")),
        };
        let word = read.order.word();
        read.notes.means(|| Some(word.to_owned()));
        Ok(read)
    }

    pub(super) fn wrong(&self, what: impl Into<Cow<'static, str>>) -> Malformed {
        self.wrong_at(self.at, what)
    }
    pub(super) fn wrong_at(&self, at: usize, what: impl Into<Cow<'static, str>>) -> Malformed {
        // Padding may end behind what there is.
        Malformed { at: self.base + at.min(self.octets.len()), what: what.into() }
    }
    /// Where the next octet is in what was given.
    pub(super) fn place(&self) -> usize {
        self.base + self.at.min(self.octets.len())
    }
    pub(super) fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.octets.len());
        let taken = end.and_then(|end| self.octets.get(self.at..end));
        let taken = taken.ok_or_else(|| self.wrong("it ends before what has to follow"))?;
        self.at += count;
        Ok(taken)
    }
    /// Steps over padding, whatever it holds.
    pub(super) fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to);
    }
    pub(super) fn group<T>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        form: &'static str,
        inside: impl FnOnce(&mut Self) -> Read<T>,
    ) -> Read<T> {
        let place = self.place();
        self.notes.enter(name, form, place);
        let found = inside(self)?;
        let place = self.place();
        self.notes.leave(place);
        Ok(found)
    }
    fn number(&mut self, size: usize, name: &'static str, form: &'static str) -> Read<u64> {
        self.align(size);
        let start = self.place();
        let taken = self.take(size)?;
        let fold = |value: u64, octet: &u8| value << 8 | u64::from(*octet);
        let value = match self.order {
            Order::Big => taken.iter().fold(0, fold),
            Order::Little => taken.iter().rev().fold(0, fold),
        };
        self.notes.leaf(|| Part::new(name, form, start, size).with_value(value.to_string()));
        Ok(value)
    }
    pub(super) fn octet(&mut self, name: &'static str) -> Read<u8> {
        Ok(self.number(1, name, "octet")? as u8)
    }
    pub(super) fn boolean(&mut self, name: &'static str) -> Read<bool> {
        match self.number(1, name, "boolean")? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.wrong_at(self.at - 1, "a boolean is neither 0 nor 1")),
        }
    }
    pub(super) fn short(&mut self, name: &'static str) -> Read<u16> {
        Ok(self.number(2, name, "unsigned short")? as u16)
    }
    pub(super) fn long(&mut self, name: &'static str) -> Read<u32> {
        Ok(self.number(4, name, "unsigned long")? as u32)
    }
    pub(super) fn longlong(&mut self, name: &'static str) -> Read<u64> {
        self.number(8, name, "unsigned long long")
    }
    /// Octets with their length in front, and where they begin.
    fn counted(&mut self) -> Read<(&'a [u8], usize)> {
        self.align(4);
        let start = self.at;
        let told = self.notes.told;
        self.notes.told = false;
        let count = self.long("length");
        self.notes.told = told;
        let count = usize::try_from(count?).unwrap_or(usize::MAX);
        if count > self.octets.len().saturating_sub(self.at) {
            return Err(
                self.wrong_at(start, format!("{count} octets are said to follow, and do not"))
            );
        }
        Ok((self.take(count)?, self.base + start + 4))
    }
    pub(super) fn sequence(&mut self, name: &'static str) -> Read<&'a [u8]> {
        let (octets, start) = self.counted()?;
        self.notes.leaf(|| Part::new(name, "octets", start, octets.len()).with_value(hex(octets)));
        Ok(octets)
    }
    /// Octets into which people look.
    pub(super) fn opened(
        &mut self,
        name: &'static str,
        form: &'static str,
        inside: impl FnOnce(&'a [u8], usize, &mut Notes) -> Read<()>,
    ) -> Read<&'a [u8]> {
        let (octets, start) = self.counted()?;
        if self.notes.told {
            self.notes.enter(name, form, start);
            inside(octets, start, self.notes)?;
            self.notes.leave(start + octets.len());
        }
        Ok(octets)
    }
    /// A string: a zero ends it, which its length counts.
    pub(super) fn string(&mut self, name: &'static str) -> Read<String> {
        let (octets, start) = self.counted()?;
        let wrong = |what: &'static str| Malformed { at: start, what: what.into() };
        let text = octets.strip_suffix(&[0]).ok_or_else(|| wrong("a string without its zero"))?;
        if text.contains(&0) {
            return Err(wrong("a string with a zero in it"));
        }
        let text = std::str::from_utf8(text).map_err(|_| wrong("a string that is no text"))?;
        self.notes.leaf(|| Part::new(name, "string", start, octets.len()).with_value(text));
        Ok(text.to_owned())
    }
    /// How many elements follow, each of this many octets or more.
    pub(super) fn count(&mut self, least: usize) -> Read<u32> {
        let count = self.long("count")?;
        let room = self.octets.len().saturating_sub(self.at) / least.max(1);
        if count > ELEMENTS_MAX || usize::try_from(count).unwrap_or(usize::MAX) > room {
            return Err(self.wrong_at(
                self.at - 4,
                format!("{count} elements are said to follow, and cannot"),
            ));
        }
        Ok(count)
    }
    /// A list of elements of this many octets or more.
    pub(super) fn list<T>(
        &mut self,
        name: &'static str,
        least: usize,
        mut element: impl FnMut(&mut Self) -> Read<T>,
    ) -> Read<Vec<T>> {
        self.align(4);
        self.group(name, "sequence", |read| {
            let count = read.count(least)?;
            (0..count)
                .map(|number| match read.notes.are_kept() {
                    true => read.group(format!("[{number}]"), "struct", &mut element),
                    false => element(read),
                })
                .collect()
        })
    }
    pub(super) fn rest(&mut self) -> &'a [u8] {
        let rest = self.octets.get(self.at..).unwrap_or_default();
        self.at = self.octets.len();
        rest
    }
    pub(super) fn done(&self) -> Read<()> {
        if self.at == self.octets.len() { Ok(()) } else { Err(self.wrong("octets follow")) }
    }
}
