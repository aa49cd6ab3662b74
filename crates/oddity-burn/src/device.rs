//! What burn computes on.

use std::fmt;

/// What burn computes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// The CPU, by burn's backend Flex.
    #[default]
    Cpu,
    /// The first GPU by NVIDIA; with the feature `cuda`.
    Cuda,
    /// The GPU that the system prefers, by Vulkan, Metal or DirectX; with the feature `wgpu`.
    Wgpu,
}

/// A device that this build has no code for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("device {device} was not built: build with the feature `{feature}`")]
pub struct BuildError {
    /// The device.
    pub device: Device,
    /// The feature of this crate that brings it.
    pub feature: &'static str,
}

impl Device {
    /// `cpu`, `cuda` or `wgpu`.
    pub fn as_str(self) -> &'static str {
        match self {
            Device::Cpu => "cpu",
            Device::Cuda => "cuda",
            Device::Wgpu => "wgpu",
        }
    }

    /// Burn's own name of it.
    ///
    /// # Errors
    ///
    /// [`BuildError`] if its feature is not built.
    ///
    /// # Panics
    ///
    /// As [`BurnBackend::new`](crate::BurnBackend::new).
    pub fn burn(self) -> Result<burn::tensor::Device, BuildError> {
        match self {
            Device::Cpu => Ok(burn::tensor::Device::flex()),
            #[cfg(feature = "cuda")]
            Device::Cuda => Ok(burn::tensor::Device::cuda(0)),
            #[cfg(not(feature = "cuda"))]
            Device::Cuda => Err(BuildError { device: self, feature: "cuda" }),
            #[cfg(feature = "wgpu")]
            Device::Wgpu => Ok(burn::tensor::Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            #[cfg(not(feature = "wgpu"))]
            Device::Wgpu => Err(BuildError { device: self, feature: "wgpu" }),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
