//! A small model of the kind that scenarios have, and a good file of it.

use std::collections::BTreeMap;

use regionsim::scalar::Ratio;
use regionsim::scalar::ScriptTime;
use regionsim::scalar::{Duration, Offset};
use regionsim::scenario::located::Located;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A small scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it shows.
    pub(crate) title: String,
    /// The beginning of all randomness.
    #[serde(default)]
    pub(crate) seed: u64,
    #[serde(default)]
    pub(crate) systems: BTreeMap<String, System>,
    #[serde(default)]
    pub(crate) script: Vec<Step>,
    /// The step that matters.
    #[serde(default)]
    pub(crate) focus: Option<Located<String>>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct System {
    #[serde(default)]
    pub(crate) clock: Clock,
    pub(crate) priority: Option<u8>,
}

/// How a clock goes wrong.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Clock {
    pub(crate) skew: Offset,
    pub(crate) drift_ppm: i32,
    pub(crate) loss: Option<Ratio>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    #[serde(default)]
    pub(crate) name: Option<String>,
    pub(crate) at: ScriptTime,
    pub(crate) client: String,
    #[serde(rename = "do")]
    pub(crate) action: Action,
}

/// What a client does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) enum Action {
    /// Ask for a ticket-granting ticket.
    LogOn,
    /// Ask for a ticket.
    GetTicket {
        /// For whom.
        service: String,
        #[serde(default)]
        lifetime: Option<Duration>,
    },
    /// Do nothing.
    Wait(Duration),
    Set(Clock),
    Move(u8, u8),
}
