//! PTKTDATA profiles: which keys make and judge the PassTickets of an application.
//!
//! Profiles with keys are discrete and are read from storage. A PassTicket is made with the profile of
//! the application's own name; it is judged with the first qualified profile that exists
//! (`APPL.GROUP.USER`, `APPL.USER`, `APPL.GROUP`), and, where that does not accept it, with the
//! unqualified one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::user::Password;
use super::{Database, InStorage, KeyStore, Profile};
use crate::check::{Check, Checks, Mark, Operand, Rule};
use crate::nodes::complaint::quote;
use crate::protocol::passticket::{
    EnhancedKey, KeyError, LegacyKey, Method, TicketType as Type, Timeout, key,
};

/// The class of the profiles.
pub const PTKTDATA: &str = "PTKTDATA";
/// APPLDATA of a profile whose legacy PassTickets may be used again.
const NO_REPLAY_PROTECTION: &str = "NO REPLAY PROTECTION";

/// The SSIGNON segment of a PTKTDATA profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ssignon {
    /// The key of legacy PassTickets, 16 hexadecimal digits (KEYMASKED and KEYENCRYPTED differ only in
    /// how it is kept).
    pub key: Option<Password>,
    /// The label in `icsf_keys` of the key of legacy PassTickets, in place of `key` (KEYLABEL).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = null))]
    pub key_label: Option<String>,
    /// The key of enhanced PassTickets itself, 64 to 512 hexadecimal digits, where its label is of no
    /// interest.
    pub enhanced_key: Option<Password>,
    /// The label in `icsf_keys` of the key of enhanced PassTickets (EPTKEYLABEL).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = null))]
    pub enhanced_key_label: Option<String>,
    /// The characters of enhanced PassTickets (TYPE).
    #[serde(rename = "type")]
    pub kind: TicketType,
    /// How long an enhanced PassTicket is valid, in seconds, 1 to 600 (TIMEOUT).
    pub timeout: u16,
    /// Whether an enhanced PassTicket may be used again (REPLAY). For legacy ones the profile says
    /// `appldata: "NO REPLAY PROTECTION"`.
    pub replay: bool,
}

impl Default for Ssignon {
    fn default() -> Ssignon {
        let kind = TicketType::MIXED;
        Ssignon {
            key: None,
            key_label: None,
            enhanced_key: None,
            enhanced_key_label: None,
            kind,
            timeout: 60,
            replay: false,
        }
    }
}

/// The characters of enhanced PassTickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TicketType {
    /// Capitals and digits.
    UPPER,
    /// Also small letters, `-` and `_`.
    #[default]
    MIXED,
}

/// The rules of this file.
pub(crate) const RULES: [&Rule; 2] = [&CLASS, &KEY];

static CLASS: Rule = Rule {
    id: "esm.ptktdata-class",
    text: "PassTickets need class PTKTDATA active and RACLISTed.",
    source: "z/OS RACF Security Administrator's Guide, activating the PTKTDATA class",
    mark: Mark::Documented,
};

static KEY: Rule = Rule {
    id: "esm.ptktdata-key",
    text: "The application has a discrete PTKTDATA profile with a key.",
    source: "z/OS RACF Security Administrator's Guide, PassTicket profiles",
    mark: Mark::Documented,
};

/// A way to make or judge PassTickets, and whether one may be used again.
pub struct Signon {
    /// The algorithm with its key.
    pub method: Method,
    /// Whether replay protection is off.
    pub replay: bool,
}

impl Ssignon {
    /// What the segment can do, the enhanced algorithm first: it makes PassTickets where there are
    /// both, and judging tries both.
    ///
    /// # Errors
    /// The key or the timeout that whoever wrote the profile must mend.
    fn signons(&self, profile: &Profile, store: &KeyStore) -> Result<Vec<Signon>, SsignonError> {
        let mut all = Vec::new();
        if let Some(text) = kept(&self.enhanced_key, &self.enhanced_key_label, store)? {
            let key = EnhancedKey::new(&key::bytes_of(text.reveal())?)?;
            let kind = match self.kind {
                TicketType::UPPER => Type::Upper,
                TicketType::MIXED => Type::Mixed,
            };
            let timeout = Timeout::new(i64::from(self.timeout))?;
            let method = Method::Enhanced { key, kind, timeout };
            all.push(Signon { method, replay: self.replay });
        }
        if let Some(text) = kept(&self.key, &self.key_label, store)? {
            let key = LegacyKey::new(&key::bytes_of(text.reveal())?)?;
            let replay = profile.appldata == NO_REPLAY_PROTECTION;
            all.push(Signon { method: Method::Legacy(key), replay });
        }
        Ok(all)
    }

    /// What is wrong with the segment, if anything. That ICSF does not have a label yet is not.
    pub fn fault(&self) -> Option<String> {
        if self.key.is_some() && self.key_label.is_some() {
            return Some("a legacy key stands there itself or under a label, not both".to_owned());
        }
        if self.enhanced_key.is_some() && self.enhanced_key_label.is_some() {
            return Some(
                "an enhanced key stands there itself or under a label, not both".to_owned(),
            );
        }
        if let Some(label) = self.labels().find(|label| !is_label(label)) {
            return Some(format!("{} is no label: {LABEL_RULE}", quote(label)));
        }
        let itself = Ssignon { key_label: None, enhanced_key_label: None, ..self.clone() };
        let timeout = Timeout::new(i64::from(self.timeout)).err();
        let fault = itself.signons(&Profile::default(), &KeyStore::new()).err();
        fault.map(|error| error.to_string()).or(timeout.map(|error| error.to_string()))
    }

    /// The labels that it names.
    pub fn labels(&self) -> impl Iterator<Item = &String> {
        self.key_label.iter().chain(&self.enhanced_key_label)
    }
}

/// What a label consists of (ICSF Administrator's Guide, labels of keys in the CKDS).
pub const LABEL_RULE: &str =
    "it has 1 to 64 of A-Z 0-9 # @ $ and periods, and begins with no digit or period";

/// Whether a text can be the label of a key.
pub fn is_label(text: &str) -> bool {
    let national = |c: char| matches!(c, '#' | '@' | '$');
    let begins = text.starts_with(|c: char| c.is_ascii_uppercase() || national(c));
    let fits = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || national(c) || c == '.';
    begins && text.len() <= 64 && text.chars().all(fits)
}

/// What is wrong with a key that ICSF keeps, if it is of neither algorithm.
pub fn key_fault(key: &Password) -> Option<String> {
    let bytes = match key::bytes_of(key.reveal()) {
        Ok(bytes) => bytes,
        Err(fault) => return Some(fault.to_string()),
    };
    let legacy = LegacyKey::new(&bytes).is_ok();
    let fault = EnhancedKey::new(&bytes).err().filter(|_| !legacy)?;
    Some(format!("{fault}; a legacy key has 8"))
}

/// A key that stands in the segment, or that ICSF keeps under a label.
fn kept<'a>(
    key: &'a Option<Password>,
    label: &Option<String>,
    store: &'a KeyStore,
) -> Result<Option<&'a Password>, SsignonError> {
    match label {
        None => Ok(key.as_ref()),
        Some(label) => store.get(label).map(Some).ok_or(SsignonError::Label),
    }
}

/// A segment with which nothing can be made.
#[derive(Debug, thiserror::Error)]
enum SsignonError {
    #[error("ICSF has no key under the label")]
    Label,
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Timeout(#[from] crate::protocol::passticket::enhanced::TimeoutError),
}

/// Whether the class answers at all.
pub fn class_answers(database: &Database, storage: &InStorage, checks: &mut Checks) -> bool {
    let options = database.class_options(PTKTDATA);
    let state = match (options.active, storage.holds(PTKTDATA)) {
        (true, true) => "active and RACLISTed",
        (true, false) => "not RACLISTed",
        (false, _) => "not active",
    };
    let holds = options.active && storage.holds(PTKTDATA);
    let (class, state) = (Operand::new("class", PTKTDATA), Operand::new("state", state));
    checks.decide(Check::holds(&CLASS, class, state, holds))
}

/// What a discrete profile in storage can do; nothing where it does not exist or has no key.
pub fn signons(
    database: &Database,
    storage: &InStorage,
    name: &str,
    checks: &mut Checks,
) -> Vec<Signon> {
    let profile = discrete(database, storage, name);
    let segment = profile.and_then(|profile| profile.ssignon.as_ref().map(|s| (profile, s)));
    let made = segment.map(|(profile, segment)| segment.signons(profile, &database.icsf_keys));
    let missing = matches!(made, Some(Err(SsignonError::Label)));
    let found = made.and_then(Result::ok).unwrap_or_default();
    let has = match (profile.is_some(), found.is_empty()) {
        (_, false) => "a key",
        (true, true) if missing => "a label under which ICSF has no key",
        (true, true) => "no key",
        (false, true) => "no such profile",
    };
    let usable = Check::holds(
        &KEY,
        Operand::new("profile", name.to_owned()),
        Operand::new("has", has),
        !found.is_empty(),
    );
    if checks.decide(usable) { found } else { Vec::new() }
}

/// The profiles that judge a PassTicket, in their order.
pub fn judges(
    database: &Database,
    storage: &InStorage,
    (application, group, user): (&str, &str, &str),
) -> Vec<String> {
    let qualified = [
        format!("{application}.{group}.{user}"),
        format!("{application}.{user}"),
        format!("{application}.{group}"),
    ];
    let first = qualified.into_iter().find(|name| discrete(database, storage, name).is_some());
    first.into_iter().chain([application.to_owned()]).collect()
}

fn discrete<'a>(database: &'a Database, storage: &'a InStorage, name: &str) -> Option<&'a Profile> {
    storage.profiles(database, PTKTDATA)?.get(name).filter(|_| !super::generic::is_generic(name))
}
