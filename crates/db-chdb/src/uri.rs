use std::fmt::Write;

/// The URI of a file with this absolute path. The engine undoes percent signs and cuts white space
/// off the end, so that a path as it is could name another folder.
pub(crate) fn file_uri(path: &str) -> String {
    path.bytes().fold("file://".to_owned(), |mut uri, byte| {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => uri.push(byte.into()),
            // Writing to a string cannot fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_characters_stay_as_they_are() {
        assert_eq!(file_uri("/srv/my-store_1.2~"), "file:///srv/my-store_1.2~");
        assert_eq!(file_uri("/a b/%20?#'é\\"), "file:///a%20b/%2520%3F%23%27%C3%A9%5C");
    }
}
