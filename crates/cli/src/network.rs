//! ONNX networks of other programs, where a command takes one for a model.

use utsushi::onnx::FormOptions;

use crate::device::DeviceChoice;
use crate::error::UsageError;

/// Refuses every device but the CPU, on which such networks run.
///
/// # Errors
/// Another device is asked for.
pub fn check_device(device: DeviceChoice) -> Result<(), UsageError> {
    match device {
        DeviceChoice::Vulkan(_) => {
            let error = UsageError::new("ONNX networks run on the CPU");
            Err(error.hint("leave --device out"))
        }
        _ => Ok(()),
    }
}

/// Refuses `--network` with a model, which takes pictures in one way alone.
///
/// # Errors
/// A form is given.
pub fn refuse_form(form: Option<FormOptions>) -> Result<(), UsageError> {
    match form {
        Some(_) => {
            let error = UsageError::new("--network is for ONNX networks, and the model is none");
            Err(error.hint("give one with --model NETWORK.onnx"))
        }
        None => Ok(()),
    }
}
