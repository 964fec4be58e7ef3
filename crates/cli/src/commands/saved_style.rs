//! Saved styles: painting with them, and writing them.

use std::path::{Path, PathBuf};

use utsushi::{BlendPath, Painter, SavedStyle, StyleCode, StyleOptions};
use utsushi_imaging::{Format, is_standard};

use crate::args::{Octaves, PaintArguments, StyleArguments};
use crate::error::UsageError;
use crate::finish::refuse_existing;
use crate::output;

/// Options from the command line, completed by those of a saved style if it is the only style.
///
/// # Errors
/// The saved style cannot be read.
pub fn options(
    arguments: &StyleArguments,
    strength: Option<f32>,
    octaves: Option<Octaves>,
) -> anyhow::Result<StyleOptions> {
    let saved = match alone(arguments) {
        Some(path) => SavedStyle::read(path)?.options,
        None => StyleOptions::default(),
    };
    Ok(StyleOptions {
        strength: strength.unwrap_or(saved.strength),
        octaves: octaves.map_or(saved.octaves, |octaves| octaves.0),
        keep_colours: arguments.keep_colours.unwrap_or(saved.keep_colours),
    })
}

/// File of a saved style, if it is the only style asked for.
fn alone(arguments: &StyleArguments) -> Option<&Path> {
    let [style] = &arguments.styles[..] else {
        return None;
    };
    let others = [&arguments.shape_from, &arguments.colour_from];
    let alone = arguments.style_names.is_empty()
        && arguments.style_seed.is_none()
        && others.iter().all(|paths| paths.is_empty());
    (alone && SavedStyle::is_file(&style.path)).then_some(&style.path)
}

/// Saving of styles: files and options.
pub struct Saving<'a> {
    target: &'a Path,
    force: bool,
    options: StyleOptions,
    /// Name of the option that gives regions of the picture styles of their own, which a saved
    /// style cannot have.
    parts: Option<&'static str>,
}

impl<'a> Saving<'a> {
    /// Reads the arguments; `None` if no style is to be saved.
    ///
    /// # Errors
    /// The file's name is not one for a saved style.
    pub fn of(
        arguments: &'a StyleArguments,
        paint: &PaintArguments,
        options: StyleOptions,
    ) -> Result<Option<Self>, UsageError> {
        let Some(target) = arguments.save_style.as_deref() else {
            return Ok(None);
        };
        let name = target.display();
        if is_standard(target) {
            return Err(UsageError::new(
                "a style does not go to standard output; name a file",
            ));
        }
        if Format::from_extension(target).is_some() {
            return Err(UsageError::new(format!("{name}: a style is no picture"))
                .hint("give it a name that ends in .style"));
        }
        Ok(Some(Self {
            target,
            force: paint.force,
            options,
            parts: arguments.parts_option(),
        }))
    }

    /// File of one of `count` styles, by its name.
    fn path(&self, name: &str, count: usize) -> PathBuf {
        if count == 1 {
            return self.target.to_owned();
        }
        let safe = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let mut file = self.target.file_stem().unwrap_or_default().to_owned();
        file.push("-");
        file.push(name.chars().map(safe).collect::<String>());
        if let Some(ending) = self.target.extension() {
            file.push(".");
            file.push(ending);
        }
        self.target.with_file_name(file)
    }

    /// Refuses to replace files, before any work is done.
    ///
    /// # Errors
    /// A file exists.
    pub fn check<'b>(&self, names: impl ExactSizeIterator<Item = &'b str>) -> anyhow::Result<()> {
        let count = names.len();
        for name in names {
            refuse_existing(&self.path(name, count), self.force)?;
        }
        Ok(())
    }

    /// Writes styles, given with their names and notes on what they are made from, and reports the
    /// files.
    ///
    /// # Errors
    /// A file exists or cannot be written.
    pub fn save(
        &self,
        painter: &Painter,
        styles: &[(String, String, StyleCode)],
    ) -> anyhow::Result<()> {
        self.check(styles.iter().map(|(name, ..)| &name[..]))?;
        for (name, note, code) in styles {
            let path = self.path(name, styles.len());
            let style = SavedStyle::new(painter, code.clone(), self.options, note.clone())?;
            style.write(&path, self.force)?;
            output::remark(format!("style: {}", path.display()));
        }
        if let Some(option) = self.parts {
            output::note(format!(
                "--save-style: the file holds the style of the whole and not what {option} says of parts; \
                 give {option} again where the style is used"
            ));
        }
        Ok(())
    }
}

/// Describes what a style is made from, in terms of the command line's options; `name`
/// distinguishes seeds.
pub fn note(arguments: &StyleArguments, name: &str) -> String {
    let file = |path: &Path| {
        let name = path.file_name().unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    };
    let weighted = |name: String, weight: f32| match weight {
        1.0 => name,
        weight => format!("{name}={weight}"),
    };
    let styles = arguments.styles.iter();
    let mut parts: Vec<String> = styles
        .map(|style| format!("--style {}", weighted(file(&style.path), style.weight)))
        .collect();
    for (name, weight) in &arguments.style_names {
        parts.push(format!("--style-name {}", weighted(name.clone(), *weight)));
    }
    if arguments.style_seed.is_some() {
        let seed = name.trim_start_matches("seed-").trim_start_matches('0');
        parts.push(format!(
            "--style-seed {}",
            if seed.is_empty() { "0" } else { seed }
        ));
    }
    let staged = [
        ("--shape-from", &arguments.shape_from),
        ("--colour-from", &arguments.colour_from),
    ];
    for (flag, paths) in staged {
        parts.extend(paths.iter().map(|path| format!("{flag} {}", file(path))));
    }
    if staged.iter().any(|(_, paths)| !paths.is_empty()) {
        parts.push(format!("--split {}", arguments.split));
    }
    if arguments.truncation != 1.0 {
        parts.push(format!("--truncation {}", arguments.truncation));
    }
    if BlendPath::from(arguments.blend) == BlendPath::Sphere {
        parts.push("--blend sphere".to_owned());
    }
    parts.join(" ")
}
