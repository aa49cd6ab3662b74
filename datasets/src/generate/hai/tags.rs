//! The tags of the plant: their numbers in a row, names, ranges and units.

/// A tag's name, range and unit, as the technical manual of HAI states them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TagInfo {
    /// Its name in release 22.04, or in the only release that has it.
    pub name: &'static str,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The unit; empty for raw counts of a converter.
    pub unit: &'static str,
    /// Digits after the decimal point at most: 0 for switches and raw counts.
    pub(super) decimals: u8,
}

macro_rules! tags {
    ($($tag:ident $name:literal $min:literal $max:literal $unit:literal $decimals:literal)*) => {
        /// A tag, as its position in a row of the plant.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Tag {
            $(#[doc = $name] $tag,)*
        }

        /// All tags, in the order of [`Tag`].
        pub(super) const TAGS: &[TagInfo] = &[
            $(TagInfo { name: $name, min: $min, max: $max, unit: $unit, decimals: $decimals },)*
        ];

        /// All tags, in order.
        pub(super) const ALL: &[Tag] = &[$(Tag::$tag,)*];
    };
}

tags! {
    P1B2004 "P1_B2004" 0.0 10.0 "bar" 5
    P1B2016 "P1_B2016" 0.0 10.0 "bar" 5
    P1B3004 "P1_B3004" 0.0 720.0 "mm" 5
    P1B3005 "P1_B3005" 0.0 2500.0 "l/h" 5
    P1B4002 "P1_B4002" 0.0 100.0 "degC" 5
    P1B4005 "P1_B4005" 0.0 100.0 "%" 5
    P1B400b "P1_B400B" 0.0 2500.0 "l/h" 5
    P1B4022 "P1_B4022" 0.0 40.0 "degC" 5
    P1Fcv01d "P1_FCV01D" 0.0 100.0 "%" 5
    P1Fcv01z "P1_FCV01Z" 0.0 100.0 "%" 5
    P1Fcv02d "P1_FCV02D" 0.0 100.0 "%" 5
    P1Fcv02z "P1_FCV02Z" 0.0 100.0 "%" 5
    P1Fcv03d "P1_FCV03D" 0.0 100.0 "%" 5
    P1Fcv03z "P1_FCV03Z" 0.0 100.0 "%" 5
    P1Ft01 "P1_FT01" 0.0 2500.0 "mmH2O" 5
    P1Ft01z "P1_FT01Z" 0.0 3190.0 "l/h" 5
    P1Ft02 "P1_FT02" 0.0 2500.0 "mmH2O" 5
    P1Ft02z "P1_FT02Z" 0.0 3190.0 "l/h" 5
    P1Ft03 "P1_FT03" 0.0 2500.0 "mmH2O" 5
    P1Ft03z "P1_FT03Z" 0.0 3190.0 "l/h" 5
    P1Lcv01d "P1_LCV01D" 0.0 100.0 "%" 5
    P1Lcv01z "P1_LCV01Z" 0.0 100.0 "%" 5
    P1Lit01 "P1_LIT01" 0.0 720.0 "mm" 5
    P1Pcv01d "P1_PCV01D" 0.0 100.0 "%" 5
    P1Pcv01z "P1_PCV01Z" 0.0 100.0 "%" 5
    P1Pcv02d "P1_PCV02D" 0.0 100.0 "%" 5
    P1Pcv02z "P1_PCV02Z" 0.0 100.0 "%" 5
    P1Pit01 "P1_PIT01" 0.0 10.0 "bar" 5
    P1Pit01Hh "P1_PIT01_HH" 0.0 10.0 "bar" 5
    P1Pit02 "P1_PIT02" 0.0 10.0 "bar" 5
    P1Pp01ad "P1_PP01AD" 0.0 1.0 "bool" 0
    P1Pp01ar "P1_PP01AR" 0.0 1.0 "bool" 0
    P1Pp01bd "P1_PP01BD" 0.0 1.0 "bool" 0
    P1Pp01br "P1_PP01BR" 0.0 1.0 "bool" 0
    P1Pp02d "P1_PP02D" 0.0 1.0 "bool" 0
    P1Pp02r "P1_PP02R" 0.0 1.0 "bool" 0
    P1Pp04 "P1_PP04" 0.0 100.0 "%" 5
    P1Pp04d "P1_PP04D" 0.0 1.0 "bool" 0
    P1Pp04sp "P1_PP04SP" 0.0 100.0 "degC" 5
    P1Sol01d "P1_SOL01D" 0.0 1.0 "bool" 0
    P1Sol03d "P1_SOL03D" 0.0 1.0 "bool" 0
    P1Stsp "P1_STSP" 0.0 1.0 "bool" 0
    P1Tit01 "P1_TIT01" -50.0 150.0 "degC" 5
    P1Tit02 "P1_TIT02" -50.0 150.0 "degC" 5
    P1Tit03 "P1_TIT03" -50.0 150.0 "degC" 5
    P2Vdc24 "P2_24Vdc" 0.0 30.0 "V" 5
    P2AtswLamp "P2_ATSW_Lamp" 0.0 1.0 "bool" 0
    P2AutoGo "P2_AutoGO" 0.0 1.0 "bool" 0
    P2AutoSd "P2_AutoSD" 0.0 3200.0 "RPM" 5
    P2Emerg "P2_Emerg" 0.0 1.0 "bool" 0
    P2HilOut "P2_HILout" 0.0 3200.0 "RPM" 5
    P2Masw "P2_MASW" 0.0 1.0 "bool" 0
    P2MaswLamp "P2_MASW_Lamp" 0.0 1.0 "bool" 0
    P2ManualGo "P2_ManualGO" 0.0 1.0 "bool" 0
    P2ManualSd "P2_ManualSD" 0.0 3200.0 "RPM" 5
    P2OnOff "P2_OnOff" 0.0 1.0 "bool" 0
    P2Rtr "P2_RTR" 0.0 2880.0 "RPM" 5
    P2Sco "P2_SCO" 0.0 100000.0 "" 0
    P2Scst "P2_SCST" -100.0 100.0 "RPM" 5
    P2Sit01 "P2_SIT01" 0.0 3200.0 "RPM" 0
    P2Sit02 "P2_SIT02" 0.0 3200.0 "RPM" 5
    P2TripEx "P2_TripEx" 0.0 1.0 "bool" 0
    P2Vibtr01 "P2_VIBTR01" -10.0 10.0 "um" 4
    P2Vibtr02 "P2_VIBTR02" -10.0 10.0 "um" 4
    P2Vibtr03 "P2_VIBTR03" -10.0 10.0 "um" 4
    P2Vibtr04 "P2_VIBTR04" -10.0 10.0 "um" 4
    P2Vt01 "P2_VT01" 11.0 12.0 "rad/s" 5
    P2Vtr01 "P2_VTR01" -10.0 10.0 "um" 5
    P2Vtr02 "P2_VTR02" -10.0 10.0 "um" 5
    P2Vtr03 "P2_VTR03" -10.0 10.0 "um" 5
    P2Vtr04 "P2_VTR04" -10.0 10.0 "um" 5
    P3Fit01 "P3_FIT01" 0.0 27648.0 "" 0
    P3Lcp01d "P3_LCP01D" 0.0 27648.0 "" 0
    P3Lcv01d "P3_LCV01D" 0.0 27648.0 "" 0
    P3Lh01 "P3_LH01" 0.0 70.0 "%" 5
    P3Lit01 "P3_LIT01" 0.0 90.0 "%" 5
    P3Ll01 "P3_LL01" 0.0 70.0 "%" 5
    P3Pit01 "P3_PIT01" 0.0 27648.0 "" 0
    P4HtFd "P4_HT_FD" -0.02 0.02 "mHz" 5
    P4HtLd "P4_HT_LD" 0.0 100.0 "MW" 5
    P4HtPo "P4_HT_PO" 0.0 100.0 "MW" 5
    P4HtPs "P4_HT_PS" 0.0 100.0 "MW" 5
    P4Ld "P4_LD" 0.0 500.0 "MW" 5
    P4StFd "P4_ST_FD" -0.02 0.02 "Hz" 5
    P4StGov "P4_ST_GOV" 0.0 27648.0 "" 0
    P4StLd "P4_ST_LD" 0.0 500.0 "MW" 5
    P4StPo "P4_ST_PO" 0.0 500.0 "MW" 5
    P4StPs "P4_ST_PS" 0.0 500.0 "MW" 5
    P4StPt01 "P4_ST_PT01" 0.0 27648.0 "" 0
    P4StTt01 "P4_ST_TT01" 0.0 27648.0 "" 0
}

/// Number of tags of the plant.
pub(super) const N_TAGS: usize = TAGS.len();

/// One second of the plant: a value a tag.
#[derive(Clone, Debug)]
pub(super) struct Values([f64; N_TAGS]);

impl Values {
    pub(super) fn new() -> Values {
        Values([0.0; N_TAGS])
    }

    pub(super) fn get(&self, tag: Tag) -> f64 {
        self.0[tag as usize]
    }

    pub(super) fn set(&mut self, tag: Tag, value: f64) {
        self.0[tag as usize] = value;
    }

    /// A switch: 1 where it is on.
    pub(super) fn switch(&mut self, tag: Tag, on: bool) {
        self.set(tag, f64::from(u8::from(on)));
    }
}

impl TagInfo {
    /// What the instrument shows of a value: it saturates at the ends of its range.
    pub(super) fn saturate(&self, value: f64) -> f64 {
        value.clamp(self.min, self.max)
    }
}
