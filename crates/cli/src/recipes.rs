//! Recipes: training configurations inside of the program, so that it needs no files beside it.

use std::path::Path;

use anyhow::Context;
use utsushi_training::{TrainingConfig, TrainingConfigError};

use crate::error::{FileError, UsageError};
use crate::suggestions::nearest;

/// Names and texts of the recipes.
const RECIPES: [(&str, &str); 8] = [
    ("fine-tune", include_str!("recipes/fine-tune.toml")),
    ("house-64", include_str!("recipes/house-64.toml")),
    ("house-128", include_str!("recipes/house-128.toml")),
    ("labels-32", include_str!("recipes/labels-32.toml")),
    ("own-style", include_str!("recipes/own-style.toml")),
    ("prior-64", include_str!("recipes/prior-64.toml")),
    ("smoke-32", include_str!("recipes/smoke-32.toml")),
    ("style-128", include_str!("recipes/style-128.toml")),
];

/// The recipe of a name, unless there is a file of that name.
fn recipe(named: &Path) -> Option<&'static str> {
    let mut recipes = RECIPES.iter();
    let found = recipes.find(|(name, _)| named == Path::new(name));
    found.filter(|_| !named.is_file()).map(|(_, text)| *text)
}

/// Whether a recipe of this program is named, and not a file.
pub fn is_recipe(named: &Path) -> bool {
    recipe(named).is_some()
}

/// Whether a recipe is named that is useful only for a model that can paint already.
pub fn goes_on_from_a_model(named: &Path) -> bool {
    let such = ["fine-tune", "own-style"];
    recipe(named).is_some() && such.iter().any(|name| named == Path::new(name))
}

/// Reads a configuration: a file, or a recipe.
///
/// # Errors
/// There is neither of this name, or the file is not a configuration.
pub fn config(named: &Path) -> anyhow::Result<TrainingConfig> {
    let Some(text) = recipe(named) else {
        refuse_unknown(named)?;
        return Ok(TrainingConfig::read(named)?);
    };
    let parsed: TrainingConfig =
        toml::from_str(text).map_err(|reason| TrainingConfigError::Parse {
            path: named.into(),
            reason: Box::new(reason),
        })?;
    parsed.validate()?;
    Ok(parsed)
}

/// The text of a configuration, including its comments.
///
/// # Errors
/// There is neither a file nor a recipe of that name.
pub fn text(named: &Path) -> anyhow::Result<String> {
    let Some(text) = recipe(named) else {
        refuse_unknown(named)?;
        return std::fs::read_to_string(named)
            .with_context(|| format!("{}: cannot be read", named.display()));
    };
    Ok(text.to_owned())
}

/// Refuses a file that does not exist, which may be a misspelt recipe.
fn refuse_unknown(named: &Path) -> anyhow::Result<()> {
    if named.exists() {
        return Ok(());
    }
    let names = RECIPES.map(|(name, _)| name);
    let stem = named.file_stem().unwrap_or_default().to_string_lossy();
    let hint = match nearest(&stem, names) {
        Some(name) => format!("did you mean the recipe `{name}`?"),
        None => format!("recipes of this program are {}", names.join(", ")),
    };
    let message = format!("{}: there is no such configuration", named.display());
    Err(match named.extension() {
        Some(_) => FileError::new(message, hint).into(),
        None => UsageError::new(message).hint(hint).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_can_be_used() {
        for (name, _) in RECIPES {
            config(Path::new(name)).unwrap();
        }
    }

    #[test]
    fn a_name_spelt_wrong_is_answered_with_the_right_one() {
        let hint = |name: &str| {
            let error = config(Path::new(name)).unwrap_err();
            crate::error::hint_of(&error).unwrap()
        };
        assert!(hint("finetune").contains("did you mean the recipe `fine-tune`"));
        assert!(hint("configs/fine-tune.toml").contains("`fine-tune`"));
        assert!(hint("mine.toml").contains("house-64"));
    }
}
