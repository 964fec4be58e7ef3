//! measure
use std::{sync::atomic::AtomicBool, time::Instant};
use burn::tensor::Device;
use utsushi_imaging::Picture;
use utsushi_model::{ModelConfig, PainterNetworks};
use utsushi_transfer::*;
fn hwm() -> String {
    let s = std::fs::read_to_string("/proc/self/status").unwrap();
    s.lines().filter(|l| l.starts_with("VmHWM")||l.starts_with("VmRSS")).collect::<Vec<_>>().join(" ")
}
fn main() {
    let args: Vec<u32> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    let (side, tile) = (args[0], args[1]);
    let config = ModelConfig::default();
    let networks = PainterNetworks::new(&config, 1, &Device::flex());
    let styles = (0..config.styles).map(|i| PaintStyle{name:format!("s{i}"),content_only:false,licence:String::new(),mean:None}).collect();
    let painter = Painter::new(Model{config,networks,styles,card:String::new()}, Device::flex()).unwrap();
    let rgb = (0..side*side).flat_map(|i| { let (x,y)=(i%side,i/side); [(x*255/side) as u8,(y*255/side) as u8,((x/16)^(y/16)) as u8]}).collect();
    let picture = Picture::new(side, side, rgb).unwrap();
    let style = painter.sampled_style(None, 1).unwrap();
    let options = PaintOptions{tile, ..Default::default()};
    for _ in 0..if side <= 512 {3} else {1} {
        let t = Instant::now();
        let mut p = |p: Progress| if p.total > 1 && p.done % 5 == 0 { eprintln!("{p:?} {:?}", t.elapsed()) };
        let out = painter.paint(&picture, &style, &options, &mut p, &AtomicBool::new(false)).unwrap();
        println!("{side} tile {tile}: {:.3} s, {} {:?} load {}", t.elapsed().as_secs_f32(), hwm(), &out.rgb()[..3], std::fs::read_to_string("/proc/loadavg").unwrap().trim());
    }
}
