//! Landmarks in their JSON form.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use utsushi::anatomy::{Anatomy, FacePoints, Landmark};

/// The faces of a picture, the surest first; empty if none was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FacesFound {
    faces: Vec<FaceFound>,
}

/// A face, in pixels from the upper left corner of the picture.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FaceFound {
    /// Left, top, width and height of the face.
    #[serde(rename = "box")]
    bounds: [f64; 4],
    /// Landmarks by their names, such as `left_eye` or `chin`: distance from the left, distance
    /// from the top, and confidence, 0…1. Left and right are as seen by the viewer.
    points: BTreeMap<&'static str, [f64; 3]>,
}

impl From<&Anatomy> for FacesFound {
    fn from(anatomy: &Anatomy) -> Self {
        let faces = anatomy.faces.iter().map(FaceFound::from).collect();
        Self { faces }
    }
}

impl From<&FacePoints> for FaceFound {
    fn from(face: &FacePoints) -> Self {
        let points = Landmark::ALL.map(|landmark| {
            let point = face.point(landmark);
            let [x, y] = [point.x, point.y].map(|at| rounded(at, 10.0));
            (landmark.name(), [x, y, rounded(point.confidence, 1000.0)])
        });
        Self {
            bounds: face.bounds.map(|at| rounded(at, 10.0)),
            points: points.into_iter().collect(),
        }
    }
}

/// Rounds a number to multiples of `1 / steps`.
fn rounded(value: f32, steps: f64) -> f64 {
    (f64::from(value) * steps).round() / steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use utsushi::anatomy::{PartsMap, PointFound};

    #[test]
    fn every_point_is_named() {
        let mut points = [PointFound::default(); Landmark::COUNT];
        points[Landmark::Chin.index()] = PointFound {
            x: 31.26,
            y: 60.0,
            confidence: 0.87654,
        };
        let bounds = [10.0, 20.5, 40.25, 44.0];
        let anatomy = Anatomy {
            parts: PartsMap::new(1, 1, vec![0]).unwrap(),
            faces: vec![FacePoints { bounds, points }],
        };
        let found = json!(FacesFound::from(&anatomy));
        let face = &found["faces"][0];
        assert_eq!(face["box"], json!([10.0, 20.5, 40.3, 44.0]));
        assert_eq!(face["points"]["chin"], json!([31.3, 60.0, 0.877]));
        assert_eq!(face["points"].as_object().unwrap().len(), Landmark::COUNT);
    }
}
