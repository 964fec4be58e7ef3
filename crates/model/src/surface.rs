//! Surfaces: what a style's paintings are like at the scale of single pixels, and the colour of
//! their skin.

/// The surface of a style's paintings: what the networks paint badly or not at all, because they
/// see pictures of one size and compute each pixel from its surroundings. The pipeline adds it
/// before and after them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Surface {
    /// Smoothness of areas, from 0 (brushwork, paper, ink hatching) to 1 (no texture). To this
    /// degree texture is removed from the content, which would otherwise be painted as scratches.
    pub smoothness: f32,
    /// Number of squares along the shorter side if the style is pixel art.
    pub grid: Option<u32>,
    /// Whether areas are of one colour each, with few colours in all.
    pub flat: bool,
    /// Whether greys are printed as dots of ink.
    pub screen: bool,
    /// The colour of skin, RGB, −1 to 1; none where paintings of the style hardly show faces. The
    /// networks know nothing of faces and give skin whichever colour of the style fits its
    /// brightness.
    pub skin: Option<[f32; 3]>,
}

impl Surface {
    /// The surface as the numbers that a [`SurfaceRegression`] predicts.
    pub fn numbers(&self) -> [f32; SurfaceRegression::TARGETS] {
        let whether = |is| if is { 1.0 } else { 0.0 };
        let squares = self.grid.unwrap_or(0) as f32 / SurfaceRegression::SQUARES;
        let grid = whether(self.grid.is_some());
        let [flat, screen] = [self.flat, self.screen].map(whether);
        let [red, green, blue] = self.skin.unwrap_or_default();
        let skin = whether(self.skin.is_some());
        [
            self.smoothness,
            grid,
            squares,
            flat,
            screen,
            skin,
            red,
            green,
            blue,
        ]
    }
}

/// A prediction of surfaces from style codes: one linear regression for each number of a surface,
/// fitted to codes and surfaces of paintings when a model is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct SurfaceRegression {
    /// Weights, `[numbers of a surface, 1 + code_length]`: a row has the constant of its number,
    /// then a weight for each number of a style code.
    weights: Vec<f32>,
    code_length: usize,
}

impl SurfaceRegression {
    /// Count of the numbers that describe a surface: smoothness, whether there is a grid, its
    /// squares along the shorter side over [`Self::SQUARES`], whether areas are flat, whether there
    /// are screens, whether there is skin, and its red, green and blue.
    pub const TARGETS: usize = 9;

    /// Count of the first targets, the only ones of older models, which know nothing of skin.
    const WITHOUT_SKIN: usize = 5;

    /// Number of squares of a grid that the regression's target expresses as 1.
    pub const SQUARES: f32 = 64.0;

    /// Smallest and largest number of squares of a grid.
    const LIMITS: [f32; 2] = [16.0, 128.0];

    /// Threshold for the yes-or-no targets of the regression. Below a half, since the regression
    /// draws rare things towards 0: on held-out paintings pixel art has 0.78 ± 0.27 and others 0.02
    /// ± 0.14 at most.
    const YES: f32 = 0.4;

    /// A regression from its weights, `[TARGETS, 1 + code_length]` in row order, or the first five
    /// rows of that, as in older models; `None` if the number of weights fits neither, or one is
    /// not finite.
    pub fn new(weights: Vec<f32>, code_length: usize) -> Option<Self> {
        let has = |rows: usize| weights.len() == rows * (1 + code_length);
        let is_whole = code_length > 0 && (has(Self::TARGETS) || has(Self::WITHOUT_SKIN));
        let is_finite = weights.iter().all(|weight| weight.is_finite());
        (is_whole && is_finite).then_some(Self {
            weights,
            code_length,
        })
    }

    /// The regression's weights, `[rows, 1 + code_length]` in row order.
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// Length of the style codes that the regression reads.
    pub fn code_length(&self) -> usize {
        self.code_length
    }

    /// Predicts the surface of the style of a code of [`Self::code_length`] numbers.
    pub fn tell(&self, code: &[f32]) -> Surface {
        let mut told = [0.0; Self::TARGETS];
        let rows = self.weights.chunks_exact(self.code_length() + 1);
        for (told, row) in told.iter_mut().zip(rows) {
            let products = row[1..].iter().zip(code);
            *told = row[0] + products.map(|(weight, value)| weight * value).sum::<f32>();
        }
        let [
            smoothness,
            is_grid,
            squares,
            is_flat,
            is_screen,
            is_skin,
            skin @ ..,
        ] = told;
        let [fewest, most] = Self::LIMITS;
        // Both are drawn towards 0 alike, where there is no grid.
        let squares = || (squares / is_grid * Self::SQUARES).clamp(fewest, most);
        Surface {
            smoothness: smoothness.clamp(0.0, 1.0),
            grid: (is_grid > Self::YES).then(|| squares().round() as u32),
            flat: is_flat > Self::YES,
            screen: is_screen > Self::YES,
            skin: (is_skin > Self::YES)
                .then(|| skin.map(|value| (value / is_skin).clamp(-1.0, 1.0))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surface_is_told_by_a_sum_for_each_number() {
        let rows = [
            [0.25, 0.5, 0.0],
            [0.0, 0.0, 1.0],
            [0.5, 0.125, 0.0],
            [1.0, 0.0, -1.0],
            [0.0, 0.25, 0.0],
            [0.0, 0.0, 0.5],
            [0.0, 0.0, 0.25],
            [0.0, -1.0, 0.0],
            [0.0, 0.0, 0.125],
        ];
        let regression = SurfaceRegression::new(rows.concat(), 2).unwrap();
        assert_eq!(regression.code_length(), 2);
        let pixels = Surface {
            smoothness: 0.75,
            grid: Some(53),
            flat: false,
            screen: false,
            skin: None,
        };
        assert_eq!(regression.tell(&[1.0, 0.75]), pixels);
        // As the first five rows alone, which older models have.
        let older = SurfaceRegression::new(rows[..5].concat(), 2).unwrap();
        assert_eq!(older.tell(&[1.0, 0.75]), pixels);
        let skin = |code: [f32; 2]| regression.tell(&code).skin;
        assert_eq!(skin([0.25, 2.0]), Some([0.5, -0.25, 0.25]));
        assert_eq!(skin([4.0, 2.0]), Some([0.5, -1.0, 0.25]));
        assert_eq!(older.tell(&[0.25, 2.0]).skin, None);
        let flat = Surface {
            smoothness: 1.0,
            grid: None,
            flat: true,
            screen: true,
            skin: None,
        };
        assert_eq!(regression.tell(&[4.0, 0.25]), flat);
        let fewest = regression.tell(&[-9.0, 1.0]);
        assert_eq!((fewest.smoothness, fewest.grid), (0.0, Some(16)));
    }

    #[test]
    fn what_is_no_regression_is_refused() {
        let new = |count: usize, code_length| SurfaceRegression::new(vec![0.0; count], code_length);
        assert_eq!(new(9, 0), None);
        assert_eq!(new(11, 1), None);
        assert_eq!(new(18, 2), None);
        assert_eq!(SurfaceRegression::new(vec![f32::NAN; 18], 1), None);
        assert!(new(10, 1).is_some() && new(18, 1).is_some());
    }
}
