//! Traces on the disk: whole or not at all, private where they hold secrets.

use crate::{Folder, SUCCESS, told};

#[test]
fn a_trace_is_written_whole_and_nothing_is_left_beside_it() {
    let folder = Folder::new("trace");
    let file = folder.path("scenarios/a.jsonl");
    assert_eq!(told(&["run", SUCCESS, "--trace", &file]).0, 0);
    let bytes = std::fs::read(&file).expect("a trace");
    regionsim::trace::verify(bytes.as_slice()).expect("whole");
    let names: Vec<_> = std::fs::read_dir(folder.path("scenarios")).expect("a folder").collect();
    assert_eq!(names.len(), 1);
    assert_eq!(told(&["run", SUCCESS, "--trace", &file]).0, 0, "an older trace is replaced");
    assert!(bytes == std::fs::read(&file).expect("a trace"));
}

#[cfg(unix)]
#[test]
fn a_trace_with_whole_messages_is_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("private");
    let file = folder.path("a.jsonl");
    assert_eq!(told(&["run", SUCCESS, "--trace", &file, "--bytes"]).0, 0);
    let mode = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn places_that_cannot_be_written_are_told() {
    let folder = Folder::new("places");
    let file = folder.write("file", "");
    for place in [format!("{file}/a.jsonl"), folder.path("none/a.jsonl"), folder.path("scenarios")]
    {
        let (code, out, err) = told(&["run", SUCCESS, "--trace", &place]);
        assert_eq!((code, out.as_str()), (2, ""), "{place}");
        assert!(err.starts_with("error: ") && err.contains(&place), "{err}");
    }
    let junit = format!("{file}/report.xml");
    let (code, _, err) = told(&["check", SUCCESS, "--junit", &junit]);
    assert_eq!(code, 2);
    assert!(err.contains(&junit), "{err}");
}
