//! Operands that hold operands of their own: segments of profiles, rules of passwords, what RACDCERT names.

use super::table::{OperandSet, OperandSpec, Range, Takes, operand};

/// A life of a ticket.
const LIFE: Takes = Takes::Number(&Range {
    what: "seconds",
    least: 1,
    most: 2_147_483_647,
    example: "as in MAXTKTLFE(36000) for ten hours",
});

const MAXTKTLFE: OperandSpec = operand("MAXTKTLFE", LIFE, "the longest life of a ticket");
const NOMAXTKTLFE: OperandSpec = operand("NOMAXTKTLFE", Takes::Nothing, "no limit of its own");
const ENCRYPT_OPERAND: OperandSpec =
    operand("ENCRYPT", Takes::Operands(&ENCRYPT), "the encryption types, each on or off");
const NOENCRYPT: OperandSpec = operand("NOENCRYPT", Takes::Nothing, "all encryption types on");

pub(super) static KERB_OF_USER: OperandSet = OperandSet {
    modelled: &[
        ENCRYPT_OPERAND,
        operand("KERBNAME", Takes::Text("principal"), "the name without the realm; case is kept"),
        MAXTKTLFE,
        NOENCRYPT,
        NOMAXTKTLFE,
    ],
    excludes: &[],
    unmodelled: "NOKERBNAME",
};

pub(super) static KERB_OF_REALM: OperandSet = OperandSet {
    modelled: &[
        operand("CHECKADDRS", Takes::Choice(&["YES", "NO"]), "whether tickets bind addresses"),
        operand("DEFTKTLFE", LIFE, "the life of a ticket for which no end is asked"),
        ENCRYPT_OPERAND,
        operand("KERBNAME", Takes::Text("realm"), "the realm's name"),
        MAXTKTLFE,
        operand("MINTKTLFE", LIFE, "the shortest life of a ticket"),
        operand("NOCHECKADDRS", Takes::Nothing, "tickets bind no addresses"),
        operand("NODEFTKTLFE", Takes::Nothing, "10 hours, or the longest life"),
        NOENCRYPT,
        operand("PASSWORD", Takes::Secret, "what the key is made from; case is kept"),
    ],
    excludes: &[],
    unmodelled: "NOKERBNAME NOMAXTKTLFE NOMINTKTLFE NOPASSWORD",
};

const ON: &str = "on";
const OFF: &str = "off";
const OFF_ALREADY: &str = "off, as it always is here";

static ENCRYPT: OperandSet = OperandSet {
    modelled: &[
        operand("AES128", Takes::Nothing, ON),
        operand("AES128SHA2", Takes::Nothing, ON),
        operand("AES256", Takes::Nothing, ON),
        operand("AES256SHA2", Takes::Nothing, ON),
        operand("NOAES128", Takes::Nothing, OFF),
        operand("NOAES128SHA2", Takes::Nothing, OFF),
        operand("NOAES256", Takes::Nothing, OFF),
        operand("NOAES256SHA2", Takes::Nothing, OFF),
        operand("NODES", Takes::Nothing, OFF_ALREADY),
        operand("NODES3", Takes::Nothing, OFF_ALREADY),
        operand("NODESD", Takes::Nothing, OFF_ALREADY),
    ],
    excludes: &[],
    unmodelled: "DES DES3 DESD",
};

pub(super) static PASSWORD_RULES: OperandSet = OperandSet {
    modelled: &[
        operand("MIXEDCASE", Takes::Nothing, "passwords keep their case"),
        operand("NOMIXEDCASE", Takes::Nothing, "passwords are folded to upper case"),
        operand("NOREVOKE", Takes::Nothing, "wrong passwords revoke nobody"),
        operand(
            "REVOKE",
            Takes::Number(&Range {
                what: "a number",
                least: 1,
                most: 254,
                example: "as in REVOKE(3): three in a row are suffered, the next one revokes",
            }),
            "so many wrong passwords in a row are suffered; the next one revokes the user",
        ),
    ],
    excludes: &[],
    unmodelled: "ALGORITHM HISTORY INTERVAL MINCHANGE NOALGORITHM NOHISTORY NORULES \
        NOSPECIALCHARS NOWARNING RULE1 RULE2 RULE3 RULE4 RULE5 RULE6 RULE7 RULE8 \
        SPECIALCHARS WARNING",
};

const KEYMASKED: OperandSpec =
    operand("KEYMASKED", Takes::Key, "the key of legacy PassTickets, 16 hexadecimal digits");
const KEYENCRYPTED: OperandSpec =
    operand("KEYENCRYPTED", Takes::Key, "the same, kept by ICSF under a label that RACF makes");
const KEYLABEL: OperandSpec = operand(
    "KEYLABEL",
    Takes::Text("label"),
    "the label under which ICSF keeps the key of legacy PassTickets (`icsf_keys` of the plex)",
);
const EPTKEYLABEL: OperandSpec = operand(
    "EPTKEYLABEL",
    Takes::Text("label"),
    "the label under which ICSF keeps the key of enhanced PassTickets",
);
const TYPE: OperandSpec = operand(
    "TYPE",
    Takes::Choice(&["MIXED", "UPPER"]),
    "the characters of enhanced PassTickets; MIXED without it",
);
const TIMEOUT: OperandSpec = operand(
    "TIMEOUT",
    Takes::Number(&Range {
        what: "seconds",
        least: 1,
        most: 600,
        example: "as in TIMEOUT(60), which is the default",
    }),
    "how long an enhanced PassTicket is good; 60 without it",
);
const REPLAY: OperandSpec = operand(
    "REPLAY",
    Takes::Choice(&["NO", "YES"]),
    "whether an enhanced PassTicket may be used again; NO without it. Of legacy ones APPLDATA('NO \
     REPLAY PROTECTION') says so",
);

/// SSIGNON of RDEFINE.
pub(super) static SSIGNON: OperandSet = OperandSet {
    modelled: &[EPTKEYLABEL, KEYENCRYPTED, KEYLABEL, KEYMASKED, REPLAY, TIMEOUT, TYPE],
    excludes: ONE_LEGACY_KEY,
    unmodelled: "",
};

/// SSIGNON of RALTER.
pub(super) static SSIGNON_CHANGE: OperandSet = OperandSet {
    modelled: &[
        operand("ENCRYPTKEY", Takes::Nothing, "a masked key is kept by ICSF from now on"),
        EPTKEYLABEL,
        KEYENCRYPTED,
        KEYLABEL,
        KEYMASKED,
        operand("NOLEGACYKEY", Takes::Nothing, "no key of legacy PassTickets"),
        REPLAY,
        TIMEOUT,
        TYPE,
    ],
    excludes: ONE_LEGACY_KEY,
    unmodelled: "",
};

/// A profile has one key of legacy PassTickets.
const ONE_LEGACY_KEY: &[(&str, &str)] = &[
    ("ENCRYPTKEY", "KEYENCRYPTED"),
    ("ENCRYPTKEY", "KEYLABEL"),
    ("ENCRYPTKEY", "KEYMASKED"),
    ("ENCRYPTKEY", "NOLEGACYKEY"),
    ("KEYENCRYPTED", "KEYLABEL"),
    ("KEYENCRYPTED", "KEYMASKED"),
    ("KEYENCRYPTED", "NOLEGACYKEY"),
    ("KEYLABEL", "KEYMASKED"),
    ("KEYLABEL", "NOLEGACYKEY"),
    ("KEYMASKED", "NOLEGACYKEY"),
];

/// AUDIT of RDEFINE and RALTER.
pub(super) static AUDIT_ATTEMPTS: OperandSet = OperandSet {
    modelled: &[
        operand("ALL", LOGGED, "attempts of both kinds"),
        operand("FAILURES", LOGGED, "refusals: ICH408I in the log"),
        operand("NONE", Takes::Nothing, "nothing"),
        operand("SUCCESS", LOGGED, "what is granted; the model logs none of it"),
    ],
    excludes: &[
        ("ALL", "FAILURES"),
        ("ALL", "SUCCESS"),
        ("ALL", "NONE"),
        ("FAILURES", "NONE"),
        ("NONE", "SUCCESS"),
    ],
    unmodelled: "",
};

/// From which level on attempts are logged.
const LOGGED: Takes = Takes::MaybeChoice(&["ALTER", "CONTROL", "READ", "UPDATE"]);

/// A certificate of the command's owner.
pub(super) static CERTIFICATE: OperandSet =
    OperandSet { modelled: &[LABEL], excludes: &[], unmodelled: "FORCE ISSUERSDN SERIALNUMBER" };

/// A filter of the command's owner.
pub(super) static MAPPING: OperandSet =
    OperandSet { modelled: &[LABEL], excludes: &[], unmodelled: "" };

/// A certificate and a ring of the command's owner.
pub(super) static CONNECTION: OperandSet = OperandSet {
    modelled: &[
        OF_AUTHORITY,
        operand("DEFAULT", Takes::Nothing, "the ring's default certificate; without it no more"),
        OF_USER,
        LABEL,
        RING,
        OF_SITE,
        operand(
            "USAGE",
            Takes::Choice(&["CERTAUTH", "PERSONAL", "SITE"]),
            "what it is for, else by its owner; programs get the private keys of PERSONAL ones alone",
        ),
    ],
    excludes: ONE_OWNER,
    unmodelled: "",
};

/// A certificate and a ring that it leaves.
pub(super) static REMOVAL: OperandSet = OperandSet {
    modelled: &[OF_AUTHORITY, OF_USER, LABEL, RING, OF_SITE],
    excludes: ONE_OWNER,
    unmodelled: "",
};

const OF_AUTHORITY: OperandSpec =
    operand("CERTAUTH", Takes::Nothing, "a certificate of an authority");
const OF_USER: OperandSpec =
    operand("ID", Takes::One("user ID"), "a certificate of the user; of the ring's without it");
const OF_SITE: OperandSpec = operand("SITE", Takes::Nothing, "a certificate of the site");
const LABEL: OperandSpec = operand("LABEL", Takes::Text("label"), "its label; case is kept");
const RING: OperandSpec = operand("RING", Takes::Text("ring"), "the key ring; case is kept");
/// A certificate has one owner.
const ONE_OWNER: &[(&str, &str)] = &[("CERTAUTH", "ID"), ("CERTAUTH", "SITE"), ("ID", "SITE")];
