//! Assertions made and issued again: they are valid where they are received, and their bytes are always
//! the same.

mod saml_support;

use std::sync::Arc;

use regionsim::check::Checks;
use regionsim::protocol::saml::{
    self, Assertion, Attribute, Authentication, Confirmation, Hash, Instant, Issuing, Policy,
    Proxy, Signed, Signing, Subject, Template, Version,
};
use regionsim::protocol::x509::{Identity, KeyRing};
use saml_support::{AT, at, certificate, policy, ring, sts, text};

const HASHES: [Hash; 4] = [Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512];

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A template that says all that an assertion of its version can say, with awkward characters.
fn template(version: Version) -> Template {
    let new = version == Version::V20;
    let attribute = |name: &str, values: &[&str]| Attribute {
        name: name.to_owned(),
        namespace: (!new).then(|| "urn:n&s".to_owned()),
        friendly_name: new.then(|| "\"<friendly>\"".to_owned()),
        format: new.then(|| "urn:f".to_owned()),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    };
    Template {
        version,
        id: "_made".to_owned(),
        issuer: " https://idp.example/\u{e9}?a=1&b=<2> ".to_owned(),
        issuer_format: new.then(|| "urn:issuer".to_owned()),
        issue_instant: at(AT),
        subject: Subject {
            name: some(" M\u{fc}ller & \r\n\t<S\u{f6}hne> ]]> "),
            format: some("urn:format"),
            name_qualifier: some("q\t\n\r\"'"),
            sp_name_qualifier: new.then(|| "spq".to_owned()),
            sp_provided_id: new.then(|| "spid".to_owned()),
        },
        confirmation: Some(Confirmation {
            method: format!(
                "urn:oasis:names:tc:SAML:{}:cm:holder-of-key",
                if new { "2.0" } else { "1.0" }
            ),
            not_before: new.then(|| at("2026-06-15T11:00:00Z")),
            not_on_or_after: new.then(|| at("2026-06-15T13:00:00Z")),
            recipient: new.then(|| "https://cics.example/".to_owned()),
            in_response_to: new.then(|| "_request".to_owned()),
            holder: Some(certificate("signer")),
        }),
        not_before: Some(at("2026-06-15T11:59:00Z")),
        not_on_or_after: Some(at("2026-06-15T12:05:00Z")),
        audiences: vec![vec!["urn:a".to_owned(), "urn:b".to_owned()], vec!["urn:c".to_owned()]],
        one_time: true,
        proxy: new.then(|| Proxy { count: Some(2), audiences: vec!["urn:p".to_owned()] }),
        authentication: Some(Authentication {
            method: "urn:method".to_owned(),
            instant: at("2026-06-15T11:58:00Z"),
            dns: some("ws.example"),
            address: some("192.0.2.7"),
        }),
        attributes: vec![
            attribute("groups", &["A", "", " B ", "<C>&]]>"]),
            attribute("none", &[]),
            attribute("groups", &["again"]),
        ],
    }
}

/// What an assertion of the template says, but for the signer.
fn expected(template: &Template) -> Assertion {
    let authentication = template.authentication.clone().expect("it");
    Assertion {
        version: template.version,
        id: template.id.clone(),
        issuer: template.issuer.clone(),
        subject: template.subject.clone(),
        confirmation_method: template.confirmation.as_ref().map(|own| own.method.clone()),
        authentication_method: Some(authentication.method),
        authentication_instant: Some(authentication.instant),
        subject_dns: authentication.dns,
        // DFHSAML does not give that of SAML 2.0.
        subject_address: authentication.address.filter(|_| template.version == Version::V11),
        not_before: template.not_before,
        not_on_or_after: template.not_on_or_after,
        audiences: template.audiences.concat(),
        proxy_audiences: template.proxy.iter().flat_map(|own| own.audiences.clone()).collect(),
        proxy_restricted: template.proxy.is_some(),
        one_time: template.one_time,
        attributes: template.attributes.clone(),
        signer: None,
    }
}

fn valid(token: &str, ring: &KeyRing) -> Assertion {
    saml::validate(token, &policy(ring))
        .outcome
        .unwrap_or_else(|refusal| panic!("{}: {}\n{token}", refusal.response, refusal.reason))
}

fn without_signer(mut own: Assertion) -> Assertion {
    own.signer = None;
    own
}

#[test]
fn what_is_made_says_what_the_template_says_in_every_form() {
    let (identity, connected) = (sts(), ring(["ca", "cicscert"]));
    for version in [Version::V11, Version::V20] {
        let template = template(version);
        for hash in HASHES {
            for (exclusive, key_info) in [(true, true), (true, false), (false, true)] {
                let signing = Signing { identity: &identity, hash, exclusive, key_info };
                let token = saml::make(&template, Some(&signing));
                assert_eq!(token, saml::make(&template, Some(&signing)), "always the same bytes");
                let found = valid(&token, &connected);
                let signer = found.signer.clone().expect("a signer");
                assert_eq!(signer.subject, certificate("cicscert").subject);
                assert_eq!(without_signer(found), expected(&template), "{hash:?} {exclusive}");
            }
        }
        let token = saml::make(&template, None);
        let refusal = saml::validate(&token, &policy(&connected)).outcome.unwrap_err();
        assert_eq!(refusal.response, 1);
        let ignored = Policy { signed: Signed::Ignored, ring: None, ..policy(&connected) };
        assert_eq!(saml::validate(&token, &ignored).outcome, Ok(expected(&template)));
    }
}

#[test]
fn a_signature_tells_its_hash_and_what_it_covers() {
    let (identity, connected) = (sts(), ring(["ca"]));
    let template = template(Version::V20);
    for hash in HASHES {
        let signing = Signing { identity: &identity, hash, exclusive: true, key_info: true };
        let token = saml::make(&template, Some(&signing));
        let commented = format!(
            "<!-- before -->{}",
            token.replace("</saml:Issuer>", "<!--in--></saml:Issuer>")
        );
        let covered = saml::validate(&commented, &policy(&connected)).coverage.expect("coverage");
        assert_eq!((covered.signature, covered.digest, covered.id.as_str()), (hash, hash, "_made"));
        let subjects = [certificate("cicscert").subject.clone(), certificate("ca").subject.clone()];
        assert_eq!(covered.path, subjects);
        assert_eq!(covered.anchor, "ca");
        let signature =
            token.find("<ds:Signature ").unwrap()..token.find("</ds:Signature>").unwrap() + 15;
        assert_eq!(covered.octets as usize, token.len() - signature.len());
        let left_out = covered.uncovered.join("; ");
        assert!(left_out.contains("; a comment; 1 nodes outside"), "{left_out}");
    }
}

fn issuing<'a>(identity: &'a Identity, additions: &'a [Attribute]) -> Issuing<'a> {
    Issuing {
        additions,
        issuer: Some(("http://cics", Some("urn:format"))),
        signer: identity,
        hash: Hash::Sha256,
        now: at("2026-06-15T12:01:00Z"),
        id: saml::id([0xAB; 16]),
    }
}

fn issue(token: &str, how: &Issuing<'_>) -> Result<String, (i32, String)> {
    let mut checks = Checks::new();
    let issued = saml::issue(token, how, &mut checks);
    let failed = checks.taken().iter().filter(|check| !check.passed).count();
    assert_eq!(failed, usize::from(issued.is_err()), "{checks:#?}");
    issued.map_err(|refusal| (refusal.response, refusal.reason))
}

fn addition(name: &str, version: Version) -> Attribute {
    Attribute {
        name: name.to_owned(),
        namespace: (version == Version::V11).then(|| "urn:new".to_owned()),
        friendly_name: (version == Version::V20).then(|| "new".to_owned()),
        format: None,
        values: vec!["one".to_owned(), "<two>".to_owned()],
    }
}

/// Tokens of other software, issued again: all that they say stays, but for what issuing changes.
#[test]
fn tokens_of_other_software_are_issued_again() {
    let (identity, connected) = (sts(), ring(["ca", "signer"]));
    let mut count = 0;
    for name in [
        "v11-auth0-rsa1-dsprefix",
        "v11-attributes-only-rsa512",
        "v11-advice-nested-before-signature",
        "v11-sender-vouches",
        "v20-all-optional-fields",
        "v20-comments-and-pi-excc14n",
        "v20-default-namespace-everywhere",
        "v20-no-nameid",
        "v20-odd-prefix",
        "v20-proxy-count-zero",
        "v20-repeated-attribute-and-statements",
        "v20-superfluous-and-rebound-namespaces",
        "v20-token-from-soap-incl-several",
        "v20-crlf-lines",
        "v20-bom-utf8",
        "v20-no-keyinfo",
    ] {
        let token = text(&format!("valid/{name}.xml"));
        let before = valid(&token, &connected);
        let additions = [addition("role", before.version), addition("role", before.version)];
        let how = issuing(&identity, &additions);
        let issued = issue(&token, &how).expect(name);
        assert_eq!(issue(&token, &how).as_ref(), Ok(&issued), "{name}: always the same bytes");
        let after = valid(&issued, &connected);
        let signer = after.signer.clone().expect("a signer");
        assert_eq!(signer.subject, certificate("cicscert").subject, "{name}");
        // The old attributes stay; the new ones come into the first statement.
        let mut held = after.attributes.clone();
        held.retain(|own| !additions.contains(own));
        assert_eq!(held, before.attributes, "{name}");
        assert_eq!(after.attributes.len(), before.attributes.len() + 2, "{name}");
        let mut same = Assertion {
            id: how.id.clone(),
            issuer: "http://cics".to_owned(),
            attributes: after.attributes.clone(),
            ..before.clone()
        };
        same.signer.clone_from(&after.signer);
        assert_eq!(after, same, "{name}");
        // And once more, by the same issuer.
        let third = issue(&issued, &Issuing { issuer: None, id: saml::id([1; 16]), ..how });
        let third = valid(&third.expect(name), &connected);
        assert_eq!(third.attributes.len(), before.attributes.len() + 4, "{name}");
        assert_eq!(third.issuer, "http://cics", "{name}");
        count += 1;
    }
    assert_eq!(count, 16);
}

#[test]
fn without_additions_a_token_is_signed_anew() {
    let (identity, connected) = (sts(), ring(["ca"]));
    for version in [Version::V11, Version::V20] {
        let mut plain = template(version);
        plain.attributes.clear();
        let token = saml::make(&plain, None);
        for hash in HASHES {
            let how = Issuing { issuer: None, hash, ..issuing(&identity, &[]) };
            let issued = issue(&token, &how).expect("a token");
            let covered = saml::validate(&issued, &policy(&connected)).coverage.expect("coverage");
            assert_eq!(covered.signature, hash);
            let expected = Assertion { id: how.id.clone(), ..expected(&plain) };
            assert_eq!(without_signer(valid(&issued, &connected)), expected);
            assert!(issued.contains("IssueInstant=\"2026-06-15T12:01:00Z\""), "{issued}");
        }
        // Where there was no attribute statement there is one then.
        let additions = [addition("role", version)];
        let issued = issue(&token, &issuing(&identity, &additions)).expect("a token");
        let found = valid(&issued, &connected);
        assert_eq!(found.attributes, additions);
        assert_eq!(found.subject, plain.subject);
    }
}

/// Its life is not made longer, and a certificate's chain goes with the signature.
#[test]
fn conditions_stay_and_the_chain_goes_along() {
    let connected = ring(["ca"]);
    let identity = sts().with_chain(vec![certificate("ca")]);
    let token = saml::make(&template(Version::V20), None);
    let issued = issue(&token, &issuing(&identity, &[])).expect("a token");
    assert_eq!(issued.matches("<ds:X509Certificate>").count(), 3, "two, and the holder's");
    // It ends at 12:05, and the skew is three minutes.
    let late = at("2026-06-15T12:08:00Z");
    let late = Policy { now: late, ..policy(&connected) };
    assert_eq!(saml::validate(&issued, &late).outcome.unwrap_err().response, 22);
    let now = Instant { seconds: late.now.seconds - 1, nanos: 999_999_999 };
    let just = Policy { now, ..late };
    assert!(saml::validate(&issued, &just).outcome.is_ok());
    // A certificate that has nothing to do with the signer makes it unclear who that is.
    let identity = sts().with_chain(vec![certificate("ica"), certificate("ca")]);
    let issued = issue(&token, &issuing(&identity, &[])).expect("a token");
    let refusal = saml::validate(&issued, &just).outcome.unwrap_err();
    assert_eq!((refusal.response, refusal.reason.contains("several signers")), (23, true));
}

/// A token without any time but those that `change` gives it.
fn timeless(change: impl FnOnce(&mut Template)) -> String {
    let mut own = template(Version::V20);
    (own.not_before, own.not_on_or_after) = (None, None);
    if let Some(confirmation) = &mut own.confirmation {
        (confirmation.not_before, confirmation.not_on_or_after) = (None, None);
    }
    change(&mut own);
    let identity = sts();
    let signing =
        Signing { identity: &identity, hash: Hash::Sha256, exclusive: true, key_info: true };
    saml::make(&own, Some(&signing))
}

/// Whether a token is taken at a time, and the margin of the decision by a rule.
fn judged(token: &str, now: Instant, rule: &str) -> (bool, i64) {
    let ring = ring(["ca"]);
    let found = saml::validate(token, &Policy { now, ..policy(&ring) });
    let own = found.checks.taken().iter().find(|check| check.rule.id == rule).expect(rule);
    let margin = own.margin.as_ref().expect("a margin").value;
    assert_eq!(own.passed, found.outcome.is_ok(), "{rule} decides: {:?}", found.outcome);
    (own.passed, margin)
}

/// The verdict changes with the nanosecond at which the bound and the skew of 180 s say so, and the margin
/// of the decision changes its sign there (SAML core 2.0 sections 2.4.1.2 and 2.5.1.2).
#[test]
fn bounds_of_time_are_exact_and_show_their_margins() {
    let bound = "2026-06-15T12:00:00Z";
    let confirmed = |begin: Option<&str>, end: Option<&str>| {
        timeless(|own| {
            let own = own.confirmation.as_mut().expect("it");
            (own.not_before, own.not_on_or_after) = (begin.map(at), end.map(at));
        })
    };
    let begins = [
        ("saml.not-before", timeless(|own| own.not_before = Some(at(bound)))),
        ("saml.confirmation-begin", confirmed(Some(bound), None)),
    ];
    for (rule, token) in begins {
        let refused = judged(&token, at("2026-06-15T11:56:59.999999999Z"), rule);
        assert_eq!(refused, (false, -1), "{rule}");
        assert_eq!(judged(&token, at("2026-06-15T11:57:00Z"), rule), (true, 0), "{rule}");
        assert_eq!(judged(&token, at("2026-06-15T11:57:05Z"), rule), (true, 5), "{rule}");
    }
    let ends = [
        ("saml.not-on-or-after", timeless(|own| own.not_on_or_after = Some(at(bound)))),
        ("saml.confirmation-end", confirmed(None, Some(bound))),
    ];
    for (rule, token) in ends {
        let taken = judged(&token, at("2026-06-15T12:02:59.999999999Z"), rule);
        assert_eq!(taken, (true, 0), "{rule}");
        assert!(!judged(&token, at("2026-06-15T12:03:00Z"), rule).0, "{rule}");
        assert!(judged(&token, at("2026-06-15T12:03:00Z"), rule).1 < 0, "{rule}");
        assert_eq!(judged(&token, at("2026-06-15T12:02:55Z"), rule), (true, 4), "{rule}");
    }
}

/// A certificate is valid from its first second to its last, whatever the skew (RFC 5280 section 4.1.2.5).
#[test]
fn bounds_of_certificates_are_exact_and_show_their_margins() {
    let token = timeless(|_| {});
    let own = certificate("cicscert");
    let issuer = certificate("ca");
    let first = own.not_before.max(issuer.not_before);
    let last = own.not_after.min(issuer.not_after);
    let at = |seconds| Instant { seconds, nanos: 0 };
    for (now, taken) in [(first - 1, false), (first, true), (last, true), (last + 1, false)] {
        let ring = ring(["ca"]);
        let found = saml::validate(&token, &Policy { now: at(now), ..policy(&ring) });
        assert_eq!(found.outcome.is_ok(), taken, "{now}: {:?}", found.outcome);
        let of_rule = found.checks.taken().iter().filter(|check| check.rule.id == "x509.validity");
        let margins = of_rule.filter_map(|check| check.margin.as_ref().map(|margin| margin.value));
        let least = margins.min().expect("a margin");
        assert_eq!(least, if taken { 0 } else { -1 }, "{now}");
    }
}

#[test]
fn what_cannot_be_added_is_told() {
    let identity = sts();
    let refused = |token: &str, additions: &[Attribute]| {
        issue(token, &issuing(&identity, additions)).expect_err("a refusal")
    };
    let (old, new) =
        (saml::make(&template(Version::V11), None), saml::make(&template(Version::V20), None));
    let (code, why) = refused(&old, &[addition("role", Version::V20)]);
    assert_eq!((code, why.contains("no namespace")), (26, true), "{why}");
    let illegal = Attribute { values: vec!["a\u{1}".to_owned()], ..addition("r", Version::V20) };
    let (code, why) = refused(&new, &[illegal]);
    assert_eq!((code, why.contains("characters that XML does not have")), (26, true), "{why}");
    let many = vec![addition("r", Version::V20); 997];
    let (code, why) = refused(&new, &many);
    assert_eq!((code, why.contains("999")), (26, true), "{why}");
    let most = issue(&new, &issuing(&identity, &many[1..])).expect("exactly 999");
    assert_eq!(valid(&most, &ring(["ca"])).attributes.len(), 999);
    let (code, why) = refused("<a/>", &[]);
    assert_eq!((code, why.contains("the token is a")), (1, true), "{why}");
    let (code, why) = refused("<a", &[]);
    assert_eq!((code, why.contains("line 1")), (15, true), "{why}");
    // Nothing is signed that has no canonical form.
    let relative = new.replace("<saml:Subject>", "<saml:Subject xmlns:r=\"relative\">");
    let (code, why) = refused(&relative, &[]);
    assert_eq!((code, why.contains("relative")), (1, true), "{why}");
}

#[test]
fn identities_have_their_own_keys() {
    let key = saml_support::bytes("pki/TEST-ONLY-cicscert.key.pem");
    let error = Identity::read(&certificate("signer"), &key).unwrap_err().to_string();
    assert!(error.contains("not the one of the certificate"), "{error}");
    let own: Arc<_> = certificate("cicscert");
    for (bytes, why) in [
        (&b""[..], "cannot be read"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be read"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n", "line 1"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "line 1"),
    ] {
        let error = Identity::read(&own, bytes).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
    let shown = format!("{:?}", sts());
    assert!(shown.contains("cics-sts.example.test") && shown.len() < 200, "{shown}");
}
