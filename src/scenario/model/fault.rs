//! Rules that disturb links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scalar::{Duration, Hex, Ratio, ScriptTime};

/// A rule on a link.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A name, for steps and paths that refer to it.
    pub name: String,
    /// The link; or, where no link is declared, the two nodes in `between`.
    #[serde(default)]
    pub link: Option<String>,
    /// The two nodes whose messages are meant.
    #[serde(default)]
    pub between: Option<(String, String)>,
    /// Only messages to this node.
    #[serde(default)]
    pub to: Option<String>,
    /// Only messages of this kind: `AS-REQ`, `AS-REP`, `TGS-REQ`, `TGS-REP` and `KRB-ERROR` between
    /// client and KDC; `start` and `start-reply` between client and region; `saf-call`, `saf-return`,
    /// `nas-call`, `nas-return`, `td-write` and `td-done` on a z/OS image.
    #[serde(default)]
    pub kind: Option<String>,
    /// Only messages with this part, and what changes bytes changes those of the part alone; the
    /// message around it stays whole, as behind a gateway that takes messages apart. A container of a
    /// `start` or `start-reply` by its name (`KRBTOKEN`), or `token` of a `saf-call` or `nas-call`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Only from this time on.
    #[serde(default)]
    pub from: Option<ScriptTime>,
    /// Only before this time.
    #[serde(default)]
    pub until: Option<ScriptTime>,
    /// Only the message with this number among those that match, from 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// How often the rule fires where it matches.
    #[serde(default)]
    pub chance: Option<Ratio>,
    /// What it does.
    #[serde(rename = "do")]
    pub answer: FaultAnswer,
}

/// What a rule does with a message.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum FaultAnswer {
    /// The message is lost.
    Drop,
    /// It arrives this much later.
    Delay(Duration),
    /// It arrives more than once.
    Duplicate {
        /// How many copies beside the original.
        copies: u32,
        /// How long after one another.
        after: Duration,
    },
    /// It is overtaken by the next message that matches, or arrives after the time-out.
    Reorder {
        /// The longest wait.
        timeout: Duration,
    },
    /// It is kept until a step releases the rule.
    Hold,
    /// One bit is inverted. A message without that bit passes.
    FlipBit {
        /// Bit number from the start of the message, from 0 (the highest bit of the first byte).
        #[serde(default)]
        from_start: Option<u64>,
        /// Bit number from its end, from 0 (the lowest bit of the last byte).
        #[serde(default)]
        from_end: Option<u64>,
    },
    /// Only the first bytes arrive. A message that is not longer passes.
    Truncate {
        /// How many bytes arrive.
        keep: u32,
    },
    /// Bytes are added behind the last.
    Extend {
        /// Which.
        with: Hex,
    },
    /// Bytes are replaced. A message that is too short for that passes.
    Overwrite {
        /// Number of the first byte that is replaced, from the start of the message, from 0.
        #[serde(default)]
        from_start: Option<u32>,
        /// Its number from the end of the message, from 0 (the last byte).
        #[serde(default)]
        from_end: Option<u32>,
        /// What stands there instead.
        with: Hex,
    },
    /// It passes, and a copy is kept for a step that replays it.
    Tap,
}
