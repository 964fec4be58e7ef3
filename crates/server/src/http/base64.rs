//! Pictures inside of JSON.

/// Bytes from base64 (RFC 4648, section 4), or from a `data:` address in base64; the position of
/// the first letter that does not belong.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let start = match text.starts_with("data:") {
        true => text.find(";base64,").ok_or(0usize)? + ";base64,".len(),
        false => 0,
    };
    let letters = &text.as_bytes()[start..];
    let padding = letters.iter().rev().take_while(|l| **l == b'=').count();
    let body = &letters[..letters.len() - padding.min(2)];
    // With or without padding, but never with the wrong one.
    let expected = (4 - body.len() % 4) % 4;
    if body.len() % 4 == 1 || padding > 2 || (padding > 0 && padding != expected) {
        return Err(text.len());
    }
    let mut bytes = Vec::with_capacity(body.len() / 4 * 3 + 2);
    for (index, group) in body.chunks(4).enumerate() {
        let mut bits = 0u32;
        for (place, &letter) in group.iter().enumerate() {
            let value = value(letter).ok_or(start + index * 4 + place)?;
            bits |= u32::from(value) << (18 - 6 * place);
        }
        bytes.extend(&bits.to_be_bytes()[1..group.len()]);
    }
    Ok(bytes)
}

fn value(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648() {
        for (text, bytes) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            ("Zm9vYg", "foob"),
            ("data:image/png;base64,Zm8=", "fo"),
        ] {
            assert_eq!(decode(text).unwrap(), bytes.as_bytes(), "{text}");
        }
        assert_eq!(decode("+/+/").unwrap(), [0xfb, 0xff, 0xbf]);
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in [
            "Z", "Zg=", "Zg===", "Zm9v=", "Zm 9", "Zm9v\n", "é", "data:,x", "====",
        ] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert_eq!(decode("Zm9vZ*==").unwrap_err(), 5);
    }
}
