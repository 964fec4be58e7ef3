//! Blend modes: how the colours of a layer are mixed with those below (W3C Compositing and
//! Blending, level 1).

/// A blend mode, with which a layer is laid over those below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blend {
    /// Normal: the layer covers what is below.
    Normal,
    /// Multiply: the product of both colours, which darkens.
    Multiply,
    /// Screen: the inverse of the product of the inverses, which lightens.
    Screen,
    /// Overlay: multiply where it is dark below, screen where it is light.
    Overlay,
    /// Darken: the darker of both colours in each channel.
    Darken,
    /// Lighten: the lighter of both colours in each channel.
    Lighten,
    /// Colour dodge: brightens the colours below.
    ColorDodge,
    /// Colour burn: darkens the colours below.
    ColorBurn,
    /// Add: the sum of both colours.
    Add,
    /// Hard light: overlay with the two layers exchanged.
    HardLight,
    /// Soft light: a softer variant of hard light.
    SoftLight,
    /// Difference: the distance between both colours.
    Difference,
    /// Hue of the layer, with saturation and brightness of what is below.
    Hue,
    /// Saturation of the layer, with hue and brightness of what is below.
    Saturation,
    /// Hue and saturation of the layer, with the brightness of what is below.
    Color,
    /// Brightness of the layer, with hue and saturation of what is below.
    Luminosity,
}

/// Each blend mode with its key in a PSD and its name in OpenRaster.
const NAMES: [(Blend, &[u8; 4], &str); 16] = [
    (Blend::Normal, b"norm", "svg:src-over"),
    (Blend::Multiply, b"mul ", "svg:multiply"),
    (Blend::Screen, b"scrn", "svg:screen"),
    (Blend::Overlay, b"over", "svg:overlay"),
    (Blend::Darken, b"dark", "svg:darken"),
    (Blend::Lighten, b"lite", "svg:lighten"),
    (Blend::ColorDodge, b"div ", "svg:color-dodge"),
    (Blend::ColorBurn, b"idiv", "svg:color-burn"),
    (Blend::Add, b"lddg", "svg:plus"),
    (Blend::HardLight, b"hLit", "svg:hard-light"),
    (Blend::SoftLight, b"sLit", "svg:soft-light"),
    (Blend::Difference, b"diff", "svg:difference"),
    (Blend::Hue, b"hue ", "svg:hue"),
    (Blend::Saturation, b"sat ", "svg:saturation"),
    (Blend::Color, b"colr", "svg:color"),
    (Blend::Luminosity, b"lum ", "svg:luminosity"),
];

impl Blend {
    pub(super) fn from_key(key: &[u8]) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, own, _)| &own[..] == key)
            .map(|it| it.0)
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(.., own)| *own == name).map(|it| it.0)
    }

    fn names(self) -> (&'static [u8; 4], &'static str) {
        let found = NAMES.iter().find(|(own, ..)| *own == self);
        found.map_or((b"norm", "svg:src-over"), |(_, key, name)| (key, name))
    }

    pub(super) fn key(self) -> &'static [u8; 4] {
        self.names().0
    }

    pub(super) fn name(self) -> &'static str {
        self.names().1
    }

    /// Blends the layer's colours over the colours below, 0…1, both of them opaque.
    pub(super) fn mixed(self, below: [f32; 3], above: [f32; 3]) -> [f32; 3] {
        let each = |mix: fn(f32, f32) -> f32| [0, 1, 2].map(|at| mix(below[at], above[at]));
        match self {
            Self::Normal => above,
            Self::Multiply => each(|below, above| below * above),
            Self::Screen => each(screen),
            Self::Overlay => each(|below, above| hard_light(above, below)),
            Self::Darken => each(f32::min),
            Self::Lighten => each(f32::max),
            Self::ColorDodge => each(|below, above| match below {
                0.0 => 0.0,
                _ if above >= 1.0 => 1.0,
                _ => (below / (1.0 - above)).min(1.0),
            }),
            Self::ColorBurn => each(|below, above| match above {
                _ if below >= 1.0 => 1.0,
                0.0 => 0.0,
                _ => 1.0 - ((1.0 - below) / above).min(1.0),
            }),
            Self::Add => each(|below, above| (below + above).min(1.0)),
            Self::HardLight => each(hard_light),
            Self::SoftLight => each(soft_light),
            Self::Difference => each(|below, above| (below - above).abs()),
            Self::Hue => {
                let coloured = with_saturation(above, saturation(below));
                with_brightness(coloured, brightness(below))
            }
            Self::Saturation => {
                let coloured = with_saturation(below, saturation(above));
                with_brightness(coloured, brightness(below))
            }
            Self::Color => with_brightness(above, brightness(below)),
            Self::Luminosity => with_brightness(below, brightness(above)),
        }
    }
}

fn screen(below: f32, above: f32) -> f32 {
    below + above - below * above
}

fn hard_light(below: f32, above: f32) -> f32 {
    if above <= 0.5 {
        below * 2.0 * above
    } else {
        screen(below, 2.0 * above - 1.0)
    }
}

fn soft_light(below: f32, above: f32) -> f32 {
    if above <= 0.5 {
        return below - (1.0 - 2.0 * above) * below * (1.0 - below);
    }
    let curve = if below <= 0.25 {
        ((16.0 * below - 12.0) * below + 4.0) * below
    } else {
        below.sqrt()
    };
    below + (2.0 * above - 1.0) * (curve - below)
}

fn brightness([red, green, blue]: [f32; 3]) -> f32 {
    0.3 * red + 0.59 * green + 0.11 * blue
}

fn ends(colour: [f32; 3]) -> (f32, f32) {
    let [red, green, blue] = colour;
    (red.min(green).min(blue), red.max(green).max(blue))
}

fn saturation(colour: [f32; 3]) -> f32 {
    let (least, most) = ends(colour);
    most - least
}

fn with_saturation(colour: [f32; 3], wanted: f32) -> [f32; 3] {
    let (least, most) = ends(colour);
    if most > least {
        colour.map(|value| (value - least) * wanted / (most - least))
    } else {
        [0.0; 3]
    }
}

fn with_brightness(colour: [f32; 3], wanted: f32) -> [f32; 3] {
    let change = wanted - brightness(colour);
    let colour = colour.map(|value| value + change);
    let (least, most) = ends(colour);
    let middle = brightness(colour);
    let colour = if least < 0.0 {
        colour.map(|value| middle + (value - middle) * middle / (middle - least))
    } else {
        colour
    };
    if most > 1.0 {
        colour.map(|value| middle + (value - middle) * (1.0 - middle) / (most - middle))
    } else {
        colour
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_mixes() {
        let mixed = |blend: Blend, below: f32, above: f32| {
            let [value, ..] = blend.mixed([below; 3], [above; 3]);
            (value * 1000.0).round()
        };
        assert_eq!(mixed(Blend::Multiply, 0.5, 0.4), 200.0);
        assert_eq!(mixed(Blend::Screen, 0.5, 0.4), 700.0);
        assert_eq!(mixed(Blend::Overlay, 0.25, 0.4), 200.0);
        assert_eq!(mixed(Blend::HardLight, 0.4, 0.25), 200.0);
        assert_eq!(mixed(Blend::ColorDodge, 0.25, 0.5), 500.0);
        assert_eq!(mixed(Blend::ColorBurn, 0.75, 0.5), 500.0);
        assert_eq!(mixed(Blend::Add, 0.75, 0.5), 1000.0);
        assert_eq!(mixed(Blend::SoftLight, 0.5, 0.25), 375.0);
        let hue = Blend::Color.mixed([0.5; 3], [1.0, 0.0, 0.0]);
        assert!((brightness(hue) - 0.5).abs() < 1e-6 && hue[0] > hue[1]);
        for (blend, key, name) in NAMES {
            assert_eq!(Blend::from_key(key), Some(blend));
            assert_eq!(Blend::from_name(name), Some(blend));
        }
    }
}
