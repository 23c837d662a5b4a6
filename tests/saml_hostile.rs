//! Tokens that nobody makes in good faith: cut, flipped, edited, wrapped, huge. The bodies are those of
//! the fuzzers.

mod saml_support;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use regionsim::protocol::saml::{self, Policy, Signing, Template, Version};
use regionsim::protocol::x509::{Certificate, Hash, KeyRing};
use regionsim::protocol::xml::canonical::{Form, document};
use regionsim::protocol::xml::{Document, Limits};
use regionsim::study::hostile;
use saml_support::{AT, at, bytes, certificate, policy, ring, sts, text};

/// Signed by other software over the exclusive form without prefixes.
const SENT: [&str; 2] = ["valid/v20-auth0-rsa256.xml", "valid/v11-auth0-no-lifetime.xml"];

/// A short one of our own, where every bit counts.
fn short(version: Version) -> String {
    let template = Template {
        version,
        id: "_1".to_owned(),
        issuer: "i".to_owned(),
        issuer_format: None,
        issue_instant: at(AT),
        subject: saml::Subject { name: Some("ALICE".to_owned()), ..saml::Subject::default() },
        confirmation: None,
        not_before: None,
        not_on_or_after: Some(at("2026-06-15T12:05:00Z")),
        audiences: Vec::new(),
        one_time: false,
        proxy: None,
        authentication: Some(saml::Authentication {
            method: "m".to_owned(),
            instant: at(AT),
            dns: None,
            address: None,
        }),
        attributes: Vec::new(),
    };
    let identity = sts();
    let signing =
        Signing { identity: &identity, hash: Hash::Sha256, exclusive: true, key_info: false };
    saml::make(&template, Some(&signing))
}

fn response(token: &str, ring: &KeyRing) -> i32 {
    saml::validate(token, &policy(ring)).outcome.err().map_or(0, |refusal| refusal.response)
}

/// A body that refused everything would find nothing.
#[test]
fn whole_tokens_are_accepted() {
    let connected = ring(["ca", "cicscert"]);
    for token in SENT.map(text).into_iter().chain([short(Version::V11), short(Version::V20)]) {
        assert_eq!(response(&token, &connected), 0);
        assert_eq!(hostile::signed(&token, &policy(&connected), token.as_bytes()), Ok(()));
        // What is not covered may change.
        let edited = token.replace("<saml:Subject>", "<saml:Subject><!-- -->");
        assert_eq!(response(&edited, &connected), 0);
        assert_eq!(hostile::signed(&token, &policy(&connected), edited.as_bytes()), Ok(()));
    }
    // And the body tells when something is accepted that was not sent.
    let [one, other] = [short(Version::V11), short(Version::V20)];
    assert!(hostile::signed(&one, &policy(&connected), other.as_bytes()).is_err());
}

#[test]
fn every_cut_is_refused_as_no_document() {
    let connected = ring(["ca"]);
    for token in SENT.map(text) {
        let end = token.trim_end().len();
        for cut in (0..end).filter(|cut| token.is_char_boundary(*cut)) {
            let part = &token[..cut];
            assert_eq!(response(part, &connected), 15, "{cut}");
            assert_eq!(hostile::xml(part.as_bytes()), Ok(()), "{cut}");
        }
    }
}

#[test]
fn no_flipped_bit_is_accepted_where_the_signature_covers_it() {
    let connected = ring(["ca", "cicscert"]);
    let (mut accepted, mut tried) = (0, 0);
    for token in [short(Version::V11), short(Version::V20)] {
        for place in 0..token.len() * 8 {
            let mut flipped = token.clone().into_bytes();
            flipped[place / 8] ^= 1 << (place % 8);
            let told = hostile::signed(&token, &policy(&connected), &flipped);
            assert_eq!(told, Ok(()), "bit {place}");
            tried += 1;
            let text = String::from_utf8(flipped).unwrap_or_default();
            accepted += usize::from(response(&text, &connected) == 0);
        }
    }
    // None: there are no comments, and base64 has no digits that mean the same.
    assert_eq!(accepted, 0, "of {tried}");
}

#[test]
fn no_flipped_bit_of_a_certificate_is_the_authoritys() {
    let (issued, authority) = (certificate("signer"), certificate("ca"));
    let mut read = 0;
    for place in 0..issued.der().len() * 8 {
        let mut flipped = issued.der().to_vec();
        flipped[place / 8] ^= 1 << (place % 8);
        assert_eq!(hostile::certificate(&issued, &authority, &flipped), Ok(()), "bit {place}");
        read += usize::from(Certificate::read(&flipped).is_ok());
    }
    // Most are certificates still, only nobody's.
    assert!(read > issued.der().len(), "{read}");
    assert!(issued.is_issued_by(&authority));
}

#[test]
fn lying_lengths_and_cuts_of_certificates_are_told() {
    let issued = certificate("signer");
    let der = issued.der();
    for cut in 0..der.len() {
        assert!(Certificate::read(&der[..cut]).is_err(), "{cut}");
    }
    let longer = [der, &[0]].concat();
    let error = Certificate::read(&longer).unwrap_err().to_string();
    assert!(error.contains("octets follow"), "{error}");
    for place in 1..4 {
        for octet in (0..=255).filter(|octet| *octet != der[place]) {
            let mut lying = der.to_vec();
            lying[place] = octet;
            assert!(Certificate::read(&lying).is_err(), "{octet:02X} at {place}");
        }
    }
}

/// Large is not slow, and deep is no overflow: the limits end it where they are reached.
#[test]
fn huge_tokens_are_refused_by_a_limit() {
    let connected = ring(["ca"]);
    let told = |token: &str| {
        let refusal = saml::validate(token, &policy(&connected)).outcome.expect_err("a refusal");
        assert_eq!(refusal.response, 15);
        refusal.reason
    };
    let deep = "<a>".repeat(20_000);
    assert!(told(&deep).contains("deeper than 256"));
    assert!(told(&format!("{deep}{}", "</a>".repeat(20_000))).contains("deeper than 256"));
    let attributes: String = (0..100_000).map(|number| format!(" a{number}=''")).collect();
    assert!(told(&format!("<a{attributes}/>")).contains("more than 512 attributes"));
    let declared: String = (0..100_000).map(|number| format!(" xmlns:a{number}='urn:x'")).collect();
    assert!(told(&format!("<a{declared}/>")).contains("more than 512 attributes"));
    let nodes = "<a/>".repeat(1 << 20);
    assert!(told(&format!("<r>{nodes}</r>")).contains("more than 1048576 nodes"));
    let long = "x".repeat(100 << 20);
    assert!(told(&format!("<a>{long}</a>")).contains("the limit is 16777216"));
    for open in ["<!--", "<![CDATA[", "<?x ", "<a b='", "<!DOCTYPE ", "&", "<"] {
        let unclosed = format!("<a>{open}{}", "x".repeat(1 << 20));
        assert!(!told(&unclosed).is_empty(), "{open}");
    }
}

/// The exclusive form repeats names of namespaces: a document of two megabytes could fill any memory.
#[test]
fn a_canonical_form_has_an_end() {
    let name = format!("urn:{}", "n".repeat(1 << 20));
    let many = "<p:e/>".repeat(200_000);
    let text = format!("<r xmlns:p='{name}'>{many}</r>");
    let tree = Document::parse(&text).expect("a document");
    let exclusive = Form { exclusive: true, ..Form::default() };
    let error = document(&tree, &exclusive).unwrap_err().to_string();
    assert!(error.contains("more than 67108864"), "{error}");
    assert!(document(&tree, &Form::default()).is_ok_and(|form| form.len() < 4 << 20));
}

/// Limits are inclusive.
#[test]
fn limits_are_what_they_say() {
    let limits = Limits { bytes: 40, depth: 3, nodes: 4, attributes: 2 };
    let told = |text: &str| Document::parse_within(text, &limits).map(|_| ()).map_err(|e| e.what);
    assert_eq!(told("<a><b><c/></b></a>"), Ok(()));
    assert_eq!(told("<a><b><c><d/></c></b></a>"), Err("elements are deeper than 3".to_owned()));
    assert_eq!(told("<a><b/><b/><b/></a>"), Ok(()));
    assert_eq!(told("<a><b/><b/><b/><b/></a>"), Err("there are more than 4 nodes".to_owned()));
    assert_eq!(told("<a b='' xmlns='u'/>"), Ok(()));
    assert!(told("<a b='' c='' d=''/>").is_err_and(|why| why.contains("more than 2 attributes")));
    assert_eq!(told(&format!("<a>{}</a>", "x".repeat(33))), Ok(()));
    assert!(told(&format!("<a>{}</a>", "x".repeat(34))).is_err_and(|why| why.contains("limit")));
}

/// Pieces of XML that change what a careless reader sees.
const PIECES: [&str; 22] = [
    "<!-- x -->",
    "<![CDATA[]]>",
    "<![CDATA[x]]>",
    "<?x y?>",
    "&#x41;",
    "&amp;",
    "&x;",
    "<x/>",
    "<x>",
    "</x>",
    "\r\n",
    " ",
    "\u{FEFF}",
    "\0",
    "]]>",
    "<!DOCTYPE x>",
    " xmlns='urn:x'",
    " xmlns:saml='urn:x'",
    " ID='_1'",
    "<saml:Assertion ID='_1'/>",
    "xml:id='_1'",
    "\u{202E}",
];

/// One change of a text: pieces are put in, cut out, copied or exchanged.
fn edited(text: &str, what: u8, from: usize, to: usize, piece: &str) -> String {
    let place =
        |index: usize| (0..=index.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let (from, to) = (place(from).unwrap_or(0), place(to).unwrap_or(0));
    let (from, to) = (from.min(to), from.max(to));
    let (before, middle, after) = (&text[..from], &text[from..to], &text[to..]);
    match what % 5 {
        0 => format!("{before}{piece}{middle}{after}"),
        1 => format!("{before}{after}"),
        2 => format!("{before}{middle}{middle}{after}"),
        3 => format!("{before}{piece}{after}"),
        _ => format!("{before}{after}{middle}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(2026), ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn edited_tokens_are_refused_or_say_the_same(
        which in 0..2usize,
        edits in prop::collection::vec((any::<u8>(), any::<Index>(), 0..60usize, 0..PIECES.len()), 1..4),
    ) {
        let connected = ring(["ca", "cicscert"]);
        let sent = short([Version::V11, Version::V20][which]);
        let mut token = sent.clone();
        for (what, from, length, piece) in edits {
            let from = from.index(token.len() + 1);
            token = edited(&token, what, from, from + length, PIECES[piece]);
        }
        prop_assert_eq!(hostile::signed(&sent, &policy(&connected), token.as_bytes()), Ok(()));
        prop_assert_eq!(hostile::xml(token.as_bytes()), Ok(()));
        prop_assert_eq!(hostile::canonical_forms(token.as_bytes()), Ok(()));
    }

    #[test]
    fn any_text_is_told(text in "\\PC*|[<>/a: ='\"&;#x0-9!?\\[\\]-]{0,40}") {
        prop_assert_eq!(hostile::xml(text.as_bytes()), Ok(()));
        prop_assert_eq!(hostile::canonical_forms(text.as_bytes()), Ok(()));
    }

    #[test]
    fn any_bytes_are_no_certificate(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let (issued, authority) = (certificate("signer"), certificate("ca"));
        prop_assert_eq!(hostile::certificate(&issued, &authority, &octets), Ok(()));
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}", String::from_utf8_lossy(&octets));
        prop_assert_eq!(hostile::certificate(&issued, &authority, pem.as_bytes()), Ok(()));
    }
}

/// Every token of the corpus is told something about, by every body.
#[test]
fn the_bodies_hold_for_every_token_of_the_corpus() {
    let connected = ring(["ca"]);
    let policy = Policy { ..policy(&connected) };
    let sent = text(SENT[0]);
    let mut count = 0;
    for folder in ["valid", "hostile"] {
        for entry in std::fs::read_dir(saml_support::path(folder)).expect(folder) {
            let name = entry.expect("an entry").file_name().into_string().expect("a name");
            let data = bytes(&format!("{folder}/{name}"));
            assert_eq!(hostile::xml(&data), Ok(()), "{name}");
            assert_eq!(hostile::canonical_forms(&data), Ok(()), "{name}");
            // Other tokens are accepted for what they are, not for this one.
            let told = hostile::signed(&sent, &policy, &data);
            assert!(
                told.is_ok()
                    || folder == "valid"
                    || told.is_err_and(|why| why.starts_with("accepted"))
            );
            count += 1;
        }
    }
    assert_eq!(count, 159);
}
