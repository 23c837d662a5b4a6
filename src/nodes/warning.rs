//! What a declaration can say that is allowed and yet probably not meant.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad a finding is. Nothing runs on a scenario with errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot be meant so.
    Error,
    /// It can, and probably does something else than its author thinks.
    Warning(Warning),
}

impl Severity {
    /// The word in messages.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning(_) => "warning",
        }
    }
}

/// A warning, by the name under which a scenario says that it is meant.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub enum Warning {
    /// An exit at XMEOUT sends a message to a queue that the region does not have.
    XmeoutUndefinedQueue,
    /// A RACF command of a script will be refused when its time comes.
    RacfCommandRefused,
    /// A class is turned on that the model does not know.
    ClassUnknown,
    /// Profiles stand in a class that is not active.
    ClassNotActive,
    /// A class is active that decides nothing until it is RACLISTed, and it is not.
    ClassNotRaclisted,
    /// A generic profile stands in a class for which generic profiles are off.
    GenericProfilesOff,
    /// A user without a password has a KERB segment.
    KerbWithoutPassword,
    /// No encryption type of a KERB segment has a key.
    KerbWithoutKey,
    /// An encryption type waits for a key and is not enabled.
    KerbTypeNotEnabled,
    /// A PTKTDATA profile names a label under which ICSF has no key.
    KeyLabelUnknown,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
