//! What must be true of a run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalogue::conditions::Condition;
use crate::catalogue::dfhxs1402::Reason;
use crate::scalar::{Hex, ScriptTime};

/// What must be true of a run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub enum Expectation {
    /// A message was written.
    Message {
        /// Its identifier: `DFHXS1402`.
        id: String,
        /// The reason, by its name in the catalogue: `TicketExpired`.
        #[serde(default)]
        reason: Option<Reason>,
        /// Text that the line contains.
        #[serde(default)]
        text: Option<String>,
        /// The task that it names.
        #[serde(default)]
        task: Option<u32>,
        /// The queue to which it was written.
        #[serde(default)]
        queue: Option<String>,
    },
    /// A command ended with a response.
    Response {
        /// The command: `VERIFY TOKEN`. `regionsim schema commands` lists them.
        command: String,
        /// The condition: `NORMAL`, `NOTAUTH`.
        resp: Condition,
        /// RESP2.
        #[serde(default)]
        resp2: Option<u32>,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
        /// The region's node.
        #[serde(default)]
        node: Option<String>,
    },
    /// Program DFHSAML answered a LINK.
    Saml {
        /// The value of DFHSAML-RESPONSE.
        response: i32,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
        /// The region's node.
        #[serde(default)]
        node: Option<String>,
    },
    /// A task ended normally.
    Ended {
        /// The task.
        task: u32,
    },
    /// A task abended.
    Abend {
        /// The abend code: `AEY7`.
        code: String,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
    },
    /// A request to start a transaction was refused at attach.
    Refused {
        /// The transaction.
        transaction: String,
    },
    /// A container held this when its task ended.
    Container {
        /// Its name.
        name: String,
        /// Its characters.
        #[serde(default)]
        text: Option<String>,
        /// Its bytes.
        #[serde(default)]
        hex: Option<Hex>,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
    },
    /// A data area held this after a command.
    Variable {
        /// Its name, without the ampersand.
        name: String,
        /// Its value: characters without trailing blanks, or a number.
        value: String,
        /// The task.
        #[serde(default)]
        task: Option<u32>,
    },
    /// A trace record of this kind with these fields was made.
    Record {
        /// The kind: `client.failed`. `regionsim schema trace` lists kinds and their fields.
        kind: String,
        /// The node.
        #[serde(default)]
        node: Option<String>,
        /// Fields and their values as text.
        #[serde(default)]
        fields: BTreeMap<String, String>,
    },
    /// It is never true.
    Never(Box<Expectation>),
    /// It becomes true before a time.
    Eventually {
        /// What.
        what: Box<Expectation>,
        /// The latest true time.
        by: ScriptTime,
    },
    /// It is true so often.
    Count {
        /// What.
        what: Box<Expectation>,
        /// How often, exactly.
        times: u32,
    },
    /// These become true one after another.
    Sequence(Vec<Expectation>),
}
