//! From what a client wants to the assertion that says it.

use super::{
    AttributeWanted, Authentication, AuthenticationMethod, Confirmation, IdentityProvider, Method,
    Version, Wanted, instant,
};
use crate::protocol::saml::{self, Template};
use crate::scalar::Offset;

impl IdentityProvider {
    /// The assertion, issued at this moment of the provider's clock (ns).
    pub(super) fn template(&self, wanted: &Wanted, now: i64, id: String) -> Template {
        let at = |offset: Offset| instant(now.saturating_add(offset.nanoseconds()));
        let subject = &wanted.subject;
        let old = wanted.version == Version::V11;
        Template {
            version: if old { saml::Version::V11 } else { saml::Version::V20 },
            id,
            issuer: self.setup.issuer.clone(),
            issuer_format: None,
            issue_instant: instant(now),
            subject: saml::Subject {
                name: Some(subject.name.clone()),
                format: subject.format.clone(),
                name_qualifier: subject.name_qualifier.clone(),
                sp_name_qualifier: subject.sp_name_qualifier.clone(),
                sp_provided_id: subject.sp_provided_id.clone(),
            },
            confirmation: wanted.confirmation.as_ref().map(|wanted| saml::Confirmation {
                method: confirmation_method(wanted, old),
                not_before: wanted.not_before.map(at),
                not_on_or_after: wanted.not_on_or_after.map(at),
                recipient: wanted.recipient.clone(),
                in_response_to: wanted.in_response_to.clone(),
                holder: (wanted.method == Method::HolderOfKey)
                    .then(|| self.setup.identity.certificate().clone()),
            }),
            not_before: wanted.not_before.map(at),
            not_on_or_after: wanted.not_on_or_after.map(at),
            audiences: wanted.audiences.clone(),
            one_time: wanted.one_time,
            proxy: wanted.proxy.as_ref().map(|proxy| saml::Proxy {
                count: proxy.count,
                audiences: proxy.audiences.clone(),
            }),
            authentication: wanted.authentication.as_ref().map(|wanted| saml::Authentication {
                method: authentication_method(wanted, old),
                instant: at(wanted.at),
                dns: wanted.dns.clone(),
                address: wanted.address.clone(),
            }),
            attributes: wanted.attributes.iter().flat_map(attributes).collect(),
        }
    }
}

/// The URI of a confirmation method (SAML token profile 1.1 section 3.4).
fn confirmation_method(wanted: &Confirmation, old: bool) -> String {
    let word = match &wanted.method {
        Method::Bearer => "bearer",
        Method::HolderOfKey => "holder-of-key",
        Method::SenderVouches => "sender-vouches",
        Method::Uri(uri) => return uri.clone(),
    };
    format!("urn:oasis:names:tc:SAML:{}:cm:{word}", if old { "1.0" } else { "2.0" })
}

/// The URI of an authentication method (SAML 1.1 core section 7.1, SAML 2.0 authentication context).
fn authentication_method(wanted: &Authentication, old: bool) -> String {
    let uri = match (&wanted.method, old) {
        (AuthenticationMethod::Password, true) => "urn:oasis:names:tc:SAML:1.0:am:password",
        (AuthenticationMethod::Password, false) => {
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"
        }
        (AuthenticationMethod::Kerberos, true) => "urn:ietf:rfc:1510",
        (AuthenticationMethod::Kerberos, false) => {
            "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos"
        }
        (AuthenticationMethod::Ltpa, _) => "ltpa",
        (AuthenticationMethod::Uri(uri), _) => uri,
    };
    uri.to_owned()
}

/// An attribute, as often as it is wanted.
fn attributes(wanted: &AttributeWanted) -> impl Iterator<Item = saml::Attribute> {
    let number = |copy: u32| wanted.copies.map(|_| copy.to_string()).unwrap_or_default();
    (1..=wanted.copies.unwrap_or(1)).map(move |copy| saml::Attribute {
        name: format!("{}{}", wanted.name, number(copy)),
        namespace: wanted.namespace.clone(),
        friendly_name: wanted.friendly_name.clone(),
        format: wanted.format.clone(),
        values: wanted.values.clone(),
    })
}
