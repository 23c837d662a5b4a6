//! Channels and containers of a task (CICS TS application programming, channels and containers).

use std::collections::BTreeMap;

use crate::nodes::frame::WireContainer;
use crate::protocol::charset;

/// The channel that a whole transaction sees; it never leaves scope.
pub(super) const TRANSACTION_CHANNEL: &str = "DFHTRANSACTION";
/// CCSID of the region, in which its programs hold characters (assumed: the usual LOCALCCSID).
pub(super) const REGION_CCSID: u16 = 37;
/// The CCSIDs between which the region converts, as a person reads them.
pub const CCSIDS: &str = "37, 819, 1200, 1202 or 1208";

/// The channels of one task, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Channels(BTreeMap<String, Channel>);

/// A channel: containers by name.
#[derive(Clone, Debug, Default)]
pub struct Channel(BTreeMap<String, Container>);

/// A container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    /// The CCSID of a CHAR container; none: a BIT container, never converted.
    pub(super) ccsid: Option<u16>,
    pub(super) data: Vec<u8>,
    /// Made by CICS for programs to read: they can neither put nor delete it.
    pub(super) read_only: bool,
    /// Whether it holds a secret, which no trace shows.
    pub(super) secret: bool,
}

impl Channels {
    pub(super) fn get(&self, name: &str) -> Option<&Channel> {
        self.0.get(name)
    }

    /// The channel, made where it does not exist (PUT CONTAINER makes missing channels).
    pub(super) fn make(&mut self, name: &str) -> &mut Channel {
        self.0.entry(name.to_owned()).or_default()
    }

    /// The names of all of them.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Channel> {
        self.0.get_mut(name)
    }
}

impl Channel {
    pub(super) fn from_wire(containers: Vec<WireContainer>) -> Channel {
        let named = |wire: WireContainer| {
            let WireContainer { name, ccsid, data, secret } = wire;
            (name, Container { ccsid, data, read_only: false, secret })
        };
        Channel(containers.into_iter().map(named).collect())
    }

    pub(super) fn to_wire(&self) -> Vec<WireContainer> {
        let wire = |(name, container): (&String, &Container)| WireContainer {
            name: name.clone(),
            ccsid: container.ccsid,
            data: container.data.clone(),
            secret: container.secret,
        };
        self.0.iter().map(wire).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Container> {
        self.0.get(name)
    }

    /// The names of all containers.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn put(&mut self, name: &str, container: Container) {
        self.0.insert(name.to_owned(), container);
    }

    pub(super) fn append(&mut self, name: &str, data: &[u8], secret: bool) -> bool {
        match self.0.get_mut(name) {
            Some(container) => {
                container.data.extend_from_slice(data);
                container.secret |= secret;
                true
            }
            None => false,
        }
    }

    pub(super) fn delete(&mut self, name: &str) -> bool {
        self.0.remove(name).is_some()
    }
}

impl Container {
    /// DATATYPE of the container.
    pub(super) fn type_word(&self) -> &'static str {
        if self.ccsid.is_some() { "CHAR" } else { "BIT" }
    }
}

/// Data of one CCSID in another one; none where it is not valid, or the model does not have both.
pub(super) fn convert(data: &[u8], from: u16, to: u16) -> Option<Vec<u8>> {
    charset::encode_as(to, &decode(data, from)?)
}

/// Characters of data in a CCSID that the model converts.
pub(super) fn decode(data: &[u8], ccsid: u16) -> Option<String> {
    charset::decode_as(ccsid, data).ok()
}

/// Whether data of a CCSID can be converted.
pub fn converts(ccsid: u16) -> bool {
    charset::CCSIDS.contains(&ccsid)
}

/// What a channel or container name may be, as a person reads it.
pub(super) const LEGAL_NAMES: &str =
    "1 to 16 of A-Z a-z 0-9 $ @ # / % & ? ! : | \" = ¬ , ; < > . - _";

/// Whether a channel or container name is legal: 1 to 16 of the documented characters, no blank
/// inside (CICS TS 5.4, PUT CONTAINER (CHANNEL), CHANNEL).
pub fn name_is_legal(name: &str) -> bool {
    (1..=16).contains(&name.chars().count())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "$@#/%&?!:|\"=¬,;<>.-_".contains(c))
}
