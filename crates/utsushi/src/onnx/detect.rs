//! Detection of the form in which a network takes pictures, from its file.

use std::path::Path;

use rten_onnx::onnx::{ModelProto, ValueInfoProto};

use super::error::Fault;
use super::{ChannelOrder, Form, FormOptions, Layout, Range, Side};

mod known;
mod layout;
mod multiple;
mod range;
mod wiring;

pub(super) use wiring::{Wiring, attribute, integers, operator};

/// Multiple of the sides that is used for a network without any need for one: it costs nothing, and
/// networks that resize to computed sizes then work.
const LEAST_MULTIPLE: usize = 8;

/// Largest number of nodes of a graph that are looked at; stylizers have a few hundred.
const MOST_NODES: usize = 10_000;

/// Facts about a network that were found in its file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    /// Name of the input picture.
    pub(super) input: String,
    /// Name of the output picture.
    pub(super) output: String,
    pub(super) layouts: [Layout; 2],
    pub(super) input_range: Option<Range>,
    pub(super) output_range: Option<Range>,
    pub(super) order: ChannelOrder,
    pub(super) multiple: usize,
    /// Width and height in pixels, each only if the network takes no other.
    pub(super) size: [Option<usize>; 2],
}

impl Found {
    /// The network's form, as far as it is known. If the range of input or output is unknown, it is
    /// that of the other, or −1…1.
    pub(super) fn form(&self, options: &FormOptions) -> Form {
        let input = options.input.or(self.input_range);
        let output = options.output.or(self.output_range);
        let side = |index: usize, range: Option<Range>, other: Option<Range>| Side {
            layout: options.layout.unwrap_or(self.layouts[index]),
            range: range.or(other).unwrap_or(Range::Signed),
            order: options.order.unwrap_or(self.order),
        };
        Form {
            input: side(0, input, output),
            output: side(1, output, input),
            multiple: options.multiple.unwrap_or(self.multiple),
            size: self.size,
        }
    }
}

/// Finds facts about a network in its file and its name.
///
/// # Errors
/// The network takes or gives anything but one picture.
pub(super) fn detect(
    model: &ModelProto,
    origin: &Path,
    options: &FormOptions,
) -> Result<Found, Fault> {
    let Some(graph) = &model.graph else {
        return Err(Fault::NotOnnx("there is no graph in it".to_owned()));
    };
    if graph.node.len() > MOST_NODES {
        let reason = format!("it has more than {MOST_NODES} nodes");
        return Err(Fault::Load(reason));
    }
    let wiring = Wiring::of(graph);
    if let Some(operator) = wiring
        .operators()
        .find(|name| ["Loop", "Scan"].contains(name))
    {
        // It might never end.
        return Err(Fault::Load(format!("networks with {operator} are not run")));
    }
    // Old files list their weights among the inputs.
    let inputs: Vec<&ValueInfoProto> = graph
        .input
        .iter()
        .filter(|input| {
            input
                .name
                .as_deref()
                .is_none_or(|it| wiring.tensor(it).is_none())
        })
        .collect();
    let (input, input_shape) = picture("takes", &inputs)?;
    let outputs: Vec<&ValueInfoProto> = graph.output.iter().collect();
    let (output, output_shape) = picture("gives", &outputs)?;
    let layouts = layout::layouts(
        &wiring,
        [&input, &output],
        [&input_shape, &output_shape],
        options,
    )?;
    let producer = model.producer_name.as_deref().unwrap_or_default();
    let known = known::known([
        origin
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default(),
        &input,
        &output,
        producer,
    ]);
    let [width, height] = match layouts[0] {
        Layout::ChannelsFirst => [3, 2],
        Layout::ChannelsLast => [2, 1],
    };
    let size = [input_shape[width], input_shape[height]];
    let too_large = |side: &Option<usize>| side.is_some_and(|side| side > 8192);
    if size.iter().any(too_large) {
        return Err(Fault::NotAStylizer(
            "it takes pictures beyond 8192 pixels".to_owned(),
        ));
    }
    let input_range = range::input(&wiring, &input);
    let output_range = range::output(&wiring, &output);
    let multiple = multiple::multiple(&wiring, &input).max(LEAST_MULTIPLE);
    Ok(Found {
        layouts,
        input_range: input_range.or(known.map(|known| known.range)),
        output_range: output_range.or(known.map(|known| known.range)),
        order: range::order(&wiring, &input)
            .or(known.map(|known| known.order))
            .unwrap_or(ChannelOrder::Rgb),
        multiple: multiple.max(known.map_or(1, |known| known.multiple)),
        size,
        input,
        output,
    })
}

/// Name and shape of the only value, which must have the shape of a picture.
fn picture(verb: &str, values: &[&ValueInfoProto]) -> Result<(String, [Option<usize>; 4]), Fault> {
    let refuse = |reason: String| Err(Fault::NotAStylizer(format!("it {verb} {reason}")));
    let &[value] = values else {
        return refuse(match values.len() {
            0 => "nothing".to_owned(),
            count => format!("{count} things where one picture is needed"),
        });
    };
    let Some(name) = value.name.clone().filter(|name| !name.is_empty()) else {
        return Err(Fault::NotOnnx(format!("what it {verb} has no name")));
    };
    let tensor = value.r#type.as_ref().and_then(|it| it.tensor_type.as_ref());
    let Some(tensor) = tensor else {
        return refuse("something that is no tensor".to_owned());
    };
    if let Some(kind) = tensor.elem_type
        && kind.0 != 1
    {
        let kind = kind.name().unwrap_or("numbers of an unknown kind");
        return refuse(format!("{kind} where 32-bit floats are needed"));
    }
    let Some(shape) = &tensor.shape else {
        return Ok((name, [None; 4]));
    };
    let extents: Vec<Option<usize>> = shape
        .dim
        .iter()
        .map(|axis| {
            axis.dim_value
                .and_then(|it| usize::try_from(it).ok())
                .filter(|&it| it > 0)
        })
        .collect();
    let count = extents.len();
    match <[Option<usize>; 4]>::try_from(extents) {
        Ok(extents) if extents[0].is_none_or(|batch| batch == 1) => Ok((name, extents)),
        Ok(extents) => refuse(format!("{} pictures at once", extents[0].unwrap_or(0))),
        Err(_) => refuse(format!("a tensor of {count} axes, and a picture has 4")),
    }
}
