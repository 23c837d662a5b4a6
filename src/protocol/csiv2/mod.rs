//! Security of CORBA calls as it goes over the wire (CORBA 3.0 chapters 15 and 24).

pub(crate) mod cdr;
