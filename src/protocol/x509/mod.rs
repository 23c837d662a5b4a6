//! X.509 certificates with RSA keys (RFC 5280): read once, compared by their bytes, joined to paths by
//! signature and key, never by name alone.

mod certificate;
mod identity;
mod name;
mod path;
pub mod rules;

pub use certificate::{Certificate, Error, Hash};
pub use identity::Identity;
pub use path::{KeyRing, Path, find_path};
