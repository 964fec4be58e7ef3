//! The arguments of ffmpeg: lists, never a line for a shell.
//!
//! Every file is named with `file:` before an absolute path, so that no name is taken for an
//! option, another protocol or a pattern.

use std::ffi::OsString;
use std::path::Path;

use super::VideoInfo;
use crate::{Rate, VideoFormat};

/// Container formats that are opened. Playlists are not among them: in a stranger's file they could
/// make ffmpeg open any other file.
const CONTAINERS: &str = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,\
                          asf";

/// Arguments of decoding: which frames of a file are wanted, and in which form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoding<'a> {
    pub(crate) path: &'a Path,
    pub(crate) info: &'a VideoInfo,
    /// Number of first frames that are left out.
    pub(crate) skipped: u64,
}

/// Arguments of encoding frames into a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encoding<'a> {
    pub(crate) path: &'a Path,
    pub(crate) size: (u32, u32),
    pub(crate) rate: Rate,
    pub(crate) encoder: &'a str,
}

/// Arguments of joining parts into one file, with the sound of another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joining<'a> {
    /// File with the list of the parts.
    pub(crate) list: &'a Path,
    pub(crate) path: &'a Path,
    pub(crate) format: VideoFormat,
    pub(crate) sound: Option<(&'a Path, &'a VideoInfo)>,
}

/// A list of arguments under construction.
#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    /// Arguments common to all calls of ffmpeg: no questions, and nothing but errors on standard
    /// error.
    fn quiet() -> Self {
        let mut arguments = Self::default();
        arguments.words("-hide_banner -nostdin -v error");
        arguments
    }

    fn words(&mut self, words: &str) -> &mut Self {
        self.0.extend(words.split_whitespace().map(OsString::from));
        self
    }

    fn pair(&mut self, name: &str, value: impl Into<OsString>) -> &mut Self {
        self.0.extend([name.into(), value.into()]);
        self
    }

    fn file(&mut self, path: &Path) -> &mut Self {
        self.0.push(named(path));
        self
    }
}

fn named(path: &Path) -> OsString {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut name = OsString::from("file:");
    name.push(absolute);
    name
}

/// Arguments for ffprobe: report on the file as JSON.
pub(super) fn probe(path: &Path) -> Vec<OsString> {
    let mut arguments = Arguments::default();
    arguments
        .words("-hide_banner -v error -of json -show_format -show_streams")
        .pair("-format_whitelist", CONTAINERS)
        .words("-protocol_whitelist file -i")
        .file(path);
    arguments.0
}

/// Arguments for decoding: frames of one rate and size to standard output, as raw pixels.
pub(crate) fn decode(decoding: &Decoding<'_>) -> Vec<OsString> {
    let info = decoding.info;
    let mut filters = String::new();
    if info.interlaced {
        filters.push_str("yadif=deint=interlaced,");
    }
    // From time 0, so that pictures and sound stay together where the pictures begin later.
    filters.push_str(&format!("fps=fps={}:start_time=0", info.rate));
    if decoding.skipped > 0 {
        let first = decoding.skipped;
        filters.push_str(&format!(",trim=start_frame={first},setpts=PTS-STARTPTS"));
    }
    let (width, height) = (info.width, info.height);
    filters.push_str(&format!(
        ",scale={width}:{height}:flags=bicubic+accurate_rnd+full_chroma_int"
    ));
    if info.unstated_colours && height >= 720 {
        // As players do: what says nothing and is large is meant for high definition.
        filters.push_str(":in_color_matrix=bt709");
    }
    filters.push_str(",format=rgb24");
    let mut arguments = Arguments::quiet();
    arguments
        .pair("-format_whitelist", CONTAINERS)
        .words("-protocol_whitelist file -i")
        .file(decoding.path)
        .pair("-map", format!("0:{}", info.stream))
        .words("-an -sn -dn")
        .pair("-vf", filters)
        .words("-f rawvideo -pix_fmt rgb24 pipe:1");
    arguments.0
}

/// Arguments for encoding: raw pixels from standard input to a part of a video.
pub(crate) fn encode(encoding: &Encoding<'_>) -> Vec<OsString> {
    let (width, height) = encoding.size;
    let mut arguments = Arguments::quiet();
    arguments
        .words("-f rawvideo -pixel_format rgb24")
        .pair("-video_size", format!("{width}x{height}"))
        .pair("-framerate", encoding.rate.to_string())
        .words("-protocol_whitelist pipe -i pipe:0 -an")
        // Colours at half the size need even sides.
        .pair(
            "-vf",
            "crop=trunc(iw/2)*2:trunc(ih/2)*2,scale=out_color_matrix=bt709:out_range=tv:\
             flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p",
        )
        .pair("-c:v", encoding.encoder)
        .words(match encoding.encoder {
            "libx264" => "-preset medium -crf 17",
            "libvpx-vp9" => "-crf 24 -b:v 0 -row-mt 1 -deadline good -cpu-used 4",
            "libvpx" => "-crf 8 -b:v 20M -deadline good -cpu-used 4",
            "libopenh264" => "-b:v 20M",
            _ => "-q:v 2",
        })
        .words("-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv")
        // Parts are MPEG-4 whatever becomes of them: it counts time in the rate's own units.
        .words("-f mp4 -y")
        .file(encoding.path);
    arguments.0
}

/// Arguments for joining: parts one after the other into one file, without encoding them again.
pub(crate) fn join(joining: &Joining<'_>) -> Vec<OsString> {
    let mut arguments = Arguments::quiet();
    arguments
        .words("-f concat -safe 1 -protocol_whitelist file -i")
        .file(joining.list);
    if let Some((path, _)) = joining.sound {
        arguments
            .pair("-format_whitelist", CONTAINERS)
            .words("-protocol_whitelist file -i")
            .file(path);
    }
    arguments.words("-map 0:v:0 -c:v copy");
    if let Some((_, info)) = joining.sound {
        arguments.words("-map 1:a? -map_metadata 1 -map_chapters 1");
        for (index, codec) in info.sound.iter().enumerate() {
            let how = if joining.format.takes_sound(codec) {
                "copy"
            } else {
                joining.format.sound_encoder()
            };
            arguments.pair(&format!("-c:a:{index}"), how);
        }
        if joining.format == VideoFormat::Matroska && info.matroska {
            arguments.words("-map 1:s? -c:s copy");
        }
    }
    if matches!(joining.format, VideoFormat::Mp4 | VideoFormat::Mov) {
        arguments.words("-movflags +faststart");
    }
    arguments
        .pair("-f", joining.format.muxer())
        .words("-y")
        .file(joining.path);
    arguments.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> VideoInfo {
        VideoInfo {
            stream: 1,
            width: 64,
            height: 48,
            rate: Rate::parse("24000/1001").unwrap(),
            frames: Some(9),
            stated_frames: Some(9),
            variable: false,
            interlaced: false,
            unstated_colours: true,
            sound: vec!["opus".to_owned(), "aac".to_owned()],
            matroska: true,
        }
    }

    fn text(arguments: &[OsString]) -> Vec<&str> {
        arguments
            .iter()
            .map(|word| word.to_str().unwrap())
            .collect()
    }

    fn value<'a>(arguments: &'a [OsString], name: &str) -> &'a str {
        let words = text(arguments);
        let at = words.iter().position(|word| *word == name).unwrap();
        words[at + 1]
    }

    #[test]
    fn names_are_never_options_or_protocols() {
        for name in [
            "-i",
            "-y.mp4",
            "concat:a|b.mp4",
            "http://a/b.mp4",
            "a b;rm $x.mp4",
        ] {
            let path = Path::new(name);
            let decoding = Decoding {
                path,
                info: &info(),
                skipped: 0,
            };
            let words = decode(&decoding);
            let file = value(&words, "-i");
            let absolute = std::path::absolute(path).unwrap();
            assert_eq!(file, format!("file:{}", absolute.display()));
            assert!(words.iter().all(|word| word != name || name == "-i"));
            assert_eq!(words.iter().filter(|word| *word == "-i").count(), 1);
        }
    }

    #[test]
    fn frames_are_asked_for_at_one_rate_and_size() {
        let info = info();
        let path = Path::new("a.mkv");
        let decoding = |skipped| Decoding {
            path,
            info: &info,
            skipped,
        };
        let whole = decode(&decoding(0));
        let filters = value(&whole, "-vf");
        assert!(
            filters.starts_with("fps=fps=24000/1001:start_time=0,scale=64:48"),
            "{filters}"
        );
        assert!(
            !filters.contains("trim") && !filters.contains("bt709"),
            "{filters}"
        );
        assert_eq!(value(&whole, "-map"), "0:1");
        let rest = decode(&decoding(240));
        assert!(value(&rest, "-vf").contains(",trim=start_frame=240,setpts=PTS-STARTPTS,"));
        let wide = VideoInfo {
            height: 720,
            interlaced: true,
            ..info.clone()
        };
        let wide = decode(&Decoding {
            path,
            info: &wide,
            skipped: 0,
        });
        assert!(value(&wide, "-vf").starts_with("yadif"));
        assert!(value(&wide, "-vf").contains("in_color_matrix=bt709"));
    }

    #[test]
    fn sound_is_copied_where_it_can_be() {
        let info = info();
        let path = Path::new("a.mkv");
        let joined = |format, sound| {
            join(&Joining {
                list: Path::new("l"),
                path: Path::new("o"),
                format,
                sound,
            })
        };
        let webm = joined(VideoFormat::WebM, Some((path, &info)));
        assert_eq!(value(&webm, "-c:a:0"), "copy");
        assert_eq!(value(&webm, "-c:a:1"), "libopus");
        assert_eq!(value(&webm, "-c:v"), "copy");
        assert!(!text(&webm).contains(&"-c:s"));
        let matroska = joined(VideoFormat::Matroska, Some((path, &info)));
        assert_eq!(value(&matroska, "-c:s"), "copy");
        let silent = joined(VideoFormat::Mp4, None);
        assert!(!text(&silent).contains(&"1:a?"));
        assert_eq!(value(&silent, "-movflags"), "+faststart");
        assert_eq!(value(&silent, "-f"), "concat");
    }

    #[test]
    fn parts_are_encoded_from_raw_pixels() {
        let of = |encoder| {
            encode(&Encoding {
                path: Path::new("part.mp4"),
                size: (63, 48),
                rate: Rate::new(25, 1).unwrap(),
                encoder,
            })
        };
        let words = of("libx264");
        assert_eq!(value(&words, "-video_size"), "63x48");
        assert_eq!(value(&words, "-framerate"), "25/1");
        assert_eq!(value(&words, "-crf"), "17");
        assert_eq!(value(&of("mpeg4"), "-q:v"), "2");
    }
}
