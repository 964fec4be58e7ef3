use std::{path::PathBuf, sync::atomic::AtomicBool};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let config = utsushi_training::TrainingConfig::read(a[1].as_ref()).unwrap();
    let resume = std::path::Path::new(&a[3]).exists();
    let o = utsushi_training::TrainOptions { config, set: PathBuf::from(&a[2]), run: PathBuf::from(&a[3]), resume, features: Some(PathBuf::from(&a[4])), init: a.get(5).map(PathBuf::from), device: burn::tensor::Device::flex() };
    let mut last = std::time::Instant::now();
    let r = utsushi_training::train(&o, &AtomicBool::new(false), &mut |p| {
        if p.message.is_some() || last.elapsed().as_secs() > 20 { println!("{} {:.2}/s left {:.0} {:?}", p.step, p.pictures_per_second, p.seconds_left, p.message); last = std::time::Instant::now(); }
    });
    println!("{r:?}");
}
