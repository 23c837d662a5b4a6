//! The commands and their operands: what the model has, and what it knows by name only.
//!
//! The names of operands that the model does not have stand here too: an abbreviation is judged among
//! all operands of the real command, and one that is not modelled is told from one that does not exist
//! (RACF Command Language Reference, syntax of each command).

use super::resources::LEVELS;
use super::segments::{
    AUDIT_ATTEMPTS, CERTIFICATE, CONNECTION, KERB_OF_REALM, KERB_OF_USER, MAPPING, PASSWORD_RULES,
    REMOVAL, SSIGNON, SSIGNON_CHANGE,
};

/// A command.
#[derive(Debug)]
pub(super) struct CommandSpec {
    pub(super) verb: Verb,
    /// Its name.
    pub(super) name: &'static str,
    /// Its short name.
    pub(super) short: &'static str,
    /// What it does.
    pub(super) purpose: &'static str,
    /// What stands before its operands, in this order.
    pub(super) positionals: &'static [Positional],
    pub(super) operands: OperandSet,
}

/// Which command it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    AddGroup,
    AddUser,
    AltUser,
    Connect,
    DelGroup,
    DelUser,
    Permit,
    RacDcert,
    RAlter,
    RDefine,
    RDelete,
    Remove,
    SetRopts,
}

/// Something that is told by its place.
#[derive(Debug)]
pub(super) struct Positional {
    /// What it is: `user ID`.
    pub(super) what: &'static str,
    /// Whether a list may stand there.
    pub(super) many: bool,
}

/// What can stand in a command, or in the parentheses of an operand.
#[derive(Debug)]
pub(super) struct OperandSet {
    pub(super) modelled: &'static [OperandSpec],
    /// Operands that exclude each other, beside `X` and `NOX`.
    pub(super) excludes: &'static [(&'static str, &'static str)],
    /// Operands of the real command that the model does not have, between blanks.
    pub(super) unmodelled: &'static str,
}

/// An operand.
#[derive(Debug)]
pub(super) struct OperandSpec {
    pub(super) name: &'static str,
    pub(super) takes: Takes,
    /// What it does.
    pub(super) meaning: &'static str,
}

/// What stands in the parentheses of an operand.
#[derive(Debug)]
pub(super) enum Takes {
    /// No parentheses.
    Nothing,
    /// One word.
    One(&'static str),
    /// One word or several.
    Many(&'static str),
    /// A text, in quotes where it has blanks.
    Text(&'static str),
    /// A password: a text that is never shown.
    Secret,
    /// One of these words, or an abbreviation.
    Choice(&'static [&'static str]),
    /// Nothing, or one of these words.
    MaybeChoice(&'static [&'static str]),
    /// The key of legacy PassTickets in hexadecimal digits, which is never shown.
    Key,
    /// A whole number.
    Number(&'static Range),
    /// Operands of its own.
    Operands(&'static OperandSet),
}

/// What a number may be.
#[derive(Debug)]
pub(super) struct Range {
    /// What it counts, as in `TIMEOUT takes seconds`.
    pub(super) what: &'static str,
    pub(super) least: i64,
    pub(super) most: i64,
    /// How such a number is written, for those who wrote none.
    pub(super) example: &'static str,
}

/// An operand of a set.
pub(super) const fn operand(
    name: &'static str,
    takes: Takes,
    meaning: &'static str,
) -> OperandSpec {
    OperandSpec { name, takes, meaning }
}

const fn one(what: &'static str) -> Positional {
    Positional { what, many: false }
}

const fn many(what: &'static str) -> Positional {
    Positional { what, many: true }
}

const OWNER: OperandSpec = operand(
    "OWNER",
    Takes::One("user ID or group"),
    "who may change it: decides nothing, the model's administrators may change all",
);
const DATA: OperandSpec =
    operand("DATA", Takes::Text("text"), "a remark of the installation; decides nothing");
const NODATA: OperandSpec = operand("NODATA", Takes::Nothing, "no remark");
const NAME: OperandSpec = operand("NAME", Takes::Text("text"), "the person's name");
const PASSWORD: OperandSpec = operand(
    "PASSWORD",
    Takes::Secret,
    "a password; expired unless NOEXPIRED stands with it, and then it makes no Kerberos key",
);
const PHRASE: OperandSpec =
    operand("PHRASE", Takes::Secret, "a password phrase; it makes no Kerberos key (assumed)");
const RESTRICTED: OperandSpec = operand("RESTRICTED", Takes::Nothing, "nothing from UACC or ID(*)");
const NORESTRICTED: OperandSpec = operand("NORESTRICTED", Takes::Nothing, "as everybody");
const USER_KERB: OperandSpec = operand(
    "KERB",
    Takes::Operands(&KERB_OF_USER),
    "the user is a Kerberos principal; a key is made when his password is set NOEXPIRED",
);
const UACC: OperandSpec =
    operand("UACC", Takes::Choice(LEVELS), "what everybody has who is not on the access list");
const APPLDATA: OperandSpec = operand(
    "APPLDATA",
    Takes::Text("text"),
    "what the class makes of it; class KERBLINK: the user ID of the principal",
);
const ADDMEM: OperandSpec =
    operand("ADDMEM", Takes::Many("value"), "class RACFVARS: values of the variable");
const REALM_KERB: OperandSpec = operand(
    "KERB",
    Takes::Operands(&KERB_OF_REALM),
    "class REALM, profile KERBDFLT: the local realm; for a new one KERBNAME and PASSWORD are needed; \
        profile /.../REALM_1/KRBTGT/REALM_2: trust, by its PASSWORD alone",
);
const AUDIT: OperandSpec = operand(
    "AUDIT",
    Takes::Operands(&AUDIT_ATTEMPTS),
    "which attempts RACF logs; refusals of READ and above where nothing is said",
);
/// What SSIGNON is for.
const KEYS: &str =
    "class PTKTDATA: the keys of PassTickets for the application that the profile names";
const GROUP: OperandSpec = operand("GROUP", Takes::One("group"), "the group; needed here");

const CLASSES: Takes = Takes::Many("class");

/// All of them, in the order of names.
pub(super) static COMMANDS: [CommandSpec; 13] = [
    CommandSpec {
        verb: Verb::AddGroup,
        name: "ADDGROUP",
        short: "AG",
        purpose: "defines groups",
        positionals: &[many("group")],
        operands: OperandSet {
            modelled: &[
                DATA,
                OWNER,
                operand("SUPGROUP", Takes::One("group"), "the group above; decides nothing"),
            ],
            excludes: &[],
            unmodelled: "AT CSDATA DFP MODEL NOTERMUACC OMVS ONLYAT OVM TERMUACC TME UNIVERSAL",
        },
    },
    CommandSpec {
        verb: Verb::AddUser,
        name: "ADDUSER",
        short: "AU",
        purpose: "defines users; without PASSWORD and PHRASE nobody can sign on as them",
        positionals: &[many("user ID")],
        operands: OperandSet {
            modelled: &[
                DATA,
                operand("DFLTGRP", Takes::One("group"), "the default group; SYS1 without it"),
                USER_KERB,
                NAME,
                operand("NOPASSWORD", Takes::Nothing, "no password"),
                NORESTRICTED,
                OWNER,
                PASSWORD,
                PHRASE,
                RESTRICTED,
            ],
            excludes: &[],
            unmodelled: "ADDCATEGORY ADSP AT AUDITOR AUTHORITY CICS CLAUTH CSDATA DCE DFP EIM \
                GRPACC LANGUAGE LNOTES MFA MODEL NDS NETVIEW NOADSP NOAUDITOR NOCLAUTH NOGRPACC \
                NOOIDCARD NOOPERATIONS NOROAUDIT NOSPECIAL OIDCARD OMVS ONLYAT OPERATIONS \
                OPERPARM OVM PROXY ROAUDIT SECLABEL SECLEVEL SPECIAL TSO UACC WHEN WORKATTR",
        },
    },
    CommandSpec {
        verb: Verb::AltUser,
        name: "ALTUSER",
        short: "ALU",
        purpose: "changes users",
        positionals: &[many("user ID")],
        operands: OperandSet {
            modelled: &[
                DATA,
                operand("DFLTGRP", Takes::One("group"), "the default group: one of the user's"),
                operand("EXPIRED", Takes::Nothing, "the password must be changed at once"),
                USER_KERB,
                NAME,
                NODATA,
                operand("NOEXPIRED", Takes::Nothing, "the password can be used as it is"),
                operand("NOKERB", Takes::Nothing, "the user is no Kerberos principal"),
                operand("NOPASSWORD", Takes::Nothing, "no password"),
                operand("NOPHRASE", Takes::Nothing, "no password phrase"),
                NORESTRICTED,
                OWNER,
                PASSWORD,
                PHRASE,
                RESTRICTED,
                operand("RESUME", Takes::Nothing, "no longer revoked"),
                operand("REVOKE", Takes::Nothing, "refused at every sign-on and attach"),
            ],
            excludes: &[("RESUME", "REVOKE")],
            unmodelled: "ADDCATEGORY ADSP AT AUDITOR AUTHORITY CICS CLAUTH CSDATA DCE \
                DELCATEGORY DFP EIM GROUP GRPACC LANGUAGE LNOTES MFA MODEL NDS NETVIEW NOADSP \
                NOAUDITOR NOCICS NOCLAUTH NOCSDATA NODCE NODFP NOEIM NOGRPACC NOLANGUAGE \
                NOLNOTES NOMFA NOMODEL NONDS NONETVIEW NOOIDCARD NOOMVS NOOPERATIONS NOOPERPARM \
                NOOVM NOPROXY NORESUME NOREVOKE NOROAUDIT NOSECLABEL NOSECLEVEL NOSPECIAL NOTSO \
                NOUAUDIT NOWORKATTR OIDCARD OMVS ONLYAT OPERATIONS OPERPARM OVM PROXY PWCLEAN \
                PWCONVERT ROAUDIT SECLABEL SECLEVEL SPECIAL TSO UACC UAUDIT WHEN WORKATTR",
        },
    },
    CommandSpec {
        verb: Verb::Connect,
        name: "CONNECT",
        short: "CO",
        purpose: "connects users to a group, or changes a connection",
        positionals: &[many("user ID")],
        operands: OperandSet {
            modelled: &[
                GROUP,
                OWNER,
                operand("RESUME", Takes::Nothing, "the users may work under the group again"),
                operand("REVOKE", Takes::Nothing, "the users may not work under the group"),
            ],
            excludes: &[("RESUME", "REVOKE")],
            unmodelled: "ADSP AT AUDITOR AUTHORITY GRPACC NOADSP NOAUDITOR NOGRPACC NOOPERATIONS \
                NORESUME NOREVOKE NOSPECIAL ONLYAT OPERATIONS SPECIAL UACC",
        },
    },
    CommandSpec {
        verb: Verb::DelGroup,
        name: "DELGROUP",
        short: "DG",
        purpose: "deletes groups that no user is connected to",
        positionals: &[many("group")],
        operands: OperandSet { modelled: &[], excludes: &[], unmodelled: "AT ONLYAT" },
    },
    CommandSpec {
        verb: Verb::DelUser,
        name: "DELUSER",
        short: "DU",
        purpose: "deletes users; their entries on access lists stay, and give nobody anything",
        positionals: &[many("user ID")],
        operands: OperandSet { modelled: &[], excludes: &[], unmodelled: "AT ONLYAT" },
    },
    CommandSpec {
        verb: Verb::Permit,
        name: "PERMIT",
        short: "PE",
        purpose: "changes the access list of a profile",
        positionals: &[one("profile")],
        operands: OperandSet {
            modelled: &[
                operand("ACCESS", Takes::Choice(LEVELS), "the level; READ without it"),
                operand("CLASS", Takes::One("class"), "the class of the profile; needed here"),
                operand("DELETE", Takes::Nothing, "the entries are removed"),
                operand("ID", Takes::Many("user ID, group or *"), "whose entries"),
                operand(
                    "RESET",
                    Takes::MaybeChoice(&["ALL", "STANDARD"]),
                    "the list is emptied first",
                ),
            ],
            excludes: &[("ACCESS", "DELETE"), ("DELETE", "RESET")],
            unmodelled: "AT FCLASS FGENERIC FROM FVOLUME GENERIC ONLYAT VOLUME WHEN",
        },
    },
    CommandSpec {
        verb: Verb::RacDcert,
        name: "RACDCERT",
        short: "RACDCERT",
        purpose: "adds, changes and deletes certificates, key rings and filters; one function of ADD to REMOVE",
        positionals: &[],
        operands: OperandSet {
            modelled: &[
                operand(
                    "ADD",
                    Takes::Text("file"),
                    "a certificate, PEM or DER, beside the scenario",
                ),
                operand("ADDRING", Takes::Text("ring"), "a new key ring of the user; case is kept"),
                operand("ALTER", Takes::Operands(&CERTIFICATE), "changes a certificate"),
                operand("ALTMAP", Takes::Operands(&MAPPING), "changes a certificate name filter"),
                operand("CERTAUTH", Takes::Nothing, "of certificate authorities"),
                operand("CONNECT", Takes::Operands(&CONNECTION), "a certificate to a key ring"),
                operand("DELETE", Takes::Operands(&CERTIFICATE), "a certificate, in all key rings"),
                operand("DELMAP", Takes::Operands(&MAPPING), "deletes a certificate name filter"),
                operand("DELRING", Takes::Text("ring"), "deletes a key ring of the user"),
                operand("HIGHTRUST", Takes::Nothing, "it may be used, as TRUST"),
                operand("ID", Takes::One("user ID"), "of the user"),
                operand(
                    "IDNFILTER",
                    Takes::Text("name"),
                    "MAP: the issuer's name or its end, CN=CA.O=Example",
                ),
                operand(
                    "MAP",
                    Takes::Nothing,
                    "a new filter: who has certificates of such names; of them the most specific",
                ),
                operand("NEWLABEL", Takes::Text("label"), "ALTER, ALTMAP: the label from now on"),
                operand("NOTRUST", Takes::Nothing, "it is known and may not be used"),
                operand("REMOVE", Takes::Operands(&REMOVAL), "a certificate from a key ring"),
                operand("SDNFILTER", Takes::Text("name"), "MAP: the subject's name or its end"),
                operand("SITE", Takes::Nothing, "of the site"),
                operand("TRUST", Takes::Nothing, "it may be used; so it is added (assumed)"),
                operand(
                    "WITHLABEL",
                    Takes::Text("label"),
                    "ADD, MAP: its label; LABEL00000001 without",
                ),
            ],
            excludes: &[
                ("CERTAUTH", "ID"),
                ("CERTAUTH", "SITE"),
                ("HIGHTRUST", "NOTRUST"),
                ("HIGHTRUST", "TRUST"),
                ("ID", "SITE"),
            ],
            unmodelled: "ADDTOKEN BIND CHECKCERT CRITERIA DELTOKEN DEBUG EXPORT GENCERT GENREQ \
                ICSF IMPORT LIST LISTCHAIN LISTMAP LISTRING LISTTOKEN MULTIID PASSWORD PCICC \
                PKDS REKEY ROLLOVER UNBIND",
        },
    },
    CommandSpec {
        verb: Verb::RAlter,
        name: "RALTER",
        short: "RALT",
        purpose: "changes profiles of general resources",
        positionals: &[one("class"), many("profile")],
        operands: OperandSet {
            modelled: &[
                ADDMEM,
                APPLDATA,
                AUDIT,
                DATA,
                operand("DELMEM", Takes::Many("value"), "class RACFVARS: values that it loses"),
                REALM_KERB,
                operand("NOAPPLDATA", Takes::Nothing, "no application data"),
                NODATA,
                operand("NOSSIGNON", Takes::Nothing, "class PTKTDATA: no keys of PassTickets"),
                OWNER,
                operand("SSIGNON", Takes::Operands(&SSIGNON_CHANGE), KEYS),
                UACC,
            ],
            excludes: &[],
            unmodelled: "ADDCATEGORY ADDVOL AT CDTINFO CFDEF DELCATEGORY DELVOL DLFDATA \
                EIM GLOBALAUDIT ICSF ICTX IDTPARMS JES LEVEL MFA MFPOLICY NOCDTINFO NOCFDEF \
                NODLFDATA NOEIM NOICSF NOICTX NOIDTPARMS NOJES NOKERB NOMFA NOMFPOLICY NONOTIFY \
                NOPROXY NOSECLABEL NOSECLEVEL NOSESSION NOSIGVER NOSINGLEDSN NOSTDATA \
                NOSVFMR NOTIFY NOTIMEZONE NOTME NOTVTOC NOWARNING ONLYAT PROXY SECLABEL SECLEVEL \
                SESSION SIGVER SINGLEDSN STDATA SVFMR TIMEZONE TME TVTOC WARNING WHEN",
        },
    },
    CommandSpec {
        verb: Verb::RDefine,
        name: "RDEFINE",
        short: "RDEF",
        purpose: "defines profiles of general resources",
        positionals: &[one("class"), many("profile")],
        operands: OperandSet {
            modelled: &[
                ADDMEM,
                APPLDATA,
                AUDIT,
                DATA,
                REALM_KERB,
                OWNER,
                operand("SSIGNON", Takes::Operands(&SSIGNON), KEYS),
                UACC,
            ],
            excludes: &[],
            unmodelled: "ADDCATEGORY AT CDTINFO CFDEF DLFDATA EIM FCLASS FGENERIC FROM \
                FVOLUME ICSF ICTX IDTPARMS JES LEVEL MFA MFPOLICY NOTIFY ONLYAT PROXY SECLABEL \
                SECLEVEL SESSION SIGVER SINGLEDSN STDATA SVFMR TIMEZONE TME TVTOC \
                WARNING WHEN",
        },
    },
    CommandSpec {
        verb: Verb::RDelete,
        name: "RDELETE",
        short: "RDEL",
        purpose: "deletes profiles of general resources",
        positionals: &[one("class"), many("profile")],
        operands: OperandSet { modelled: &[], excludes: &[], unmodelled: "AT ONLYAT" },
    },
    CommandSpec {
        verb: Verb::Remove,
        name: "REMOVE",
        short: "RE",
        purpose: "ends the connection of users to a group",
        positionals: &[many("user ID")],
        operands: OperandSet { modelled: &[GROUP, OWNER], excludes: &[], unmodelled: "AT ONLYAT" },
    },
    CommandSpec {
        verb: Verb::SetRopts,
        name: "SETROPTS",
        short: "SETR",
        purpose: "sets options of the system; * stands for all classes that the model knows",
        positionals: &[],
        operands: OperandSet {
            modelled: &[
                operand("CLASSACT", CLASSES, "requests for the classes are decided"),
                operand("GENERIC", CLASSES, "generic profiles of the classes are used"),
                operand("GRPLIST", Takes::Nothing, "all groups of a user count"),
                operand("INITSTATS", Takes::Nothing, "sign-ons are recorded; REVOKE(n) needs it"),
                operand("NOCLASSACT", CLASSES, "requests for the classes are not decided"),
                operand("NOGENERIC", CLASSES, "generic profiles of the classes are not used"),
                operand("NOGRPLIST", Takes::Nothing, "only the current connect group counts"),
                operand("NOINITSTATS", Takes::Nothing, "wrong passwords are not counted"),
                operand("NORACLIST", CLASSES, "the classes are no longer held in storage"),
                operand("PASSWORD", Takes::Operands(&PASSWORD_RULES), "rules of passwords"),
                operand(
                    "RACLIST",
                    CLASSES,
                    "the classes answer from a copy in storage, made now; with REFRESH a new copy",
                ),
                operand("REFRESH", Takes::Nothing, "copies in storage are made anew"),
            ],
            excludes: &[],
            unmodelled: "ADDCREATOR ADSP APPLAUDIT AT AUDIT CATDSNS CMDVIOL COMPATMODE EGN ERASE \
                GENCMD GENERICOWNER GENLIST GLOBAL INACTIVE JES KERBLVL LANGUAGE LIST \
                LOGOPTIONS MLACTIVE MLFSOBJ MLIPCOBJ MLNAMES MLQUIET MLS MLSTABLE MODEL \
                NOADDCREATOR NOADSP NOAPPLAUDIT NOAUDIT NOCATDSNS NOCMDVIOL NOCOMPATMODE NOEGN \
                NOERASE NOGENCMD NOGENERICOWNER NOGENLIST NOGLOBAL NOINACTIVE \
                NOMLACTIVE NOMLNAMES NOMLQUIET NOMLS NOMLSTABLE NOMODEL NOOPERAUDIT NOPREFIX \
                NOPROTECTALL NOREALDSN NOSAUDIT NOSECLABELAUDIT NOSECLABELCONTROL NOSECLBYSYSTEM \
                NOSECLEVELAUDIT NOSESSIONINTERVAL NOSTATISTICS NOTAPEDSN NOWHEN ONLYAT OPERAUDIT \
                PHRASE PREFIX PROTECTALL REALDSN RETPD RVARYPW SAUDIT SECLABELAUDIT \
                SECLABELCONTROL SECLBYSYSTEM SECLEVELAUDIT SESSIONINTERVAL STATISTICS TAPEDSN \
                TERMINAL WHEN",
        },
    },
];

/// Commands of RACF that the model does not have, with their short names.
pub(super) static UNMODELLED: [(&str, &str); 19] = [
    ("ADDSD", "AD"),
    ("ALTDSD", "ALD"),
    ("ALTGROUP", "ALG"),
    ("DELDSD", "DD"),
    ("LISTDSD", "LD"),
    ("LISTGRP", "LG"),
    ("LISTUSER", "LU"),
    ("PASSWORD", "PW"),
    ("PHRASE", "PHRASE"),
    ("RACLINK", "RACLINK"),
    ("RACMAP", "RACMAP"),
    ("RACPRIV", "RACPRIV"),
    ("RLIST", "RL"),
    ("RVARY", "RVARY"),
    ("SEARCH", "SR"),
    ("SET", "SET"),
    ("SIGNOFF", "SIGNOFF"),
    ("STOP", "STOP"),
    ("TARGET", "TARGET"),
];
