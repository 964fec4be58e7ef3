//! A server with a tiny model, for one test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Device, Int, Tensor};
use utsushi::{Model, PaintStyle, Painter, SteeredModel};
use utsushi_imaging::{EncodeOptions, OutputFormat, Picture, encode};
use utsushi_model::{Condition, ModelConfig, PainterNetworks, PriorConfig};
use utsushi_server::{EngineOptions, KeepOptions, Server, ServerOptions};

/// An untrained model of the styles `oil` and `cel`, and of `photo`, which is content only.
pub fn painter() -> Painter {
    painter_with(Some(PriorConfig {
        size: 32,
        latent_dim: 4,
        channels: [8, 8, 8, 4],
    }))
}

/// The same with what new paintings are made from, or without.
pub fn painter_with(prior: Option<PriorConfig>) -> Painter {
    painter_of(prior, Vec::new())
}

/// A painter that knows an age, which leads somewhere.
pub fn painter_with_labels() -> Painter {
    let age = Condition {
        name: "age".to_owned(),
        values: vec!["old".to_owned(), "young".to_owned()],
    };
    painter_of(None, vec![age])
}

/// Moves every weight a little.
struct Stir;

impl ModuleMapper for Stir {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        parameter.map(|values| {
            let (shape, device) = (values.shape(), values.device());
            let count = shape.num_elements() as i64;
            let waves = Tensor::<1, Int>::arange(0..count, &device).float().sin();
            values + waves.reshape(shape) * 0.1
        })
    }
}

fn painter_of(prior: Option<PriorConfig>, conditions: Vec<Condition>) -> Painter {
    let config = ModelConfig {
        native_size: 32,
        styles: 3,
        style_dim: 4,
        latent_dim: 3,
        trunk_channels: [4, 6, 8],
        style_channels: [4, 5, 6, 7],
        mapping_width: 8,
        prior,
        conditions,
        ..ModelConfig::default()
    };
    let length = ModelConfig::STAGES * config.style_dim;
    let style = |name: &str, content_only, start: f32| PaintStyle {
        name: name.to_owned(),
        content_only,
        licence: "CC0".to_owned(),
        mean: Some((0..length).map(|i| start + (i as f32).sin()).collect()),
        typical: Vec::new(),
    };
    let model = SteeredModel {
        networks: match config.conditions.is_empty() {
            true => PainterNetworks::new(&config, 5, &Device::flex()),
            // Vectors of fresh labels are zero.
            false => PainterNetworks::new(&config, 5, &Device::flex()).map(&mut Stir),
        },
        config,
        styles: vec![
            style("oil", false, 0.0),
            style("cel", false, 0.5),
            style("photo", true, 0.0),
        ],
        card: "# A model for tests\n".to_owned(),
    };
    Painter::new(model, Device::flex()).unwrap()
}

/// Two gradients with a stripe of dots, different everywhere, as a PNG.
pub fn drawing(width: u32, height: u32) -> Vec<u8> {
    let mut rgb = Vec::new();
    for row in 0..height {
        for column in 0..width {
            let dot = u8::from((row / 7 + column / 5) % 3 == 0) * 90;
            let (across, down) = (column * 160 / width, row * 160 / height);
            rgb.extend([across as u8 + dot, down as u8 + dot, (across ^ down) as u8]);
        }
    }
    let picture = Picture::new(width, height, rgb).unwrap();
    encode(&picture, OutputFormat::Png, EncodeOptions::default()).unwrap()
}

/// A running server; it is stopped and awaited when dropped.
pub struct Studio {
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Studio {
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
            address: "127.0.0.1:0".parse().unwrap(),
            token: token.map(str::to_owned),
            model_name: "tiny".to_owned(),
            engine,
            keep,
        };
        let server = Server::bind(model, options).unwrap();
        let address = server.address();
        let stop = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stop);
        let thread = std::thread::spawn(move || server.run(&flag, |_| {}).unwrap());
        Self {
            address,
            stop,
            thread: Some(thread),
        }
    }

    /// Asks the server to stop, without waiting for it.
    pub fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.ask_to_stop();
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(std::thread::panicking() || matches!(ended, Some(Ok(()))));
    }
}
