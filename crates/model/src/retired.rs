//! Retired configuration keys: those of version 0.1.0 that later versions do not have. They stand
//! in every file of that version: where they have their defaults, the file is read as if they were
//! not there.

use serde::{Deserialize, Deserializer, de};

/// The value of a retired configuration key, accepted only if it changes nothing. It is never
/// written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retired;

/// Reads the retired key `steering`: how style codes steered the decoder.
pub(crate) fn steering<'de, D: Deserializer<'de>>(from: D) -> Result<Retired, D::Error> {
    let value = String::deserialize(from)?;
    match value.as_str() {
        "adain" => Ok(Retired),
        _ => Err(refused("steering", &format!("\"{value}\""))),
    }
}

/// Reads the retired key `shared_code`: whether one style code served all stages of the decoder.
pub(crate) fn shared_code<'de, D: Deserializer<'de>>(from: D) -> Result<Retired, D::Error> {
    off(from, "shared_code")
}

/// Reads the retired key `content_colours`: whether the content encoder saw colours.
pub(crate) fn content_colours<'de, D: Deserializer<'de>>(from: D) -> Result<Retired, D::Error> {
    off(from, "content_colours")
}

/// Reads the retired key `colours`: whether a student saw colours.
pub(crate) fn colours<'de, D: Deserializer<'de>>(from: D) -> Result<Retired, D::Error> {
    off(from, "colours")
}

fn off<'de, D: Deserializer<'de>>(from: D, key: &str) -> Result<Retired, D::Error> {
    if bool::deserialize(from)? {
        Err(refused(key, "true"))
    } else {
        Ok(Retired)
    }
}

fn refused<E: de::Error>(key: &str, value: &str) -> E {
    E::custom(format!(
        "`{key} = {value}` was dropped after version 0.1.0 of utsushi, which reads such a model and \
         trains it on"
    ))
}

#[cfg(test)]
mod tests {
    use crate::{ModelConfig, StudentConfig};

    #[test]
    fn keys_at_their_defaults_are_read_and_not_written() {
        let old = r#"{"styles": 3, "steering": "adain", "shared_code": false,
                      "content_colours": false}"#;
        let config: ModelConfig = serde_json::from_str(old).unwrap();
        let expected = ModelConfig {
            styles: 3,
            ..ModelConfig::default()
        };
        assert_eq!(config, expected);
        let written = serde_json::to_string(&config).unwrap();
        for key in ["steering", "shared_code", "content_colours"] {
            assert!(!written.contains(key), "{written}");
        }
        let student: StudentConfig = serde_json::from_str(r#"{"colours": false}"#).unwrap();
        assert_eq!(student, StudentConfig::default());
        assert!(!serde_json::to_string(&student).unwrap().contains("colours"));
    }

    #[test]
    fn a_file_that_uses_them_is_told_which_version_reads_it() {
        for key in [
            r#"{"steering": "demodulation"}"#,
            r#"{"shared_code": true}"#,
            r#"{"content_colours": true}"#,
        ] {
            let error = serde_json::from_str::<ModelConfig>(key).unwrap_err();
            let name = key.split('"').nth(1).unwrap();
            assert!(error.to_string().contains("version 0.1.0"), "{error}");
            assert!(error.to_string().contains(name), "{error}");
        }
        let error = serde_json::from_str::<StudentConfig>(r#"{"colours": true}"#).unwrap_err();
        assert!(error.to_string().contains("version 0.1.0"), "{error}");
    }
}
