//! What is no face and has edges all the same: shapes, signs, rows of windows.

use crate::canvas::Canvas;
use crate::dice::Dice;

/// A filled or hollow rectangle or ellipse.
#[derive(Clone, Copy)]
struct Shape {
    half: [f32; 2],
    angle: f32,
    round: bool,
    /// Width of the outline as a share of the half width; 1 fills it.
    outline: f32,
    colour: [f32; 3],
}

impl Shape {
    fn random(size: f32, dice: &mut Dice) -> Self {
        let straight = dice.chance(0.6);
        Self {
            half: [size, size * dice.size(0.06, 1.0)],
            angle: if straight {
                std::f32::consts::FRAC_PI_2 * dice.below(2) as f32
            } else {
                dice.between(0.0, std::f32::consts::PI)
            },
            round: dice.chance(0.35),
            outline: if dice.chance(0.6) {
                1.0
            } else {
                dice.between(0.1, 0.4)
            },
            colour: dice.colour(),
        }
    }

    fn draw(&self, canvas: &mut Canvas, at: [f32; 2]) {
        let reach = self.half[0].hypot(self.half[1]) + 1.0;
        let side = canvas.side as f32;
        let range = |middle: f32| {
            let end = (middle + reach).clamp(0.0, side) as usize;
            (middle - reach).clamp(0.0, side) as usize..end
        };
        let (sine, cosine) = self.angle.sin_cos();
        for row in range(at[1]) {
            for column in range(at[0]) {
                let (x, y) = (column as f32 + 0.5 - at[0], row as f32 + 0.5 - at[1]);
                let across = (x * cosine + y * sine) / self.half[0];
                let down = (y * cosine - x * sine) / self.half[1];
                let distance = if self.round {
                    across.hypot(down)
                } else {
                    across.abs().max(down.abs())
                };
                if distance <= 1.0 && distance >= 1.0 - self.outline {
                    let index = row * canvas.side + column;
                    canvas.values[index] = self.colour;
                    canvas.owners[index] = 0;
                }
            }
        }
    }
}

/// Draws some of it anywhere on the canvas.
pub fn clutter(canvas: &mut Canvas, dice: &mut Dice) {
    let side = canvas.side as f32;
    for _ in 0..=dice.below(10) {
        let at = [dice.between(0.0, side), dice.between(0.0, side)];
        let size = dice.size(1.5, 45.0);
        let shape = Shape::random(size, dice);
        match dice.below(4) {
            // A row or a grid of the same.
            0 => {
                let step = [dice.between(1.2, 4.0), dice.between(1.2, 4.0)].map(|it| it * size);
                let (rows, columns) = (dice.below(5) + 1, dice.below(5) + 1);
                for row in 0..rows {
                    for column in 0..columns {
                        let across = at[0] + step[0] * column as f32;
                        shape.draw(canvas, [across, at[1] + step[1] * row as f32]);
                    }
                }
            }
            // A sign with something on it.
            1 => {
                shape.draw(canvas, at);
                for _ in 0..=dice.below(5) {
                    let part = Shape::random(size * dice.between(0.08, 0.6), dice);
                    let offset = [0; 2].map(|_| dice.between(-0.6, 0.6) * size);
                    part.draw(canvas, [at[0] + offset[0], at[1] + offset[1]]);
                }
            }
            _ => shape.draw(canvas, at),
        }
    }
}
