//! Short words for the rows of the table.

use super::{Field, Kind, Shape};

pub(super) const fn field(
    name: &'static str,
    shape: Shape,
    unit: &'static str,
    meaning: &'static str,
) -> Field {
    Field { name, shape, unit, optional: false, meaning }
}

pub(super) const fn number(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Integer, "", meaning)
}

pub(super) const fn amount(name: &'static str, unit: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Integer, unit, meaning)
}

pub(super) const fn text(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Text, "", meaning)
}

pub(super) const fn time(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Time, "", meaning)
}

pub(super) const fn texts(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Texts, "", meaning)
}

pub(super) const fn object(name: &'static str, meaning: &'static str) -> Field {
    field(name, Shape::Object, "", meaning)
}

pub(super) const fn optional(field: Field) -> Field {
    Field { optional: true, ..field }
}

pub(super) const fn kind(
    name: &'static str,
    meaning: &'static str,
    fields: &'static [Field],
) -> Kind {
    Kind { name, meaning, fields }
}
