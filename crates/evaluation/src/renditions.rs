//! Renditions: pictures in colour and in grey.

use serde::Serialize;

/// The rendition in which pictures are shown to the feature network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendition {
    /// The unchanged picture, in colour.
    Colour,
    /// The [`equalised`](crate::equalised) brightness, in grey, so that only line, shading and
    /// texture distinguish styles.
    Grey,
}

impl Rendition {
    /// Both renditions, in the order of reports.
    pub const ALL: [Self; 2] = [Self::Colour, Self::Grey];
}

/// A value for pictures in colour, and the same for them in grey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Renditions<T> {
    /// The value for pictures in colour.
    pub colour: T,
    /// The value for pictures in equalised brightness.
    pub grey: T,
}

impl<T> Renditions<T> {
    /// The value for one rendition.
    pub fn get(&self, rendition: Rendition) -> &T {
        match rendition {
            Rendition::Colour => &self.colour,
            Rendition::Grey => &self.grey,
        }
    }

    /// Both values in turn, for changing.
    pub fn each_mut(&mut self) -> [(Rendition, &mut T); 2] {
        [
            (Rendition::Colour, &mut self.colour),
            (Rendition::Grey, &mut self.grey),
        ]
    }
}
