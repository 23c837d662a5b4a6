//! The EXEC interface block: fields that CICS sets and a program reads.

use super::area_type::AreaType;

/// The fields that are modelled, with the types the application programming reference gives them
/// (appendix "EXEC interface block").
pub const FIELDS: [(&str, AreaType); 7] = [
    ("EIBDATE", AreaType::Packed(4)),
    ("EIBRESP", AreaType::Fullword),
    ("EIBRESP2", AreaType::Fullword),
    ("EIBTASKN", AreaType::Packed(4)),
    ("EIBTIME", AreaType::Packed(4)),
    ("EIBTRMID", AreaType::Char(4)),
    ("EIBTRNID", AreaType::Char(4)),
];

/// The type of a field, by its upper-case name.
pub fn field(name: &str) -> Option<AreaType> {
    FIELDS.iter().find(|(field, _)| *field == name).map(|(_, area_type)| *area_type)
}

/// Whether a name belongs to the block, modelled or not, and so cannot be declared.
pub(super) fn reserved(name: &str) -> bool {
    name.starts_with("EIB")
}
