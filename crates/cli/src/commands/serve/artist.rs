//! Who paints for the studio: a model, a student, or an ONNX network.

use std::sync::Arc;

use utsushi::onnx::{OnnxNetwork, is_network};

use utsushi::{Model, OneStylePainter};

use crate::args::ServeArguments;
use crate::built_in::{load_painter, load_student, model_name};
use crate::network;

/// Reads what `--model` names, or the built-in model.
pub(super) fn load(arguments: &ServeArguments) -> anyhow::Result<Model> {
    let device = arguments.device.device;
    let model = arguments.model.as_deref();
    if let Some(file) = model.filter(|file| is_network(file)) {
        network::check_device(device)?;
        let network = OnnxNetwork::load(file, &arguments.network.unwrap_or_default())?;
        let name = model_name(model);
        let card = format!(
            "# {name}\n\nAn ONNX network that repaints pictures in one way. Whoever made it says \
             under which terms.\n\nIt is given them as `{}`.\n",
            network.form()
        );
        let painter = OneStylePainter::new(Arc::new(network), name);
        return Ok(painter.described("", card).into());
    }
    network::refuse_form(arguments.network)?;
    if let Some(file) = model
        && let Some(student) = load_student(file)
    {
        return Ok(OneStylePainter::from_student(student?, device.open()?, file)?.into());
    }
    Ok(load_painter(model, device.open()?)?.into())
}
