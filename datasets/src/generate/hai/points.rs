//! The points that attacks change, and the scenarios that name them.

use super::tags::Tag;
use crate::generate::dice::Dice;

macro_rules! points {
    ($($point:ident $tag:ident $control:ident $low:literal $high:literal $both:literal)*) => {
        /// A point of the plant that an attack changes: a set point, a control output, a
        /// process value or a limit.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Point {
            $(#[doc = stringify!($tag)] $point,)*
        }

        /// Number of points.
        pub(super) const N_POINTS: usize = [$(Point::$point,)*].len();

        impl Point {
            /// The tag that shows it.
            pub(super) fn tag(self) -> Tag {
                match self { $(Point::$point => Tag::$tag,)* }
            }

            /// The control loop it belongs to.
            pub(super) fn loop_of(self) -> Loop {
                match self { $(Point::$point => Loop::$control,)* }
            }

            /// How much an attack changes it, in the tag's unit: up or down where both make
            /// sense.
            pub(super) fn amplitude(self, dice: &mut Dice) -> f64 {
                let (low, high, both): (f64, f64, bool) = match self {
                    $(Point::$point => ($low, $high, $both),)*
                };
                let size = low + (high - low) * f64::from(dice.below(1 << 16)) / 65_536.0;
                if both && dice.percent(50) { -size } else { size }
            }
        }
    };
}

/// A control loop of the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loop {
    /// P1-PC: the boiler's pressure.
    Pressure,
    /// P1-LC: the level of the return tank.
    Level,
    /// P1-FC: the return flow.
    Flow,
    /// P1-TC: the temperature behind the heat exchanger.
    Temperature,
    /// P2-SC: the turbine's speed.
    Speed,
    /// P2-TC: what trips the turbine.
    Trip,
    /// P3-LC: the level of the upper reservoir.
    Reservoir,
}

impl Loop {
    /// The process, from 0 for P1.
    pub(super) fn process(self) -> usize {
        match self {
            Loop::Pressure | Loop::Level | Loop::Flow | Loop::Temperature => 0,
            Loop::Speed | Loop::Trip => 1,
            Loop::Reservoir => 2,
        }
    }
}

points! {
    PressureSp P1B2016 Pressure 0.08 0.4 true
    Pcv01d P1Pcv01d Pressure 8.0 25.0 true
    Pit01 P1Pit01 Pressure 0.05 0.3 true
    LevelSp P1B3004 Level 15.0 60.0 true
    Lcv01d P1Lcv01d Level 3.0 12.0 true
    Lit01 P1Lit01 Level 15.0 60.0 true
    FlowSp P1B3005 Flow 60.0 220.0 true
    Fcv03d P1Fcv03d Flow 4.0 15.0 true
    Ft03 P1Ft03z Flow 50.0 200.0 true
    TemperatureSp P1B4022 Temperature 0.4 1.2 true
    Fcv01d P1Fcv01d Temperature 15.0 40.0 true
    Tit01 P1Tit01 Temperature 0.4 1.5 true
    SpeedSp P2AutoSd Speed 10.0 45.0 true
    Sco P2Sco Speed 500.0 3000.0 true
    Sit01 P2Sit01 Speed 8.0 35.0 true
    Rtr P2Rtr Trip -2200.0 -2105.0 false
    Vtr01 P2Vtr01 Trip -8.5 -6.8 false
    Vtr02 P2Vtr02 Trip -9.4 -9.0 false
    Pump P3Lcp01d Reservoir 4000.0 12000.0 true
    Valve P3Lcv01d Reservoir 4000.0 12000.0 true
    High P3Lh01 Reservoir -25.0 -8.0 false
    Low P3Ll01 Reservoir 10.0 30.0 false
    WaterLevel P3Lit01 Reservoir 5.0 20.0 true
}

/// One scenario of the attackers: what it changes and what it can hide.
#[derive(Debug)]
pub(super) struct Scenario {
    /// How often it is chosen.
    pub(super) weight: u32,
    /// The points changed together.
    pub(super) changed: &'static [Point],
    /// The process values that it may hide; none where a process value itself is changed.
    pub(super) hides: &'static [Point],
    /// Whether the change may come in short repeated pulses.
    pub(super) pulses: bool,
}

const fn scenario(
    weight: u32,
    changed: &'static [Point],
    hides: &'static [Point],
    pulses: bool,
) -> Scenario {
    Scenario { weight, changed, hides, pulses }
}

/// The scenarios, after the published attack lists: in 21.03 the points are B2016, B3004,
/// B3005, LCV01D, PCV01D, FCV03D, PIT01, LIT01 and FT03 of P1, AutoSD, SCO, SIT01, RTR, VTR01
/// and VTR02 of P2, LCP01D and LCV01D of P3; 20.07 adds LH and LL.
pub(super) const SCENARIOS: &[Scenario] = &[
    scenario(6, &[Point::PressureSp], &[Point::Pit01], false),
    scenario(6, &[Point::Pcv01d], &[Point::Pit01], true),
    scenario(2, &[Point::Pit01], &[], false),
    scenario(6, &[Point::LevelSp], &[Point::Lit01], false),
    scenario(8, &[Point::Lcv01d], &[Point::Lit01], true),
    scenario(2, &[Point::Lit01], &[], false),
    scenario(6, &[Point::FlowSp], &[Point::Ft03], false),
    scenario(6, &[Point::Fcv03d], &[Point::Ft03], true),
    scenario(2, &[Point::Ft03], &[], false),
    scenario(2, &[Point::TemperatureSp], &[Point::Tit01], false),
    scenario(2, &[Point::Fcv01d], &[Point::Tit01], true),
    scenario(1, &[Point::Tit01], &[], false),
    scenario(8, &[Point::SpeedSp], &[Point::Sit01], false),
    scenario(6, &[Point::Sco], &[Point::Sit01], true),
    scenario(2, &[Point::Sit01], &[], false),
    scenario(2, &[Point::Rtr], &[], false),
    scenario(3, &[Point::Vtr01], &[], false),
    scenario(3, &[Point::Vtr02], &[], false),
    scenario(3, &[Point::Pump], &[Point::WaterLevel], true),
    scenario(6, &[Point::Valve], &[Point::WaterLevel], true),
    scenario(3, &[Point::High, Point::Pump], &[Point::WaterLevel], false),
    scenario(3, &[Point::Low, Point::Valve], &[Point::WaterLevel], false),
    scenario(1, &[Point::WaterLevel], &[], false),
];
