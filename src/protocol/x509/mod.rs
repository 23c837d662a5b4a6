//! X.509 certificates with RSA keys (RFC 5280): read once, compared by their bytes, joined to paths by
//! signature and key, never by name alone.

mod certificate;
mod der;
mod identity;
mod name;
mod path;
mod pem;
pub mod rules;

pub use certificate::{Certificate, Error, Hash};
pub use identity::Identity;
pub use name::{from_der as name_from_der, part, parts, same as same_name, to_der as name_to_der};
pub use path::{KeyRing, Path, find_path};

/// A SEQUENCE of elements of DER.
pub fn sequence(elements: &[u8]) -> Vec<u8> {
    name::element(der::SEQUENCE, elements)
}

/// The elements of a SEQUENCE in DER.
///
/// # Errors
/// The octets are no such thing; whoever sent them is wrong, or a link changed them.
pub fn elements(octets: &[u8]) -> Result<Vec<&[u8]>, Error> {
    der::walk(octets)?;
    Ok(der::elements(octets))
}

/// The elements in an element of DER that was found well formed.
pub(super) fn inside(octets: &[u8]) -> Vec<&[u8]> {
    der::elements(octets)
}

/// The content of an element of DER that was found well formed.
pub(super) fn content(octets: &[u8]) -> &[u8] {
    der::content(octets)
}
