//! Notes: what a user should know about a painting.

use std::fmt;

use crate::ReferencePart;
use crate::pipeline::octaves::MOST;

/// Smallest side in pixels of a reference that shows how it is painted.
pub(crate) const LEAST_SIDE: u32 = 8;

/// A note on a painting, which [`Display`](fmt::Display) and [`Note::worded`] put in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// Even parts of the content are blotched in the painting ([`blotched`](crate::blotched)).
    Blotches {
        /// Number of octaves that the picture was painted with.
        octaves: u32,
        /// Whether the painting's style is one of brushwork already.
        brushwork: bool,
    },
    /// A large drawing without a face that was found, in a style of brushwork, has glowing rims
    /// along its lines.
    Rims {
        /// Number of octaves that the drawing's size asks for.
        octaves: u32,
    },
    /// A page drawn in ink was painted in a painterly style by the networks alone, which paint over
    /// paper and letters.
    Inked,
    /// A page drawn in ink, or line art, was painted in a painterly style: its paper is kept light,
    /// and its lines lie over the painting.
    OnPaper,
    /// A page drawn in ink was painted in a style of cels, which blotches paper and letters.
    InkedCel,
    /// A small picture was painted at twice its size, since its face is too small for the networks.
    Enlarged,
    /// Small line art was painted in a style of brushwork, in which its lines smudge.
    SmallLines,
    /// The picture was painted with the octaves that its face asks for.
    Octaves {
        /// Number of octaves.
        taken: u32,
    },
    /// The picture was painted with fewer octaves than were asked for, since it is too small for
    /// more.
    FewerOctaves {
        /// Number of octaves that was asked for.
        asked: u32,
        /// Number of octaves that was taken.
        taken: u32,
    },
    /// Styles were drawn for seeds, and some were rejected.
    Drawn {
        /// Number of all styles that were drawn.
        drawn: u32,
        /// Number of styles that were taken, one for each seed.
        taken: u32,
        /// Number of styles among those taken that spoil the picture, too, because no better one
        /// was drawn.
        faulty: u32,
    },
    /// A reference's style was read in a part of it, or in all of it although a face was looked
    /// for.
    ReadIn {
        /// The reference as it was named.
        reference: String,
        /// The part in which the style was read.
        part: ReferencePart,
    },
    /// The picture that was painted is entirely transparent.
    Transparent,
    /// A reference has so few pixels that they say little of a style.
    TinyReference {
        /// The reference as it was named.
        reference: String,
        /// Width and height of the reference in pixels.
        size: [u32; 2],
    },
    /// In a picture of a morph that landmarks are to lead, no face with eyes and mouth was found,
    /// so that the transitions from and to it cross-fade.
    NoFaceToMorph {
        /// The picture as it was named.
        picture: String,
    },
    /// A reference whose file name is that of a saved style is a picture.
    PictureNamedStyle {
        /// The reference as it was named.
        reference: String,
    },
}

impl Note {
    /// The note in words. `option` gives the user's name of an option, such as `octaves`.
    pub fn worded(&self, option: impl Fn(&str) -> String) -> String {
        let with_octaves = |octaves: u32| format!("{} {octaves}", option("octaves"));
        match self {
            Self::Blotches { octaves, brushwork } => {
                let calmer = if *octaves < MOST {
                    let more = with_octaves(octaves + 1);
                    format!("try {more}, which often makes areas calmer, or a style")
                } else {
                    "try a style".to_owned()
                };
                let kinds = if *brushwork {
                    "of ink, such as manga"
                } else {
                    "of brushwork, such as old-master, or of ink"
                };
                format!(
                    "its even parts came out blotched: this style does not go together well with \
                     such a picture; {calmer} {kinds}"
                )
            }
            Self::Rims { octaves } => format!(
                "no face was found in this large drawing, so that lines may have glowing rims in a \
                 style of brushwork; try {}",
                with_octaves(*octaves)
            ),
            Self::Inked => {
                "it is drawn in ink on paper, and this style of brushwork paints over paper \
                            and letters; a style of ink keeps them, such as manga or ukiyo-e"
                    .to_owned()
            }
            Self::OnPaper => {
                "it is drawn in ink on paper, so that paper is kept light, and its lines lie over the \
                painting"
                    .to_owned()
            }
            Self::InkedCel => {
                "it is drawn in ink on paper, and this style blotches paper and letters; `utsushi colour` \
                (`/v1/colour`) colours it and keeps its lines, and a style of ink keeps paper too, such as manga or \
                ukiyo-e"
                    .to_owned()
            }
            Self::Enlarged => format!(
                "painted at twice its size, because it is that small; {} paints it as it is",
                with_octaves(0)
            ),
            Self::SmallLines => {
                "the lines of so small a drawing may smudge in a style of brushwork; \
                enlarged to 512 pixels or more it is painted cleanly"
                    .to_owned()
            }
            Self::Octaves { taken } => format!(
                "painted with {}, because its face is that large; {} keeps finer strokes",
                counted(*taken, "octave"),
                with_octaves(taken - 1)
            ),
            Self::FewerOctaves { asked, taken } => format!(
                "{} asked for and {taken} taken: the picture is too small to be halved more often",
                counted(*asked, "octave")
            ),
            Self::Drawn {
                drawn,
                taken,
                faulty,
            } => {
                let styles = counted(*drawn, "style");
                let left_out = match drawn.saturating_sub(*taken) {
                    0 => "all taken".to_owned(),
                    1 => "1 left out because it spoils the picture".to_owned(),
                    out => format!("{out} left out because they spoil the picture"),
                };
                let faulty = match faulty {
                    0 => String::new(),
                    1 => "; of one seed none was without fault, and the best is taken".to_owned(),
                    many => format!(
                        "; of {many} seeds none was without fault, and the best of each is taken"
                    ),
                };
                format!("{styles} drawn, {left_out}{faulty}")
            }
            Self::ReadIn { reference, part } => {
                let part = match part {
                    ReferencePart::Whole => "all of it counts as style",
                    ReferencePart::NoFace => "no face was found, so that all of it counts as style",
                    ReferencePart::Face => "its style is read around the face that was found",
                    ReferencePart::Figure => {
                        "its style is read in the square that its figure fills"
                    }
                };
                format!("{reference}: {part} ({})", option("align"))
            }
            Self::Transparent => "all of the picture is transparent, so that nothing can be seen \
                                  of its painting"
                .to_owned(),
            Self::TinyReference {
                reference,
                size: [width, height],
            } => format!(
                "{reference}: its {width}×{height} pixels say little of a style but its colours; \
                 give a painting whose sides have {LEAST_SIDE} pixels or more"
            ),
            Self::NoFaceToMorph { picture } => format!(
                "{picture}: no face with eyes and mouth was found, so that the way from and to this \
                 picture cross-fades ({})",
                option("warp")
            ),
            Self::PictureNamedStyle { reference } => format!(
                "{reference}: this is a picture and not a saved style, whatever its name; it is \
                 taken as a reference painting"
            ),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.worded(|name| format!("`{name}`")))
    }
}

/// A count with its noun: `1 style`, `2 styles`.
fn counted(count: u32, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(note: &Note) -> String {
        note.worded(|name| format!("--{name}"))
    }

    #[test]
    fn what_does_not_go_together_is_answered_with_octaves() {
        for octaves in 0..MOST {
            let brushwork = false;
            let told = told(&Note::Blotches { octaves, brushwork });
            let more = format!("--octaves {},", octaves + 1);
            assert!(told.contains("blotched") && told.contains(&more), "{told}");
            assert!(!told.contains("--strength"), "{told}");
        }
        let of = |brushwork| {
            let octaves = MOST;
            told(&Note::Blotches { octaves, brushwork })
        };
        assert!(!of(false).contains("--octaves") && of(false).contains("brushwork"));
        // What is done already is not advised.
        assert!(!of(true).contains("brushwork") && of(true).contains("ink"));
        let enlarged = Note::Enlarged.to_string();
        assert!(
            enlarged.ends_with("`octaves` 0 paints it as it is"),
            "{enlarged}"
        );
        let rims = Note::Rims { octaves: 2 };
        assert!(told(&rims).ends_with("try --octaves 2"));
        assert!(rims.to_string().ends_with("try `octaves` 2"));
    }

    #[test]
    fn what_shows_nothing_is_told() {
        let told = told(&Note::TinyReference {
            reference: "a.png".to_owned(),
            size: [1, 1],
        });
        assert!(
            told.starts_with("a.png: its 1×1 pixels") && told.contains("8 pixels"),
            "{told}"
        );
    }

    #[test]
    fn what_was_drawn_and_left_out_is_counted() {
        let drawn = |drawn, taken, faulty| {
            let note = Note::Drawn {
                drawn,
                taken,
                faulty,
            };
            note.to_string()
        };
        assert_eq!(drawn(2, 2, 0), "2 styles drawn, all taken");
        let out = "3 styles drawn, 2 left out because they spoil the picture";
        assert_eq!(drawn(3, 1, 0), out);
        assert!(
            drawn(8, 1, 1).contains("of one seed none"),
            "{}",
            drawn(8, 1, 1)
        );
    }
}
