//! The realms between a client's and a service's: the transited field of a ticket.
//!
//! ```text
//!   client of A ─> krbtgt/B@A ─> krbtgt/C@B ─> service of C, transited "B"
//! ```
//!
//! The field has neither the client's realm nor the service's. Each KDC that takes a ticket-granting
//! ticket of another realm writes that realm down, because only it knows who issued the ticket. Names
//! stand in full here; what others write may be shortened (DOMAIN-X500-COMPRESS, RFC 4120 section
//! 3.3.3.2).

/// The only encoding that RFC 4120 defines.
const DOMAIN_X500_COMPRESS: i32 = 1;

/// The most realms that a path is read to, far more than any has: shortened names of a hostile ticket
/// would grow without end.
const REALMS_MAX: usize = 64;

/// A transited field, not yet interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transited {
    /// How the contents are encoded; 1 is DOMAIN-X500-COMPRESS.
    kind: i32,
    contents: Vec<u8>,
}

impl Default for Transited {
    /// No realm between.
    fn default() -> Transited {
        Transited::new(DOMAIN_X500_COMPRESS, Vec::new())
    }
}

impl Transited {
    /// A field as it stands in a ticket.
    pub fn new(kind: i32, contents: Vec<u8>) -> Transited {
        Transited { kind, contents }
    }

    /// The number of its encoding.
    pub fn kind(&self) -> i32 {
        self.kind
    }

    /// Its octets.
    pub fn contents(&self) -> &[u8] {
        &self.contents
    }

    /// Whether there is no realm between.
    pub fn is_empty(&self) -> bool {
        self.contents.is_empty()
    }

    /// Whether the encoding is one that can be read; an empty field needs none.
    pub fn is_readable(&self) -> bool {
        self.is_empty() || self.kind == DOMAIN_X500_COMPRESS
    }

    /// The field with one realm more at its end. `None` for a realm whose name would be read as
    /// another one or as none.
    pub fn with(&self, realm: &str) -> Option<Transited> {
        if realm.is_empty() || realm.ends_with('.') {
            return None;
        }
        let mut contents = self.contents.clone();
        if !contents.is_empty() {
            contents.push(b',');
        }
        // The blank says that an X.500 name stands for itself rather than below the one before.
        if realm.starts_with(['/', ' ']) {
            contents.push(b' ');
        }
        for octet in realm.bytes() {
            if matches!(octet, b',' | b'\\') {
                contents.push(b'\\');
            }
            contents.push(octet);
        }
        Some(Transited { kind: DOMAIN_X500_COMPRESS, contents })
    }

    /// The realms on the way from the client's realm to the service's, in their order. `None` where the
    /// field cannot be interpreted.
    pub fn realms(&self, client: &str, service: &str) -> Option<Vec<String>> {
        if self.is_empty() {
            return Some(Vec::new());
        }
        if !self.is_readable() {
            return None;
        }
        let mut realms: Vec<String> = Vec::new();
        // An empty name stands for all realms between its neighbours.
        let mut gap = false;
        for name in names(&self.contents)? {
            if name.text.is_empty() {
                gap = true;
                continue;
            }
            let before = realms.last().map_or("", String::as_str);
            let realm = name.expanded(before);
            if std::mem::take(&mut gap) {
                let from = realms.last().map_or(client, String::as_str).to_owned();
                realms.extend(between(&from, &realm)?);
            }
            realms.push(realm);
            if realms.len() > REALMS_MAX {
                return None;
            }
        }
        if gap {
            let from = realms.last().map_or(client, String::as_str).to_owned();
            realms.extend(between(&from, service)?);
        }
        (realms.len() <= REALMS_MAX).then_some(realms)
    }
}

/// A name as it stands in the field, without quotes.
#[derive(Default)]
struct Name {
    text: String,
    /// It begins with a blank: whatever follows stands for itself.
    alone: bool,
}

impl Name {
    /// The realm's name in full: one that ends with a period stands before the one before it, one that
    /// begins with a slash behind it.
    fn expanded(&self, before: &str) -> String {
        match &self.text {
            text if self.alone => text.clone(),
            text if text.ends_with('.') => format!("{text}{before}"),
            text if text.starts_with('/') => format!("{before}{text}"),
            text => text.clone(),
        }
    }
}

/// Takes the field apart at its commas. `None` for what is not ASCII, or a quote without a character.
fn names(contents: &[u8]) -> Option<Vec<Name>> {
    if !contents.is_ascii() {
        return None;
    }
    let mut all = vec![Name::default()];
    let mut octets = contents.iter();
    while let Some(&octet) = octets.next() {
        let name = all.last_mut()?;
        match octet {
            b',' => all.push(Name::default()),
            b' ' if name.text.is_empty() && !name.alone => name.alone = true,
            b'\\' => name.text.push(char::from(*octets.next()?)),
            octet => name.text.push(char::from(octet)),
        }
        if all.len() > 2 * REALMS_MAX {
            return None;
        }
    }
    Some(all)
}

/// The realms of a hierarchy between two of it, in the order of the way. `None` where neither is above
/// the other.
fn between(from: &str, to: &str) -> Option<Vec<String>> {
    let (below, above) = if from.len() >= to.len() { (from, to) } else { (to, from) };
    let mut realms: Vec<String> = Vec::new();
    if let Some(rest) = below.strip_suffix(above).and_then(|rest| rest.strip_suffix('.')) {
        let tails = rest.match_indices('.').filter_map(|(at, _)| below.get(at + 1..));
        realms.extend(tails.take(REALMS_MAX + 1).map(str::to_owned));
    } else if let Some(rest) = below.strip_prefix(above).filter(|rest| rest.starts_with('/')) {
        let heads = rest.match_indices('/').skip(1);
        let heads = heads.filter_map(|(at, _)| below.get(..above.len() + at));
        realms.extend(heads.take(REALMS_MAX + 1).map(str::to_owned));
        realms.reverse();
    } else if below != above {
        return None;
    }
    if below == to {
        realms.reverse();
    }
    Some(realms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &str, client: &str, service: &str) -> Option<Vec<String>> {
        Transited::new(1, contents.as_bytes().to_vec()).realms(client, service)
    }

    #[test]
    fn shortened_names_are_read_in_full() {
        for (contents, realms) in [
            ("", &[][..]),
            ("B.EXAMPLE", &["B.EXAMPLE"]),
            ("EDU,MIT.,ATHENA.", &["EDU", "MIT.EDU", "ATHENA.MIT.EDU"]),
            (
                "EDU,MIT.,WASHINGTON.EDU,CS.",
                &["EDU", "MIT.EDU", "WASHINGTON.EDU", "CS.WASHINGTON.EDU"],
            ),
            ("/COM,/HP,/APOLLO, /COM/DEC", &["/COM", "/COM/HP", "/COM/HP/APOLLO", "/COM/DEC"]),
            ("A\\,B,C\\\\D", &["A,B", "C\\D"]),
        ] {
            assert_eq!(read(contents, "A", "Z").unwrap(), realms, "{contents}");
        }
    }

    #[test]
    fn an_empty_name_stands_for_the_hierarchy_between_its_neighbours() {
        let realms = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(read(",EDU", "A.MIT.EDU", "X"), realms(&["MIT.EDU", "EDU"]));
        assert_eq!(read("EDU,", "X", "CS.WASH.EDU"), realms(&["EDU", "WASH.EDU"]));
        assert_eq!(read(",", "B.A.MIT.EDU", "EDU"), realms(&["A.MIT.EDU", "MIT.EDU"]));
        assert_eq!(read(", /COM", "/COM/DEC/X", "Z"), realms(&["/COM/DEC", "/COM"]));
        assert_eq!(read(" /COM,", "Z", "/COM/DEC/X"), realms(&["/COM", "/COM/DEC"]));
        assert_eq!(read(",", "A.B", "A.B"), realms(&[]));
        assert_eq!(read(",", "A.EXAMPLE", "B.EXAMPLE"), None);
        assert_eq!(read(",", "XEDU", "EDU"), None);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let names = ["B.EXAMPLE", "/O=HP,C=US", "C\\D", " E", "F"];
        let mut field = Transited::default();
        for name in names {
            field = field.with(name).unwrap();
        }
        assert_eq!(field.realms("A", "Z").unwrap(), names);
        assert_eq!(Transited::default().with("B.").map(|_| ()), None);
        assert_eq!(Transited::default().with("").map(|_| ()), None);
    }

    #[test]
    fn hostile_fields_are_not_read() {
        assert_eq!(read("A\\", "C", "S"), None);
        for odd in ["ä", "\\ä"] {
            assert_eq!(read(odd, "C", "S"), None);
        }
        assert_eq!(read(&"X.,".repeat(20_000), "C", "S"), None);
        assert_eq!(read(&",".repeat(60_000), "C", "S"), None);
        let deep = "A.".repeat(5_000) + "EDU";
        assert_eq!(read(",", &deep, "EDU"), None);
        let other = Transited::new(2, b"B".to_vec());
        assert_eq!((other.is_readable(), other.realms("C", "S")), (false, None));
        assert!(Transited::new(0, Vec::new()).is_readable());
    }
}
