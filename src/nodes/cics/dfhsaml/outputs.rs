//! The containers that DFHSAML makes from a token, all of them read-only.

use super::inputs::Wanted;
use crate::catalogue::saml_areas::{
    ASSQNAME, ATTRA, ATTRF, ATTRN, ATTRS, ATTRY, AUDNR, AUTHMETH, CERTIDN, CERTSDN, CERTSNUM,
    CONFMETH, COUNTS, Container as Family, DataType, ERROR, FLAGS, ISSUER, ITEMS_MAX, NAMID,
    NAMIDF, NAMIDQ, NAMIDSP, NAMIDSPQ, NO, OUTPUTS, OUTTOKEN, PROXY, RESPONSE, SAMLID, SUBJADDR,
    SUBJDNS, TIMES, VALUE, YES, family,
};
use crate::nodes::cics::channel::{Channel, Container};
use crate::protocol::saml::{Assertion, Attribute, Instant};

/// The value of DFHSJ-ERROR for XML that is not valid (CICS TS, DFHSJ-ERROR container; that it is this
/// one with response 15 is assumed).
pub const XML_NOT_VALID: i32 = 6;

/// Outputs stay Unicode until a program gets them (assumed).
const UTF_8: u16 = 1208;

/// What CICS makes of a container that it puts for DFHSAML.
pub(super) struct Outputs<'a> {
    channel: &'a mut Channel,
    /// The families of the containers that were made, each once, in their order.
    pub(super) made: Vec<&'static str>,
}

impl<'a> Outputs<'a> {
    /// Takes the results of an earlier call out of the channel: what was read from another token must
    /// not be taken for this one's, and a token that was validated before another one was refused must
    /// not be issued in its place (assumed). `keeps_token`: it is the one that is to be issued.
    pub(super) fn new(channel: &'a mut Channel, keeps_token: bool) -> Outputs<'a> {
        let earlier = |name: &&str| {
            let own = family(name).is_some_and(|family| OUTPUTS.contains(family));
            (own || *name == ERROR.name) && !(keeps_token && *name == OUTTOKEN.name)
        };
        let read_only = |name: &&str| channel.get(name).is_some_and(|held| held.read_only);
        let names: Vec<String> =
            channel.names().filter(earlier).filter(read_only).map(str::to_owned).collect();
        for name in names {
            channel.delete(&name);
        }
        Outputs { channel, made: Vec::new() }
    }

    /// The response code.
    pub(super) fn response(&mut self, code: i32) {
        self.put(&RESPONSE, RESPONSE.name, code.to_be_bytes().to_vec());
    }

    /// Why the token could not be parsed.
    pub(super) fn not_parsed(&mut self) {
        self.put(&ERROR, ERROR.name, XML_NOT_VALID.to_be_bytes().to_vec());
    }

    /// The token that was validated or issued.
    pub(super) fn token(&mut self, token: &str) {
        self.put(&OUTTOKEN, OUTTOKEN.name, token.as_bytes().to_vec());
    }

    /// What the assertion says, as far as it is wanted.
    pub(super) fn assertion(&mut self, assertion: &Assertion, wanted: &Wanted) {
        for made in Made::of(assertion).into_iter().filter(|made| wanted.has(made.family.filter)) {
            self.put(made.family, &made.name, made.data);
        }
    }

    fn put(&mut self, family: &'static Family, name: &str, data: Vec<u8>) {
        let ccsid = (family.datatype == DataType::Char).then_some(UTF_8);
        self.channel.put(name, Container { ccsid, data, read_only: true, secret: false });
        if !self.made.contains(&family.name) {
            self.made.push(family.name);
        }
    }
}

/// A container that SAML-EXTRACT fills from an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The container, or the family of numbered ones.
    pub family: &'static Family,
    /// Its name.
    pub name: String,
    /// The data: characters in UTF-8, numbers as fullwords.
    pub data: Vec<u8>,
}

impl Made {
    /// All containers of an assertion.
    pub fn of(assertion: &Assertion) -> Vec<Made> {
        let mut made = Vec::new();
        let mut text = |family: &'static Family, text: Option<&str>| {
            made.extend(text.map(|text| Made::text(family, family.name.to_owned(), text)));
        };
        let subject = &assertion.subject;
        text(&ASSQNAME, Some(assertion.version.namespace()));
        text(&SAMLID, Some(&assertion.id));
        text(&ISSUER, Some(&assertion.issuer));
        text(&NAMID, subject.name.as_deref());
        text(&NAMIDF, subject.format.as_deref());
        text(&NAMIDQ, subject.name_qualifier.as_deref());
        text(&NAMIDSPQ, subject.sp_name_qualifier.as_deref());
        text(&NAMIDSP, subject.sp_provided_id.as_deref());
        text(&CONFMETH, assertion.confirmation_method.as_deref());
        text(&AUTHMETH, assertion.authentication_method.as_deref());
        text(&SUBJDNS, assertion.subject_dns.as_deref());
        text(&SUBJADDR, assertion.subject_address.as_deref());
        if let Some(signer) = &assertion.signer {
            text(&CERTSNUM, Some(&signer.serial));
            text(&CERTIDN, Some(&signer.issuer));
            text(&CERTSDN, Some(&signer.subject));
        }
        for (family, items) in
            [(&AUDNR, &assertion.audiences), (&PROXY, &assertion.proxy_audiences)]
        {
            for (number, item) in (1..=ITEMS_MAX).zip(items) {
                made.push(Made::text(family, family.numbered(number), item));
            }
        }
        for (number, attribute) in (1..=ITEMS_MAX).zip(&assertion.attributes) {
            Made::attribute(number, attribute, &mut made);
        }
        made.extend(Made::areas(assertion));
        made
    }

    fn text(family: &'static Family, name: String, text: &str) -> Made {
        Made { family, name, data: text.as_bytes().to_vec() }
    }

    fn attribute(number: usize, attribute: &Attribute, made: &mut Vec<Made>) {
        let texts = [
            (&ATTRN, Some(attribute.name.as_str())),
            (&ATTRS, attribute.namespace.as_deref()),
            (&ATTRY, attribute.friendly_name.as_deref()),
            (&ATTRF, attribute.format.as_deref()),
        ];
        for (family, text) in texts {
            made.extend(text.map(|text| Made::text(family, family.numbered(number), text)));
        }
        let count = fullword(attribute.values.len().min(ITEMS_MAX));
        made.push(Made { family: &ATTRA, name: ATTRA.numbered(number), data: count });
        for (value_number, value) in (1..=ITEMS_MAX).zip(&attribute.values) {
            let name = VALUE.numbered(number).replace("mmm", &format!("{value_number:03}"));
            made.push(Made::text(&VALUE, name, value));
        }
    }

    /// The containers that a DSECT describes.
    fn areas(assertion: &Assertion) -> [Made; 3] {
        let counts = [
            assertion.audiences.len(),
            assertion.attributes.len(),
            assertion.proxy_audiences.len(),
        ];
        let counts = counts.iter().flat_map(|count| fullword((*count).min(ITEMS_MAX)));
        let signer = assertion.signer.as_ref();
        let times = [
            assertion.not_before,
            assertion.not_on_or_after,
            assertion.authentication_instant,
            signer.map(|signer| signer.not_after),
            signer.map(|signer| signer.not_before),
        ];
        let times: String = times.into_iter().map(time).collect();
        let flags = [assertion.proxy_restricted, assertion.one_time];
        let flags: String = flags.iter().map(|flag| if *flag { YES } else { NO }).collect();
        let area =
            |family: &'static Family, data| Made { family, name: family.name.to_owned(), data };
        [
            area(&COUNTS, counts.collect()),
            area(&TIMES, times.into_bytes()),
            area(&FLAGS, flags.into_bytes()),
        ]
    }
}

fn fullword(number: usize) -> Vec<u8> {
    i32::try_from(number).unwrap_or(i32::MAX).to_be_bytes().to_vec()
}

/// A time in UTC, in 20 characters; blanks where there is none (table 7).
fn time(instant: Option<Instant>) -> String {
    let text = instant.map(|instant| instant.to_string()).unwrap_or_default();
    format!("{text:<20.20}")
}
