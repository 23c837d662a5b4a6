//! Lines of a file that nobody vouches for: bounded, one at a time.

use std::io::{self, BufRead};

/// What stood up to the next line end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// A line; its end was there and is not part of it.
    Line,
    /// The last line, without an end.
    Open,
    /// Nothing: the end of the file.
    End,
    /// More than the limit; the rest of the line was not read.
    TooLong,
}

/// Reads the next line into `buffer`, which never grows beyond `limit`.
pub(super) fn read_line(
    from: &mut impl BufRead,
    buffer: &mut Vec<u8>,
    limit: usize,
) -> io::Result<Input> {
    buffer.clear();
    loop {
        let piece = match from.fill_buf() {
            Ok(piece) => piece,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if piece.is_empty() {
            return Ok(if buffer.is_empty() { Input::End } else { Input::Open });
        }
        let end = memchr::memchr(b'\n', piece);
        let text = piece.get(..end.unwrap_or(piece.len())).unwrap_or_default();
        if text.len() > limit.saturating_sub(buffer.len()) {
            return Ok(Input::TooLong);
        }
        buffer.extend_from_slice(text);
        let used = text.len() + usize::from(end.is_some());
        from.consume(used);
        if end.is_some() {
            return Ok(Input::Line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[test]
    fn lines_have_a_limit_whatever_the_pieces() {
        for piece in 1..10 {
            let mut from = BufReader::with_capacity(piece, &b"abc\n\nabcd\nab"[..]);
            let mut buffer = Vec::new();
            let mut next = || {
                let input = read_line(&mut from, &mut buffer, 4).unwrap();
                (input, String::from_utf8(buffer.clone()).unwrap())
            };
            assert_eq!(next(), (Input::Line, "abc".to_owned()));
            assert_eq!(next(), (Input::Line, String::new()));
            assert_eq!(next(), (Input::Line, "abcd".to_owned()));
            assert_eq!(next(), (Input::Open, "ab".to_owned()));
            assert_eq!(next(), (Input::End, String::new()));
            let mut from = BufReader::with_capacity(piece, &b"abcde\n"[..]);
            assert_eq!(read_line(&mut from, &mut Vec::new(), 4).unwrap(), Input::TooLong);
        }
    }
}
