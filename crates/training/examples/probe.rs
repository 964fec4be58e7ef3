use std::{collections::BTreeMap, path::Path, sync::Arc, time::Instant};
use burn::tensor::Device;
fn main() {
    let set = Arc::new(utsushi_dataset::PreparedSet::open(Path::new("/work/scratch/set64")).unwrap());
    let device = Device::flex();
    let features = std::env::args().nth(1).map(|p| utsushi_features::FeatureNetwork::load(Path::new(&p), &device).unwrap());
    let mut config = utsushi_training::TrainingConfig::default();
    config.run.size = 64; config.run.feature_size = 96; config.model.native_size = 64; config.run.warm_up_steps = 2;
    config.adversarial.projected = utsushi_training::AdversarialLoss::Hinge;
    config.adversarial.pixel = utsushi_training::AdversarialLoss::Relativistic;
    let mut labels = BTreeMap::new();
    for (i, s) in set.styles().iter().enumerate() { if s.role == utsushi_dataset::Role::Style { let n = labels.len() as i64; labels.insert(i, n); } }
    let mut loader = utsushi_dataset::Loader::new(set.clone(), utsushi_dataset::LoaderOptions { size: 64, batch: 16, ..Default::default() }, 0).unwrap();
    config.run.warm_up_steps = 150; config.optimizer.decay_from = 1.0;
    let out = Path::new("/work/scratch/run0");
    let sheet = utsushi_training::Sheet::new(&set, 64, 5, config.model.latent_dim, &device).unwrap();
    let mut t = utsushi_training::Trainer::new(config, features, labels, &device);
    let saved = out.join("state.safetensors");
    if saved.exists() {
        let file = utsushi_checkpoint::WeightsFile::read(&saved).unwrap();
        let step: u64 = file.metadata["step"].parse().unwrap();
        t = utsushi_training::restore(t, file.tensors, step).unwrap();
        loader = utsushi_dataset::Loader::new(set.clone(), utsushi_dataset::LoaderOptions { size: 64, batch: 16, ..Default::default() }, step).unwrap();
        println!("resumed at {step}");
    }
    let mut pending = utsushi_training::Pending::default();
    let mut a = Instant::now();
    loop {
        let b = loader.next().unwrap();
        pending.push(t.advance(&b));
        if t.step() % 50 == 0 { println!("{} {:.2} pic/s {:.3?}", t.step(), 800.0 / a.elapsed().as_secs_f32(), pending.means().unwrap()); a = Instant::now(); }
        if t.step() % 200 == 0 || t.step() == 150 {
            let p = sheet.paint(t.average());
            utsushi_imaging::write(&out.join(format!("sheet-{:06}.png", t.step())), &p, &utsushi_imaging::WriteOptions { force: true, ..Default::default() }).unwrap();
            let f = utsushi_checkpoint::WeightsFile { tensors: t.to_named(), metadata: [("step".to_string(), t.step().to_string())].into() };
            f.write(&saved, utsushi_checkpoint::Precision::Single, true).unwrap();
        }
    }
}
