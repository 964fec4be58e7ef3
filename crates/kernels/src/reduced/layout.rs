//! The memory layout of rounded pictures, in which every tap is a constant distance from its
//! output.
//!
//! Along each axis, outputs are numbered through all pictures (or rows) with the same pitch, and
//! the zeros after one are those before the next. So the number of an output times the stride is
//! the number of the first input that it sees, for all outputs in one long line; those between two
//! rows or pictures are computed and dropped. With a stride, inputs that are a stride apart count
//! as one, of which each tap takes its share.

use std::ops::Range;

/// One axis of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis {
    /// Number of input pixels of one picture along the axis.
    pub(super) inputs: usize,
    /// Number of output pixels of one picture along the axis.
    pub(super) outputs: usize,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    /// Number of zeros before the first input; negative where the first inputs are not seen.
    pub(super) lead: isize,
    /// Distance, in outputs, from the first output of a picture to the first of the next.
    pub(super) pitch: usize,
}

impl Axis {
    pub(super) fn new(
        inputs: usize,
        outputs: usize,
        kernel: usize,
        stride: usize,
        lead: isize,
    ) -> Self {
        let seen = ((outputs - 1) * stride + kernel) as isize;
        let zeros = lead.max(0);
        let end = (inputs as isize + lead).clamp(0, seen);
        let pitch = end.max(seen - zeros).max(0) as usize;
        Self {
            inputs,
            outputs,
            kernel,
            stride,
            lead,
            pitch: pitch.div_ceil(stride).max(outputs),
        }
    }

    /// Distance, in outputs, from the first tap to the last.
    pub(super) fn reach(&self) -> usize {
        (self.kernel - 1) / self.stride
    }

    /// The input pixel at a place counted from the first place that the first output sees; none
    /// where the layout has zeros.
    #[inline(always)]
    pub(super) fn input(&self, place: usize) -> Option<usize> {
        let input = place as isize - self.lead;
        ((input as usize) < self.inputs).then_some(input as usize)
    }

    /// The places within a pitch, in strides, at which a phase of the stride has an input and not a
    /// zero.
    pub(super) fn inputs_of_phase(&self, phase: usize) -> Range<usize> {
        let place = |input: usize| {
            let place = input as isize + self.lead - phase as isize;
            (place.max(0) as usize).div_ceil(self.stride)
        };
        place(0).min(self.pitch)..place(self.inputs).min(self.pitch)
    }

    /// The output pixel at a place within a pitch; none between two pictures.
    #[inline(always)]
    pub(super) fn output(&self, place: usize) -> Option<usize> {
        (place < self.outputs).then_some(place)
    }
}

/// The layout of a convolution's rounded pictures: both axes, and the number of pictures and
/// channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) batch: usize,
    pub(super) rows: Axis,
    pub(super) columns: Axis,
    /// Number of input channels.
    pub(super) channels: usize,
}

impl Layout {
    /// Number of lines of outputs of all pictures, including the unused lines between them.
    pub(super) fn lines(&self) -> usize {
        self.batch * self.rows.pitch
    }

    /// The picture and output row of a line; none for a line between two pictures.
    #[inline(always)]
    pub(super) fn output_row(&self, line: usize) -> Option<(usize, usize)> {
        let row = self.rows.output(line % self.rows.pitch)?;
        Some((line / self.rows.pitch, row))
    }

    /// The picture and input row of a line, for the row that is `phase` rows after the stride's
    /// first; none where the layout has zeros.
    #[inline(always)]
    pub(super) fn input_row(&self, line: usize, phase: usize) -> Option<(usize, usize)> {
        let picture = line / self.rows.pitch;
        let place = line % self.rows.pitch * self.rows.stride + phase;
        let row = self.rows.input(place)?;
        (picture < self.batch && place < self.rows.pitch * self.rows.stride)
            .then_some((picture, row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Follows every tap of every output by the definition of a convolution and by the layout's
    /// distances, and compares.
    fn check(axis: Axis) {
        for phase in 0..axis.stride {
            let shown = axis.inputs_of_phase(phase);
            for place in 0..axis.pitch {
                let input = axis.input(place * axis.stride + phase);
                assert_eq!(shown.contains(&place), input.is_some(), "{axis:?}, {place}");
            }
        }
        let pictures = 3;
        for picture in 0..pictures {
            for output in 0..axis.outputs {
                for tap in 0..axis.kernel {
                    let wanted = (output * axis.stride + tap) as isize - axis.lead;
                    let wanted = (wanted >= 0 && wanted < axis.inputs as isize)
                        .then_some((picture, wanted as usize));
                    let line = picture * axis.pitch + output + tap / axis.stride;
                    let place = line % axis.pitch * axis.stride + tap % axis.stride;
                    let found = axis.input(place).map(|input| (line / axis.pitch, input));
                    let found = found.filter(|(picture, _)| *picture < pictures);
                    assert_eq!(found, wanted, "{axis:?}, output {output}, tap {tap}");
                }
            }
        }
    }

    #[test]
    fn every_tap_is_where_its_distance_says() {
        for stride in 1..=3 {
            for kernel in 1..=5 {
                for lead in -1..=4_isize {
                    for after in 0..=3 {
                        for inputs in 1..=9_usize {
                            let room = inputs as isize + lead + after - kernel as isize;
                            if room >= 0 {
                                let outputs = room as usize / stride + 1;
                                check(Axis::new(inputs, outputs, kernel, stride, lead));
                            }
                        }
                    }
                }
            }
        }
        // Three columns of zeros are none to compute, and one is one.
        assert_eq!(Axis::new(8, 8, 3, 1, 1).pitch, 9);
        assert_eq!(Axis::new(8, 8, 1, 1, 0).pitch, 8);
        assert_eq!(Axis::new(8, 4, 4, 2, 1).pitch, 5);
    }
}
