//! Huffman code tables of a JPEG (ITU T.81, annex C).

use super::Fault;
use super::bits::Bits;

const QUICK: u32 = 9;

/// A table of codes of 1…16 bits and the symbols they stand for.
#[derive(Clone)]
pub(super) struct Table {
    /// Lookup by the next nine bits: length × 256 + symbol; zero if the code is longer.
    quick: Vec<u16>,
    /// For each length, the bound below which the next sixteen bits are if the code is no longer.
    limits: [u32; 17],
    /// For each length, the number to subtract from a code to get its symbol's index.
    offsets: [i32; 17],
    symbols: Vec<u8>,
}

impl Table {
    /// Makes a table from the numbers of codes of each length, and their symbols in order.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Result<Self, Fault> {
        let mut table = Self {
            quick: vec![0; 1 << QUICK],
            limits: [0; 17],
            offsets: [0; 17],
            symbols: symbols.to_vec(),
        };
        let (mut code, mut place) = (0u32, 0usize);
        for length in 1..=16u32 {
            let count = u32::from(counts[length as usize - 1]);
            table.offsets[length as usize] = code as i32 - place as i32;
            if code + count > 1 << length {
                return Err(Fault::damaged(
                    "a code table holds more codes than there are",
                ));
            }
            if length <= QUICK {
                for index in 0..count {
                    let spread = 1 << (QUICK - length);
                    let start = ((code + index) * spread) as usize;
                    let symbol = u16::from(symbols[place + index as usize]);
                    table.quick[start..start + spread as usize].fill((length as u16) << 8 | symbol);
                }
            }
            code += count;
            place += count as usize;
            table.limits[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Ok(table)
    }

    /// Reads the next symbol.
    pub(super) fn symbol(&self, bits: &mut Bits) -> Result<u8, Fault> {
        let next = bits.peek();
        let quick = self.quick[(next >> (16 - QUICK)) as usize];
        if quick != 0 {
            bits.skip(u32::from(quick >> 8))?;
            return Ok(quick as u8);
        }
        for length in QUICK as usize + 1..=16 {
            if next < self.limits[length] {
                bits.skip(length as u32)?;
                let code = (next >> (16 - length)) as i32;
                let symbol = self.symbols.get((code - self.offsets[length]) as usize);
                return symbol.copied().ok_or_else(bad_code);
            }
        }
        // Sixteen ones stand for nothing; where the data have ended, that is what is wrong.
        bits.skip(16)?;
        Err(bad_code())
    }
}

fn bad_code() -> Fault {
    Fault::damaged("its data hold a code that stands for nothing")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_count_up_within_a_length() {
        // 00, 01, 100, and one of sixteen bits: 1010 0000 0000 0000.
        let mut counts = [0; 16];
        (counts[1], counts[2], counts[15]) = (2, 1, 1);
        let table = Table::new(&counts, &[7, 8, 9, 10]).unwrap();
        let bytes = [0b0100_1001, 0b0100_0000, 0b0000_0000, 0b1111_1111];
        let mut bits = Bits::new(&bytes, 0);
        let symbols: Vec<_> = (0..4).map(|_| table.symbol(&mut bits).unwrap()).collect();
        assert_eq!(symbols, [8, 7, 9, 10]);
        counts[0] = 2;
        assert!(Table::new(&counts, &[0; 6]).is_err());
    }
}
