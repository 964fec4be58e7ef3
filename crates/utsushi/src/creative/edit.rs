//! A picture moved along directions.

use crate::{Monitor, PaintError, PaintOptions, PaintRequest, Painter, StyleCode};
use utsushi_imaging::Picture;

use crate::creative::{Direction, moved};

/// The way in which an edit is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EditMode {
    /// Adds to the picture what the directions change between two paintings of it, in its own style
    /// and in the moved one: what they do not touch stays bit for bit.
    #[default]
    Change,
    /// The picture is painted anew in the moved style.
    Redraw,
}

/// Moves the style of a picture along directions, each by its amount. Alpha is kept. If all
/// amounts are 0, [`EditMode::Change`] gives the picture back unchanged.
///
/// # Errors
/// As [`Painter::paint`], or directions of another model.
pub fn edit(
    painter: &Painter,
    picture: &Picture,
    directions: &[(Direction, f32)],
    mode: EditMode,
    options: &PaintOptions,
    monitor: &mut dyn Monitor,
) -> Result<Picture, PaintError> {
    let mut edited = edits(painter, picture, &[directions], mode, options, monitor)?;
    Ok(edited.pop().expect("one edit has one picture"))
}

/// Several edits of one picture, each as [`edit`] makes it. The picture in its own style, with which
/// they are compared, is painted once for all.
///
/// # Errors
/// As [`edit`].
pub fn edits(
    painter: &Painter,
    picture: &Picture,
    edits: &[&[(Direction, f32)]],
    mode: EditMode,
    options: &PaintOptions,
    monitor: &mut dyn Monitor,
) -> Result<Vec<Picture>, PaintError> {
    let own = painter.style_of(picture)?;
    let styles = edits.iter().map(|directions| moved(&own, directions));
    let styles = styles.collect::<Result<Vec<_>, _>>()?;
    // What is not moved needs no painting, unless it is to be painted anew.
    let painted = |style: &&StyleCode| mode == EditMode::Redraw || **style != own;
    let request = |style| PaintRequest::new(picture, style).with_options(*options);
    let mut requests: Vec<_> = styles.iter().filter(painted).map(request).collect();
    if mode == EditMode::Change && !requests.is_empty() {
        requests.push(request(&own));
    }
    let paintings = painter.paint(&requests, monitor).into_iter();
    let mut paintings = paintings.collect::<Result<Vec<_>, _>>()?;
    let before = match mode {
        EditMode::Change => paintings.pop(),
        EditMode::Redraw => None,
    };
    let mut paintings = paintings.into_iter();
    let edited = styles.iter().map(|style| {
        let painting = if painted(&style) {
            paintings.next()
        } else {
            None
        };
        match (painting, &before) {
            (Some(painting), Some(before)) => changed(picture, before, &painting),
            (Some(painting), None) => painting,
            (None, _) => picture.clone(),
        }
    });
    Ok(edited.collect())
}

/// A picture with what differs between two paintings of it.
fn changed(picture: &Picture, before: &Picture, after: &Picture) -> Picture {
    let mut edited = picture.clone();
    let pairs = before.rgb().iter().zip(after.rgb());
    for (byte, (&before, &after)) in edited.rgb_mut().iter_mut().zip(pairs) {
        let sum = i16::from(*byte) + i16::from(after) - i16::from(before);
        // Clamped to a byte.
        *byte = sum.clamp(0, 255) as u8;
    }
    edited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::{drawing, painter};
    use crate::creative::{find, learn};

    #[test]
    fn no_amount_changes_nothing_and_opposite_amounts_lead_opposite_ways() {
        let painter = painter();
        let dark = [Picture::filled(40, 40, [20, 10, 10])];
        let light = [Picture::filled(40, 40, [230, 240, 200])];
        let direction = learn(&painter, &dark, &light, String::new())
            .unwrap()
            .direction;
        let picture = drawing(48, 40);
        let options = PaintOptions::default();
        let of = |amount: f32, mode| {
            let directions = [(direction.clone(), amount)];
            edit(&painter, &picture, &directions, mode, &options, &mut ()).unwrap()
        };
        assert_eq!(of(0.0, EditMode::Change), picture);
        let redrawn = of(0.0, EditMode::Redraw);
        let own = painter.style_of(&picture).unwrap();
        let request = PaintRequest::new(&picture, own);
        assert_eq!(redrawn, painter.paint_one(&request, &mut ()).unwrap());
        // Between the ends, what one way adds the other takes away.
        let (up, down) = (of(0.2, EditMode::Change), of(-0.2, EditMode::Change));
        let triples = picture.rgb().iter().zip(up.rgb()).zip(down.rgb());
        let against: i64 = triples
            .map(|((&at, &up), &down)| {
                (i64::from(up) - i64::from(at)) * (i64::from(down) - i64::from(at))
            })
            .sum();
        assert!(against < 0, "{against}");
        let found = find(&painter, 1).unwrap().remove(0).direction;
        let both = [(direction.clone(), 0.5), (found, 1.0)];
        let both = edit(
            &painter,
            &picture,
            &both,
            EditMode::Change,
            &options,
            &mut (),
        );
        assert_ne!(both.unwrap(), of(0.5, EditMode::Change));

        // Several at once are what each is alone.
        let amounts = [-0.2, 0.0, 0.2].map(|amount| [(direction.clone(), amount)]);
        let amounts = amounts.each_ref().map(|directions| &directions[..]);
        for mode in [EditMode::Change, EditMode::Redraw] {
            let several = edits(&painter, &picture, &amounts, mode, &options, &mut ());
            let alone = [-0.2, 0.0, 0.2].map(|amount| of(amount, mode));
            assert_eq!(several.unwrap(), alone);
        }
    }
}
