//! The scans of a JPEG, sequential or progressive (ITU T.81, annexes F and G), which hold
//! coefficients.

use super::Fault;
use super::bits::Bits;
use super::frame::{Component, Frame, Tables, ZIGZAG};
use super::huffman::Table;

/// The header of a scan.
pub(super) struct Scan {
    pub(super) members: Vec<Member>,
    /// First and last coefficient of the scan.
    pub(super) band: (usize, usize),
    /// The lowest bit that was sent before (0 if none was), and the lowest that this scan sends.
    pub(super) bits: (u8, u8),
}

/// A component that is part of a scan.
pub(super) struct Member {
    pub(super) component: usize,
    dc: usize,
    ac: usize,
}

/// State that one block of a scan passes to the next.
#[derive(Default)]
pub(super) struct State {
    predictions: [i32; 4],
    /// Number of following blocks for which nothing more is sent.
    ended: u32,
}

impl Scan {
    pub(super) fn new(segment: &[u8], frame: &Frame) -> Result<Self, Fault> {
        let bad = || Fault::damaged("a scan header contradicts the picture");
        let (&count, rest) = segment.split_first().ok_or_else(bad)?;
        let (parts, rest) = rest
            .split_at_checked(2 * usize::from(count))
            .ok_or_else(bad)?;
        let &[start, end, bits, ..] = rest else {
            return Err(bad());
        };
        let mut members: Vec<Member> = Vec::new();
        for &[name, tables] in parts.as_chunks::<2>().0 {
            let component = frame
                .components
                .iter()
                .enumerate()
                .position(|(index, component)| {
                    component.name == name && members.iter().all(|member| member.component != index)
                })
                .ok_or_else(bad)?;
            members.push(Member {
                component,
                dc: usize::from(tables >> 4 & 3),
                ac: usize::from(tables & 3),
            });
        }
        let scan = Self {
            members,
            band: (usize::from(start), usize::from(end)),
            bits: (bits >> 4, bits & 15),
        };
        let sound = !scan.members.is_empty()
            && (!frame.progressive
                || start <= end && end < 64 && bits & 15 < 14
                    // What is constant over a block is sent apart, and the rest by component.
                    && (start > 0 && scan.members.len() == 1 || end == 0)
                    && (bits >> 4 == 0 || bits >> 4 == (bits & 15) + 1));
        if sound { Ok(scan) } else { Err(bad()) }
    }

    /// Walks over the blocks of the scan in their order, and the restart markers, and calls `block`
    /// with the member, and the column and row among the blocks of its component.
    pub(super) fn walk(
        &self,
        frame: &Frame,
        interval: usize,
        bits: &mut Bits,
        mut block: impl FnMut(&mut Bits, &mut State, &Member, usize, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let part = |member: &Member| -> &Component { &frame.components[member.component] };
        let (columns, rows) = match &self.members[..] {
            [only] => part(only).own_blocks(),
            members => {
                let first = part(&members[0]);
                (
                    first.columns / first.factors.0,
                    first.rows / first.factors.1,
                )
            }
        };
        let mut state = State::default();
        let (mut done, mut number) = (0, 0);
        for row in 0..rows {
            for column in 0..columns {
                if interval > 0 && done == interval {
                    bits.restart(number)?;
                    (state, done, number) = (State::default(), 0, (number + 1) & 7);
                }
                done += 1;
                if let [only] = &self.members[..] {
                    block(bits, &mut state, only, column, row)?;
                    continue;
                }
                for member in &self.members {
                    let (across, down) = part(member).factors;
                    for place in 0..across * down {
                        let (left, top) = (place % across, place / across);
                        let (column, row) = (column * across + left, row * down + top);
                        block(bits, &mut state, member, column, row)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads all coefficients of a block of a sequential scan.
    pub(super) fn sequential(
        &self,
        bits: &mut Bits,
        state: &mut State,
        member: &Member,
        tables: &Tables,
        block: &mut [i16; 64],
    ) -> Result<(), Fault> {
        block[0] = next_dc(bits, state, member, tables)? as i16;
        let codes = table(&tables.ac[member.ac])?;
        let mut place = 1;
        while place < 64 {
            let symbol = codes.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if run < 15 {
                    break;
                }
                place += 16;
                continue;
            }
            place += run;
            let value = bits.take_signed(size)?;
            block[usize::from(*ZIGZAG.get(place).ok_or_else(overrun)?)] = value as i16;
            place += 1;
        }
        Ok(())
    }

    /// Adds the bits of a progressive scan to a block's coefficients.
    pub(super) fn progressive(
        &self,
        bits: &mut Bits,
        state: &mut State,
        member: &Member,
        tables: &Tables,
        block: &mut [i16; 64],
    ) -> Result<(), Fault> {
        let (before, low) = self.bits;
        match (self.band.0, before) {
            (0, 0) => {
                block[0] = (next_dc(bits, state, member, tables)? << low) as i16;
                Ok(())
            }
            (0, _) => {
                block[0] |= (bits.take(1)? << low) as i16;
                Ok(())
            }
            (_, 0) => self.first(bits, state, table(&tables.ac[member.ac])?, block),
            _ => self.refine(bits, state, table(&tables.ac[member.ac])?, block),
        }
    }

    fn first(
        &self,
        bits: &mut Bits,
        state: &mut State,
        codes: &Table,
        block: &mut [i16; 64],
    ) -> Result<(), Fault> {
        if state.ended > 0 {
            state.ended -= 1;
            return Ok(());
        }
        let (mut place, end) = self.band;
        while place <= end {
            let symbol = codes.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size > 0 {
                place += run;
                let value = bits.take_signed(size)? << self.bits.1;
                block[usize::from(*ZIGZAG.get(place).ok_or_else(overrun)?)] = value as i16;
                place += 1;
            } else if run == 15 {
                place += 16;
            } else {
                state.ended = (1 << run) - 1 + bits.take(run as u32)?;
                break;
            }
        }
        Ok(())
    }

    fn refine(
        &self,
        bits: &mut Bits,
        state: &mut State,
        codes: &Table,
        block: &mut [i16; 64],
    ) -> Result<(), Fault> {
        let unit = 1i16 << self.bits.1;
        let (mut place, end) = self.band;
        while place <= end && state.ended == 0 {
            let symbol = codes.symbol(bits)?;
            let (mut run, mut value) = (symbol >> 4, 0);
            if symbol & 15 != 0 {
                value = if bits.take(1)? == 1 { unit } else { -unit };
            } else if run < 15 {
                state.ended = (1 << run) + bits.take(u32::from(run))?;
                break;
            }
            // Over `run` coefficients that are zero so far; those that are not get one more bit.
            while place <= end {
                let coefficient = &mut block[usize::from(ZIGZAG[place])];
                place += 1;
                if *coefficient != 0 {
                    sharpen(bits, coefficient, unit)?;
                } else if run == 0 {
                    *coefficient = value;
                    break;
                } else {
                    run -= 1;
                }
            }
        }
        if state.ended > 0 {
            for &place in ZIGZAG.get(place..=end).unwrap_or_default() {
                let coefficient = &mut block[usize::from(place)];
                if *coefficient != 0 {
                    sharpen(bits, coefficient, unit)?;
                }
            }
            state.ended -= 1;
        }
        Ok(())
    }
}

/// Reads the next constant coefficient (DC), which is stored as the difference from the one before.
fn next_dc(
    bits: &mut Bits,
    state: &mut State,
    member: &Member,
    tables: &Tables,
) -> Result<i32, Fault> {
    let size = u32::from(table(&tables.dc[member.dc])?.symbol(bits)?);
    if size > 15 {
        return Err(Fault::damaged("a difference is too large"));
    }
    let prediction = &mut state.predictions[member.component];
    *prediction = prediction.wrapping_add(bits.take_signed(size)?);
    Ok(*prediction)
}

/// Reads one more bit of a coefficient.
fn sharpen(bits: &mut Bits, coefficient: &mut i16, unit: i16) -> Result<(), Fault> {
    if bits.take(1)? == 1 && *coefficient & unit == 0 {
        let step = if *coefficient > 0 { unit } else { -unit };
        *coefficient = coefficient.wrapping_add(step);
    }
    Ok(())
}

fn table(table: &Option<Table>) -> Result<&Table, Fault> {
    table
        .as_ref()
        .ok_or_else(|| Fault::damaged("a code table is missing"))
}

fn overrun() -> Fault {
    Fault::damaged("a block holds more than 64 coefficients")
}
