//! Kerberos 5 as it is on the wire (RFC 4120) with encryption types 17 to 20.
//!
//! Bytes in, bytes out: time, keys and random stream are arguments, and every decision is a
//! [`crate::check::Check`] under one of the [`rules`]. A ticket's way through the modules:
//! [`client`] asks the [`kdc`] for it, [`initiator`] makes a context token of it, [`acceptor`]
//! judges the token with the steps of [`present`] and the [`replay`] cache, and both ends talk on
//! through a [`wrap::Context`].

pub mod acceptor;
pub mod anatomy;
pub mod authenticator;
pub mod ccache;
pub mod client;
mod cts;
pub mod der;
pub mod derive;
pub mod error;
pub mod etype;
pub mod evidence;
pub mod flags;
pub mod gss;
pub mod initiator;
pub mod kdc;
pub mod keytab;
pub mod messages;
pub mod octets;
pub mod present;
pub mod principal;
pub mod replay;
pub mod rules;
mod schedule;
pub mod string_to_key;
pub mod summary;
pub mod ticket;
pub mod time;
pub mod transited;
pub mod wrap;

pub use der::WireError;
pub use etype::{DecryptError, EncryptionType, Key};
pub use principal::Principal;
pub use schedule::KeyRing;
pub use string_to_key::{KeyTable, StringToKey, string_to_key};
pub use summary::{KINDS, classify};
pub use time::KerberosTime;

#[cfg(test)]
mod reference_tests;
