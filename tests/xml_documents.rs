//! What is a document and what is none, with the place of what is wrong (Extensible Markup Language 1.0,
//! fifth edition, and Namespaces in XML 1.0).

use regionsim::protocol::xml::{Document, Kind};

/// Where the trouble is, and what it is.
fn told(text: &str) -> String {
    match Document::parse(text) {
        Ok(_) => "a document".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_is_no_document_is_told_with_its_place() {
    for (text, why) in [
        ("", "line 1, column 1: there is no element"),
        (" \n<!-- x -->", "line 2, column 11: there is no element"),
        ("<a>", "line 1, column 4: element `a` is not closed"),
        ("<a>\n\u{fc}</b>", "line 2, column 2: "),
        ("</a>", "line 1, column 1: "),
        ("<a/><b/>", "line 1, column 5: a second document element"),
        ("x<a/>", "line 1, column 1: text stands outside"),
        ("<a/>\n x", "line 2, column 2: text stands outside"),
        ("<a/>&#32;x", "text stands outside"),
        ("<![CDATA[ ]]><a/>", "column 1: a CDATA section stands outside"),
        ("<!DOCTYPE a><a/>", "column 1: a document type declaration is not accepted"),
        ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "a document type declaration is not accepted"),
        ("<a>&e;</a>", "column 4: an entity is not one of the predefined ones"),
        ("<a>&#0;</a>", "column 4: a character reference stands for no legal character"),
        ("<a>&#x110000;</a>", "a character reference"),
        ("<a>&#xD800;</a>", "a character reference"),
        ("<a>&#+65;</a>", "a character reference"),
        ("<a>&#X41;</a>", "a character reference"),
        ("<a>&#;</a>", "a character reference"),
        ("<a>&amp</a>", "line 1, column "),
        ("<a>& </a>", "line 1, column "),
        ("<a b='&x;'/>", "column 4: an entity"),
        ("<a b='&'/>", "a reference in an attribute has no end"),
        ("<a>]]></a>", "column 4: `]]>` stands in text"),
        ("<a>x\u{1}</a>", "column 5: a character is not legal in XML"),
        ("<a>\u{FFFE}</a>", "column 4: a character is not legal in XML"),
        ("<a b='\u{8}'/>", "a character is not legal in XML"),
        ("<a><!--\u{1}--></a>", "a character is not legal in XML"),
        ("<a><?p \u{1}?></a>", "a character is not legal in XML"),
        ("<a><![CDATA[\u{1}]]></a>", "a character is not legal in XML"),
        ("<a b=''c=''/>", "column 8: no space stands before an attribute"),
        ("<a b=\"\" c/>", "column 9: an attribute has no value"),
        ("<a b=c/>", "column 4: the value of an attribute is not quoted"),
        ("<a b='x/>", "line 1, column "),
        ("<a b='<'/>", "line 1, column "),
        ("<a b='' b=''/>", "attribute `b` is given twice"),
        ("<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", "attribute `b` is given twice"),
        ("<a xmlns='u' xmlns='v'/>", "prefix `` is declared twice"),
        ("<a xmlns:p='u' xmlns:p='v'/>", "prefix `p` is declared twice"),
        ("<p:a/>", "column 1: prefix `p` is not declared"),
        ("<a p:b=''/>", "prefix `p` is not declared"),
        ("<a><b xmlns:p='u'/><p:c/></a>", "column 20: prefix `p` is not declared"),
        ("<a xmlns:p=''/>", "prefix `p` is declared without a namespace"),
        ("<a xmlns:xmlns='u'/>", "prefix `xmlns` cannot be declared so"),
        ("<a xmlns:xml='u'/>", "prefix `xml` cannot be declared so"),
        ("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "prefix `p` cannot"),
        ("<a xmlns='http://www.w3.org/2000/xmlns/'/>", "prefix `` cannot"),
        ("<a:/>", "a name is not legal"),
        ("<:a/>", "a name is not legal"),
        ("<a:b:c xmlns:a='u'/>", "a name is not legal"),
        ("<1a/>", "a name is not legal"),
        ("<a\u{d7}/>", "a name is not legal"),
        ("< a/>", "line 1, column "),
        ("<a></ a>", "line 1, column "),
        ("<a></a b>", "line 1, column "),
        ("<a/ >", "line 1, column "),
        ("<a><!-- -- --></a>", "line 1, column "),
        ("<a><!-- ---></a>", "line 1, column "),
        ("<a><!x></a>", "line 1, column "),
        ("<a><?xml version='1.0'?></a>", "column 4: "),
        ("<a/><?xml version='1.0'?>", "elsewhere than at the beginning"),
        (" <?xml version='1.0'?><a/>", "column 2: an XML declaration stands elsewhere"),
        ("<?XML x?><a/>", "no legal target"),
        ("<?p:q x?><a/>", "no legal target"),
        ("<? x?><a/>", "line 1, column "),
        ("<?xml version='1.1'?><a/>", "the XML declaration says version=\"1.1\""),
        ("<?xml encoding='UTF-8'?><a/>", "the XML declaration says encoding"),
        ("<?xml version='1.0' standalone='maybe'?><a/>", "standalone=\"maybe\""),
        ("<?xml version='1.0' standalone='yes' encoding='UTF-8'?><a/>", "encoding=\"UTF-8\""),
        ("<?xml version='1.0' version='1.0'?><a/>", "version=\"1.0\""),
        ("<?xml version='1.0'encoding='UTF-8'?><a/>", "no space stands in the XML declaration"),
        ("<?xml version='1.0' encoding='8'?><a/>", "encoding=\"8\""),
        ("<?xml version='1.0' x='y'?><a/>", "says x=\"y\""),
        ("<?xml?><a/>", "line 1, column "),
        ("\u{FEFF}\u{FEFF}<a/>", "text stands outside"),
    ] {
        let found = told(text);
        assert!(found.contains(why), "{text:?}: {found}");
    }
}

#[test]
fn what_is_a_document_is_read() {
    for (text, expected) in [
        ("<a/>", ""),
        ("\u{FEFF}<a>x</a>", "x"),
        (
            "<?xml version = '1.0' encoding=\"UTF-16\" standalone='no' ?>\n<a >x</a >\n<!-- --> ",
            "x",
        ),
        ("<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;&#x1F600;</a>", "<&>\"'AB\u{1F600}"),
        ("<a>1\r\n2\r3\n4&#13;5</a>", "1\n2\n3\n4\r5"),
        ("<a><![CDATA[<b>&amp;]]]]><![CDATA[>\r\n]]></a>", "<b>&amp;]]>\n"),
        ("<a>x<!-- y -->z<?p w?>!</a>", "xz!"),
        ("<a>x<b>y<c/></b>z</a>", "xyz"),
        ("<\u{e4}:b xmlns:\u{e4}='u'>x</\u{e4}:b>", "x"),
        ("<xml:a/>", ""),
        ("<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xml:lang='x'/>", ""),
        ("<a xmlns='u' b='' xmlns:p='u' p:b=''/>", ""),
        ("<?x?><a/><?x y?>", ""),
    ] {
        let tree = Document::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(tree.text(tree.root()), expected, "{text:?}");
    }
}

#[test]
fn attributes_are_normalised_and_have_their_namespaces() {
    let text = "<a b='1\t2\r\n3\r4\n5&#9;6&#10;7&#13;8' xmlns:p='u' p:b='&lt;\"' xmlns='d'/>";
    let tree = Document::parse(text).expect("a document");
    let root = tree.root();
    assert_eq!(tree.attribute(root, "b"), Some("1 2 3 4 5\t6\n7\r8"));
    assert_eq!(tree.namespace(root), "d");
    let own = tree.element(root).expect("an element");
    let names: Vec<(&str, &str, &str)> = own
        .attributes
        .iter()
        .map(|own| (tree.attribute_namespace(own), own.name.local.as_str(), own.value.as_str()))
        .collect();
    assert_eq!(names, [("", "b", "1 2 3 4 5\t6\n7\r8"), ("u", "b", "<\"")]);
    let declared: Vec<(&str, &str)> = tree.declarations(root).collect();
    assert_eq!(declared, [("p", "u"), ("", "d")]);
}

#[test]
fn default_namespaces_end_where_their_elements_end() {
    let tree = Document::parse("<a xmlns='u'><b xmlns=''/><c/><d xmlns='v'/><e/></a>").unwrap();
    let all: Vec<&str> = tree.all_elements().map(|id| tree.namespace(id)).collect();
    assert_eq!(all, ["u", "", "u", "v", "u"]);
}

/// Comments, instructions and CDATA sections leave the places of their neighbours alone.
#[test]
fn nodes_know_where_they_are_written() {
    let text = "<?xml version='1.0'?>\n<a><b x='1'/>t&amp;<![CDATA[u]]><!--c--><?p d?></a>";
    let tree = Document::parse(text).expect("a document");
    let written: Vec<&str> = tree.children(tree.root()).map(|id| &text[tree.written(id)]).collect();
    assert_eq!(written, ["<b x='1'/>", "t&amp;<![CDATA[u]]>", "<!--c-->", "<?p d?>"]);
    assert!(text[tree.written(tree.root())].ends_with("</a>"));
    let kinds: Vec<bool> = tree
        .children(tree.root())
        .map(|id| matches!(tree.kind(id), Some(Kind::Text(text)) if text == "t&u"))
        .collect();
    assert_eq!(kinds, [false, true, false, false]);
}
