//! Canonical forms against the examples of their recommendations, as other software wrote them.

use std::fs;
use std::path::PathBuf;

use regionsim::protocol::xml::canonical::{Form, canonical, document};
use regionsim::protocol::xml::{Document, NodeId};

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/interop/c14n").join(name);
    fs::read_to_string(path).expect(name)
}

fn inclusive(comments: bool) -> Form {
    Form { exclusive: false, comments, ..Form::default() }
}

fn exclusive(prefixes: &[&str]) -> Form {
    let prefixes = prefixes.iter().map(|prefix| (*prefix).to_owned()).collect();
    Form { exclusive: true, comments: true, prefixes }
}

/// The first element of this name.
fn element(document: &Document, local: &str) -> NodeId {
    let named = |id: &NodeId| document.element(*id).is_some_and(|own| own.name.local == local);
    document.all_elements().find(named).expect(local)
}

/// Without the document type declaration and what only it can say.
fn without_type(text: &str) -> String {
    let Some((before, declaration)) = text.split_once("<!DOCTYPE") else { return text.to_owned() };
    let end = if declaration.contains("]>") { "]>" } else { ">" };
    let (_, after) = declaration.split_once(end).expect("its end");
    format!("{before}{}", after.trim_start())
}

/// Canonical XML 1.0 section 3.1: instructions, comments, what stands outside the document element.
#[test]
fn beside_the_document_element() {
    let text = without_type(&read("in/31_input.xml"));
    let tree = Document::parse(&text).expect("a document");
    assert_eq!(document(&tree, &inclusive(false)).unwrap(), read("in/31_c14n.xml"));
    assert_eq!(document(&tree, &inclusive(true)).unwrap(), read("in/31_c14n-comments.xml"));
}

/// Section 3.2: white space stays. The others need a document type declaration.
#[test]
fn white_space_stays() {
    let tree = Document::parse(&read("in/32_input.xml")).expect("a document");
    assert_eq!(document(&tree, &inclusive(true)).unwrap(), read("in/32_c14n.xml"));
}

/// Section 3.3 without the attribute that its document type declaration adds: start and end tags.
#[test]
fn tags_and_superfluous_declarations() {
    let tree = Document::parse(&without_type(&read("in/33_input.xml"))).expect("a document");
    let expected = read("in/33_c14n.xml").replace(" attr=\"default\"", "");
    assert_eq!(document(&tree, &inclusive(true)).unwrap(), expected);
}

/// Section 3.4 without the attributes whose type is declared: characters and references.
#[test]
fn characters_and_references() {
    let text = without_type(&read("in/34_input.xml"));
    let line = |text: &str| -> String {
        text.lines()
            .filter(|line| !line.contains("<normN") && !line.contains("<normI"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let tree = Document::parse(&line(&text)).expect("a document");
    assert_eq!(
        document(&tree, &inclusive(true)).unwrap(),
        line(&read("in/34_c14n.xml")).trim_end()
    );
}

/// Section 3.6: characters beyond ASCII are written as UTF-8.
#[test]
fn characters_beyond_ascii() {
    let text = read("in/36_input.xml");
    let text = text.replace("ISO-8859-1", "UTF-8");
    let tree = Document::parse(&text).expect("a document");
    assert_eq!(document(&tree, &inclusive(true)).unwrap(), read("in/36_c14n.xml").trim_end());
}

#[test]
fn default_namespaces_are_taken_away_and_given_back() {
    let tree = Document::parse(&read("in/default_ns_redefinition_input.xml")).expect("a document");
    let expected = read("in/default_ns_redefinition_c14n.xml");
    let form = canonical(&tree, element(&tree, "Object"), None, &inclusive(true));
    assert_eq!(form.unwrap(), expected);
}

#[test]
fn a_relative_namespace_has_no_canonical_form() {
    let tree = Document::parse(&read("in/relative-ns-behaviour.xml")).expect("a document");
    for form in [inclusive(true), exclusive(&[])] {
        let error = document(&tree, &form).unwrap_err();
        assert!(error.to_string().contains("relative"), "{error}");
    }
    // Also where only an ancestor of the apex declares it.
    let tree = Document::parse("<a xmlns:r='r'><b/></a>").expect("a document");
    assert!(canonical(&tree, element(&tree, "b"), None, &inclusive(false)).is_err());
}

/// Exclusive XML Canonicalization 1.0 section 2.2: the same element in three surroundings.
#[test]
fn surroundings_do_not_matter_to_the_exclusive_form() {
    let expected = read("inExcl/example2_2_c14nized_exclusive.xml");
    for name in ["inExcl/example2_2_1.xml", "inExcl/example2_2_2.xml"] {
        let tree = Document::parse(&read(name)).expect(name);
        let form = canonical(&tree, element(&tree, "elem2"), None, &exclusive(&[]));
        assert_eq!(form.unwrap(), expected, "{name}");
    }
    let tree = Document::parse(&read("inExcl/example2_2_3.xml")).expect("a document");
    let form = canonical(&tree, element(&tree, "p"), None, &exclusive(&[]));
    assert_eq!(form.unwrap(), read("inExcl/example2_2_3_c14nized_exclusive.xml"));
}

/// Section 2.4, and a message of a kind that signatures are made for.
#[test]
fn declarations_come_where_they_are_used() {
    for (name, local, expected) in [
        ("inExcl/example2_4.xml", "elem2", "inExcl/example2_4_c14nized.xml"),
        ("inExcl/plain-soap-1.1.xml", "Body", "inExcl/plain-soap-c14nized.xml"),
    ] {
        let tree = Document::parse(&read(name)).expect(name);
        let form = canonical(&tree, element(&tree, local), None, &exclusive(&[]));
        assert_eq!(form.unwrap(), read(expected), "{name}");
    }
}

/// Section 2.2: listed prefixes are taken from the surroundings; `#default` is the default namespace.
#[test]
fn listed_prefixes_are_treated_as_in_the_inclusive_form() {
    let text = "<r xmlns='urn:d' xmlns:a='urn:a' xmlns:b='urn:b'><p:e xmlns:p='urn:p'><x xmlns=''/>\
                <b:y/></p:e></r>";
    let tree = Document::parse(text).expect("a document");
    for (prefixes, expected) in [
        (&[][..], "<p:e xmlns:p=\"urn:p\"><x></x><b:y xmlns:b=\"urn:b\"></b:y></p:e>"),
        (
            &["a", "none"],
            "<p:e xmlns:a=\"urn:a\" xmlns:p=\"urn:p\"><x></x><b:y xmlns:b=\"urn:b\"></b:y></p:e>",
        ),
        (
            &["#default", "b"],
            "<p:e xmlns=\"urn:d\" xmlns:b=\"urn:b\" xmlns:p=\"urn:p\"><x xmlns=\"\"></x><b:y></b:y></p:e>",
        ),
    ] {
        let form = canonical(&tree, element(&tree, "e"), None, &exclusive(prefixes));
        assert_eq!(form.unwrap(), expected, "{prefixes:?}");
    }
}

/// The same section: they do to the inclusive one.
#[test]
fn surroundings_matter_to_the_inclusive_form() {
    for number in [1, 2] {
        let name = format!("inExcl/example2_2_{number}.xml");
        let tree = Document::parse(&read(&name)).expect("a document");
        let form = canonical(&tree, element(&tree, "elem2"), None, &inclusive(true));
        let expected = read(&format!("inExcl/example2_2_{number}_c14nized.xml"));
        assert_eq!(form.unwrap(), expected, "{name}");
    }
}
