//! Decompression of fax codings (ITU T.4 and T.6), black and white: lengths of runs, or changes
//! from the row above.

use std::convert::Infallible;

use fax::maps::{Mode, black, mode, white};
use fax::{BitReader, Bits};

use super::Fault;
use super::layout::Layout;

/// The code that begins each row.
const END_OF_LINE: Bits = Bits { data: 1, len: 12 };

/// Decompresses rows of one bit per pixel, with black as 1 and each row starting on a byte.
pub(super) fn rows(stored: &[u8], layout: &Layout, rows: usize) -> Result<Vec<u8>, Fault> {
    let width = layout.chunk.0;
    if layout.bits != 1 || layout.chunk_samples() != 1 {
        return Err(Fault::damaged("only black and white can be packed as fax"));
    }
    let row_bytes = width.div_ceil(8);
    let mut bytes = super::zeros(row_bytes * rows)?;
    let mut reader = Reader {
        bytes: stored,
        bit: 0,
    };
    let mut above = Vec::new();
    for row in bytes.chunks_exact_mut(row_bytes) {
        let changes = match layout.compression {
            4 => against_above(&mut reader, width, &above)?,
            3 => {
                let marked = reader.end_of_line();
                if layout.fax_options & 1 == 0 || !marked || reader.take_bit() {
                    runs(&mut reader, width)?
                } else {
                    against_above(&mut reader, width, &above)?
                }
            }
            compression => {
                let changes = runs(&mut reader, width)?;
                reader.align(if compression == 2 { 8 } else { 16 });
                changes
            }
        };
        for run in changes.chunks(2) {
            let end = run.get(1).copied().unwrap_or(width);
            (run[0]..end).for_each(|place| row[place / 8] |= 0x80 >> (place % 8));
        }
        above = changes;
    }
    Ok(bytes)
}

/// Reads a row of run lengths, white first; returns the columns at which the colour changes.
fn runs(reader: &mut Reader, width: usize) -> Result<Vec<usize>, Fault> {
    let (mut changes, mut place, mut is_black) = (Vec::new(), 0, false);
    while place < width {
        place += reader.run(is_black)?;
        is_black = !is_black;
        changes.push(place.min(width));
    }
    if place > width {
        return Err(overrun());
    }
    Ok(changes)
}

/// Reads a row of differences from the one above; returns the columns at which the colour changes.
fn against_above(reader: &mut Reader, width: usize, above: &[usize]) -> Result<Vec<usize>, Fault> {
    let (mut changes, mut place, mut is_black) = (Vec::<usize>::new(), 0, false);
    let mut at_start = true;
    while place < width {
        // The first change above, right of here and to the other colour; then the one behind.
        let behind = above
            .iter()
            .enumerate()
            .position(|(index, &change)| {
                (index % 2 == 1) == is_black && (change > place || at_start && change == 0)
            })
            .unwrap_or(above.len());
        let change = |index: usize| above.get(index).copied().unwrap_or(width);
        match mode::decode(reader).ok_or_else(|| reader.fault())? {
            Mode::Pass => place = change(behind + 1),
            Mode::Horizontal => {
                for colour in [is_black, !is_black] {
                    place += reader.run(colour)?;
                    changes.push(place.min(width));
                }
            }
            Mode::Vertical(step) => {
                let next = change(behind) as isize + isize::from(step);
                if next < place as isize || next > width as isize {
                    return Err(overrun());
                }
                place = next as usize;
                changes.push(place);
                is_black = !is_black;
            }
            Mode::Extension => return Err(Fault::not_supported("fax with uncompressed parts")),
            Mode::EOF => return Err(Fault::CutShort),
        }
        at_start = false;
    }
    if place > width {
        return Err(overrun());
    }
    Ok(changes)
}

fn overrun() -> Fault {
    Fault::damaged("a row of fax is longer than the picture is wide")
}

/// A reader of bits from the highest down, with zeros after the end.
struct Reader<'a> {
    bytes: &'a [u8],
    bit: usize,
}

impl BitReader for Reader<'_> {
    type Error = Infallible;

    fn peek(&self, bits: u8) -> Option<u16> {
        let byte = |place: usize| u32::from(self.bytes.get(place).copied().unwrap_or(0));
        let start = self.bit / 8;
        let word = byte(start) << 16 | byte(start + 1) << 8 | byte(start + 2);
        let shift = 24 - u32::from(bits) - (self.bit % 8) as u32;
        let within = start < self.bytes.len();
        within.then(|| (word >> shift & ((1 << bits) - 1)) as u16)
    }

    fn consume(&mut self, bits: u8) -> Result<(), Infallible> {
        self.bit += usize::from(bits);
        Ok(())
    }

    fn bits_to_byte_boundary(&self) -> u8 {
        (self.bit.next_multiple_of(8) - self.bit) as u8
    }
}

impl Reader<'_> {
    /// Reads the length of a run: codes for multiples of 64, and one for the rest.
    fn run(&mut self, is_black: bool) -> Result<usize, Fault> {
        let mut length = 0;
        loop {
            let part = if is_black {
                black::decode(self)
            } else {
                white::decode(self)
            };
            let part = part.filter(|_| self.bit <= self.bytes.len() * 8);
            let part = usize::from(part.ok_or_else(|| self.fault())?);
            length += part;
            if part < 64 {
                return Ok(length);
            }
        }
    }

    /// Skips the code before a row, if there is one, and the zeros that pad it.
    fn end_of_line(&mut self) -> bool {
        while self.peek(12) == Some(0) {
            self.bit += 1;
        }
        let found = self.peek(12) == Some(END_OF_LINE.data);
        if found {
            self.bit += usize::from(END_OF_LINE.len);
        }
        found
    }

    fn take_bit(&mut self) -> bool {
        let bit = self.peek(1) == Some(1);
        self.bit += 1;
        bit
    }

    /// Skips to the next multiple of that many bits.
    fn align(&mut self, bits: usize) {
        self.bit = self.bit.next_multiple_of(bits);
    }

    fn fault(&self) -> Fault {
        if self.bit / 8 + 2 >= self.bytes.len() {
            Fault::CutShort
        } else {
            Fault::damaged("its fax data hold a code that stands for nothing")
        }
    }
}

#[cfg(test)]
mod tests {
    use fax::encoder::Encoder;
    use fax::{Color, VecWriter, slice_bits};

    use super::*;

    #[test]
    fn rows_against_the_one_above_are_those_that_were_packed() {
        let width = 37u16;
        let rows: Vec<Vec<u8>> = (0..9u32)
            .map(|row| {
                (0..5u32)
                    .map(|byte| (row * 37 + byte * 59).pow(3).to_le_bytes()[1])
                    .collect()
            })
            .collect();
        let mut encoder = Encoder::new(VecWriter::new());
        for row in &rows {
            let pixels = slice_bits(row).take(width.into());
            let pixels = pixels.map(|bit| if bit { Color::Black } else { Color::White });
            encoder.encode_line(pixels, width).unwrap();
        }
        let packed = encoder.finish().unwrap().finish();
        let mut reader = Reader {
            bytes: &packed,
            bit: 0,
        };
        let mut above = Vec::new();
        for row in &rows {
            above = against_above(&mut reader, 37, &above).unwrap();
            for place in 0..37 {
                let black = above.iter().filter(|&&change| change <= place).count() % 2 == 1;
                let given = row[place / 8] & 0x80 >> (place % 8) != 0;
                assert_eq!(black, given, "{place}");
            }
        }
    }

    #[test]
    fn runs_are_read_with_marks_between_rows() {
        // A mark; white 4 (1011), black 3 (10), white 1 (000111); fill and a mark; white 8 (10011).
        let bits = "000000000001".to_owned()
            + "1011"
            + "10"
            + "000111"
            + "0000"
            + "000000000001"
            + "10011";
        let bytes: Vec<u8> = bits
            .as_bytes()
            .chunks(8)
            .map(|bits| {
                (0..8).fold(0, |byte, place| {
                    byte << 1 | u8::from(bits.get(place) == Some(&b'1'))
                })
            })
            .collect();
        let mut reader = Reader {
            bytes: &bytes,
            bit: 0,
        };
        assert!(reader.end_of_line());
        assert_eq!(runs(&mut reader, 8), Ok(vec![4, 7, 8]));
        assert!(reader.end_of_line());
        assert_eq!(runs(&mut reader, 8), Ok(vec![8]));
        assert!(runs(&mut reader, 8).is_err());
    }
}
