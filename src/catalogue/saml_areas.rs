//! The containers of program DFHSAML and the areas that some of them hold (CICS TS, SAML linkable
//! interface DFHSAML, tables 2 to 4 and 6 to 8).
//!
//! The document gives the length of each field. That fields follow one another without a gap, in the
//! order of the tables, and the values behind SAML-YES and SAML-NO are assumed.

use std::borrow::Cow;

use super::{Entry, Kind};
use crate::check::Mark;

/// Whether characters or bytes stand in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    /// Characters, converted when a program gets them.
    Char,
    /// Bytes, never converted.
    Bit,
}

impl DataType {
    /// The word of DATATYPE.
    pub fn word(self) -> &'static str {
        match self {
            DataType::Char => "CHAR",
            DataType::Bit => "BIT",
        }
    }
}

/// A container, or a family of numbered ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Container {
    /// Its name; `nnn` stands for the number of the item, `mmm` for that of its value.
    pub name: &'static str,
    /// What stands in it.
    pub datatype: DataType,
    /// What it holds.
    pub meaning: &'static str,
    /// The field of DFHSAML-FILTER that switches it; none for what is always returned.
    pub filter: Option<Filter>,
}

impl Container {
    /// The name of a numbered container: `DFHSAML-AUDNR001`.
    pub fn numbered(&self, number: usize) -> String {
        self.name.replace("nnn", &format!("{number:03}"))
    }

    /// The name of the family that a container belongs to, where it is one of these.
    fn is_of(&self, name: &str) -> bool {
        let mut pattern = self.name.bytes();
        name.len() == self.name.len()
            && name.bytes().all(|byte| match pattern.next() {
                Some(b'n' | b'm') => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
                letter => letter == Some(byte),
            })
    }
}

const fn always(name: &'static str, datatype: DataType, meaning: &'static str) -> Container {
    Container { name, datatype, meaning, filter: None }
}

const fn switched(
    filter: Filter,
    name: &'static str,
    datatype: DataType,
    meaning: &'static str,
) -> Container {
    Container { name, datatype, meaning, filter: Some(filter) }
}

/// The assertion.
pub const TOKEN: &str = "DFHSAML-TOKEN";
/// What to do.
pub const FUNCTION: &str = "DFHSAML-FUNCTION";
/// The JVM server of the secure token service.
pub const JVMSERVR: &str = "DFHSAML-JVMSERVR";
/// Which containers SAML-EXTRACT returns.
pub const FILTER: &str = "DFHSAML-FILTER";
/// Whether a signature is required.
pub const SIGNED: &str = "DFHSAML-SIGNED";

/// The DFHSJ-ERROR container that goes with response 15.
pub const ERROR: Container =
    always("DFHSJ-ERROR", DataType::Bit, "Why the JVM could not parse the token: a fullword.");

use DataType::{Bit, Char};

/// The containers that a program puts before it links to DFHSAML; [`OUTTOKEN`] and the attribute
/// containers are outputs too.
pub static INPUTS: [Container; 5] = [
    always(TOKEN, Char, "The SAML assertion."),
    always(FUNCTION, Char, "SAML-EXTRACT (default), SAML-ISSUE or SAML-VALIDATE."),
    always(JVMSERVR, Char, "Name of the JVM server, 1 to 8 characters; DFHXSTS by default."),
    always(FILTER, Char, "Which containers SAML-EXTRACT returns; all of them by default."),
    always(SIGNED, Char, "SAML-REQUIRED (default) or SAML-IGNORED."),
];

macro_rules! outputs {
    ($($constant:ident = $container:expr;)*) => {
        $(
            #[doc = "An output container of table 4."]
            pub const $constant: Container = $container;
        )*
        /// The containers that DFHSAML makes, in the order of table 4.
        pub static OUTPUTS: &[Container] = &[$($constant),*];
    };
}

outputs! {
    RESPONSE = always("DFHSAML-RESPONSE", Bit, "Response code: a fullword.");
    OUTTOKEN = always("DFHSAML-OUTTOKEN", Char, "The token that was validated, extracted or issued.");
    COUNTS = switched(Filter::Counts, "DFHSAML-COUNTS", Bit, "Numbers of items: DSECT SAML-COUNTS.");
    TIMES = switched(Filter::Times, "DFHSAML-TIMES", Char, "Times in UTC: DSECT SAML-TIMES.");
    FLAGS = switched(Filter::Flags, "DFHSAML-FLAGS", Char, "Flags: DSECT SAML-FLAGS.");
    ASSQNAME = switched(Filter::Assqname, "DFHSAML-ASSQNAME", Char, "Namespace of the assertion.");
    AUDNR = switched(Filter::Audnr, "DFHSAML-AUDNRnnn", Char, "An audience to which the assertion is restricted.");
    AUTHMETH = switched(Filter::Authmeth, "DFHSAML-AUTHMETH", Char, "How the subject was authenticated, as a URI.");
    CONFMETH = switched(Filter::Confmeth, "DFHSAML-CONFMETH", Char, "How the subject is confirmed, as a URI.");
    PROXY = switched(Filter::Proxy, "DFHSAML-PROXYnnn", Char, "An audience for which another assertion may be made.");
    ATTRS = switched(Filter::Attr, "DFHSAML-ATTRSnnn", Char, "Namespace of attribute nnn (SAML 1.1).");
    ATTRY = switched(Filter::Attr, "DFHSAML-ATTRYnnn", Char, "Friendly name of attribute nnn (SAML 2.0).");
    ATTRN = switched(Filter::Attr, "DFHSAML-ATTRNnnn", Char, "Name of attribute nnn.");
    ATTRF = switched(Filter::Attr, "DFHSAML-ATTRFnnn", Char, "Name format of attribute nnn (SAML 2.0).");
    ATTRA = switched(Filter::Attr, "DFHSAML-ATTRAnnn", Bit, "Number of values of attribute nnn: a fullword.");
    VALUE = switched(Filter::Attr, "DFHSAML-AnnnVmmm", Char, "Value mmm of attribute nnn.");
    SAMLID = switched(Filter::Id, "DFHSAML-SAMLID", Char, "ID of the assertion.");
    ISSUER = switched(Filter::Issuer, "DFHSAML-ISSUER", Char, "Issuer of the assertion.");
    NAMIDF = switched(Filter::Nameid, "DFHSAML-NAMIDF", Char, "Format of the subject's name, as a URI.");
    NAMIDQ = switched(Filter::Nameid, "DFHSAML-NAMIDQ", Char, "Domain that qualifies the subject's name.");
    NAMIDSPQ = switched(Filter::Nameid, "DFHSAML-NAMIDSPQ", Char, "Service provider that qualifies the subject's name.");
    NAMIDSP = switched(Filter::Nameid, "DFHSAML-NAMIDSP", Char, "The subject's name at the service provider.");
    NAMID = switched(Filter::Nameid, "DFHSAML-NAMID", Char, "The subject's name.");
    CERTSNUM = switched(Filter::Cert, "DFHSAML-CERTSNUM", Char, "Serial number of the signer's certificate, eight characters.");
    CERTIDN = switched(Filter::Certidn, "DFHSAML-CERTIDN", Char, "Issuer of the signer's certificate.");
    CERTSDN = switched(Filter::Certsdn, "DFHSAML-CERTSDN", Char, "Subject of the signer's certificate.");
    SUBJDNS = switched(Filter::Subjloc, "DFHSAML-SUBJDNS", Char, "DNS address of the subject.");
    SUBJADDR = switched(Filter::Subjloc, "DFHSAML-SUBJADDR", Char, "IP address of the subject (SAML 1.1).");
}

/// Most containers of a kind (table 4).
pub const ITEMS_MAX: usize = 999;

/// A field of DFHSAML-FILTER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Filter {
    Counts,
    Times,
    Flags,
    Assqname,
    Audnr,
    Authmeth,
    Confmeth,
    Cert,
    Proxy,
    Attr,
    Id,
    Issuer,
    Nameid,
    Certidn,
    Certsdn,
    Subjloc,
}

/// SAML-YES in a field of DFHSAML-FILTER, and Y in DFHSAML-FLAGS.
pub const YES: char = 'Y';
/// SAML-NO, and N.
pub const NO: char = 'N';

/// What a field of an area is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// A signed fullword.
    Fullword,
    /// Characters.
    Char(u16),
}

impl FieldType {
    /// Its length (bytes).
    pub const fn bytes(self) -> usize {
        match self {
            FieldType::Fullword => 4,
            FieldType::Char(length) => length as usize,
        }
    }
}

/// A field of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the document.
    pub name: &'static str,
    /// What it is.
    pub field_type: FieldType,
    /// What it holds.
    pub meaning: &'static str,
}

const fn fullword(name: &'static str, meaning: &'static str) -> Field {
    Field { name, field_type: FieldType::Fullword, meaning }
}

const fn time(name: &'static str, meaning: &'static str) -> Field {
    Field { name, field_type: FieldType::Char(20), meaning }
}

const fn flag(name: &'static str, meaning: &'static str) -> Field {
    Field { name, field_type: FieldType::Char(1), meaning }
}

/// The layout of the data in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// The DSECT.
    pub name: &'static str,
    /// The container that holds it.
    pub container: &'static str,
    /// Its fields, one after another.
    pub fields: &'static [Field],
}

impl Area {
    /// Its length (bytes).
    pub fn bytes(&self) -> usize {
        self.fields.iter().map(|field| field.field_type.bytes()).sum()
    }
}

/// DSECT SAML-FILTER (table 3): fields in the order of [`Filter`].
pub static FILTER_AREA: Area = Area {
    name: "SAML-FILTER",
    container: FILTER,
    fields: &[
        flag("SAMLI-COUNTS", "DFHSAML-COUNTS"),
        flag("SAMLI-TIMES", "DFHSAML-TIMES"),
        flag("SAMLI-FLAGS", "DFHSAML-FLAGS"),
        flag("SAMLI-ASSQNAME", "DFHSAML-ASSQNAME"),
        flag("SAMLI-AUDNR", "DFHSAML-AUDNRnnn"),
        flag("SAMLI-AUTHMETH", "DFHSAML-AUTHMETH"),
        flag("SAMLI-CONFMETH", "DFHSAML-CONFMETH"),
        flag("SAMLI-CERT", "DFHSAML-CERTSNUM"),
        flag("SAMLI-PROXY", "DFHSAML-PROXYnnn"),
        flag("SAMLI-ATTR", "attributes and their values"),
        flag("SAMLI-ID", "DFHSAML-SAMLID"),
        flag("SAMLI-ISSUER", "DFHSAML-ISSUER"),
        flag("SAMLI-NAMEID", "DFHSAML-NAMID, -NAMIDF, -NAMIDQ, -NAMIDSPQ, -NAMIDSP"),
        flag("SAMLI-CERTIDN", "DFHSAML-CERTIDN"),
        flag("SAMLI-CERTSDN", "DFHSAML-CERTSDN"),
        flag("SAMLI-SUBJLOC", "DFHSAML-SUBJDNS, -SUBJADDR"),
    ],
};

/// DSECT SAML-COUNTS (table 6).
pub static COUNTS_AREA: Area = Area {
    name: "SAML-COUNTS",
    container: COUNTS.name,
    fields: &[
        fullword("SAMLC-AUDRNUM", "number of containers DFHSAML-AUDNRnnn"),
        fullword("SAMLC-ATTRNUM", "number of attributes"),
        fullword("SAMLC-PROXYNUM", "number of containers DFHSAML-PROXYnnn"),
    ],
};

/// DSECT SAML-TIMES (table 7).
pub static TIMES_AREA: Area = Area {
    name: "SAML-TIMES",
    container: TIMES.name,
    fields: &[
        time("SAMLT-NOTBEFORE", "start of the assertion"),
        time("SAMLT-EXPIRES", "end of the assertion, itself outside"),
        time("SAMLT-AUTHTIME", "when the subject was authenticated"),
        time("SAMLT-CERTNAFT", "end of the signer's certificate"),
        time("SAMLT-CERTNBEF", "start of the signer's certificate"),
    ],
};

/// DSECT SAML-FLAGS (table 8).
pub static FLAGS_AREA: Area = Area {
    name: "SAML-FLAGS",
    container: FLAGS.name,
    fields: &[
        flag("SAMLB-PROXYRST", "whether the assertion restricts proxies"),
        flag("SAMLB-ONETIME", "whether the assertion may be used once only"),
    ],
};

/// All areas.
pub static AREAS: [&Area; 4] = [&FILTER_AREA, &COUNTS_AREA, &TIMES_AREA, &FLAGS_AREA];

/// The area that stands in a container.
pub fn area(container: &str) -> Option<&'static Area> {
    AREAS.into_iter().find(|area| area.container == container)
}

/// The container or family that a container of a channel belongs to.
pub fn family(name: &str) -> Option<&'static Container> {
    // DFHSAML-ATTRAnnn has the shape of DFHSAML-AnnnVmmm for no name: it has no V at its place.
    OUTPUTS.iter().chain(&INPUTS).find(|container| container.is_of(name))
}

/// The output containers as entries of the catalogue.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    OUTPUTS.iter().chain([&ERROR]).map(|container| Entry {
        kind: Kind::Container,
        key: container.name.to_owned(),
        title: Cow::Owned(format!("{} container of DFHSAML", container.datatype.word())),
        text: container.meaning.into(),
        cause: "DFHSAML made it from what it found in the token.",
        cure: "Get it with GET CONTAINER after the LINK; it is read-only.",
        mark: Mark::Documented,
        source: "CICS TS, SAML linkable interface DFHSAML, table 4",
        beyond: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_have_the_lengths_that_the_tables_add_up_to() {
        let lengths: Vec<usize> = AREAS.iter().map(|area| area.bytes()).collect();
        assert_eq!(lengths, [16, 12, 100, 2]);
        assert_eq!(FILTER_AREA.fields.len(), Filter::Subjloc as usize + 1);
    }

    #[test]
    fn numbered_containers_are_found_by_their_family() {
        let name = |found: &str| family(found).map(|container| container.name);
        assert_eq!(name("DFHSAML-AUDNR017"), Some("DFHSAML-AUDNRnnn"));
        assert_eq!(name("DFHSAML-ATTRA001"), Some("DFHSAML-ATTRAnnn"));
        assert_eq!(name("DFHSAML-A001V002"), Some("DFHSAML-AnnnVmmm"));
        assert_eq!(name("DFHSAML-ATTRNORG"), Some("DFHSAML-ATTRNnnn"));
        assert_eq!(name("DFHSAML-ISSUER"), Some("DFHSAML-ISSUER"));
        assert_eq!(name("DFHSAML-TOKEN"), Some("DFHSAML-TOKEN"));
        assert_eq!(name("DFHSAML-AUDNR01"), None);
        assert_eq!(name("OTHER"), None);
    }

    #[test]
    fn no_name_is_longer_than_a_container_name_may_be() {
        for container in OUTPUTS.iter().chain(&INPUTS) {
            assert!(container.name.len() <= 16, "{}", container.name);
        }
    }
}
