//! Drawn pictures and prepared sets for the other files.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tempfile::TempDir;
use utsushi_dataset::{
    DatasetError, Entry, PrepareOptions, PrepareReport, PreparedSet, SetsFile, prepare,
};
use utsushi_imaging::{EncodeOptions, OutputFormat, Picture, encode, resize};

/// A picture of soft random blots; no two seeds look alike.
pub fn blots(seed: u64, side: u32) -> Picture {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut rgb = vec![0; 8 * 8 * 3];
    random.fill_bytes(&mut rgb);
    resize(&Picture::new(8, 8, rgb).unwrap(), side, side)
}

pub fn png(picture: &Picture) -> Vec<u8> {
    encode(picture, OutputFormat::Png, EncodeOptions::default()).unwrap()
}

/// Files in a folder of their own that goes with this value.
pub struct Workshop {
    pub folder: TempDir,
}

impl Workshop {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Pictures of 64×64 pixels drawn from these seeds, named by them.
    pub fn draw(&self, folder: &str, seeds: std::ops::Range<u64>) {
        for seed in seeds {
            self.write(&format!("{folder}/{seed:04}.png"), &png(&blots(seed, 64)));
        }
    }

    /// Writes a sets file and reads it.
    pub fn sets(&self, text: &str) -> SetsFile {
        self.write("sets.toml", text.as_bytes());
        SetsFile::read(&self.path("sets.toml")).unwrap()
    }

    pub fn prepare(&self, sets: &SetsFile, out: &str) -> Result<PrepareReport, DatasetError> {
        prepare_with(sets, &PrepareOptions::default(), &self.path(out))
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// All lines of a prepared set's manifest.
    pub fn manifest(&self, out: &str) -> Vec<Entry> {
        let text = self.read(&format!("{out}/manifest.jsonl"));
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Paths of all files below a folder, sorted.
    pub fn files(&self, folder: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut open = vec![self.path(folder)];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path)
                } else {
                    files.push(path)
                }
            }
        }
        files.sort();
        files
    }
}

pub fn prepare_with(
    sets: &SetsFile,
    options: &PrepareOptions,
    out: &Path,
) -> Result<PrepareReport, DatasetError> {
    prepare(sets, options, out, &mut |_| {}, &AtomicBool::new(false))
}

/// Three styles of very different size and a content-only one, at 32 pixels.
pub fn four_sets() -> (Workshop, Arc<PreparedSet>) {
    let shop = Workshop::new();
    shop.draw("many", 0..60);
    shop.draw("few", 100..106);
    shop.draw("some", 200..220);
    shop.draw("photo", 300..315);
    let sets = shop.sets(
        "size = 32\nvalidation = 0.1\n\
         [[source]]\npath = 'many'\nstyle = 'many'\nlicence = 'CC0'\nlabels = { age = 7 }\n\
         [[source]]\npath = 'few'\nstyle = 'few'\n\
         [[source]]\npath = 'some'\nstyle = 'some'\n\
         [[source]]\npath = 'photo'\nstyle = 'photo'\nrole = 'content-only'\n",
    );
    shop.prepare(&sets, "set").unwrap();
    let set = PreparedSet::open(&shop.path("set")).unwrap();
    (shop, Arc::new(set))
}

/// A zip of these members, stored or deflated.
pub fn zip_of(members: &[(&str, &[u8])], deflated: bool) -> Vec<u8> {
    let method = if deflated {
        zip::CompressionMethod::Deflated
    } else {
        zip::CompressionMethod::Stored
    };
    let options = zip::write::SimpleFileOptions::default().compression_method(method);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
