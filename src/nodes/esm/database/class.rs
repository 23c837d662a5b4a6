//! Classes of general resources: what the class descriptor table fixes and what SETROPTS turns on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{certificate, filter};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::Mark;

/// What SETROPTS set for a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClassOptions {
    /// CLASSACT: requests for the class are decided at all.
    pub active: bool,
    /// RACLIST: requests are answered from the copy in storage, which only a refresh changes.
    pub raclist: bool,
    /// GENERIC: generic profiles are used.
    pub generic: bool,
}

impl ClassOptions {
    /// Active, in storage, generic profiles on.
    pub const ALL: ClassOptions = ClassOptions { active: true, raclist: true, generic: true };
}

/// A class as the class descriptor table knows it.
#[derive(Debug, PartialEq, Eq)]
pub struct ClassDescriptor {
    /// The class name, 1 to 8 characters.
    pub name: &'static str,
    /// What a request returns when no profile covers the resource.
    pub without_profile: SafReturn,
    /// Whether the class answers only when it is RACLISTed.
    pub needs_raclist: bool,
    /// Whether profile names keep lower case letters.
    pub keeps_case: bool,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
}

const NORMAL: &str =
    "assumed: the usual default, RACF Security Administrator's Guide, no profile found";

/// The classes that the model knows.
pub static DESCRIPTORS: [ClassDescriptor; 13] = [
    ClassDescriptor {
        name: "APPL",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: false,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: "CBIND",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: false,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: certificate::DIGTCERT,
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: true,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: filter::DIGTNMAP,
        without_profile: saf::NO_DECISION,
        needs_raclist: true,
        keeps_case: true,
        mark: Mark::Assumed,
        source: "RACLIST: IBM MQ, setting up a certificate name filter on z/OS; the code is assumed",
    },
    ClassDescriptor {
        name: certificate::DIGTRING,
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: true,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: "EJBROLE",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: true,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: "FACILITY",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: false,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: "KERBLINK",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: true,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: "PTKTDATA",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: true,
        keeps_case: false,
        mark: Mark::Documented,
        source: "z/OS RACF Security Administrator's Guide, PassTickets, activating PTKTDATA",
    },
    ClassDescriptor {
        name: "REALM",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: true,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        name: "SURROGAT",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: false,
        mark: Mark::Assumed,
        source: NORMAL,
    },
    ClassDescriptor {
        // The region copies its classes into storage itself and reports a missing profile as 4/0.
        name: "TCICSTRN",
        without_profile: saf::NO_DECISION,
        needs_raclist: true,
        keeps_case: false,
        mark: Mark::Assumed,
        source: "codes: CICS RACF Security Guide, DFHXS1111 without a profile; RACLIST assumed",
    },
    ClassDescriptor {
        name: "TERMINAL",
        without_profile: saf::NOT_PROTECTED,
        needs_raclist: false,
        keeps_case: false,
        mark: Mark::Assumed,
        source: NORMAL,
    },
];

/// The descriptor of a class.
pub fn descriptor(class: &str) -> Option<&'static ClassDescriptor> {
    DESCRIPTORS.iter().find(|descriptor| descriptor.name == class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_found_by_name() {
        assert!(DESCRIPTORS.is_sorted_by_key(|descriptor| descriptor.name));
        assert!(descriptor("PTKTDATA").is_some_and(|class| class.needs_raclist));
        assert!(descriptor("FACILITY").is_some_and(|class| !class.needs_raclist));
        assert_eq!(descriptor("facility"), None);
    }
}
