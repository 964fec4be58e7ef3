//! A server with a tiny model, for one test.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, ThreadId};

use utsushi::{Device, Model, ModelConfig, Painter, SteeredModel, Surface, SurfaceRegression};
use utsushi_imaging::{EncodeOptions, OutputFormat, encode};
use utsushi_server::{EngineOptions, KeepOptions, Server, ServerOptions};
use utsushi_test_fixtures::TinyModel;

/// A tiny model of the styles `oil` and `cel`, and of `photo`, which is content only.
fn tiny_model() -> TinyModel {
    TinyModel::new(&["oil", "cel", "photo"])
}

pub fn painter_of(tiny: &TinyModel) -> Painter {
    let device = Device::flex();
    let model = SteeredModel::from_exported(tiny.exported(), &device, Path::new("tiny")).unwrap();
    Painter::new(model, device).unwrap()
}

/// A painter that makes new paintings too.
pub fn painter() -> Painter {
    painter_of(&tiny_model().with_prior())
}

/// One that makes none.
pub fn painter_without_prior() -> Painter {
    painter_of(&tiny_model())
}

/// A painter that knows an age, which leads somewhere.
pub fn painter_with_labels() -> Painter {
    painter_of(&tiny_model().with_conditions(&[("age", &["old", "young"])]))
}

/// A painter whose styles have flat areas and a colour of skin, which its networks know nothing of.
pub fn flat_painter() -> Painter {
    let (device, flat) = (
        Device::flex(),
        Surface {
            smoothness: 1.0,
            flat: true,
            skin: Some([0.6, 0.2, 0.1]),
            ..Surface::default()
        },
    );
    let tiny = tiny_model().exported();
    let mut model = SteeredModel::from_exported(tiny, &device, Path::new("tiny")).unwrap();
    let length = ModelConfig::STAGES * model.config.code_length();
    let row = |number| [vec![number], vec![0.0; length]].concat();
    model.surface = SurfaceRegression::new(flat.numbers().map(row).concat(), length);
    assert!(model.surface.is_some());
    Painter::new(model, device).unwrap()
}

/// Two gradients with a stripe of dots, different everywhere, as a PNG.
pub fn drawing(width: u32, height: u32) -> Vec<u8> {
    let picture = utsushi_test_fixtures::drawing(width, height);
    encode(&picture, OutputFormat::Png, EncodeOptions::default()).unwrap()
}

/// A running server; it is stopped and awaited when dropped.
pub struct TestServer {
    pub address: SocketAddr,
    /// The thread that answers.
    pub thread_id: ThreadId,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TestServer {
    pub fn open() -> Self {
        Self::with(EngineOptions::default(), None)
    }

    pub fn with(engine: EngineOptions, token: Option<&str>) -> Self {
        Self::of(painter(), engine, token)
    }

    pub fn of(model: impl Into<Model>, engine: EngineOptions, token: Option<&str>) -> Self {
        Self::start(model.into(), engine, token, None)
    }

    /// One that keeps results of jobs on the disk.
    pub fn keeping(keep: KeepOptions, engine: EngineOptions) -> Self {
        Self::start(painter().into(), engine, None, Some(keep))
    }

    fn start(
        model: Model,
        engine: EngineOptions,
        token: Option<&str>,
        keep: Option<KeepOptions>,
    ) -> Self {
        let options = ServerOptions {
            token: token.map(str::to_owned),
            model_name: "tiny".to_owned(),
            engine,
            keep,
            ..ServerOptions::new("127.0.0.1:0".parse().unwrap())
        };
        Self::with_options(model, options)
    }

    pub fn with_options(model: impl Into<Model>, options: ServerOptions) -> Self {
        Self::run(Server::bind(model, options).unwrap())
    }

    pub fn run(server: Server) -> Self {
        let address = server.address();
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let thread = std::thread::spawn(move || server.run(&flag).unwrap());
        Self {
            address,
            thread_id: thread.thread().id(),
            stop,
            thread: Some(thread),
        }
    }

    /// Asks the server to stop, without waiting for it.
    pub fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.ask_to_stop();
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))));
    }
}
