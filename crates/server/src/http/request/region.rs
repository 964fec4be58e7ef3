//! Regions in a request, which are painted in other styles or stay as they are.

use serde::Deserialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utsushi::anatomy::Area;
use utsushi::part_names;

use super::super::api_error::ApiError;
use super::list::List;
use super::mask::{MaskRequest, schema_of_parts, unknown_part};
use super::values::{RequestedStyleName, some};
use super::{Uploads, upload_bytes, whole};
use crate::{PartSource, PictureRegion, RegionPlace, RegionRole, Subject, WorkError};

/// Largest number of regions of a request.
const MOST: usize = 8;

/// The list of regions in a request.
pub(super) type Regions = List<RegionRequest, MOST>;

/// A region of the picture, and its treatment: one of `part` and `mask`, and one of `reference`,
/// `name`, `seed` (with or without `name`), `keep` and `only`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Region)]
pub(super) struct RegionRequest {
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    part: Option<PartName>,
    /// Index into the request's `region_mask`s, from 0.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, maximum = 7)]
    mask: Option<usize>,
    /// Index of a reference of the request, from 0, whose style the region gets.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false, maximum = 7)]
    reference: Option<usize>,
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    name: Option<RequestedStyleName>,
    /// Seed from which a style is drawn; with `name`, one of that kind.
    #[serde(default, deserialize_with = "whole::some")]
    #[schema(nullable = false)]
    seed: Option<u64>,
    /// The region stays as it is; always `true`.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    keep: Option<bool>,
    /// Only the region is painted; always `true`.
    #[serde(default, deserialize_with = "some")]
    #[schema(nullable = false)]
    only: Option<bool>,
}

/// The name of a part, as it was sent.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct PartName(String);

impl PartName {
    /// The area that the name stands for.
    ///
    /// # Errors
    /// There is no area of that name.
    fn area(&self) -> Result<Area, ApiError> {
        part_names::named(&self.0).ok_or_else(|| unknown_part("regions", &self.0))
    }
}

impl ToSchema for PartName {}

impl PartialSchema for PartName {
    fn schema() -> RefOr<Schema> {
        schema_of_parts(
            "A part that is found in the picture. `face` has eyes, brows and mouth in it, `figure` is all but \
             the background.",
        )
        .into()
    }
}

impl RegionRequest {
    fn place(&self, masks: &[bytes::Bytes]) -> Result<RegionPlace, ApiError> {
        match (&self.part, self.mask) {
            (Some(part), None) => Ok(RegionPlace::Area(part.area()?)),
            (None, Some(index)) => match masks.get(index) {
                Some(bytes) => Ok(RegionPlace::Mask {
                    bytes: bytes.clone(),
                    subject: Subject::RegionMask(index),
                }),
                None => {
                    let found = masks.len();
                    let message = format!(
                        "`regions` asks for mask {index}, counted from 0, but {found} were sent as \
                         `region_mask`"
                    );
                    Err(ApiError::together("no_such_mask", message))
                }
            },
            _ => Err(bad_region("one of `part` and `mask`")),
        }
    }

    fn role(self) -> Result<RegionRole, ApiError> {
        let name = self.name.map(|name| name.0);
        match (self.reference, name, self.seed, self.keep, self.only) {
            (Some(index), None, None, None, None) => {
                Ok(RegionRole::Style(PartSource::Reference(index)))
            }
            (None, Some(name), None, None, None) => Ok(RegionRole::Style(PartSource::Named(name))),
            (None, name, Some(seed), None, None) => {
                Ok(RegionRole::Style(PartSource::Sampled { name, seed }))
            }
            (None, None, None, Some(true), None) => Ok(RegionRole::Keep),
            (None, None, None, None, Some(true)) => Ok(RegionRole::Only),
            _ => Err(bad_region(
                "one of `reference`, `name`, `seed` (with or without `name`), `keep`: true and \
                 `only`: true",
            )),
        }
    }
}

fn bad_region(takes: &str) -> ApiError {
    ApiError::bad("bad_region", format!("each of `regions` takes {takes}"))
}

/// The fields of a request about regions of its picture.
pub(super) struct PartsOfPicture {
    pub(super) regions: Option<Regions>,
    pub(super) region_masks: Uploads,
    pub(super) mask: Option<MaskRequest>,
    pub(super) keep: Option<MaskRequest>,
    pub(super) feather: Option<f32>,
}

impl PartsOfPicture {
    /// Converts the regions for the engine: those of `regions`, and `mask` and `keep` above them.
    /// `sent` is the number of references in the request.
    ///
    /// # Errors
    /// Regions have no treatment or two, or refer to masks or references that were not sent.
    pub(super) fn regions(self, sent: usize) -> Result<Vec<PictureRegion>, ApiError> {
        let feather = self.feather;
        if let Some(feather) = feather
            && !(0.0..=4096.0).contains(&feather)
        {
            return Err((&WorkError::Feather(feather)).into());
        }
        let requested = self.regions.unwrap_or_default();
        let requested = requested.entries("too_many_regions", "regions")?;
        let masks = upload_bytes(self.region_masks, "region_masks")?;
        let named = |index: usize| requested.iter().any(|region| region.mask == Some(index));
        if let Some(idle) = (0..masks.len()).find(|&index| !named(index)) {
            let message = format!("none of `regions` names `region_mask` {idle}, counted from 0");
            return Err(ApiError::together("bad_region", message));
        }
        let mut regions = Vec::new();
        for region in requested {
            let place = region.place(&masks)?;
            let role = region.role()?;
            // Before the rest is held against the references that are left for it.
            if let RegionRole::Style(PartSource::Reference(index)) = role
                && index >= sent
            {
                return Err((&WorkError::NoSuchReference { index, found: sent }).into());
            }
            regions.push(PictureRegion {
                place,
                feather,
                role,
            });
        }
        for (mask, field, subject, role) in [
            (self.mask, "mask", Subject::Mask, RegionRole::Only),
            (self.keep, "keep", Subject::Keep, RegionRole::Keep),
        ] {
            if let Some(mask) = mask {
                let place = mask.place(field, subject)?;
                regions.push(PictureRegion {
                    place,
                    feather,
                    role,
                });
            }
        }
        if feather.is_some() && regions.is_empty() {
            let message = "`feather` is the soft edge of `mask`, `keep` and `regions`, and none of \
                           them is there";
            return Err(ApiError::together("bad_feather", message));
        }
        Ok(regions)
    }
}

/// Indices of the references that no region uses: the rest of the picture is painted in these.
pub(super) fn of_no_region(references: usize, regions: &[PictureRegion]) -> Vec<usize> {
    let named = |index: usize| {
        let style = RegionRole::Style(PartSource::Reference(index));
        regions.iter().any(|region| region.role == style)
    };
    (0..references).filter(|&index| !named(index)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn read(text: &str) -> Result<Vec<PictureRegion>, ApiError> {
        let regions = serde_json::from_str(text);
        let regions = regions.map_err(|error| ApiError::bad("bad_field", error.to_string()))?;
        let asked = PartsOfPicture {
            regions: Some(regions),
            region_masks: Uploads::default(),
            mask: None,
            keep: None,
            feather: None,
        };
        asked.regions(3)
    }

    #[test]
    fn every_area_is_a_part() {
        for area in Area::ALL {
            for name in [area.name(), area.in_chinese()] {
                let text = format!(r#"[{{"part": "{name}", "keep": true}}]"#);
                assert_eq!(read(&text).unwrap()[0].place, RegionPlace::Area(area));
            }
        }
    }

    #[test]
    fn roles_of_regions() {
        let text = r#"[{"part": "hair", "reference": 1}, {"part": "face", "keep": true},
                       {"part": "body", "name": "oil"}, {"part": "eyes", "seed": 7, "name": "cel"},
                       {"part": "figure", "only": true}]"#;
        let regions = read(text).unwrap();
        let roles: Vec<_> = regions.iter().map(|region| region.role.clone()).collect();
        let (name, seed) = (Some("cel".to_owned()), 7);
        assert_eq!(
            roles,
            [
                RegionRole::Style(PartSource::Reference(1)),
                RegionRole::Keep,
                RegionRole::Style(PartSource::Named("oil".to_owned())),
                RegionRole::Style(PartSource::Sampled { name, seed }),
                RegionRole::Only,
            ]
        );
        assert_eq!(of_no_region(3, &regions), [0, 2]);
    }

    #[test]
    fn regions_that_say_nothing_or_two_things() {
        for (text, code) in [
            ("[{}]", "bad_region"),
            (r#"[{"part": "hair"}]"#, "bad_region"),
            (r#"[{"keep": true}]"#, "bad_region"),
            (
                r#"[{"part": "hair", "mask": 0, "keep": true}]"#,
                "bad_region",
            ),
            (
                r#"[{"part": "hair", "keep": true, "only": true}]"#,
                "bad_region",
            ),
            (r#"[{"part": "hair", "keep": false}]"#, "bad_region"),
            (
                r#"[{"part": "hair", "name": "oil", "reference": 0}]"#,
                "bad_region",
            ),
            (r#"[{"mask": 0, "keep": true}]"#, "no_such_mask"),
            (r#"[{"part": "tail", "keep": true}]"#, "unknown_part"),
            (r#"[{"part": "hair", "reference": -1}]"#, "bad_field"),
            (r#"[{"part": "hair", "reference": 3}]"#, "no_such_reference"),
        ] {
            assert_eq!(read(text).unwrap_err().code, code, "{text}");
        }
        let many = format!("[{}]", [r#"{"part": "hair", "keep": true}"#; 9].join(","));
        assert_eq!(read(&many).unwrap_err().code, "too_many_regions");
        let idle = PartsOfPicture {
            regions: None,
            region_masks: serde_json::from_str(r#"["Zg=="]"#).unwrap(),
            mask: None,
            keep: None,
            feather: None,
        };
        assert_eq!(idle.regions(0).unwrap_err().code, "bad_region");
        let sent = PartsOfPicture {
            regions: Some(serde_json::from_str(r#"[{"mask": 0, "keep": true}]"#).unwrap()),
            region_masks: serde_json::from_str(r#"["Zg=="]"#).unwrap(),
            mask: None,
            keep: None,
            feather: Some(3.0),
        };
        let regions = sent.regions(0).unwrap();
        let place = RegionPlace::Mask {
            bytes: Bytes::from_static(b"f"),
            subject: Subject::RegionMask(0),
        };
        assert_eq!((&regions[0].place, regions[0].feather), (&place, Some(3.0)));
    }
}
