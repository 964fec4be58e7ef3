//! A report as tables for a terminal.

use utsushi_evaluation::{Field, Measures, RealReport, Report};

use crate::text;

/// The columns that fit a terminal; the page has all.
const COLUMNS: [(&str, Field); 8] = [
    ("Fréchet", Field::Frechet),
    ("way", Field::FrechetShare),
    ("kernel", Field::Kernel),
    ("way", Field::KernelShare),
    ("style", Field::StyleAccuracy),
    ("edges", Field::EdgeAgreement),
    ("known", Field::Identity),
    ("diverse", Field::Diversity),
];

/// The means of all methods, then the model in each style, then the remarks.
pub(super) fn summary(report: &Report) -> String {
    let mut rows = vec![header("mean over the styles")];
    for method in &report.mean {
        rows.push(line(&method.name, &method.measures));
    }
    rows.push(real_line("real paintings", &report.mean_real));
    let mut blocks = vec![table(&rows)];
    let mut rows = vec![header("the model, by style")];
    for style in &report.styles {
        if let Some(model) = style.methods.last() {
            rows.push(line(&style.name, &model.measures));
        }
    }
    blocks.push(table(&rows));
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

/// New paintings, by style, where the model makes any.
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
    let names = COLUMNS.iter().map(|(name, _)| (*name).to_owned());
    std::iter::once(first.to_owned()).chain(names).collect()
}

fn line(name: &str, measures: &Measures) -> Vec<String> {
    let values = COLUMNS
        .iter()
        .map(|(_, field)| number(measures.get(*field)));
    std::iter::once(name.to_owned()).chain(values).collect()
}

fn real_line(name: &str, real: &RealReport) -> Vec<String> {
    let value = |field: Field| match field {
        Field::Frechet => Some(real.frechet),
        Field::FrechetShare | Field::KernelShare => Some(1.0),
        Field::Kernel => Some(real.kernel),
        Field::StyleAccuracy => Some(real.style_accuracy),
        Field::Diversity => Some(real.diversity),
        _ => None,
    };
    let values = COLUMNS.iter().map(|(_, field)| number(value(*field)));
    std::iter::once(name.to_owned()).chain(values).collect()
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_numbers_have_a_place() {
        let cells = line("a", &Measures::default());
        assert_eq!(cells.len(), header("b").len());
        assert!(cells[1..].iter().all(|cell| cell == "–"));
        assert_eq!(number(Some(0.12345)), "0.123");
    }
}
