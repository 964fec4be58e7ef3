//! `utsushi serve`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use utsushi_server::{
    EngineOptions, FurtherModel, KeepOptions, Limits, Server, ServerOptions, random_token,
};

use crate::args::ServeArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::{INCLUDED, ModelSource, model_name};
use crate::{interrupt, output};

mod log;

/// Holds the token, where it is not to be made up.
const TOKEN: &str = "UTSUSHI_TOKEN";

/// Shorter ones can be guessed.
const SHORTEST_TOKEN: usize = 16;

pub fn run(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let ip = arguments.listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let token = token(arguments, ip)?;
    let file = arguments.model.as_deref();
    let model = ModelSource::read(file, arguments.network)?.open(arguments.compute.device)?;
    let options = ServerOptions {
        address: SocketAddr::new(ip, arguments.port),
        token: token.clone(),
        model_name: model_name(arguments.model.as_deref()),
        allowed_hosts: arguments.allow_host.clone(),
        base_path: arguments.base_path.clone().unwrap_or_default(),
        engine: engine_options(arguments),
        keep: keep_options(arguments),
    };
    // Where none is named, all that the program has are offered.
    let beside = match file {
        Some(_) => Vec::new(),
        None => further_models(arguments)?,
    };
    let server = Server::bind_several(model, beside, options)?;
    let path = arguments.base_path.as_deref().unwrap_or_default();
    announce(server.address(), path, token.as_deref())?;
    if let Some(folder) = &arguments.keep {
        let (folder, days) = (folder.display(), arguments.keep_days);
        output::remark(format!(
            "results of jobs are kept in {folder} for {days} days"
        ));
    }
    let stop = interrupt::stop_flag("finishing the pictures that were accepted")?;
    log::start(arguments.json)?;
    server.run(&stop)?;
    output::remark("stopped");
    Ok(ExitCode::Done)
}

/// The models inside of the program but the first.
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

/// An address that other computers can open, in place of one that stands for all of this
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
}
