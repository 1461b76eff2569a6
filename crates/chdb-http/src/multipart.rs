use crate::exception::Exception;

/// A field of a form: its name and its value, byte for byte.
pub(crate) type Field = (String, Vec<u8>);

/// The boundary, if the content type is that of a form in parts.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let mut parameters = rest.split(';').filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    Some(value.trim().trim_matches('"'))
}

/// The fields of a form in parts.
pub(crate) fn fields(body: &[u8], boundary: &str) -> Result<Vec<Field>, Exception> {
    let opening = format!("--{boundary}");
    let between = format!("\r\n--{boundary}");
    let mut rest = match find(body, opening.as_bytes()) {
        Some(start) => &body[start + opening.len()..],
        None => return Err(broken("it has no boundary")),
    };
    let mut fields = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, between.as_bytes()).ok_or_else(|| broken("its end is missing"))?;
        fields.push(field(&part[..end])?);
        rest = &part[end + between.len()..];
    }
    match rest.starts_with(b"--") {
        true => Ok(fields),
        false => Err(broken("its end is missing")),
    }
}

fn field(part: &[u8]) -> Result<Field, Exception> {
    let end = find(part, b"\r\n\r\n").ok_or_else(|| broken("a part of it has no headers"))?;
    let headers = String::from_utf8_lossy(&part[..end]);
    let disposition = headers
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))
        .ok_or_else(|| broken("a part of it has no name"))?;
    let parameter = |name: &str| {
        let (_, value) = disposition.split_once(&format!("; {name}="))?;
        let value = value
            .strip_prefix('"')
            .map_or(value, |value| value.split_once('"').map_or(value, |(value, _)| value));
        Some(value.to_owned())
    };
    if parameter("filename").is_some() {
        let reason = "this server takes no external tables, as parts with a file name are";
        return Err(Exception::new(48, "NOT_IMPLEMENTED", reason));
    }
    let name = parameter("name").ok_or_else(|| broken("a part of it has no name"))?;
    Ok((name, part[end + 4..].to_vec()))
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    // Long values hold few dashes and line breaks, so this looks at the first byte alone first.
    let first = *wanted.first()?;
    let mut from = 0;
    loop {
        let at = from + text[from..].iter().position(|&byte| byte == first)?;
        if text[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn broken(reason: &str) -> Exception {
    Exception::new(36, "BAD_ARGUMENTS", &format!("The form cannot be read: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_arrive_byte_for_byte() {
        let value = b"a\r\n--B\0'\"\\ \xff\r\n";
        let mut body = b"--BB\r\nContent-Disposition: form-data; name=\"query\"\r\n\r\n".to_vec();
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n--BB\r\ncontent-disposition: form-data; name=x\r\n\r\n");
        body.extend_from_slice(b"\r\n--BB--\r\n");
        let found = fields(&body, "BB").unwrap();
        assert_eq!(found, [("query".into(), value.to_vec()), ("x".into(), Vec::new())]);
    }

    #[test]
    fn a_form_that_is_cut_off_is_refused() {
        let body = b"--B\r\nContent-Disposition: form-data; name=\"q\"\r\n\r\nx\r\n--B--\r\n";
        assert_eq!(fields(body, "B").unwrap().len(), 1);
        for end in 0..body.len() - 4 {
            assert!(fields(&body[..end], "B").is_err(), "{end}");
        }
    }

    #[test]
    fn the_boundary_is_read_from_the_content_type() {
        assert_eq!(boundary("multipart/form-data; boundary=abc"), Some("abc"));
        assert_eq!(boundary("Multipart/Form-Data; charset=x; Boundary=\"a b\""), Some("a b"));
        assert_eq!(boundary("text/plain; boundary=abc"), None);
    }
}
