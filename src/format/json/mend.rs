//! The text of JSON: where its entries stand, and what is mended in it.

/// The lines, counted from 1, on which the entries of a list in `text`
/// begin, which JSON is: the first one behind `key`, which is given with its
/// quotes, or the first of all. `O(length)`.
pub(in crate::format) fn entry_lines(text: &str, key: &str) -> Vec<u32> {
    let list = text.find(key).unwrap_or(0);
    let mut line = 1;
    let mut lines = Vec::new();
    let (mut depth, mut in_string, mut is_next) = (0, false, false);
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        line += u32::from(byte == b'\n');
        if in_string {
            in_string = byte != b'"';
            if byte == b'\\' {
                bytes.next();
            }
            continue;
        }
        if at < list || byte.is_ascii_whitespace() {
            continue;
        }
        if is_next && byte != b']' {
            lines.push(line);
        }
        is_next = depth == 1 && byte == b',' || depth == 0 && byte == b'[';
        match byte {
            b'"' => in_string = depth > 0,
            b'[' | b'{' if depth > 0 || byte == b'[' => depth += 1,
            b']' | b'}' if depth == 1 => break,
            b']' | b'}' => depth -= i32::from(depth > 0),
            _ => {}
        }
    }
    lines
}

/// `text` as JSON has it, everything staying in its place, and how many
/// mistakes of writing that took: halves of characters (a lone surrogate, as
/// Python writes it), control characters within strings, commas before the end
/// of a list. The `NaN` and `Infinity` that Python writes become empty strings,
/// numbers too large for a float merely large, and neither is a mistake. `O(length)`.
pub(super) fn mended(text: &str) -> (String, u32) {
    let mut result = String::with_capacity(text.len());
    let mut mistakes = 0;
    let mut rest = text;
    let mut in_string = false;
    let is_special =
        |c: char| matches!(c, '"' | '\\' | 'N' | 'I' | '-' | ',' | 'e' | 'E' | '\0'..='\x1f');
    while let Some(at) = rest.find(is_special) {
        result.push_str(&rest[..at]);
        rest = &rest[at..];
        let (put, length, is_mistake) = if in_string { inside(rest) } else { outside(rest) };
        in_string ^= rest.starts_with('"');
        result.push_str(put);
        result.extend(std::iter::repeat_n(' ', length - put.len()));
        mistakes += u32::from(is_mistake);
        rest = &rest[length..];
    }
    result.push_str(rest);
    (result, mistakes)
}

/// What is put for the beginning of `rest`, which is not within a string, for
/// how many bytes, and whether it was a mistake.
fn outside(rest: &str) -> (&str, usize, bool) {
    let number = ["NaN", "-Infinity", "Infinity"].into_iter().find(|&name| rest.starts_with(name));
    if let Some(name) = number {
        return ("\"\"", name.len(), false);
    }
    let exponent = rest.trim_start_matches(['e', 'E', '+']);
    let digits = exponent.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 2 && exponent.len() < rest.len() {
        return ("e99", rest.len() - exponent.len() + digits, false);
    }
    let behind = rest.strip_prefix(',').unwrap_or_default();
    let is_last = behind.trim_start().starts_with([']', '}']);
    if is_last { (" ", 1, true) } else { (&rest[..1], 1, false) }
}

/// As [`outside`], within a string.
fn inside(rest: &str) -> (&str, usize, bool) {
    if rest.starts_with(|c: char| c.is_ascii_control()) {
        return (" ", 1, true);
    }
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => (&rest[..12], 12, false),
        (Some(0xd800..0xe000), _) => ("\\ufffd", 6, true),
        _ => {
            let escaped = usize::from(rest.starts_with('\\'));
            let length = rest.chars().take(1 + escaped).map(char::len_utf8).sum();
            (&rest[..length], length, false)
        }
    }
}
