//! CDR: numbers and octets in their order, aligned.

/// Most elements of a list that is read: it bounds the work.
const ELEMENTS_MAX: u32 = 64;

/// CDR in big-endian order, aligned from its first octet.
#[derive(Default)]
pub(crate) struct Out(pub(crate) Vec<u8>);

impl Out {
    pub(crate) fn encapsulation() -> Out {
        Out(vec![0])
    }
    pub(crate) fn align(&mut self, to: usize) {
        while !self.0.len().is_multiple_of(to) {
            self.0.push(0);
        }
    }
    pub(crate) fn octet(&mut self, value: u8) {
        self.0.push(value);
    }
    pub(crate) fn short(&mut self, value: u16) {
        self.align(2);
        self.0.extend(value.to_be_bytes());
    }
    pub(crate) fn long(&mut self, value: u32) {
        self.align(4);
        self.0.extend(value.to_be_bytes());
    }
    pub(crate) fn longlong(&mut self, value: u64) {
        self.align(8);
        self.0.extend(value.to_be_bytes());
    }
    pub(crate) fn octets(&mut self, value: &[u8]) {
        self.long(u32::try_from(value.len()).unwrap_or(u32::MAX));
        self.0.extend_from_slice(value);
    }
    pub(crate) fn string(&mut self, value: &str) {
        self.octets(&[value.as_bytes(), &[0]].concat());
    }
}

/// CDR of either order.
pub(crate) struct In<'a> {
    pub(crate) octets: &'a [u8],
    pub(crate) at: usize,
    pub(crate) little: bool,
}

pub(crate) type Read<T> = Result<T, String>;

impl<'a> In<'a> {
    pub(crate) fn encapsulation(octets: &'a [u8]) -> Read<In<'a>> {
        match octets.first() {
            Some(order @ (0 | 1)) => Ok(In { octets, at: 1, little: *order == 1 }),
            _ => Err("there is no order octet".to_owned()),
        }
    }
    pub(crate) fn take(&mut self, count: usize) -> Read<&'a [u8]> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.octets.len());
        let end = end.ok_or("it is cut short")?;
        let taken = self.octets.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(taken)
    }
    pub(crate) fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to);
    }
    pub(crate) fn octet(&mut self) -> Read<u8> {
        Ok(self.take(1)?.first().copied().unwrap_or_default())
    }
    pub(crate) fn number(&mut self, size: usize) -> Read<u64> {
        self.align(size);
        let taken = self.take(size)?;
        let fold = |value: u64, octet: &u8| value << 8 | u64::from(*octet);
        Ok(if self.little { taken.iter().rev().fold(0, fold) } else { taken.iter().fold(0, fold) })
    }
    pub(crate) fn short(&mut self) -> Read<u16> {
        Ok(self.number(2)? as u16)
    }
    pub(crate) fn long(&mut self) -> Read<u32> {
        Ok(self.number(4)? as u32)
    }
    pub(crate) fn octets(&mut self) -> Read<&'a [u8]> {
        let count = self.long()?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }
    pub(crate) fn string(&mut self) -> Read<String> {
        let octets = self.octets()?;
        let text = octets.strip_suffix(&[0]).ok_or("a string without its end")?;
        String::from_utf8(text.to_vec()).map_err(|_| "a string that is no text".to_owned())
    }
    pub(crate) fn count(&mut self) -> Read<u32> {
        match self.long()? {
            count if count <= ELEMENTS_MAX => Ok(count),
            count => Err(format!("a list of {count} elements")),
        }
    }
    pub(crate) fn done(&self) -> Read<()> {
        if self.at == self.octets.len() { Ok(()) } else { Err("octets follow".to_owned()) }
    }
}
