//! Search filters of a directory (RFC 4515): and, or, not, equality, presence and pieces between
//! asterisks. A name in a filter is filled in when it is used, and never read as a part of the filter.

/// Longest filter (characters), and deepest nesting: they bound the work.
const LENGTH_MAX: usize = 1_000;
const DEEPEST: usize = 16;

/// A filter that has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// An attribute, and the pieces of its value between asterisks.
    Item(String, Vec<String>),
}

impl Filter {
    /// Reads a filter. Parentheses around a single item may be left out, as IBM's settings do.
    ///
    /// # Errors
    /// What is wrong with it, for whoever wrote the setting.
    pub(super) fn read(text: &str) -> Result<Filter, String> {
        if text.len() > LENGTH_MAX {
            return Err(format!("a filter has at most {LENGTH_MAX} characters"));
        }
        if !text.starts_with('(') {
            return item(text);
        }
        let (filter, rest) = part(text, 0)?;
        match rest {
            "" => Ok(filter),
            rest => Err(format!("`{rest}` follows the filter")),
        }
    }

    /// Whether an entry fits: `values` gives its values of an attribute, `fill` what stands for a name.
    pub(super) fn fits(
        &self,
        values: &dyn Fn(&str) -> Vec<String>,
        fill: &dyn Fn(&str) -> String,
    ) -> bool {
        match self {
            Filter::All(parts) => parts.iter().all(|part| part.fits(values, fill)),
            Filter::Any(parts) => parts.iter().any(|part| part.fits(values, fill)),
            Filter::Not(part) => !part.fits(values, fill),
            Filter::Item(attribute, pieces) => {
                let pieces: Vec<String> = pieces.iter().map(|piece| folded(&fill(piece))).collect();
                values(attribute).iter().any(|value| has_pieces(&folded(value), &pieces))
            }
        }
    }

    /// The names that are filled in: `%v`, `${SubjectCN}`.
    pub(super) fn placeholders(&self) -> Vec<String> {
        match self {
            Filter::All(parts) | Filter::Any(parts) => {
                parts.iter().flat_map(Filter::placeholders).collect()
            }
            Filter::Not(part) => part.placeholders(),
            Filter::Item(_, pieces) => {
                let named = |piece: &&String| piece.starts_with("${") || piece.starts_with('%');
                pieces.iter().filter(named).cloned().collect()
            }
        }
    }
}

/// Values of directories are compared without regard to case.
fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// Whether a value has the pieces, the first at its beginning and the last at its end.
fn has_pieces(value: &str, pieces: &[String]) -> bool {
    let (Some((first, more)), [_, .., last]) = (pieces.split_first(), pieces) else {
        return pieces.first().is_some_and(|whole| whole == value);
    };
    let Some(mut rest) = value.strip_prefix(first.as_str()) else { return false };
    for piece in more.iter().take(more.len().saturating_sub(1)) {
        match rest.split_once(piece.as_str()) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

/// A filter in parentheses, and what follows it.
fn part(text: &str, depth: usize) -> Result<(Filter, &str), String> {
    if depth > DEEPEST {
        return Err(format!("filters are nested at most {DEEPEST} deep"));
    }
    let inside = text.strip_prefix('(').ok_or_else(|| format!("`(` is missing before `{text}`"))?;
    let closed = |rest: &'_ str| rest.starts_with(')');
    match inside.chars().next() {
        Some(sign @ ('&' | '|' | '!')) => {
            let mut parts = Vec::new();
            let mut rest = inside.get(1..).unwrap_or_default();
            while !closed(rest) {
                let (one, behind) = part(rest, depth + 1)?;
                parts.push(one);
                rest = behind;
            }
            let rest = rest.get(1..).unwrap_or_default();
            let filter = match (sign, parts.len()) {
                ('!', 1) => Filter::Not(Box::new(parts.remove(0))),
                ('!', _) => return Err("`!` stands before one filter".to_owned()),
                (_, 0) => return Err(format!("`{sign}` stands before at least one filter")),
                ('&', _) => Filter::All(parts),
                _ => Filter::Any(parts),
            };
            Ok((filter, rest))
        }
        _ => match inside.split_once(')') {
            Some((own, rest)) => Ok((item(own)?, rest)),
            None => Err("`)` is missing".to_owned()),
        },
    }
}

/// `attribute=value`.
fn item(text: &str) -> Result<Filter, String> {
    let (attribute, value) =
        text.split_once('=').ok_or_else(|| format!("`{text}` is no `attribute=value`"))?;
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if attribute.is_empty() || !attribute.chars().all(legal) {
        return Err(format!("`{attribute}` is no attribute"));
    }
    if value.is_empty() || value.contains(['(', ')', '\\']) {
        return Err(format!("`{value}` is no value: parentheses and escapes are not supported"));
    }
    Ok(Filter::Item(attribute.to_owned(), value.split('*').map(str::to_owned).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(filter: &str, name: &str) -> bool {
        let values = |attribute: &str| match attribute.to_lowercase().as_str() {
            "uid" => vec!["alice".to_owned()],
            "objectclass" => vec!["top".to_owned(), "person".to_owned()],
            _ => Vec::new(),
        };
        let fill = |piece: &str| if piece == "%v" { name.to_owned() } else { piece.to_owned() };
        Filter::read(filter).unwrap().fits(&values, &fill)
    }

    #[test]
    fn filters_find_what_they_describe() {
        for (filter, name, found) in [
            ("uid=%v", "alice", true),
            ("(UID=%v)", "ALICE", true),
            ("(uid=%v)", "bob", false),
            ("(uid=%v)", "*", false),
            ("(&(uid=%v)(objectclass=person))", "alice", true),
            ("(&(uid=%v)(objectclass=group))", "alice", false),
            ("(|(cn=x)(uid=%v))", "alice", true),
            ("(!(uid=%v))", "alice", false),
            ("(uid=*)", "", true),
            ("(cn=*)", "", false),
            ("(uid=al*e)", "", true),
            ("(uid=al*c*)", "", true),
            ("(uid=alic*ce)", "", false),
        ] {
            assert_eq!(fits(filter, name), found, "{filter} {name}");
        }
    }

    #[test]
    fn what_is_no_filter_is_told() {
        for filter in [
            "",
            "uid",
            "(uid=a",
            "(&)",
            "(!(a=b)(c=d))",
            "(a=b)x",
            "(a=)",
            "=b",
            "(a=b\\2a)",
            "(&(a=b)",
        ] {
            assert!(Filter::read(filter).is_err(), "{filter}");
        }
        let deep = "(!".repeat(40) + "(a=b)" + &")".repeat(40);
        assert!(Filter::read(&deep).unwrap_err().contains("deep"));
    }
}
