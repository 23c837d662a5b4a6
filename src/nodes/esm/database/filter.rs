//! Certificate name filters (RACF Security Administrator's Guide, certificate name filters; RACF Command
//! Language Reference, RACDCERT MAP): who has a certificate that is not in the database itself.
//!
//! A name in a filter is written as RACF shows it: the most specific part first, points between the parts,
//! `CN=ALICE.O=Example.C=XX`. Upper and lower case differ. A filter that leaves the first parts out is for
//! all names that end so.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::certificate::Trust;
use crate::protocol::x509;

/// The class of filters. They answer from storage alone: the class must be RACLISTed.
pub const DIGTNMAP: &str = "DIGTNMAP";
/// Longest name in a filter (characters).
pub const NAME_MAX: usize = 255;

/// All filters: the user ID to which they map, then their label.
pub type Filters = BTreeMap<String, BTreeMap<String, NameFilter>>;

/// A certificate name filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NameFilter {
    /// SDNFILTER: the end of the subject's name, or all of it.
    #[serde(default)]
    pub subject: Option<String>,
    /// IDNFILTER: the end of the issuer's name; all of it where there is a subject too.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Whether it is used.
    #[serde(default)]
    pub trust: Trust,
}

/// Whether a text can be the name in a filter: it begins with the word of an attribute.
pub fn is_name(text: &str) -> bool {
    let word = text.split_once('=').map_or("", |(word, _)| word);
    let letters = |word: &str| word.chars().all(|c| c.is_ascii_alphabetic());
    text.chars().count() <= NAME_MAX && !word.is_empty() && letters(word)
}

/// The filter that maps a certificate, the most specific one first: the subject's whole name with the
/// issuer's, then ever less of the subject's; the same without an issuer; the issuer's whole name, then ever
/// less of it. Filters with NOTRUST are passed over (assumed).
pub fn find<'a>(filters: &'a Filters, subject: &str, issuer: &str) -> Option<(&'a str, &'a str)> {
    let (subjects, issuers) = (ends(subject), ends(issuer));
    let whole = issuers.first().map(String::as_str);
    let both = subjects.iter().filter(|_| whole.is_some()).map(|end| (Some(&**end), whole));
    let by_subject = subjects.iter().map(|end| (Some(&**end), None));
    let by_issuer = issuers.iter().map(|end| (None, Some(&**end)));
    let mut wanted = both.chain(by_subject).chain(by_issuer);
    wanted.find_map(|(subject, issuer)| {
        let all = filters.iter().flat_map(|(user, own)| own.iter().map(move |one| (user, one)));
        let mut used = all.filter(|(_, (_, filter))| filter.trust.is_trusted());
        let found = used.find(|(_, (_, filter))| {
            (filter.subject.as_deref(), filter.issuer.as_deref()) == (subject, issuer)
        });
        found.map(|(user, (label, _))| (user.as_str(), label.as_str()))
    })
}

/// A name as filters have it, and all its ends at a part, the longest first.
fn ends(name: &str) -> Vec<String> {
    let parts = x509::parts(name).into_iter();
    let parts: Vec<String> =
        parts.map(|(word, value)| format!("{}={value}", shown(&word))).collect();
    (0..parts.len()).filter_map(|from| Some(parts.get(from..)?.join("."))).collect()
}

/// RACF's word for an attribute (RACF Command Language Reference, RACDCERT MAP, SDNFILTER).
fn shown(word: &str) -> &str {
    match word {
        "ST" => "SP",
        word => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBJECT: &str = "CN=alice,OU=Pay,O=Example,C=XX";
    const ISSUER: &str = "CN=People CA,ST=North,C=XX";

    fn filter(subject: &str, issuer: &str) -> NameFilter {
        let name = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        NameFilter { subject: name(subject), issuer: name(issuer), trust: Trust::Trust }
    }

    #[test]
    fn the_most_specific_filter_decides() {
        let whole_issuer = "CN=People CA.SP=North.C=XX";
        let order = [
            ("CN=alice.OU=Pay.O=Example.C=XX", whole_issuer),
            ("OU=Pay.O=Example.C=XX", whole_issuer),
            ("C=XX", whole_issuer),
            ("CN=alice.OU=Pay.O=Example.C=XX", ""),
            ("O=Example.C=XX", ""),
            ("", whole_issuer),
            ("", "SP=North.C=XX"),
        ];
        // Labels run against the order: it is not they that decide.
        let label = |at: usize| format!("L{}", 9 - at);
        let own = order.iter().enumerate().map(|(at, (s, i))| (label(at), filter(s, i)));
        let mut filters = Filters::from([("ANY".to_owned(), own.collect())]);
        for at in 0..order.len() {
            assert_eq!(find(&filters, SUBJECT, ISSUER), Some(("ANY", &*label(at))));
            filters.get_mut("ANY").expect("filters").remove(&label(at));
        }
        assert_eq!(find(&filters, SUBJECT, ISSUER), None);
    }

    #[test]
    fn a_name_that_ends_otherwise_or_has_another_case_is_not_meant() {
        for (subject, issuer) in [
            ("CN=alice", ""),
            ("c=xx", ""),
            ("ample.C=XX", ""),
            ("C=XX", "SP=North.C=XX"),
            ("", "CN=People CA"),
        ] {
            let own = [("L".to_owned(), filter(subject, issuer))].into();
            let filters = Filters::from([("ANY".to_owned(), own)]);
            assert_eq!(find(&filters, SUBJECT, ISSUER), None, "{subject} {issuer}");
        }
        let own =
            [("L".to_owned(), NameFilter { trust: Trust::NoTrust, ..filter("C=XX", "") })].into();
        assert_eq!(find(&Filters::from([("ANY".to_owned(), own)]), SUBJECT, ISSUER), None);
    }
}
