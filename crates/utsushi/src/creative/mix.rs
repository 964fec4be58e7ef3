//! Mixes: grids of styles between two or three.

use crate::{BlendPath, Painter, StyleCode, StyleError};
use utsushi_model::ModelConfig;

use crate::creative::{Cell, Grid};

/// A style with its name on the sheet.
type Named = (String, StyleCode);

/// A grid of one row from one style to another in `steps` (at least 2) even steps; its ends are the
/// pure styles.
///
/// # Errors
/// The codes are of different models.
pub fn line(
    painter: &Painter,
    ends: [&Named; 2],
    steps: usize,
    path: BlendPath,
) -> Result<Grid, StyleError> {
    let last = steps.max(2) - 1;
    let row = (0..=last).map(|step| mixed(painter, &ends, &[last - step, step], path));
    Ok(Grid {
        rows: vec![row.collect::<Result<_, _>>()?],
    })
}

/// A grid in the shape of a triangle of `steps` (at least 2) cells a side between three styles: the
/// first at the top, the second at the bottom left, the third at the bottom right.
///
/// # Errors
/// The codes are of different models.
pub fn triangle(
    painter: &Painter,
    corners: [&Named; 3],
    steps: usize,
    path: BlendPath,
) -> Result<Grid, StyleError> {
    let last = steps.max(2) - 1;
    let row = |down: usize| {
        let cell = |right| mixed(painter, &corners, &[last - down, down - right, right], path);
        (0..=down).map(cell).collect::<Result<Vec<_>, _>>()
    };
    Ok(Grid {
        rows: (0..=last).map(row).collect::<Result<_, _>>()?,
    })
}

/// A grid of the coarse stages of one style with the fine ones of another, from none to all, which
/// shows what each stage of the decoder does.
///
/// # Errors
/// The codes are of different models.
pub fn stages(shape: &Named, colour: &Named) -> Result<Grid, StyleError> {
    let cell = |split: usize| {
        Ok(Cell {
            style: StyleCode::staged(&shape.1, &colour.1, split)?,
            caption: match split {
                0 => colour.0.clone(),
                ModelConfig::STAGES => shape.0.clone(),
                _ => format!("{split} of {} from {}", ModelConfig::STAGES, shape.0),
            },
        })
    };
    Ok(Grid {
        rows: vec![
            (0..=ModelConfig::STAGES)
                .map(cell)
                .collect::<Result<_, _>>()?,
        ],
    })
}

/// A grid of each style in `shapes`, one a row, with each style in `colours`, one a column: the
/// first `split` stages are those of the row's style.
///
/// # Errors
/// The codes are of different models.
pub fn table(shapes: &[Named], colours: &[Named], split: usize) -> Result<Grid, StyleError> {
    let cell = |shape: &Named, colour: &Named| {
        Ok(Cell {
            style: StyleCode::staged(&shape.1, &colour.1, split)?,
            caption: format!("{} + {}", shape.0, colour.0),
        })
    };
    let row = |shape| colours.iter().map(|colour| cell(shape, colour)).collect();
    Ok(Grid {
        rows: shapes.iter().map(row).collect::<Result<_, _>>()?,
    })
}

/// A grid of styles side by side, in rows that make the sheet about as wide as high.
pub fn samples(styles: Vec<Named>) -> Grid {
    let columns = (1..)
        .find(|columns| columns * columns >= styles.len())
        .unwrap_or(1);
    let cells: Vec<Cell> = styles
        .into_iter()
        .map(|(caption, style)| Cell { style, caption })
        .collect();
    Grid {
        rows: cells.chunks(columns).map(<[Cell]>::to_vec).collect(),
    }
}

fn mixed(
    painter: &Painter,
    parts: &[&Named],
    weights: &[usize],
    path: BlendPath,
) -> Result<Cell, StyleError> {
    let codes: Vec<_> = parts
        .iter()
        .zip(weights)
        .map(|(part, &weight)| (part.1.clone(), weight as f32))
        .collect();
    let sum: usize = weights.iter().sum();
    let shares: Vec<String> = parts
        .iter()
        .zip(weights)
        .filter(|(_, weight)| **weight > 0)
        .map(|(part, &weight)| {
            if weight == sum {
                part.0.clone()
            } else {
                format!("{} {:.0}%", part.0, weight as f64 / sum as f64 * 100.0)
            }
        })
        .collect();
    Ok(Cell {
        style: painter.blend(&codes, path)?,
        caption: shares.join("  "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::testing::painter;

    fn named(painter: &Painter) -> [Named; 3] {
        let seeds = [1, 2, 3];
        seeds.map(|seed| {
            let code = painter.sampled_style(Some("oil"), seed).unwrap();
            (format!("s{seed}"), code)
        })
    }

    #[test]
    fn ends_and_corners_are_the_pure_styles_and_halves_lie_between() {
        let painter = painter();
        let [a, b, c] = named(&painter);
        for path in [BlendPath::Line, BlendPath::Sphere] {
            let row = line(&painter, [&a, &b], 5, path).unwrap().rows.remove(0);
            assert_eq!(row.len(), 5);
            assert_eq!((&row[0].style, &row[4].style), (&a.1, &b.1));
            assert_eq!(
                (row[0].caption.as_str(), row[1].caption.as_str()),
                ("s1", "s1 75%  s2 25%")
            );
            let apart = |left: &StyleCode, right: &StyleCode| {
                let pairs = left.values().iter().zip(right.values());
                pairs.map(|(l, r)| (l - r).powi(2)).sum::<f32>()
            };
            let whole = apart(&a.1, &b.1);
            for end in [&a.1, &b.1] {
                let half = apart(&row[2].style, end);
                assert!(
                    half > 0.05 * whole && half < 0.9 * whole,
                    "{path:?} {half} {whole}"
                );
            }
            let grid = triangle(&painter, [&a, &b, &c], 4, path).unwrap();
            let lengths: Vec<_> = grid.rows.iter().map(Vec::len).collect();
            assert_eq!(lengths, [1, 2, 3, 4]);
            assert_eq!(grid.rows[0][0].style, a.1);
            assert_eq!(grid.rows[3][0].style, b.1);
            assert_eq!(grid.rows[3][3].style, c.1);
        }
        let row = &line(&painter, [&a, &b], 3, BlendPath::Line).unwrap().rows[0];
        let middle = (a.1.values()[5] + b.1.values()[5]) / 2.0;
        assert!((row[1].style.values()[5] - middle).abs() < 1e-6);
    }

    #[test]
    fn stages_go_from_all_of_one_to_all_of_the_other() {
        let [a, b, c] = named(&painter());
        let row = stages(&a, &b).unwrap().rows.remove(0);
        assert_eq!(row.len(), ModelConfig::STAGES + 1);
        assert_eq!((&row[0].style, &row[4].style), (&b.1, &a.1));
        let grid = table(&[a.clone(), b.clone()], &[a.clone(), b, c], 2).unwrap();
        assert_eq!((grid.rows.len(), grid.len()), (2, 6));
        assert_eq!(grid.rows[0][0].style, a.1);
        assert_eq!(
            samples(vec![a; 7])
                .rows
                .iter()
                .map(Vec::len)
                .collect::<Vec<_>>(),
            [3, 3, 1]
        );
    }
}
