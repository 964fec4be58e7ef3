//! The bits of a scan, with stuffed zero bytes removed, up to a marker.

use super::Fault;
use crate::decode::ends_in_zeros;

/// A reader of bits that ends at the first marker and invents no bits after it.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
    /// Bits that were read ahead but not consumed, from the highest down; zeros below.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8], position: usize) -> Self {
        Self {
            bytes,
            position,
            held: 0,
            count: 0,
        }
    }

    /// Position at which the bytes continue: at a marker, or at data that no scan asked for.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match self.bytes.get(self.position) {
                Some(0xff) if self.bytes.get(self.position + 1) == Some(&0) => {
                    self.position += 2;
                    0xff
                }
                Some(&byte) if byte != 0xff => {
                    self.position += 1;
                    byte
                }
                _ => return,
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    /// Looks at the next sixteen bits, without consuming them; missing ones are zero.
    pub(super) fn peek(&mut self) -> u32 {
        if self.count < 16 {
            self.fill();
        }
        (self.held >> 48) as u32
    }

    /// Consumes bits that were looked at.
    pub(super) fn skip(&mut self, count: u32) -> Result<(), Fault> {
        if count > self.count {
            return Err(self.ended());
        }
        self.held <<= count;
        self.count -= count;
        Ok(())
    }

    /// Reads up to sixteen bits as a number.
    pub(super) fn take(&mut self, count: u32) -> Result<u32, Fault> {
        let value = self.peek() >> (16 - count);
        self.skip(count)?;
        Ok(value)
    }

    /// Reads a number whose first bit tells its sign (ITU T.81, F.2.2.1).
    pub(super) fn take_signed(&mut self, count: u32) -> Result<i32, Fault> {
        if count == 0 {
            return Ok(0);
        }
        let value = self.take(count)? as i32;
        Ok(match value >> (count - 1) {
            0 => value - (1 << count) + 1,
            _ => value,
        })
    }

    /// Skips the restart marker with this number.
    pub(super) fn restart(&mut self, number: u8) -> Result<(), Fault> {
        if self.count >= 16 {
            return Err(Fault::damaged("its data hold more than the picture"));
        }
        (self.held, self.count) = (0, 0);
        while self.bytes.get(self.position..self.position + 2) == Some(&[0xff, 0xff]) {
            self.position += 1;
        }
        match self.bytes.get(self.position..self.position + 2) {
            Some(&[0xff, mark]) if mark == 0xd0 | number => {
                self.position += 2;
                Ok(())
            }
            Some(_) => Err(Fault::damaged("a restart mark is missing")),
            None => Err(Fault::CutShort),
        }
    }

    /// Checks that the scan asked for all data up to its next marker. Many bytes left over are a
    /// sign that codes were misread; a few are padding.
    pub(super) fn check_end(&self) -> Result<(), Fault> {
        const FILLING: usize = 64;
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let end = rest
            .windows(2)
            .position(|pair| pair[0] == 0xff && pair[1] != 0);
        if end.is_none() && ends_in_zeros(&self.bytes[..self.position]) {
            // No mark follows: these were no data, but the room that was kept for them.
            return Err(Fault::CutShort);
        }
        let Some(end) =
            end.filter(|&end| matches!(rest[end + 1], 0xc4 | 0xd0..=0xd7 | 0xd9 | 0xda))
        else {
            return Ok(());
        };
        let left = rest[..end].iter().filter(|byte| !matches!(byte, 0 | 0xff));
        if left.count() > FILLING {
            return Err(Fault::damaged("its data hold more than the picture"));
        }
        Ok(())
    }

    fn ended(&self) -> Fault {
        if self.position + 1 >= self.bytes.len() {
            Fault::CutShort
        } else {
            Fault::damaged("its data end before the picture does")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_end_at_a_mark() {
        let bytes = [0b1010_0000, 0xff, 0, 0xff, 0xd9, 0];
        let mut bits = Bits::new(&bytes, 0);
        assert_eq!(bits.take(3), Ok(0b101));
        assert_eq!(bits.take(13), Ok(0b0_0000_1111_1111));
        assert_eq!(bits.position(), 3);
        assert!(matches!(bits.take(1), Err(Fault::Damaged(_))));
        assert_eq!(Bits::new(&bytes[..2], 1).take(1), Err(Fault::CutShort));
        assert!(bits.restart(0).is_err());
        assert_eq!(Bits::new(&[0xff, 0xff, 0xd3], 0).restart(3), Ok(()));
    }

    #[test]
    fn numbers_have_signs() {
        let mut bits = Bits::new(&[0b0111_0000], 0);
        assert_eq!(bits.take_signed(2), Ok(-2));
        assert_eq!(bits.take_signed(2), Ok(3));
        assert_eq!(bits.take_signed(0), Ok(0));
    }
}
