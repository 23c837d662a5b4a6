//! What goes over the wire: bytes in, bytes out.
//!
//! Everything here is a pure function of its input, keys, time and random stream.

pub mod anatomy;
pub mod charset;
pub mod csiv2;
pub mod gss;
pub mod kerberos;
pub mod ltpa;
pub mod passticket;
pub mod saml;
pub mod x509;
pub mod xml;
