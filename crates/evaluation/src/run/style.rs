//! Measurement of one style: the outputs of every method.

use utsushi::StyleError;
use utsushi_imaging::Picture;

use super::likeness::{OwnAndOthers, nearer, nearest, ratio, spread};
use super::{RealPaintings, Tally};
use crate::method::{EvaluationContext, Method};
use crate::plan::{StylePlan, VARIED_REFERENCES};
use crate::random::{Stream, stream};
use crate::report::{Closest, ExampleGrid, Field, Measures, MethodReport, is_free};
use crate::samples::{distance, mean, median};
use crate::{
    EdgeMap, EvaluateError, EvaluateOptions, Judge, Palette, Rendition, Renditions, Samples,
    frechet_distance, kernel_distance,
};

/// Number of rows of examples in the report.
const EXAMPLES: usize = 6;

/// A style that is being measured.
pub(super) struct StyleRun<'a, 'b> {
    pub(super) plan: &'a StylePlan,
    /// Index of the style among those that are measured.
    pub(super) place: usize,
    pub(super) real: &'a RealPaintings,
    pub(super) judge: &'a Judge,
    pub(super) options: &'a EvaluateOptions,
    pub(super) context: &'a mut EvaluationContext<'b>,
}

/// Descriptions of the contents that all methods start from.
struct Sources {
    /// Edge maps of the line-up, with the contents of the jobs first.
    lineup: Vec<EdgeMap>,
    references: References,
}

/// The paintings that the jobs use as references, each once.
struct References {
    codes: Vec<Vec<f64>>,
    palettes: Vec<Palette>,
    described: Renditions<Samples>,
    /// Index of each job's reference.
    own: Vec<usize>,
}

impl StyleRun<'_, '_> {
    pub(super) fn measure(
        &mut self,
        methods: &[Method],
        tally: &mut Tally<'_>,
    ) -> Result<(Vec<MethodReport>, Option<ExampleGrid>), EvaluateError> {
        let sources = self.sources()?;
        let shown = self.examples();
        let mut rows = Vec::new();
        for &job in &shown {
            let job = &self.plan.jobs[job];
            let (content, reference) = (job.content, job.reference);
            rows.push(vec![
                self.context.picture(content)?,
                self.context.picture(reference)?,
            ]);
        }
        let mut columns = vec!["content".to_owned(), "reference".to_owned()];
        let mut reports: Vec<MethodReport> = Vec::new();
        for method in methods {
            tally.begin(format!("{}: {}", self.plan.name, method.name()));
            let mut outputs = Vec::new();
            for (place, job) in self.plan.all_jobs().enumerate() {
                outputs.push(self.context.repaint(method, self.plan, place, job)?);
                tally.one()?;
            }
            if *method != Method::Unchanged {
                columns.push(method.name());
                for (row, &job) in rows.iter_mut().zip(&shown) {
                    row.push(outputs[job].clone());
                }
            }
            let report = self.report(method, &outputs, &sources, reports.first())?;
            reports.push(report);
        }
        let style = self.plan.name.clone();
        let grid = (!rows.is_empty()).then_some(ExampleGrid {
            style,
            columns,
            rows,
        });
        Ok((reports, grid))
    }

    /// Whether the page may show a picture of the data.
    pub(super) fn may_be_shown(&self, entry: usize) -> bool {
        !self.options.public || is_free(self.context.data.licence(entry))
    }

    /// Indices of the jobs whose pictures are shown: the first ones that may be.
    fn examples(&self) -> Vec<usize> {
        let jobs = self.plan.jobs.iter().enumerate();
        let shown = jobs
            .filter(|(_, job)| self.may_be_shown(job.content) && self.may_be_shown(job.reference));
        shown.map(|(place, _)| place).take(EXAMPLES).collect()
    }

    fn sources(&mut self) -> Result<Sources, EvaluateError> {
        let mut lineup = Vec::new();
        for &entry in &self.plan.lineup {
            lineup.push(EdgeMap::of(&self.context.picture(entry)?));
        }
        let references = self.references()?;
        Ok(Sources { lineup, references })
    }

    fn references(&mut self) -> Result<References, EvaluateError> {
        let (mut entries, mut own) = (Vec::new(), Vec::new());
        for job in &self.plan.jobs {
            let known = entries.iter().position(|&entry| entry == job.reference);
            own.push(known.unwrap_or(entries.len()));
            if known.is_none() {
                entries.push(job.reference);
            }
        }
        let (mut codes, mut pictures) = (Vec::new(), Vec::new());
        for &entry in &entries {
            codes.push(widened(self.context.style(entry)?.values()));
            pictures.push(self.context.picture(entry)?);
        }
        Ok(References {
            codes,
            palettes: pictures.iter().map(Palette::of).collect(),
            described: self.describe(&pictures, "references")?,
            own,
        })
    }

    /// Measures a method. `outputs` are those of all jobs; `unchanged` has the measures of the
    /// contents themselves, and is `None` while these are measured.
    fn report(
        &mut self,
        method: &Method,
        outputs: &[Picture],
        sources: &Sources,
        unchanged: Option<&MethodReport>,
    ) -> Result<MethodReport, EvaluateError> {
        let jobs = &self.plan.jobs;
        let described = self.describe(outputs, &method.name())?;
        let mut measured = Renditions::<Measures>::default();
        for (rendition, measures) in measured.each_mut() {
            let described = described.get(rendition);
            let painted = described.first(jobs.len());
            let unchanged = unchanged.map(|report| report.of(rendition));
            self.distances(rendition, &painted, unchanged, measures);
            measures.set(Field::Diversity, self.diversity(described));
            let references = sources.references.described.get(rendition);
            let distances = painted.iter().zip(&sources.references.own);
            let distances = distances.map(|(row, &own)| {
                let apart = references.iter().map(|other| distance(row, other));
                OwnAndOthers::new(apart, own)
            });
            let distances: Vec<_> = distances.collect();
            measures.set(Field::ReferenceNearer, nearer(&distances));
            measures.set(Field::ReferenceRatio, ratio(&distances));
        }
        let outputs = &outputs[..jobs.len()];
        content_kept(outputs, sources, &mut measured.colour);
        self.faces_kept(method, outputs, &mut measured.colour)?;
        self.codes_and_palettes(outputs, &sources.references, &mut measured.colour)?;
        if *method == Method::Model {
            let diversity = self.sample_diversity()?;
            for (rendition, measures) in measured.each_mut() {
                measures.set(Field::SampleDiversity, *diversity.get(rendition));
            }
        }

        let painted = described.colour.first(jobs.len());
        let near = nearest(&painted, self.pool(Rendition::Colour));
        let closest = near.iter().enumerate();
        let closest = closest.min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1));
        let closest = closest.map(|(job, &(place, distance))| Closest {
            content: self.context.name(jobs[job].content),
            training: self.context.name(self.plan.pool[place]),
            distance,
        });
        Ok(MethodReport {
            name: method.name(),
            measures: measured.colour,
            grey: measured.grey,
            closest,
        })
    }

    /// Descriptions of the style's training paintings.
    pub(super) fn pool(&self, rendition: Rendition) -> &Samples {
        &self.real.described.get(rendition).pools[self.place]
    }

    pub(super) fn describe(
        &self,
        pictures: &[Picture],
        what: &str,
    ) -> Result<Renditions<Samples>, EvaluateError> {
        let name = |place: usize| format!("{}, picture {place} of {what}", self.plan.name);
        let described = self.judge.describe_renditions(pictures, name)?;
        let Renditions { colour, grey } = &self.real.described;
        Ok(Renditions {
            colour: colour.standardiser.apply(&described.colour),
            grey: grey.standardiser.apply(&described.grey),
        })
    }

    /// Measures distances to the style's training paintings: to all of them, and to the nearest.
    pub(super) fn distances(
        &self,
        rendition: Rendition,
        painted: &Samples,
        unchanged: Option<&Measures>,
        into: &mut Measures,
    ) {
        let described = self.real.described.get(rendition);
        let (pool, real) = (self.pool(rendition), &described.measures[self.place]);
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
        let accuracy = described.classifier.share(painted, self.place);
        into.set(Field::StyleAccuracy, accuracy);
        let near: Vec<f64> = nearest(painted, pool).iter().map(|near| near.1).collect();
        let middle = median(&near);
        into.set(Field::NearestTraining, middle);
        let of_real = real.nearest_training;
        let ratio = middle.filter(|_| of_real > 0.0).map(|m| m / of_real);
        into.set(Field::NearestRatio, ratio);
    }

    /// Compares style codes and palettes of outputs with those of the job's own reference and of
    /// the others.
    fn codes_and_palettes(
        &self,
        outputs: &[Picture],
        references: &References,
        into: &mut Measures,
    ) -> Result<(), EvaluateError> {
        let (mut codes, mut palettes) = (Vec::new(), Vec::new());
        for (output, &own) in outputs.iter().zip(&references.own) {
            let name = || format!("an output in {}", self.plan.name);
            let code = widened(self.context.style_of(output, name)?.values());
            let apart = references.codes.iter().map(|other| distance(&code, other));
            codes.push(OwnAndOthers::new(apart, own));
            let palette = Palette::of(output);
            let apart = references
                .palettes
                .iter()
                .map(|other| palette.distance(other));
            palettes.push(OwnAndOthers::new(apart, own));
        }
        into.set(Field::CodeNearer, nearer(&codes));
        into.set(Field::CodeRatio, ratio(&codes));
        into.set(Field::PaletteNearer, nearer(&palettes));
        into.set(Field::PaletteRatio, ratio(&palettes));
        Ok(())
    }

    /// Mean spread of the outputs of one content after different references.
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

    /// Mean spread of the outputs of one content in styles drawn from seeds; `None` for a style
    /// that the model does not know.
    fn sample_diversity(&self) -> Result<Renditions<Option<f64>>, EvaluateError> {
        let seeds = 0..VARIED_REFERENCES as u64;
        let seeds = seeds.map(|index| self.options.seed.wrapping_mul(1000).wrapping_add(index));
        let name = &self.plan.name;
        let codes = seeds.map(|seed| self.context.painter.sampled_style(Some(name), seed));
        let codes = match codes.collect::<Result<Vec<_>, StyleError>>() {
            Ok(codes) => codes,
            Err(StyleError::Unknown { .. } | StyleError::ContentOnly { .. }) => {
                return Ok(Renditions::default());
            }
            Err(reason) => {
                let picture = format!("samples of {name}");
                return Err(EvaluateError::Style { picture, reason });
            }
        };
        let mut spreads = Renditions::<Vec<f64>>::default();
        for job in self.plan.jobs.iter().take(EXAMPLES) {
            let mut outputs = Vec::new();
            for code in &codes {
                let what = || format!("a sample of {name}");
                outputs.push(self.context.paint(job.content, code, what)?);
            }
            let described = self.describe(&outputs, "samples")?;
            for (rendition, spreads) in spreads.each_mut() {
                spreads.extend(spread(described.get(rendition).iter()));
            }
        }
        Ok(Renditions {
            colour: mean(&spreads.colour),
            grey: mean(&spreads.grey),
        })
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

fn widened(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&value| f64::from(value)).collect()
}
