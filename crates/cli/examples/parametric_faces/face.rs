//! What a face is made of.

/// Labels of a face that show in colour, shading and texture: what a style code reaches. Shape
/// follows from the seed alone and tells nothing of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    /// The age: grey hair, paler skin and wrinkles.
    pub age: Age,
    /// The role: the colours of clothes and headband, and how the cloth catches light.
    pub role: Role,
    /// The style of the drawing, which is one of the set.
    pub style: Style,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    Old,
    Young,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Knight,
    Mage,
    Villager,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain areas without outlines.
    Flat,
    /// Outlines and hatching.
    Ink,
}

impl Age {
    pub const ALL: [(Self, &str); 2] = [(Self::Old, "old"), (Self::Young, "young")];
}

impl Role {
    pub const ALL: [(Self, &str); 3] = [
        (Self::Knight, "knight"),
        (Self::Mage, "mage"),
        (Self::Villager, "villager"),
    ];
}

impl Style {
    pub const ALL: [(Self, &str); 2] = [(Self::Flat, "flat"), (Self::Ink, "ink")];
}

/// A colour, 0…1 a channel.
pub type Colour = [f32; 3];

/// Everything that is drawn; lengths are shares of the picture's side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    pub labels: Labels,
    pub centre: [f32; 2],
    pub head: [f32; 2],
    pub fringe: f32,
    pub fringe_slant: f32,
    pub hair_length: f32,
    pub eye_gap: f32,
    pub eye: [f32; 2],
    pub mouth: [f32; 2],
    pub hair: Colour,
    pub skin: Colour,
    pub iris: Colour,
    pub background: Colour,
    pub cloth: Colour,
    pub trim: Colour,
}

impl Face {
    /// The face of a seed with these labels. The same seed has the same shape, and the same
    /// colours but for what the labels change, whatever the labels.
    pub fn new(seed: u64, labels: Labels) -> Self {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed);
        let mut between = |low: f32, high: f32| low + (high - low) * random.next();
        let centre = [between(0.47, 0.53), between(0.49, 0.54)];
        let head = [between(0.22, 0.27), between(0.27, 0.32)];
        let (fringe, fringe_slant) = (between(0.02, 0.11), between(-0.35, 0.35));
        let hair_length = between(0.0, 0.32);
        let eye_gap = between(0.095, 0.125);
        let eye = [between(0.042, 0.058), between(0.04, 0.07)];
        let mouth = [between(0.05, 0.1), between(-0.03, 0.04)];
        let young = from_hue(between(-0.05, 0.12), between(0.45, 0.8), between(0.2, 0.55));
        let grey = from_hue(between(0.0, 1.0), between(0.0, 0.06), between(0.62, 0.86));
        let tone = between(0.0, 1.0);
        let warm = mixed([0.98, 0.82, 0.68], [0.72, 0.48, 0.33], tone);
        let iris = from_hue(between(0.0, 1.0), 0.5, 0.4);
        let background = from_hue(between(0.0, 1.0), between(0.15, 0.35), between(0.72, 0.9));
        let (hair, skin) = match labels.age {
            Age::Young => (young, warm),
            Age::Old => (grey, paled(warm)),
        };
        let (lighter, finer) = (between(-0.05, 0.05), between(-0.05, 0.05));
        // The roles differ in colour and hardly in brightness, which is what a picture shows and
        // no style code changes much.
        let (cloth, trim): (Colour, Colour) = match labels.role {
            Role::Knight => ([0.38, 0.45, 0.54], [0.72, 0.78, 0.86]),
            Role::Mage => ([0.55, 0.34, 0.72], [0.95, 0.76, 0.30]),
            Role::Villager => ([0.56, 0.42, 0.22], [0.62, 0.86, 0.66]),
        };
        Self {
            labels,
            centre,
            head,
            fringe,
            fringe_slant,
            hair_length,
            eye_gap,
            eye,
            mouth,
            hair,
            skin,
            iris,
            background,
            cloth: cloth.map(|value| (value + lighter).clamp(0.0, 1.0)),
            trim: trim.map(|value| (value + finer).clamp(0.0, 1.0)),
        }
    }
}

/// Skin with less blood in it.
fn paled(skin: Colour) -> Colour {
    let grey = skin.iter().sum::<f32>() / 3.0;
    skin.map(|value| (grey + (value - grey) * 0.45 + 0.05).clamp(0.0, 1.0))
}

/// Between two colours, the second at 1.
pub fn mixed(one: Colour, other: Colour, share: f32) -> Colour {
    [0, 1, 2].map(|index| one[index] + (other[index] - one[index]) * share)
}

/// A colour from hue (a turn is 1), saturation and lightness.
fn from_hue(hue: f32, saturation: f32, lightness: f32) -> Colour {
    let reach = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|offset: f32| {
        let place = (offset + hue.rem_euclid(1.0) * 12.0) % 12.0;
        lightness - reach * (place - 3.0).min(9.0 - place).clamp(-1.0, 1.0)
    })
}

/// SplitMix64 (Steele et al. 2014): a seed to numbers, the same on every machine.
struct Random(u64);

impl Random {
    /// From 0 (included) to 1 (excluded).
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((value ^ (value >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }
}
