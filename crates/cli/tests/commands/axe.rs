//! Rules of accessibility (axe-core), where they are at hand: `.ci/run` fetches them into
//! `target/axe`, and `UTSUSHI_AXE` names a file elsewhere.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::browser::Browser;
use crate::support::skip;

fn script() -> Option<String> {
    let fetched = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/axe/node_modules/axe-core/axe.min.js");
    let named = std::env::var_os("UTSUSHI_AXE").map(PathBuf::from);
    std::fs::read_to_string(named.unwrap_or(fetched)).ok()
}

/// The page as it stands breaks none of the rules of WCAG 2.2, levels A and AA.
pub fn nothing_is_in_anybodys_way(browser: &mut Browser, state: &str) {
    let Some(script) = script() else {
        skip("axe-core", "axe-core is not at hand");
        return;
    };
    // Colours on their way from one state to another are none that anybody reads.
    browser.wait_for("document.getAnimations().length === 0");
    browser.evaluate(&format!("{script}; 0"));
    let tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";
    let found = browser.evaluate(&format!(
        "axe.run(document, {{runOnly: {{type: 'tag', values: {tags}}}}}).then((result) => ({{\
         passed: result.passes.length, broken: result.violations.map((rule) => \
         [rule.id, rule.help, rule.nodes.map((node) => node.target.join(' ')).join(', ')])}}))"
    ));
    assert_eq!(found["broken"], Value::Array(Vec::new()), "{state}");
    assert!(found["passed"].as_u64().unwrap() >= 20, "{state}: {found}");
}
