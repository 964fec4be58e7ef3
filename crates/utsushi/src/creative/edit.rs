//! Edits: a picture moved along directions.

use crate::pipeline::{self, Depth};
use crate::{Monitor, PaintError, PaintOptions, PaintRequest, Painter, StyleCode};
use utsushi_imaging::{AnyPicture, Picture};

use crate::creative::{Direction, moved};

/// The way in which an edit is applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EditMode {
    /// Adds to the picture the difference between two paintings of it, in its own style and in the
    /// moved one: pixels that the directions do not affect keep their bits.
    #[default]
    Change,
    /// Paints the picture anew in the moved style.
    Redraw,
}

/// Moves the style of a picture along directions, each by its amount. Alpha is kept. If all amounts
/// are 0, [`EditMode::Change`] returns the picture unchanged.
///
/// # Errors
/// As [`Painter::paint`], or a direction is of another model.
pub fn edit(
    painter: &Painter,
    picture: &Picture,
    directions: &[(Direction, f32)],
    mode: EditMode,
    options: &PaintOptions,
    monitor: &mut dyn Monitor,
) -> Result<Picture, PaintError> {
    one_edit(painter, picture, directions, (mode, options), monitor)
}

/// Edits a picture as [`edit`] does, in its own depth of 8 or 16 bits a channel.
///
/// # Errors
///
/// As [`edit`].
pub fn edit_any(
    painter: &Painter,
    picture: &AnyPicture,
    directions: &[(Direction, f32)],
    mode: EditMode,
    options: &PaintOptions,
    monitor: &mut dyn Monitor,
) -> Result<AnyPicture, PaintError> {
    let how = (mode, options);
    match picture {
        AnyPicture::Eight(picture) => {
            one_edit(painter, picture, directions, how, monitor).map(AnyPicture::from)
        }
        AnyPicture::Sixteen(picture) => {
            one_edit(painter, picture, directions, how, monitor).map(AnyPicture::from)
        }
    }
}

/// Makes several edits of one picture, each as [`edit`] does. The painting in the picture's own
/// style, with which they are compared, is made only once.
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
    all_edits(painter, picture, edits, (mode, options), monitor)
}

fn one_edit<P: Depth>(
    painter: &Painter,
    picture: &P,
    directions: &[(Direction, f32)],
    how: (EditMode, &PaintOptions),
    monitor: &mut dyn Monitor,
) -> Result<P, PaintError> {
    let mut edited = all_edits(painter, picture, &[directions], how, monitor)?;
    Ok(edited.pop().expect("one edit has one picture"))
}

fn all_edits<P: Depth>(
    painter: &Painter,
    picture: &P,
    edits: &[&[(Direction, f32)]],
    (mode, options): (EditMode, &PaintOptions),
    monitor: &mut dyn Monitor,
) -> Result<Vec<P>, PaintError> {
    let own = painter.style_of(&picture.eight())?;
    let styles = edits.iter().map(|directions| moved(&own, directions));
    let styles = styles.collect::<Result<Vec<_>, _>>()?;
    // What is not moved needs no painting, unless it is to be painted anew.
    let painted = |style: &&StyleCode| mode == EditMode::Redraw || **style != own;
    let request = |style| PaintRequest::new(picture, style).with_options(*options);
    let mut requests: Vec<_> = styles.iter().filter(painted).map(request).collect();
    if mode == EditMode::Change && !requests.is_empty() {
        requests.push(request(&own));
    }
    let paintings = pipeline::paint(painter, &requests, monitor).into_iter();
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

/// Adds the difference between two paintings to a picture.
fn changed<P: Depth>(picture: &P, before: &P, after: &P) -> P {
    let mut edited = picture.clone();
    let pairs = before.rgb().iter().zip(after.rgb());
    for (sample, (&before, &after)) in edited.rgb_mut().iter_mut().zip(pairs) {
        *sample = P::moved(*sample, after, before);
    }
    edited
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::{drawing, painter};
    use crate::creative::{find, learn};
    use utsushi_imaging::DeepPicture;

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

        // With 16 bits, what is added is no larger than with 8, and nothing is still nothing.
        let deep = DeepPicture::from(&picture);
        let of_deep = |amount: f32| {
            let (directions, mode) = ([(direction.clone(), amount)], EditMode::Change);
            let deep = AnyPicture::from(deep.clone());
            edit_any(&painter, &deep, &directions, mode, &options, &mut ()).unwrap()
        };
        assert_eq!(of_deep(0.0).into_sixteen(), deep);
        let moved = of_deep(0.2);
        assert!(moved.is_deep());
        let pairs = moved.into_eight();
        let mut pairs = pairs.rgb().iter().zip(up.rgb());
        assert!(pairs.all(|(deep, eight)| deep.abs_diff(*eight) <= 2));

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
