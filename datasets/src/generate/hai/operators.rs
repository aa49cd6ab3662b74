//! The people who run the plant: load over the day, set points, starts and stops.

use super::boiler::BoilerOrders;
use super::power::GridOrders;
use super::turbine::TurbineOrders;
use crate::generate::dice::Dice;

/// What the operators ask of each process in a second.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    pub(super) boiler: BoilerOrders,
    pub(super) turbine: TurbineOrders,
    pub(super) grid: GridOrders,
}

/// The operators: each of their decisions stands until the next, and each kind of decision
/// has a clock of its own.
#[derive(Debug)]
pub(super) struct Operators {
    dice: Dice,
    stop_interval: u32,
    orders: Orders,
    request: f64,
    next_request: u64,
    next_set_point: u64,
    next_stop: u64,
    boiler_back: u64,
    turbine_back: u64,
}

/// The usual load at each full hour, MW: low at night, high in the morning and the evening.
const DAY: [f64; 24] = [
    305.0, 292.0, 284.0, 280.0, 283.0, 296.0, 322.0, 356.0, 386.0, 402.0, 408.0, 405.0, //
    396.0, 398.0, 402.0, 400.0, 396.0, 400.0, 410.0, 414.0, 402.0, 380.0, 352.0, 326.0,
];

impl Operators {
    pub(super) fn new(dice: Dice, stop_interval: u32) -> Operators {
        let mut operators = Operators {
            dice,
            stop_interval,
            orders: Orders {
                boiler: BoilerOrders {
                    runs: true,
                    level: 403.789,
                    flow: 985.374,
                    tank: 30.0,
                    pump_b: false,
                },
                turbine: TurbineOrders { runs: true, speed: 784.0 },
                grid: GridOrders { load: DAY[0], thermal_extra: 0.0 },
            },
            request: 0.0,
            next_request: 0,
            next_set_point: 1800,
            next_stop: 0,
            boiler_back: 0,
            turbine_back: 0,
        };
        operators.next_stop = operators.in_about(stop_interval);
        operators
    }

    /// Seconds of half to one and a half times the interval.
    fn in_about(&mut self, interval: u32) -> u64 {
        u64::from(interval / 2 + self.dice.below(interval + 1))
    }

    /// The orders in a second of the simulation, which is a second of the day.
    pub(super) fn step(&mut self, second: u64, second_of_day: u64) -> &Orders {
        if self.next_request <= second {
            self.request = f64::from(self.dice.below(101)) - 50.0;
            self.next_request = second + self.in_about(1500);
        }
        if self.next_set_point <= second {
            self.change_set_point();
            self.next_set_point = second + self.in_about(1400);
        }
        if self.next_stop <= second {
            let back = second + u64::from(self.dice.between((300, 900)));
            if self.dice.percent(50) {
                self.boiler_back = back;
            } else {
                self.turbine_back = back;
            }
            self.next_stop = back + self.in_about(self.stop_interval);
        }
        self.orders.boiler.runs = self.boiler_back <= second;
        self.orders.turbine.runs = self.turbine_back <= second;
        let (hour, rest) = ((second_of_day / 3600) as usize, second_of_day % 3600);
        let (now, then) = (DAY[hour % 24], DAY[(hour + 1) % 24]);
        self.orders.grid.load = now + (then - now) * rest as f64 / 3600.0 + self.request;
        &self.orders
    }

    fn change_set_point(&mut self) {
        // In steps of a tenth of the range, as people type them.
        let mut between =
            |low: f64, high: f64| low + (high - low) * f64::from(self.dice.below(11)) / 10.0;
        let (level, flow) = (between(375.0, 440.0), between(910.0, 1090.0));
        let (speed, tank) = (between(769.0, 799.0), between(29.0, 31.0));
        let orders = &mut self.orders;
        match self.dice.below(12) {
            0..=2 => orders.boiler.level = level,
            3..=5 => orders.boiler.flow = flow,
            6..=8 => orders.turbine.speed = speed,
            9 => orders.boiler.tank = tank,
            10 => orders.grid.thermal_extra = 10.0 * f64::from(self.dice.below(3)),
            _ => orders.boiler.pump_b = !orders.boiler.pump_b,
        }
    }
}
