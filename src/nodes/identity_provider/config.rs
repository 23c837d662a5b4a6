//! An identity provider as a plex file declares it, and the assertions that clients ask it for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::scalar::{Duration, Offset};

/// A server that issues signed SAML assertions, on its own clock.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityProviderConfig {
    /// The system on which it runs: its clock.
    pub system: String,
    /// Who its assertions say that they are from.
    pub issuer: String,
    /// The file with the certificate that it signs with, PEM or DER, beside the plex.
    pub certificate: String,
    /// Files with further certificates of its path, which go into the signature.
    #[serde(default)]
    pub chain: Vec<String>,
    /// The file with its RSA private key, as PEM.
    pub key: String,
}

impl IdentityProviderConfig {
    /// The files that it names, with the places of their names.
    pub fn files(&self) -> Vec<(String, &str)> {
        let own = [("certificate".to_owned(), &*self.certificate), ("key".to_owned(), &*self.key)];
        let chain = (0..).zip(&self.chain).map(|(n, file)| (format!("chain.{n}"), file.as_str()));
        own.into_iter().chain(chain).collect()
    }
}

/// What a client asks an identity provider for. Times count from the clock of the provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// The version of SAML.
    pub version: Version,
    /// Whom the assertion is about.
    pub subject: Subject,
    /// How the subject is confirmed; none: not at all.
    pub confirmation: Option<Confirmation>,
    /// When the assertion begins; none: it has no beginning.
    pub not_before: Option<Offset>,
    /// When it ends; none: it has no end.
    pub not_on_or_after: Option<Offset>,
    /// Audiences to which it is restricted: one restriction each, any of whose names suits.
    pub audiences: Vec<Vec<String>>,
    /// Whether it may be used once only (OneTimeUse, DoNotCacheCondition in 1.1).
    pub one_time: bool,
    /// Whether and for whom further assertions may be made from it (SAML 2.0).
    pub proxy: Option<Proxy>,
    /// How the subject was authenticated; none: the assertion does not say.
    pub authentication: Option<Authentication>,
    /// Attributes of the subject.
    pub attributes: Vec<AttributeWanted>,
    /// How it is signed; none: not at all.
    pub signature: Option<SignatureWanted>,
}

/// How long an assertion is valid where nobody says otherwise (assumed).
const LIFE: Duration = Duration::from_seconds(300);

impl Default for Wanted {
    fn default() -> Wanted {
        Wanted {
            version: Version::V20,
            subject: Subject::default(),
            confirmation: Some(Confirmation::default()),
            not_before: Some(Offset::default()),
            not_on_or_after: Some(Offset::from_nanoseconds(LIFE.nanoseconds())),
            audiences: Vec::new(),
            one_time: false,
            proxy: None,
            authentication: Some(Authentication::default()),
            attributes: Vec::new(),
            signature: Some(SignatureWanted::default()),
        }
    }
}

/// A version of SAML.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// SAML 1.1.
    V11,
    /// SAML 2.0.
    #[default]
    V20,
}

/// Whom an assertion is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Subject {
    /// The name.
    pub name: String,
    /// Its format, as a URI.
    pub format: Option<String>,
    /// The domain that qualifies it.
    pub name_qualifier: Option<String>,
    /// The service provider that qualifies it (SAML 2.0).
    pub sp_name_qualifier: Option<String>,
    /// The name at the service provider (SAML 2.0).
    pub sp_provided_id: Option<String>,
}

impl Default for Subject {
    fn default() -> Subject {
        Subject {
            name: "alice".to_owned(),
            format: None,
            name_qualifier: None,
            sp_name_qualifier: None,
            sp_provided_id: None,
        }
    }
}

/// How a subject is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Confirmation {
    /// The method.
    pub method: Method,
    /// When the confirmation begins (SAML 2.0).
    pub not_before: Option<Offset>,
    /// When it ends (SAML 2.0).
    pub not_on_or_after: Option<Offset>,
    /// To whom it may be presented (SAML 2.0).
    pub recipient: Option<String>,
    /// The request that it answers (SAML 2.0).
    pub in_response_to: Option<String>,
}

/// A confirmation method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Method {
    /// Whoever presents the assertion is its subject.
    #[default]
    Bearer,
    /// The presenter shows that he has a key: that of the provider's own certificate.
    HolderOfKey,
    /// The presenter vouches for the subject.
    SenderVouches,
    /// Another one, as a URI.
    Uri(String),
}

/// Whether and for whom further assertions may be made from an assertion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Proxy {
    /// How often one after the other.
    pub count: Option<u32>,
    /// For whom.
    pub audiences: Vec<String>,
}

/// How and when a subject was authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Authentication {
    /// The method.
    pub method: AuthenticationMethod,
    /// When, from the moment of issue: `-5m`.
    pub at: Offset,
    /// The subject's DNS name.
    pub dns: Option<String>,
    /// The subject's address.
    pub address: Option<String>,
}

/// How a subject was authenticated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum AuthenticationMethod {
    /// By a password.
    #[default]
    Password,
    /// By a Kerberos ticket.
    Kerberos,
    /// By an LTPA token: `ltpa`, which is no URI of SAML.
    Ltpa,
    /// In another way, as a URI.
    Uri(String),
}

/// An attribute of a subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AttributeWanted {
    /// Its name.
    pub name: String,
    /// Its namespace (SAML 1.1, which needs one).
    pub namespace: Option<String>,
    /// Its friendly name (SAML 2.0).
    pub friendly_name: Option<String>,
    /// The format of its name (SAML 2.0).
    pub format: Option<String>,
    /// Its values.
    pub values: Vec<String>,
    /// How often the attribute is repeated; the copies have a number behind the name.
    pub copies: Option<u32>,
}

/// How an assertion is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SignatureWanted {
    /// The algorithm of digest and signature.
    pub algorithm: Algorithm,
    /// The canonical form of what is signed.
    pub canonicalization: Canonicalization,
    /// Whether the signer's certificate goes with the signature.
    pub certificate: bool,
}

impl Default for SignatureWanted {
    fn default() -> SignatureWanted {
        SignatureWanted {
            algorithm: Algorithm::Sha256,
            canonicalization: Canonicalization::Exclusive,
            certificate: true,
        }
    }
}

/// RSA with this hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub enum Algorithm {
    Sha1,
    #[default]
    Sha256,
    Sha384,
    Sha512,
}

/// A canonical form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Canonicalization {
    /// Exclusive canonicalisation.
    #[default]
    Exclusive,
    /// Canonical XML 1.0.
    Inclusive,
}

impl Wanted {
    /// What no assertion of the version can say, with the field that asks for it.
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut fault = |is: bool, field, message| faults.extend(is.then_some((field, message)));
        let (subject, old) = (&self.subject, self.version == Version::V11);
        let only_2 = "SAML 1.1 has no such thing";
        fault(old && subject.sp_name_qualifier.is_some(), "subject.sp_name_qualifier", only_2);
        fault(old && subject.sp_provided_id.is_some(), "subject.sp_provided_id", only_2);
        fault(old && self.proxy.is_some(), "proxy", only_2);
        let timed = |confirmation: &Confirmation| {
            confirmation.not_before.is_some()
                || confirmation.not_on_or_after.is_some()
                || confirmation.recipient.is_some()
                || confirmation.in_response_to.is_some()
        };
        fault(old && self.confirmation.as_ref().is_some_and(timed), "confirmation", only_2);
        let unnamed = self.attributes.iter().any(|attribute| attribute.name.is_empty());
        fault(unnamed, "attributes", "every attribute has a name");
        let of_1 = |attribute: &AttributeWanted| {
            attribute.friendly_name.is_some() || attribute.format.is_some()
        };
        let of_2 = |attribute: &AttributeWanted| attribute.namespace.is_some();
        fault(
            old && self.attributes.iter().any(of_1),
            "attributes",
            "SAML 1.1 attributes have a name and a namespace",
        );
        fault(
            !old && self.attributes.iter().any(of_2),
            "attributes",
            "SAML 2.0 attributes have no namespace",
        );
        let bare = self.attributes.iter().any(|attribute| attribute.namespace.is_none());
        fault(old && bare, "attributes", "SAML 1.1 attributes need a namespace");
        let copies = self.attributes.iter().map(|attribute| attribute.copies.unwrap_or(1));
        let too_many = copies.fold(0_u32, u32::saturating_add) > ATTRIBUTES_MAX;
        fault(too_many, "attributes", "an assertion is made with 5000 attributes at most");
        let silent = self.authentication.is_none() && self.attributes.is_empty();
        fault(old && silent, "authentication", "a SAML 1.1 assertion makes a statement");
        faults
    }
}

/// Most attributes of an assertion that is made: it bounds memory.
const ATTRIBUTES_MAX: u32 = 5_000;
