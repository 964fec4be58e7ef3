//! The frame of a JPEG: its size, components and tables.

use super::Fault;
use super::huffman::Table;

/// Positions, row by row, of coefficients in the zigzag order in which they are stored.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// The frame header: size and components of the picture.
#[derive(Clone)]
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) progressive: bool,
    pub(super) components: Vec<Component>,
    /// Largest sampling factors of all components, across and down.
    pub(super) largest: (usize, usize),
}

#[derive(Clone)]
pub(super) struct Component {
    pub(super) name: u8,
    /// Sampling factors, across and down.
    pub(super) factors: (usize, usize),
    pub(super) table: usize,
    /// Width in samples, without padding.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Number of columns of stored blocks, padded to whole units of all components.
    pub(super) columns: usize,
    pub(super) rows: usize,
}

impl Component {
    /// Number of blocks, across and down, that are not padding only.
    pub(super) fn own_blocks(&self) -> (usize, usize) {
        (self.width.div_ceil(8), self.height.div_ceil(8))
    }
}

impl Frame {
    /// Reads a frame from its segment and the code of its marker.
    pub(super) fn new(mark: u8, segment: &[u8]) -> Result<Self, Fault> {
        let kind = match mark {
            0xc0..=0xc2 => None,
            0xc3 => Some("lossless JPEG"),
            0xc9 | 0xca => Some("arithmetic coding"),
            0xcb => Some("lossless JPEG with arithmetic coding"),
            _ => Some("hierarchical JPEG"),
        };
        if let Some(kind) = kind {
            return Err(Fault::not_supported(kind));
        }
        let &[bits, high, low, wide, narrow, count, ref rest @ ..] = segment else {
            return Err(Fault::damaged("its frame header is too short"));
        };
        if bits != 8 {
            return Err(Fault::not_supported(format!("{bits} bits a sample")));
        }
        let height = usize::from(u16::from_be_bytes([high, low]));
        let width = usize::from(u16::from_be_bytes([wide, narrow]));
        if height == 0 {
            return Err(Fault::not_supported(
                "a height that is told behind the pixels",
            ));
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Fault::not_supported(format!("{count} components")));
        }
        let parts = rest.as_chunks::<3>().0.get(..usize::from(count));
        let parts = parts.ok_or_else(|| Fault::damaged("its frame header is too short"))?;
        let factors = |part: &[u8; 3]| (usize::from(part[1] >> 4), usize::from(part[1] & 15));
        let most = |pick: fn((usize, usize)) -> usize| {
            parts
                .iter()
                .map(|part| pick(factors(part)))
                .max()
                .unwrap_or(1)
        };
        let largest = (most(|factors| factors.0), most(|factors| factors.1));
        let units = (
            width.div_ceil(8 * largest.0.max(1)),
            height.div_ceil(8 * largest.1.max(1)),
        );
        let mut components = Vec::new();
        for part in parts {
            let (across, down) = factors(part);
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) || part[2] > 3 {
                return Err(Fault::damaged("a component has impossible factors"));
            }
            components.push(Component {
                name: part[0],
                factors: (across, down),
                table: usize::from(part[2]),
                width: (width * across).div_ceil(largest.0),
                height: (height * down).div_ceil(largest.1),
                columns: units.0 * across,
                rows: units.1 * down,
            });
        }
        Ok(Self {
            width,
            height,
            progressive: mark == 0xc2,
            components,
            largest,
        })
    }
}

/// The quantisation and code tables in effect.
#[derive(Clone, Default)]
pub(super) struct Tables {
    /// Quantisation tables, each row by row.
    pub(super) quantisation: [Option<[u16; 64]>; 4],
    pub(super) dc: [Option<Table>; 4],
    pub(super) ac: [Option<Table>; 4],
    pub(super) restart_interval: usize,
}

impl Tables {
    /// Reads a segment of quantisation tables.
    pub(super) fn read_quantisation(&mut self, mut segment: &[u8]) -> Result<(), Fault> {
        let short = || Fault::damaged("a quantisation table is too short");
        while let Some((&kind, rest)) = segment.split_first() {
            let wide = kind >> 4 != 0;
            let length = if wide { 128 } else { 64 };
            let values = rest.get(..length).ok_or_else(short)?;
            let slot = self.quantisation.get_mut(usize::from(kind & 15));
            let mut table = [0; 64];
            for (index, &place) in ZIGZAG.iter().enumerate() {
                table[usize::from(place)] = if wide {
                    u16::from_be_bytes([values[2 * index], values[2 * index + 1]])
                } else {
                    u16::from(values[index])
                };
            }
            *slot.ok_or_else(|| Fault::damaged("a quantisation table has no place"))? = Some(table);
            segment = &rest[length..];
        }
        Ok(())
    }

    /// Reads a segment of code tables.
    pub(super) fn read_codes(&mut self, mut segment: &[u8]) -> Result<(), Fault> {
        let short = || Fault::damaged("a code table is too short");
        while let Some((&kind, rest)) = segment.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or_else(short)?;
            let length = counts.iter().map(|&count| usize::from(count)).sum();
            let symbols = rest.get(..length).ok_or_else(short)?;
            let tables = match kind >> 4 {
                0 => &mut self.dc,
                _ => &mut self.ac,
            };
            let slot = tables.get_mut(usize::from(kind & 15));
            let slot = slot.ok_or_else(|| Fault::damaged("a code table has no place"))?;
            *slot = Some(Table::new(counts, symbols)?);
            segment = &rest[length..];
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_components_follow_from_their_factors() {
        let segment = [8, 0, 17, 0, 33, 3, 1, 0x21, 0, 2, 0x11, 1, 3, 0x11, 1];
        let frame = Frame::new(0xc0, &segment).unwrap();
        assert_eq!((frame.width, frame.height, frame.largest), (33, 17, (2, 1)));
        let sizes: Vec<_> = frame
            .components
            .iter()
            .map(|part| (part.width, part.height, part.columns, part.rows))
            .collect();
        assert_eq!(sizes, [(33, 17, 6, 3), (17, 17, 3, 3), (17, 17, 3, 3)]);
        assert_eq!(frame.components[1].own_blocks(), (3, 3));
    }

    #[test]
    fn kinds_that_are_not_read_are_named() {
        let refused = |mark, segment: &[u8]| match Frame::new(mark, segment) {
            Err(Fault::NotSupported(detail)) => detail,
            _ => String::new(),
        };
        assert_eq!(refused(0xc9, &[]), "arithmetic coding");
        assert_eq!(refused(0xc3, &[]), "lossless JPEG");
        assert_eq!(refused(0xc5, &[]), "hierarchical JPEG");
        assert_eq!(refused(0xc1, &[12, 0, 1, 0, 1, 1]), "12 bits a sample");
        assert_eq!(refused(0xc0, &[8, 0, 1, 0, 1, 2]), "2 components");
    }
}
