//! Plans for pictures that are analysed and not painted.

use std::path::{Path, PathBuf};

use utsushi_video::is_video;

use super::plan::planned;
use super::{Plan, PlanError, PlanOptions, StyleSource};

/// Plans to make one picture of each picture in files and folders, as [`plan`](super::plan()) does,
/// but without videos: those in folders are listed among the files that are not pictures.
///
/// # Errors
/// As [`plan`](super::plan()), or a video was given by its name.
pub fn plan_pictures(
    contents: &[PathBuf],
    output: &Path,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    let plan = planned(contents, &StyleSource::Only, output, output, options)?;
    without_videos(plan, contents)?.checked()
}

/// Lists the pictures in files and folders, as [`plan_pictures`] does, for work that writes no
/// pictures: the outputs of the jobs are meaningless.
///
/// # Errors
/// A path does not exist, a folder has no pictures, or a video was given by its name.
pub fn list_pictures(contents: &[PathBuf]) -> Result<Plan, PlanError> {
    let nowhere = Path::new("");
    let options = PlanOptions::default();
    let plan = planned(contents, &StyleSource::Only, nowhere, nowhere, &options)?;
    without_videos(plan, contents)
}

fn without_videos(mut plan: Plan, contents: &[PathBuf]) -> Result<Plan, PlanError> {
    let jobs = std::mem::take(&mut plan.jobs).into_iter();
    let (videos, jobs): (Vec<_>, Vec<_>) = jobs.partition(|job| is_video(&job.content));
    plan.jobs = jobs;
    if let Some(named) = videos.iter().find(|job| contents.contains(&job.content)) {
        let path = named.content.clone();
        return Err(PlanError::Video { path });
    }
    plan.not_pictures
        .extend(videos.into_iter().map(|job| job.content));
    if plan.jobs.is_empty() {
        return Err(match contents.first() {
            Some(path) => PlanError::NoPictures {
                path: path.clone(),
                unread: None,
            },
            None => PlanError::NoContent,
        });
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use utsushi_imaging::{OutputFormat, Picture, WriteOptions, write};

    #[test]
    fn folders_are_listed_without_videos() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        // The first bytes of an MP4.
        fs::write(
            root.join("a.mp4"),
            b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41",
        )
        .unwrap();
        let contents = [root.to_owned()];
        let none = list_pictures(&contents).unwrap_err();
        assert!(matches!(none, PlanError::NoPictures { .. }), "{none}");
        let grey = Picture::filled(4, 4, [9; 3]);
        fs::create_dir(root.join("b")).unwrap();
        write(&root.join("b/c.jpg"), &grey, &WriteOptions::default()).unwrap();
        let plan = list_pictures(&contents).unwrap();
        let found: Vec<_> = plan.jobs.iter().map(|job| job.content.clone()).collect();
        assert_eq!(found, [root.join("b/c.jpg")]);
        assert_eq!(plan.not_pictures, [root.join("a.mp4")]);
        let named = list_pictures(&[root.join("a.mp4")]).unwrap_err();
        assert!(matches!(named, PlanError::Video { .. }), "{named}");
        let options = PlanOptions {
            format: Some(OutputFormat::Png),
            ..PlanOptions::default()
        };
        let plan = plan_pictures(&contents, &root.join("out"), &options).unwrap();
        assert_eq!(plan.jobs[0].output, root.join("out/b/c.png"));
        plan.make_folder(&plan.jobs[0]).unwrap();
        assert!(root.join("out/b").is_dir());
    }
}
