//! `utsushi serve`

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde_json::json;
use utsushi_server::{
    EngineOptions, KeepOptions, Limits, LogLine, Server, ServerOptions, random_token,
};

use crate::args::ServeArguments;
use crate::error::UsageError;
use crate::exit_code::ExitCode;
use crate::model_source::{ModelSource, model_name};
use crate::{interrupt, output};

/// Holds the token, where it is not to be made up.
const TOKEN: &str = "UTSUSHI_TOKEN";

/// Shorter ones can be guessed.
const SHORTEST_TOKEN: usize = 16;

pub fn run(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let ip = arguments.listen.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let token = token(arguments, ip)?;
    let file = arguments.model.as_deref();
    let model = ModelSource::read(file, arguments.network)?.open(arguments.device.device)?;
    let options = ServerOptions {
        address: SocketAddr::new(ip, arguments.port),
        token: token.clone(),
        model_name: model_name(arguments.model.as_deref()),
        engine: engine_options(arguments),
        keep: keep_options(arguments),
    };
    let server = Server::bind(model, options)?;
    announce(server.address(), token.as_deref())?;
    if let Some(folder) = &arguments.keep {
        let (folder, days) = (folder.display(), arguments.keep_days);
        output::remark(format!(
            "results of jobs are kept in {folder} for {days} days"
        ));
    }
    let stop = interrupt::stop_flag("finishing the pictures that were accepted")?;
    let as_json = arguments.json;
    server.run(&stop, move |line| {
        // A log that nobody reads is no reason to stop.
        let _ = output::line(if as_json {
            json_line(line)
        } else {
            text_line(line)
        });
    })?;
    output::remark("stopped");
    Ok(ExitCode::Done)
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

fn announce(address: SocketAddr, token: Option<&str>) -> std::io::Result<()> {
    let page = match token {
        // Behind the # it never leaves the browser with a request for the page.
        Some(token) => format!("http://{address}/#token={token}"),
        None => format!("http://{address}/"),
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

fn text_line(line: &LogLine) -> String {
    let LogLine {
        method,
        route,
        status,
        seconds,
        code,
    } = line;
    let code = code.map(|code| format!(" {code}")).unwrap_or_default();
    format!("{method} {route} {status}{code} {seconds:.3} s")
}

fn json_line(line: &LogLine) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    json!({
        "time": now.map_or(0.0, |now| now.as_secs_f64()),
        "method": line.method,
        "route": line.route,
        "status": line.status,
        "seconds": line.seconds,
        "code": line.code,
    })
    .to_string()
}
