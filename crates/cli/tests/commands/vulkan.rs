//! `--device vulkan` where there is such a device, and where there is none.

use utsushi_imaging::read;

use crate::support::{Place, skip, write_tiny_model};

fn studio() -> Place {
    let place = Place::new();
    write_tiny_model(&place.path("m.safetensors"));
    place.draw("a.png", 40, 1);
    place.draw("r.png", 48, 2);
    place
}

fn arguments<'a>(output: &'a str, device: &'a str) -> [&'a str; 10] {
    [
        "transfer",
        "a.png",
        "--model",
        "m.safetensors",
        "--style",
        "r.png",
        "-o",
        output,
        "--device",
        device,
    ]
}

#[test]
fn a_vulkan_device_paints_what_the_cpu_paints() {
    let place = studio();
    let (code, _, err) = place.run(&arguments("vulkan.png", "vulkan"));
    if err.contains("no Vulkan device found") {
        skip("vulkan", "there is no Vulkan device");
        assert_eq!(code, 2);
        return;
    }
    assert_eq!(code, 0, "{err}");
    let (code, _, err) = place.run(&arguments("cpu.png", "cpu"));
    assert_eq!(code, 0, "{err}");
    let [vulkan, cpu] = ["vulkan.png", "cpu.png"].map(|name| {
        let read = read(&place.path(name), &Default::default()).unwrap();
        read.picture.rgb().to_vec()
    });
    assert_eq!(vulkan.len(), cpu.len());
    let off = vulkan.iter().zip(&cpu).map(|(a, b)| a.abs_diff(*b)).max();
    // Sums in another order may round to the next byte.
    assert!(off <= Some(1), "{off:?}");
}

#[test]
fn without_a_driver_it_is_an_error_and_auto_takes_the_cpu() {
    let place = studio();
    let run = |output, device| {
        let mut command = place.utsushi();
        command.env("VK_DRIVER_FILES", place.path("none.json"));
        command.env("VK_ICD_FILENAMES", place.path("none.json"));
        command.args(arguments(output, device)).output().unwrap()
    };
    let refused = run("b.png", "vulkan");
    let err = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{err}");
    assert!(err.contains("no Vulkan device found"), "{err}");
    assert!(err.contains("driver"), "{err}");
    assert!(!place.path("b.png").exists());
    let painted = run("c.png", "auto");
    let err = String::from_utf8(painted.stderr).unwrap();
    assert_eq!(painted.status.code(), Some(0), "{err}");
    assert!(place.path("c.png").exists());
}
