//! A client as a plex file declares it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::nodes::DEFAULT_CLOCK_SKEW;
use crate::nodes::orb::Tls;
use crate::scalar::Duration;

/// A user's workstation or a middleware server that holds Kerberos credentials.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// The system on which it runs: its clock.
    pub system: String,
    /// Its principal, without the realm.
    pub principal: String,
    /// Its password.
    pub password: String,
    /// The node of its KDC: a Kdc node, or the NAS of a system (`SYSA.NAS`). Its realm is the
    /// client's realm.
    pub kdc: String,
    /// Realms beside its own whose services it can reach, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub realms: BTreeMap<String, OtherRealm>,
    /// Encryption types that it asks for, by number (17 to 20), the favourite first.
    #[serde(default = "default_etypes")]
    pub etypes: Vec<i32>,
    /// How long it waits for an answer of the KDC before it asks again (assumed).
    #[serde(default = "default_patience")]
    pub patience: Duration,
    /// How often it asks in all (assumed).
    #[serde(default = "default_tries")]
    pub tries: u32,
    /// How long it waits, by its own clock, for the end of a task that it started before it reports
    /// that nobody answered (assumed). The task may have run or still be running: the client cannot
    /// know.
    #[serde(default = "default_reply_timeout")]
    pub reply_timeout: Duration,
    /// How far the KDC's clock may be from its own.
    #[serde(default = "default_skew")]
    pub clock_skew: Duration,
    /// TLS to servers that have it: its certificate, and the authorities that it trusts; none: it does not
    /// speak TLS.
    // Left out where there is none: a plex without keeps its digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

impl ClientConfig {
    /// The files that it names, with the paths of their names.
    pub fn files(&self) -> Vec<(String, &str)> {
        let own = self.tls.iter().flat_map(Tls::files);
        own.map(|(field, file)| (format!("tls.{field}"), file)).collect()
    }
}

/// How a client reaches a realm beside its own: what `realms` and `capaths` of a configuration file say.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherRealm {
    /// The node of the realm's KDC, as for the client's own.
    pub kdc: String,
    /// The realms that it crosses on its way, the nearest first; each is named in `realms` too. Without
    /// any, its own KDC has a key in common with the realm's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
}

fn default_etypes() -> Vec<i32> {
    vec![20, 19, 18, 17]
}

fn default_patience() -> Duration {
    Duration::from_seconds(1)
}

fn default_tries() -> u32 {
    3
}

/// Longer than a task of any use stays in a region, so that a slow answer is told from none. People
/// at a terminal are less patient; a client that stands for one sets its own value.
fn default_reply_timeout() -> Duration {
    Duration::from_seconds(3600)
}

fn default_skew() -> Duration {
    DEFAULT_CLOCK_SKEW
}

/// What a token asks for: the flags of its GSS checksum (RFC 4121 section 4.1.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TokenFlags {
    /// Mutual authentication: the region must answer with a token.
    pub mutual: bool,
    /// Message confidentiality: needed for an encrypted PassTicket.
    pub confidentiality: bool,
    /// Message integrity.
    pub integrity: bool,
    /// Replay detection of messages.
    pub replay: bool,
    /// Sequencing of messages.
    pub sequence: bool,
    /// Whether the AP-REQ demands mutual authentication; without it, as `mutual`. The two differ
    /// only in a client that is wrong.
    pub ap_mutual: Option<bool>,
}

impl Default for TokenFlags {
    fn default() -> TokenFlags {
        TokenFlags {
            mutual: false,
            confidentiality: true,
            integrity: true,
            replay: true,
            sequence: true,
            ap_mutual: None,
        }
    }
}

/// How a token stands in its container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum TokenForm {
    /// As its bytes, in a BIT container: for VERIFY TOKEN BIT, the default.
    #[default]
    Bit,
    /// As its base64 text on one line, in a CHAR container: for VERIFY TOKEN BASE64.
    Base64,
}

impl TokenForm {
    /// Whether it is the usual one.
    pub fn is_bit(&self) -> bool {
        *self == TokenForm::Bit
    }
}
