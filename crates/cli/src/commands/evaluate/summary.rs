//! Summaries of a report as tables for a terminal.

use utsushi_evaluation::{Field, MethodReport, RealReport, Rendition, Report};

use crate::text;

/// Columns that fit a terminal; the page has all measures.
const COLUMNS: [(&str, Field, Rendition); 9] = [
    ("way", Field::FrechetShare, Rendition::Colour),
    ("style", Field::StyleAccuracy, Rendition::Colour),
    ("own", Field::ReferenceNearer, Rendition::Colour),
    ("grey: way", Field::FrechetShare, Rendition::Grey),
    ("style", Field::StyleAccuracy, Rendition::Grey),
    ("own", Field::ReferenceNearer, Rendition::Grey),
    ("edges", Field::EdgeAgreement, Rendition::Colour),
    ("known", Field::Identity, Rendition::Colour),
    ("diverse", Field::Diversity, Rendition::Colour),
];

/// The summary: means of all methods, then the model in each style, then remarks.
pub(super) fn summary(report: &Report) -> String {
    let mut blocks = vec![means(
        "mean over the styles",
        &report.mean,
        &report.mean_real,
    )];
    if let Some(unseen) = &report.mean_unseen {
        blocks.push(means("mean, unseen styles", &unseen.methods, &unseen.real));
    }
    let mut rows = vec![header("the model, by style")];
    for style in &report.styles {
        if let Some(model) = style.methods.last() {
            let unseen = if style.unseen { " (unseen)" } else { "" };
            rows.push(line(&format!("{}{unseen}", style.name), model));
        }
    }
    blocks.push(table(&rows));
    blocks.push(faces(report));
    blocks.extend(new_paintings(report));
    let judge = &report.judge.network;
    let size = report.size;
    let mut notes = vec![format!("judged by {judge} at {size} px")];
    notes.extend(
        report
            .remarks
            .iter()
            .map(|remark| format!("note: {remark}")),
    );
    let left_out = report.left_out.iter();
    notes.extend(left_out.map(|(name, why)| format!("not measured: {name}: {why}")));
    blocks.push(notes.join("\n"));
    blocks.join("\n\n")
}

fn means(title: &str, methods: &[MethodReport], real: &RealReport) -> String {
    let mut rows = vec![header(title)];
    rows.extend(methods.iter().map(|method| line(&method.name, method)));
    rows.push(real_line("real paintings", real));
    table(&rows)
}

/// A table of how well faces are kept, by all methods and then by the model in each style.
fn faces(report: &Report) -> String {
    let header = ["faces", "clear", "landmarks", "parts", "impossible"];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    let means = report.mean.iter().map(|method| {
        let name = match &method.name[..] {
            "unchanged" => "the finder itself",
            name => name,
        };
        (name, method)
    });
    let styles = report.styles.iter();
    let styles = styles.filter_map(|style| Some((&style.name[..], style.methods.last()?)));
    for (name, method) in means.chain(styles) {
        let fields = [
            Field::Faces,
            Field::LandmarkDistance,
            Field::PartAgreement,
            Field::Impossible,
        ];
        let values = fields.map(|field| number(method.measures.get(field)));
        rows.push([vec![name.to_owned()], values.to_vec()].concat());
    }
    text::table(&rows, &[1, 2, 3, 4])
}

/// A table of new paintings by style, if the model makes any.
fn new_paintings(report: &Report) -> Option<String> {
    let mean = report.mean_generated.as_ref()?;
    let header = ["new paintings", "Fréchet", "kernel", "style", "diverse"];
    let nearest = ["nearest / held-out", "near"];
    let header = header.iter().chain(&nearest).map(|name| (*name).to_owned());
    let mut rows = vec![header.collect()];
    let styles = report.styles.iter();
    let styles = styles.filter_map(|style| Some((style.name.as_str(), style.generated.as_ref()?)));
    for (name, generated) in styles.chain([("mean", mean)]) {
        let fields = [
            Field::Frechet,
            Field::Kernel,
            Field::StyleAccuracy,
            Field::Diversity,
            Field::NearestRatio,
        ];
        let values = fields.map(|field| generated.measures.get(field));
        let values = values.into_iter().chain([generated.near_share]);
        let mut row = vec![name.to_owned()];
        row.extend(values.map(number));
        rows.push(row);
    }
    Some(text::table(&rows, &[1, 2, 3, 4, 5, 6]))
}

fn table(rows: &[Vec<String>]) -> String {
    let right: Vec<usize> = (1..=COLUMNS.len()).collect();
    text::table(rows, &right)
}

fn header(first: &str) -> Vec<String> {
    let names = COLUMNS.iter().map(|(name, ..)| (*name).to_owned());
    std::iter::once(first.to_owned()).chain(names).collect()
}

fn line(name: &str, method: &MethodReport) -> Vec<String> {
    let values = COLUMNS
        .iter()
        .map(|(_, field, rendition)| number(method.of(*rendition).get(*field)));
    std::iter::once(name.to_owned()).chain(values).collect()
}

fn real_line(name: &str, real: &RealReport) -> Vec<String> {
    let value = |field: Field, rendition: Rendition| match field {
        Field::FrechetShare => Some(1.0),
        Field::StyleAccuracy => real.of(rendition).style_accuracy,
        Field::Diversity => Some(real.of(rendition).diversity),
        _ => None,
    };
    let values = COLUMNS.iter();
    let values = values.map(|(_, field, rendition)| number(value(*field, *rendition)));
    std::iter::once(name.to_owned()).chain(values).collect()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use utsushi_evaluation::Measures;

    use super::*;

    #[test]
    fn absent_numbers_have_a_place() {
        let method = MethodReport {
            name: "a".to_owned(),
            measures: Measures::default(),
            grey: Measures::default(),
            closest: None,
        };
        let cells = line("a", &method);
        assert_eq!(cells.len(), header("b").len());
        assert!(cells[1..].iter().all(|cell| cell == "–"));
        assert_eq!(number(Some(0.12345)), "0.123");
    }
}
