//! The command `utsushi landmarks`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use utsushi::anatomy::{Anatomy, AnatomyReader, FacePoints, Landmark};
use utsushi::jobs::list_pictures;

use super::{Run, look};
use crate::args::LookArguments;
use crate::exit_code::ExitCode;
use crate::text;

/// Find the faces of pictures, with eyes, brows, nose, mouth and chin
///
/// Takes pictures or folders, and prints for each face its box and 25 points, in pixels from the
/// upper left corner, with how sure each is from 0 to 1. Left is left as one looks at the picture.
/// Points below about 0.3 are hidden, or not told.
///
///   utsushi landmarks me.png
///   utsushi landmarks photos/ --json
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    mut_arg("json", |json| json.help("Print one JSON object a picture instead of a table"))
)]
pub struct LandmarksArguments {
    /// Pictures to look at, or folders of them
    #[arg(value_name = "PICTURE", required = true)]
    pub pictures: Vec<PathBuf>,

    #[command(flatten)]
    pub look: LookArguments,
}

impl Run for LandmarksArguments {
    fn run(self) -> anyhow::Result<ExitCode> {
        let plan = list_pictures(&self.pictures)?;
        look::at_each(&plan, &self.look, AnatomyReader::read, |job, _, anatomy| {
            Ok(if self.look.json {
                object(&job.content, anatomy).to_string()
            } else {
                table(&job.content, anatomy)
            })
        })
    }
}

/// Rounds a number to so many decimals, without the digits that come from its conversion from
/// `f32`.
fn rounded(value: f32, digits: i32) -> f64 {
    let unit = 10_f64.powi(digits);
    (f64::from(value) * unit).round() / unit
}

fn object(file: &Path, anatomy: &Anatomy) -> Value {
    let face = |face: &FacePoints| {
        let points = Landmark::ALL.map(|landmark| {
            let point = face.point(landmark);
            let place = [point.x, point.y].map(|at| rounded(at, 1));
            let value = json!([place[0], place[1], rounded(point.confidence, 3)]);
            (landmark.name().to_owned(), value)
        });
        json!({
            "box": face.bounds.map(|at| rounded(at, 1)),
            "points": Value::Object(points.into_iter().collect()),
        })
    };
    let faces: Vec<Value> = anatomy.faces.iter().map(face).collect();
    json!({"file": file.display().to_string(), "faces": faces})
}

fn table(file: &Path, anatomy: &Anatomy) -> String {
    let file = file.display();
    if anatomy.faces.is_empty() {
        return format!("{file}: no face was found");
    }
    let mut lines = format!("{file}: {}", text::counted(anatomy.faces.len(), "face"));
    for (index, face) in anatomy.faces.iter().enumerate() {
        let [x, y, width, height] = face.bounds;
        lines.push_str(&format!(
            "\n\nface {}: {width:.0}×{height:.0} pixels at {x:.0}, {y:.0}\n",
            index + 1
        ));
        let mut rows = vec![["point", "x", "y", "sure"].map(str::to_owned).to_vec()];
        rows.extend(Landmark::ALL.map(|landmark| {
            let point = face.point(landmark);
            vec![
                landmark.name().to_owned(),
                format!("{:.1}", point.x),
                format!("{:.1}", point.y),
                format!("{:.2}", point.confidence),
            ]
        }));
        lines.push_str(&text::table(&rows, &[1, 2, 3]));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use utsushi::anatomy::{PartsMap, PointFound};

    fn of(faces: Vec<FacePoints>) -> Anatomy {
        Anatomy {
            parts: PartsMap::new(1, 1, vec![0]).unwrap(),
            faces,
        }
    }

    #[test]
    fn what_is_printed_names_every_point() {
        let mut points = [PointFound::default(); Landmark::COUNT];
        points[Landmark::Chin.index()] = PointFound {
            x: 31.26,
            y: 60.0,
            confidence: 0.87654,
        };
        let bounds = [10.0, 20.5, 40.25, 44.0];
        let anatomy = of(vec![FacePoints { bounds, points }]);
        let object = object(Path::new("me.png"), &anatomy);
        assert_eq!(object["file"], "me.png");
        let face = &object["faces"][0];
        assert_eq!(face["box"], json!([10.0, 20.5, 40.3, 44.0]));
        assert_eq!(face["points"]["chin"], json!([31.3, 60.0, 0.877]));
        assert_eq!(face["points"].as_object().unwrap().len(), Landmark::COUNT);
        let table = table(Path::new("me.png"), &anatomy);
        assert!(
            table.starts_with("me.png: 1 face\n\nface 1: 40×44 pixels at 10, 20\n"),
            "{table}"
        );
        assert!(
            table.contains("chin") && table.contains("31.3  60.0  0.88"),
            "{table}"
        );
    }

    #[test]
    fn no_face_is_said() {
        let nothing = of(Vec::new());
        assert_eq!(
            table(Path::new("a.png"), &nothing),
            "a.png: no face was found"
        );
        let told = object(Path::new("a.png"), &nothing);
        assert_eq!(told, json!({"file": "a.png", "faces": []}));
    }
}
