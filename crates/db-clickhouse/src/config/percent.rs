//! Percent-encoding, where every `%` has to mean something.

use std::fmt;

use db_port::Result;

use super::error::invalid;

/// `key` names the part of the URL.
pub(super) fn decoded(key: &str, text: &str) -> Result<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let hex = tail.first_chunk::<2>().and_then(|hex| {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                u8::try_from(digit(hex[0])? * 16 + digit(hex[1])?).ok()
            });
            let broken =
                || invalid(key, "a % must come before two hexadecimal digits; write % as %25");
            bytes.push(hex.ok_or_else(broken)?);
            rest = &tail[2..];
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).map_err(|_| invalid(key, "its percent-encoding is not UTF-8"))
}

/// Writes `text` so that it can be a part of a URL, with letters of all languages as they are.
pub(super) fn write_encoded(text: &str, to: &mut impl fmt::Write) -> fmt::Result {
    for char in text.chars() {
        if char.is_alphanumeric() || "-._~".contains(char) {
            to.write_char(char)?;
        } else {
            for byte in char.encode_utf8(&mut [0; 4]).bytes() {
                write!(to, "%{byte:02X}")?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_to_the_same(text in any::<String>()) {
            let mut encoded = String::new();
            write_encoded(&text, &mut encoded).unwrap();
            prop_assert!(!encoded.contains(['@', ':', '/', '?', '#', '&', '=', ',', ' ']));
            prop_assert_eq!(decoded("user", &encoded).unwrap(), text);
        }
    }

    #[test]
    fn a_percent_sign_without_two_digits_is_an_error_of_its_part() {
        for broken in ["%", "%4", "%zz", "a%", "%+1"] {
            let error = decoded("user", broken).unwrap_err().to_string();
            assert!(error.contains("of user:") && error.contains("%25"), "{error}");
        }
    }
}
