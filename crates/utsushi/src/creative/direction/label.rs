//! Directions towards a label that the model was trained with.

use crate::{Painter, StyleCode, StyleError};

use super::{Direction, ShapeStep};

impl Direction {
    /// The direction from a picture's own style to a value of one of the model's conditions, such
    /// as `role` and `knight` ([`Painter::step_to_condition`]). It is meant for this style alone: a
    /// picture that shows the value already is hardly moved.
    ///
    /// # Errors
    /// The model has no conditions or does not know the name or the value, or the style is of
    /// another model.
    pub fn to_label(
        painter: &Painter,
        style: &StyleCode,
        name: &str,
        value: &str,
    ) -> Result<Self, StyleError> {
        Ok(Self {
            step: painter.step_to_condition(style, name, value)?,
            shape: ShapeStep::default(),
            note: format!("{name}={value}"),
            model: painter.fingerprint(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::creative::moved;
    use crate::creative::testing::{drawing, painter, painter_with_labels};

    #[test]
    fn a_step_leads_to_the_value_and_ends_there() {
        let painter = painter_with_labels();
        let picture = drawing(40, 40);
        let own = painter.style_of(&picture).unwrap();
        let to = |style: &StyleCode, value| Direction::to_label(&painter, style, "age", value);
        let [older, younger] = ["old", "young"].map(|value| to(&own, value).unwrap());
        assert_eq!(older.note, "age=old");
        // Between two values: both steps lie on the one line, and lead opposite ways.
        let shares = painter.read_condition(&own, "age").unwrap();
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        for (one, other) in older.step.values().iter().zip(younger.step.values()) {
            assert!((one * shares[0] + other * shares[1]).abs() < 1e-5);
        }
        assert!(older.step.values().iter().any(|value| value.abs() > 1e-3));
        // The conditions do not move each other's way.
        let role = Direction::to_label(&painter, &own, "role", "mage").unwrap();
        assert_ne!(role.step, older.step);
        let both = moved(&own, &[(older.clone(), 1.0), (role, 1.0)]).unwrap();
        assert_ne!(both, moved(&own, &[(older, 1.0)]).unwrap());
    }

    #[test]
    fn what_the_model_does_not_know_is_said() {
        let plain = painter();
        let style = plain.style_of(&drawing(40, 40)).unwrap();
        let to = |painter: &Painter, name, value| {
            let error = Direction::to_label(painter, &style, name, value);
            error.unwrap_err().to_string()
        };
        let none = to(&plain, "age", "old");
        assert!(none.contains("no labels"), "{none}");
        let painter = painter_with_labels();
        let name = to(&painter, "aeg", "old");
        assert!(name.contains("`age`") && name.contains("`role`"), "{name}");
        let value = to(&painter, "role", "knihgt");
        assert!(value.contains("did you mean `knight`"), "{value}");
        assert!(value.contains("`mage`"), "{value}");
    }
}
