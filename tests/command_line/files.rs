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

#[test]
fn a_result_takes_the_place_of_nothing_but_an_earlier_result() {
    let folder = Folder::new("results");
    let scenario = folder.changed(&[]);
    let before = std::fs::read(&scenario).expect("a file");
    let notes = folder.write("notes.txt", "mine\n");
    for file in [&scenario, &notes] {
        for arguments in [
            vec!["run", SUCCESS, "--trace", file],
            vec!["check", SUCCESS, "--junit", file],
            vec!["coverage", SUCCESS, "--html", file],
        ] {
            let (code, _, err) = told(&arguments);
            assert_eq!(code, 2, "{arguments:?}");
            assert!(err.contains(file) && err.contains("is left alone"), "{err}");
        }
    }
    assert_eq!(std::fs::read(&scenario).expect("a file"), before);
    assert_eq!(std::fs::read(&notes).expect("a file"), b"mine\n");
    // An empty file and an earlier result give way.
    let empty = folder.write("empty", "");
    for _ in 0..2 {
        assert_eq!(told(&["run", SUCCESS, "--trace", &empty]).0, 0);
    }
    let (report, page) = (folder.path("report.xml"), folder.path("page.html"));
    for _ in 0..2 {
        assert_eq!(told(&["check", SUCCESS, "--junit", &report]).0, 0);
        assert_eq!(told(&["coverage", SUCCESS, "--html", &page]).0, 0);
    }
}

#[cfg(unix)]
#[test]
fn folders_that_lead_round_and_files_without_end_are_left() {
    let folder = Folder::new("round");
    folder.changed(&[]);
    std::os::unix::fs::symlink(folder.path("scenarios"), folder.path("scenarios/again"))
        .expect("a link");
    let (_, out, _) = told(&["check", &folder.path("scenarios")]);
    assert!(out.contains("0 passed, 1 failed"), "{out}");
    let (code, _, err) = told(&["run", "/dev/zero"]);
    assert!(code == 2 && err.contains("/dev/zero") && err.contains("more than"), "{err}");
}
