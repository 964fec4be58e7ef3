//! Measurement of new paintings of one style, which the model makes from seeds.

use utsushi::PaintError;
use utsushi::creative::{GenerateError, GenerateOptions, generate};

use super::likeness::{nearest, spread};
use super::style::StyleRun;
use super::tally::Tally;
use crate::report::{ClosestPainting, ExampleGrid, Field, GeneratedReport, Measures};
use crate::{EvaluateError, Rendition, Renditions};

/// Number of rows on the page of those new paintings that are nearest to training pictures.
const SHOWN: usize = 6;

/// Share of held-out paintings that are nearer to a training picture than the distance that counts
/// as near.
const NEAR: f64 = 0.05;

impl StyleRun<'_, '_> {
    /// Makes as many new paintings as are asked for, measures them and compares them with the
    /// training pictures. The model must be able to make some in this style.
    pub(super) fn generated(
        &mut self,
        tally: &mut Tally<'_>,
    ) -> Result<(GeneratedReport, Option<ExampleGrid>), EvaluateError> {
        tally.begin(format!("{}: new paintings", self.plan.name));
        let options = GenerateOptions {
            name: Some(self.plan.name.clone()),
            side: Some(self.context.size),
            ..GenerateOptions::default()
        };
        let first = self.options.seed.wrapping_mul(1000);
        let seeds = (0..self.options.generated as u64).map(|index| first.wrapping_add(index));
        let seeds: Vec<u64> = seeds.collect();
        let mut paintings = Vec::new();
        for &seed in &seeds {
            match generate(
                self.context.painter,
                seed,
                &options,
                &mut &*self.context.stop,
            ) {
                Ok(made) => paintings.push(made.painting),
                Err(GenerateError::Paint(PaintError::Stopped)) => {
                    return Err(EvaluateError::Stopped);
                }
                Err(reason) => {
                    let style = self.plan.name.clone();
                    return Err(EvaluateError::Generate {
                        style,
                        seed,
                        reason,
                    });
                }
            }
            tally.one()?;
        }
        let described = self.describe(&paintings, "new paintings")?;
        let mut measured = Renditions::<Measures>::default();
        for (rendition, measures) in measured.each_mut() {
            let described = described.get(rendition);
            self.distances(rendition, described, None, measures);
            // There is no content from which a way would lead.
            measures.set(Field::FrechetShare, None);
            measures.set(Field::KernelShare, None);
            measures.set(Field::Diversity, spread(described.iter()));
        }
        self.faces_made(&paintings, &mut measured.colour);
        let near = nearest(&described.colour, self.pool(Rendition::Colour));
        let distances: Vec<f64> = near.iter().map(|near| near.1).collect();
        let mut order: Vec<usize> = (0..near.len()).collect();
        order.sort_by(|&a, &b| near[a].1.total_cmp(&near[b].1));
        let pool = |painting: usize| self.plan.pool[near[painting].0];
        let closest = order.first().map(|&painting| ClosestPainting {
            seed: seeds[painting],
            training: self.context.name(pool(painting)),
            distance: near[painting].1,
        });
        let mut rows = Vec::new();
        for &painting in &order {
            if rows.len() < SHOWN && self.may_be_shown(pool(painting)) {
                let training = self.context.picture(pool(painting))?;
                rows.push(vec![paintings[painting].clone(), training]);
            }
        }
        let grid = (!rows.is_empty()).then(|| ExampleGrid {
            style: self.plan.name.clone(),
            columns: vec![
                "new painting".to_owned(),
                "nearest training picture".to_owned(),
            ],
            rows,
        });
        let near_share = near_share(&distances, &self.real.described.colour.near[self.place]);
        let report = GeneratedReport {
            paintings: paintings.len(),
            truncation: f64::from(options.truncation),
            near_share,
            measures: measured.colour,
            grey: measured.grey,
            closest,
        };
        Ok((report, grid))
    }
}

/// Share of paintings that are nearer to a training picture than nineteen of twenty held-out ones.
fn near_share(distances: &[f64], of_held_out: &[f64]) -> Option<f64> {
    let mut sorted = of_held_out.to_vec();
    sorted.sort_by(f64::total_cmp);
    let limit = *sorted.get((sorted.len() as f64 * NEAR) as usize)?;
    let near = distances.iter().filter(|&&distance| distance < limit);
    (!distances.is_empty()).then(|| near.count() as f64 / distances.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_nearer_than_one_in_twenty_held_out_ones() {
        let held_out: Vec<f64> = (0..40).map(f64::from).collect();
        // The limit is the third smallest, 2.
        assert_eq!(near_share(&[0.5, 1.9, 2.0, 9.0], &held_out), Some(0.5));
        assert_eq!(near_share(&[0.5], &[1.0]), Some(1.0));
        assert_eq!(near_share(&[0.5], &[]), None);
        assert_eq!(near_share(&[], &held_out), None);
    }
}
