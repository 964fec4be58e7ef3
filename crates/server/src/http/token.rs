//! The access token.

use std::io;

use sha2::{Digest, Sha256};

/// The token that clients must send. Only its hash is kept.
pub(super) struct Token([u8; 32]);

impl Token {
    pub(super) fn new(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// Whether `Authorization: Bearer …` has the token. This takes the same time however much of it
    /// is right: hashes are compared completely.
    pub(super) fn admits(&self, authorization: Option<&[u8]>) -> bool {
        let shown = authorization.and_then(|value| value.split_at_checked(7));
        let shown = match shown {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer ") => token,
            _ => b"",
        };
        let shown: [u8; 32] = Sha256::digest(shown).into();
        let apart = self
            .0
            .iter()
            .zip(shown)
            .fold(0, |apart, (own, other)| apart | (own ^ other));
        std::hint::black_box(apart) == 0
    }
}

/// Makes a token that nobody can guess: 128 random bits as 32 digits.
///
/// # Errors
/// The system provides no random numbers.
pub fn random_token() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_admitted() {
        let token = Token::new("abc123");
        for right in ["Bearer abc123", "bearer abc123"] {
            assert!(token.admits(Some(right.as_bytes())));
        }
        for wrong in [
            "Bearer abc12",
            "Bearer abc1234",
            "Bearer ",
            "Basic abc123",
            "abc123",
            "",
        ] {
            assert!(!token.admits(Some(wrong.as_bytes())), "{wrong}");
        }
        assert!(!token.admits(None));
    }
}
