//! Formats of files with frames, by name and by content.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use utsushi_imaging::AnimationFormat;

/// A format of video files that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VideoFormat {
    /// MP4 with H.264; plays almost everywhere.
    Mp4,
    /// WebM with VP9.
    WebM,
    /// Matroska with H.264; accepts any sound and subtitles.
    Matroska,
    /// QuickTime with H.264.
    Mov,
}

/// A format of files to which frames are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FilmFormat {
    /// An animation, written by this program itself.
    Animation(AnimationFormat),
    /// A video, written through ffmpeg.
    Video(VideoFormat),
}

/// Suffixes of video files that are read but not written.
const READ_ONLY: [&str; 11] = [
    "avi", "flv", "m2ts", "mpeg", "mpg", "mts", "ogv", "ts", "vob", "wmv", "3gp",
];

impl VideoFormat {
    /// The format that the suffix of a file name asks for, in upper or lower case.
    pub fn from_extension(path: &Path) -> Option<Self> {
        Some(match ending(path)?.as_str() {
            "mp4" | "m4v" => Self::Mp4,
            "webm" => Self::WebM,
            "mkv" => Self::Matroska,
            "mov" => Self::Mov,
            _ => return None,
        })
    }

    /// ffmpeg's name of the muxer for such files.
    pub(crate) fn muxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::WebM => "webm",
            Self::Matroska => "matroska",
            Self::Mov => "mov",
        }
    }

    /// ffmpeg's names of the video encoders to choose from, the best first.
    pub(crate) fn encoders(self) -> &'static [&'static str] {
        match self {
            Self::WebM => &["libvpx-vp9", "libvpx"],
            // The last one is in every ffmpeg, and looks worse.
            Self::Mp4 | Self::Matroska | Self::Mov => &["libx264", "libopenh264", "mpeg4"],
        }
    }

    /// Whether sound of that codec can be copied into such a file unchanged.
    pub(crate) fn takes_sound(self, codec: &str) -> bool {
        match self {
            Self::Mp4 => ["aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"].contains(&codec),
            Self::WebM => ["opus", "vorbis"].contains(&codec),
            Self::Matroska => true,
            Self::Mov => {
                ["aac", "mp3", "ac3", "eac3", "alac"].contains(&codec) || codec.starts_with("pcm_s")
            }
        }
    }

    /// ffmpeg's name of the encoder for sound that cannot be copied.
    pub(crate) fn sound_encoder(self) -> &'static str {
        match self {
            Self::WebM => "libopus",
            Self::Mp4 | Self::Matroska | Self::Mov => "aac",
        }
    }
}

impl fmt::Display for VideoFormat {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Mp4 => "MP4",
            Self::WebM => "WebM",
            Self::Matroska => "Matroska",
            Self::Mov => "QuickTime",
        })
    }
}

impl FilmFormat {
    /// The format that the suffix of a file name asks for, in upper or lower case.
    pub fn from_extension(path: &Path) -> Option<Self> {
        VideoFormat::from_extension(path)
            .map(Self::Video)
            .or_else(|| AnimationFormat::from_extension(path).map(Self::Animation))
    }
}

/// Whether a file is a video, by its name and its first bytes. Neither alone is enough: names may
/// be wrong, and one kind of container may have only sound or pictures.
pub fn is_video(path: &Path) -> bool {
    let named = VideoFormat::from_extension(path).is_some()
        || ending(path).is_some_and(|ending| READ_ONLY.contains(&ending.as_str()));
    let head = || -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // A pipe would block.
        if path.metadata()?.is_file() {
            File::open(path)?.take(400).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    };
    named && head().is_ok_and(|bytes| holds_video(&bytes))
}

fn holds_video(bytes: &[u8]) -> bool {
    match bytes {
        // MPEG-4 and QuickTime: a length and the name of the first box.
        [_, _, _, _, name @ ..]
            if [&b"ftyp"[..], b"moov", b"mdat", b"wide", b"free", b"skip"]
                .iter()
                .any(|known| name.starts_with(known)) =>
        {
            true
        }
        // Matroska and WebM, AVI, Flash, Ogg, ASF.
        [0x1a, 0x45, 0xdf, 0xa3, ..] => true,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'A',
            b'V',
            b'I',
            b' ',
            ..,
        ] => true,
        [b'F', b'L', b'V', 1, ..] | [b'O', b'g', b'g', b'S', ..] => true,
        [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => true,
        // MPEG program and transport streams; the latter in packets of 188 or 192 bytes.
        [0, 0, 1, 0xba | 0xb3, ..] => true,
        _ => [(0, 188), (4, 192)].iter().any(|&(first, length)| {
            let sync = |packet: usize| bytes.get(first + packet * length) == Some(&0x47);
            sync(0) && sync(1)
        }),
    }
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_say_what_is_written() {
        let of = |name: &str| FilmFormat::from_extension(Path::new(name));
        assert_eq!(of("a/B.MP4"), Some(FilmFormat::Video(VideoFormat::Mp4)));
        assert_eq!(of("b.mov"), Some(FilmFormat::Video(VideoFormat::Mov)));
        assert_eq!(
            of("b.gif"),
            Some(FilmFormat::Animation(AnimationFormat::Gif))
        );
        assert_eq!(of("b.avi"), None);
        assert_eq!(of("mp4"), None);
    }

    #[test]
    fn a_video_is_one_by_name_and_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            is_video(&path)
        };
        let mp4 = b"\0\0\0\x20ftypisom";
        assert!(file("a.mp4", mp4));
        assert!(!file("a.txt", mp4));
        assert!(!file("b.mp4", b"#EXTM3U\n"));
        assert!(!file("c.mp4", b""));
        assert!(file("d.mkv", &[0x1a, 0x45, 0xdf, 0xa3, 1]));
        let mut stream = vec![0u8; 400];
        stream[0] = 0x47;
        assert!(!file("e.ts", &stream));
        stream[188] = 0x47;
        assert!(file("e.ts", &stream));
        assert!(!is_video(folder.path()));
    }

    #[test]
    fn sound_is_copied_where_the_file_takes_it() {
        assert!(VideoFormat::Mp4.takes_sound("aac"));
        assert!(!VideoFormat::WebM.takes_sound("aac"));
        assert!(VideoFormat::Matroska.takes_sound("anything"));
        assert!(VideoFormat::Mov.takes_sound("pcm_s16le"));
        assert!(!VideoFormat::Mp4.takes_sound("vorbis"));
    }
}
