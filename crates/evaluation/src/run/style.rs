//! One style: every method's outputs, measured.

use utsushi::StyleError;
use utsushi_imaging::Picture;

use super::likeness::{nearest, spread};
use super::{RealPaintings, Tally};
use crate::method::{Method, Studio};
use crate::plan::{StylePlan, VARIED_REFERENCES};
use crate::random::{Stream, below, stream};
use crate::report::{Closest, Field, Grid, Measures, MethodReport, is_free};
use crate::samples::{distance, mean, median};
use crate::{
    EdgeMap, EvaluateError, EvaluateOptions, Judge, Palette, Samples, frechet_distance,
    kernel_distance,
};

/// Rows of examples in the report.
const EXAMPLES: usize = 6;

/// A style that is being measured.
pub(super) struct StyleRun<'a, 'b> {
    pub(super) plan: &'a StylePlan,
    /// Its place among the styles that are measured.
    pub(super) place: usize,
    pub(super) real: &'a RealPaintings,
    pub(super) judge: &'a Judge,
    pub(super) options: &'a EvaluateOptions,
    pub(super) studio: &'a mut Studio<'b>,
}

/// What is known of the pictures that all methods start from.
struct Sources {
    /// Edges of the line-up; the contents of the jobs come first.
    lineup: Vec<EdgeMap>,
    /// One a job: the style code and the palette of its reference.
    codes: Vec<Vec<f64>>,
    palettes: Vec<Palette>,
    /// One a job: the job whose reference stands for any other.
    others: Vec<Option<usize>>,
}

impl StyleRun<'_, '_> {
    pub(super) fn measure(
        &mut self,
        methods: &[Method],
        tally: &mut Tally<'_>,
    ) -> Result<(Vec<MethodReport>, Option<Grid>), EvaluateError> {
        let sources = self.sources()?;
        let shown = self.examples();
        let mut rows = Vec::new();
        for &job in &shown {
            let job = &self.plan.jobs[job];
            let (content, reference) = (job.content, job.reference);
            rows.push(vec![
                self.studio.picture(content)?,
                self.studio.picture(reference)?,
            ]);
        }
        let mut columns = vec!["content".to_owned(), "reference".to_owned()];
        let mut reports: Vec<MethodReport> = Vec::new();
        for method in methods {
            tally.begin(format!("{}: {}", self.plan.name, method.name()));
            let mut outputs = Vec::new();
            for (place, job) in self.plan.all_jobs().enumerate() {
                outputs.push(self.studio.repaint(method, self.plan, place, job)?);
                tally.one()?;
            }
            if *method != Method::Unchanged {
                columns.push(method.name());
                for (row, &job) in rows.iter_mut().zip(&shown) {
                    row.push(outputs[job].clone());
                }
            }
            let unchanged = reports.first().map(|report| report.measures);
            reports.push(self.report(method, &outputs, &sources, unchanged.as_ref())?);
        }
        let style = self.plan.name.clone();
        let grid = (!rows.is_empty()).then_some(Grid {
            style,
            columns,
            rows,
        });
        Ok((reports, grid))
    }

    /// Whether the page may show a picture of the set.
    pub(super) fn may_be_shown(&self, entry: usize) -> bool {
        let set = self.studio.set;
        let style = set.style_index(&set.entries()[entry].style);
        let licence = style.and_then(|style| set.styles()[style].licence.as_deref());
        !self.options.public || is_free(licence)
    }

    /// Jobs whose pictures are shown: the first ones that may be.
    fn examples(&self) -> Vec<usize> {
        let jobs = self.plan.jobs.iter().enumerate();
        let shown = jobs
            .filter(|(_, job)| self.may_be_shown(job.content) && self.may_be_shown(job.reference));
        shown.map(|(place, _)| place).take(EXAMPLES).collect()
    }

    fn sources(&mut self) -> Result<Sources, EvaluateError> {
        let mut lineup = Vec::new();
        for &entry in &self.plan.lineup {
            lineup.push(EdgeMap::of(&self.studio.picture(entry)?));
        }
        let (mut codes, mut palettes) = (Vec::new(), Vec::new());
        for job in &self.plan.jobs {
            codes.push(widened(self.studio.style(job.reference)?.values()));
            palettes.push(Palette::of(&self.studio.picture(job.reference)?));
        }
        let mut random = stream(self.options.seed, Stream::Samples, self.plan.style);
        let jobs = &self.plan.jobs;
        let other = |job: usize| {
            let others =
                (0..jobs.len()).filter(|&other| jobs[other].reference != jobs[job].reference);
            let others: Vec<usize> = others.collect();
            (!others.is_empty()).then(|| others[below(&mut random, others.len())])
        };
        let others = (0..jobs.len()).map(other).collect();
        Ok(Sources {
            lineup,
            codes,
            palettes,
            others,
        })
    }

    /// `outputs` are those of all jobs; `unchanged` is what the contents themselves measure.
    fn report(
        &mut self,
        method: &Method,
        outputs: &[Picture],
        sources: &Sources,
        unchanged: Option<&Measures>,
    ) -> Result<MethodReport, EvaluateError> {
        let jobs = &self.plan.jobs;
        let described = self.describe(outputs, &method.name())?;
        let painted = described.first(jobs.len());
        let mut measures = Measures::default();
        self.distances(&painted, unchanged, &mut measures);
        let outputs = &outputs[..jobs.len()];
        content_kept(outputs, sources, &mut measures);
        self.faithfulness(outputs, sources, &mut measures)?;
        measures.set(Field::Diversity, self.diversity(&described));
        if *method == Method::Model {
            measures.set(Field::SampleDiversity, self.sample_diversity()?);
        }

        let near = nearest(&painted, &self.real.pools[self.place]);
        let distances: Vec<f64> = near.iter().map(|near| near.1).collect();
        self.nearness(&distances, &mut measures);
        let closest = near.iter().enumerate();
        let closest = closest.min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1));
        let closest = closest.map(|(job, &(place, distance))| Closest {
            content: self.studio.name(jobs[job].content),
            training: self.studio.name(self.plan.pool[place]),
            distance,
        });
        Ok(MethodReport {
            name: method.name(),
            measures,
            closest,
        })
    }

    /// From the distances to the nearest training pictures.
    pub(super) fn nearness(&self, distances: &[f64], into: &mut Measures) {
        let middle = median(distances);
        let of_real = self.real.reports[self.place].nearest_training;
        into.set(Field::NearestTraining, middle);
        let ratio = middle.filter(|_| of_real > 0.0).map(|m| m / of_real);
        into.set(Field::NearestRatio, ratio);
    }

    pub(super) fn describe(
        &self,
        pictures: &[Picture],
        what: &str,
    ) -> Result<Samples, EvaluateError> {
        let name = |place: usize| format!("{}, output {place} of {what}", self.plan.name);
        let described = self.judge.describe(pictures, name)?;
        Ok(self.real.standardiser.apply(&described))
    }

    pub(super) fn distances(
        &self,
        painted: &Samples,
        unchanged: Option<&Measures>,
        into: &mut Measures,
    ) {
        let (pool, real) = (&self.real.pools[self.place], &self.real.reports[self.place]);
        let frechet = frechet_distance(painted, pool) / painted.columns() as f64;
        let mut random = stream(self.options.seed, Stream::Subsets, self.plan.style);
        let kernel = kernel_distance(painted, pool, &mut random);
        into.set(Field::Frechet, Some(frechet));
        into.set(Field::Kernel, Some(kernel.value));
        into.set(Field::KernelMargin, Some(kernel.margin));
        let way = |field: Field, distance: f64, of_real: f64| {
            let start = unchanged.map_or(Some(distance), |unchanged| unchanged.get(field))?;
            // Where the content is as near as real paintings are, there is no way to go.
            (start > of_real).then(|| (start - distance) / (start - of_real))
        };
        into.set(
            Field::FrechetShare,
            way(Field::Frechet, frechet, real.frechet),
        );
        into.set(
            Field::KernelShare,
            way(Field::Kernel, kernel.value, real.kernel),
        );
        let accuracy = self.real.classifier.share(painted, self.place);
        into.set(Field::StyleAccuracy, accuracy);
    }

    /// Style codes and palettes against those of the job's own reference and of another.
    fn faithfulness(
        &self,
        outputs: &[Picture],
        sources: &Sources,
        into: &mut Measures,
    ) -> Result<(), EvaluateError> {
        let (mut codes, mut palettes) = (Vec::new(), Vec::new());
        for (job, output) in outputs.iter().enumerate() {
            let Some(other) = sources.others[job] else {
                continue;
            };
            let name = || format!("an output in {}", self.plan.name);
            let code = widened(self.studio.style_of(output, name)?.values());
            codes.push((
                distance(&code, &sources.codes[job]),
                distance(&code, &sources.codes[other]),
            ));
            let palette = Palette::of(output);
            palettes.push((
                palette.distance(&sources.palettes[job]),
                palette.distance(&sources.palettes[other]),
            ));
        }
        into.set(Field::CodeNearer, nearer(&codes));
        into.set(Field::CodeRatio, ratio(&codes));
        into.set(Field::PaletteNearer, nearer(&palettes));
        into.set(Field::PaletteRatio, ratio(&palettes));
        Ok(())
    }

    /// The spread of one content's outputs after different references, in the mean.
    fn diversity(&self, described: &Samples) -> Option<f64> {
        let varied = self.plan.varied.iter().map(|job| job.content);
        let mut contents: Vec<usize> = varied.collect();
        contents.dedup();
        let of_content = |content: usize| {
            let jobs = self.plan.all_jobs().enumerate();
            let own = jobs.filter(|(_, job)| job.content == content);
            spread(own.map(|(place, _)| described.row(place)))
        };
        let spreads: Vec<f64> = contents.into_iter().filter_map(of_content).collect();
        mean(&spreads)
    }

    /// The same in styles that the model makes up; nothing of a style that it does not know.
    fn sample_diversity(&self) -> Result<Option<f64>, EvaluateError> {
        let seeds = 0..VARIED_REFERENCES as u64;
        let seeds = seeds.map(|index| self.options.seed.wrapping_mul(1000).wrapping_add(index));
        let name = &self.plan.name;
        let codes = seeds.map(|seed| self.studio.painter.sampled_style(Some(name), seed));
        let codes = match codes.collect::<Result<Vec<_>, StyleError>>() {
            Ok(codes) => codes,
            Err(StyleError::Unknown { .. } | StyleError::ContentOnly { .. }) => return Ok(None),
            Err(reason) => {
                let picture = format!("samples of {name}");
                return Err(EvaluateError::Style { picture, reason });
            }
        };
        let mut spreads = Vec::new();
        for job in self.plan.jobs.iter().take(EXAMPLES) {
            let mut outputs = Vec::new();
            for code in &codes {
                let what = || format!("a sample of {name}");
                outputs.push(self.studio.paint(job.content, code, what)?);
            }
            spreads.extend(spread(self.describe(&outputs, "samples")?.iter()));
        }
        Ok(mean(&spreads))
    }
}

fn content_kept(outputs: &[Picture], sources: &Sources, into: &mut Measures) {
    let (mut kept, mut by_chance, mut drifts) = (Vec::new(), Vec::new(), Vec::new());
    let mut known = 0;
    for (job, output) in outputs.iter().enumerate() {
        let edges = EdgeMap::of(output);
        let own = &sources.lineup[job];
        let other = &sources.lineup[(job + 1) % outputs.len()];
        kept.push(own.agreement(&edges));
        by_chance.push(other.agreement(&edges));
        drifts.push(own.drift(&edges));
        let likeness = own.likeness(&edges);
        let rivals = sources.lineup.iter().enumerate();
        let mut rivals = rivals.filter(|(place, _)| *place != job);
        known += usize::from(rivals.all(|(_, rival)| rival.likeness(&edges) < likeness));
    }
    into.set(Field::EdgeAgreement, mean(&kept));
    into.set(Field::EdgeAgreementByChance, mean(&by_chance));
    into.set(Field::Drift, mean(&drifts));
    let share = known as f64 / outputs.len().max(1) as f64;
    into.set(Field::Identity, Some(share));
}

/// The share of pairs whose first is the smaller; equals count half.
fn nearer(pairs: &[(f64, f64)]) -> Option<f64> {
    let point = |&(own, other): &(f64, f64)| match own.total_cmp(&other) {
        std::cmp::Ordering::Less => 1.0,
        std::cmp::Ordering::Equal => 0.5,
        std::cmp::Ordering::Greater => 0.0,
    };
    mean(&pairs.iter().map(point).collect::<Vec<_>>())
}

/// The mean of the first over the mean of the second.
fn ratio(pairs: &[(f64, f64)]) -> Option<f64> {
    let own: f64 = pairs.iter().map(|pair| pair.0).sum();
    let other: f64 = pairs.iter().map(|pair| pair.1).sum();
    (other > 0.0).then(|| own / other)
}

fn widened(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}
