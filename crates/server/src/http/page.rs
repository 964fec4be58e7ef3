//! The page, whose files are inside of the program.

use std::sync::LazyLock;

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use serde_json::json;
use utsushi::style_names::STYLE_NAMES;

use super::entity_tag;

/// A file of the page.
pub(super) struct Asset {
    pub(super) path: &'static str,
    media: &'static str,
    content: Content,
}

enum Content {
    File(&'static [u8]),
    /// A file that is made at run time from facts about this program.
    Made(&'static LazyLock<String>),
}

/// The names of styles in other languages, which the program accepts, too, as JavaScript.
static STYLES: LazyLock<String> = LazyLock::new(|| {
    let chinese: serde_json::Map<_, _> = STYLE_NAMES
        .iter()
        .map(|style| (style.name.to_owned(), json!(style.chinese)))
        .collect();
    format!("export const STYLES = {};\n", json!({"zh": chinese}))
});

macro_rules! script {
    ($name:literal) => {
        Asset {
            path: concat!("/assets/", $name),
            media: "text/javascript; charset=utf-8",
            content: Content::File(include_bytes!(concat!("../../assets/page/", $name))),
        }
    };
}

/// All files of the page. No name from a request is ever looked up anywhere else.
pub(super) static ASSETS: &[Asset] = &[
    Asset {
        path: "/",
        media: "text/html; charset=utf-8",
        content: Content::File(include_bytes!("../../assets/page/index.html")),
    },
    Asset {
        path: "/assets/style.css",
        media: "text/css; charset=utf-8",
        content: Content::File(include_bytes!("../../assets/page/style.css")),
    },
    Asset {
        path: "/favicon.ico",
        media: "image/svg+xml",
        content: Content::File(include_bytes!("../../assets/page/icon.svg")),
    },
    Asset {
        path: "/assets/sitter.png",
        media: "image/png",
        content: Content::File(super::thumbnails::SAMPLE_PORTRAIT),
    },
    Asset {
        path: "/assets/example.png",
        media: "image/png",
        content: Content::File(include_bytes!("../../assets/eileen.png")),
    },
    Asset {
        path: "/assets/style-names.js",
        media: "text/javascript; charset=utf-8",
        content: Content::Made(&STYLES),
    },
    script!("api.js"),
    script!("card.js"),
    script!("command.js"),
    script!("compare.js"),
    script!("edit.js"),
    script!("generate.js"),
    script!("main.js"),
    script!("mask.js"),
    script!("memory.js"),
    script!("morph.js"),
    script!("parts.js"),
    script!("past.js"),
    script!("pictures.js"),
    script!("queue.js"),
    script!("said.js"),
    script!("saved-style.js"),
    script!("saving.js"),
    script!("shapes.js"),
    script!("stage.js"),
    script!("styles.js"),
    script!("tabs.js"),
    script!("texts.js"),
    script!("triangle.js"),
    script!("zip.js"),
];

impl Asset {
    /// The file's entity tag, to be computed once.
    pub(super) fn tag(&self) -> String {
        entity_tag::of(self.bytes())
    }

    fn bytes(&self) -> &'static [u8] {
        match self.content {
            Content::File(bytes) => bytes,
            Content::Made(text) => text.as_bytes(),
        }
    }

    /// Makes the answer with the file; `tag` is its [`Asset::tag`].
    pub(super) fn response(&self, headers: &HeaderMap, tag: &str) -> Response<Body> {
        let bytes = Bytes::from_static(self.bytes());
        entity_tag::tagged(Some(headers), self.media, bytes, tag)
    }
}
