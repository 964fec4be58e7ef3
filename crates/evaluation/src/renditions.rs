//! Pictures in colour and in grey.

use serde::Serialize;

/// The rendition in which pictures are shown to the feature network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rendition {
    /// As they are.
    Colour,
    /// As [`equalised`](crate::equalised) brightness, so that line, shading and texture are all that
    /// tells styles apart.
    Grey,
}

impl Rendition {
    /// Both, in the order of reports.
    pub const ALL: [Self; 2] = [Self::Colour, Self::Grey];
}

/// Something of pictures in colour, and the same of them in grey.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Renditions<T> {
    /// In colour.
    pub colour: T,
    /// On equalised brightness.
    pub grey: T,
}

impl<T> Renditions<T> {
    /// One of the two.
    pub fn get(&self, rendition: Rendition) -> &T {
        match rendition {
            Rendition::Colour => &self.colour,
            Rendition::Grey => &self.grey,
        }
    }

    /// Both in turn, to be changed.
    pub fn each_mut(&mut self) -> [(Rendition, &mut T); 2] {
        [
            (Rendition::Colour, &mut self.colour),
            (Rendition::Grey, &mut self.grey),
        ]
    }
}
