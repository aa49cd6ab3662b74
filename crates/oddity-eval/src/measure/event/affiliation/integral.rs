//! The integrals of affiliation over the zone of one event, in closed form.

/// The zone of one event; samples are intervals of length 1.
///
/// Ends are multiples of one half and differences of them too, so that all squares are exact for
/// series below 2^25 samples.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zone {
    pub(super) start: f64,
    pub(super) end: f64,
    pub(super) event: (f64, f64),
}

impl Zone {
    /// Mean over the alarms' points of the probability that a point of the zone is at least as far
    /// from the event. `alarms` are intervals inside the zone, in order.
    pub(super) fn precision(&self, alarms: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
        let (mut near, mut length) = (0.0, 0.0);
        for alarm in alarms {
            near += self.near_event(alarm);
            length += alarm.1 - alarm.0;
        }
        (0.0 < length).then(|| near / length)
    }

    /// Mean over the event's points of the probability that a point of the zone is at least as far
    /// from them as the alarms are.
    pub(super) fn recall(&self, alarms: impl Iterator<Item = (f64, f64)>) -> f64 {
        let mut alarms = alarms.peekable();
        let mut near = 0.0;
        // The part of the event that the alarm is nearest to begins here.
        let mut start = self.event.0;
        while let Some(alarm) = alarms.next() {
            let middle = alarms.peek().map_or(self.end, |behind| (alarm.1 + behind.0) / 2.0);
            let end = self.event.1.min(middle);
            if start < end {
                near += self.near_alarm((start, end), alarm);
                start = end;
            }
        }
        near / (self.event.1 - self.event.0)
    }

    /// The probability integrated over an alarm.
    fn near_event(&self, alarm: (f64, f64)) -> f64 {
        let (start, end) = self.event;
        let inside = (alarm.1.min(end) - alarm.0.max(start)).max(0.0);
        // Distances from the event of the part before it, and of the part behind it.
        let before = ((start - alarm.1).max(0.0), start - alarm.0);
        let behind = ((alarm.0 - end).max(0.0), alarm.1 - end);
        inside + self.outside(before) + self.outside(behind)
    }

    /// The probability integrated over points at distances from `near` to `far` on one side of the
    /// event: 1 - (|J| + d + min(d, m)) / |E|, with m the room on the narrower side.
    fn outside(&self, (near, far): (f64, f64)) -> f64 {
        if far <= near {
            return 0.0;
        }
        let (start, end) = self.event;
        let room = (start - self.start).min(self.end - end);
        let narrower = |distance: f64| {
            let below = distance.min(room);
            below * below / 2.0 + (distance - below) * room
        };
        let distances = (far * far - near * near) / 2.0;
        let missed = distances + (narrower(far) - narrower(near)) + (end - start) * (far - near);
        far - near - missed / (self.end - self.start)
    }

    /// The probability integrated over a part of the event that is nearest to this alarm.
    fn near_alarm(&self, part: (f64, f64), alarm: (f64, f64)) -> f64 {
        let inside = (part.1.min(alarm.1) - part.0.max(alarm.0)).max(0.0);
        let before = ((alarm.0 - part.1).max(0.0), alarm.0 - part.0);
        let behind = ((part.0 - alarm.1).max(0.0), part.1 - alarm.1);
        inside + self.missed(before, alarm.0 - self.start) + self.missed(behind, self.end - alarm.1)
    }

    /// The probability integrated over points of the event at distances from `near` to `far` from
    /// an alarm's end that lies `room` from the zone's end beyond these points:
    /// 1 - (d + min(d, room - d)) / |E|.
    fn missed(&self, (near, far): (f64, f64), room: f64) -> f64 {
        if far <= near {
            return 0.0;
        }
        let nearer = |distance: f64| {
            if distance <= room / 2.0 {
                distance * distance / 2.0
            } else {
                room * distance - distance * distance / 2.0 - room * room / 4.0
            }
        };
        let covered = (far * far - near * near) / 2.0 + (nearer(far) - nearer(near));
        far - near - covered / (self.end - self.start)
    }
}
