//! Fields from a form.

use std::str::FromStr;

use super::super::fault::Fault;
use super::super::multipart::Part;
use super::{Fields, format, mix, quoted};

pub(super) fn read(parts: Vec<Part>) -> Result<Fields, Fault> {
    let mut fields = Fields::default();
    for part in parts {
        match part.name.as_str() {
            "content" => once(&mut fields.content, &part, |part| Ok(part.bytes.clone()))?,
            "reference" => fields.references.push(part.bytes),
            "weight" => fields.weights.push(number(&part)?),
            "style_name" => once(&mut fields.style_name, &part, |part| {
                Ok(text(part)?.to_owned())
            })?,
            "style_seed" => once(&mut fields.style_seed, &part, number)?,
            "strength" => once(&mut fields.strength, &part, number)?,
            "format" => once(&mut fields.format, &part, |part| format(text(part)?))?,
            "styles" => once(&mut fields.styles, &part, |part| mix::read(text(part)?))?,
            other => {
                let message = format!("the field {} is not known", quoted(other));
                return Err(Fault::bad("unknown_field", message));
            }
        }
    }
    Ok(fields)
}

fn once<T>(
    field: &mut Option<T>,
    part: &Part,
    read: impl FnOnce(&Part) -> Result<T, Fault>,
) -> Result<(), Fault> {
    if field.is_some() {
        let message = format!("the field `{}` is given twice", part.name);
        return Err(Fault::bad("repeated_field", message));
    }
    *field = Some(read(part)?);
    Ok(())
}

fn text(part: &Part) -> Result<&str, Fault> {
    std::str::from_utf8(&part.bytes).map_err(|_| {
        let message = format!("the field `{}` is not UTF-8", part.name);
        Fault::bad("bad_field", message)
    })
}

fn number<T: FromStr>(part: &Part) -> Result<T, Fault> {
    text(part)?.trim().parse().map_err(|_| {
        let message = format!("the field `{}` is not a number that it takes", part.name);
        Fault::bad("bad_field", message)
    })
}
