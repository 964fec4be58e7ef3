//! The option `--device auto|cpu|vulkan[:N]`, converted to the framework's device.

use std::str::FromStr;

use burn::tensor::Device;

use crate::error::UsageError;

/// The device that `--device` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A GPU if this build supports them and there is one, else the CPU.
    Auto,
    /// The CPU.
    Cpu,
    /// A GPU through Vulkan, by its index.
    Vulkan(usize),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => return Ok(Self::Auto),
            "cpu" => return Ok(Self::Cpu),
            "vulkan" => return Ok(Self::Vulkan(0)),
            _ => {}
        }
        let number = text.strip_prefix("vulkan:").map(str::parse);
        match number {
            Some(Ok(number)) => Ok(Self::Vulkan(number)),
            Some(Err(_)) => Err("after `vulkan:` comes the number of a GPU, from 0".to_owned()),
            None => Err("expected auto, cpu, vulkan or vulkan:N".to_owned()),
        }
    }
}

impl DeviceChoice {
    /// Opens the device.
    ///
    /// # Errors
    /// Vulkan is asked for in a build without it, or the GPU does not exist.
    pub fn open(self) -> Result<Device, UsageError> {
        match self {
            Self::Auto => Ok(gpu::best().unwrap_or_else(Device::flex)),
            Self::Cpu => Ok(Device::flex()),
            Self::Vulkan(number) => gpu::numbered(number),
        }
    }
}

#[cfg(feature = "vulkan")]
mod gpu {
    use burn::tensor::{Device, DeviceKind, DeviceType};

    use crate::error::UsageError;
    use crate::text;

    /// Lists every device that Vulkan offers, GPUs with memory of their own first.
    fn all() -> Vec<Device> {
        Device::enumerate(DeviceType::Vulkan).into_vec()
    }

    /// The first device that is a GPU and not the processor in its place.
    pub(super) fn best() -> Option<Device> {
        let software = Device::vulkan(DeviceKind::Cpu);
        all().into_iter().find(|device| *device != software)
    }

    pub(super) fn numbered(number: usize) -> Result<Device, UsageError> {
        let devices = all();
        devices.get(number).cloned().ok_or_else(|| {
            if devices.is_empty() {
                return UsageError::new("no Vulkan device found").hint(
                    "is the GPU's Vulkan driver installed, and may you use it? `--device cpu` \
                     always works",
                );
            }
            let found = text::counted(devices.len(), "Vulkan device");
            UsageError::new(format!("--device vulkan:{number}: {found} found"))
                .hint("devices are numbered from 0; `--device cpu` always works")
        })
    }
}

#[cfg(not(feature = "vulkan"))]
mod gpu {
    use burn::tensor::Device;

    use crate::error::UsageError;

    pub(super) fn best() -> Option<Device> {
        None
    }

    pub(super) fn numbered(_number: usize) -> Result<Device, UsageError> {
        Err(
            UsageError::new("this build of utsushi does not know Vulkan").hint(
                "build one that does with `cargo build --release --features vulkan`, or use \
                 `--device cpu`",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read_as_written() {
        assert_eq!("auto".parse(), Ok(DeviceChoice::Auto));
        assert_eq!("cpu".parse(), Ok(DeviceChoice::Cpu));
        assert_eq!("vulkan".parse(), Ok(DeviceChoice::Vulkan(0)));
        assert_eq!("vulkan:3".parse(), Ok(DeviceChoice::Vulkan(3)));
        for wrong in ["", "gpu", "cuda", "vulkan:", "vulkan:-1", "vulkan:x", "CPU"] {
            assert!(wrong.parse::<DeviceChoice>().is_err(), "{wrong}");
        }
    }

    #[test]
    #[cfg(not(feature = "vulkan"))]
    fn without_vulkan_the_way_to_get_it_is_told() {
        let error = DeviceChoice::Vulkan(0).open().unwrap_err();
        assert!(error.to_string().contains("Vulkan"), "{error}");
        assert!(format!("{error:?}").contains("--features vulkan"));
        assert_eq!(DeviceChoice::Auto.open().unwrap(), Device::flex());
    }
}
