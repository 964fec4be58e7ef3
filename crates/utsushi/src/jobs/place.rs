//! Comparison of paths: whether two lead to the same file.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The place that a path leads to, whether or not there is a file: equal for two paths exactly if
/// they lead to the same place (hard links aside).
pub(super) fn place(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut missing = Vec::new();
    let mut there = absolute.as_path();
    loop {
        if let Ok(found) = fs::canonicalize(there) {
            missing.reverse();
            return folded(missing.into_iter().fold(found, joined));
        }
        match (there.components().next_back(), there.parent()) {
            (Some(last), Some(parent)) => {
                missing.push(last);
                there = parent;
            }
            _ => return folded(absolute),
        }
    }
}

fn joined(mut path: PathBuf, component: Component<'_>) -> PathBuf {
    match component {
        // Nothing is there, so that no link can make this lead elsewhere.
        Component::ParentDir => {
            path.pop();
        }
        other => path.push(other),
    }
    path
}

/// Converts a path to lower case on systems that usually ignore case.
fn folded(path: PathBuf) -> PathBuf {
    if cfg!(any(windows, target_os = "macos")) {
        path.to_string_lossy().to_lowercase().into()
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_one_file_are_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(root.join("a.png"), b"").unwrap();
        let expected = place(&root.join("a.png"));
        assert_eq!(place(&root.join("sub/../a.png")), expected);
        assert_eq!(place(&root.join("./a.png")), expected);
        assert_ne!(place(&root.join("sub/a.png")), expected);
        let missing = place(&root.join("new/deep/b.png"));
        assert_eq!(
            place(&root.join("sub/../new/./deep/../deep/b.png")),
            missing
        );
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("sub"), root.join("link")).unwrap();
            assert_eq!(
                place(&root.join("link/c.png")),
                place(&root.join("sub/c.png"))
            );
        }
    }
}
