//! Facts about a video file.

use serde_json::Value;

use crate::Rate;

/// Facts about a video file, as ffprobe reports them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VideoInfo {
    /// Index of the video stream.
    pub stream: u32,
    /// Width in pixels as the video is meant to be shown: rotated, and with square pixels.
    pub width: u32,
    /// Height in pixels as the video is meant to be shown: rotated, and with square pixels.
    pub height: u32,
    /// Frames per second to be read. For a variable rate, the one at which almost all frames can be
    /// shown on time; frames are repeated in between.
    pub rate: Rate,
    /// Approximate number of frames at [`rate`](Self::rate).
    pub frames: Option<u64>,
    /// Number of frames at [`rate`](Self::rate) by what the file says of its video stream; not one
    /// guessed from the length of all streams together.
    pub stated_frames: Option<u64>,
    /// Whether the frame rate is variable.
    pub variable: bool,
    /// Whether frames are interlaced, each of two half pictures.
    pub interlaced: bool,
    /// Whether the file does not specify its colours.
    pub unstated_colours: bool,
    /// Codecs of the sound streams.
    pub sound: Vec<String>,
    /// Whether the container is Matroska or WebM.
    pub matroska: bool,
}

impl VideoInfo {
    /// Parses ffprobe's JSON; `None` if there is no video stream.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let told: Value = serde_json::from_slice(bytes).ok()?;
        let streams = told["streams"].as_array()?;
        let video = streams.iter().find(|stream| {
            // The cover of an album is a video stream, too.
            stream["codec_type"] == "video" && stream["disposition"]["attached_pic"] != 1
        })?;
        let side = |name: &str| {
            let side = u32::try_from(video[name].as_u64()?).ok()?;
            (side > 0).then_some(side)
        };
        let (width, height) = shown(video, side("width")?, side("height")?);
        let interlaced = ["tt", "bb", "tb", "bt"].contains(&text(&video["field_order"]));
        let (rate, variable) = rate(video, interlaced);
        let length = |seconds: Option<f64>| {
            seconds
                .filter(|seconds| seconds.is_finite() && *seconds > 0.0)
                .map(|seconds| (seconds * rate.per_second()).round() as u64)
        };
        let parsed = |value: &Value| text(value).parse::<f64>().ok();
        let own = parsed(&video["duration"]).or_else(|| clock(text(&video["tags"]["DURATION"])));
        let whole = length(own.or_else(|| parsed(&told["format"]["duration"])));
        let counted = text(&video["nb_frames"]).parse().ok();
        let counted = counted.filter(|_| !variable);
        let sound = streams
            .iter()
            .filter(|stream| stream["codec_type"] == "audio")
            .map(|stream| text(&stream["codec_name"]).to_owned());
        Some(Self {
            stream: u32::try_from(video["index"].as_u64()?).ok()?,
            width,
            height,
            rate,
            frames: counted.or(whole),
            stated_frames: counted.or(length(own)),
            variable,
            interlaced,
            unstated_colours: ["", "unknown"].contains(&text(&video["color_space"])),
            sound: sound.collect(),
            matroska: text(&told["format"]["format_name"]).contains("matroska"),
        })
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Parses `00:01:02.500000000`, Matroska's form of a stream's length, to seconds.
fn clock(text: &str) -> Option<f64> {
    text.split(':').try_fold(0.0, |seconds, part| {
        Some(seconds * 60.0 + part.parse::<f64>().ok()?)
    })
}

/// The size at which the video is meant to be shown.
fn shown(video: &Value, width: u32, height: u32) -> (u32, u32) {
    let aspect = text(&video["sample_aspect_ratio"]).split_once(':');
    let aspect = aspect.and_then(|(x, y)| Some((x.parse::<f64>().ok()?, y.parse::<f64>().ok()?)));
    let stretched = match aspect {
        // Wider than any screen is a mistake in the file.
        Some((x, y)) if x > 0.0 && y > 0.0 && (0.1..=10.0).contains(&(x / y)) => {
            ((f64::from(width) * x / y).round() as u32).max(1)
        }
        _ => width,
    };
    let turns = video["side_data_list"].as_array().into_iter().flatten();
    let turned = turns
        .filter_map(|data| data["rotation"].as_f64())
        .chain(text(&video["tags"]["rotate"]).parse())
        .next()
        .unwrap_or(0.0);
    match (turned / 90.0).round() as i64 % 2 {
        0 => (stretched, height),
        _ => (height, stretched),
    }
}

/// Frames per second, and whether the rate is variable.
fn rate(video: &Value, interlaced: bool) -> (Rate, bool) {
    let finest = Rate::parse(text(&video["r_frame_rate"]));
    let mean = Rate::parse(text(&video["avg_frame_rate"]));
    let most = Rate::new(60, 1).expect("a sound rate");
    match (finest, mean) {
        (Some(finest), Some(mean)) => {
            let ratio = finest.per_second() / mean.per_second();
            if (ratio - 1.0).abs() < 0.01 {
                (finest, false)
            } else if interlaced && (ratio - 2.0).abs() < 0.02 {
                // Half pictures are counted, and woven frames are wanted.
                (mean, false)
            } else if ratio < 1.0 {
                (mean.at_most(most), true)
            } else {
                (finest.at_most(most), true)
            }
        }
        (Some(only), None) | (None, Some(only)) => (only, false),
        (None, None) => (Rate::new(25, 1).expect("a sound rate"), true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(video: &Value) -> Option<VideoInfo> {
        let cover = json!({"index": 0, "codec_type": "video", "width": 9, "height": 9,
                           "disposition": {"attached_pic": 1}});
        let sound = json!({"index": 2, "codec_type": "audio", "codec_name": "aac"});
        let told = json!({"streams": [cover, video, sound],
                          "format": {"duration": "4.0", "format_name": "matroska,webm"}});
        VideoInfo::parse(&serde_json::to_vec(&told).unwrap())
    }

    fn video(more: &Value) -> Value {
        let mut video = json!({"index": 1, "codec_type": "video", "width": 720, "height": 576,
                               "r_frame_rate": "25/1", "avg_frame_rate": "25/1"});
        for (key, value) in more.as_object().unwrap() {
            video[key] = value.clone();
        }
        video
    }

    #[test]
    fn sizes_are_those_that_are_seen() {
        let size = |more: &Value| {
            let info = parse(&video(more)).unwrap();
            (info.width, info.height)
        };
        assert_eq!(size(&json!({})), (720, 576));
        assert_eq!(size(&json!({"sample_aspect_ratio": "64:45"})), (1024, 576));
        assert_eq!(size(&json!({"sample_aspect_ratio": "0:1"})), (720, 576));
        let turned = json!({"side_data_list": [{"rotation": -90}]});
        assert_eq!(size(&turned), (576, 720));
        assert_eq!(
            size(&json!({"side_data_list": [{"rotation": 180}]})),
            (720, 576)
        );
        assert_eq!(size(&json!({"tags": {"rotate": "270"}})), (576, 720));
    }

    #[test]
    fn rates_are_constant_or_fine_enough() {
        let of = |finest: &str, mean: &str, order: &str| {
            let info = parse(&video(&json!({
                "r_frame_rate": finest, "avg_frame_rate": mean, "field_order": order
            })));
            let info = info.unwrap();
            (info.rate.to_string(), info.variable, info.frames)
        };
        assert_eq!(
            of("25/1", "25/1", ""),
            ("25/1".to_owned(), false, Some(100))
        );
        let film = of("24000/1001", "23976/1000", "");
        assert_eq!(film, ("24000/1001".to_owned(), false, Some(96)));
        assert_eq!(
            of("50/1", "25/1", "tt"),
            ("25/1".to_owned(), false, Some(100))
        );
        assert_eq!(of("30/1", "17/1", ""), ("30/1".to_owned(), true, Some(120)));
        assert_eq!(
            of("1000/1", "17/1", ""),
            ("60/1".to_owned(), true, Some(240))
        );
        assert_eq!(of("0/0", "0/0", ""), ("25/1".to_owned(), true, Some(100)));
    }

    #[test]
    fn the_first_moving_pictures_are_taken_and_the_sound_is_listed() {
        let info = parse(&video(&json!({"nb_frames": "77", "color_space": "bt709"}))).unwrap();
        assert_eq!((info.stream, info.frames), (1, Some(77)));
        assert_eq!(info.stated_frames, Some(77));
        let tagged = parse(&video(&json!({"tags": {"DURATION": "00:00:03.000000000"}}))).unwrap();
        assert_eq!((tagged.frames, tagged.stated_frames), (Some(75), Some(75)));
        // The length of the whole may be that of its sound.
        let untold = parse(&video(&json!({}))).unwrap();
        assert_eq!((untold.frames, untold.stated_frames), (Some(100), None));
        assert_eq!(info.sound, ["aac"]);
        assert!(info.matroska && !info.unstated_colours);
        assert_eq!(parse(&json!({"codec_type": "audio"})), None);
        assert_eq!(parse(&video(&json!({"width": 0}))), None);
        assert_eq!(VideoInfo::parse(b"not json"), None);
    }
}
