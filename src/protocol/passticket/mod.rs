//! PassTickets: one-time substitutes for a password, made from a key that two systems share.
//!
//! ```text
//!   key ─┐
//!   user ID, application, second ──> eight characters ──> user ID, application, key ──> second
//!              generate                                             evaluate
//! ```
//!
//! Nothing but the second is hidden in a PassTicket, and both algorithms are permutations: to
//! evaluate is to run the algorithm backwards, and the second that comes out is the only one that
//! it can have been made in. The evaluator then compares that second with its own clock ([`evaluate`])
//! and with what it has seen before ([`replay`]). Two PassTickets for the same user, application and
//! key made in one second are the same string, so the second use of such a twin is a replay.
//!
//! Everything is a pure function of keys, names and time.

pub mod enhanced;
pub mod evaluate;
pub mod key;
pub mod legacy;
pub mod name;
pub mod replay;
pub mod rules;

use std::fmt;

pub use enhanced::{EnhancedKey, TicketType, Timeout};
pub use evaluate::{Evaluation, Refusal};
pub use key::KeyError;
pub use legacy::LegacyKey;
pub use name::{Name, NameError};
pub use replay::ReplayCache;

use crate::check::Seconds;

/// Characters of a PassTicket.
pub const LENGTH: usize = 8;

/// No PassTicket is valid for longer than this, before and after its generation, in seconds.
pub const LONGEST_WINDOW: i64 = 600;

/// Whom a PassTicket signs on, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parties {
    /// The user ID.
    pub user: Name,
    /// The application, as its PTKTDATA profile is called.
    pub application: Name,
}

/// A PassTicket. It works like a password, so its debug form does not show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PassTicket([u8; LENGTH]);

impl PassTicket {
    /// The eight characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for PassTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PassTicket(redacted)")
    }
}

impl fmt::Display for PassTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How PassTickets of a profile are made: the algorithm with its key, as the SSIGNON segment of a
/// PTKTDATA profile holds it.
#[derive(Clone, Debug)]
pub enum Method {
    /// DES, a window of ten minutes (KEYMASKED, KEYENCRYPTED, KEYLABEL).
    Legacy(LegacyKey),
    /// HMAC-SHA-512 (EPTKEYLABEL).
    Enhanced {
        /// The key.
        key: EnhancedKey,
        /// The characters (TYPE).
        kind: TicketType,
        /// The window (TIMEOUT).
        timeout: Timeout,
    },
}

impl Method {
    /// The PassTicket of a second by the generator's clock.
    pub fn generate(&self, parties: &Parties, now: Seconds) -> PassTicket {
        match self {
            Method::Legacy(key) => key.generate(parties, now),
            Method::Enhanced { key, kind, .. } => key.generate(parties, *kind, now),
        }
    }

    /// The only second in which a text can have been generated as a PassTicket, whether that is long
    /// ago or far ahead; `None` where no second gives this text.
    ///
    /// A legacy PassTicket holds the second modulo 2^32 (136 years); the one nearest to `now` is
    /// meant.
    pub fn made(&self, parties: &Parties, text: &str, now: Seconds) -> Option<Seconds> {
        match self {
            Method::Legacy(key) => key.made(parties, text, now),
            Method::Enhanced { key, kind, .. } => key.made(parties, *kind, text),
        }
    }

    /// How far the generator's second may be from the evaluator's, in seconds.
    pub fn window(&self) -> i64 {
        match self {
            Method::Legacy(_) => legacy::WINDOW,
            Method::Enhanced { timeout, .. } => timeout.seconds(),
        }
    }

    /// The word for the algorithm.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Method::Legacy(_) => "legacy",
            Method::Enhanced { .. } => "enhanced",
        }
    }
}
