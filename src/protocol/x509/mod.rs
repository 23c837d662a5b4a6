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
pub use name::{part, parts, same as same_name};
pub use path::{KeyRing, Path, find_path};
