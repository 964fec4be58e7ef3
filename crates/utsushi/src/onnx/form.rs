//! The form in which a network takes and gives pictures.

use std::fmt;
use std::str::FromStr;

/// The layout of a picture: channels first or last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Channels first: `[1, 3, height, width]`.
    ChannelsFirst,
    /// Channels last: `[1, height, width, 3]`.
    ChannelsLast,
}

/// The range of values, from black to white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Values from −1 for black to 1 for white.
    Signed,
    /// Values from 0 for black to 1 for white.
    Unit,
    /// Values from 0 for black to 255 for white.
    Byte,
}

/// The order of colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelOrder {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
}

/// The form of pictures at the input or the output of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Whether channels come first or last.
    pub layout: Layout,
    /// The range of values, from black to white.
    pub range: Range,
    /// The order of colours.
    pub order: ChannelOrder,
}

/// The form in which a network takes pictures, and gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// The form of the input.
    pub input: Side,
    /// The form of the output.
    pub output: Side,
    /// Number of pixels of which both sides of a picture must be multiples.
    pub multiple: usize,
    /// Width and height in pixels, each only if the network takes no other.
    pub size: [Option<usize>; 2],
}

/// Parts of a form that are known beforehand.
///
/// Parsed from `layout=nhwc,in=0..255,out=-1..1,order=bgr,multiple=32`; `range=…` stands for both
/// `in` and `out`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormOptions {
    /// The layout of input and output.
    pub layout: Option<Layout>,
    /// The range of the input, from black to white.
    pub input: Option<Range>,
    /// The range of the output, from black to white.
    pub output: Option<Range>,
    /// The order of colours of input and output.
    pub order: Option<ChannelOrder>,
    /// Number of pixels of which both sides of a picture must be multiples.
    pub multiple: Option<usize>,
}

impl Layout {
    /// The shape of a tensor with one picture.
    pub(super) fn shape(self, width: usize, height: usize) -> [usize; 4] {
        match self {
            Self::ChannelsFirst => [1, 3, height, width],
            Self::ChannelsLast => [1, height, width, 3],
        }
    }
}

impl Range {
    /// All ranges.
    pub(super) const ALL: [Self; 3] = [Self::Signed, Self::Unit, Self::Byte];

    /// The values of black and white.
    pub(super) fn ends(self) -> [f32; 2] {
        match self {
            Self::Signed => [-1.0, 1.0],
            Self::Unit => [0.0, 1.0],
            Self::Byte => [0.0, 255.0],
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = match self.input.layout {
            Layout::ChannelsFirst => "nchw",
            Layout::ChannelsLast => "nhwc",
        };
        let order = match self.input.order {
            ChannelOrder::Rgb => "rgb",
            ChannelOrder::Bgr => "bgr",
        };
        let [input, output] = [self.input.range, self.output.range].map(|range| match range {
            Range::Signed => "-1..1",
            Range::Unit => "0..1",
            Range::Byte => "0..255",
        });
        write!(
            formatter,
            "layout={layout},in={input},out={output},order={order},multiple={}",
            self.multiple
        )
    }
}

/// The error that a text does not describe the form of a network's pictures.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseFormError {
    /// A part of the text has no `=`.
    #[error("`{0}` is not of the form key=value")]
    NotAPair(String),
    /// There is no such key.
    #[error("there is no setting `{0}`; there are layout, range, in, out, order and multiple")]
    UnknownKey(String),
    /// The key does not take this value.
    #[error("`{key}={value}`: expected {expected}")]
    Value {
        /// The key that does not take the value.
        key: String,
        /// The value given.
        value: String,
        /// The values that the key takes, in words.
        expected: &'static str,
    },
}

impl FromStr for FormOptions {
    type Err = ParseFormError;

    fn from_str(text: &str) -> Result<Self, ParseFormError> {
        let mut options = Self::default();
        for part in text.split(',') {
            let (key, value) = part
                .split_once('=')
                .ok_or_else(|| ParseFormError::NotAPair(part.to_owned()))?;
            let unknown = |expected| ParseFormError::Value {
                key: key.to_owned(),
                value: value.to_owned(),
                expected,
            };
            let range = || match value {
                "-1..1" => Ok(Range::Signed),
                "0..1" => Ok(Range::Unit),
                "0..255" => Ok(Range::Byte),
                _ => Err(unknown("-1..1, 0..1 or 0..255")),
            };
            match key {
                "layout" => {
                    options.layout = Some(match value {
                        "nchw" => Layout::ChannelsFirst,
                        "nhwc" => Layout::ChannelsLast,
                        _ => return Err(unknown("nchw or nhwc")),
                    });
                }
                "in" => options.input = Some(range()?),
                "out" => options.output = Some(range()?),
                "range" => (options.input, options.output) = (Some(range()?), Some(range()?)),
                "order" => {
                    options.order = Some(match value {
                        "rgb" => ChannelOrder::Rgb,
                        "bgr" => ChannelOrder::Bgr,
                        _ => return Err(unknown("rgb or bgr")),
                    });
                }
                "multiple" => match value.parse() {
                    Ok(multiple) if (1..=256).contains(&multiple) => {
                        options.multiple = Some(multiple);
                    }
                    _ => return Err(unknown("a whole number from 1 to 256")),
                },
                _ => return Err(ParseFormError::UnknownKey(key.to_owned())),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_shown_alike() {
        let text = "layout=nhwc,in=0..255,out=-1..1,order=bgr,multiple=32";
        let options: FormOptions = text.parse().unwrap();
        let side = |range| Side {
            layout: options.layout.unwrap(),
            range,
            order: options.order.unwrap(),
        };
        let form = Form {
            input: side(options.input.unwrap()),
            output: side(options.output.unwrap()),
            multiple: options.multiple.unwrap(),
            size: [None; 2],
        };
        assert_eq!(form.to_string(), text);
        let both: FormOptions = "range=0..1".parse().unwrap();
        assert_eq!(
            (both.input, both.output),
            (Some(Range::Unit), Some(Range::Unit))
        );
    }

    #[test]
    fn what_is_no_setting_is_named() {
        let error = |text: &str| text.parse::<FormOptions>().unwrap_err().to_string();
        assert!(error("layout").contains("`layout`"));
        assert!(error("layout=chw").contains("nchw or nhwc"));
        assert!(error("range=0-255").contains("0..255"));
        assert!(error("multiple=0").contains("from 1"));
        assert!(error("size=3").contains("no setting `size`"));
        assert!(error("").contains("key=value"));
    }
}
