//! Who paints for the studio: a model, a student, or an ONNX network.

use std::sync::Arc;

use utsushi::onnx::{OnnxNetwork, is_network};

use utsushi::StudentPainter;
use utsushi_server::{Artist, OneWayArtist};

use crate::args::ServeArguments;
use crate::built_in::{load_painter, load_student, model_name};
use crate::network;

/// Reads what `--model` names, or the built-in model.
pub(super) fn load(arguments: &ServeArguments) -> anyhow::Result<Artist> {
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
        let artist = OneWayArtist::new(Arc::new(network), name);
        return Ok(artist.described("", card).into());
    }
    network::refuse_form(arguments.network)?;
    if let Some(file) = model
        && let Some(student) = load_student(file)
    {
        let student = student?;
        let (style, card) = (student.style.clone(), student.card.clone());
        let painter = StudentPainter::from_exported(student, device.open()?, file)?;
        let artist = OneWayArtist::new(Arc::new(painter.into_network()), style.name);
        return Ok(artist.described(style.licence, card).into());
    }
    Ok(load_painter(model, device.open()?)?.into())
}
