//! Listening: accepting, limiting and closing connections.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::stall_timeout::StallTimeout;
use super::state::ServerState;

/// Time limit for the head of a request, and for an idle connection.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// Largest size in bytes of a request's head.
const HEAD_BYTES: usize = 32 * 1024;

/// Largest number of headers of a request.
const HEADERS: usize = 64;

/// Interval at which the stop flag is checked.
const LOOK: Duration = Duration::from_millis(50);

/// Time limit for connections to close when the work is done.
const GRACE: Duration = Duration::from_secs(5);

pub(super) async fn run(
    listener: std::net::TcpListener,
    states: Vec<Arc<ServerState>>,
    router: axum::Router,
    stop: &AtomicBool,
) -> io::Result<()> {
    let limits = states[0].limits;
    let listener = TcpListener::from_std(listener)?;
    let connections = Arc::new(Semaphore::new(limits.connections));
    let (closing, closed) = watch::channel(());
    let mut stopped = pin!(asked_to_stop(stop)?);
    let mut sweep = tokio::time::interval(Duration::from_secs(2));
    loop {
        let room = Arc::clone(&connections).acquire_owned();
        let accept = async {
            let room = room.await;
            (listener.accept().await, room)
        };
        tokio::select! {
            () = &mut stopped => break,
            _ = sweep.tick() => states.iter().for_each(|state| state.jobs.sweep()),
            (accepted, room) = accept => match accepted {
                Ok((stream, _)) => {
                    let service = TowerToHyperService::new(router.clone());
                    let answering = answer(stream, service, closed.clone(), limits.stall_time);
                    tokio::spawn(async move {
                        answering.await;
                        drop(room);
                    });
                }
                // Out of descriptors, for example: others have to end first.
                Err(_) => sleep(LOOK).await,
            },
        }
    }
    drop(listener);
    finish(&states, closing, closed).await;
    Ok(())
}

async fn answer(
    stream: TcpStream,
    service: TowerToHyperService<axum::Router>,
    mut closed: watch::Receiver<()>,
    stall_time: Duration,
) {
    // Small answers leave at once.
    let _ = stream.set_nodelay(true);
    let stream = TokioIo::new(StallTimeout::new(stream, stall_time));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .max_headers(HEADERS)
        .serve_connection(stream, service);
    let mut connection = pin!(connection);
    // How it ends does not matter: the client left, stalled, or wrote what is no HTTP.
    tokio::select! {
        _ = &mut connection => {}
        _ = closed.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Lets connections close after the answers they wait for. Jobs are waited for, too, as long as
/// somebody asks for them; their results stay for a last fetch.
async fn finish(
    states: &[Arc<ServerState>],
    closing: watch::Sender<()>,
    closed: watch::Receiver<()>,
) {
    for state in states {
        state.engine.close();
    }
    drop(closed);
    let _ = closing.send(());
    let is_busy = |state: &Arc<ServerState>| {
        state.jobs.sweep();
        state.engine.waiting() + state.engine.in_work() + state.jobs.unfinished() > 0
    };
    let work = async {
        while states.iter().any(is_busy) {
            sleep(LOOK).await;
        }
    };
    let _ = timeout(states[0].limits.work_time, work).await;
    let _ = timeout(GRACE, closing.closed()).await;
}

/// Completes when the flag is set, or on SIGTERM, with which systems stop services.
fn asked_to_stop(stop: &AtomicBool) -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Ok(async move {
        let flag = async {
            while !stop.load(Ordering::Relaxed) {
                sleep(LOOK).await;
            }
        };
        #[cfg(unix)]
        tokio::select! {
            () = flag => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        flag.await;
    })
}
