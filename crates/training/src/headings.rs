//! Markdown headings, lowered for a card inside of another card.

/// Lowers the headings of a Markdown text by some levels, and ends each line. Lines inside of code
/// blocks are not headings.
pub fn lowered(markdown: &str, levels: usize) -> String {
    let mut text = String::with_capacity(markdown.len());
    let mut is_code = false;
    for line in markdown.lines() {
        is_code ^= line.starts_with("```");
        if line.starts_with('#') && !is_code {
            text.push_str(&"#".repeat(levels));
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_sink_and_comments_in_code_stay() {
        let text = "# A\nb #c\n```toml\n# d\n```\n## E";
        assert_eq!(lowered(text, 2), "### A\nb #c\n```toml\n# d\n```\n#### E\n");
    }
}
