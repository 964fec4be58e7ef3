//! Colours that a file stores multiplied by alpha.

use crate::Picture;

/// Divides each colour by its alpha; where alpha is zero, nothing is left to recover.
pub(super) fn undo(picture: &mut Picture) {
    let Some(alpha) = picture.alpha().cloned() else {
        return;
    };
    for (index, colour) in picture
        .rgb_mut()
        .as_chunks_mut::<3>()
        .0
        .iter_mut()
        .enumerate()
    {
        let share = u32::from(alpha.at(index));
        if share == 0 {
            continue;
        }
        for byte in colour {
            let whole = (u32::from(*byte) * 65535 + share / 2) / share;
            *byte = whole.min(255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alpha;

    #[test]
    fn colours_come_back() {
        let picture = Picture::new(3, 1, vec![60, 51, 0, 7, 7, 7, 90, 80, 70]).unwrap();
        let mut picture = picture.with_alpha(Alpha::Eight(vec![51, 0, 255])).unwrap();
        undo(&mut picture);
        assert_eq!(picture.rgb(), [255, 255, 0, 7, 7, 7, 90, 80, 70]);
    }
}
