//! P1, the boiler: pressure, level, flow and temperature loops of a water-to-water heat
//! exchanger, its tanks and pumps.

use super::attack::Offsets;
use super::control::{Pid, lag};
use super::noise::Noise;
use super::points::Point;
use super::tags::{Tag, Values};

/// What the operators ask of the boiler.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoilerOrders {
    pub(super) runs: bool,
    /// Set point of the return tank's level, mm.
    pub(super) level: f64,
    /// Set point of the return flow, l/h.
    pub(super) flow: f64,
    /// Set point of the main tank's temperature, degrees Celsius.
    pub(super) tank: f64,
    /// Whether pump B runs in place of pump A.
    pub(super) pump_b: bool,
}

/// The state of the boiler.
#[derive(Clone, Debug)]
pub(super) struct Boiler {
    pub(super) pressure_loop: Pid,
    pub(super) level_loop: Pid,
    pub(super) flow_loop: Pid,
    pub(super) temperature_loop: Pid,
    cooler_loop: Pid,
    valves: Valves,
    pressure_demand: f64,
    temperature_demand: f64,
    pump: f64,
    pressure: f64,
    peak_pressure: f64,
    level: f64,
    flow: f64,
    hot_flow: f64,
    bypass_flow: f64,
    exchanger: f64,
    heater_tank: f64,
    main_tank: f64,
    heating: bool,
    water: f64,
    filling: bool,
    shown_hot_flow: f64,
    controls: [f64; 5],
}

/// Positions of the valves, in percent.
#[derive(Clone, Debug)]
struct Valves {
    pcv01: f64,
    lcv01: f64,
    fcv01: f64,
    fcv02: f64,
    fcv03: f64,
    pcv02: f64,
}

impl Boiler {
    pub(super) fn new() -> Boiler {
        let range = (0.0, 100.0);
        Boiler {
            pressure_loop: Pid::new([-8.0, -1.2, -4.0], range, 40.0),
            level_loop: Pid::new([-0.15, -0.002, 0.0], range, 8.0),
            flow_loop: Pid::new([0.02, 0.006, 0.0], range, 51.0),
            temperature_loop: Pid::new([9.0, 0.15, 20.0], range, 60.0),
            cooler_loop: Pid::new([-6.0, -0.02, 0.0], range, 20.0),
            valves: Valves {
                pcv01: 40.0,
                lcv01: 8.0,
                fcv01: 60.0,
                fcv02: 0.0,
                fcv03: 51.0,
                pcv02: 12.0,
            },
            pressure_demand: 1.45,
            temperature_demand: 35.0,
            pump: 1.0,
            pressure: 1.45,
            peak_pressure: 1.46,
            level: 400.0,
            flow: 985.0,
            hot_flow: 1440.0,
            bypass_flow: 780.0,
            exchanger: 35.0,
            heater_tank: 39.6,
            main_tank: 30.0,
            heating: false,
            water: 60.0,
            filling: false,
            shown_hot_flow: 1440.0,
            controls: [40.0, 8.0, 51.0, 60.0, 20.0],
        }
    }

    /// One second. The pressure and the temperature demanded follow the thermal power, in MW,
    /// that the simulated power plant makes.
    pub(super) fn step(
        &mut self,
        orders: &BoilerOrders,
        power: f64,
        offsets: &Offsets,
        noise: &mut Noise,
        values: &mut Values,
    ) {
        let share = ((power - 233.0) / 266.0).clamp(0.0, 1.0);
        lag(&mut self.pressure_demand, 0.95 + 1.1 * share, 40.0);
        lag(&mut self.temperature_demand, 33.8 + 2.4 * share, 120.0);
        let pressure_sp = self.pressure_demand + offsets.get(Point::PressureSp);
        let level_sp = orders.level + offsets.get(Point::LevelSp);
        let flow_sp = orders.flow + offsets.get(Point::FlowSp);
        let temperature_sp = self.temperature_demand + offsets.get(Point::TemperatureSp);

        let pressure = self.pressure + noise.normal(0.0012) + offsets.get(Point::Pit01);
        let level = self.level + noise.normal(0.25) + offsets.get(Point::Lit01);
        let flow = (self.flow + noise.normal(1.2) + offsets.get(Point::Ft03)).max(0.0);
        let exchanger = self.exchanger + noise.normal(0.006) + offsets.get(Point::Tit01);
        if orders.runs {
            self.controls = [
                self.pressure_loop.step(pressure_sp - pressure),
                self.level_loop.step(level_sp - level),
                self.flow_loop.step(flow_sp - flow),
                self.temperature_loop.step(temperature_sp - exchanger),
                self.cooler_loop.step(orders.tank - self.main_tank),
            ];
        }
        let [pcv01, lcv01, fcv03, heat, cooler] = self.controls;
        let on = if orders.runs { 1.0 } else { 0.0 };
        let drive =
            |output: f64, point: Point| (output * on + offsets.get(point)).clamp(0.0, 100.0);
        let demands = Valves {
            pcv01: drive(pcv01, Point::Pcv01d),
            lcv01: drive(lcv01, Point::Lcv01d),
            fcv03: drive(fcv03, Point::Fcv03d),
            fcv01: drive(heat, Point::Fcv01d),
            fcv02: (100.0 - 2.0 * drive(heat, Point::Fcv01d)).max(0.0),
            pcv02: 12.0,
        };
        self.valves.follow(&demands);
        self.flows(on, noise);
        self.heat(cooler * on, noise);

        values.set(Tag::P1B2004, 0.10178);
        values.set(Tag::P1B2016, pressure_sp.max(0.0));
        values.set(Tag::P1B3004, level_sp);
        values.set(Tag::P1B3005, flow_sp);
        values.set(Tag::P1B4002, temperature_sp - 4.0);
        values.set(Tag::P1B4005, heat * on);
        values.set(Tag::P1B400b, self.shown_hot_flow);
        values.set(Tag::P1B4022, temperature_sp);
        self.show_valves(&demands, noise, values);
        values.set(Tag::P1Ft03z, flow);
        values.set(Tag::P1Ft03, head(flow));
        let bypass = (self.bypass_flow + noise.normal(2.5)).max(0.0);
        values.set(Tag::P1Ft01z, bypass);
        values.set(Tag::P1Ft01, head(bypass));
        self.shown_hot_flow = (self.hot_flow + noise.normal(6.0)).max(0.0);
        values.set(Tag::P1Ft02z, self.shown_hot_flow);
        values.set(Tag::P1Ft02, head(self.shown_hot_flow));
        values.set(Tag::P1Lit01, level);
        values.set(Tag::P1Pit01, pressure);
        values.set(Tag::P1Pit01Hh, self.peak_pressure);
        let cooling = 0.2 + 0.0011 * self.valves.fcv01 * self.pump;
        values.set(Tag::P1Pit02, cooling + noise.normal(0.0006));
        self.show_pumps(orders, values);
        values.set(Tag::P1Pp04, cooler * on);
        values.switch(Tag::P1Pp04d, orders.runs && 0.0 < cooler);
        values.set(Tag::P1Pp04sp, orders.tank);
        values.set(Tag::P1Tit01, exchanger);
        values.set(Tag::P1Tit02, self.heater_tank + noise.normal(0.008));
        values.set(Tag::P1Tit03, self.main_tank + noise.normal(0.008));
    }

    /// Pressure, flows and the level of the return tank.
    fn flows(&mut self, on: f64, noise: &mut Noise) {
        lag(&mut self.pump, on, 4.0);
        let opening = self.valves.pcv01 / 40.0;
        let head = 3.0 / (1.0 + opening * opening) * (1.1 - 0.1 * self.flow / 985.0);
        let idle = 0.15 * (1.0 - self.pump);
        lag(&mut self.pressure, self.pump * head + idle + noise.normal(0.004), 6.0);
        self.peak_pressure = self.pressure.max(self.peak_pressure - 0.002);

        let return_flow = self.pump * 19.3 * self.valves.fcv03 * (0.9 + 0.07 * self.pressure);
        lag(&mut self.flow, return_flow.max(0.0) + noise.normal(4.0), 3.0);
        self.flow = self.flow.max(0.0);
        // A tank of 0.1 square metres: 100 litres fill a metre.
        let drain = 6.1 * self.valves.lcv01 * self.level.max(0.0).sqrt();
        self.level = (self.level + (self.flow - drain) / 360.0).clamp(0.0, 700.0);

        lag(&mut self.hot_flow, self.pump * (60.0 + 23.0 * self.valves.fcv01), 3.0);
        lag(&mut self.bypass_flow, self.pump * (790.0 - 2.1 * self.valves.fcv02), 3.0);
    }

    /// Temperatures of the exchanger and the two tanks, and the water that evaporates.
    fn heat(&mut self, cooler: f64, noise: &mut Noise) {
        let effect = self.hot_flow / (self.hot_flow + 900.0);
        let gap = self.heater_tank - self.main_tank;
        lag(&mut self.exchanger, self.main_tank + gap * effect + noise.normal(0.02), 35.0);
        // The heater switches: on below 39.3, off above 39.9.
        self.heating = if self.heating { self.heater_tank < 39.9 } else { self.heater_tank < 39.3 };
        let heat = if self.heating && 0.5 < self.pump { 0.06 } else { 0.0 };
        self.heater_tank += heat - 0.0016 * gap * effect - 0.00005 * (self.heater_tank - 24.0);
        let cold = self.main_tank - 18.0;
        self.main_tank +=
            0.0012 * gap * effect - 0.000025 * cooler * cold - 0.00005 * cold + noise.normal(0.001);

        self.filling = if self.filling { self.water < 65.0 } else { self.water < 55.0 };
        self.water += if self.filling { 0.08 } else { -0.0015 * self.pump };
    }

    fn show_valves(&self, demands: &Valves, noise: &mut Noise, values: &mut Values) {
        let valves = &self.valves;
        for (demand, position, wanted, found) in [
            (Tag::P1Fcv01d, Tag::P1Fcv01z, demands.fcv01, valves.fcv01),
            (Tag::P1Fcv02d, Tag::P1Fcv02z, demands.fcv02, valves.fcv02),
            (Tag::P1Fcv03d, Tag::P1Fcv03z, demands.fcv03, valves.fcv03),
            (Tag::P1Lcv01d, Tag::P1Lcv01z, demands.lcv01, valves.lcv01),
            (Tag::P1Pcv01d, Tag::P1Pcv01z, demands.pcv01, valves.pcv01),
            (Tag::P1Pcv02d, Tag::P1Pcv02z, demands.pcv02, valves.pcv02),
        ] {
            values.set(demand, wanted);
            values.set(position, 0.25 + 0.995 * found + noise.normal(0.03));
        }
    }

    fn show_pumps(&self, orders: &BoilerOrders, values: &mut Values) {
        let turns = 0.5 < self.pump;
        values.switch(Tag::P1Pp01ad, orders.runs && !orders.pump_b);
        values.switch(Tag::P1Pp01ar, turns && !orders.pump_b);
        values.switch(Tag::P1Pp01bd, orders.runs && orders.pump_b);
        values.switch(Tag::P1Pp01br, turns && orders.pump_b);
        values.switch(Tag::P1Pp02d, orders.runs);
        values.switch(Tag::P1Pp02r, turns);
        values.switch(Tag::P1Sol01d, self.filling);
        values.switch(Tag::P1Sol03d, 64.5 < self.water);
        values.switch(Tag::P1Stsp, orders.runs);
    }

    /// By how many bar the pressure misses the demand.
    pub(super) fn pressure_error(&self) -> f64 {
        self.pressure_demand - self.pressure
    }

    /// The true pressure, level, flow and temperature, which an attack can hide.
    #[cfg(test)]
    pub(super) fn truth(&self) -> [f64; 4] {
        [self.pressure, self.level, self.flow, self.exchanger]
    }
}

impl Valves {
    /// The motors move towards what is demanded.
    fn follow(&mut self, demands: &Valves) {
        lag(&mut self.pcv01, demands.pcv01, 2.5);
        lag(&mut self.lcv01, demands.lcv01, 2.5);
        lag(&mut self.fcv01, demands.fcv01, 3.0);
        lag(&mut self.fcv02, demands.fcv02, 3.0);
        lag(&mut self.fcv03, demands.fcv03, 2.5);
        lag(&mut self.pcv02, demands.pcv02, 2.5);
    }
}

/// The differential pressure, in mm of water, that a flow in l/h makes at an orifice: 2,500
/// mm at the transmitter's full scale of 3,190 l/h, and as its square.
pub(super) fn head(flow: f64) -> f64 {
    let share = flow / 3190.0;
    2500.0 * share * share
}
