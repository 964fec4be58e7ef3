//! Conversion of pixels to the order and range of a network, and back.

use super::{ChannelOrder, Layout, Range, Side};

/// Converts `[height, width, 3]`, RGB, −1…1, to a network's order and range.
pub(super) fn to_network(pixels: &[f32], side: &Side) -> Vec<f32> {
    let scaled = |value: f32| match side.range {
        Range::Signed => value,
        Range::Unit => value * 0.5 + 0.5,
        Range::Byte => value * 127.5 + 127.5,
    };
    let pixels = pixels.as_chunks::<3>().0.iter();
    let places = places(side.order);
    match side.layout {
        Layout::ChannelsLast => pixels
            .flat_map(|pixel| places.map(|place| scaled(pixel[place])))
            .collect(),
        Layout::ChannelsFirst => places
            .into_iter()
            .flat_map(|place| pixels.clone().map(move |pixel| scaled(pixel[place])))
            .collect(),
    }
}

/// Converts a network's output to `[height, width, 3]`, RGB, −1…1.
pub(super) fn from_network(values: Vec<f32>, side: &Side) -> Vec<f32> {
    let scaled = |value: f32| match side.range {
        Range::Signed => value,
        Range::Unit => value * 2.0 - 1.0,
        Range::Byte => value / 127.5 - 1.0,
    };
    let (places, area) = (places(side.order), values.len() / 3);
    let pixel = |index: usize| match side.layout {
        Layout::ChannelsLast => places.map(|place| scaled(values[index * 3 + place])),
        Layout::ChannelsFirst => places.map(|place| scaled(values[place * area + index])),
    };
    (0..area).flat_map(pixel).collect()
}

/// Indices of red, green and blue in this order.
fn places(order: ChannelOrder) -> [usize; 3] {
    match order {
        ChannelOrder::Rgb => [0, 1, 2],
        ChannelOrder::Bgr => [2, 1, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIXELS: [f32; 6] = [-1.0, 0.0, 1.0, 0.5, -0.5, 0.2];

    #[test]
    fn orders_and_ranges_are_as_they_are_called() {
        let side = |layout, range, order| Side {
            layout,
            range,
            order,
        };
        let planes = side(Layout::ChannelsFirst, Range::Byte, ChannelOrder::Bgr);
        let values = to_network(&PIXELS, &planes);
        assert_eq!(values, [255.0, 153.0, 127.5, 63.75, 0.0, 191.25]);
        let unit = side(Layout::ChannelsLast, Range::Unit, ChannelOrder::Rgb);
        assert_eq!(to_network(&PIXELS, &unit)[..4], [0.0, 0.5, 1.0, 0.75]);
        for layout in [Layout::ChannelsFirst, Layout::ChannelsLast] {
            for range in Range::ALL {
                for order in [ChannelOrder::Rgb, ChannelOrder::Bgr] {
                    let side = side(layout, range, order);
                    let back = from_network(to_network(&PIXELS, &side), &side);
                    let off = back.iter().zip(PIXELS).map(|(a, b)| (a - b).abs());
                    assert!(off.fold(0.0, f32::max) < 1e-6, "{side:?}");
                }
            }
        }
    }
}
