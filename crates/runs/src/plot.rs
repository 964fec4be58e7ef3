//! Plots of the curves of runs: a panel for each number, and a colour for each run.

use std::path::Path;

use utsushi_imaging::{WriteOptions, write, write_whole};

use crate::comparison::names;
use crate::logs_error::LogsError;
use crate::run_log::RunLog;

mod axis;
mod drawing;
mod panel;
mod raster;
mod svg;

use drawing::{Anchor, Drawing};
use panel::{Curve, Panel};

/// Colours that most colour-blind people can distinguish (Tol 2021, "bright" and "dark").
const COLOURS: [[u8; 3]; 10] = [
    [68, 119, 170],
    [238, 102, 119],
    [34, 136, 51],
    [204, 187, 68],
    [102, 204, 238],
    [170, 51, 119],
    [34, 34, 85],
    [102, 51, 51],
    [34, 85, 85],
    [150, 150, 150],
];

/// Options of drawing curves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlotOptions {
    /// Texts of which a number's name must contain one to be drawn; all numbers if empty.
    pub chosen: Vec<String>,
    /// Smoothing: the weight of earlier values in a moving average, 0…0.999; 0 draws the values
    /// themselves. With an average, the values themselves are drawn pale behind it.
    pub smooth: f64,
}

/// A sheet of curves.
#[derive(Debug)]
pub struct Plot {
    drawing: Drawing,
}

impl Plot {
    /// Draws the curves of one or several runs.
    ///
    /// # Errors
    /// None of the runs has a number that is asked for.
    pub fn new(runs: &[RunLog], options: &PlotOptions) -> Result<Self, LogsError> {
        let panels = panels(runs, options);
        if panels.is_empty() {
            let reason = if options.chosen.is_empty() {
                "no line has been written yet; wait for the first tick".to_owned()
            } else {
                format!(
                    "no number has {} in its name; `utsushi runs compare` shows the names",
                    options.chosen.join(" or ")
                )
            };
            return Err(LogsError::NoCurves { reason });
        }
        Ok(Self {
            drawing: sheet(&names(runs), &panels),
        })
    }

    /// Draws numbers over the steps, each in a panel under its title. `source` names what they come
    /// from.
    ///
    /// # Errors
    /// No number has a point.
    pub fn of_series(
        source: &str,
        series: impl IntoIterator<Item = (String, Vec<(f64, f64)>)>,
    ) -> Result<Self, LogsError> {
        let series = series.into_iter().filter(|(_, points)| !points.is_empty());
        let panels = series.map(|(title, points)| Panel {
            title,
            curves: vec![Curve {
                points,
                colour: COLOURS[0],
                width: 1.5,
            }],
        });
        let panels: Vec<Panel> = panels.collect();
        if panels.is_empty() {
            return Err(LogsError::NoCurves {
                reason: "there is no number yet".to_owned(),
            });
        }
        Ok(Self {
            drawing: sheet(&[source.to_owned()], &panels),
        })
    }

    /// The sheet as SVG.
    pub fn to_svg(&self) -> String {
        svg::text(&self.drawing)
    }

    /// Writes the sheet to a file, in the format of its suffix: `.svg`, or `.png` at two pixels a
    /// unit.
    ///
    /// # Errors
    /// The suffix is another one, the file exists (without `force`), or the disk cannot be written
    /// to.
    pub fn write(&self, path: &Path, force: bool) -> Result<(), LogsError> {
        let ending = path.extension().and_then(|end| end.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("svg") => Ok(write_whole(path, self.to_svg().as_bytes(), force)?),
            Some("png") => {
                let options = WriteOptions {
                    force,
                    ..WriteOptions::default()
                };
                Ok(write(path, &raster::picture(&self.drawing), &options)?)
            }
            _ => Err(LogsError::Ending { path: path.into() }),
        }
    }
}

/// Makes a panel for each name in alphabetical order, the measures last.
fn panels(runs: &[RunLog], options: &PlotOptions) -> Vec<Panel> {
    let wanted = |name: &str| {
        let chosen = &options.chosen;
        chosen.is_empty() || chosen.iter().any(|part| name.contains(part.as_str()))
    };
    let all = runs.iter().flat_map(|run| &run.series);
    let mut titles: Vec<&str> = all.map(|series| series.name.as_str()).collect();
    titles.retain(|name| wanted(name));
    titles.sort_by_key(|name| (name.starts_with("measures/"), *name));
    titles.dedup();
    let panel = |title: &str| {
        let mut curves = Vec::new();
        for (index, run) in runs.iter().enumerate() {
            let Some(series) = run.series(title) else {
                continue;
            };
            let colour = COLOURS[index % COLOURS.len()];
            let mut add = |points: &[(u64, f64)], colour, width| {
                let points = points.iter().map(|&(step, value)| (step as f64, value));
                curves.push(Curve {
                    points: points.collect(),
                    colour,
                    width,
                });
            };
            if options.smooth > 0.0 {
                add(&series.points, colour.map(pale), 1.0);
                add(&series.smoothed(options.smooth).points, colour, 1.8);
            } else {
                add(&series.points, colour, 1.5);
            }
        }
        Panel {
            title: title.to_owned(),
            curves,
        }
    };
    titles.into_iter().map(panel).collect()
}

/// A colour level moved three quarters of the way to white.
fn pale(level: u8) -> u8 {
    255 - (255 - level) / 4
}

/// Lays out the sheet: names on top, panels below in up to three columns.
fn sheet(names: &[String], panels: &[Panel]) -> Drawing {
    let columns = panels.len().min(3);
    let rows = panels.len().div_ceil(columns);
    let width = columns as f32 * panel::WIDTH;
    let mut places = Vec::new();
    let (mut left, mut line) = (panel::MARGIN, 0);
    for name in names {
        let wide = 24.0 + drawing::text_width(name) + 20.0;
        if left + wide > width && left > panel::MARGIN {
            (left, line) = (panel::MARGIN, line + 1);
        }
        places.push((left, 20.0 + line as f32 * 18.0));
        left += wide;
    }
    let top = 20.0 + (line + 1) as f32 * 18.0;
    let mut drawing = Drawing::new(width, top + rows as f32 * panel::HEIGHT);
    for (index, (name, (left, down))) in names.iter().zip(places).enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        drawing.line(
            vec![[left, down - 4.0], [left + 18.0, down - 4.0]],
            colour,
            3.0,
        );
        drawing.text([left + 24.0, down], name, Anchor::Start, drawing::INK);
    }
    for (index, panel) in panels.iter().enumerate() {
        let (column, row) = (index % columns, index / columns);
        let corner = [
            column as f32 * panel::WIDTH,
            top + row as f32 * panel::HEIGHT,
        ];
        panel.draw(&mut drawing, corner);
    }
    drawing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run_log::tests::write_run;

    fn runs(folder: &Path) -> Vec<RunLog> {
        let stats = "{\"step\":0,\"values\":{\"content\":1.0,\"pixel/r1\":3.0}}\n\
                     {\"step\":100,\"values\":{\"content\":0.0,\"pixel/r1\":3.0}}\n";
        let config = "[run]\nsteps = 2\n";
        write_run(
            &folder.join("a<b"),
            config,
            stats,
            "{\"step\":9,\"drift\":1}\n",
        );
        write_run(&folder.join("c"), config, stats, "");
        let read = |name: &str| RunLog::read(&folder.join(name)).unwrap();
        vec![read("a<b"), read("c")]
    }

    #[test]
    fn a_panel_a_number_and_a_curve_a_run() {
        let folder = tempfile::tempdir().unwrap();
        let runs = runs(folder.path());
        let plot = Plot::new(&runs, &PlotOptions::default()).unwrap();
        let svg = plot.to_svg();
        for text in ["content", "pixel/r1", "measures/drift", "a&lt;b", ">c<"] {
            assert!(svg.contains(text), "{text}: {svg}");
        }
        let blue = svg
            .matches("stroke=\"#4477aa\" stroke-width=\"1.5\"")
            .count();
        let red = svg
            .matches("stroke=\"#ee6677\" stroke-width=\"1.5\"")
            .count();
        assert_eq!((blue, red), (3, 2));
        let options = PlotOptions {
            chosen: vec!["r1".to_owned()],
            smooth: 0.5,
        };
        let svg = Plot::new(&runs, &options).unwrap().to_svg();
        assert!(!svg.contains("content"));
        assert_eq!(svg.matches("stroke-width=\"1.8\"").count(), 2);
    }

    #[test]
    fn numbers_of_any_source_have_a_panel_each_through_all_of_their_points() {
        let points = vec![(0.0, 0.0), (500.0, 1.0), (1000.0, 0.5)];
        let series = [
            ("a <b".to_owned(), points),
            ("empty".to_owned(), Vec::new()),
        ];
        let svg = Plot::of_series("judge", series).unwrap().to_svg();
        assert!(svg.contains("a &lt;b") && svg.contains(">judge<"));
        assert!(!svg.contains("empty"));
        // From 0 to 1 over the height of a panel, below the line with the names.
        let curve = "points=\"52.0,218.0 195.0,64.0 338.0,141.0\"";
        assert!(svg.contains(curve), "{svg}");
        assert!(Plot::of_series("judge", []).is_err());
    }

    #[test]
    fn files_are_what_their_endings_say() {
        let folder = tempfile::tempdir().unwrap();
        let runs = runs(folder.path());
        let plot = Plot::new(&runs, &PlotOptions::default()).unwrap();
        let path = |name: &str| folder.path().join(name);
        plot.write(&path("x.svg"), false).unwrap();
        plot.write(&path("x.PNG"), false).unwrap();
        assert!(plot.write(&path("x.png.txt"), false).is_err());
        assert!(plot.write(&path("x.svg"), false).is_err());
        plot.write(&path("x.svg"), true).unwrap();
        let limits = utsushi_imaging::DecodeLimits::default();
        let picture = utsushi_imaging::read(&path("x.PNG"), &limits)
            .unwrap()
            .picture;
        assert_eq!(picture.width(), 2 * 3 * panel::WIDTH as u32);
        let has = |colour: [u8; 3]| picture.rgb().as_chunks::<3>().0.contains(&colour);
        assert!(has(COLOURS[0]) && has(COLOURS[1]) && has([255; 3]));
    }

    #[test]
    fn nothing_to_draw_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let options = PlotOptions {
            chosen: vec!["nonsense".to_owned()],
            ..PlotOptions::default()
        };
        let error = Plot::new(&runs(folder.path()), &options).unwrap_err();
        assert!(error.to_string().contains("nonsense"));
    }
}
