//! Measurement of faces in contents and in their paintings.

use utsushi_imaging::Picture;

use super::style::StyleRun;
use crate::EvaluateError;
use crate::measures::Portrait;
use crate::method::Method;
use crate::report::{Field, Measures};
use crate::samples::mean;

/// Measures of how well faces are preserved, picture by picture.
#[derive(Default)]
struct Kept {
    distances: Vec<f64>,
    agreements: Vec<f64>,
    /// For each painting, 1 if its face is impossible (without an eye or the mouth), else 0.
    impossible: Vec<f64>,
}

impl Kept {
    fn push(&mut self, before: &Portrait, after: &Portrait) {
        self.distances.extend(before.landmark_distance(after));
        self.agreements.extend(before.part_agreement(after));
        let impossible = after.is_impossible() || before.misses_eye(after);
        self.impossible.push(f64::from(u8::from(impossible)));
    }

    fn set(&self, into: &mut Measures) {
        into.set(Field::LandmarkDistance, mean(&self.distances));
        into.set(Field::PartAgreement, mean(&self.agreements));
        into.set(Field::Impossible, mean(&self.impossible));
    }
}

impl StyleRun<'_, '_> {
    /// Measures how well the outputs preserve the faces of the contents. Unchanged contents are
    /// compared with copies of themselves, which shows how consistent the finder of landmarks and
    /// parts is.
    pub(super) fn faces_kept(
        &mut self,
        method: &Method,
        outputs: &[Picture],
        into: &mut Measures,
    ) -> Result<(), EvaluateError> {
        let mut kept = Kept::default();
        let mut clear = 0;
        for (job, output) in self.plan.jobs.iter().zip(outputs) {
            let content = self.context.picture(job.content)?;
            let Some(observer) = &mut self.context.observer else {
                return Ok(());
            };
            let Some(before) = observer.content(job.content, &content) else {
                continue;
            };
            clear += 1;
            if *method == Method::Unchanged {
                for [before, after] in observer.copies(&before, &content) {
                    kept.push(&before, &after);
                }
            } else if let Some(after) = observer.again(output, before.face.bounds) {
                kept.push(&before, &after);
            }
        }
        let share = f64::from(clear) / outputs.len().max(1) as f64;
        into.set(Field::Faces, Some(share));
        kept.set(into);
        Ok(())
    }

    /// Measures how many new paintings show a face, and how many of these faces are impossible.
    pub(super) fn faces_made(&self, paintings: &[Picture], into: &mut Measures) {
        let Some(observer) = &self.context.observer else {
            return;
        };
        let faces = paintings.iter().map(|it| observer.portrait(it));
        let faces: Vec<Portrait> = faces.flatten().collect();
        let share = faces.len() as f64 / paintings.len().max(1) as f64;
        into.set(Field::Faces, Some(share));
        let impossible = faces
            .iter()
            .map(|face| f64::from(u8::from(face.is_impossible())));
        into.set(Field::Impossible, mean(&impossible.collect::<Vec<_>>()));
    }
}
