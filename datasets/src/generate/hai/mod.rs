//! A simulated plant shaped like the HAI testbed, for tests and smoke runs without the real
//! data.
//!
//! HAI (Shin, Lee, Yun and Kim 2020, "HAI 1.0: HIL-based augmented ICS security dataset",
//! USENIX CSET; Hwang et al., github.com/icsdataset/hai) holds what a testbed of a boiler, a
//! turbine and a water treatment process reports every second, tied together by a simulated
//! grid, in normal operation and under attack. The data made here is called [`NAME`], never
//! `hai`, and a report that shows a figure of it prints [`DIFFERENCES`].
//!
//! # How a row comes about
//!
//! Each second every process takes one step, in this order:
//!
//! - **P4, the grid.** The load follows the hour, what dispatchers ask for, and a random walk.
//!   Hydro power takes a share of what is above 345 MW while there is water. A PI governor
//!   brings the thermal power to the rest, with a droop on the frequency, which drifts with
//!   what is missing.
//! - **P1, the boiler.** The thermal power sets the pressure (`B2016`) and temperature
//!   (`B4022`) wanted; operators set the level (`B3004`) and the return flow (`B3005`). Four
//!   PI(D) controllers read the instruments and ask for valve positions (tags in `D`), motors
//!   bring the valves there (tags in `Z`), and pressure, flows, the level of the return tank
//!   (which integrates what flows in and out) and three temperatures follow. A fifth controller
//!   cools the main tank, a switch heats the other.
//! - **P2, the turbine.** A PI controller drives the rotor to the speed set, corrected by the
//!   grid's frequency. Vibration grows with the square of the speed and beats against the
//!   sampling. Above the speed limit `RTR` or the vibration limits `VTR` the turbine trips; it
//!   is started again after 150 s.
//! - **P3, the pumped storage.** A PI controller of the level pumps water up while there is
//!   surplus power, another opens the valve for the hydro power planned; `LH` and `LL` stop
//!   both. The level integrates what is pumped and let down.
//!
//! Operators change set points every 23 minutes on average, swap pumps, and stop the boiler or
//! the turbine for maintenance. Every instrument has noise, and saturates at its range.
//!
//! # Attacks
//!
//! Test files have attacks (see [`HaiGenerator::attacks`]) after the scenarios published with
//! HAI: a set point, a control output, a limit or a process value is changed in a trapezoid,
//! or a control output in short repeated pulses, alone or together with points of other loops.
//! A change goes through the simulation: a changed set point moves the loop, a changed control
//! output moves the valve, and a changed process value is what the controller acts on.
//! Hiding puts process values of before the attack in place of those shown, while the
//! controller sees the true ones. A row is labelled in the processes whose points an attack
//! changes or hides, from the attack's first second to its last.
//!
//! # Formats
//!
//! Column names, order, separators and label columns are those of the published files (the
//! headers as public analyses of the files print them; 23.05 as far as those agree). 21.03 has
//! 79 tags where its manual lists 78. Assumed: which of 23.05's seven controller blocks
//! (`x1001_05_SETPOINT_OUT`, ..) stands for which set point, and line feeds at line ends.
//! 23.05's label files have `timestamp,label` and CRLF, which their published size confirms.
//! The training file of 23.05 begins at an assumed time.
//!
//! # How it differs from HAI
//!
//! - Equations and constants are written by hand; nothing is fitted on HAI. Operating points
//!   are near published ones (pressure 0.95 to 2.05 bar, level 360 to 450 mm, return flow 890
//!   to 1,120 l/h, 784 RPM, 230 to 490 MW); spectra, delays and cross-correlations are not.
//! - Every value keeps to the range of the manual. Real files leave it: the pumps' switches
//!   read 540833, closed valves read -1.9 %, P3_LIT01 is in raw counts, FT02Z reaches 2,857.
//!   P2_HILout is a speed in RPM here; P3_LIT01 is in percent.
//! - Normal operation is stationary but for the hour of the day: no instrument ages, no one
//!   works on the plant outside of the stops, no second is missing or repeated.
//! - Attacks come at random intervals and are as large in every file; recoveries after an
//!   attack are not labelled, as in HAI.
//! - How hard the attacks are to find was not compared, as no sensor file of HAI was at hand.
//!   For the record: on 400,000 test rows of 22.04 (seed 0, 1.7 % of them attacked) after
//!   400,000 training rows, the reconstruction error of PCA with 90 % of the variance has a ROC
//!   AUC of 0.84, an isolation forest 0.65.
//! - Figures measured on it say whether code works, never how well a method works.
//!
//! # What a seed fixes
//!
//! A row depends on all parameters but `release`, which only selects columns, and `n_rows`:
//! more rows continue a file. Arithmetic is that of IEEE 754 without library functions, so
//! that a seed gives the same bytes on every machine.

mod attack;
mod boiler;
mod clock;
mod columns;
mod control;
mod noise;
mod operators;
mod params;
mod plant;
mod points;
mod power;
mod replay;
mod rows;
mod tags;
mod turbine;
mod water;
mod write;

#[cfg(test)]
mod tests;

pub use params::{HaiKind, HaiParams, HaiRelease};
pub use rows::{HaiAttack, HaiRow, HaiRows};
pub use tags::TagInfo;

use self::columns::Column;
use crate::Result;

/// The name of the generated data.
pub const NAME: &str = "hai-generated";

/// What a report says beside figures of generated rows.
pub const DIFFERENCES: &str = "hai-generated: a plant simulated by hand-written equations in the \
    format of HAI. It has HAI's tags, ranges, control loops and kinds of attack, but no row of \
    it: figures on it say whether code works, not how well a method works.";

/// Raised with every change that gives other rows for the same parameters.
const VERSION: u32 = 1;

/// A generator of one file of the plant.
///
/// ```
/// use oddity_datasets::generate::{HaiGenerator, HaiKind, HaiParams, HaiRelease};
///
/// let params = HaiParams {
///     release: HaiRelease::V20_07,
///     kind: HaiKind::Test,
///     n_rows: 600,
///     attack_interval: 200,
///     ..HaiParams::default()
/// };
/// let generator = HaiGenerator::new(params)?;
/// let mut file = Vec::new();
/// generator.write(&mut file)?;
/// let text = String::from_utf8_lossy(&file);
/// assert!(text.starts_with("time;P1_B2004;P1_B2016;"));
/// assert!(text.contains("\n2019-10-29 11:00:00;0.10178;"));
/// assert_eq!(text.lines().count(), 601);
/// assert!(!generator.attacks().is_empty());
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HaiGenerator {
    params: HaiParams,
    columns: Vec<Column>,
}

impl HaiGenerator {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Parameter`] for one outside its range.
    pub fn new(params: HaiParams) -> Result<HaiGenerator> {
        params.check()?;
        let columns = columns::columns(params.release);
        Ok(HaiGenerator { params, columns })
    }

    /// What is generated.
    pub fn params(&self) -> &HaiParams {
        &self.params
    }

    /// The names of the tags in the order of the release's columns.
    pub fn tags(&self) -> impl ExactSizeIterator<Item = &'static str> + '_ {
        self.columns.iter().map(|column| column.name)
    }

    /// Range and unit of each tag, in the order of the columns.
    pub fn tag_infos(&self) -> impl ExactSizeIterator<Item = &'static TagInfo> + '_ {
        self.columns.iter().map(|column| &tags::TAGS[column.tag as usize])
    }

    /// The rows, from the first on.
    pub fn rows(&self) -> HaiRows {
        HaiRows::new(&self.params, &self.columns)
    }

    /// The attacks of the file that begin before its end; none in a training file.
    pub fn attacks(&self) -> Vec<HaiAttack> {
        rows::attacks(&self.params)
    }

    /// Which columns are switches or raw counts, written without a decimal point.
    fn whole_numbers(&self) -> Vec<bool> {
        self.tag_infos().map(|info| info.decimals == 0).collect()
    }
}
