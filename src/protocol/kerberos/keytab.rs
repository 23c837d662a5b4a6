//! Key tables as MIT's and Heimdal's tools keep them: version 2 read and written, version 1 read.
//!
//! ```text
//!   05 02, then records:  length (4, signed)   > 0: an entry   < 0: a hole of that size   0: the end
//!   entry:  components (2)  realm  component…  name type (4)  time (4)  version (1)
//!           encryption type (2)  key  [version (4)]  [what an implementation adds]
//! ```
//!
//! Version 1 counts the realm among the components, has no name types, and uses the octet order of
//! the machine that wrote it (MIT Kerberos documentation, *Keytab file format*).

use std::fmt;

use super::etype::{EncryptionType, Key};
use super::octets::{FileError, Octets, Order, TooLong, push16};
use super::present::ServiceKey;
use super::principal::{Principal, name_type};

/// A key table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keytab {
    /// Its entries in the order of the file.
    pub entries: Vec<KeytabEntry>,
}

/// A key of a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeytabEntry {
    /// The principal.
    pub principal: Principal,
    /// When the entry was written, in seconds since 1970.
    pub timestamp: u32,
    /// The key version number.
    pub kvno: u32,
    /// The key.
    pub key: StoredKey,
}

/// A key of a file: of any encryption type, also of those that the model does not have. Its debug
/// form does not show the octets.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The number of the encryption type.
    pub etype: i32,
    octets: Vec<u8>,
}

impl fmt::Debug for StoredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredKey({}, redacted)", self.type_name())
    }
}

impl From<&Key> for StoredKey {
    fn from(key: &Key) -> StoredKey {
        StoredKey { etype: key.etype().number(), octets: key.bytes().to_vec() }
    }
}

impl StoredKey {
    /// The octets: a secret.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The key, where the model has its type.
    pub fn key(&self) -> Option<Key> {
        Key::new(EncryptionType::from_number(self.etype)?, &self.octets).ok()
    }

    /// The name of its type, or the number where the model does not have it.
    pub fn type_name(&self) -> String {
        EncryptionType::from_number(self.etype)
            .map_or_else(|| format!("type {}", self.etype), |etype| etype.to_string())
    }

    /// Takes type and octets from a file. A type that the model has must have its length.
    pub(super) fn read(etype: u16, octets: &Octets<'_>) -> Result<StoredKey, FileError> {
        // Types from X'8000' on are the negative ones of private use.
        let etype = i32::from(etype.cast_signed());
        let key = StoredKey { etype, octets: octets.rest().to_vec() };
        match EncryptionType::from_number(etype).map(|etype| Key::new(etype, &key.octets)) {
            Some(Err(error)) => Err(octets.error(error.to_string())),
            _ => Ok(key),
        }
    }

    /// The type as it is written.
    pub(super) fn wire_type(&self) -> [u8; 2] {
        (self.etype as i16).to_be_bytes()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Keytab {
    /// Reads a file.
    ///
    /// # Errors
    /// [`FileError`]: these octets are no key table.
    pub fn decode(file: &[u8]) -> Result<Keytab, FileError> {
        let mut octets = Octets::new(file)?;
        match octets.u16("the version")? {
            0x0502 => records(octets, Version::Two),
            0x0501 => version_one(&octets),
            other => {
                let problem = format!("no key table: it begins with X'{other:04X}', not X'0502'");
                Err(FileError { offset: 0, problem })
            }
        }
    }

    /// The octets of a file of version 2, with versions of keys in both their places.
    ///
    /// # Errors
    /// [`TooLong`]: a name or a key is longer than 65,535 bytes.
    pub fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let mut out = vec![5, 2];
        for entry in &self.entries {
            let entry = entry.encode()?;
            let length = i32::try_from(entry.len());
            let most = i32::MAX as usize;
            let length =
                length.map_err(|_| TooLong { what: "an entry", length: entry.len(), most })?;
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(&entry);
        }
        Ok(out)
    }

    /// The keys of a principal that the model can use.
    pub fn keys_of(&self, principal: &Principal) -> Vec<ServiceKey> {
        let own = self.entries.iter().filter(|entry| entry.principal == *principal);
        own.filter_map(|entry| Some(ServiceKey { kvno: entry.kvno, key: entry.key.key()? }))
            .collect()
    }
}

impl KeytabEntry {
    /// An entry as the tools write it: its name is a plain one, whatever the principal is used for.
    pub fn new(principal: Principal, kvno: u32, key: &Key, timestamp: u32) -> KeytabEntry {
        let principal = principal.with_kind(name_type::PRINCIPAL);
        KeytabEntry { principal, timestamp, kvno, key: StoredKey::from(key) }
    }

    fn encode(&self) -> Result<Vec<u8>, TooLong> {
        let components = self.principal.components();
        let count = u16::try_from(components.len());
        let (length, most) = (components.len(), usize::from(u16::MAX));
        let count = count.map_err(|_| TooLong { what: "a principal", length, most })?;
        let mut out = count.to_be_bytes().to_vec();
        push16(&mut out, self.principal.realm().as_bytes(), "a realm")?;
        for component in components {
            push16(&mut out, component.as_bytes(), "a component of a name")?;
        }
        out.extend_from_slice(&self.principal.kind().to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.push(self.kvno as u8);
        out.extend_from_slice(&self.key.wire_type());
        push16(&mut out, &self.key.octets, "a key")?;
        out.extend_from_slice(&self.kvno.to_be_bytes());
        Ok(out)
    }

    fn decode(mut octets: Octets<'_>, version: Version) -> Result<KeytabEntry, FileError> {
        let begin = octets.clone();
        let mut count = octets.u16("the number of components")?;
        if version == Version::One {
            count = count.saturating_sub(1);
        }
        let realm = octets.counted16("a realm")?.text()?;
        let mut components = Vec::new();
        for _ in 0..count {
            components.push(octets.counted16("a component of a name")?.text()?);
        }
        let kind = match version {
            Version::One => name_type::PRINCIPAL,
            Version::Two => octets.i32("a name type")?,
        };
        let principal = begin.principal(realm, &components, kind)?;
        let timestamp = octets.u32("a time")?;
        let short = octets.u8("a key version")?;
        let etype = octets.u16("an encryption type")?;
        let key = StoredKey::read(etype, &octets.counted16("a key")?)?;
        // What is left may be the rest of a larger entry that was here before.
        let long = if octets.len() < 4 { 0 } else { octets.u32("a key version")? };
        let kvno = if long == 0 { u32::from(short) } else { long };
        Ok(KeytabEntry { principal, timestamp, kvno, key })
    }
}

fn records(mut octets: Octets<'_>, version: Version) -> Result<Keytab, FileError> {
    let mut entries = Vec::new();
    while !octets.is_empty() {
        let length = octets.i32("the length of a record")?;
        if length == 0 {
            if octets.rest().iter().any(|octet| *octet != 0) {
                return Err(octets.error("something follows the end mark"));
            }
            break;
        }
        let hole = length < 0;
        let record =
            octets.take(length.unsigned_abs(), if hole { "a hole" } else { "an entry" })?;
        if !hole {
            entries.push(KeytabEntry::decode(record, version)?);
        }
    }
    Ok(Keytab { entries })
}

/// Nothing in the file tells its octet order: it is the one in which the file can be read, and the
/// reason why it cannot is that of the order which goes further.
fn version_one(octets: &Octets<'_>) -> Result<Keytab, FileError> {
    let read = |order| records(octets.clone().in_order(order), Version::One);
    match (read(Order::Little), read(Order::Big)) {
        (Ok(keytab), _) | (Err(_), Ok(keytab)) => Ok(keytab),
        (Err(little), Err(big)) => Err(if big.offset > little.offset { big } else { little }),
    }
}
