//! A student learns what its teacher does, and goes on bit for bit after a stop.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use utsushi_model::StudentConfig;
use utsushi_runs::RunDirectory;
use utsushi_test_fixtures::TinyModel;
use utsushi_weights::ExportedStudent;

use utsushi_training::{DistilConfig, DistilOptions, Distilled, Teacher, TrainError, distil};

use crate::support::Workshop;

fn teacher() -> Teacher {
    let tiny = TinyModel::new(&["cel", "oil"]);
    Teacher {
        networks: tiny.networks(),
        code: (0..16).map(|i| (i as f32 * 0.9).sin() * 2.0).collect(),
        code_length: 4,
        style: tiny.styles[0].clone(),
        name: "tiny".to_owned(),
        card: "# Model card\n\n## Sets\n\nNone.\n".to_owned(),
    }
}

fn options(workshop: &Workshop, name: &str, steps: u64, resume: bool) -> DistilOptions {
    DistilOptions {
        config: DistilConfig {
            steps,
            batch: 4,
            size: 32,
            rate: 4e-3,
            checkpoint_steps: 1000,
            student: StudentConfig {
                channels: [8, 12, 16],
                blocks: 1,
                ..StudentConfig::default()
            },
            ..DistilConfig::default()
        },
        teacher: teacher(),
        set: workshop.path("set"),
        run: workshop.path(&format!("{name}.run")),
        resume,
        features: Some(workshop.path("features.safetensors")),
        out: workshop.path(name),
        force: false,
        device: Device::flex(),
    }
}

#[test]
fn lessons_bring_the_student_nearer_and_the_card_says_how_near() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let mut psnr = Vec::new();
    for steps in [1, 250] {
        let options = options(&workshop, &format!("s{steps}.safetensors"), steps, false);
        let distilled = distil(&options, &never, &mut |_| {}).unwrap();
        let Distilled::Finished {
            path, agreement, ..
        } = distilled
        else {
            panic!("it was not stopped");
        };
        assert!(agreement.pictures > 0);
        assert!(agreement.features.is_some() && agreement.features_unpainted.is_some());
        let student = ExportedStudent::read(&path).unwrap();
        assert_eq!(student.style.name, "cel");
        let told = format!("{:.2}", agreement.psnr);
        for part in [&told, "`tiny`", "CC0", "#### Sets"] {
            assert!(student.card.contains(part), "{part}: {}", student.card);
        }
        psnr.push((agreement.psnr, agreement.psnr_unpainted));
    }
    let [(first, _), (last, unpainted)] = psnr[..] else {
        panic!("two students");
    };
    assert!(last > first + 1.5, "{first} dB, then {last} dB");
    assert!(last > unpainted, "{last} dB, unpainted {unpainted} dB");
}

#[test]
fn a_stopped_run_goes_on_bit_for_bit() {
    let workshop = Workshop::drawn();
    let never = AtomicBool::new(false);
    let whole = options(&workshop, "whole", 6, false);
    distil(&whole, &never, &mut |_| {}).unwrap();
    let stop = AtomicBool::new(false);
    let parts = options(&workshop, "parts", 6, false);
    let stopped = distil(&parts, &stop, &mut |progress| {
        stop.store(progress.step == 3, Ordering::Relaxed);
    });
    // Asked and heeded after the third step.
    assert_eq!(stopped.unwrap(), Distilled::Stopped { step: 3 });
    assert!(!parts.out.exists());
    let other = DistilOptions {
        teacher: Teacher {
            code: vec![0.0; 16],
            ..teacher()
        },
        ..options(&workshop, "parts", 6, true)
    };
    let error = distil(&other, &never, &mut |_| {}).unwrap_err();
    assert!(matches!(error, TrainError::Checkpoint { .. }), "{error}");
    distil(&options(&workshop, "parts", 6, true), &never, &mut |_| {}).unwrap();
    let state = |run: &Path| RunDirectory::view(run).unwrap().load(6).unwrap().tensors;
    assert!(state(&whole.run) == state(&parts.run));
    let bytes = |path: &Path| std::fs::read(path).unwrap();
    assert!(bytes(&whole.out) == bytes(&parts.out));
}

#[test]
fn pictures_larger_than_the_set_are_refused() {
    let workshop = Workshop::drawn();
    let mut options = options(&workshop, "s", 1, false);
    options.config.size = 64;
    let error = distil(&options, &AtomicBool::new(false), &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("64 px"), "{error}");
}
