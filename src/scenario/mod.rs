//! The scenario file format: from bytes to a typed model, with every mistake located.
//!
//! A file is read into a [`tree`] that remembers the place of every value, [`overrides`] change the
//! tree by path, [`decode`] turns it into the types of the model and reports everything that is wrong
//! at once, and [`schema`] prints the manual of the format from the same types.

pub mod build;
pub mod canonical;
pub mod decode;
pub mod expect;
pub mod export;
pub mod located;
pub mod model;
pub mod outcome;
pub mod overrides;
pub mod places;
pub mod plan;
pub mod problem;
pub mod read;
pub mod run;
pub mod schema;
pub mod source;
pub mod templates;
pub mod tree;
pub mod validate;
