//! What to type against an outcome, where one command or parameter mends it.
//!
//! `{name}` stands for what only the reader knows, or for a value of a message that he has pasted;
//! [`PLACEHOLDERS`] says what each name means. Where the cure is a change of a program or of a
//! client there is nothing to type, and no row.

/// Where a line is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A RACF command, by somebody with the authority for it.
    Racf,
    /// A command of the system's operator.
    Operator,
    /// A system initialization parameter of the region.
    Sit,
    /// A transaction of the region.
    Cics,
}

impl Place {
    /// The word that stands before the line.
    pub fn word(self) -> &'static str {
        match self {
            Place::Racf => "RACF",
            Place::Operator => "operator",
            Place::Sit => "SIT",
            Place::Cics => "CICS",
        }
    }
}

/// The lines against some outcomes.
#[derive(Debug)]
pub struct Cure {
    /// The entries of the catalogue.
    pub keys: &'static [&'static str],
    /// The lines, in order.
    pub lines: &'static [(Place, &'static str)],
}

/// The lines against an outcome; none where there is nothing to type.
pub fn lookup(key: &str) -> &'static [(Place, &'static str)] {
    let row = ROWS.iter().find(|row| row.keys.contains(&key));
    row.map(|row| row.lines).unwrap_or_default()
}

/// What a name in braces stands for.
pub fn placeholder(name: &str) -> Option<&'static str> {
    PLACEHOLDERS.iter().find(|(of, _)| *of == name).map(|(_, meaning)| *meaning)
}

use Place::{Cics, Operator, Racf, Sit};

/// What the names in braces stand for.
pub static PLACEHOLDERS: [(&str, &str); 24] = [
    ("access", "the access level that the work needs"),
    ("applid", "the applid of the region"),
    ("attempts", "how many wrong passwords in a row are suffered"),
    ("class", "the resource class"),
    ("dataset", "the data set that holds the certificate"),
    ("default_userid", "the user ID that DFLTUSER names"),
    ("esmappname", "the application name of the PassTicket (ESMAPPNAME)"),
    ("group", "the group"),
    ("key", "the key of PassTickets, 16 hexadecimal digits, the same on all systems"),
    ("kerberos_userid", "the user ID that KERBEROSUSER names"),
    ("name", "the distinguished name of the user"),
    ("password", "a password; Kerberos keys are made of it"),
    ("principal", "the Kerberos name, without the realm"),
    ("program", "the program"),
    ("queue", "the queue"),
    ("realm", "the client's Kerberos realm"),
    ("region_userid", "the user ID of the region"),
    ("registry", "the registry that issued the name"),
    ("resource", "the resource"),
    ("seconds", "the longest lifetime of a ticket, in seconds"),
    ("terminal", "the terminal"),
    ("tranid", "the transaction"),
    ("userid", "the user ID"),
    ("csd_group", "the group of the CSD in which the definition is kept"),
];

const REFRESH_FACILITY: (Place, &str) = (Racf, "SETROPTS RACLIST(FACILITY) REFRESH");
const REFRESH_CLASS: (Place, &str) = (Racf, "SETROPTS RACLIST({class}) REFRESH");
const REFRESH_PTKTDATA: (Place, &str) = (Racf, "SETROPTS RACLIST(PTKTDATA) REFRESH");

/// Every outcome that a typed line mends.
pub static ROWS: [Cure; 30] = [
    Cure {
        keys: &["DFHXS1402/1", "R_ticketserv 8/8/16"],
        lines: &[
            (Racf, "PERMIT IRR.RTICKETSERV CLASS(FACILITY) ID({region_userid}) ACCESS(READ)"),
            REFRESH_FACILITY,
        ],
    },
    Cure {
        keys: &[
            "DFHXS1402/2",
            "REQUEST ENCRYPTPTKT INVREQ 251",
            "REQUEST PASSTICKET INVREQ 251",
            "SIGNON INVREQ 18",
            "VERIFY PASSWORD INVREQ 18",
            "VERIFY PHRASE INVREQ 18",
        ],
        lines: &[(Sit, "SEC=YES")],
    },
    Cure {
        keys: &[
            "DFHXS1402/4",
            "R_ticketserv 8/12/16",
            "R_GenSec 8/12/16",
            "R_ticketserv 8/12/20",
            "R_GenSec 8/12/20",
        ],
        lines: &[(Operator, "START SKRBKDC")],
    },
    Cure {
        keys: &["DFHXS1402/5", "R_ticketserv 8/12/24", "R_GenSec 8/12/24"],
        lines: &[
            (Operator, "DISPLAY A,SKRBKDC"),
            (Operator, "STOP SKRBKDC"),
            (Operator, "START SKRBKDC"),
        ],
    },
    Cure {
        keys: &["DFHXS1402/6"],
        lines: &[
            (Sit, "KERBEROSUSER={kerberos_userid}"),
            (
                Racf,
                "ALTUSER {kerberos_userid} PASSWORD({password}) NOEXPIRED \
                 KERB(KERBNAME({principal}))",
            ),
        ],
    },
    Cure {
        keys: &["DFHXS1402/9", "X'96C73A20'"],
        lines: &[
            (Racf, "ALTUSER {userid} KERB(MAXTKTLFE({seconds}))"),
            (Racf, "RALTER REALM KERBDFLT KERB(MAXTKTLFE({seconds}))"),
        ],
    },
    Cure {
        keys: &["DFHXS1402/12", "X'96C73A90'"],
        lines: &[
            (Racf, "LISTUSER {kerberos_userid} NORACF KERB"),
            (
                Racf,
                "ALTUSER {kerberos_userid} PASSWORD({password}) NOEXPIRED \
                 KERB(KERBNAME({principal}))",
            ),
        ],
    },
    Cure {
        keys: &[
            "DFHXS1402/13",
            "VERIFY TOKEN NOTAUTH 20",
            "SIGNON TOKEN NOTAUTH 20",
            "R_usermap 8/8/16",
        ],
        lines: &[
            (Racf, "ALTUSER {userid} PASSWORD({password}) NOEXPIRED KERB(KERBNAME({principal}))"),
            (Racf, "RDEFINE KERBLINK /.../{realm}/{principal} APPLDATA('{userid}')"),
        ],
    },
    Cure {
        keys: &["DFHXS1402/14", "R_usermap 8/8/20"],
        lines: &[
            (Racf, "PERMIT IRR.RUSERMAP CLASS(FACILITY) ID({region_userid}) ACCESS(READ)"),
            REFRESH_FACILITY,
        ],
    },
    Cure {
        keys: &["R_GenSec 8/8/16"],
        lines: &[
            (Racf, "PERMIT IRR.GSSERV CLASS(FACILITY) ID({region_userid}) ACCESS(READ)"),
            REFRESH_FACILITY,
        ],
    },
    Cure {
        keys: &[
            "R_usermap 8/8/24",
            "RACROUTE VERIFY 8/4/0",
            "SIGNON USERIDERR 8",
            "VERIFY PASSWORD USERIDERR 8",
            "VERIFY PHRASE USERIDERR 8",
        ],
        lines: &[(Racf, "ADDUSER {userid} DFLTGRP({group})")],
    },
    Cure {
        keys: &["R_usermap 8/8/32"],
        lines: &[
            (Racf, "RACDCERT ID({userid}) ADD('{dataset}') TRUST"),
            (Racf, "SETROPTS RACLIST(DIGTCERT) REFRESH"),
        ],
    },
    Cure {
        keys: &["R_usermap 8/8/48"],
        lines: &[
            (
                Racf,
                "RACMAP ID({userid}) MAP USERDIDFILTER(NAME('{name}')) \
                 REGISTRY(NAME('{registry}'))",
            ),
            (Racf, "SETROPTS RACLIST(IDIDMAP) REFRESH"),
        ],
    },
    Cure {
        keys: &["DFHXS1111", "RACROUTE AUTH 8/8/0"],
        lines: &[
            (Racf, "PERMIT {resource} CLASS({class}) ID({userid}) ACCESS({access})"),
            REFRESH_CLASS,
        ],
    },
    Cure {
        keys: &["RACROUTE AUTH 4/4/0"],
        lines: &[
            (Racf, "RDEFINE {class} {resource} UACC(NONE)"),
            (Racf, "PERMIT {resource} CLASS({class}) ID({userid}) ACCESS({access})"),
            REFRESH_CLASS,
        ],
    },
    Cure {
        keys: &["RACROUTE AUTH 4/0/0"],
        lines: &[(Racf, "SETROPTS CLASSACT({class}) RACLIST({class})")],
    },
    Cure {
        keys: &["DFHXS1113"],
        lines: &[
            (Racf, "PERMIT {tranid} CLASS(TCICSTRN) ID({region_userid}) ACCESS(READ)"),
            (Racf, "SETROPTS RACLIST(TCICSTRN) REFRESH"),
        ],
    },
    Cure {
        keys: &[
            "DFHSN1120",
            "DFHCE3546",
            "VERIFY TOKEN NOTAUTH 70",
            "SIGNON NOTAUTH 19",
            "SIGNON TOKEN NOTAUTH 19",
            "VERIFY PASSWORD NOTAUTH 19",
            "VERIFY PHRASE NOTAUTH 19",
            "RACROUTE VERIFY 8/28/0",
            "X'96C73A12'",
        ],
        lines: &[(Racf, "ALTUSER {userid} RESUME")],
    },
    Cure {
        keys: &["RACROUTE VERIFY 8/20/0", "SIGNON NOTAUTH 24", "SIGNON TOKEN NOTAUTH 24"],
        lines: &[(Racf, "CONNECT {userid} GROUP({group})")],
    },
    Cure {
        keys: &[
            "RACROUTE VERIFY 8/36/0",
            "SIGNON NOTAUTH 20",
            "VERIFY PASSWORD NOTAUTH 20",
            "VERIFY PHRASE NOTAUTH 20",
        ],
        lines: &[(Racf, "CONNECT {userid} GROUP({group}) RESUME")],
    },
    Cure {
        keys: &["RACROUTE VERIFY 8/48/0", "SIGNON NOTAUTH 16", "SIGNON TOKEN NOTAUTH 16"],
        lines: &[
            (Racf, "PERMIT {terminal} CLASS(TERMINAL) ID({userid}) ACCESS(READ)"),
            (Racf, "SETROPTS RACLIST(TERMINAL) REFRESH"),
        ],
    },
    Cure {
        keys: &["RACROUTE VERIFY 8/52/0", "SIGNON NOTAUTH 17", "SIGNON TOKEN NOTAUTH 17"],
        lines: &[
            (Racf, "PERMIT {applid} CLASS(APPL) ID({userid}) ACCESS(READ)"),
            (Racf, "SETROPTS RACLIST(APPL) REFRESH"),
        ],
    },
    Cure {
        keys: &["DFHUS0050"],
        lines: &[
            (Racf, "ALTUSER {default_userid} RESUME"),
            (
                Racf,
                "PERMIT {default_userid}.DFHINSTL CLASS(SURROGAT) ID({region_userid}) ACCESS(READ)",
            ),
        ],
    },
    Cure {
        keys: &["REQUEST ENCRYPTPTKT NOTAUTH 250", "REQUEST PASSTICKET NOTAUTH 250"],
        lines: &[
            (
                Racf,
                "PERMIT IRRPTAUTH.{esmappname}.{userid} CLASS(PTKTDATA) ID({region_userid}) \
                 ACCESS(UPDATE)",
            ),
            (Racf, "RALTER PTKTDATA {esmappname} SSIGNON(KEYMASKED({key}))"),
            REFRESH_PTKTDATA,
        ],
    },
    Cure {
        keys: &["R_ticketserv 8/16/28", "R_GenSec 8/16/28"],
        lines: &[
            (Racf, "RDEFINE PTKTDATA {esmappname} SSIGNON(KEYMASKED({key})) UACC(NONE)"),
            (Racf, "RALTER PTKTDATA {esmappname} SSIGNON(KEYMASKED({key}))"),
            REFRESH_PTKTDATA,
        ],
    },
    Cure {
        keys: &[
            "DFHXS1201",
            "VERIFY PASSWORD NOTAUTH 2",
            "VERIFY PHRASE NOTAUTH 2",
            "SIGNON NOTAUTH 2",
            "RACROUTE VERIFY 8/8/0",
            "R_ticketserv 8/16/32",
            "R_GenSec 8/16/32",
        ],
        lines: &[
            (Racf, "RALTER PTKTDATA {applid} SSIGNON(KEYMASKED({key}))"),
            REFRESH_PTKTDATA,
            (Racf, "SETROPTS PASSWORD(REVOKE({attempts}))"),
        ],
    },
    Cure {
        keys: &["REQUEST ENCRYPTPTKT NOTAUTH 260", "REQUEST PASSTICKET NOTAUTH 260"],
        lines: &[
            (
                Racf,
                "PERMIT IRRPTAUTH.{applid}.{userid} CLASS(PTKTDATA) ID({userid}) ACCESS(UPDATE)",
            ),
            REFRESH_PTKTDATA,
        ],
    },
    Cure {
        keys: &["LINK PGMIDERR 1", "AEI0", "PGMIDERR"],
        lines: &[(Cics, "CEDA DEFINE PROGRAM({program}) GROUP({csd_group})")],
    },
    Cure {
        keys: &["START TRANSIDERR 1", "AEI1", "TRANSIDERR"],
        lines: &[(Cics, "CEDA DEFINE TRANSACTION({tranid}) GROUP({csd_group}) PROGRAM({program})")],
    },
    Cure {
        keys: &["WRITEQ TD QIDERR 0", "AEYH", "QIDERR"],
        lines: &[(Cics, "CEDA DEFINE TDQUEUE({queue}) GROUP({csd_group}) TYPE(EXTRA)")],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::entries;

    #[test]
    fn every_line_is_for_an_entry_and_every_name_in_it_is_known() {
        let entries = entries();
        let mut keys = BTreeSet::new();
        let mut used = BTreeSet::new();
        for row in &ROWS {
            for key in row.keys {
                assert!(entries.iter().any(|entry| entry.key == *key), "{key}");
                assert!(keys.insert(key), "{key} stands twice");
                assert_eq!(lookup(key), row.lines);
            }
            for (_, line) in row.lines {
                for name in line.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
                    assert!(placeholder(name).is_some(), "{name}");
                    used.insert(name);
                }
                let depth = line.matches('(').count();
                assert_eq!(depth, line.matches(')').count(), "{line}");
            }
        }
        assert_eq!(used.len(), PLACEHOLDERS.len(), "a name that no line uses: {used:?}");
        assert_eq!(lookup("NORMAL"), []);
    }
}
