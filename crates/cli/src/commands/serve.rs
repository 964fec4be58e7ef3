//! The command `utsushi serve`.

mod log;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use utsushi::onnx::FormOptions;
use utsushi_server::{
    EngineOptions, FurtherModel, KeepOptions, Limits, Server, ServerOptions, random_token,
};

use super::Run;
use crate::args::{ComputeArguments, tile};
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::{INCLUDED, ModelSource, model_name};
use crate::{interrupt, output};

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

    /// Path before all addresses, if a proxy has other things at its root: `/studio`
    #[arg(long, value_name = "PATH", value_parser = base_path)]
    pub base_path: Option<String>,

    /// With `--listen`: let everybody in who can reach the address
    #[arg(long, requires = "listen")]
    pub no_token: bool,

    /// An exported model, `free`, a student, or an ONNX network [default: the built-in model, and
    /// the free one beside it]
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

    /// Side in pixels of what is painted at once, a multiple of 8 from 256 to 4096; less saves
    /// memory
    #[arg(long, value_name = "PIXELS", default_value_t = 1024, value_parser = tile)]
    pub tile: u32,

    /// Keep results of finished jobs in this folder, so that they outlive the server
    ///
    /// A job is reported as done when its result is on the disk, and can be fetched under its name
    /// after the server was killed and started again. Only what was painted is written, readable
    /// for the user who runs the server. The folder is for this alone; the oldest results make
    /// room.
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
    // Of another name than where what comes out is JSON.
    #[arg(long, id = "json_log")]
    pub json: bool,
}

/// Environment variable with the token, so that none is made up.
const TOKEN: &str = "UTSUSHI_TOKEN";

/// Smallest length of a token: shorter ones can be guessed.
const SHORTEST_TOKEN: usize = 16;

impl Run for ServeArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let ip = self.listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let token = token(&self, ip)?;
        let file = self.model.as_deref();
        let model = ModelSource::read(file, self.network)?.open(self.compute.device)?;
        let options = ServerOptions {
            address: SocketAddr::new(ip, self.port),
            token: token.clone(),
            model_name: model_name(self.model.as_deref()),
            allowed_hosts: self.allow_host.clone(),
            base_path: self.base_path.clone().unwrap_or_default(),
            engine: engine_options(&self),
            keep: keep_options(&self),
        };
        // Where none is named, all that the program has are offered.
        let beside = match file {
            Some(_) => Vec::new(),
            None => further_models(&self)?,
        };
        let server = Server::bind_several(model, beside, options)?;
        let path = self.base_path.as_deref().unwrap_or_default();
        announce(server.address(), path, token.as_deref())?;
        if let Some(folder) = &self.keep {
            let (folder, days) = (folder.display(), self.keep_days);
            output::remark(format!(
                "results of jobs are kept in {folder} for {days} days"
            ));
        }
        let stop = interrupt::stop_flag("finishing the pictures that were accepted")?;
        log::start(self.json)?;
        server.run(&stop)?;
        output::remark("stopped");
        Ok(ExitCode::Done)
    }
}

/// The models inside of the program except for the first.
fn further_models(arguments: &ServeArguments) -> anyhow::Result<Vec<FurtherModel>> {
    let further = INCLUDED.iter().skip(1).map(|included| {
        let source = ModelSource::read(Some(Path::new(included.keyword)), None)?;
        Ok(FurtherModel {
            path: format!("/{}", included.keyword),
            name: included.name.to_owned(),
            model: source.open(arguments.compute.device)?,
        })
    });
    further.collect()
}

fn token(arguments: &ServeArguments, ip: IpAddr) -> anyhow::Result<Option<String>> {
    let given = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
    if arguments.no_token {
        return Ok(None);
    }
    if let Some(token) = given {
        let sound = token.len() >= SHORTEST_TOKEN && token.bytes().all(|b| b.is_ascii_graphic());
        if !sound {
            let what = format!("{TOKEN} holds a token that cannot be used");
            let hint = "give it at least 16 letters and digits, without blanks";
            return Err(UsageError::new(what).hint(hint).into());
        }
        return Ok(Some(token));
    }
    if ip.is_loopback() {
        return Ok(None);
    }
    Ok(Some(random_token().context("no token can be made up")?))
}

fn engine_options(arguments: &ServeArguments) -> EngineOptions {
    let body_bytes = (arguments.max_upload as usize) << 20;
    let limits = Limits::default();
    EngineOptions {
        queue: arguments.queue as usize,
        tile: arguments.tile,
        limits: Limits {
            body_bytes,
            held_bytes: limits.held_bytes.max(body_bytes * 2),
            pixels: u64::from(arguments.max_pixels) * 1_000_000,
            ..limits
        },
        mark: !arguments.no_mark,
        ..EngineOptions::default()
    }
}

fn keep_options(arguments: &ServeArguments) -> Option<KeepOptions> {
    let folder = arguments.keep.clone()?;
    Some(KeepOptions {
        bytes: u64::from(arguments.keep_space) << 20,
        time: Duration::from_secs(u64::from(arguments.keep_days) * 24 * 60 * 60),
        ..KeepOptions::new(folder)
    })
}

/// The address for other computers, if the server listens on one that stands for all of this
/// computer's: the one from which it would reach others. Nothing is sent to find it.
fn reachable(listening: IpAddr) -> IpAddr {
    if !listening.is_unspecified() {
        return listening;
    }
    // Of blocks for documentation (RFC 5737, RFC 3849), which lead where all that is far does.
    let (own, far) = match listening {
        IpAddr::V4(_) => ("0.0.0.0:0", "192.0.2.1:9"),
        IpAddr::V6(_) => ("[::]:0", "[2001:db8::1]:9"),
    };
    let found = UdpSocket::bind(own).and_then(|socket| {
        socket.connect(far)?;
        Ok(socket.local_addr()?.ip())
    });
    let loopback: IpAddr = match listening {
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    // A computer without a network is reached by itself alone.
    found.unwrap_or(loopback)
}

fn announce(address: SocketAddr, path: &str, token: Option<&str>) -> std::io::Result<()> {
    let shown = SocketAddr::new(reachable(address.ip()), address.port());
    let page = match token {
        // Behind the # it never leaves the browser with a request for the page.
        Some(token) => format!("http://{shown}{path}/#token={token}"),
        None => format!("http://{shown}{path}/"),
    };
    output::line(format!("the studio is open: {page}"))?;
    if address.ip().is_loopback() {
        output::remark("only this computer can reach it; Ctrl-C closes it");
        return Ok(());
    }
    output::remark(match token {
        Some(_) => {
            "everybody who can reach this address and has the token can paint with it; what is \
             sent is not encrypted"
        }
        None => {
            "everybody who can reach this address can paint with it, without a token; what is \
             sent is not encrypted"
        }
    });
    Ok(())
}

/// Parses an address without a port.
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

/// Parses a host name, as in an address but without a port.
fn host(text: &str) -> Result<String, String> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if !text.is_empty() && text.len() <= 253 && text.bytes().all(sound) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("expected a name such as art.example.org, without http:// and a port".into())
    }
}

/// Parses a path that begins with a slash; one at its end is removed.
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
    fn an_address_that_stands_for_all_is_not_shown() {
        let one = IpAddr::from([192, 168, 1, 5]);
        assert_eq!(reachable(one), one);
        let all = reachable(Ipv4Addr::UNSPECIFIED.into());
        assert!(all.is_ipv4() && !all.is_unspecified(), "{all}");
        let all = reachable(Ipv6Addr::UNSPECIFIED.into());
        assert!(all.is_ipv6() && !all.is_unspecified(), "{all}");
    }

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
