//! The types of RFC 4120 (section 5 and appendix A) as data: fields, tags, and what numbers mean.

use super::sense::{Bits, Sense};

/// An ASN.1 type.
#[derive(Debug)]
pub(super) struct Type {
    /// Its name; empty for a type that only its field names.
    pub(super) name: &'static str,
    /// The number of its application tag.
    pub(super) application: Option<u8>,
    pub(super) form: Form,
}

#[derive(Debug)]
pub(super) enum Form {
    /// SEQUENCE: fields with context tags in rising order.
    Fields(&'static [Field]),
    /// SEQUENCE OF.
    Many(&'static Type),
    Integer(Sense),
    Flags(Bits),
    Octets(Inside),
    Text,
    Time,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) tag: u8,
    pub(super) name: &'static str,
    pub(super) optional: bool,
    pub(super) of: &'static Type,
}

/// What is inside an OCTET STRING.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Nothing that can be read without a key, or that has a known form.
    Opaque,
    /// Shown as text where it is printable.
    Text,
    /// By the address type that stands before it.
    Address,
    /// By the type number that stands before it in the same sequence.
    Padata,
    Authorization,
    Checksum,
    /// METHOD-DATA where the error code asks for pre-authentication.
    ErrorData,
}

const fn plain(form: Form) -> Type {
    Type { name: "", application: None, form }
}

const fn sequence(name: &'static str, fields: &'static [Field]) -> Type {
    Type { name, application: None, form: Form::Fields(fields) }
}

const fn message(name: &'static str, tag: u8, fields: &'static [Field]) -> Type {
    Type { name, application: Some(tag), form: Form::Fields(fields) }
}

const fn field(tag: u8, name: &'static str, of: &'static Type) -> Field {
    Field { tag, name, optional: false, of }
}

const fn maybe(tag: u8, name: &'static str, of: &'static Type) -> Field {
    Field { tag, name, optional: true, of }
}

static NUMBER: Type = plain(Form::Integer(Sense::Plain));
static UNSIGNED: Type = plain(Form::Integer(Sense::Unsigned));
static MICROS: Type = plain(Form::Integer(Sense::Micros));
static MESSAGE_TYPE: Type = plain(Form::Integer(Sense::Message));
static ETYPE: Type = plain(Form::Integer(Sense::Etype));
static TEXT: Type = plain(Form::Text);
static TIME: Type = plain(Form::Time);
static OCTETS: Type = plain(Form::Octets(Inside::Opaque));
static PRINTABLE: Type = plain(Form::Octets(Inside::Text));
static TICKET_FLAGS: Type = plain(Form::Flags(Bits::Ticket));

static PRINCIPAL_NAME: Type = sequence(
    "PrincipalName",
    &[
        field(0, "name-type", &plain(Form::Integer(Sense::Name))),
        field(1, "name-string", &plain(Form::Many(&TEXT))),
    ],
);

static HOST_ADDRESS: Type = sequence(
    "HostAddress",
    &[
        field(0, "addr-type", &plain(Form::Integer(Sense::Address))),
        field(1, "address", &plain(Form::Octets(Inside::Address))),
    ],
);

static HOST_ADDRESSES: Type =
    Type { name: "HostAddresses", application: None, form: Form::Many(&HOST_ADDRESS) };

static PA_DATA: Type = sequence(
    "PA-DATA",
    &[
        field(1, "padata-type", &plain(Form::Integer(Sense::Padata))),
        field(2, "padata-value", &plain(Form::Octets(Inside::Padata))),
    ],
);

pub(super) static METHOD_DATA: Type =
    Type { name: "METHOD-DATA", application: None, form: Form::Many(&PA_DATA) };

pub(super) static ENCRYPTED_DATA: Type = sequence(
    "EncryptedData",
    &[field(0, "etype", &ETYPE), maybe(1, "kvno", &UNSIGNED), field(2, "cipher", &OCTETS)],
);

static ENCRYPTION_KEY: Type =
    sequence("EncryptionKey", &[field(0, "keytype", &ETYPE), field(1, "keyvalue", &OCTETS)]);

static CHECKSUM: Type = sequence(
    "Checksum",
    &[
        field(0, "cksumtype", &plain(Form::Integer(Sense::Checksum))),
        field(1, "checksum", &plain(Form::Octets(Inside::Checksum))),
    ],
);

static AUTHORIZATION_ITEM: Type = sequence(
    "",
    &[
        field(0, "ad-type", &plain(Form::Integer(Sense::Authorization))),
        field(1, "ad-data", &plain(Form::Octets(Inside::Authorization))),
    ],
);

pub(super) static AUTHORIZATION_DATA: Type =
    Type { name: "AuthorizationData", application: None, form: Form::Many(&AUTHORIZATION_ITEM) };

pub(super) static TICKET: Type = message(
    "Ticket",
    1,
    &[
        field(0, "tkt-vno", &NUMBER),
        field(1, "realm", &TEXT),
        field(2, "sname", &PRINCIPAL_NAME),
        field(3, "enc-part", &ENCRYPTED_DATA),
    ],
);

static AUTHENTICATOR: Type = message(
    "Authenticator",
    2,
    &[
        field(0, "authenticator-vno", &NUMBER),
        field(1, "crealm", &TEXT),
        field(2, "cname", &PRINCIPAL_NAME),
        maybe(3, "cksum", &CHECKSUM),
        field(4, "cusec", &MICROS),
        field(5, "ctime", &TIME),
        maybe(6, "subkey", &ENCRYPTION_KEY),
        maybe(7, "seq-number", &UNSIGNED),
        maybe(8, "authorization-data", &AUTHORIZATION_DATA),
    ],
);

static ENC_TICKET_PART: Type = message(
    "EncTicketPart",
    3,
    &[
        field(0, "flags", &TICKET_FLAGS),
        field(1, "key", &ENCRYPTION_KEY),
        field(2, "crealm", &TEXT),
        field(3, "cname", &PRINCIPAL_NAME),
        field(
            4,
            "transited",
            &sequence(
                "TransitedEncoding",
                &[field(0, "tr-type", &NUMBER), field(1, "contents", &PRINTABLE)],
            ),
        ),
        field(5, "authtime", &TIME),
        maybe(6, "starttime", &TIME),
        field(7, "endtime", &TIME),
        maybe(8, "renew-till", &TIME),
        maybe(9, "caddr", &HOST_ADDRESSES),
        maybe(10, "authorization-data", &AUTHORIZATION_DATA),
    ],
);

pub(super) static KDC_REQ_BODY: Type = sequence(
    "KDC-REQ-BODY",
    &[
        field(0, "kdc-options", &plain(Form::Flags(Bits::Kdc))),
        maybe(1, "cname", &PRINCIPAL_NAME),
        field(2, "realm", &TEXT),
        maybe(3, "sname", &PRINCIPAL_NAME),
        maybe(4, "from", &TIME),
        field(5, "till", &TIME),
        maybe(6, "rtime", &TIME),
        field(7, "nonce", &UNSIGNED),
        field(8, "etype", &plain(Form::Many(&ETYPE))),
        maybe(9, "addresses", &HOST_ADDRESSES),
        maybe(10, "enc-authorization-data", &ENCRYPTED_DATA),
        maybe(11, "additional-tickets", &plain(Form::Many(&TICKET))),
    ],
);

const KDC_REQ: &[Field] = &[
    field(1, "pvno", &NUMBER),
    field(2, "msg-type", &MESSAGE_TYPE),
    maybe(3, "padata", &METHOD_DATA),
    field(4, "req-body", &KDC_REQ_BODY),
];

const KDC_REP: &[Field] = &[
    field(0, "pvno", &NUMBER),
    field(1, "msg-type", &MESSAGE_TYPE),
    maybe(2, "padata", &METHOD_DATA),
    field(3, "crealm", &TEXT),
    field(4, "cname", &PRINCIPAL_NAME),
    field(5, "ticket", &TICKET),
    field(6, "enc-part", &ENCRYPTED_DATA),
];

static AS_REQ: Type = message("AS-REQ", 10, KDC_REQ);
static AS_REP: Type = message("AS-REP", 11, KDC_REP);
static TGS_REQ: Type = message("TGS-REQ", 12, KDC_REQ);
static TGS_REP: Type = message("TGS-REP", 13, KDC_REP);

pub(super) static AP_REQ: Type = message(
    "AP-REQ",
    14,
    &[
        field(0, "pvno", &NUMBER),
        field(1, "msg-type", &MESSAGE_TYPE),
        field(2, "ap-options", &plain(Form::Flags(Bits::Ap))),
        field(3, "ticket", &TICKET),
        field(4, "authenticator", &ENCRYPTED_DATA),
    ],
);

pub(super) static AP_REP: Type = message(
    "AP-REP",
    15,
    &[
        field(0, "pvno", &NUMBER),
        field(1, "msg-type", &MESSAGE_TYPE),
        field(2, "enc-part", &ENCRYPTED_DATA),
    ],
);

static KRB_SAFE: Type = message(
    "KRB-SAFE",
    20,
    &[
        field(0, "pvno", &NUMBER),
        field(1, "msg-type", &MESSAGE_TYPE),
        field(2, "safe-body", &sequence("KRB-SAFE-BODY", SAFE_BODY)),
        field(3, "cksum", &CHECKSUM),
    ],
);

const SAFE_BODY: &[Field] = &[
    field(0, "user-data", &PRINTABLE),
    maybe(1, "timestamp", &TIME),
    maybe(2, "usec", &MICROS),
    maybe(3, "seq-number", &UNSIGNED),
    field(4, "s-address", &HOST_ADDRESS),
    maybe(5, "r-address", &HOST_ADDRESS),
];

static KRB_PRIV: Type = message(
    "KRB-PRIV",
    21,
    &[
        field(0, "pvno", &NUMBER),
        field(1, "msg-type", &MESSAGE_TYPE),
        field(3, "enc-part", &ENCRYPTED_DATA),
    ],
);

static ENC_KRB_PRIV_PART: Type = message("EncKrbPrivPart", 28, SAFE_BODY);

pub(super) static KRB_CRED: Type = message(
    "KRB-CRED",
    22,
    &[
        field(0, "pvno", &NUMBER),
        field(1, "msg-type", &MESSAGE_TYPE),
        field(2, "tickets", &plain(Form::Many(&TICKET))),
        field(3, "enc-part", &ENCRYPTED_DATA),
    ],
);

static ENC_KRB_CRED_PART: Type = message(
    "EncKrbCredPart",
    29,
    &[
        field(0, "ticket-info", &plain(Form::Many(&KRB_CRED_INFO))),
        maybe(1, "nonce", &UNSIGNED),
        maybe(2, "timestamp", &TIME),
        maybe(3, "usec", &MICROS),
        maybe(4, "s-address", &HOST_ADDRESS),
        maybe(5, "r-address", &HOST_ADDRESS),
    ],
);

static KRB_CRED_INFO: Type = sequence(
    "KrbCredInfo",
    &[
        field(0, "key", &ENCRYPTION_KEY),
        maybe(1, "prealm", &TEXT),
        maybe(2, "pname", &PRINCIPAL_NAME),
        maybe(3, "flags", &TICKET_FLAGS),
        maybe(4, "authtime", &TIME),
        maybe(5, "starttime", &TIME),
        maybe(6, "endtime", &TIME),
        maybe(7, "renew-till", &TIME),
        maybe(8, "srealm", &TEXT),
        maybe(9, "sname", &PRINCIPAL_NAME),
        maybe(10, "caddr", &HOST_ADDRESSES),
    ],
);

static LAST_REQUESTS: Type = plain(Form::Many(&LAST_REQUEST));
static LAST_REQUEST: Type = sequence(
    "",
    &[field(0, "lr-type", &plain(Form::Integer(Sense::LastRequest))), field(1, "lr-value", &TIME)],
);

const ENC_KDC_REP_PART: &[Field] = &[
    field(0, "key", &ENCRYPTION_KEY),
    field(1, "last-req", &LAST_REQUESTS),
    field(2, "nonce", &UNSIGNED),
    maybe(3, "key-expiration", &TIME),
    field(4, "flags", &TICKET_FLAGS),
    field(5, "authtime", &TIME),
    maybe(6, "starttime", &TIME),
    field(7, "endtime", &TIME),
    maybe(8, "renew-till", &TIME),
    field(9, "srealm", &TEXT),
    field(10, "sname", &PRINCIPAL_NAME),
    maybe(11, "caddr", &HOST_ADDRESSES),
    // RFC 6806 section 11 adds it.
    maybe(12, "encrypted-pa-data", &METHOD_DATA),
];

static ENC_AS_REP_PART: Type = message("EncASRepPart", 25, ENC_KDC_REP_PART);
static ENC_TGS_REP_PART: Type = message("EncTGSRepPart", 26, ENC_KDC_REP_PART);

static ENC_AP_REP_PART: Type = message(
    "EncAPRepPart",
    27,
    &[
        field(0, "ctime", &TIME),
        field(1, "cusec", &MICROS),
        maybe(2, "subkey", &ENCRYPTION_KEY),
        maybe(3, "seq-number", &UNSIGNED),
    ],
);

pub(super) static KRB_ERROR: Type = message(
    "KRB-ERROR",
    30,
    &[
        field(0, "pvno", &NUMBER),
        field(1, "msg-type", &MESSAGE_TYPE),
        maybe(2, "ctime", &TIME),
        maybe(3, "cusec", &MICROS),
        field(4, "stime", &TIME),
        field(5, "susec", &MICROS),
        field(6, "error-code", &plain(Form::Integer(Sense::Error))),
        maybe(7, "crealm", &TEXT),
        maybe(8, "cname", &PRINCIPAL_NAME),
        field(9, "realm", &TEXT),
        field(10, "sname", &PRINCIPAL_NAME),
        maybe(11, "e-text", &TEXT),
        maybe(12, "e-data", &plain(Form::Octets(Inside::ErrorData))),
    ],
);

static PA_ENC_TS_ENC: Type =
    sequence("PA-ENC-TS-ENC", &[field(0, "patimestamp", &TIME), maybe(1, "pausec", &MICROS)]);

pub(super) static ETYPE_INFO: Type = Type {
    name: "ETYPE-INFO",
    application: None,
    form: Form::Many(&sequence(
        "ETYPE-INFO-ENTRY",
        &[field(0, "etype", &ETYPE), maybe(1, "salt", &PRINTABLE)],
    )),
};

pub(super) static ETYPE_INFO2: Type = Type {
    name: "ETYPE-INFO2",
    application: None,
    form: Form::Many(&sequence(
        "ETYPE-INFO2-ENTRY",
        &[field(0, "etype", &ETYPE), maybe(1, "salt", &TEXT), maybe(2, "s2kparams", &OCTETS)],
    )),
};

/// The types that have names of their own for `inspect`; those with application tags are also found
/// by their first octet.
pub(super) static TYPES: [&Type; 27] = [
    &AS_REQ,
    &AS_REP,
    &TGS_REQ,
    &TGS_REP,
    &AP_REQ,
    &AP_REP,
    &KRB_ERROR,
    &TICKET,
    &AUTHENTICATOR,
    &ENC_TICKET_PART,
    &ENC_AS_REP_PART,
    &ENC_TGS_REP_PART,
    &ENC_AP_REP_PART,
    &KRB_SAFE,
    &KRB_PRIV,
    &ENC_KRB_PRIV_PART,
    &KRB_CRED,
    &ENC_KRB_CRED_PART,
    &KDC_REQ_BODY,
    &ENCRYPTED_DATA,
    &ENCRYPTION_KEY,
    &METHOD_DATA,
    &PA_ENC_TS_ENC,
    &ETYPE_INFO,
    &ETYPE_INFO2,
    &AUTHORIZATION_DATA,
    &PRINCIPAL_NAME,
];
