//! Inspection of folders of pictures before anything is made of them.

mod look;
mod options;
mod result;
mod sharpness;
mod sheet;

use std::collections::HashSet;
use std::path::PathBuf;

use rayon::prelude::*;
use utsushi_imaging::Picture;

pub use options::{InspectOptions, InspectProgress};
pub use result::{Inspection, LookAlike, SoftPicture, StyleInspection};

use crate::DatasetError;
use crate::inspect::look::look;
use crate::near_duplicates::{MAX_DISTANCE, NearDuplicates};
use crate::source::{Member, Read, Source, styles_below};
use crate::thread_pool::thread_pool;

/// Inspects sources without writing anything: how many pictures of which sizes and formats each
/// style has, which look alike, which look blurred or enlarged, which cannot be read and why, and a
/// contact sheet.
///
/// A source is a zip (one style), a folder of folders and zips (one style each, and one more for
/// the pictures that lie beside those), or a folder of pictures (one style). `progress` is called
/// now and then from the calling thread.
///
/// # Errors
/// A source cannot be opened, or an option is out of its range. Pictures that cannot be read are
/// counted and are not errors.
pub fn inspect(
    sources: &[PathBuf],
    options: &InspectOptions,
    progress: &mut dyn FnMut(&InspectProgress),
) -> Result<Inspection, DatasetError> {
    if options.duplicate_distance > MAX_DISTANCE {
        return Err(DatasetError::Option {
            option: "duplicate_distance",
            message: format!(
                "{} must be 0…{MAX_DISTANCE}; try 4",
                options.duplicate_distance
            ),
        });
    }
    let pool = thread_pool(options.threads)?;
    let mut opened = Vec::new();
    for path in sources {
        // A missing path is told by opening it.
        let mut notices = Vec::new();
        for style in styles_below(path, &mut notices)? {
            let mut source = Source::open(&style.path, style.subfolders)?;
            // What is not looked into is told with the first of what is.
            source.note(std::mem::take(&mut notices));
            opened.push((style.name, style.path, source));
        }
    }
    let total = opened
        .iter()
        .map(|(_, _, source)| source.members().len())
        .sum();
    let mut done = 0;
    let (mut styles, mut thumbnails) = (Vec::new(), Vec::new());
    for (name, path, source) in opened {
        let mut now = |files: usize| {
            done += files;
            progress(&InspectProgress {
                style: name.clone(),
                done,
                total,
            });
        };
        let mut style = StyleInspection::new(name.clone(), path);
        style.notices = source.notices().to_vec();
        let (style, row) = inspect_style(style, source, options, &pool, &mut now);
        styles.push(style);
        thumbnails.push(row);
    }
    let sheet = sheet::sheet(&styles, &thumbnails, options);
    Ok(Inspection { styles, sheet })
}

/// Inspects one style; returns its row of the contact sheet, too.
fn inspect_style(
    mut style: StyleInspection,
    mut source: Source,
    options: &InspectOptions,
    pool: &rayon::ThreadPool,
    progress: &mut dyn FnMut(usize),
) -> (StyleInspection, Vec<Picture>) {
    let mut row = Vec::new();
    let mut near = NearDuplicates::new(options.duplicate_distance);
    // Names of the pictures in `near`, in its order.
    let mut names: Vec<String> = Vec::new();
    let members = source.members().to_vec();
    let shown = sheet::chosen(members.len(), options.sheet_pictures);
    let shown: HashSet<Member> = shown
        .into_iter()
        .map(|index| members[index].clone())
        .collect();
    let mut members = members.into_iter();
    loop {
        let chunk = source.read_chunk(&mut members, options.max_file_bytes);
        if chunk.is_empty() {
            return (style, row);
        }
        progress(chunk.len());
        let looks: Vec<_> = pool.install(|| {
            let look = |(member, bytes): Read| {
                let shown = shown.contains(&member);
                (
                    member.name,
                    bytes.and_then(|bytes| look(&bytes, options, shown)),
                )
            };
            chunk.into_par_iter().map(look).collect()
        });
        for (name, looked) in looks {
            let look = match looked {
                Ok(look) => look,
                Err(reason) => {
                    style.unreadable.push((name, reason));
                    continue;
                }
            };
            style.count(look.format, look.width, look.height, look.bytes);
            if let Some(sharp_side) = look.soft_side {
                style.soft.push(SoftPicture {
                    name: name.clone(),
                    side: look.width.min(look.height),
                    sharp_side,
                });
            }
            row.extend(look.thumbnail);
            if let Some((number, distance)) = near.nearest(look.fingerprint) {
                let (name, of) = (name.clone(), names[number].clone());
                style.near_duplicates.push(LookAlike { name, of, distance });
            }
            near.add(look.fingerprint);
            names.push(name);
        }
    }
}
