//! XMP: changes to the content's own, and the mark for a model's part in the picture.

use super::Mark;

const END: &str = "</rdf:RDF>";
const TERM: &str = "Iptc4xmpExt:DigitalSourceType";

impl Mark {
    /// The mark's term in the list of the IPTC.
    fn term(self) -> &'static str {
        match self {
            Self::Repainted => "compositeWithTrainedAlgorithmicMedia",
            Self::Generated => "trainedAlgorithmicMedia",
        }
    }
}

/// Makes the XMP packet to write: the content's, adapted to the rotated pixels, with the mark;
/// `None` if there is neither.
pub(super) fn packet(content: Option<&[u8]>, mark: Option<Mark>) -> Option<Vec<u8>> {
    let content = content.and_then(|bytes| std::str::from_utf8(bytes).ok());
    let content = content.map(|text| upright(&without_term(text)));
    let Some(mark) = mark else {
        return content.map(String::into_bytes);
    };
    let description = format!(
        "<rdf:Description rdf:about=\"\" \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\">\
         <{TERM}>http://cv.iptc.org/newscodes/digitalsourcetype/{}</{TERM}></rdf:Description>",
        mark.term()
    );
    let marked = match content.as_deref().and_then(|text| text.rsplit_once(END)) {
        Some((before, behind)) => format!("{before}{description}{END}{behind}"),
        None => format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
             xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">{description}{END}\
             </x:xmpmeta><?xpacket end=\"w\"?>"
        ),
    };
    Some(marked.into_bytes())
}

/// Removes the content's own digital source type.
fn without_term(text: &str) -> String {
    let mut rest = text.to_owned();
    for (start, ends) in [
        (format!("<{TERM}>"), format!("</{TERM}>")),
        (format!(" {TERM}=\""), "\"".to_owned()),
        (format!(" {TERM}='"), "'".to_owned()),
    ] {
        while let Some(from) = rest.find(&start) {
            let behind = from + start.len();
            let Some(length) = rest[behind..].find(&ends) else {
                break;
            };
            rest.replace_range(from..behind + length + ends.len(), "");
        }
    }
    rest
}

/// Sets the orientation in an XMP text to upright, for a picture whose pixels have been rotated.
fn upright(text: &str) -> String {
    let mut text = text.to_owned();
    for start in [
        "tiff:Orientation=\"",
        "tiff:Orientation='",
        "<tiff:Orientation>",
    ] {
        let Some(from) = text.find(start) else {
            continue;
        };
        let value = from + start.len();
        let digits = text[value..].bytes().take_while(u8::is_ascii_digit).count();
        text.replace_range(value..value + digits, "1");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_takes_the_place_of_another() {
        let given =
            format!("<rdf:RDF><rdf:Description {TERM}=\"x\"/><{TERM}>y</{TERM}></rdf:RDF>!");
        let text =
            String::from_utf8(packet(Some(given.as_bytes()), Some(Mark::Generated)).unwrap());
        let text = text.unwrap();
        assert_eq!(text.matches(TERM).count(), 2);
        assert!(text.contains("/trainedAlgorithmicMedia<"));
        assert!(text.ends_with("</rdf:RDF>!"));
        assert_eq!(packet(None, None), None);
        let alone = packet(None, Some(Mark::Repainted)).unwrap();
        assert!(String::from_utf8(alone).unwrap().contains("<rdf:RDF"));
    }
}
