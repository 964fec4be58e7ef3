//! A plain reference of convolution and its gradients, element by element in 64-bit floats.

use crate::geometry::Geometry;

/// Results of the reference: the output before the activation, and the gradients of input and
/// weight.
pub(crate) struct Reference {
    pub(crate) y: Vec<f64>,
    pub(crate) dx: Vec<f64>,
    pub(crate) dw: Vec<f64>,
}

/// Computes the reference convolution and its gradients. With `depthwise`, channel `i` of the
/// output comes from channel `i` of the input alone, and the weight is `[kernel_height,
/// kernel_width, channels]`.
pub(crate) fn convolution(
    g: &Geometry,
    depthwise: bool,
    x: &[f32],
    weight: &[f32],
    dy: &[f32],
) -> Reference {
    let mut r = Reference {
        y: vec![0.0; dy.len()],
        dx: vec![0.0; x.len()],
        dw: vec![0.0; weight.len()],
    };
    let mut product = |yi: usize, xi: usize, wi: usize| {
        r.y[yi] += f64::from(x[xi]) * f64::from(weight[wi]);
        r.dx[xi] += f64::from(dy[yi]) * f64::from(weight[wi]);
        r.dw[wi] += f64::from(dy[yi]) * f64::from(x[xi]);
    };
    for b in 0..g.batch {
        for (oy, ox) in places(g.height_out, g.width_out) {
            for (ky, kx) in g.kernel_positions() {
                let y = (oy * g.options.stride + ky).wrapping_sub(g.options.padding.top);
                let x = (ox * g.options.stride + kx).wrapping_sub(g.options.padding.left);
                if y >= g.height || x >= g.width {
                    continue;
                }
                let tap = ky * g.kernel_width + kx;
                let from = ((b * g.height + y) * g.width + x) * g.channels_in;
                let to = ((b * g.height_out + oy) * g.width_out + ox) * g.channels_out;
                for o in 0..g.channels_out {
                    if depthwise {
                        product(to + o, from + o, tap * g.channels_out + o);
                        continue;
                    }
                    for i in 0..g.channels_in {
                        let weight = (tap * g.channels_in + i) * g.channels_out + o;
                        product(to + o, from + i, weight);
                    }
                }
            }
        }
    }
    r
}

fn places(height: usize, width: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..height).flat_map(move |y| (0..width).map(move |x| (y, x)))
}
