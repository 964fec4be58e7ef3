//! Fields from a form.

use std::str::FromStr;

use super::super::api_error::ApiError;
use super::super::multipart::Part;
use super::fields::Fields;
use super::{directions, labels, mix, quoted, stations, whole as numbers, words};

pub(super) fn read(parts: Vec<Part>) -> Result<Fields, ApiError> {
    let mut fields = Fields::default();
    let all = &mut fields;
    for part in parts {
        match part.name.as_str() {
            "content" => once(&mut all.content, &part, |part| Ok(part.bytes.clone()))?,
            "picture" => all.pictures.get_or_insert_default().push(part.bytes),
            "reference" => all.references.get_or_insert_default().push(part.bytes),
            "weight" => all.weights.get_or_insert_default().push(number(&part)?),
            "style_name" => once(&mut all.style_name, &part, owned)?,
            "style_seed" => once(&mut all.style_seed, &part, whole)?,
            "styles" => once(&mut all.styles, &part, |part| mix::read(text(part)?))?,
            "blend" => once(&mut all.blend, &part, |part| words::blend(text(part)?))?,
            "strength" => once(&mut all.strength, &part, number)?,
            "format" => once(&mut all.format, &part, owned)?,
            "directions" => {
                once(&mut all.directions, &part, |part| {
                    directions::read(text(part)?)
                })?;
            }
            "set" => once(&mut all.set, &part, |part| labels::read(text(part)?))?,
            "mode" => once(&mut all.mode, &part, |part| words::mode(text(part)?))?,
            "stations" => once(&mut all.stations, &part, |part| stations::read(text(part)?))?,
            "frames" => once(&mut all.frames, &part, whole)?,
            "rate" => once(&mut all.rate, &part, whole)?,
            "size" => once(&mut all.size, &part, whole)?,
            "ease" => once(&mut all.ease, &part, |part| words::ease(text(part)?))?,
            "closed" => once(&mut all.closed, &part, |part| words::truth(text(part)?))?,
            "seed" => once(&mut all.seed, &part, whole)?,
            "count" => once(&mut all.count, &part, whole)?,
            "truncation" => once(&mut all.truncation, &part, number)?,
            other => {
                let message = format!("the field {} is not known", quoted(other));
                return Err(ApiError::bad("unknown_field", message));
            }
        }
    }
    Ok(fields)
}

fn once<T>(
    field: &mut Option<T>,
    part: &Part,
    read: impl FnOnce(&Part) -> Result<T, ApiError>,
) -> Result<(), ApiError> {
    if field.is_some() {
        let message = format!("the field `{}` is given twice", part.name);
        return Err(ApiError::bad("repeated_field", message));
    }
    *field = Some(read(part)?);
    Ok(())
}

fn text(part: &Part) -> Result<&str, ApiError> {
    std::str::from_utf8(&part.bytes).map_err(|_| {
        let message = format!("the field `{}` is not UTF-8", part.name);
        ApiError::bad("bad_field", message)
    })
}

fn owned(part: &Part) -> Result<String, ApiError> {
    Ok(text(part)?.to_owned())
}

fn number<T: FromStr>(part: &Part) -> Result<T, ApiError> {
    text(part)?.trim().parse().map_err(|_| no_number(part))
}

fn whole<T: TryFrom<u64>>(part: &Part) -> Result<T, ApiError> {
    numbers::from_text(text(part)?).ok_or_else(|| no_number(part))
}

fn no_number(part: &Part) -> ApiError {
    let message = format!("the field `{}` is not a number that it takes", part.name);
    ApiError::bad("bad_field", message)
}
