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
    /// not be taken for this one's (assumed). A token that was validated stays until there is a new one.
    pub(super) fn new(channel: &'a mut Channel) -> Outputs<'a> {
        let earlier = |name: &&str| {
            let own = family(name).is_some_and(|family| OUTPUTS.contains(family));
            (own || *name == ERROR.name) && *name != OUTTOKEN.name
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

    /// Why the token could not be parsed: the value of DFHSJ-ERROR for XML that is not valid (CICS TS,
    /// DFHSJ-ERROR container; that it is this one is assumed).
    pub(super) fn not_parsed(&mut self) {
        const XML_NOT_VALID: i32 = 6;
        self.put(&ERROR, ERROR.name, XML_NOT_VALID.to_be_bytes().to_vec());
    }

    /// The token that was validated or issued.
    pub(super) fn token(&mut self, token: &str) {
        self.put(&OUTTOKEN, OUTTOKEN.name, token.as_bytes().to_vec());
    }

    /// What the assertion says, as far as it is wanted.
    pub(super) fn assertion(&mut self, assertion: &Assertion, wanted: &Wanted) {
        let mut text = |family: &'static Family, text: Option<&str>| {
            if let Some(text) = text.filter(|_| wanted.has(family.filter)) {
                self.put(family, family.name, text.as_bytes().to_vec());
            }
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
        self.numbered(&AUDNR, &assertion.audiences, wanted);
        self.numbered(&PROXY, &assertion.proxy_audiences, wanted);
        for (number, attribute) in (1..=ITEMS_MAX).zip(&assertion.attributes) {
            self.attribute(number, attribute, wanted);
        }
        self.areas(assertion, wanted);
    }

    fn numbered(&mut self, family: &'static Family, items: &[String], wanted: &Wanted) {
        for (number, item) in (1..=ITEMS_MAX).zip(items).filter(|_| wanted.has(family.filter)) {
            self.put(family, &family.numbered(number), item.as_bytes().to_vec());
        }
    }

    fn attribute(&mut self, number: usize, attribute: &Attribute, wanted: &Wanted) {
        if !wanted.has(ATTRN.filter) {
            return;
        }
        let texts = [
            (&ATTRN, Some(attribute.name.as_str())),
            (&ATTRS, attribute.namespace.as_deref()),
            (&ATTRY, attribute.friendly_name.as_deref()),
            (&ATTRF, attribute.format.as_deref()),
        ];
        for (family, text) in texts {
            if let Some(text) = text {
                self.put(family, &family.numbered(number), text.as_bytes().to_vec());
            }
        }
        let count = attribute.values.len().min(ITEMS_MAX);
        self.put(&ATTRA, &ATTRA.numbered(number), fullword(count));
        for (value_number, value) in (1..=ITEMS_MAX).zip(&attribute.values) {
            let name = VALUE.numbered(number).replace("mmm", &format!("{value_number:03}"));
            self.put(&VALUE, &name, value.as_bytes().to_vec());
        }
    }

    /// The containers that a DSECT describes.
    fn areas(&mut self, assertion: &Assertion, wanted: &Wanted) {
        let counts = [
            assertion.audiences.len(),
            assertion.attributes.len(),
            assertion.proxy_audiences.len(),
        ];
        if wanted.has(COUNTS.filter) {
            let data = counts.iter().flat_map(|count| fullword((*count).min(ITEMS_MAX)));
            self.put(&COUNTS, COUNTS.name, data.collect());
        }
        if wanted.has(TIMES.filter) {
            let signer = assertion.signer.as_ref();
            let times = [
                assertion.not_before,
                assertion.not_on_or_after,
                assertion.authentication_instant,
                signer.map(|signer| signer.not_after),
                signer.map(|signer| signer.not_before),
            ];
            let data: String = times.into_iter().map(time).collect();
            self.put(&TIMES, TIMES.name, data.into_bytes());
        }
        if wanted.has(FLAGS.filter) {
            let flags = [assertion.proxy_restricted, assertion.one_time];
            let data: String = flags.iter().map(|flag| if *flag { YES } else { NO }).collect();
            self.put(&FLAGS, FLAGS.name, data.into_bytes());
        }
    }

    fn put(&mut self, family: &'static Family, name: &str, data: Vec<u8>) {
        let ccsid = (family.datatype == DataType::Char).then_some(UTF_8);
        self.channel.put(name, Container { ccsid, data, read_only: true });
        if !self.made.contains(&family.name) {
            self.made.push(family.name);
        }
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
