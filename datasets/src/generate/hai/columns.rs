//! The columns of each release, in the official order.

use super::params::HaiRelease;
use super::tags::{ALL, Tag};

/// A column of a file: its name there and the tag behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) tag: Tag,
}

/// The columns of a release between the time and the labels.
///
/// Within a release columns stand in alphabetical order. The names of 20.07 and 21.03 differ
/// from those of 22.04 for the turbine and the water tank; 23.05 names the controllers' blocks
/// instead of the set points.
pub(super) fn columns(release: HaiRelease) -> Vec<Column> {
    let name_of = |tag: Tag| super::tags::TAGS[tag as usize].name;
    let (renamed, absent): (&[(Tag, &str)], &[Tag]) = match release {
        HaiRelease::V20_07 => (RENAMED_20_07, ABSENT_20_07),
        HaiRelease::V21_03 => (RENAMED_21_03, ABSENT_21_03),
        HaiRelease::V22_04 => (&[], ABSENT_22_04),
        HaiRelease::V23_05 => (RENAMED_23_05, ABSENT_23_05),
    };
    let mut columns: Vec<Column> = ALL
        .iter()
        .filter(|tag| !absent.contains(tag))
        .map(|&tag| {
            let name = renamed.iter().find(|(other, _)| *other == tag).map(|&(_, name)| name);
            Column { name: name.unwrap_or_else(|| name_of(tag)), tag }
        })
        .collect();
    columns.sort_by_key(|column| column.name);
    columns
}

const RENAMED_20_07: &[(Tag, &str)] = &[
    (Tag::P2AutoGo, "P2_Auto"),
    (Tag::P2Emerg, "P2_Emgy"),
    (Tag::P2OnOff, "P2_On"),
    (Tag::P2AutoSd, "P2_SD01"),
    (Tag::P2Vt01, "P2_VT01e"),
    (Tag::P2Vibtr01, "P2_VXT02"),
    (Tag::P2Vibtr02, "P2_VXT03"),
    (Tag::P2Vibtr03, "P2_VYT02"),
    (Tag::P2Vibtr04, "P2_VYT03"),
    (Tag::P3Lh01, "P3_LH"),
    (Tag::P3Ll01, "P3_LL"),
    (Tag::P3Lit01, "P3_LT01"),
];

const ABSENT_20_07: &[Tag] = &[
    Tag::P1Pit01Hh,
    Tag::P1Pp01ad,
    Tag::P1Pp01ar,
    Tag::P1Pp01bd,
    Tag::P1Pp01br,
    Tag::P1Pp02d,
    Tag::P1Pp02r,
    Tag::P1Pp04,
    Tag::P1Pp04d,
    Tag::P1Pp04sp,
    Tag::P1Sol01d,
    Tag::P1Sol03d,
    Tag::P1Stsp,
    Tag::P1Tit03,
    Tag::P2AtswLamp,
    Tag::P2HilOut,
    Tag::P2Masw,
    Tag::P2MaswLamp,
    Tag::P2ManualGo,
    Tag::P2ManualSd,
    Tag::P2Rtr,
    Tag::P2Sco,
    Tag::P2Scst,
    Tag::P2Sit02,
    Tag::P2Vtr01,
    Tag::P2Vtr02,
    Tag::P2Vtr03,
    Tag::P2Vtr04,
    Tag::P3Fit01,
    Tag::P3Pit01,
    Tag::P4StGov,
];

const RENAMED_21_03: &[(Tag, &str)] = &[
    (Tag::P2AutoSd, "P2_ASD"),
    (Tag::P2Sco, "P2_CO_rpm"),
    (Tag::P2ManualSd, "P2_MSD"),
    (Tag::P2Vibtr01, "P2_VXT02"),
    (Tag::P2Vibtr02, "P2_VXT03"),
    (Tag::P2Vibtr03, "P2_VYT02"),
    (Tag::P2Vibtr04, "P2_VYT03"),
    (Tag::P3Lh01, "P3_LH"),
    (Tag::P3Ll01, "P3_LL"),
];

const ABSENT_21_03: &[Tag] = &[
    Tag::P1Pit01Hh,
    Tag::P1Pp04,
    Tag::P1Pp04d,
    Tag::P1Pp04sp,
    Tag::P1Sol01d,
    Tag::P1Sol03d,
    Tag::P1Tit03,
    Tag::P2AtswLamp,
    Tag::P2Masw,
    Tag::P2MaswLamp,
    Tag::P2Scst,
];

const ABSENT_22_04: &[Tag] = &[Tag::P1Pp04d, Tag::P2HilOut, Tag::P2Sit02, Tag::P4HtLd];

/// Which controller block stands for which set point is our reading of the boiler's diagrams.
const RENAMED_23_05: &[(Tag, &str)] = &[
    (Tag::P1B2004, "x1001_05_SETPOINT_OUT"),
    (Tag::P1B2016, "x1001_15_ASSIGN_OUT"),
    (Tag::P1B3004, "x1002_07_SETPOINT_OUT"),
    (Tag::P1B3005, "x1002_08_SETPOINT_OUT"),
    (Tag::P1B4002, "x1003_10_SETPOINT_OUT"),
    (Tag::P1B4022, "x1003_18_SETPOINT_OUT"),
    (Tag::P1B4005, "x1003_24_SUM_OUT"),
];

const ABSENT_23_05: &[Tag] = &[Tag::P1B400b, Tag::P2HilOut, Tag::P2Sit02, Tag::P4HtLd];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(release: HaiRelease) -> Vec<&'static str> {
        columns(release).iter().map(|column| column.name).collect()
    }

    #[test]
    fn every_release_has_as_many_columns_as_published() {
        let counts = HaiRelease::ALL.map(|release| columns(release).len());
        assert_eq!(counts, [59, 79, 86, 86]);
    }

    #[test]
    fn the_turbine_and_the_water_tank_are_named_as_published() {
        let of = |release, process: &str| {
            let names: Vec<_> =
                names(release).into_iter().filter(|name| name.starts_with(process)).collect();
            names.join(" ")
        };
        assert_eq!(
            of(HaiRelease::V20_07, "P2_"),
            "P2_24Vdc P2_Auto P2_Emgy P2_On P2_SD01 P2_SIT01 P2_TripEx P2_VT01e P2_VXT02 P2_VXT03 \
             P2_VYT02 P2_VYT03"
        );
        assert_eq!(of(HaiRelease::V20_07, "P3_"), "P3_LCP01D P3_LCV01D P3_LH P3_LL P3_LT01");
        assert_eq!(
            of(HaiRelease::V21_03, "P2_"),
            "P2_24Vdc P2_ASD P2_AutoGO P2_CO_rpm P2_Emerg P2_HILout P2_MSD P2_ManualGO P2_OnOff \
             P2_RTR P2_SIT01 P2_SIT02 P2_TripEx P2_VT01 P2_VTR01 P2_VTR02 P2_VTR03 P2_VTR04 \
             P2_VXT02 P2_VXT03 P2_VYT02 P2_VYT03"
        );
        assert_eq!(
            of(HaiRelease::V21_03, "P3_"),
            "P3_FIT01 P3_LCP01D P3_LCV01D P3_LH P3_LIT01 P3_LL P3_PIT01"
        );
        assert_eq!(
            of(HaiRelease::V22_04, "P2_"),
            "P2_24Vdc P2_ATSW_Lamp P2_AutoGO P2_AutoSD P2_Emerg P2_MASW P2_MASW_Lamp P2_ManualGO \
             P2_ManualSD P2_OnOff P2_RTR P2_SCO P2_SCST P2_SIT01 P2_TripEx P2_VIBTR01 P2_VIBTR02 \
             P2_VIBTR03 P2_VIBTR04 P2_VT01 P2_VTR01 P2_VTR02 P2_VTR03 P2_VTR04"
        );
        assert_eq!(
            of(HaiRelease::V23_05, "x"),
            "x1001_05_SETPOINT_OUT x1001_15_ASSIGN_OUT x1002_07_SETPOINT_OUT \
             x1002_08_SETPOINT_OUT x1003_10_SETPOINT_OUT x1003_18_SETPOINT_OUT x1003_24_SUM_OUT"
        );
    }
}
