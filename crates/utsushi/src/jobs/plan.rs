//! Plans: from the paths that a user gives to jobs.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use utsushi_imaging::{Format, OutputFormat, is_standard};
use utsushi_video::{VideoFormat, is_video};

use super::place::place;
use super::walk::{other_format, walk};
use super::{Existing, Job, Plan, PlanError, StyleSource};

/// Options of [`plan`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Treatment of outputs that exist already.
    pub existing: Existing,
    /// The format of files written into a folder; by default that of each picture's name, with PNG
    /// for formats that are read but not written. The suffix of an output file always wins.
    pub format: Option<OutputFormat>,
}

/// Plans to paint files and folders in one style.
///
/// - One file goes to the file `output`, or into it if it is a folder or its name ends in a
///   separator, under the content's own name.
/// - A folder's pictures, told by content, go into the folder `output` under the same names, those
///   of folders below into folders below. Names that begin with a dot, and `output` itself if it
///   lies inside, are passed over.
/// - Several files and folders go into the folder `output`, each folder under its own name.
///
/// # Errors
/// A path does not exist, a folder has no pictures, or [`Plan::new`] refuses the jobs.
pub fn plan(
    contents: &[PathBuf],
    style: &StyleSource,
    output: &Path,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    planned(contents, style, output, output, options)?.checked()
}

/// Plans to paint files and folders in several styles, each of which has a name. One file goes
/// into the folder `output` under the name of each style, anything else into a folder below it
/// for each style.
///
/// # Errors
/// As [`plan`].
pub fn plan_styles(
    contents: &[PathBuf],
    styles: &[(String, StyleSource)],
    output: &Path,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    check_folder(output, "several paintings go into it")?;
    let mut all = Plan {
        existing: options.existing,
        make_folders: true,
        ..Plan::default()
    };
    for (name, style) in styles {
        let part = match contents {
            [file] if !file.is_dir() => {
                let own = name_for(file, file, options.format);
                let ending = own.extension().unwrap_or_default();
                let target = output.join(name).with_extension(ending);
                planned(contents, style, &target, output, options)?
            }
            _ => {
                // A separator says that this is a folder.
                let folder = output.join(name).join("");
                planned(contents, style, &folder, output, options)?
            }
        };
        all.jobs.extend(part.jobs);
        all.not_pictures = part.not_pictures;
        all.not_listed = part.not_listed;
        all.linked_folders = part.linked_folders;
    }
    all.checked()
}

/// Makes the jobs, which are not yet checked together; files in the folder `except` are not
/// contents.
pub(super) fn planned(
    contents: &[PathBuf],
    style: &StyleSource,
    output: &Path,
    except: &Path,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    let mut planned = Plan {
        existing: options.existing,
        ..Plan::default()
    };
    let job = |content: PathBuf, output: PathBuf| Job {
        content,
        style: style.clone(),
        output,
    };
    if contents.len() > 1 && contents.iter().any(|path| is_standard(path)) {
        return Err(PlanError::StandardAmongOthers);
    }
    for path in contents.iter().filter(|path| !is_standard(path)) {
        let path = path.clone();
        match fs::metadata(&path) {
            Ok(_) => {}
            Err(reason) if reason.kind() == ErrorKind::NotFound => {
                return Err(PlanError::NotFound { path });
            }
            Err(reason) => return Err(PlanError::Unreachable { path, reason }),
        }
    }
    let why = needs_folder(contents, output);
    let Some(why) = why else {
        let content = contents.first().ok_or(PlanError::NoContent)?;
        planned.jobs.push(job(content.clone(), output.to_owned()));
        return Ok(planned);
    };
    check_folder(output, why)?;
    planned.make_folders = true;
    let except = place(except);
    for content in contents {
        if !content.is_dir() {
            let name = content.file_name().unwrap_or(content.as_os_str());
            let target = output.join(name_for(content, Path::new(name), options.format));
            planned.jobs.push(job(content.clone(), target));
            continue;
        }
        let found = walk(content, &except);
        if found.pictures.is_empty() && found.not_listed.is_empty() {
            return Err(PlanError::NoPictures {
                path: content.clone(),
                unread: found.others.iter().find_map(|path| other_format(path)),
            });
        }
        planned.not_listed.extend(found.not_listed);
        planned.linked_folders.extend(found.linked_folders);
        planned.not_pictures.extend(found.others);
        let below = match contents.len() {
            1 => output.to_owned(),
            _ => output.join(folder_name(content)),
        };
        for picture in found.pictures {
            let inside = picture
                .strip_prefix(content)
                .expect("a folder's files lie inside");
            let target = below.join(name_for(&picture, inside, options.format));
            planned.jobs.push(job(picture, target));
        }
    }
    if let ([], [(path, reason), ..]) = (&planned.jobs[..], &planned.not_listed[..]) {
        return Err(PlanError::Folder {
            path: path.clone(),
            reason: reason.clone(),
        });
    }
    Ok(planned)
}

/// Why the output has to be a folder, if it has to be one.
fn needs_folder(contents: &[PathBuf], output: &Path) -> Option<&'static str> {
    let written = output.as_os_str().as_encoded_bytes().last().copied();
    let separated = written.is_some_and(|byte| std::path::is_separator(byte.into()));
    if contents.len() > 1 {
        Some("several pictures go into it")
    } else if contents.iter().any(|path| path.is_dir()) {
        Some("the pictures of a folder go into it")
    } else if separated {
        Some("its name ends in a separator")
    } else if output.is_dir() {
        Some("it is one")
    } else {
        None
    }
}

fn check_folder(output: &Path, why: &'static str) -> Result<(), PlanError> {
    let is_file = is_standard(output) || (output.exists() && !output.is_dir());
    let named =
        Format::from_extension(output).is_some() || VideoFormat::from_extension(output).is_some();
    let looks_like_file = !output.exists() && named;
    if is_file || looks_like_file {
        return Err(PlanError::NotAFolder {
            path: output.to_owned(),
            why,
        });
    }
    Ok(())
}

/// The file name under which the painting of a picture or a video is written.
fn name_for(content: &Path, name: &Path, format: Option<OutputFormat>) -> PathBuf {
    if is_video(content) {
        return match VideoFormat::from_extension(name) {
            Some(_) => name.to_owned(),
            None => name.with_extension("mp4"),
        };
    }
    let own = OutputFormat::from_extension(name);
    let format = match (format, own) {
        (None, Some(_)) => return name.to_owned(),
        (Some(asked), Some(own)) if asked == own => return name.to_owned(),
        (asked, _) => asked.unwrap_or(OutputFormat::Png),
    };
    let ending = Format::from(format).extension();
    if Format::from_extension(name).is_some() {
        return name.with_extension(ending);
    }
    // What follows the dot of `scan.v2` is not an ending to be replaced.
    let mut longer = name.as_os_str().to_owned();
    longer.push(".");
    longer.push(ending);
    longer.into()
}

/// A folder's own name, also for `.` and `..`.
fn folder_name(folder: &Path) -> OsString {
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    whole.file_name().map(OsString::from).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_ending_where_it_can_be_written() {
        let of = |name, format| {
            name_for(Path::new(""), Path::new(name), format)
                .display()
                .to_string()
        };
        assert_eq!(of("a/b.JPEG", None), "a/b.JPEG");
        assert_eq!(of("b.gif", None), "b.gif");
        assert_eq!(of("b.bmp", None), "b.png");
        assert_eq!(of("scan.v2", None), "scan.v2.png");
        assert_eq!(of("scan", Some(OutputFormat::WebP)), "scan.webp");
        assert_eq!(of("b.jpeg", Some(OutputFormat::Jpeg)), "b.jpeg");
        assert_eq!(of("b.png", Some(OutputFormat::Jpeg)), "b.jpg");
    }
}
