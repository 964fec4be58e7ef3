//! ONNX networks of other programs that repaint a picture in one way.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use rten_onnx::onnx::ModelProto;

use crate::Style;
use crate::backend::{Backend, BackendError, Capabilities, Pixels};

mod bounds;
mod detect;
mod error;
mod form;
mod guard;
mod lower;
mod operators;
mod order;
mod probe;

pub use error::NetworkError;
pub use form::{ChannelOrder, Form, FormOptions, Layout, ParseFormError, Range, Side};

/// Size in bytes of the largest file that is read.
const MOST_BYTES: u64 = 1 << 30;

/// An ONNX network that takes one picture and gives one of the same size.
///
/// It runs on the CPU through `rten`. A network is a program: it cannot reach beyond its own
/// numbers, but one made to do harm can ask for more memory than there is.
pub struct OnnxNetwork {
    model: Model,
    input: NodeId,
    output: NodeId,
    form: Form,
    path: PathBuf,
    /// Threads that the network runs in; `None` for those of the runtime.
    threads: Option<Arc<ThreadPool>>,
}

impl std::fmt::Debug for OnnxNetwork {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("OnnxNetwork")
            .field("path", &self.path)
            .field("form", &self.form)
            .finish()
    }
}

/// Whether a file is taken for an ONNX network, by the suffix of its name.
pub fn is_network(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("onnx"))
}

impl OnnxNetwork {
    /// Reads a network, finds out how it takes pictures, and runs it once on a small one.
    ///
    /// Settings in `options` take precedence over those that are detected.
    ///
    /// # Errors
    /// The file cannot be read or is not a network, the runtime does not know an operator, the
    /// network takes or gives anything but one picture, or its form cannot be detected and is not
    /// in `options`.
    pub fn load(path: &Path, options: &FormOptions) -> Result<Self, NetworkError> {
        Self::from_bytes(Self::read_bytes(path)?, path, options)
    }

    /// Reads the bytes of a network's file, up to a few more than the largest size accepted.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, NetworkError> {
        let failed = |reason| NetworkError::Io {
            path: path.to_owned(),
            reason,
        };
        let file = File::open(path).map_err(failed)?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        Ok(bytes)
    }

    /// Reads a network from memory; `origin` stands for the file's name in errors, and known
    /// networks are recognised by it.
    ///
    /// # Errors
    /// As [`OnnxNetwork::load`].
    pub fn from_bytes(
        bytes: Vec<u8>,
        origin: &Path,
        options: &FormOptions,
    ) -> Result<Self, NetworkError> {
        let at = |fault: error::Fault| fault.at(origin);
        if bytes.len() as u64 > MOST_BYTES {
            return Err(at(error::Fault::TooLarge));
        }
        guard::check(&bytes).map_err(at)?;
        // The runtime is not to fail on damaged files; should it, that is told like the rest.
        let mut described = quietly(|| ModelProto::parse_buf(&bytes))
            .map_err(|reason| at(error::Fault::NotOnnx(reason)))?;
        let found = detect::detect(&described, origin, options).map_err(at)?;
        if let Some(graph) = &described.graph {
            bounds::check(graph).map_err(at)?;
        }
        // Most files are handed on as they are.
        let bytes = if described.graph.as_mut().is_some_and(lower::lower) {
            described
                .write_buf()
                .map_err(|error| at(error::Fault::Load(error.to_string())))?
        } else {
            bytes
        };
        drop(described);
        let model = quietly(|| ModelOptions::with_ops(operators::operators()).load(bytes))
            .map_err(|reason| at(error::Fault::Load(reason)))?;
        let node = |name: &str| {
            model.find_node(name).ok_or_else(|| {
                at(error::Fault::Load(format!(
                    "the value \"{name}\" is not in the graph"
                )))
            })
        };
        let (input, output) = (node(&found.input)?, node(&found.output)?);
        let mut network = Self {
            form: found.form(options),
            model,
            input,
            output,
            path: origin.to_owned(),
            threads: fewer_threads(),
        };
        probe::probe(&mut network, &found, options).map_err(at)?;
        Ok(network)
    }

    /// The form in which the network takes pictures.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// The network's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the network on values in its own range and order.
    fn run(&self, values: Vec<f32>, width: usize, height: usize) -> Result<Vec<f32>, BackendError> {
        let shape = self.form.input.layout.shape(width, height);
        let input = Value::from_shape(shape, values).map_err(BackendError::new)?;
        let options = RunOptions::default().with_thread_pool(self.threads.clone());
        let [output] = quietly(|| {
            let inputs = vec![(self.input, input.into())];
            self.model.run_n(inputs, [self.output], Some(options))
        })
        .map_err(BackendError::new)?;
        let kind = output.dtype();
        let (shape, values) = output.into_shape_vec::<f32, 4>().map_err(|_| {
            BackendError::new(format!("it gives {kind:?} and not one picture in floats"))
        })?;
        let expected = self.form.output.layout.shape(width, height);
        if shape == expected {
            return Ok(values);
        }
        Err(BackendError::new(format!(
            "it gives {shape:?} where {expected:?} is needed"
        )))
    }
}

impl Backend for OnnxNetwork {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            alignment: self.form.multiple,
            size: self.form.size,
            ..Capabilities::default()
        }
    }

    /// Repaints one picture after the other: most networks take one at a time.
    fn forward(&self, pictures: Pixels<'_>, _styles: &[Style]) -> Result<Vec<f32>, BackendError> {
        let mut painted = Vec::with_capacity(pictures.values.len());
        for picture in pictures.each() {
            let values = order::to_network(picture, &self.form.input);
            let values = self.run(values, pictures.width, pictures.height)?;
            painted.extend(order::from_network(values, &self.form.output));
        }
        Ok(painted)
    }
}

/// A thread pool for the runtime, if the program was told to use fewer threads than there are
/// cores; the runtime has its own otherwise.
fn fewer_threads() -> Option<Arc<ThreadPool>> {
    let threads = rayon::current_num_threads();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (threads < cores).then(|| Arc::new(ThreadPool::with_num_threads(threads)))
}

/// Stack size in bytes for the runtime, which follows a graph from end to start recursively. Memory
/// is taken only as far as it is used.
const STACK: usize = 128 << 20;

/// Runs a function of the runtime, and puts its error, or its panic, in words.
fn quietly<T, E>(run: impl FnOnce() -> Result<T, E> + Send) -> Result<T, String>
where
    T: Send,
    E: ToString,
{
    let run = || run().map_err(|error| error.to_string());
    let outcome = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let thread = thread.spawn_scoped(scope, run);
        thread.map(|thread| thread.join())
    });
    match outcome {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(panic)) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!(
                "the runtime failed: {}",
                text.unwrap_or("no reason given")
            ))
        }
        Err(error) => Err(format!("no thread could be started: {error}")),
    }
}
