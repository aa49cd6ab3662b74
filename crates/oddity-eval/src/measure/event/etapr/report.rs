//! All parts of eTaPR, from the sums of events and alarms.

use std::ops::Range;

use super::super::part::f1;
use super::EtaprVersion;
use super::overlap::{Shares, Threshold};

/// All parts of eTaPR.
#[derive(Clone, Debug, PartialEq)]
pub struct EtaprReport {
    /// eTaP.
    pub precision: f64,
    /// The weight of the alarms that lie in events well enough, as a share of the weight of all.
    pub precision_detection: f64,
    /// Mean portion of the alarms, by weight.
    pub precision_portion: f64,
    /// eTaR.
    pub recall: f64,
    /// The share of events that are detected.
    pub recall_detection: f64,
    /// Mean portion of the events.
    pub recall_portion: f64,
    /// Harmonic mean of precision and recall; 0 where both are.
    pub f1: f64,
    /// The events, in order.
    pub events: Vec<EtaprEvent>,
    /// The alarms, in order.
    pub alarms: Vec<EtaprAlarm>,
}

/// What an event adds to the recall.
#[derive(Clone, Debug, PartialEq)]
pub struct EtaprEvent {
    /// Its samples.
    pub samples: Range<usize>,
    /// Whether it is detected, `d_i`.
    pub is_detected: bool,
    /// How much of it is covered, `a_i`, from 0 to 1.
    pub portion: f64,
}

/// What an alarm adds to the precision.
#[derive(Clone, Debug, PartialEq)]
pub struct EtaprAlarm {
    /// Its samples.
    pub samples: Range<usize>,
    /// Whether it lies in events well enough, `c_j`.
    pub is_correct: bool,
    /// How much of it lies in events, `b_j`. Tails may lift it above 1.
    pub portion: f64,
    /// What it weighs: the square root of its samples.
    pub weight: f64,
}

impl EtaprReport {
    /// From the shares before and after pruning, and what events and alarms must reach.
    pub(super) fn new(
        version: EtaprVersion,
        events: &[Range<usize>],
        alarms: &[Range<usize>],
        (before, after): (&Shares, &Shares),
        (event_reaches, alarm_reaches): (Threshold, Threshold),
    ) -> EtaprReport {
        let portions = match version {
            EtaprVersion::V22 { .. } => after,
            EtaprVersion::V2020 { .. } | EtaprVersion::V2021 { .. } => before,
        };
        let event = |(n, samples): (usize, &Range<usize>)| EtaprEvent {
            samples: samples.clone(),
            is_detected: event_reaches.is_reached(after.events[n]),
            portion: portions.events[n].value().min(1.0),
        };
        let alarm = |(n, samples): (usize, &Range<usize>)| EtaprAlarm {
            samples: samples.clone(),
            is_correct: alarm_reaches.is_reached(after.alarms[n]),
            portion: portions.alarms[n].value(),
            weight: (samples.len() as f64).sqrt(),
        };
        let events: Vec<EtaprEvent> = events.iter().enumerate().map(event).collect();
        let alarms: Vec<EtaprAlarm> = alarms.iter().enumerate().map(alarm).collect();
        let of_events = |value: fn(&EtaprEvent) -> f64| {
            events.iter().map(value).sum::<f64>() / events.len() as f64
        };
        let weight: f64 = alarms.iter().map(|alarm| alarm.weight).sum();
        let of_alarms = |value: fn(&EtaprAlarm) -> f64| {
            alarms.iter().map(|alarm| alarm.weight * value(alarm)).sum::<f64>() / weight
        };
        let recall_detection = of_events(|event| f64::from(event.is_detected));
        let recall_portion = of_events(|event| event.portion);
        let precision_detection = of_alarms(|alarm| f64::from(alarm.is_correct));
        let precision_portion = of_alarms(|alarm| alarm.portion);
        let (precision, recall) = match version {
            EtaprVersion::V2020 { alpha, .. } => {
                let mix = |detection, portion| alpha * detection + (1.0 - alpha) * portion;
                (mix(precision_detection, precision_portion), mix(recall_detection, recall_portion))
            }
            EtaprVersion::V2021 { .. } => {
                (f1(precision_detection, precision_portion), f1(recall_detection, recall_portion))
            }
            EtaprVersion::V22 { .. } => {
                let precision = of_alarms(|alarm| both(alarm.is_correct, alarm.portion));
                (precision, of_events(|event| both(event.is_detected, event.portion)))
            }
        };
        EtaprReport {
            precision,
            precision_detection,
            precision_portion,
            recall,
            recall_detection,
            recall_portion,
            f1: f1(precision, recall),
            events,
            alarms,
        }
    }
}

/// Half for detection, half for the portion.
fn both(is_detected: bool, portion: f64) -> f64 {
    if is_detected { (1.0 + portion) / 2.0 } else { 0.0 }
}
