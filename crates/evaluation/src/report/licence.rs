/// Whether pictures under these terms may be shown to the public: each part of the terms must say
/// so in known words. Unknown or missing terms count as unfree.
pub(crate) fn is_free(licence: Option<&str>) -> bool {
    let Some(licence) = licence else { return false };
    let mut parts = licence.split(';').map(str::trim).filter(|p| !p.is_empty());
    // All parts, and at least one.
    parts.clone().next().is_some() && parts.all(is_free_part)
}

fn is_free_part(part: &str) -> bool {
    let words: String = part.to_lowercase().replace(['-', '_'], " ");
    // Outputs are changed pictures, and a report may be shown where something is sold.
    let bound = [
        "no licence",
        "no license",
        "non commercial",
        "noncommercial",
        " nc",
        " nd",
    ];
    let doubtful = ["not public domain", "unknown", "research", "not free"];
    let is_bound = bound.iter().chain(&doubtful).any(|w| words.contains(w));
    let free = ["cc0", "cc by", "public domain", "creative commons zero"];
    !is_bound && free.iter().any(|w| words.contains(w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_free() {
        let free = [
            "CC0",
            "CC BY 4.0",
            "portraits by somebody, CC-BY-SA-4.0",
            "old masters, public domain in substance",
            "CC0; public domain",
        ];
        assert!(free.iter().all(|licence| is_free(Some(licence))));
        let unfree = [
            "web crawl, no licence stated",
            "CC BY-NC 4.0",
            "CC-BY-ND",
            "CC0; research use",
            "all rights reserved",
            "",
            ";",
        ];
        assert!(unfree.iter().all(|licence| !is_free(Some(licence))));
        assert!(!is_free(None));
    }
}
