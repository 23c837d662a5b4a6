//! Security of CORBA calls as it goes over the wire: GIOP, the SAS protocol, its tokens, and what
//! references say of their servers (CORBA 3.0 chapters 13, 15 and 24).
//!
//! ```text
//!   giop::Message ─ service context 15 ─> sas::Body ─ client_authentication_token ─> token::Token
//!                                             └────── identity_token ─────────────> identity::Identity
//!   ior::Ior ─ component 33 ─> ior::MechanismList
//! ```
//!
//! Each type reads octets of either byte order and writes them; [`anatomy`] is the same reading for people.

pub mod anatomy;
mod cdr;
mod fields;
pub mod giop;
pub mod identity;
pub mod ior;
pub mod names;
pub mod sas;
pub mod token;

pub use cdr::{LONGEST, Malformed, Order, Read};
pub use fields::fields;
