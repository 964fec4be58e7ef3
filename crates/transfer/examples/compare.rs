//! compare
#![allow(unsafe_code)]
use std::{path::Path, sync::atomic::AtomicBool};
use burn::tensor::Device;
use utsushi_checkpoint::{ExportedModel, ExportedStyle, NamedTensors, WeightsFile};
use utsushi_imaging::*;
use utsushi_model::{ModelConfig, PainterNetworks};
use utsushi_transfer::*;
fn main() {
    let mut file = WeightsFile::read(Path::new("/work/scratch/run0/state.safetensors")).unwrap();
    let tensors: NamedTensors = file.tensors.take_under("average");
    let styles = tensors.get("mapping_network.labels.weight").unwrap().shape[0];
    let config = ModelConfig { styles, ..Default::default() };
    let networks = PainterNetworks::new(&config, 1, &Device::flex());
    let networks = utsushi_checkpoint::apply(networks, &tensors, "").unwrap();
    let _ = (ExportedModel::read(Path::new("x")).is_err(), None::<ExportedStyle>);
    let styles = (0..styles).map(|i| PaintStyle{name:format!("s{i}"),content_only:false,licence:String::new(),mean:None}).collect();
    let painter = Painter::new(Model{config,networks,styles,card:String::new()}, Device::flex()).unwrap();
    let listed = std::process::Command::new("find").args(["/work/scratch/set128/pictures", "-type", "f"]).output().unwrap();
    let mut files: Vec<std::path::PathBuf> = String::from_utf8(listed.stdout).unwrap().lines().map(Into::into).collect();
    files.sort();
    let l = DecodeLimits::default();
    let n = files.len();
    let style = painter.style_of(&read(&files[n / 3], &l).unwrap().picture).unwrap();
    let stop = AtomicBool::new(false);
    let large = resize(&read(&files[n / 2], &l).unwrap().picture, 1536, 1536);
    let mut mosaic = vec![0u8; 1536 * 1536 * 3];
    for t in 0..144 { let p = read(&files[(t * 97) % n], &l).unwrap().picture; let p = resize(&p, 128, 128);
        for y in 0..128 { let o = ((t / 12 * 128 + y) * 1536 + t % 12 * 128) * 3; mosaic[o..o + 384].copy_from_slice(&p.rgb()[y * 384..][..384]); } }
    let mosaic = Picture::new(1536, 1536, mosaic).unwrap();
    for (name, picture) in [("large", large), ("mosaic", mosaic)] {
        let go = |tile| painter.paint(&picture, &style, &PaintOptions { tile, ..Default::default() }, &mut |_| {}, &stop).unwrap();
        let whole = go(1536);
        for (side, count) in [(1, 0), (256, 16), (512, 4), (384, 16), (128, 16), (768, 4)] {
            if count > 0 { unsafe { std::env::set_var("SIDE", side.to_string()); std::env::set_var("COUNT", count.to_string()); } }
            let tiled = if count == 0 { picture.clone() } else { go(1024) };
            let d: Vec<f64> = whole.rgb().iter().zip(tiled.rgb()).map(|(a, b)| f64::from(a.abs_diff(*b))).collect();
            println!("{name} {side}x{count}: mean {:.3} max {}", d.iter().sum::<f64>() / d.len() as f64, d.iter().cloned().fold(0.0, f64::max));
            if side == 256 { write(Path::new(&format!("/work/scratch/transfer-{name}-tiled.png")), &tiled, &WriteOptions{force:true,..Default::default()}).unwrap(); }
        }
        write(Path::new(&format!("/work/scratch/transfer-{name}-whole.png")), &whole, &WriteOptions{force:true,..Default::default()}).unwrap();
    }
}
