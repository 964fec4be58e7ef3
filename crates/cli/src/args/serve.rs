//! Arguments of `utsushi serve`.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use utsushi::onnx::FormOptions;

use super::ComputeArguments;

/// Open the studio: a page in the browser, and an HTTP API
///
/// Listens on this computer alone, until Ctrl-C. Pictures stay in memory: nothing that is sent is
/// ever written to disk. `docs/server.md` describes the page, the API and its limits.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// The port to listen on; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 7870)]
    pub port: u16,

    /// Listen on this address, for other computers too; `0.0.0.0` is all of this computer's
    ///
    /// Clients then have to show a token. It is made up at each start and printed, unless the
    /// environment variable UTSUSHI_TOKEN holds one. What is sent is not encrypted: across
    /// networks that others share, put a proxy with TLS in front.
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub listen: Option<IpAddr>,

    /// A further name that clients may call the server by, that of a proxy in front; again for more
    ///
    /// A server that listens on this computer alone answers to `localhost` and `127.0.0.1` and to
    /// no other name, so that no page elsewhere can reach it under a name of its own.
    #[arg(long, value_name = "NAME", value_parser = host)]
    pub allow_host: Vec<String>,

    /// What stands before all addresses, where a proxy has other things at its root: `/studio`
    #[arg(long, value_name = "PATH", value_parser = base_path)]
    pub base_path: Option<String>,

    /// With `--listen`: let everybody in who can reach the address
    #[arg(long, requires = "listen")]
    pub no_token: bool,

    /// An exported model, `free`, a student, or an ONNX network [default: the built-in model, and the free one beside it]
    ///
    /// A student and an ONNX network (`.onnx`) paint in one way: the page then has no styles to
    /// choose from, and of the API `/v1/transfer` alone paints.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,

    /// How the ONNX network of `--model` takes pictures, as for `utsushi transfer`
    #[arg(long, value_name = "KEY=VALUE,...")]
    pub network: Option<FormOptions>,

    /// Most requests that wait; further ones are told to come back
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub queue: u32,

    /// Most megapixels of one picture
    #[arg(long, value_name = "MEGAPIXELS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub max_pixels: u32,

    /// Most megabytes (MiB) of one request
    #[arg(long, value_name = "MEGABYTES", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub max_upload: u32,

    /// Side in pixels of what is painted at once, a multiple of 8 from 256 to 4096; less saves memory
    #[arg(long, value_name = "PIXELS", default_value_t = 1024, value_parser = super::paint::tile)]
    pub tile: u32,

    /// Keep results of finished jobs in this folder, so that they outlive the server
    ///
    /// A job is reported as done when its result is on the disk, and can be fetched under its name
    /// after the server was killed and started again. Only what was painted is written, readable
    /// for the user who runs the server. The folder is for this alone; the oldest results make room.
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,

    /// With `--keep`: for so many days
    #[arg(long, value_name = "DAYS", requires = "keep", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_days: u32,

    /// With `--keep`: most megabytes (MiB) of all results together, which are a thousand at most
    #[arg(long, value_name = "MEGABYTES", requires = "keep", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub keep_space: u32,

    /// Do not mark paintings as made with a model (the IPTC's digital source type, in XMP)
    #[arg(long)]
    pub no_mark: bool,

    #[command(flatten)]
    pub compute: ComputeArguments,

    /// Print one JSON object a request instead of text
    #[arg(long)]
    pub json: bool,
}

/// An address without a port.
fn address(text: &str) -> Result<IpAddr, String> {
    match (text.parse(), text.parse::<SocketAddr>()) {
        (Ok(address), _) => Ok(address),
        (_, Ok(both)) => Err(format!(
            "give the port apart: --listen {} --port {}",
            both.ip(),
            both.port()
        )),
        _ => Err("expected an address such as 0.0.0.0, 192.168.1.2 or ::".into()),
    }
}

/// A name as it stands in an address, without a port.
fn host(text: &str) -> Result<String, String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if !text.is_empty() && text.len() <= 253 && text.bytes().all(sound) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("expected a name such as art.example.org, without http:// and a port".into())
    }
}

/// A path that begins with a slash; one at its end is left out.
fn base_path(text: &str) -> Result<String, String> {
    let path = text.strip_suffix('/').unwrap_or(text);
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let part = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(sound);
    match path.strip_prefix('/') {
        Some(parts) if parts.split('/').all(part) => Ok(path.to_owned()),
        _ => Err("expected a path such as /studio, of letters, digits, - . _ and ~".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_port() {
        assert_eq!(address("::").unwrap(), IpAddr::from([0u16; 8]));
        let error = address("127.0.0.1:7991").unwrap_err();
        assert!(error.contains("--listen 127.0.0.1 --port 7991"), "{error}");
        assert!(address("localhost").unwrap_err().contains("0.0.0.0"));
    }

    #[test]
    fn hosts_and_base_paths() {
        assert_eq!(host("Art.example.org").unwrap(), "art.example.org");
        for wrong in ["", "http://a", "a:80", "a b", "a/b"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
        assert_eq!(base_path("/studio/").unwrap(), "/studio");
        assert_eq!(base_path("/a/b").unwrap(), "/a/b");
        for wrong in [
            "", "/", "studio", "//", "/a//b", "/a b", "/..", "/a/../b", "/ä",
        ] {
            assert!(base_path(wrong).is_err(), "{wrong}");
        }
    }
}
