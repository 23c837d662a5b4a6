//! SAML 1.1 and 2.0 assertions: judged, read, made and issued again, on real XML signatures.
//!
//! ```text
//!   validate:  text ─> tree ─> assertion ─> signature ─> certificate, path ─> times ─> fields
//!                15              1             1           31, 21, 23     1     22
//!   issue:     text ─> tree ─> signature out, attributes in ─> signed anew
//! ```
//!
//! Numbers are values of DFHSAML-RESPONSE. Everything that comes out is read from the octets
//! that were digested.

pub mod anatomy;
mod assertion;
mod instant;
mod issue;
mod key_info;
mod make;

pub mod rules;
mod signature;
mod trust;
mod validate;

pub use crate::protocol::x509::Hash;
pub use assertion::{Assertion, Attribute, Signer, Subject, Version};
pub use instant::Instant;
pub use issue::{Issuing, issue};
pub use make::{Authentication, Confirmation, Proxy, Signing, Template, make};
pub use validate::{Coverage, Policy, Refusal, Signed, Validation, validate, validate_within};

/// An ID from sixteen drawn bytes: an XML name, as IDs have to be.
pub fn id(drawn: [u8; 16]) -> String {
    let digits = drawn.iter().map(|byte| format!("{byte:02x}"));
    format!("_{}", digits.collect::<String>())
}

/// The namespace of XML signatures.
const SIGNATURE_NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Values of DFHSAML-RESPONSE that the token layer gives.
mod response {
    pub(super) const INVALID: i32 = 1;
    pub(super) const NOT_PARSED: i32 = 15;
    pub(super) const CERTIFICATE_EXPIRED: i32 = 21;
    pub(super) const TOKEN_EXPIRED: i32 = 22;
    pub(super) const NOT_TRUSTED: i32 = 23;
    pub(super) const NOT_ADDED: i32 = 26;
    pub(super) const NO_KEY_RING: i32 = 30;
    pub(super) const NOT_FOUND: i32 = 31;
}
