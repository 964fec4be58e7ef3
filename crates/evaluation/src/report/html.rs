//! The report as a single HTML page without further files.

use std::fmt::Write;

use base64::prelude::*;
use utsushi_imaging::{EncodeOptions, OutputFormat, Picture, encode};

use super::chart::way_chart;
use super::{
    Evaluation, ExampleGrid, FIELDS, Field, GeneratedReport, MethodReport, RealReport, Report,
};
use crate::Rendition;

const STYLE: &str = "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;\
padding:0 1rem;color:#222;background:#fff}table{border-collapse:collapse;margin:.5rem 0 1.5rem;\
font-variant-numeric:tabular-nums}td,th{padding:.2rem .6rem;text-align:right;border-bottom:1px \
solid #ddd}td:first-child,th:first-child{text-align:left}.scroll{overflow-x:auto}\
.remark{background:#fff6e0;padding:.5rem .8rem;margin:.4rem 0}.grid img{display:block;width:128px}\
.grid td,.grid th{border:0;padding:2px;text-align:center}svg{max-width:100%;font-size:12px}\
.small{font-size:11px;fill:#555}.tick{stroke:#ddd}.m0{fill:#999}.m1{fill:#b9b3a7}.m2{fill:#4477aa}\
.m3{fill:#cc6677}.m4{fill:#228833}.m5{fill:#aa3377}.key span{margin-right:1.2rem}.key i{display:\
inline-block;width:.9em;height:.9em;margin-right:.3em}.key .m1{background:#b9b3a7}.key .m2\
{background:#4477aa}.key .m3{background:#cc6677}.key .m4{background:#228833}.key .m5{background:\
#aa3377}.key .m0{background:#999}";

/// Writes the whole page. Writing to a string cannot fail, so its results are ignored below.
pub(super) fn page(evaluation: &Evaluation) -> String {
    let report = &evaluation.report;
    let mut html = String::new();
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Measures of {model}</title>\
         <style>{STYLE}</style></head><body><h1>Measures of {model}</h1>\
         <p>At {size} px, seed {seed}, with utsushi {program}. Judged by {judge} ({dimensions} \
         numbers a picture). Set {set}.</p>",
        model = escaped(&report.model),
        size = report.size,
        seed = report.seed,
        program = escaped(&report.program),
        judge = escaped(&report.judge.network),
        dimensions = report.judge.dimensions,
        set = escaped(report.set.get(..12).unwrap_or(&report.set)),
    );
    for remark in &report.remarks {
        let _ = write!(html, "<p class=\"remark\">{}</p>", escaped(remark));
    }
    html.push_str(
        "<h2>How much of the way to the style</h2><p>0: as far from real paintings as \
                   the unchanged content. 1: as near as other real paintings. In grey: on equalised \
                   brightness, so that only line, shading and texture count.</p><p class=\"key\">",
    );
    for (index, method) in report.mean.iter().enumerate().skip(1) {
        let name = escaped(&method.name);
        let _ = write!(html, "<span><i class=\"m{}\"></i>{name}</span>", index % 6);
    }
    html.push_str("</p>");
    for field in [Field::FrechetShare, Field::KernelShare] {
        for rendition in Rendition::ALL {
            let title = escaped(&field.title_in(rendition));
            let chart = way_chart(report, field, rendition);
            let _ = write!(html, "<h3>{title}</h3>{chart}");
        }
    }
    html.push_str("<h2>Mean over the styles</h2>");
    html.push_str(&table(&report.mean, &report.mean_real));
    if let Some(unseen) = &report.mean_unseen {
        html.push_str("<h2>Mean over the styles left out of training</h2>");
        html.push_str(&table(&unseen.methods, &unseen.real));
    }
    if let Some(generated) = &report.mean_generated {
        html.push_str(&new_paintings(generated, &report.mean_real));
    }
    for style in &report.styles {
        let name = escaped(&style.name);
        let unseen = if style.unseen {
            " (left out of training)"
        } else {
            ""
        };
        let _ = write!(
            html,
            "<h2>{name}{unseen}</h2><p>{} pictures, after {} held-out paintings; against {} paintings.</p>",
            style.pictures, style.references, style.real.pool
        );
        html.push_str(&table(&style.methods, &style.real));
        let grids = evaluation.grids.iter();
        for grid in grids.filter(|grid| grid.style == style.name) {
            html.push_str(&pictures(grid));
        }
        if let Some(generated) = &style.generated {
            html.push_str(&new_paintings(generated, &style.real));
        }
        let grids = evaluation.new_paintings.iter();
        for grid in grids.filter(|grid| grid.style == style.name) {
            html.push_str(&pictures(grid));
        }
    }
    html.push_str(&left_out(report));
    html.push_str("</body></html>\n");
    html
}

/// A table with fields down, those in grey last, and methods across, real paintings last.
fn table(methods: &[MethodReport], real: &RealReport) -> String {
    let mut html = "<div class=\"scroll\"><table><tr><th></th>".to_owned();
    for method in methods {
        let _ = write!(html, "<th>{}</th>", escaped(&method.name));
    }
    html.push_str("<th>real paintings</th></tr>");
    for (field, rendition) in rows() {
        let _ = write!(html, "<tr><td>{}</td>", escaped(&field.title_in(rendition)));
        let values = methods.iter().map(|method| method.of(rendition).get(field));
        for value in values.chain([of_real(real, field, rendition)]) {
            let value = value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"));
            let _ = write!(html, "<td>{value}</td>");
        }
        html.push_str("</tr>");
    }
    html.push_str("</table></div>");
    html
}

/// Iterates over all fields in colour, then those of the judge in grey.
fn rows() -> impl Iterator<Item = (Field, Rendition)> {
    let colour = FIELDS.map(|field| (field, Rendition::Colour));
    let grey = FIELDS.into_iter().filter(|field| field.is_by_judge());
    colour
        .into_iter()
        .chain(grey.map(|field| (field, Rendition::Grey)))
}

/// The value of real paintings in a field, where it is meaningful.
fn of_real(real: &RealReport, field: Field, rendition: Rendition) -> Option<f64> {
    let real = real.of(rendition);
    match field {
        Field::Frechet => Some(real.frechet),
        Field::FrechetShare | Field::KernelShare | Field::NearestRatio => Some(1.0),
        Field::Kernel => Some(real.kernel),
        Field::KernelMargin => Some(real.kernel_margin),
        Field::StyleAccuracy => real.style_accuracy,
        Field::Diversity => Some(real.diversity),
        Field::NearestTraining => Some(real.nearest_training),
        _ => None,
    }
}

/// A table of the fields that are measured of both new and real paintings.
fn new_paintings(generated: &GeneratedReport, real: &RealReport) -> String {
    let mut html = format!(
        "<h3>New paintings</h3><p>{} made from seeds alone, truncated to {}. Where training \
         pictures may be shown, the ones that lie nearest to one stand beside it.</p>\
         <div class=\"scroll\"><table><tr><th></th><th>new paintings</th><th>real paintings</th></tr>",
        generated.paintings, generated.truncation,
    );
    let number = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |v| format!("{v:.3}"));
    let mut line = |title: &str, values: [Option<f64>; 2]| {
        let [new, real] = values.map(number);
        let title = escaped(title);
        let _ = write!(
            html,
            "<tr><td>{title}</td><td>{new}</td><td>{real}</td></tr>"
        );
    };
    for (field, rendition) in rows() {
        let new = generated.of(rendition).get(field);
        if new.is_some() {
            let title = match (field, rendition) {
                (Field::Diversity, Rendition::Colour) => "diversity".to_owned(),
                (Field::Diversity, Rendition::Grey) => "diversity, in grey".to_owned(),
                _ => field.title_in(rendition),
            };
            line(&title, [new, of_real(real, field, rendition)]);
        }
    }
    line(
        "nearer to one than 19 of 20 held-out paintings",
        [generated.near_share, Some(0.05)],
    );
    html.push_str("</table></div>");
    html
}

fn pictures(grid: &ExampleGrid) -> String {
    let mut html = "<div class=\"scroll\"><table class=\"grid\"><tr>".to_owned();
    for column in &grid.columns {
        let _ = write!(html, "<th>{}</th>", escaped(column));
    }
    html.push_str("</tr>");
    for row in &grid.rows {
        html.push_str("<tr>");
        for (picture, column) in row.iter().zip(&grid.columns) {
            let _ = write!(html, "<td>{}</td>", inline(picture, column));
        }
        html.push_str("</tr>");
    }
    html.push_str("</table></div>");
    html
}

fn inline(picture: &Picture, name: &str) -> String {
    match encode(picture, OutputFormat::Png, EncodeOptions::default()) {
        Ok(bytes) => format!(
            "<img src=\"data:image/png;base64,{}\" alt=\"{}\">",
            BASE64_STANDARD.encode(&bytes),
            escaped(name)
        ),
        // A page without one of its examples is still a report.
        Err(_) => String::new(),
    }
}

fn left_out(report: &Report) -> String {
    if report.left_out.is_empty() {
        return String::new();
    }
    let mut html = "<h2>Not measured</h2><ul>".to_owned();
    for (name, reason) in &report.left_out {
        let _ = write!(html, "<li>{}: {}</li>", escaped(name), escaped(reason));
    }
    html.push_str("</ul>");
    html
}

/// Escapes text for HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(character),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_become_markup() {
        assert_eq!(escaped("<b a=\"1\">&"), "&lt;b a=&quot;1&quot;&gt;&amp;");
    }
}
