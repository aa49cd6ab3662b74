//! What the networks of a run run on, as an option and as part of a cell's identity.

use std::sync::Arc;

use clap::ValueEnum;
use oddity_core::Detector;
use oddity_models::neural::{Backend, Native};
use serde::{Deserialize, Serialize};

use crate::cell::CellIdentity;
use crate::error::{Error, Result};
use crate::plan::{Cell, Plan};

/// Hash of the sources that run networks on burn; part of the keys of cells that it runs.
const BURN_VERSION: &str = env!("ODDITY_BURN_VERSION");

/// What networks run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendChoice {
    /// The implementation.
    pub name: BackendName,
    /// What it computes on.
    pub device: DeviceName,
}

/// Implementations of networks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackendName {
    /// Oddity's own trainer.
    #[default]
    Native,
    /// Burn; with the feature `burn`.
    Burn,
}

/// What a backend computes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceName {
    /// The CPU.
    #[default]
    Cpu,
    /// A GPU by NVIDIA; with the feature `cuda`.
    Cuda,
    /// A GPU by Vulkan, Metal or DirectX; with the feature `wgpu`.
    Wgpu,
}

/// What a cell's networks ran on, where that was not the native trainer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackendIdentity {
    /// Backend and device, such as `burn/cpu`.
    pub id: String,
    /// Hash of the sources that only this backend runs.
    pub code_version: String,
}

impl BackendChoice {
    /// The backend, none for the native one.
    ///
    /// # Errors
    ///
    /// [`Error::NotBuilt`] for a backend or device that this build has no code for, and
    /// [`Error::NativeDevice`] for a GPU with the native backend.
    pub fn build(self) -> Result<Option<Arc<dyn Backend>>> {
        match (self.name, self.device) {
            (BackendName::Native, DeviceName::Cpu) => Ok(None),
            (BackendName::Native, DeviceName::Cuda) => Err(Error::NativeDevice { found: "cuda" }),
            (BackendName::Native, DeviceName::Wgpu) => Err(Error::NativeDevice { found: "wgpu" }),
            (BackendName::Burn, device) => burn(device).map(Some),
        }
    }
}

#[cfg(feature = "burn")]
fn burn(device: DeviceName) -> Result<Arc<dyn Backend>> {
    use oddity_burn::{BurnBackend, Device};
    let (device, what) = match device {
        DeviceName::Cpu => (Device::Cpu, "device cpu"),
        DeviceName::Cuda => (Device::Cuda, "device cuda"),
        DeviceName::Wgpu => (Device::Wgpu, "device wgpu"),
    };
    match BurnBackend::new(device) {
        Ok(backend) => Ok(Arc::new(backend)),
        Err(error) => Err(Error::NotBuilt { what, feature: error.feature }),
    }
}

#[cfg(not(feature = "burn"))]
fn burn(device: DeviceName) -> Result<Arc<dyn Backend>> {
    // The features of the devices bring the backend too.
    let feature = match device {
        DeviceName::Cpu => "burn",
        DeviceName::Cuda => "cuda",
        DeviceName::Wgpu => "wgpu",
    };
    Err(Error::NotBuilt { what: "backend burn", feature })
}

impl Plan<'_> {
    /// The same cells, the networks among them on another backend; their keys are others then.
    ///
    /// # Errors
    ///
    /// Those of [`BackendChoice::build`].
    pub fn on(mut self, choice: BackendChoice) -> Result<Self> {
        let Some(backend) = choice.build()? else { return Ok(self) };
        let cells = self.groups.iter_mut().flat_map(|group| &mut group.cells);
        for cell in cells.filter(|cell| cell.identity.is_neural()) {
            cell.identity.backend = Some(BackendIdentity {
                id: backend.id().to_owned(),
                code_version: BURN_VERSION.to_owned(),
            });
            cell.key = cell.identity.key();
            cell.backend = Some(Arc::clone(&backend));
        }
        Ok(self)
    }
}

impl Cell<'_> {
    /// The detector, on the cell's backend; nothing for a pipeline without one.
    ///
    /// # Errors
    ///
    /// Those of a parameter outside its range.
    pub fn detector(&self) -> oddity_core::Result<Option<Arc<dyn Detector>>> {
        let Some(config) = &self.pipeline.detector else { return Ok(None) };
        let detector = match &self.backend {
            Some(backend) => config.build_on(backend),
            None => config.build(),
        };
        detector.map(Some)
    }
}

impl CellIdentity {
    /// Whether the cell's model is a network.
    pub fn is_neural(&self) -> bool {
        self.detector.as_ref().is_some_and(|detector| detector.is_neural())
    }

    /// What the cell's networks run on, `native` or another backend with its device; nothing
    /// for a model without networks.
    pub fn backend_id(&self) -> Option<&str> {
        let native = || self.is_neural().then_some(Native.id());
        self.backend.as_ref().map(|backend| backend.id.as_str()).or_else(native)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_built_names_its_feature() {
        let choice = |name, device| BackendChoice { name, device }.build().map(|_| ());
        assert!(choice(BackendName::Native, DeviceName::Cpu).is_ok());
        let message = |name, device| choice(name, device).unwrap_err().to_string();
        let native = message(BackendName::Native, DeviceName::Wgpu);
        assert_eq!(native, "found device wgpu, wanted cpu: backend native runs on it alone");
        if !cfg!(feature = "cuda") {
            let cuda = message(BackendName::Burn, DeviceName::Cuda);
            assert!(cuda.ends_with("build oddity-bench with the feature `cuda`"), "{cuda}");
        }
        let cpu = choice(BackendName::Burn, DeviceName::Cpu);
        assert_eq!(cpu.is_ok(), cfg!(feature = "burn"));
    }
}
