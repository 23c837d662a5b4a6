//! Messages of the region, beside those that have a file of their own.
//!
//! A template is the logical line; `{n}` is insert n. Where the text could not be read, there is
//! none, and the model issues nothing rather than invent it.

use std::borrow::Cow;

use super::{Entry, Kind, dfhxs1402, fill};
use crate::check::Mark;

/// A message as data.
#[derive(Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: &'static str,
    /// The logical line; `None` where the text is not known.
    pub template: Option<&'static str>,
    /// What each insert holds, from insert 1.
    pub inserts: &'static [&'static str],
    /// What the region does about it, where that is known.
    pub system_action: Option<&'static str>,
    /// The module that issues it, where that is known.
    pub module: Option<&'static str>,
    /// Where it goes.
    pub destination: &'static str,
    /// When it comes.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
}

impl Message {
    /// The text as the manuals write it: the names of the inserts in their places.
    pub fn with_names(&self) -> Option<String> {
        let names: Vec<&str> = self.inserts.iter().map(|name| choice(name)).collect();
        self.text(&names)
    }

    /// The logical line with its inserts, `None` where the text is not known or the number of
    /// inserts is not the message's.
    pub fn text(&self, inserts: &[&str]) -> Option<String> {
        let template = self.template?;
        (inserts.len() == self.inserts.len()).then(|| fill(template, inserts))
    }
}

/// An insert in the text of a message: its name, or the choice that it is.
fn choice(name: &'static str) -> &'static str {
    match name {
        "port" => " {at netname | at console} port",
        name => name,
    }
}

/// What an insert holds, by its name in the lists of messages; empty for a name that no list has.
pub fn insert_meaning(name: &str) -> &'static str {
    INSERT_MEANINGS.iter().find(|(of, _)| *of == name).map_or("", |(_, meaning)| meaning)
}

static INSERT_MEANINGS: [(&str, &str); 21] = [
    ("date", "date by the region's local time, in the order that DATFORM says"),
    ("time", "time of day by the region's local time"),
    ("applid", "applid of the region"),
    ("reason", "why, one of the texts of the reasons"),
    ("safresp", "return code of SAF, hexadecimal"),
    ("safreas", "reason code of SAF, hexadecimal; callable services return none, so zero"),
    ("esmresp", "return code of the ESM, hexadecimal (ESMRESP)"),
    ("esmreas", "reason code of the ESM, hexadecimal (ESMREASON)"),
    ("taskid", "number of the task"),
    ("tranid", "transaction of the task"),
    ("userid", "user ID of the task, or the one that the message is about"),
    ("port", "where the user is signed on, empty for a task without a terminal"),
    ("resource", "name of the resource"),
    ("class", "resource class"),
    ("request", "request that was made of the ESM"),
    ("netname", "netname of the terminal"),
    ("console", "name of the console"),
    ("code", "code that the ESM returned"),
    ("default userid", "user ID that DFLTUSER names"),
    ("region userid", "user ID of the region"),
    ("signed-on userid", "user ID that was signed on"),
];

/// The message of an id.
pub fn lookup(id: &str) -> Option<&'static Message> {
    ROWS.iter().copied().find(|row| row.id == id)
}

/// All messages, in the order of their ids.
pub static ROWS: [&Message; 17] = [
    &DFHCE3541, &DFHCE3546, &DFHSN1108, &DFHSN1120, &DFHUS0050, &DFHXS0203, &DFHXS1111, &DFHXS1112,
    &DFHXS1113, &DFHXS1116, &DFHXS1201, &DFHXS1202, &DFHXS1206, &DFHXS1400, &DFHXS1401, &DFHXS1402,
    &ICH408I,
];

const CSCS: &str = "CSCS";
const CSCS_ASSUMED: &str = "CSCS (assumed)";
const CONSOLE: &str = "console";
const TERMINAL: &str = "terminal";
const SIGN_ON_REFUSED: &str = "The sign-on is refused; the region carries on.";
const REQUEST_REFUSED: &str = "The command raises NOTAUTH; the region carries on.";
const MESSAGES: &str = "CICS TS messages and codes";
const RACF_GUIDE: &str = "CICS RACF Security Guide";
const NOT_READ: &str = "assumed: the message exists, its text could not be read";

/// A security check of a resource failed. Insert 6 is the port of entry, ` at netname NAME` or
/// ` at console NAME` with its leading blank, and empty for a task without one.
pub static DFHXS1111: Message = Message {
    id: "DFHXS1111",
    template: Some(
        "DFHXS1111 {1} {2} {3} {4} Security violation by user {5}{6} for resource {7} in class \
         {8}. SAF codes are (X'{9}',X'{10}'). ESM codes are (X'{11}',X'{12}'). RACF request made \
         was {13}.",
    ),
    inserts: &[
        "date", "time", "applid", "tranid", "userid", "port", "resource", "class", "safresp",
        "safreas", "esmresp", "esmreas", "request",
    ],
    system_action: Some(
        "The request is refused: a transaction is not started, a command raises NOTAUTH.",
    ),
    module: None,
    destination: CSCS,
    cause: "A user asked for a resource that the ESM does not let him use, or that no profile \
            protects.",
    cure: "PERMIT the access that the work needs, then refresh the class; without a profile, \
           RDEFINE one.",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// The sign-on of a revoked user.
pub static DFHSN1120: Message = Message {
    id: "DFHSN1120",
    template: Some(
        "DFHSN1120 {1} {2} {3} Signon at netname {4} with userid {5} failed because the userid \
         has been revoked.",
    ),
    inserts: &["date", "time", "applid", "netname", "userid"],
    system_action: Some(SIGN_ON_REFUSED),
    module: None,
    destination: CSCS,
    cause: "A revoked user tried to sign on.",
    cure: "ALTUSER with RESUME, once it is clear why the user was revoked.",
    mark: Mark::Documented,
    source: RACF_GUIDE,
};

/// A sign-on at a console failed.
pub static DFHSN1108: Message = Message {
    id: "DFHSN1108",
    template: Some("DFHSN1108 {1} {2} {3} Signon at console {4} by user {5} has failed."),
    inserts: &["date", "time", "applid", "console", "userid"],
    system_action: Some(SIGN_ON_REFUSED),
    module: None,
    destination: CSCS_ASSUMED,
    cause: "A sign-on at a console was refused.",
    cure: "See the ESM's own message.",
    mark: Mark::Assumed,
    source: "assumed: seen in a problem report, its leading inserts as those of its neighbours",
};

/// The signing-on user is revoked.
pub static DFHCE3546: Message = Message {
    id: "DFHCE3546",
    template: Some("DFHCE3546 Your signon userid has been revoked. Signon is terminated."),
    inserts: &[],
    system_action: Some(SIGN_ON_REFUSED),
    module: None,
    destination: TERMINAL,
    cause: "A revoked user signed on with CESN.",
    cure: "ALTUSER with RESUME, once it is clear why the user was revoked.",
    mark: Mark::Documented,
    source: RACF_GUIDE,
};

/// The ESM answered CESN in an unexpected way.
pub static DFHCE3541: Message = Message {
    id: "DFHCE3541",
    template: Some("DFHCE3541 {1} Security interface error ({2}). Sign-on is terminated."),
    inserts: &["applid", "code"],
    system_action: Some(SIGN_ON_REFUSED),
    module: None,
    destination: TERMINAL,
    cause: "The ESM answered a sign-on with a code that CESN does not expect.",
    cure: "Look up the code under RACROUTE VERIFY.",
    mark: Mark::Assumed,
    source: "assumed: seen in a problem report",
};

/// The default user cannot be used.
pub static DFHUS0050: Message = Message {
    id: "DFHUS0050",
    template: Some(
        "DFHUS0050 {1} The default userid {2} cannot be used by this CICS job with region userid \
         {3}.",
    ),
    inserts: &["applid", "default userid", "region userid"],
    system_action: Some("The region's initialization ends."),
    module: None,
    destination: CONSOLE,
    cause: "DFLTUSER names a user that cannot sign on, or the region may not act for it.",
    cure: "Correct DFLTUSER, resume the user, or PERMIT the region in class SURROGAT.",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// Tracking of a security rebuild failed.
pub static DFHXS0203: Message = Message {
    id: "DFHXS0203",
    template: Some(
        "DFHXS0203 {1} {2} {3} An attempt to track external security initialization has failed, \
         tracking data could not be received.",
    ),
    inserts: &["date", "time", "applid"],
    system_action: None,
    module: None,
    destination: CSCS,
    cause: "The region could not follow a rebuild of its security environment.",
    cure: "Look for earlier messages of the security domain.",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// The region's own user is unknown.
pub static DFHXS1112: Message = Message {
    id: "DFHXS1112",
    template: Some(
        "DFHXS1112 {1} The CICS region userid and groupid could not be determined. SAF codes are \
         (X'{2}',X'{3}'). ESM codes are (X'{4}',X'{5}').",
    ),
    inserts: &["applid", "safresp", "safreas", "esmresp", "esmreas"],
    system_action: None,
    module: None,
    destination: CONSOLE,
    cause: "The ESM could not tell under which user the region runs.",
    cure: "Give the region's job or started task a user.",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// The region's user may not run a system transaction.
pub static DFHXS1113: Message = Message {
    id: "DFHXS1113",
    template: Some(
        "DFHXS1113 {1} The region userid cannot access system transaction {2}. CICS will \
         terminate. SAF codes are (X'{3}',X'{4}'). ESM codes are (X'{5}',X'{6}').",
    ),
    inserts: &["applid", "tranid", "safresp", "safreas", "esmresp", "esmreas"],
    system_action: Some("The region ends."),
    module: None,
    destination: CONSOLE,
    cause: "The region's user lacks access to a transaction that the region itself runs.",
    cure: "PERMIT the region's user in class TCICSTRN, then refresh the class.",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// A check of a file in the hierarchical file system failed.
pub static DFHXS1116: Message = Message {
    id: "DFHXS1116",
    template: None,
    inserts: &[],
    system_action: None,
    module: None,
    destination: CSCS,
    cause: "A user asked for a file of the UNIX file system that he may not use.",
    cure: "Grant the permission bits or an access list entry.",
    mark: Mark::Assumed,
    source: NOT_READ,
};

/// A password was verified and is wrong. Insert 7 is ` at netname NAME` with its leading blank, and empty
/// for a task without a terminal (assumed, as in DFHXS1111).
pub static DFHXS1201: Message = Message {
    id: "DFHXS1201",
    template: Some(
        "DFHXS1201 {1} {2} {3} The password supplied in the verification request for userid {4} \
         was invalid. This occurred in transaction {5} when userid {6} was signed on{7}.",
    ),
    inserts: &["date", "time", "applid", "userid", "tranid", "signed-on userid", "port"],
    system_action: Some(REQUEST_REFUSED),
    module: None,
    destination: CSCS_ASSUMED,
    cause: "VERIFY PASSWORD was given a wrong password, or a PassTicket that is expired or was \
            used before.",
    cure: "Use the right password, or a fresh PassTicket; mind REVOKE(n).",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// A password was verified and is expired.
pub static DFHXS1202: Message = Message {
    id: "DFHXS1202",
    template: Some(
        "DFHXS1202 {1} {2} {3} The password supplied in the verification request for userid {4} \
         has expired. This occurred in transaction {5} when userid {6} was signed on{7}.",
    ),
    inserts: &["date", "time", "applid", "userid", "tranid", "signed-on userid", "port"],
    system_action: Some(REQUEST_REFUSED),
    module: None,
    destination: CSCS_ASSUMED,
    cause: "VERIFY PASSWORD was given an expired password.",
    cure: "Sign on with a new password.",
    mark: Mark::Documented,
    source: MESSAGES,
};

/// The right password after wrong ones.
pub static DFHXS1206: Message = Message {
    id: "DFHXS1206",
    template: None,
    inserts: &[],
    system_action: None,
    module: None,
    destination: CSCS_ASSUMED,
    cause: "The right password was verified after one or more wrong ones.",
    cure: "Ask the user whether the wrong attempts were his.",
    mark: Mark::Assumed,
    source: NOT_READ,
};

/// A companion of DFHXS1402.
pub static DFHXS1400: Message = Message {
    id: "DFHXS1400",
    template: None,
    inserts: &[],
    system_action: None,
    module: None,
    destination: CSCS_ASSUMED,
    cause: "It can come beside DFHXS1402; when is not known.",
    cure: "Hand it to the security administrator together with DFHXS1402.",
    mark: Mark::Assumed,
    source: NOT_READ,
};

/// A companion of DFHXS1402.
pub static DFHXS1401: Message = Message {
    id: "DFHXS1401",
    template: None,
    inserts: &[],
    system_action: None,
    module: None,
    destination: CSCS_ASSUMED,
    cause: "It can come beside DFHXS1402; when is not known.",
    cure: "Hand it to the security administrator together with DFHXS1402.",
    mark: Mark::Assumed,
    source: NOT_READ,
};

/// The client principal of a Kerberos token could not be learnt; see [`dfhxs1402`].
pub static DFHXS1402: Message = Message {
    id: dfhxs1402::ID,
    template: Some(dfhxs1402::TEMPLATE),
    inserts: &dfhxs1402::INSERTS,
    system_action: Some(dfhxs1402::SYSTEM_ACTION),
    module: Some(dfhxs1402::MODULE),
    destination: dfhxs1402::DESTINATION,
    cause: "VERIFY TOKEN or SIGNON TOKEN called the ESM for a Kerberos token, and one of the \
            calls failed.",
    cure: "Look up the reason that the message inserts.",
    mark: Mark::Documented,
    source: "CICS TS messages, DFHXS1402",
};

/// RACF's own record of a refusal.
pub static ICH408I: Message = Message {
    id: "ICH408I",
    template: None,
    inserts: &[],
    system_action: None,
    module: None,
    destination: "log of the region's job",
    cause: "RACF refused an access or a sign-on, and says so beside the region's message.",
    cure: "Read its lines: user, resource, profile, access intended and allowed.",
    mark: Mark::Documented,
    source: "z/OS RACF Messages and Codes, ICH408I; its facts are modelled, its text is not",
};

/// The messages as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    ROWS.iter().map(|row| Entry {
        kind: Kind::Message,
        key: row.id.to_owned(),
        title: format!("message to {}", row.destination).into(),
        text: row.with_names().map_or("(the text is not given here)".into(), Cow::Owned),
        cause: row.cause,
        cure: row.cure,
        mark: row.mark,
        source: row.source,
        beyond: row
            .template
            .is_none()
            .then_some("its text is not public, so the model has none to issue")
            .filter(|_| row.mark == Mark::Assumed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_insert_stands_in_its_template() {
        for row in &ROWS {
            let Some(template) = row.template else {
                assert!(row.inserts.is_empty());
                continue;
            };
            for name in row.inserts {
                assert!(!insert_meaning(name).is_empty(), "{name} of {}", row.id);
            }
            for number in 1..=row.inserts.len() {
                assert_eq!(template.matches(&format!("{{{number}}}")).count(), 1, "{}", row.id);
            }
            assert!(!template.contains(&format!("{{{}}}", row.inserts.len() + 1)));
            assert!(template.starts_with(row.id));
        }
        assert!(ROWS.is_sorted_by_key(|row| row.id));
    }

    #[test]
    fn the_port_of_entry_may_be_missing() {
        let mut inserts = [
            "11/23/2026",
            "09:00:00",
            "CICSPRD1",
            "PAY1",
            "ALICE",
            "",
            "PAY1",
            "TCICSTRN",
            "00000008",
            "00000000",
            "00000008",
            "00000000",
            "FASTAUTH",
        ];
        let text = DFHXS1111.text(&inserts).unwrap();
        assert!(text.contains("by user ALICE for resource PAY1 in class TCICSTRN. SAF"));
        inserts[5] = " at netname L1";
        assert!(DFHXS1111.text(&inserts).unwrap().contains("ALICE at netname L1 for resource"));
        assert_eq!(DFHXS1111.text(&inserts[1..]), None);
        assert_eq!(DFHXS1400.text(&[]), None);
    }
}
