//! XML as signatures need it: one namespace-true tree, from which both the canonical form and every
//! value is read, so that what was verified and what is used cannot differ.
//!
//! quick-xml cuts the text into tokens; its parser holds each of them to Extensible Markup Language 1.0
//! and Namespaces in XML 1.0, which quick-xml alone does not. There is no document type declaration
//! here, no entity but the predefined ones, and nothing is ever fetched.

pub mod canonical;
mod characters;
mod parse;
mod tag;
mod tree;

pub use characters::{is_ncname, is_xml_text};
pub use parse::{Error, Limits};
pub use tree::{Attribute, Document, Element, Kind, NodeId, QName};

/// The namespace of the prefix `xml`, which needs no declaration (Namespaces in XML 1.0 section 3).
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of namespace declarations (Namespaces in XML 1.0 section 3).
const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
