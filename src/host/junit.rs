//! A report of scenarios for build servers, in the form that the junit-10 schema of Jenkins' xunit plugin describes.
//!
//! The crate quick-junit counts skipped cases at the root, which this schema does not know.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::suite::CaseResult;

/// Writes the report: one suite, a case for each scenario.
///
/// # Errors
/// The file cannot be written.
pub fn junit(results: &[CaseResult], file: &mut dyn Write) -> io::Result<()> {
    let unusable = results.iter().filter(|result| result.unusable).count();
    let failed = results.iter().filter(|result| !result.failures.is_empty()).count() - unusable;
    let (tests, failures, errors) =
        (results.len().to_string(), failed.to_string(), unusable.to_string());
    let counts =
        [("tests", tests.as_str()), ("failures", failures.as_str()), ("errors", errors.as_str())];
    let mut writer = Writer::new_with_indent(file, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let report = writer.create_element("testsuites").with_attribute(("name", "regionsim check"));
    report.with_attributes(counts).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attribute(("name", "scenarios"));
        let suite = suite.with_attributes(counts);
        suite.write_inner_content(|writer| {
            results.iter().try_for_each(|result| case(writer, result))
        })?;
        Ok(())
    })?;
    writer.into_inner().write_all(b"\n")
}

/// One scenario: its folder is the class, because build servers group by that.
fn case(writer: &mut Writer<&mut dyn Write>, result: &CaseResult) -> io::Result<()> {
    let folder = result.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (class, name) = (clean(&folder.replace('/', ".")), clean(&result.path));
    let element = writer.create_element("testcase").with_attribute(("name", name.as_str()));
    let element = element.with_attribute(("classname", class.as_str()));
    if result.failures.is_empty() && result.notes.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        if let Some(first) = result.failures.first() {
            let kind = if result.unusable { "error" } else { "failure" };
            let message = clean(first);
            let element = writer.create_element(kind).with_attribute(("message", message.as_str()));
            element.write_text_content(BytesText::new(&clean(&result.failures.join("\n"))))?;
        }
        if !result.notes.is_empty() {
            let element = writer.create_element("system-out");
            element.write_text_content(BytesText::new(&clean(&result.notes.join("\n"))))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A text with a sign in place of each character that XML 1.0 (section 2.2) does not have.
fn clean(text: &str) -> String {
    let has = |c: char| {
        matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars().map(|c| if has(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_replaced_and_markup_is_escaped() {
        let result = CaseResult {
            path: "a/b<c>/d\u{1b}.ron".to_owned(),
            title: String::new(),
            failures: vec!["\"x\" & <y>\u{0}".to_owned()],
            notes: vec!["]]>\u{ffff}".to_owned()],
            unusable: true,
        };
        let mut file = Vec::new();
        junit(&[result], &mut file).expect("memory");
        let text = String::from_utf8(file).expect("UTF-8");
        let case = "<testcase name=\"a/b&lt;c&gt;/d\u{fffd}.ron\" classname=\"a.b&lt;c&gt;\">";
        assert!(text.contains(case), "{text}");
        assert!(text.contains("&amp; &lt;y&gt;\u{fffd}</error>"), "{text}");
        assert!(text.contains("<system-out>]]&gt;\u{fffd}</system-out>"), "{text}");
        assert!(text.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "{text}");
    }
}
